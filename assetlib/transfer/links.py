"""The signed addresses of exports: whoever has one may fetch the file, for a day."""

from __future__ import annotations

from django.core.signing import BadSignature, SignatureExpired, TimestampSigner
from django.http import HttpRequest
from django.urls import reverse

from assetlib.jobs.models import Job, Status

SIGNER = TimestampSigner(salt="assetlib.transfer.links")
LIVES = 24 * 3_600
FORGED = "This is no link to an export; part of it may be missing."
LAPSED = "This link has expired; the page of the export has a new one."
REMOVED = "This export has expired and its file is removed; export it again."


class ForgedLinkError(Exception):
    """Nobody here signed this address."""


class ExpiredLinkError(Exception):
    """The address was good once."""


def link_to(job: Job) -> str:
    """Return a new address of the job's file; empty when there is none (yet, or any more)."""
    if job.status != Status.DONE or "file" not in job.result:
        return ""
    return reverse("export-file", args=[SIGNER.sign(job.public_id)])


def signed_link(job: Job, request: HttpRequest) -> str:
    """Return the same with this server's name before it."""
    link = link_to(job)
    return request.build_absolute_uri(link) if link else ""


def read_link(token: str) -> Job:
    """Return the job whose file the address is of. Raises ForgedLinkError and ExpiredLinkError."""
    try:
        public_id = SIGNER.unsign(token, max_age=LIVES)
    except SignatureExpired as expired:
        raise ExpiredLinkError(LAPSED) from expired
    except BadSignature as forged:
        raise ForgedLinkError(FORGED) from forged
    job = Job.objects.defer("frozen").filter(public_id=public_id, kind="export").first()
    if job is None or "file" not in job.result:
        raise ExpiredLinkError(REMOVED)
    return job
