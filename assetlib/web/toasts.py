from __future__ import annotations

from typing import Literal, TypeVar

from django.http import HttpResponseBase
from django_htmx.http import trigger_client_event

R = TypeVar("R", bound=HttpResponseBase)


def toast(
    response: R, message: str, *, level: Literal["success", "error"] = "success", undo: str = ""
) -> R:
    """Have the page show `message`, with an Undo button that posts to the URL `undo`."""
    return trigger_client_event(
        response, "toast", {"message": message, "level": level, "undo": undo}
    )


def saved(response: R) -> R:
    """Have panels that follow what is saved, such as the history, load themselves again."""
    return trigger_client_event(response, "saved")
