"""Requests that are sent twice and done once: the header `Idempotency-Key`.

The key is claimed first, in a transaction of its own, so that another request with it learns at
once that the first is under way. What the request does and the answer that is kept then commit
together: a process that is killed leaves a claim and nothing done, and the claim is taken over.
What commits in steps is taken up where it was left: a step that was done changes nothing again.
"""

from __future__ import annotations

import functools
import hashlib
import secrets
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from assetlib.accounts.models import User
from assetlib.api.models import Kept
from assetlib.api.v1.entrance import Call
from assetlib.api.v1.problems import ProblemError, wrong_field

HEADER = "Idempotency-Key"
LIVES = timedelta(hours=24)
# A request that has not answered for so long is taken to be dead.
STALE = timedelta(minutes=5)
MOST = 255

# What the description says of an operation that is `idempotent`.
DECLARED: dict[str, Any] = {
    "parameters": [
        {
            "in": "header",
            "name": HEADER,
            "required": False,
            "schema": {"type": "string", "minLength": 1, "maxLength": MOST, "pattern": "^[!-~]+$"},
            "description": "Sent again within 24 hours, the request is answered as it was, and "
            "nothing is done twice.",
        }
    ]
}

V = TypeVar("V", bound=Callable[..., HttpResponse])


def idempotent(view: V) -> V:
    """Have the view's answer kept, and given again, under the key the request names."""
    return _once(view, transaction.atomic)


def idempotent_in_steps(view: V) -> V:
    """Do so with a view of several transactions, which changes nothing when it is done again."""
    return _once(view, nullcontext)


def _once(view: V, together: Callable[[], AbstractContextManager[None]]) -> V:
    @functools.wraps(view)
    def once(call: Call, **values: Any) -> HttpResponse:
        key = call.request.headers.get(HEADER)
        if key is None:
            return view(call, **values)
        kept = _claim(call, _checked(key), _digest(call, values))
        if kept.status is not None:
            return _again(kept)
        is_done = False
        try:
            with together():
                answer = view(call, **values)
                _keep(kept, answer)
            is_done = True
        finally:
            if not is_done:
                Kept.objects.filter(pk=kept.pk, claim=kept.claim).delete()
        return answer

    return once  # type: ignore[return-value] # of the view's own form


def forget_old() -> int:
    """Remove the answers nobody is promised any more; return how many."""
    removed, _ = Kept.objects.filter(created_at__lt=timezone.now() - LIVES).delete()
    return removed


def _checked(key: str) -> str:
    if not 1 <= len(key) <= MOST or not all("!" <= character <= "~" for character in key):
        raise wrong_field(HEADER, f"An {HEADER} is from 1 to {MOST} printable ASCII characters.")
    return key


def _digest(call: Call, values: dict[str, Any]) -> str:
    """Return what tells this request from another: method, address, and what it says."""
    said = (call.request.method, call.request.get_full_path(), values)
    return hashlib.sha256(repr(said).encode(errors="surrogatepass")).hexdigest()


def _claim(call: Call, key: str, digest: str) -> Kept:
    """Return the row of the key: claimed by this request, or with the answer of an earlier one."""
    now, claim = timezone.now(), secrets.token_hex(16)
    who = "user" if isinstance(call.by, User) else "key"
    named = {"workspace": call.workspace, "caller": f"{who}:{call.by.pk}", "key": key}
    Kept.objects.filter(**named, created_at__lt=now - LIVES).delete()
    kept, is_new = Kept.objects.get_or_create(
        **named,
        defaults={"digest": digest, "claim": claim, "claimed_at": now, "created_at": now},
    )
    if kept.digest != digest:
        raise wrong_field(HEADER, f"This {HEADER} was sent with another request; choose another.")
    if is_new or kept.status is not None:
        return kept
    dead = Kept.objects.filter(pk=kept.pk, claim=kept.claim, claimed_at__lt=now - STALE)
    if not dead.update(claim=claim, claimed_at=now):
        raise _under_way()
    kept.claim = claim
    return kept


def _keep(kept: Kept, answer: HttpResponse) -> None:
    mine = Kept.objects.filter(pk=kept.pk, claim=kept.claim)
    if not mine.update(
        status=answer.status_code,
        location=answer.headers.get("Location", ""),
        body=answer.content.decode(),
    ):
        # Taken for dead, and done by another: what was done here is rolled back.
        raise _under_way()


def _again(kept: Kept) -> HttpResponse:
    answer = HttpResponse(kept.body, status=kept.status, content_type="application/json")
    answer.headers["Idempotency-Replayed"] = "true"
    if kept.location:
        answer.headers["Location"] = kept.location
    return answer


def _under_way() -> ProblemError:
    return ProblemError(
        409,
        f"A request with this {HEADER} is under way; ask again in a moment.",
        headers={"Retry-After": "1"},
    )
