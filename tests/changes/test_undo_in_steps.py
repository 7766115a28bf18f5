"""A change set of many images is undone by a job, as exactly as a small one at once."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from django.test import Client

from assetlib.accounts.models import User, Workspace
from assetlib.changes import undo as undoing
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin, State
from assetlib.changes.undo import NotUndoableError, undo_by_size
from assetlib.jobs.models import Job, Status
from assetlib.jobs.queue import cancel, retry
from assetlib.jobs.worker import work_off
from assetlib.search.find import find
from assetlib.search.index import verify
from images.models import Image
from metadata.annotate import annotate
from metadata.check import wrong_counts
from metadata.edits import Edit
from metadata.values import from_json
from tests.factories import make_image
from tests.metadata.writes import edit, held

# More images than one step undoes, and more changes than are undone at once.
IMAGES, KEYS = undoing.BATCH + 20, 5


@pytest.fixture
def big(workspace: Workspace, editor: User) -> ChangeSet:
    """An edit that gave each of many images as many entries, and a tag."""
    images = [make_image(workspace) for _ in range(IMAGES)]
    said = {f"k{number}": from_json(number) for number in range(KEYS)}
    with act(workspace, by=editor, origin=Origin.USER, kind=ActKind.EDIT) as acting:
        annotate(acting, [Edit(image, set=said, add_tags=["many"]) for image in images])
    assert acting.change_set is not None
    return acting.change_set


@pytest.fixture
def job(big: ChangeSet, editor: User) -> Iterator[Job]:
    asked = undo_by_size(big, by=editor)
    assert isinstance(asked, Job)
    yield asked
    assert not list(verify(big.workspace))
    assert not list(wrong_counts(big.workspace))


def test_all_of_it_is_undone_as_one_change_set_that_can_be_undone(
    big: ChangeSet, job: Job, editor: User
) -> None:
    edit(Image.objects.earliest("ord"), {"k0": "by hand"})

    work_off()

    job.refresh_from_db()
    big.refresh_from_db()
    assert job.status == Status.DONE
    assert "1 change left alone: it has been changed again since" in job.result["said"]
    assert find(big.workspace, "tag:many OR has:k1").total == 0
    assert held(Image.objects.earliest("ord")) == {"k0": "by hand"}
    assert big.state == State.UNDONE
    undone = ChangeSet.objects.get(pk=job.checkpoint["change_set"])
    assert (undone.kind, undone.state, undone.undo_of) == (ActKind.UNDO, State.DONE, big)
    assert undone.image_count == IMAGES

    undo_by_size(undone, by=editor)
    work_off()

    big.refresh_from_db()
    assert big.state == State.DONE
    assert find(big.workspace, "tag:many has:k1").total == IMAGES


class CancelsAt(threading.Event):
    """Calls a job off when the work asks for the nth time whether its worker is to end."""

    def __init__(self, job: Job, times: int) -> None:
        super().__init__()
        self.job, self.left = job, times

    def is_set(self) -> bool:
        self.left -= 1
        if self.left == 0:
            cancel(self.job)
        return False


def test_one_that_is_called_off_keeps_what_it_has_undone_and_goes_on(
    big: ChangeSet, job: Job
) -> None:
    # Asked by the worker, when the change set is opened, and in each step.
    work_off(CancelsAt(job, 4))

    job.refresh_from_db()
    big.refresh_from_db()
    assert job.status == Status.CANCELLED
    assert find(big.workspace, "tag:many").total == IMAGES - undoing.BATCH
    assert big.undoable
    assert ChangeSet.objects.get(pk=job.checkpoint["change_set"]).state == State.CANCELLED

    retry(job)
    work_off()

    big.refresh_from_db()
    assert big.state == State.UNDONE
    assert ChangeSet.objects.filter(kind=ActKind.UNDO).get().image_count == IMAGES


def test_a_job_is_at_it_only_once(big: ChangeSet, job: Job, editor: User) -> None:
    with pytest.raises(NotUndoableError, match="being undone already"):
        undo_by_size(big, by=editor)

    work_off()

    with pytest.raises(NotUndoableError, match="undone already"):
        undo_by_size(big, by=editor)


def test_its_page_leads_to_the_job(big: ChangeSet, as_editor: Client) -> None:
    response = as_editor.post(f"/acme/changes/{big.pk}/undo")

    assert response.status_code == 302
    assert response["Location"] == f"/acme/jobs/{Job.objects.get().public_id}"


def test_htmx_is_led_there_too(big: ChangeSet, as_editor: Client) -> None:
    response = as_editor.post(f"/acme/changes/{big.pk}/undo", headers={"HX-Request": "true"})

    assert response["HX-Redirect"] == f"/acme/jobs/{Job.objects.get().public_id}"
