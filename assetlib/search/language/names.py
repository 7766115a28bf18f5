"""The built-in filters, a row each: what they take, and what they say in English.

The parser reads by them, completion offers them, and README is tested to name them all.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Takes = Literal[
    "text", "label", "number", "size", "date", "has", "type", "origin", "class", "sort", "metadata"
]


@dataclass(frozen=True, slots=True)
class Name:
    """`bound` is the comparison that a name such as min-width stands for, of the field `of`."""

    name: str
    takes: Takes
    sentence: str
    example: str
    of: str = ""
    bound: Literal["", ">=", "<="] = ""

    @property
    def ordered(self) -> bool:
        return self.takes in {"number", "size", "date"} and not self.bound


_ROWS = (
    Name("metadata", "metadata", "a metadata entry", "metadata.camera_id:cam001"),
    Name("has", "has", "images with a key, any metadata or any tag", "has:camera_id"),
    Name("missing", "has", "images without a key, any metadata or any tag", "missing:tag"),
    Name("type", "type", "entries of a key stored as a type", "type:temperature=string"),
    Name("tag", "label", "images with a tag", "tag:night"),
    Name("filename", "text", "the file name", "filename:*factory*"),
    Name("project", "label", "images in a project; false: in none", "project:line-3"),
    Name("split", "label", "the split in a project", "split:train"),
    Name("batch", "label", "the batch in a project", 'batch:"May 3"'),
    Name("width", "number", "width in pixels", "width>1000"),
    Name("height", "number", "height in pixels", "height<=480"),
    Name("size", "size", "size of the file", "size>2MB"),
    Name("aspect", "number", "width divided by height", "aspect>1.5"),
    Name("min-width", "number", "at least so wide", "min-width:1000", "width", ">="),
    Name("max-width", "number", "at most so wide", "max-width:4000", "width", "<="),
    Name("min-height", "number", "at least so high", "min-height:480", "height", ">="),
    Name("max-height", "number", "at most so high", "max-height:2000", "height", "<="),
    Name("format", "label", "what the bytes are", "format:png"),
    Name("uploaded", "date", "when it was uploaded", "uploaded:7d"),
    Name("updated", "date", "when it was last changed", "updated:today"),
    Name("taken", "date", "when the picture was taken", "taken>=2026-05"),
    Name("origin", "origin", "where entries came from", "origin:camera_id=user"),
    Name("mirror", "label", "images from a mirror", "mirror:line3"),
    Name("path", "text", "the path in a mirror's bucket", "path:raw/2026/*"),
    Name("id", "label", "the image's id", "id:3f9k2m7q1x8c5v0b4n6z"),
    Name("class", "class", "images with annotations of a class", 'class:"hard hat">=4'),
    Name(
        "min-annotations",
        "number",
        "at least so many annotations",
        "min-annotations:1",
        bound=">=",
    ),
    Name("sort", "sort", "the order of the images", "sort:-metadata.quality_score"),
)
NAMES: dict[str, Name] = {row.name: row for row in _ROWS}

# What this server knows of in other libraries and cannot answer, with what comes nearest.
UNANSWERED = {
    "like-image": "Search by likeness is not part of this library; tags and metadata are.",
}

SORTABLE = (
    "uploaded",
    "updated",
    "taken",
    "filename",
    "size",
    "width",
    "height",
    "aspect",
    "format",
)
ORIGINS = ("user", "api", "import", "bucket")
TYPES = ("string", "number", "boolean")
