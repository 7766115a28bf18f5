"""Exports: what a query finds as one file, written by a job and fetched at a signed address."""

from __future__ import annotations

from typing import Annotated, Literal

from django.http import HttpResponse
from ninja import Router
from pydantic import StringConstraints

from assetlib.accounts.models import Scope
from assetlib.api.v1 import idempotency, schemas
from assetlib.api.v1.bodies import Json, Strict, Text
from assetlib.api.v1.entrance import Call, QueryText, operation
from assetlib.api.v1.jobs import accepted
from assetlib.api.v1.problems import wrong_field
from assetlib.transfer.export import MAX_NAME, ExportError, enqueue_export
from assetlib.transfer.formats import FORMATS

router = Router(tags=["exports"])


class Export(Strict):
    """`project` leaves out what is not in it, and its splits are folders where a format has such.

    `name` is the file's, without its ending. Where the library lacks what the query speaks of, the
    export is refused unless `force`.
    """

    query: QueryText = ""
    format: Literal[tuple(FORMATS)] = "coco"  # type: ignore[valid-type] # a closed list
    name: Annotated[Text, StringConstraints(max_length=MAX_NAME)] = ""
    project: Text | None = None
    force: bool = False


@operation(
    router,
    "POST",
    "/exports",
    scope=Scope.READ,
    answers={202: schemas.Job},
    problems=(409,),
    openapi_extra=idempotency.DECLARED,
)
@idempotency.idempotent
def export(call: Call, body: Json[Export]) -> HttpResponse:
    """Ask for an export. When the job is done, `url` of its result is where the file is."""
    scope = None
    if body.project is not None:
        scope = call.workspace.projects.filter(slug=body.project).first()
        if scope is None:
            raise wrong_field("project", f"There is no project “{body.project}”.")
    try:
        job = enqueue_export(
            call.workspace,
            body.query,
            body.format,
            by=call.by,
            name=body.name,
            force=body.force,
            scope=scope,
        )
    except ExportError as refusal:
        raise wrong_field(refusal.field, refusal.message) from refusal
    return accepted(call, job)
