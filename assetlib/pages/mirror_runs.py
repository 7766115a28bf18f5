"""What a mirror does: its runs, the plan of the next one, and the ledger of its objects."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from assetlib.accounts.access import enter
from assetlib.accounts.models import Role
from assetlib.jobs import queue
from assetlib.jobs.models import Status
from assetlib.mirror import runs
from assetlib.mirror.models import Mirror, OutcomeName, StrategyName
from assetlib.mirror.preview import enqueue_plan, last_plan
from assetlib.mirror.runs import MirrorBusyError, NotRetriedError
from assetlib.pages.mirrors import find_mirror, told
from assetlib.web.pages import render

RUNS, PAGE = 20, 100


@require_safe
def mirror(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """One mirror: what it follows, how its last runs went, what became of its objects."""
    access = enter(request, slug)
    found = find_mirror(access, name)
    listed = found.runs.select_related("job", "change_set").order_by("-id")[:RUNS]
    rows = [told(run) for run in listed]
    context = {
        "mirror": found,
        "runs": rows,
        "current": next((row["run"] for row in rows if row["run"].under_way), None),
        "outcomes": _outcomes(found),
    }
    return render(request, "pages/mirror.html", context, partial="runs")


def _outcomes(mirror: Mirror) -> list[dict[str, Any]]:
    """Return how many objects came to what, in the order of the outcomes."""
    rows = mirror.ledger.order_by().values_list("outcome").annotate(n=Count("id"))
    counts = dict(rows)
    return [
        {"value": value, "label": label, "count": counts[value]}
        for value, label in OutcomeName.choices
        if value in counts
    ]


@require_POST
def run(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Ask for a run; with `what=reapply` of what is known already."""
    access = enter(request, slug, Role.EDITOR)
    found = find_mirror(access, name)
    ask = runs.reapply if request.POST.get("what") == "reapply" else runs.enqueue_run
    try:
        ask(found, by=access.user)
    except MirrorBusyError as busy:
        messages.error(request, str(busy))
    return HttpResponseRedirect(reverse("mirror", args=[slug, name]))


@require_POST
def cancel(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Call the run off that is under way."""
    access = enter(request, slug, Role.EDITOR)
    found = find_mirror(access, name)
    current = found.runs.under_way().select_related("job").first()
    if current is None or current.job is None or not queue.cancel(current.job):
        messages.error(request, "No run is under way any more.")
    return HttpResponseRedirect(reverse("mirror", args=[slug, name]))


@require_http_methods(["GET", "HEAD", "POST"])
def plan(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Show the last plan of a run; a POST asks for a new one."""
    access = enter(request, slug, Role.EDITOR if request.method == "POST" else Role.VIEWER)
    found = find_mirror(access, name)
    if request.method == "POST":
        enqueue_plan(found, by=access.user)
        return HttpResponseRedirect(reverse("mirror-plan", args=[slug, name]))
    job = last_plan(found)
    chosen = _strategy(request.GET.get("strategy", found.strategy))
    context: dict[str, Any] = {
        "mirror": found,
        "job": job,
        "strategies": StrategyName.choices,
        "chosen": chosen,
    }
    if job is not None and job.status == Status.DONE:
        compared = job.result["strategies"]
        context["effects"] = compared.get(chosen, {}).items()
        context["counts"] = sorted(job.result["counts"].items())
    return render(request, "pages/mirror_plan.html", context, partial="plan")


def _strategy(name: str) -> StrategyName:
    if name not in StrategyName:
        raise Http404(f"There is no strategy “{name}”.")
    return StrategyName(name)


@require_safe
def objects(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """The ledger: each object, its image, what came of it and why; by outcome and part of path."""
    access = enter(request, slug)
    found = find_mirror(access, name)
    rows = found.ledger.asked(*_filter(request.GET)).order_by("path")
    page = Paginator(rows.select_related("image"), PAGE).get_page(request.GET.get("page"))
    kept = {name: request.GET[name] for name in ("outcome", "path") if request.GET.get(name)}
    context = {
        "mirror": found,
        "page": page,
        "outcomes": _outcomes(found),
        "outcome": request.GET.get("outcome", ""),
        "path": request.GET.get("path", ""),
        "query": urlencode(kept) + "&" if kept else "",
    }
    return render(request, "pages/mirror_objects.html", context, partial="objects")


@require_POST
def retry(request: HttpRequest, slug: str, name: str) -> HttpResponse:
    """Have the objects that a filter of the ledger shows read again."""
    access = enter(request, slug, Role.EDITOR)
    found = find_mirror(access, name)
    outcome, path = _filter(request.POST)
    try:
        runs.retry_shown(found, outcome, path, by=access.user)
    except (MirrorBusyError, NotRetriedError) as refusal:
        messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("mirror", args=[slug, name]))


def _filter(asked: QueryDict) -> tuple[str | None, str]:
    """Return the outcome and the part of a path by which the ledger is filtered."""
    outcome = asked.get("outcome", "")
    known = outcome if outcome in OutcomeName.values else None
    return known, asked.get("path", "").replace("\0", "")
