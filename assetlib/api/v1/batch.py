"""Entries and tags of up to 10,000 images in one request, each with its own result."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.http import HttpResponse, JsonResponse
from ninja import Router
from pydantic import Field

from assetlib.accounts.models import Scope
from assetlib.api.v1 import idempotency, schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, DryRun, operation
from assetlib.api.v1.problems import wrong_field
from assetlib.changes.models import Origin
from metadata.json_rules import MetadataProblem, Problem, flatten_patch
from metadata.many import Update, Updated, named_twice, update_now

router = Router(tags=["metadata"])
MOST_UPDATES = 10_000


class ImageUpdate(Strict):
    """What is to change on one image; in `set` null removes a key, as in a merge."""

    id: Text
    set: dict[str, Any] = {}
    remove: list[Text] = []
    add_tags: list[Text] = []
    remove_tags: list[Text] = []

    def update(self) -> Update:
        """Return what it asks for. Raises MetadataProblem."""
        patch = flatten_patch(self.set)
        remove = [*patch.remove, *self.remove]
        return Update(self.id, patch.set, remove, self.add_tags, self.remove_tags)


class Batch(Strict):
    updates: list[ImageUpdate] = Field(min_length=1, max_length=MOST_UPDATES)


@operation(
    router,
    "POST",
    "/metadata",
    scope=Scope.WRITE,
    answers={200: schemas.BatchAnswer},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent_in_steps
def batch(call: Call, body: Json[Batch], dry_run: DryRun = False) -> HttpResponse:  # noqa: FBT002 -- a parameter of the address
    """Change up to 10,000 images at once. What is wrong with one is told, and the others go on.

    They are changed in steps, all of them one change set.
    """
    if twice := named_twice(update.id for update in body.updates):
        raise wrong_field("updates", f"The image “{twice[0]}” is in the batch more than once.")
    good: list[Update] = []
    refused: list[Updated] = []
    for each in body.updates:
        try:
            good.append(each.update())
        except MetadataProblem as refusal:
            refused.append(Updated(each.id, problems=_of_set(refusal)))
    done, change_set = update_now(
        call.workspace, good, by=call.by, origin=Origin.API, dry_run=dry_run
    )
    results = {each.image_id: each for each in [*refused, *done]}
    said = [_result(results[each.id]) for each in body.updates]
    number = change_set.pk if change_set else None
    return JsonResponse(_counts(said) | {"change_set": number, "results": said})


def _of_set(refusal: MetadataProblem) -> tuple[Problem, ...]:
    return tuple(replace(each, key=each.key or "set") for each in refusal.problems)


def _result(done: Updated) -> dict[str, Any]:
    status = "failed" if done.problems else "changed" if done.changed else "unchanged"
    errors = [{"field": each.key or "id", "message": each.message} for each in done.problems]
    return {"id": done.image_id, "status": status, "errors": errors}


def _counts(results: Iterable[dict[str, Any]]) -> dict[str, Any]:
    counts = Counter(each["status"] for each in results)
    return {status: counts[status] for status in ("changed", "unchanged", "failed")}
