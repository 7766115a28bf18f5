"""JSON in: read by the rules of metadata, with limits of this face's own."""

from __future__ import annotations

from typing import Annotated, Any, TypeVar

from django.conf import settings
from django.http import HttpRequest
from ninja import NinjaAPI
from ninja.params.models import Body, BodyModel
from pydantic import BaseModel, ConfigDict, StringConstraints

from assetlib.api.v1.problems import ProblemError
from metadata.json_rules import read_json

MOST_BYTES = 64_000_000
JSON = "application/json"

T = TypeVar("T")


class Strict(BaseModel):
    """The body of a request: of just these fields, each of just this type."""

    model_config = ConfigDict(extra="forbid", strict=True)


class JsonModel(BodyModel):
    @classmethod
    def get_request_data(
        cls,
        request: HttpRequest,
        api: NinjaAPI,  # noqa: ARG003 -- as Ninja calls it
        path_params: dict[str, Any],  # noqa: ARG003 -- as Ninja calls it
    ) -> dict[str, Any] | None:
        """Return the body under the name of the view's argument."""
        data = read_body(request)
        # What is missing is a missing field to those who check it.
        return {cls.__read_from_single_attr__: read_json(data)} if data else {}


class JsonBody(Body):  # type: ignore[misc] # as all of Ninja's parameters
    """A parameter that is the whole of a JSON body."""

    _model = JsonModel

    @classmethod
    def _param_source(cls) -> str:
        return "body"


Json = Annotated[T, JsonBody(...)]


def read_body(request: HttpRequest) -> bytes:
    """Return the bytes of a JSON body. Raises ProblemError for another type, or too many."""
    if request.content_type != JSON:
        if not request.read(1):
            # Nothing is of no type, whatever a server in between says.
            return b""
        said = request.content_type or "nothing"
        raise ProblemError(415, f"Send “Content-Type: {JSON}”; this says {said}.")
    data = request.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise _too_large(MOST_BYTES)
    return data


def check_length(request: HttpRequest) -> None:
    """Refuse a body by the length it declares, before any of it is read."""
    most = MOST_BYTES
    if request.content_type == "multipart/form-data":
        most = settings.UPLOAD_MAX_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE
    declared = request.META.get("CONTENT_LENGTH") or "0"
    if not declared.isascii() or not declared.isdigit() or int(declared) > most:
        raise _too_large(most)


def _too_large(most: int) -> ProblemError:
    return ProblemError(413, f"The body is larger than {most / 1e6:,.0f} MB; send it in parts.")


# A text that every database can keep; Pydantic itself refuses half of a character.
Text = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$")]
