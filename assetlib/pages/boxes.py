"""The boxes of an image: drawn over the picture, and listed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from assetlib.accounts.access import Access, enter
from assetlib.annotations.models import Box
from assetlib.search.language import quote_if_needed
from assetlib.web.pages import render
from images.models import Image

# How many colours classes take turns in; `static/css/boxes.css` has them.
COLOURS = 8
# A name stands above its box, but for one so near the upper edge, in parts of the picture.
EDGE = 0.06


@dataclass(frozen=True, slots=True)
class Outline:
    """A box as it is drawn and listed; `colour` is that of its class in every image."""

    box: Box
    name: str
    colour: int
    is_inside: bool
    size: str
    search_url: str


@require_safe
def boxes(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """The list of an image's boxes; where a page asks for it, with the drawing to put in place."""
    access = enter(request, slug)
    image = get_object_or_404(access.workspace.images, public_id=public_id)
    context = boxes_context(access, image)
    return render(request, "pages/image_boxes.html", context, partial="refreshed")


def boxes_context(access: Access, image: Image) -> dict[str, Any]:
    return {"image": image, "outlines": list(_outlines(access, image))}


def _outlines(access: Access, image: Image) -> Iterator[Outline]:
    rows = Box.objects.filter(image=image).select_related("class_name", "changed_by")
    library = reverse("library", args=[access.workspace.slug])
    for box in rows.order_by("pk"):
        name = box.class_name.name
        query = urlencode({"q": f"class:{quote_if_needed(name)}"})
        yield Outline(
            box,
            name,
            box.class_name_id % COLOURS,
            box.top < image.height * EDGE,
            f"{box.width:,.0f} × {box.height:,.0f}",
            f"{library}?{query}",
        )
