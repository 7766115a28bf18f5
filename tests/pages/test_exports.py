from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.models import User, Workspace
from assetlib.jobs.models import Job, Status
from assetlib.jobs.worker import work_off
from assetlib.transfer.expiry import remove_old_exports
from assetlib.transfer.export import enqueue_export
from assetlib.transfer.formats import FORMATS
from tests.factories import make_image, make_project, put_in
from tests.metadata.writes import edit
from tests.transfer.exports import export


@pytest.fixture
def library(workspace: Workspace) -> Workspace:
    for number in range(3):
        edit(make_image(workspace), {"line": number})
    return workspace


def test_the_form_says_what_the_query_finds_and_what_each_format_is(
    as_viewer: Client, library: Workspace
) -> None:
    page = as_viewer.get("/acme/exports", {"q": "line:1..2"}).content.decode()

    assert "<strong>2 images</strong>" in page
    for each in FORMATS.values():
        assert each.said in page
    assert 'href="/acme/exports?q=line%3A1"' in as_viewer.get("/acme/?q=line:1").content.decode()


def test_a_viewer_exports_watches_and_downloads(
    as_viewer: Client, viewer: User, library: Workspace
) -> None:
    asked = as_viewer.post("/acme/exports", {"q": "line:1..2", "format": "csv", "name": "two"})
    job = Job.objects.get()
    assert (asked.status_code, asked["Location"]) == (302, f"/acme/jobs/{job.public_id}")
    assert (job.by, job.total) == (viewer, 2)
    assert "Waits for a worker" in as_viewer.get(asked["Location"]).content.decode()

    work_off()

    page = as_viewer.get(asked["Location"]).content.decode()
    assert "2 images, " in page
    link = page.partition('href="/exports/')[2].partition('"')[0]
    answer = Client().get(f"/exports/{link}")
    assert answer["Content-Disposition"] == 'attachment; filename="two.csv"'
    rows = b"".join(answer.streaming_content).decode()  # type: ignore[attr-defined]
    assert len(rows.splitlines()) == 3
    assert "two.csv" in as_viewer.get("/acme/exports").content.decode()


def test_a_project_is_exported_alone(as_viewer: Client, library: Workspace) -> None:
    put_in(make_project(library), library.images.earliest("ord"), "train")

    as_viewer.post("/acme/exports", {"format": "jsonl", "project": "line-3"})

    assert (Job.objects.get().total, Job.objects.get().arguments["project"]) == (1, "line-3")


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"format": "tar"}, "Select a valid choice"),
        ({}, "Choose a format."),
        ({"format": "csv", "q": "line:("}, "line:("),
        ({"format": "csv", "project": "nowhere"}, "Select a valid choice"),
        ({"format": "csv", "name": "x" * 101}, "at most 100 characters"),
        ({"format": "csv", "name": "a\0b"}, "Null characters are not allowed"),
        ({"format": "csv", "q": "x" * 20_000}, "at most 10000 characters"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_asked_for(
    as_viewer: Client, library: Workspace, fields: dict[str, str], said: str
) -> None:
    answer = as_viewer.post("/acme/exports", fields)

    assert answer.status_code == 422
    assert said in answer.content.decode()
    assert not Job.objects.exists()


def test_a_query_that_may_mean_something_else_is_exported_when_insisted_on(
    as_viewer: Client, library: Workspace
) -> None:
    answer = as_viewer.post("/acme/exports", {"q": "-lien:1", "format": "csv"})
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Export it all the same" in page
    assert "lien" in page

    as_viewer.post("/acme/exports", {"q": "-lien:1", "format": "csv", "force": "on"})
    assert Job.objects.get().total == 3


def test_a_stranger_asks_for_nothing(as_stranger: Client, library: Workspace) -> None:
    assert as_stranger.post("/acme/exports", {"format": "csv"}).status_code == 404
    assert not Job.objects.exists()


def test_who_asked_may_call_it_off_and_another_viewer_may_not(
    as_viewer: Client, viewer: User, editor: User, library: Workspace
) -> None:
    mine = enqueue_export(library, "", "csv", by=viewer)
    other = enqueue_export(library, "", "csv", by=editor)

    assert as_viewer.post(f"/acme/jobs/{mine.public_id}/cancel").status_code == 302
    assert as_viewer.post(f"/acme/jobs/{other.public_id}/cancel").status_code == 403
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.status, other.status) == (Status.CANCELLED, Status.CREATED)
    assert "Cancel\n" not in as_viewer.get(f"/acme/jobs/{other.public_id}").content.decode()


def test_what_has_expired_is_said_to(
    as_viewer: Client, library: Workspace, settings: object
) -> None:
    job = export(library, "csv")
    settings.EXPORT_DAYS = 0  # type: ignore[attr-defined]
    remove_old_exports()

    assert (
        "Expired: its file was kept"
        in as_viewer.get(f"/acme/jobs/{job.public_id}").content.decode()
    )
    page = as_viewer.get("/acme/exports").content.decode()
    assert "expired" in page
    assert "/exports/" not in page.replace("/acme/exports", "")


def test_twenty_exports_ask_as_much_as_two(as_viewer: Client, library: Workspace) -> None:
    def questions() -> int:
        with CaptureQueriesContext(connection) as captured:
            as_viewer.get("/acme/exports")
        return len(captured)

    for _ in range(2):
        export(library, "jsonl")
    questions()
    few = questions()
    for _ in range(5):
        export(library, "csv")

    assert questions() == few
