"""Export of what the query finds: a form that says what each format is, and what was exported."""

from __future__ import annotations

from django import forms
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assetlib.accounts.access import Access, enter
from assetlib.jobs.models import Job
from assetlib.pages.forms import ExportForm
from assetlib.search.find import find
from assetlib.search.frozen import NoticesError
from assetlib.search.language import QueryError
from assetlib.transfer.export import enqueue_export
from assetlib.transfer.formats import FORMATS
from assetlib.transfer.links import link_to
from assetlib.web.pages import render

LISTED = 20


@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the form for `?q=` and the exports there were; a POST asks for one."""
    access = enter(request, slug)
    asked = request.GET if request.method != "POST" else request.POST
    query = asked.get("q", "").replace("\0", "")
    if request.method != "POST":
        form = ExportForm(initial={"q": query, "format": "coco"}, workspace=access.workspace)
        return _page(request, access, form, query)
    form = ExportForm(request.POST, workspace=access.workspace)
    job = _asked_for(access, form) if form.is_valid() else None
    if job is None:
        return _page(request, access, form, query, status=422)
    return HttpResponseRedirect(reverse("job", args=[slug, job.public_id]))


def _asked_for(access: Access, form: ExportForm) -> Job | None:
    said = form.cleaned_data
    try:
        return enqueue_export(
            access.workspace,
            said["q"],
            said["format"],
            by=access.user,
            name=said["name"],
            force=said["force"],
            scope=said["project"],
        )
    except QueryError as error:
        form.add_error("q", str(error))
    except NoticesError as notices:
        # Whoever means it says so: the box is shown from now on.
        form.fields["force"].widget = forms.CheckboxInput()
        form.add_error("q", str(notices))
    return None


def _page(
    request: HttpRequest, access: Access, form: ExportForm, query: str, *, status: int = 200
) -> HttpResponse:
    found = find(access.workspace, query, limit=1)
    listed = access.workspace.jobs.listed().filter(kind="export")[:LISTED]
    context = {
        "form": form,
        "query": query,
        "found": found,
        "total": f"{found.total:,}",
        "formats": [(option, FORMATS[option.data["value"]].said) for option in form["format"]],
        "exports": [(job, FORMATS[job.arguments["format"]].label, link_to(job)) for job in listed],
    }
    return render(request, "pages/exports.html", context, partial="dialog", status=status)
