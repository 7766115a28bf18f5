from __future__ import annotations

import io
import os
import time
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models import F

from assetlib.accounts.models import Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.models import ClassName
from images.files import names_of, original_folder
from metadata.models import Key, Tag, Value
from tests.annotations.boxes import draw
from tests.factories import make_picture
from tests.metadata.writes import edit


def doctor(*arguments: str) -> str:
    out = io.StringIO()
    call_command("doctor", *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def sound(workspace: Workspace) -> Workspace:
    image = make_picture(workspace)
    edit(image, {"a": "x", "n": 1, "b": True}, add_tags=["t"])
    draw(image, Drawn("part", 1, 1, 5, 5))
    return workspace


def test_a_sound_library_is_said_to_be_so(sound: Workspace) -> None:
    assert doctor() == "All is well.\n"


@pytest.mark.parametrize("model", [Key, Value, Tag, ClassName], ids=lambda model: model.__name__)
def test_a_wrong_counter_is_found_and_mended(
    sound: Workspace, model: type[Key | Value | Tag | ClassName]
) -> None:
    wrong = {"image_count": F("image_count") + 3}
    if model is Key:
        wrong["string_count"] = F("string_count") + 3
    model.objects.update(**wrong)

    with pytest.raises(CommandError, match="not as they should be"):
        doctor()
    doctor("--repair")

    assert doctor() == "All is well.\n"
    assert set(model.objects.values_list("image_count", flat=True)) == {1}


def test_a_file_without_an_image_is_found_once_it_is_old_and_removed(sound: Workspace) -> None:
    name = f"{original_folder(sound)}/ab/ab12.png"
    default_storage.save(name, ContentFile(b"left behind"))
    assert doctor() == "All is well.\n"
    before = time.time() - 7_200
    os.utime(Path(default_storage.path(name)), (before, before))

    with pytest.raises(CommandError):
        doctor()
    doctor("--repair")

    assert not default_storage.exists(name)
    assert doctor() == "All is well.\n"


def test_an_image_without_its_file_is_told_and_not_repaired_away(sound: Workspace) -> None:
    image = sound.images.get()
    default_storage.delete(next(names_of(image)))

    with pytest.raises(CommandError, match="1 things"):
        doctor("--repair")

    assert sound.images.alive().count() == 1
