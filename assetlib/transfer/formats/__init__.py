"""The formats of export, in the order a person is shown them. One format, one module."""

from __future__ import annotations

from assetlib.transfer.formats.coco import COCO
from assetlib.transfer.formats.csv import CSV
from assetlib.transfer.formats.form import Format
from assetlib.transfer.formats.jsonl import JSONL
from assetlib.transfer.formats.sidecars import ZIP

FORMATS: dict[str, Format] = {each.name: each for each in (COCO, CSV, JSONL, ZIP)}
