"""Annotation files as programs write them, and as nobody should."""

from __future__ import annotations

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from assetlib.annotations.drawn import Drawn, check_box
from assetlib.annotations.reading import AnnotationFileError, read_boxes

WIDTH, HEIGHT = 640, 480


def read(text: str | bytes, **rest: Any) -> list[Drawn]:
    return read_boxes(text, rest.pop("filename", "frame.jpg"), WIDTH, HEIGHT, **rest)


def voc(*objects: str, size: str = "<size><width>640</width><height>480</height></size>") -> str:
    return f"<annotation><filename>x.jpg</filename>{size}{''.join(objects)}</annotation>"


def voc_object(name: str, *corners: object) -> str:
    sides = ("xmin", "ymin", "xmax", "ymax")
    said = "".join(f"<{s}>{c}</{s}>" for s, c in zip(sides, corners, strict=True))
    return f"<object><name>{name}</name><bndbox>{said}</bndbox></object>"


def coco(*annotations: dict[str, Any], **rest: Any) -> str:
    whole = {
        "images": [
            {"id": 1, "file_name": "other.jpg", "width": 640, "height": 480},
            {"id": 2, "file_name": "sub/Frame.JPG", "width": 640, "height": 480},
        ],
        "categories": [{"id": 7, "name": "forklift"}, {"id": 8, "name": "hard hat"}],
        "annotations": list(annotations),
    }
    return json.dumps(whole | rest)


def createml(*boxes: dict[str, Any], image: str = "frame.jpg") -> str:
    return json.dumps([{"image": image, "annotations": list(boxes)}])


CENTRED = {"x": 60, "y": 40, "width": 20, "height": 10}
GOOD = Drawn("forklift", 50, 35, 20, 10)


@pytest.mark.parametrize(
    ("text", "labelmap", "expected"),
    [
        pytest.param(voc(), None, [], id="VOC without objects"),
        pytest.param(
            voc(voc_object("forklift", 50, 35, 70, 45), voc_object("hard hat", "1.5", 2, 10, 12)),
            None,
            [GOOD, Drawn("hard hat", 1.5, 2, 8.5, 10)],
            id="VOC",
        ),
        pytest.param(
            '<?xml version="1.0" encoding="UTF-8"?>\n' + voc(voc_object("Straße", 50, 35, 70, 45)),
            None,
            [Drawn("Straße", 50, 35, 20, 10)],
            id="VOC with a declaration",
        ),
        pytest.param(
            voc(
                voc_object("forklift", 100, 70, 140, 90),
                size="<size><width>1280</width><height>960</height></size>",
            ),
            None,
            [GOOD],
            id="VOC of a copy twice as large",
        ),
        pytest.param(
            voc(
                voc_object("forklift", 50, 35, 70, 45),
                size="<size><width>480</width><height>640</height></size>",
            ),
            None,
            [GOOD],
            id="VOC that says it was turned",
        ),
        pytest.param(
            voc(voc_object("forklift", 50, 35, 70, 45), size="<size><width>NaN</width></size>"),
            None,
            [GOOD],
            id="VOC that says no size",
        ),
        pytest.param(
            coco(
                {"image_id": 2, "category_id": 7, "bbox": [50, 35, 20, 10]},
                {"image_id": 1, "category_id": 8, "bbox": [1, 1, 2, 2]},
            ),
            None,
            [GOOD],
            id="COCO finds the image by name",
        ),
        pytest.param(
            coco(
                {"image_id": "a", "category_id": 7, "segmentation": [[50, 35, 70, 35, 60, 45]]},
                images=[{"id": "a", "file_name": "elsewhere.png"}],
            ),
            None,
            [GOOD],
            id="COCO of one image, with a polygon",
        ),
        pytest.param(
            coco(
                {"image_id": 2, "category_id": 7, "bbox": [100, 70, 40, 20]},
                images=[{"id": 2, "file_name": "frame.jpg", "width": 1280, "height": 960}],
            ),
            None,
            [GOOD],
            id="COCO of a copy twice as large",
        ),
        pytest.param(
            "0 0.09375 0.08333333333 0.03125 0.02083333333\n\n1 0.5 0.5 1 1\n",
            {0: "forklift"},
            [GOOD, Drawn("1", 0, 0, 640, 480)],
            id="YOLO with an object of names",
        ),
        pytest.param("\ufeff00 0.5 0.5 0.5 0.5", ["a"], [Drawn("a", 160, 120, 320, 240)], id="BOM"),
        pytest.param(
            "1 .5 .5 .5 .5 0.93",
            {"1": "b"},
            [Drawn("b", 160, 120, 320, 240)],
            id="YOLO with a confidence",
        ),
        pytest.param(
            "0 0.25 0.25 0.75 0.25 0.5 0.75",
            ["a"],
            [Drawn("a", 160, 120, 320, 240)],
            id="YOLO with a polygon",
        ),
        pytest.param("", None, [], id="YOLO with nothing"),
        pytest.param(
            createml({"label": "forklift", "coordinates": CENTRED}), None, [GOOD], id="CreateML"
        ),
        pytest.param(
            json.dumps(
                [
                    {"image": "other.jpg", "annotations": []},
                    {
                        "imagefilename": "Frame.jpg",
                        "annotations": [{"label": "forklift", "coordinates": CENTRED}],
                    },
                ]
            ),
            None,
            [GOOD],
            id="CreateML finds the image by name",
        ),
        pytest.param(
            json.dumps({"image": "x", "annotations": [{"label": "a", "coordinates": CENTRED}]}),
            None,
            [Drawn("a", 50, 35, 20, 10)],
            id="CreateML of one image, without a list",
        ),
        pytest.param(
            json.dumps({"boxes": [{"label": "forklift", **dict.fromkeys(CENTRED, "20")}]}),
            None,
            [Drawn("forklift", 10, 10, 20, 20)],
            id="Roboflow, numbers as texts",
        ),
        pytest.param(
            json.dumps(
                {
                    "predictions": [{"class": "forklift", "confidence": 0.9, **CENTRED}],
                    "image": {"width": 640, "height": 480},
                }
            ),
            None,
            [GOOD],
            id="predictions",
        ),
    ],
)
def test_what_programs_write_is_read(text: str, labelmap: Any, expected: list[Drawn]) -> None:
    assert read(text, labelmap=labelmap) == expected
    assert read(text.encode(), labelmap=labelmap) == expected


@pytest.mark.parametrize(
    ("corners", "expected"),
    [
        ((-10, -5, 20, 30), [Drawn("a", 0, 0, 20, 30)]),
        ((600, 450, 700, 500), [Drawn("a", 600, 450, 40, 30)]),
        ((-10, -10, 9_999, 9_999), [Drawn("a", 0, 0, 640, 480)]),
        ((640, 0, 700, 10), []),
        ((-50, 0, -10, 10), []),
        ((10, 10, 10, 20), []),
        ((10, 10, 10.0001, 20), []),
    ],
)
def test_what_lies_outside_is_cut_off(corners: tuple[float, ...], expected: list[Drawn]) -> None:
    assert read(voc(voc_object("a", *corners))) == expected


BOMB = """<!DOCTYPE lolz [<!ENTITY lol "lol"><!ENTITY lol2 "&lol;&lol;&lol;">]>
<annotation><object><name>&lol2;</name></object></annotation>"""
OUTSIDE = """<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]><annotation>&x;</annotation>"""


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("cat", "This is no annotation that can be read. Pascal VOC, COCO, YOLO"),
        ("- 1", "no annotation that can be read"),
        (b"\xff\xfe", "no UTF-8: byte 1"),
        ("<annotation>", "The XML cannot be read: line 1, column 13"),
        ("<a/>", "begins with <annotation>, this one with <a>"),
        (BOMB, "declares a document type or entities"),
        (OUTSIDE, "declares a document type or entities"),
        ('<?xml version="1.0" encoding="klingon"?><annotation/>', "encoding that cannot be read"),
        (voc("<object><name>a</name></object>"), "object 1 (“a”) has no <bndbox>"),
        (voc(voc_object("a", 1, 2, "x", 4)), "object 1: <xmax> is no number"),
        (voc(voc_object("a", 1, 2, "NaN", 4)), "object 1: <xmax> is no number"),
        (voc(voc_object("a", 1, 2, "1e999", 4)), "object 1: <xmax> is no number"),
        (
            voc(voc_object("a", 1, 1, 2, 2), voc_object("b", 9, 1, 2, 2)),
            "object 2: the box of “b” is -7 × 1; no box is negative",
        ),
        (voc(voc_object("", 1, 1, 2, 2)), "object 1: A class has a name"),
        ("{", "The JSON cannot be read: line 1, column 2"),
        ("{}", "This JSON is no annotation"),
        ('{"boxes": [{"x": NaN}]}', "The JSON holds NaN, which is no number"),
        ('{"boxes": ' + "[" * 200_000, "nested too deeply"),
        ('{"boxes": ' + "1" * 5_000 + "}", "a number of thousands of digits"),
        ('{"boxes": 1}', "“boxes” is no list"),
        ('{"boxes": [1]}', "boxes[0] is no object"),
        ('{"boxes": [{"x": true}]}', "boxes[0]: “x” is no number"),
        (json.dumps({"boxes": [CENTRED]}), "boxes[0]: the name of its class is no text"),
        (coco(images=[]), "None of the 0 images of the COCO file is called “frame.jpg”"),
        (
            coco(images=[{"id": 1, "file_name": "a"}, {"id": 2, "file_name": "b"}]),
            "None of the 2 images",
        ),
        (
            coco(images=[{"id": n, "file_name": "frame.jpg"} for n in range(2)]),
            "More than one image of the COCO file",
        ),
        (coco(categories=1), "“categories” is no list"),
        (coco({"image_id": 2, "bbox": [1, 1, 1, 1]}), "annotations[0] has no “category_id”"),
        (
            coco({"image_id": 2, "category_id": 99, "bbox": [1, 1, 1, 1]}),
            "annotations[0] is of category 99, which is not among the categories",
        ),
        (coco({"image_id": 2, "category_id": 7}), "annotations[0] has no “bbox” of four numbers"),
        (coco({"image_id": 2, "category_id": 7, "bbox": [1, 2]}), "no “bbox” of four numbers"),
        (
            coco({"image_id": 2, "category_id": 7, "bbox": [1, None, 1, 1]}),
            "annotations[0]: bbox[1] is no number",
        ),
        (
            coco({"image_id": 2, "category_id": 7, "segmentation": [[1, 2, 3]]}),
            "“segmentation” is no list of polygons",
        ),
        (
            json.dumps([{"image": "a", "annotations": []}, {"image": "b", "annotations": []}]),
            "None of the 2 images of the CreateML file is called “frame.jpg”",
        ),
        ("[1]", "entries[0] is no object"),
        (createml({"label": "a"}), "annotations[0] has no “coordinates”"),
        (
            createml({"label": "a", "coordinates": {**CENTRED, "width": -4}}),
            "annotations[0]: the box of “a” is -4 × 10",
        ),
        (
            createml({"label": "a", "coordinates": {**CENTRED, "width": 1.7e308, "x": 1.7e308}}),
            "too large to be one",
        ),
        ("0 0.5 0.5 0.1", "line 1 has 4 numbers"),
        ("0 .1 .1 .1 .1\n0 .1 .1 .1 .1 .1 .1 .1", "line 2 has 8 numbers"),
        ("0 0.5 0.5 x 0.1", "line 1: “x” is no number"),
        ("0 0.5 0.5 nan 0.1", "line 1: “nan” is no number"),
        ("0 320 240 40 40", "line 1: 320 is no part of an image"),
        ("0 0.5 0.5 -0.1 0.1", "line 1: the box of “0” is -64 × 48"),
        ("0.5 0.5 0.5 0.1 0.1", "line 1: “0.5” is no index of a class"),
    ],
)
def test_what_cannot_be_read_is_said_with_its_place(text: str | bytes, message: str) -> None:
    with pytest.raises(AnnotationFileError) as refusal:
        read(text)

    assert message in str(refusal.value)


@pytest.mark.parametrize("labelmap", [3, "names", {0: 1}, [None]])
def test_a_labelmap_is_names_by_index(labelmap: Any) -> None:
    with pytest.raises(AnnotationFileError, match="“labelmap”"):
        read("0 .5 .5 .1 .1", labelmap=labelmap)


def test_an_empty_file_is_nothing_drawn_only_in_yolo() -> None:
    assert read(" \n", name="frame.txt") == []
    with pytest.raises(AnnotationFileError, match=r"“frame\.xml” is empty"):
        read("", name="frame.xml")


SCALARS = st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5)
WORDS = st.sampled_from(
    [
        "annotations",
        "images",
        "categories",
        "boxes",
        "predictions",
        "id",
        "image_id",
        "bbox",
        "category_id",
        "segmentation",
        "label",
        "class",
        "coordinates",
        "x",
        "y",
        "width",
        "height",
        "name",
        "image",
        "file_name",
    ]
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=30,
)
NUMBERS = st.sampled_from([0, 1, -1, 0.5, 320, 1e308, -1e308, 5e-324])


@st.composite
def voc_files(draw: st.DrawFn) -> str:
    objects = [
        voc_object(draw(st.sampled_from(["a", "", "&amp;"])), *(draw(NUMBERS) for _ in range(4)))
        for _ in range(draw(st.integers(0, 3)))
    ]
    sides = draw(NUMBERS), draw(NUMBERS)
    return voc(*objects, size=f"<size><width>{sides[0]}</width><height>{sides[1]}</height></size>")


YOLO = st.lists(
    st.lists(st.sampled_from(["0", "1", "0.5", "-0.1", "2", "nan", "1e-320", "x"]), max_size=9).map(
        " ".join
    )
).map("\n".join)


@settings(max_examples=300, deadline=None)
@given(JSON.map(json.dumps) | voc_files() | YOLO | st.text() | st.binary())
def test_whatever_comes_is_boxes_of_the_image_or_a_sentence(text: str | bytes) -> None:
    with suppress(AnnotationFileError):
        for box in read(text, labelmap=["a"]):
            assert check_box(box, WIDTH, HEIGHT) == box
