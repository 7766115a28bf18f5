"""What the browser is sent: vendored files as they were released, our own small."""

from __future__ import annotations

import gzip
import hashlib
import json
import re
from pathlib import Path

import pytest
from django.conf import settings

STATIC = Path(settings.BASE_DIR) / "static"
VENDOR = STATIC / "vendor"
MANIFEST = json.loads((VENDOR / "manifest.json").read_text())
OWN_SCRIPTS = sorted((STATIC / "js").glob("*.js"))
ALL_SCRIPTS = sorted(STATIC.rglob("*.js"))


def name_of(path: Path) -> str:
    return path.name


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_is_the_one_the_manifest_names(entry: dict[str, str]) -> None:
    content = (VENDOR / entry["file"]).read_bytes()

    assert hashlib.sha256(content).hexdigest() == entry["sha256"]
    assert f"{entry['name']}@{entry['version']}" in entry["source"]


@pytest.mark.parametrize("entry", MANIFEST, ids=lambda entry: entry["file"])
def test_a_vendored_file_has_its_licence_beside_it(entry: dict[str, str]) -> None:
    assert (VENDOR / entry["license_file"]).read_text().strip()


def test_the_manifest_names_every_vendored_script() -> None:
    assert {path.name for path in VENDOR.glob("*.js")} == {entry["file"] for entry in MANIFEST}


def test_the_icons_have_their_licence() -> None:
    assert "ISC License" in (STATIC / "icons" / "LICENSE.txt").read_text()


@pytest.mark.parametrize("path", ALL_SCRIPTS, ids=name_of)
def test_no_script_points_to_a_source_map(path: Path) -> None:
    assert "sourceMappingURL" not in path.read_text()


@pytest.mark.parametrize("path", OWN_SCRIPTS, ids=name_of)
def test_our_scripts_are_short_and_free_of_eval(path: Path) -> None:
    text = path.read_text()

    assert len(text.splitlines()) < 300
    assert "eval(" not in text
    assert "new Function" not in text


def test_all_scripts_together_are_small() -> None:
    size = sum(len(gzip.compress(path.read_bytes())) for path in ALL_SCRIPTS)

    assert size < 60_000


@pytest.mark.parametrize("path", sorted(STATIC.rglob("*.css")), ids=name_of)
def test_no_style_sheet_asks_another_host(path: Path) -> None:
    assert not re.search(r"@import|url\(\s*['\"]?(https?:)?//", path.read_text())
