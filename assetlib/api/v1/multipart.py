"""The fields beside a file: texts, of which some hold JSON."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from pydantic import BaseModel, Field

from assetlib.api.v1 import schemas
from assetlib.api.v1.bodies import Text
from assetlib.api.v1.entrance import Call
from assetlib.api.v1.problems import NO_FIELD, FieldProblem, ProblemError, wrong_field
from assetlib.transfer.upload import About
from metadata.json_rules import JsonProblem, flatten_strict, read_json
from metadata.keynames import TagProblem, check_tag

# What would have worked, as JSON in a form's field.
EXAMPLES = {"metadata": '{"line": 3}', "tags": '["night"]'}


class UploadForm(BaseModel):
    """What is said of the file that is sent with it."""

    filename: Text = Field("", description="Instead of the file's own name.")
    metadata: Text = Field(
        "", description="A JSON object.", json_schema_extra={"format": "metadata"}
    )
    tags: Text = Field(
        "", description="A JSON list of texts.", json_schema_extra={"format": "tags"}
    )
    project: Text = Field("", description="The slug of a project.")
    split: schemas.SplitName = ""
    batch: Text = Field("", max_length=120)


def check_form(request: HttpRequest) -> None:
    """Refuse fields that there are not."""
    unknown = {*request.POST, *request.FILES} - {"file", "sidecar", *UploadForm.model_fields}
    if unknown:
        errors = [FieldProblem(field=name, message=NO_FIELD) for name in sorted(unknown)]
        raise ProblemError(
            422, f"There are no fields {', '.join(sorted(unknown))}.", errors, kind="invalid-input"
        )


def about_of(call: Call, form: UploadForm) -> About:
    """Return what the fields say of the file. Raises ProblemError or MetadataProblem."""
    if not form.project and (form.split or form.batch):
        raise wrong_field("project", "A split or batch belongs to a project; name one.")
    project = call.workspace.projects.filter(slug=form.project).first() if form.project else None
    if form.project and project is None:
        raise wrong_field("project", f"There is no project “{form.project}”.")
    return About(
        project=project,
        split=form.split,
        batch=form.batch,
        tags=_tags(form.tags),
        metadata=flatten_strict(_json("metadata", form.metadata) or {}),
    )


def _json(field: str, text: str) -> Any:
    if not text:
        return None
    try:
        return read_json(text)
    except JsonProblem as problem:
        said = f"{field}: This cannot be read as JSON: {problem.message}."
        said = f"{said} {EXAMPLES[field]} would work."
        raise wrong_field(field, said) from problem


def _tags(text: str) -> list[str]:
    names = _json("tags", text) or []
    if not isinstance(names, list) or not all(isinstance(name, str) for name in names):
        raise wrong_field("tags", 'Tags are a JSON list of texts, such as ["night"].')
    try:
        return [check_tag(name) for name in names]
    except TagProblem as problem:
        raise wrong_field("tags", problem.message) from problem
