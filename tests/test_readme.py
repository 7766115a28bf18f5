"""README names every setting, command and filter there is."""

from __future__ import annotations

import re
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
