"""Upload: files in, each with its result. A script sends them one by one, a form all at once.

A zip is kept and opened by a worker: its result is a job.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from assetlib.accounts.access import Access, enter
from assetlib.accounts.models import Role
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.models import Job
from assetlib.pages.forms import UploadForm
from assetlib.transfer import upload as uploading
from assetlib.transfer.pairing import pair
from assetlib.transfer.upload import About, Incoming
from assetlib.transfer.zip_upload import take_archive
from assetlib.web.pages import render, wants_partial
from images.errors import RefusedFileError
from metadata.json_rules import MAX_SIDECAR

File: TypeAlias = "UploadedFile[bytes]"
ZIP = ".zip"


@dataclass(frozen=True, slots=True)
class Archived:
    """What became of a zip: a job that takes its images in, or the refusal."""

    name: str
    job: Job | None = None
    refusal: RefusedFileError | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def upload(request: HttpRequest, slug: str) -> HttpResponse:
    """Show the page; a POST takes `files` in, with their `paths` where they lay in folders."""
    access = enter(request, slug, Role.EDITOR)
    if request.method != "POST":
        initial = {"project": request.GET.get("project", "")}
        form = UploadForm(initial=initial, workspace=access.workspace)
        return render(request, "pages/upload.html", {"form": form})
    form = UploadForm(request.POST, workspace=access.workspace)
    files = _named(request)
    if not files:
        form.add_error(None, "Choose at least one file.")
    if not form.is_valid():
        return render(request, "pages/upload.html", {"form": form}, partial="form", status=422)
    zips = {path: files.pop(path) for path in [*files] if path.lower().endswith(ZIP)}
    archives = [_archived(access, path, file, form.about) for path, file in zips.items()]
    if len(archives) == 1 and archives[0].job and not files and not wants_partial(request):
        return HttpResponseRedirect(reverse("job", args=[slug, archives[0].job.public_id]))
    pairing = pair(files)
    uploaded = uploading.upload(
        access.workspace,
        [_incoming(path, sidecar, files) for path, sidecar in pairing.pairs],
        by=access.user,
        origin=Origin.USER,
        about=form.about,
        into=_carried_on(request, access),
    )
    context = {
        "form": form,
        "archives": archives,
        "uploaded": uploaded,
        "orphans": pairing.orphans,
    }
    return render(request, "pages/upload.html", context, partial="results")


def _named(request: HttpRequest) -> dict[str, File]:
    """Return the files by path; two of one name and no path are told apart by a number."""
    files = request.FILES.getlist("files")
    paths = request.POST.getlist("paths")
    named: dict[str, File] = {}
    for number, file in enumerate(files):
        path = paths[number] if len(paths) == len(files) else str(file.name)
        named[path if path not in named else f"{number}/{path}"] = file
    return named


def _archived(access: Access, path: str, file: File, about: About) -> Archived:
    try:
        job = take_archive(
            access.workspace, file.chunks(), about, by=access.user, origin=Origin.USER
        )
    except RefusedFileError as refusal:
        return Archived(path, refusal=refusal)
    return Archived(path, job)


def _incoming(path: str, sidecar: str | None, files: dict[str, File]) -> Incoming:
    # One byte more than is allowed tells a sidecar that is too large without reading all of it.
    said = files[sidecar].open().read(MAX_SIDECAR + 1) if sidecar else None
    return Incoming(path, files[path], said)


def _carried_on(request: HttpRequest, access: Access) -> ChangeSet | None:
    """Return the upload the script is in the middle of: its own, of this person."""
    number = request.POST.get("change_set", "")
    if not number.isascii() or not number.isdigit() or len(number) > 18:  # noqa: PLR2004 -- int8
        return None
    mine = access.workspace.change_sets.filter(by=access.user, kind=ActKind.UPLOAD)
    return mine.filter(pk=int(number)).first()
