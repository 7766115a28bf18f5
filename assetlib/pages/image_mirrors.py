"""Where an image is in buckets: its paths, and what its sidecars say beside what holds."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe
from django_htmx.http import trigger_client_event

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.changes.links import undo_url
from assetlib.mirror.merge import union
from assetlib.mirror.models import LIVE, LedgerRow, OutcomeName
from assetlib.mirror.runs import MirrorBusyError, follow_again
from assetlib.mirror.strategies import leaves_alone
from assetlib.web.pages import render, wants_partial
from assetlib.web.toasts import toast
from images.models import Image
from metadata.shown import held_by


@require_safe
def mirrors(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug)
    return _panel(request, access, _image(access, public_id))


@require_POST
def follow(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Have the image follow the bucket again, at once."""
    access = enter(request, slug, Role.EDITOR)
    image = _image(access, public_id)
    mirror = get_object_or_404(access.workspace.mirrors, name=request.POST.get("mirror", ""))
    page = reverse("image", args=[slug, public_id])
    try:
        change_set = follow_again(mirror, [image], by=access.user)
    except MirrorBusyError as busy:
        if wants_partial(request):
            return toast(HttpResponse(status=204), str(busy), level="error")
        messages.error(request, str(busy))
        return HttpResponseRedirect(page)
    said = f"{image.filename} follows {mirror.name} again."
    if not wants_partial(request):
        messages.success(request, said, extra_tags=undo_url(change_set))
        return HttpResponseRedirect(page)
    response = toast(HttpResponse(status=204), said, undo=undo_url(change_set))
    # The editor and this panel are on the page, and load themselves again.
    return trigger_client_event(response, "changed")


def _image(access: Access, public_id: str) -> Image:
    return get_object_or_404(access.workspace.images, public_id=public_id)


def _panel(request: HttpRequest, access: Access, image: Image) -> HttpResponse:
    rows = (
        LedgerRow.objects.of([image.pk]).select_related("mirror").order_by("mirror__name", "path")
    )
    held = held_by([image.pk])[image.pk]
    places = []
    for mirror, theirs in groupby(rows, key=lambda row: row.mirror):
        paths = list(theirs)
        said = union(row for row in paths if row.outcome in LIVE)
        compared = [
            {"key": key, "said": value, "held": held.get(key)}
            for key, value in sorted(said.entries.items())
        ]
        alone = leaves_alone(mirror.strategy, touched=image.touched_at is not None)
        places.append({"mirror": mirror, "paths": paths, "compared": compared, "alone": alone})
    context: dict[str, Any] = {
        "image": image,
        "places": places,
        "held_outcome": OutcomeName.HELD,
        "may_edit": access.may_edit,
    }
    return render(request, "pages/image_mirrors.html", context, partial="places")
