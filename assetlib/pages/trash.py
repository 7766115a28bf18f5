"""The trash of a workspace: what lies in it, until when, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from assetlib.accounts.access import enter
from assetlib.web.pages import render
from images.models import Image

PAGE = 60


@dataclass(frozen=True, slots=True)
class Lying:
    """An image in the trash, and when it goes for good."""

    image: Image
    until: datetime


@require_safe
def trash(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    images = access.workspace.images.trashed().select_related("deleted_by").order_by("-deleted_at")
    page = Paginator(images, PAGE).get_page(request.GET.get("page"))
    kept = timedelta(days=settings.TRASH_DAYS)
    lying = [Lying(image, image.deleted_at + kept) for image in page if image.deleted_at]
    context = {"page": page, "lying": lying, "days": settings.TRASH_DAYS}
    return render(request, "pages/trash.html", context, partial="trashed")
