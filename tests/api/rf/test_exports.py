"""An export is waited for and fetched."""

from __future__ import annotations

import io
import zipfile
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.test import Client

from assetlib.accounts.models import Workspace
from assetlib.jobs.models import Job
from assetlib.jobs.queue import cancel
from assetlib.jobs.worker import work_off
from images.models import Project
from tests.api.rf.requests import Rf, error
from tests.factories import make_picture, put_in
from tests.metadata.writes import edit


def test_an_export_is_waited_for_and_fetched_without_an_api_key(rf: Rf, project: Project) -> None:
    inside, outside = (make_picture(project.workspace, name) for name in ("a.png", "b.png"))
    put_in(project, inside, "train")
    for image in (inside, outside):
        edit(image, {"line": 3}, add_tags=["night"])

    def export(**body: Any) -> list[str]:
        asked = rf("POST", "/acme/search/export", {"query": "tag:night", "format": "coco", **body})
        assert asked.status_code == 202
        assert asked.json()["success"] is True
        address = f"/acme/search/export/{asked.json()['link']}"
        assert rf("GET", address).json() == {"ready": False}
        work_off()
        ready = rf("GET", address)
        assert (ready.status_code, ready.json()["ready"]) == (200, True)
        link = urlsplit(ready.json()["link"])
        fetched = Client().get(link.path + (f"?{link.query}" if link.query else ""))
        assert (link.scheme, link.netloc, fetched.status_code) == ("http", "testserver", 200)
        with zipfile.ZipFile(io.BytesIO(fetched.getvalue())) as archive:
            return [name for name in archive.namelist() if name.endswith(".png")]

    assert len(export()) == len(export(format="coco-segmentation", name="mine")) == 2
    for scope in ({"dataset": "line-3"}, {"annotationGroup": "line-3"}):
        assert [name.rpartition("/")[2] for name in export(**scope)] == ["a.png"]
    assert export(query="has:nothing") == []


@pytest.mark.parametrize(
    ("body", "status", "message"),
    [
        ({"query": "tag:night AND"}, 400, "nothing to work on"),
        ({"query": 3}, 400, "“query” is a text"),
        ({"query": "", "format": "xls"}, 400, "no format “xls”; coco"),
        ({"query": "", "format": "csv"}, 400, "no format “csv”; coco"),
        ({"query": "", "name": "x" * 101}, 400, "at most 100"),
        ({"query": "", "dataset": "a", "annotationGroup": "b"}, 400, "not both"),
        ({"query": "", "dataset": "nowhere"}, 404, "no project “nowhere”"),
    ],
)
def test_what_is_wrong_with_an_export_is_said(
    rf: Rf, workspace: Workspace, body: object, status: int, message: str
) -> None:
    answer = rf("POST", "/acme/search/export", body)

    assert answer.status_code == status
    assert message in error(answer)["message"]
    assert not Job.objects.exists()


def test_an_export_that_will_never_be_is_an_error(rf: Rf, workspace: Workspace) -> None:
    link = rf("POST", "/acme/search/export", {"query": ""}).json()["link"]
    cancel(Job.objects.get())

    answer = rf("GET", f"/acme/search/export/{link}")

    assert (answer.status_code, "cancelled" in error(answer)["message"]) == (410, True)
    update = rf("POST", "/acme/images/metadata", {"updates": [{"imageId": "a", "addTags": ["x"]}]})
    for unknown in ("nobody", update.json()["taskId"]):
        assert rf("GET", f"/acme/search/export/{unknown}").status_code == 404
