"""README's example does what it says, as it stands there."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.factories import picture_bytes

README = Path(__file__).parent.parent.parent / "README.md"


def test_the_ten_lines_of_readme(
    live_server: Any,
    worker: None,
    api_key: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("frame.jpg").write_bytes(picture_bytes("JPEG"))
    Path("frames").mkdir()
    Path("frames/a.png").write_bytes(picture_bytes("PNG"))
    Path("frames/a.json").write_text('{"camera_id": "cam002"}')
    found = re.search(r"```python\n(from assetlib\.sdk .*?)```", README.read_text(), re.DOTALL)
    assert found is not None
    code = found[1].replace("http://localhost:8000", live_server.url).replace("al_…", api_key)
    names: dict[str, Any] = {}

    exec(code, names)  # noqa: S102 -- it is our own

    image, lib = names["image"], names["lib"]
    assert capsys.readouterr().out == f"{image.id} frame.jpg cam001\n"
    assert "site" not in image.refresh().metadata
    assert [dict(each.metadata) for each in lib.search("line:3")] == [
        {"camera_id": "cam002", "line": 3}
    ]
    with zipfile.ZipFile("night.zip") as archive:
        assert [name for name in archive.namelist() if name.endswith("frame.jpg")]
    lib.close()
