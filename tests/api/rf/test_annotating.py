"""Annotation files over the compatible face, and what it tells of boxes afterwards."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from assetlib.accounts.api_keys import create_api_key
from assetlib.accounts.models import Scope, Workspace
from assetlib.annotations.drawn import Drawn
from assetlib.annotations.models import Box
from assetlib.changes.act import act
from assetlib.changes.models import ActKind, ChangeSet, Origin
from images.models import Image, Project
from images.trash import trash
from tests.annotations.boxes import FORKLIFT, PERSON, draw, drawn_on
from tests.api.rf.requests import Rf, error
from tests.factories import make_image, make_project, put_in

VOC = (
    "<annotation><size><width>640</width><height>480</height></size><object><name>forklift</name>"
    "<bndbox><xmin>10</xmin><ymin>20</ymin><xmax>40</xmax><ymax>60</ymax></bndbox></object>"
    "</annotation>"
)
SIDES = {"width": 30, "height": 40}


@pytest.fixture
def image(project: Project) -> Image:
    image = make_image(project.workspace, "frame.jpg")
    put_in(project, image, "train")
    return image


def annotate(rf: Rf, image: Image, text: str, labelmap: object = None, **query: Any) -> Any:
    body = {"annotationFile": text, "labelmap": labelmap}
    address = f"/dataset/line-3/annotate/{image.public_id}"
    return rf("POST", address, body, name="frame.xml", **query)


def test_a_file_is_drawn_and_told(rf: Rf, image: Image) -> None:
    answer = annotate(rf, image, VOC, jobName="May", prediction="true")

    assert (answer.status_code, answer.json()) == (200, {"success": True})
    assert drawn_on(image) == [FORKLIFT]
    assert Box.objects.get().origin == Origin.API
    change_set = ChangeSet.objects.latest("pk")
    assert change_set.api_key is not None
    assert change_set.api_key.name == "uploader"


@pytest.mark.parametrize("labelmap", [{"0": "forklift"}, ["forklift"]])
def test_a_labelmap_names_the_classes(rf: Rf, image: Image, labelmap: object) -> None:
    answer = annotate(rf, image, "0 0.0390625 0.0833333333 0.046875 0.0833333333", labelmap)

    assert answer.status_code == 200
    assert drawn_on(image) == [FORKLIFT]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (VOC, "text/plain"),
        (VOC, "application/x-www-form-urlencoded"),
        (
            json.dumps(
                {"boxes": [{"label": "forklift", "x": 25, "y": 40, "width": 30, "height": 40}]}
            ),
            "application/json",
        ),
        ("\n " + json.dumps({"labelmap": None, "annotationFile": VOC}), "text/plain"),
    ],
)
def test_the_file_may_be_the_body(rf: Rf, image: Image, body: str, kind: str) -> None:
    address = f"/rf/dataset/line-3/annotate/{image.public_id}?api_key={rf.secret}"

    assert rf.http.generic("POST", address, body, content_type=kind).status_code == 200
    assert drawn_on(image) == [FORKLIFT]


def test_an_annotated_image_is_a_conflict_unless_told_to_overwrite(rf: Rf, image: Image) -> None:
    draw(image, PERSON)

    refused = annotate(rf, image, VOC)
    assert refused.status_code == 409
    assert "already annotated" in error(refused)["message"]
    assert drawn_on(image) == [PERSON]

    assert annotate(rf, image, VOC, overwrite="true").status_code == 200
    assert drawn_on(image) == [FORKLIFT]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"annotationFile": "cat"}, "no annotation that can be read"),
        ({"annotationFile": ""}, "“frame.xml” is empty"),
        ({"annotationFile": {}}, "“annotationFile” is a text"),
        ({"annotationFile": VOC, "labelmap": 3}, "“labelmap” is an object or a list"),
        ({"annotationFile": VOC.replace("forklift", "")}, "object 1: A class has a name"),
        ({}, "This JSON is no annotation"),
        ({"camera_id": "cam001"}, "Metadata beside images is read out of a zip"),
        ([], "None of the 0 images"),
    ],
)
def test_a_bad_file_is_refused_with_a_sentence(
    rf: Rf, image: Image, body: object, message: str
) -> None:
    address = f"/dataset/line-3/annotate/{image.public_id}"

    answer = rf("POST", address, body, name="frame.xml")

    assert answer.status_code == 400
    assert message in error(answer)["message"]
    assert not Box.objects.exists()


def test_only_images_of_the_project_are_drawn_on(rf: Rf, image: Image) -> None:
    elsewhere = make_image(image.workspace)
    with act(image.workspace, by=None, origin=Origin.USER, kind=ActKind.DELETE) as acting:
        trash(acting, [image])

    assert annotate(rf, elsewhere, VOC).status_code == 404
    assert annotate(rf, image, VOC).status_code == 404
    assert rf("GET", f"/dataset/line-3/annotate/{image.public_id}").status_code == 404
    reader = Rf(create_api_key(image.workspace, "reader", [Scope.READ])[1])
    assert annotate(reader, elsewhere, VOC).status_code == 403


def test_boxes_are_told_with_the_image_and_can_be_sent_back(rf: Rf, image: Image) -> None:
    draw(image, FORKLIFT, FORKLIFT, PERSON)

    shown = rf("GET", f"/acme/line-3/images/{image.public_id}").json()["image"]
    address = shown["urls"]["annotation"].removeprefix("http://testserver/rf")
    file = rf("GET", address)

    assert shown["labels"] == ["forklift", "person"]
    assert shown["annotation"] == file.json()
    assert file.json()["boxes"][0] == {
        "label": "forklift",
        "x": 25,
        "y": 40,
        "width": 30,
        "height": 40,
    }
    annotate(rf, image, file.content.decode(), overwrite="true")
    assert drawn_on(image) == [FORKLIFT, FORKLIFT, PERSON]


def test_hits_tell_their_classes_when_asked(rf: Rf, image: Image) -> None:
    draw(image, FORKLIFT, FORKLIFT, PERSON)
    make_image(image.workspace)

    def hits(*fields: str) -> list[dict[str, Any]]:
        body = {"query": "sort:uploaded", "fields": fields}
        found: list[dict[str, Any]] = rf("POST", "/acme/search/v1", body).json()["results"]
        return found

    assert hits("labels", "annotations") == [
        {
            "id": image.public_id,
            "labels": ["forklift", "person"],
            "annotations": {"count": 3, "classes": {"forklift": 2, "person": 1}},
        },
        {"id": hits()[1]["id"], "labels": [], "annotations": {"count": 0, "classes": {}}},
    ]
    body = {"fields": ["id"], "class_name": "forklift"}
    assert rf("POST", "/acme/line-3/search", body).json()["total"] == 1


def test_a_project_tells_its_classes_and_what_is_not_annotated(rf: Rf, image: Image) -> None:
    project = Project.objects.get()
    put_in(project, make_image(project.workspace))
    draw(image, FORKLIFT, FORKLIFT, PERSON)
    draw(make_image(project.workspace), Drawn("elsewhere", 1, 1, 2, 2))

    shown = rf("GET", "/acme/line-3").json()["project"]

    assert shown["classes"] == {"forklift": 2, "person": 1}
    assert (shown["images"], shown["unannotated"]) == (2, 1)
    assert shown["splits"] == {"train": 1, "valid": 0, "test": 0}


def test_many_projects_take_as_many_questions_as_two(rf: Rf, workspace: Workspace) -> None:
    def questions(count: int) -> int:
        for _ in range(count):
            image = make_image(workspace)
            put_in(make_project(workspace, f"P{image.pk}"), image)
            draw(image, FORKLIFT)
        with CaptureQueriesContext(connection) as captured:
            assert rf("GET", "/acme").status_code == 200
        return len(captured)

    questions(1)
    assert questions(1) == questions(18)
