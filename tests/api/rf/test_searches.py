"""The workspace and a project are searched."""

from __future__ import annotations

from typing import Any

import pytest

from assetlib.accounts.models import Workspace
from images.models import Project
from tests.api.rf.requests import Rf, error
from tests.factories import make_image, put_in
from tests.metadata.writes import edit


def test_a_search_pages_through_all_it_finds(rf: Rf, workspace: Workspace) -> None:
    for number in range(5):
        edit(make_image(workspace), {"n": number}, add_tags=["night"] if number else [])
    fields = ["name", "tags", "user_metadata", "width", "projects", "created", "unknown"]
    found, token = [], None
    while True:
        body = {"query": "tag:night", "pageSize": 3, "fields": fields, "continuationToken": token}
        page = rf("POST", "/acme/search/v1", body).json()
        assert page["total"] == 4
        found += page["results"]
        if not (token := page["continuationToken"]):
            break

    assert [hit["user_metadata"]["n"] for hit in found] == [4, 3, 2, 1]
    assert {*found[0]} == {"id", *fields} - {"unknown"}
    assert (found[0]["width"], found[0]["projects"]) == (640, [])


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"query": "tag:night AND"}, "nothing to work on"),
        ({"query": 3}, "is a text"),
        ({"query": "", "pageSize": 0}, "from 1 to 1,000"),
        ({"query": "", "pageSize": "5"}, "whole number"),
        ({"query": "", "fields": "name"}, "list of names"),
        ({"query": "", "continuationToken": "forged"}, "continuationToken"),
        ([], "no JSON object"),
    ],
)
def test_what_is_wrong_with_a_search_is_said(
    rf: Rf, workspace: Workspace, body: object, message: str
) -> None:
    answer = rf("POST", "/acme/search/v1", body)

    assert answer.status_code == 400
    assert message in error(answer)["message"]


def test_a_project_is_searched_by_offset(rf: Rf, project: Project) -> None:
    images = [make_image(project.workspace, f"{n}.jpg") for n in range(4)]
    for image in images[1:]:
        put_in(project, image, "train", "May 3")
    edit(images[3], {"camera_id": "cam001"}, add_tags=["night"])
    names = {image.public_id: image.filename for image in images}

    def found(**body: Any) -> list[str]:
        asked = {"offset": 0, "limit": 50, "batch": False, "fields": ["id"], **body}
        return [
            names[hit["id"]] for hit in rf("POST", "/acme/line-3/search", asked).json()["results"]
        ]

    assert found() == ["3.jpg", "2.jpg", "1.jpg"]
    assert found(offset=1, limit=1) == ["2.jpg"]
    assert found(offset=3) == found(offset=99) == []
    assert found(tag="night") == found(prompt="camera_id:cam001") == ["3.jpg"]
    assert found(batch_id="May 3", in_dataset=True) == found(batch=True) == found()
    assert found(mediaTypes=["image", "video"]) == found()
    assert found(mediaTypes=["video"]) == found(annotation_job=True) == []
    assert found(annotation_job_id="j1") == found(class_name="cat") == []
    assert found(prompt="two trucks, (at night") == found()
    assert found(prompt="tag:night OR filename:1.jpg") == ["3.jpg", "1.jpg"]
    assert found(prompt="sort:filename", batch_id="May 3") == ["1.jpg", "2.jpg", "3.jpg"]


def test_pictures_are_not_compared(rf: Rf, project: Project) -> None:
    answer = rf("POST", "/acme/line-3/search", {"like_image": "x"})

    assert answer.status_code == 400
    assert "like_image" in error(answer)["message"]
