"""What is done again and again is done once, however many look at the clock."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from pytest_django import Settings

from assetlib.jobs.models import Tick
from assetlib.jobs.periodic import run_due
from tests.jobs import work

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def two_tasks(settings: Settings) -> None:
    work.DONE.clear()
    settings.PERIODIC = {
        "broken": (60, "tests.jobs.work.break_down"),
        "note": (3_600, "tests.jobs.work.note_done"),
    }


def test_what_is_new_is_done_at_once_and_then_when_it_is_due() -> None:
    assert run_due() == ["note"]
    assert run_due() == []

    assert work.DONE == ["note"]


def test_what_was_missed_is_done_once() -> None:
    long_ago = timezone.now() - timedelta(days=30)
    Tick.objects.create(name="note", due_at=long_ago)

    run_due()
    run_due()

    assert work.DONE == ["note"]
    assert Tick.objects.get(name="note").due_at > timezone.now() + timedelta(minutes=59)


def test_one_that_fails_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    assert run_due() == ["note"]
    assert "broken failed." in caplog.text
    assert Tick.objects.get(name="broken").due_at > timezone.now()


def test_the_settings_name_functions_that_are_there(settings: Settings) -> None:
    settings.PERIODIC = {"purge-trash": (86_400, "images.trash.purge_expired")}

    assert run_due() == ["purge-trash"]
