"""The native face against its own description: Schemathesis makes requests, right ones and wrong.

Every answer is one that is described: its status, its type, its shape. What the description forbids
is refused, and what it allows is never refused for its form. In process; each request is rolled
back, so that every one finds the same library.

Not in the plain run: ASSETLIB_DESCRIBED is how many requests to make up for each operation.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st

pytest.importorskip("schemathesis")
import schemathesis
from schemathesis.checks import CheckContext
from schemathesis.specs.openapi.checks import positive_data_acceptance

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import ApiKey, Scope, Workspace
from assetlib.changes.models import ActKind, ChangeSet, Origin
from assetlib.jobs.models import Job
from assetlib.mirror.models import Credential, CredentialKind, LedgerRow, Run, RunState
from tests.factories import NOON, make_image, make_mirror, make_project, put_in
from tests.metadata.writes import edit

EXAMPLES = int(os.environ.get("ASSETLIB_DESCRIBED") or 0)
pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif(not EXAMPLES, reason="ASSETLIB_DESCRIBED is not set"),
]
QUERIES = ("", "camera_id:cam001", "tag:night -line:3", "line>2 sort:-metadata.line", "nokey:1")
schemathesis.openapi.format("query", st.sampled_from(QUERIES))
schemathesis.openapi.format("cursor", st.just(""))
schemathesis.openapi.format("metadata", st.sampled_from(['{"line": 3}', '{"a": {"b": "c"}}', ""]))
schemathesis.openapi.format("tags", st.sampled_from(['["night"]', "[]", ""]))

described = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", get_wsgi_application())


@pytest.fixture
def one_connection(db: None) -> Iterator[None]:
    """Keep the connection, and so the test's transaction, as a request begins and ends."""
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.fixture
def secret(one_connection: None, workspace: Workspace) -> str:
    """Fill a library with what the addresses of `there` name."""
    image = make_image(workspace, public_id="a" * 20)
    edit(image, {"camera_id": "cam001", "line": 3, "ok": True}, add_tags=["night"])
    edit(make_image(workspace), {"line": "4"})
    put_in(make_project(workspace, "Line 3"), image, "train")
    ChangeSet.objects.create(
        pk=77, workspace=workspace, at=NOON, origin=Origin.API, kind=ActKind.EDIT
    )
    Job.objects.create(workspace=workspace, kind="undo", public_id="b" * 20)
    api_key, secret = create_api_key(workspace, "program", [*Scope])
    ApiKey.objects.create(pk=88, workspace=workspace, name="other", scopes=["read"], digest="x")
    assert api_key.pk != 88
    # The machine's own credential is switched off, so that no bucket is ever asked.
    mirror = make_mirror(workspace)
    Credential.objects.update(kind=CredentialKind.MACHINE)
    run = Run.objects.create(pk=99, mirror=mirror, state=RunState.PROBLEMS)
    LedgerRow.objects.create(mirror=mirror, path="a.png", outcome="failed", run=run, at=NOON)
    return secret


# What each part of an address is, so that requests are about something.
THERE = {
    "workspace": "acme",
    "image": "a" * 20,
    "job": "b" * 20,
    "change_set": 77,
    "api_key": 88,
    "project": "line-3",
    "credential": "for-line3",
    "mirror": "line3",
    "run": 99,
}
NAMES = {"keys": "line", "tags": "night"}


def right_form(_context: CheckContext, response: Any, case: Any) -> None:
    """What the description allows may be refused for what it says, never for its form."""
    if case.meta and case.meta.generation.mode.is_positive and response.status_code == 422:
        assert not response.json()["type"].endswith("invalid-input"), response.text


@described.parametrize()
@settings(
    max_examples=EXAMPLES or 1,
    deadline=None,
    suppress_health_check=[*HealthCheck],
    derandomize=EXAMPLES < 50,
)
def test_it_answers_as_it_is_described(case: schemathesis.Case[Any], secret: str) -> None:
    is_valid = bool(case.meta and case.meta.generation.mode.is_positive)
    for name in case.path_parameters or {}:
        if name == "workspace" or is_valid:
            resource = case.path.split("/")[4]
            case.path_parameters[name] = THERE.get(name) or NAMES.get(resource, "nothing")
    with transaction.atomic():
        case.call_and_validate(
            headers={"Authorization": f"Bearer {secret}"},
            additional_checks=[right_form],
            excluded_checks=[positive_data_acceptance],
        )
        transaction.set_rollback(True)
