"""The formats of export, in the order a person is shown them. One format, one module."""

from __future__ import annotations

from assetlib.transfer.formats.coco import COCO
from assetlib.transfer.formats.createml import CREATEML
from assetlib.transfer.formats.csv import CSV
from assetlib.transfer.formats.form import Format
from assetlib.transfer.formats.imagefolder import IMAGEFOLDER
from assetlib.transfer.formats.jsonl import JSONL
from assetlib.transfer.formats.parquet import PARQUET
from assetlib.transfer.formats.sidecars import ZIP
from assetlib.transfer.formats.voc import VOC
from assetlib.transfer.formats.yolo import YOLO

FORMATS: dict[str, Format] = {
    each.name: each for each in (COCO, YOLO, VOC, CREATEML, CSV, JSONL, PARQUET, ZIP, IMAGEFOLDER)
}
