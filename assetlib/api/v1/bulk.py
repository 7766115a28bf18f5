"""Change all that a query finds, or the images with these ids: as a job, or as a plan of one."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from pydantic import Field

from assetlib.accounts.models import Scope
from assetlib.api.v1 import idempotency, schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, DryRun, QueryText, operation
from assetlib.api.v1.jobs import accepted
from assetlib.api.v1.problems import wrong_field
from assetlib.bulk.change import BulkChange
from assetlib.bulk.edit import BulkEdit
from assetlib.bulk.plan import Plan
from assetlib.changes.models import Origin
from assetlib.search.frozen import Frozen, freeze, freeze_ids
from metadata.json_rules import flatten_strict

router = Router(tags=["bulk"])
MOST_IDS = 100_000


class Bulk(Strict):
    """Which images, by one of `query` and `ids`, and what to do to them.

    `set_missing` sets where the key is missing, `rename` is by old key, `convert` gives the type
    that the values of a key are to have. Where the library lacks what a query speaks of, the edit
    is refused unless `force`.
    """

    query: QueryText | None = None
    ids: list[Text] | None = Field(default=None, min_length=1, max_length=MOST_IDS)
    set: schemas.MetadataSet = {}
    set_missing: schemas.MetadataSet = {}
    remove: list[schemas.KeyName] = []
    rename: schemas.KeysByKey = {}
    convert: schemas.TypesByKey = {}
    add_tags: list[schemas.TagName] = []
    remove_tags: list[schemas.TagName] = []
    force: bool = False
    dry_run: bool = False

    def change(self) -> BulkChange:
        """Return what is to be done. Raises MetadataProblem and InvalidEditError."""
        return BulkChange(
            set=flatten_strict(self.set),
            set_missing=flatten_strict(self.set_missing),
            remove=self.remove,
            rename=self.rename,
            convert=self.convert,
            add_tags=self.add_tags,
            remove_tags=self.remove_tags,
        )


@operation(
    router,
    "POST",
    "/bulk",
    scope=Scope.WRITE,
    answers={200: schemas.Plan, 202: schemas.Job},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def bulk(call: Call, body: Json[Bulk], dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- a parameter of the address
    """Ask for one change of many images; with `dry_run` be told what it would come to."""
    edit = BulkEdit(call.workspace, _frozen(call, body), body.change(), body.query or "")
    return answered(call, edit, dry_run=dry_run or body.dry_run)


def answered(call: Call, edit: BulkEdit, *, dry_run: bool) -> HttpResponse:
    """Ask for the edit, or tell what it would come to."""
    if dry_run:
        return JsonResponse(plan_object(edit.plan(), edit.frozen))
    return accepted(call, edit.enqueue(by=call.by, origin=Origin.API))


def _frozen(call: Call, body: Bulk) -> Frozen:
    if (body.query is None) == (body.ids is None):
        raise wrong_field("query", "Say which images by one of “query” and “ids”.")
    if body.ids is not None:
        return freeze_ids(call.workspace, body.ids)
    return freeze(call.workspace, body.query or "", force=body.force)


def plan_object(planned: Plan, frozen: Frozen) -> dict[str, Any]:
    return {
        "images": planned.images,
        "changing": planned.changing,
        "entries": planned.entries,
        "tags": planned.tags,
        "left": planned.left,
        "missing": list(frozen.missing),
    }
