"""README names every setting, command, filter and room there is, and the order that holds."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

from assetlib.search.language import NAMES

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
SETTINGS = (ROOT / "assetlib" / "settings.py").read_text()
COMMANDS = (ROOT / "assetlib" / "management" / "commands").glob("[a-z]*.py")


@pytest.mark.parametrize(
    "name", sorted(set(re.findall(r'"(ASSETLIB_[A-Z_]+|DATABASE_URL)"', SETTINGS)))
)
def test_every_setting_is_explained(name: str) -> None:
    assert f"| `{name}` |" in README


@pytest.mark.parametrize("name", sorted(path.stem for path in COMMANDS))
def test_every_command_is_explained(name: str) -> None:
    assert re.search(rf"\| `{name}\b", README)


@pytest.mark.parametrize("name", sorted(NAMES.keys() - {"metadata"}))
def test_every_filter_is_in_the_table(name: str) -> None:
    assert re.search(rf"`{name}[:><=`]", README)


def test_every_room_is_told_and_their_order_is_the_one_that_holds() -> None:
    rooms = {path.parent.name for path in (ROOT / "assetlib").glob("*/__init__.py")}
    tree = README.partition("## Architecture")[2].split("```")[1]
    assert set(re.findall(r"^  (\w+)/", tree, re.MULTILINE)) == rooms

    linter = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (each["layers"] for each in linter["contracts"] if each["type"] == "layers")
    held = [set(re.findall(r"\w+", layer.replace("assetlib.", ""))) for layer in layers]
    (told,) = re.findall(r"^`(urls → .*)`\.$", README, re.MULTILINE)
    held[0].remove("wsgi")
    assert [set(layer.split(", ")) for layer in told.split(" → ")] == held
    # The SDK stands beside them.
    assert set().union(*held) >= rooms - {"sdk"}
