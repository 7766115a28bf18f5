"""Exports over the native face."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job
from assetlib.jobs.worker import work_off
from tests.api.v1.conftest import Program, problem
from tests.factories import make_picture, make_project, put_in
from tests.metadata.writes import edit


def test_an_export_is_asked_for_waited_for_and_fetched(
    reader: Program, workspace: Workspace
) -> None:
    image = make_picture(workspace, "a.png")
    edit(image, {"line": 3})
    put_in(make_project(workspace), image, "train")
    make_picture(workspace, "b.png")
    body = {"query": "line:3", "format": "imagefolder", "name": "night", "project": "line-3"}

    asked = reader("POST", "/exports", body)

    assert asked.status_code == 202
    assert "url" not in asked.json()["result"]
    work_off()
    done = reader("GET", f"/jobs/{asked.json()['id']}").json()
    assert (done["status"], done["result"]["count"]) == ("done", 1)
    assert "file" not in done["result"]
    file = Client().get(done["result"]["url"])
    assert "night.zip" in file["Content-Disposition"]
    with zipfile.ZipFile(io.BytesIO(file.getvalue())) as archive:
        assert any(name.endswith("a.png") for name in archive.namelist())


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"query": "("}, "query"),
        ({"query": "nokey:1"}, "query"),
        ({"format": "docx"}, "format"),
        ({"name": "x" * 101}, "name"),
        ({"project": "nowhere"}, "project"),
        ({"scope": "line-3"}, "scope"),
    ],
)
def test_what_is_wrong_with_an_export_names_its_field(
    program: Program, body: dict[str, Any], field: str
) -> None:
    (error,) = problem(program("POST", "/exports", body), 422)["errors"]

    assert error["field"] == field
    assert not Job.objects.exists()
