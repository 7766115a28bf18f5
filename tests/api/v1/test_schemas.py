"""What the description lists is what there is."""

from __future__ import annotations

from typing import get_args

from assetlib.accounts.models import Scope
from assetlib.api.v1 import schemas
from assetlib.api.v1.shapes import FIELDS
from images.models import Split


def test_closed_lists_name_all_there_is() -> None:
    assert [*get_args(schemas.SplitName)] == Split.values
    assert [*get_args(schemas.ScopeName)] == Scope.values


def test_a_found_image_has_the_fields_of_an_image() -> None:
    assert {*schemas.Image.model_fields} == {*schemas.FoundImage.model_fields} == {"id", *FIELDS}
