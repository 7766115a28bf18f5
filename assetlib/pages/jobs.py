"""Long work: what was asked for, how far it has come, and a way to call it off."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.jobs import queue
from assetlib.jobs.kinds import kinds
from assetlib.jobs.models import Job, Status
from assetlib.web.pages import render

PAGE = 50


@require_safe
def jobs(request: HttpRequest, slug: str) -> HttpResponse:
    access = enter(request, slug)
    page = Paginator(access.workspace.jobs.listed(), PAGE).get_page(request.GET.get("page"))
    listed = [(job, kinds()[job.kind].label) for job in page]
    moving = any(job.under_way for job in page)
    context = {"page": page, "jobs": listed, "moving": moving}
    return render(request, "pages/jobs.html", context, partial="jobs")


@require_safe
def job(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Show one job; the page asks again until it has ended."""
    access = enter(request, slug)
    found = _job(access, public_id)
    kind = kinds()[found.kind]
    done = found.status == Status.DONE
    context = {
        "job": found,
        "label": kind.label,
        "address": kind.address(found) if done and kind.address else "",
        "opens": kind.opens,
        "may_stop": _may_stop(access, found),
    }
    return render(request, "pages/job.html", context, partial="job")


@require_POST
def cancel(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    access = enter(request, slug)
    if not queue.cancel(_job_to_stop(access, public_id)):
        messages.error(request, "It has ended already.")
    return HttpResponseRedirect(reverse("job", args=[slug, public_id]))


@require_POST
def retry(request: HttpRequest, slug: str, public_id: str) -> HttpResponse:
    """Have a job that failed or was cancelled go on from where it was."""
    access = enter(request, slug)
    if not queue.retry(_job_to_stop(access, public_id)):
        messages.error(request, "It neither failed nor was cancelled.")
    return HttpResponseRedirect(reverse("job", args=[slug, public_id]))


def _job_to_stop(access: Access, public_id: str) -> Job:
    """Return the job of an editor, or one that the viewer has asked for."""
    found = _job(access, public_id)
    if not _may_stop(access, found):
        raise PermissionDenied(
            f"This needs the role {Role.EDITOR.label}, for somebody else has asked for the job."
        )
    return found


def _may_stop(access: Access, job: Job) -> bool:
    return access.may_edit or job.by_id == access.user.pk


def _job(access: Access, public_id: str) -> Job:
    return get_object_or_404(access.workspace.jobs.listed(), public_id=public_id)
