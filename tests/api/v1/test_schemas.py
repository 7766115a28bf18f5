"""What the description lists is what there is."""

from __future__ import annotations

from typing import get_args

from pydantic import BaseModel

from assetlib.accounts.models import Scope
from assetlib.api.v1 import finding_schemas, mirror_schemas, multipart, problems, schemas
from assetlib.api.v1.api import RESOURCES
from assetlib.api.v1.shapes import FIELDS
from assetlib.mirror.models import (
    Addressing,
    CredentialKind,
    Naming,
    Orphans,
    OutcomeName,
    StrategyName,
)
from images.models import Split


def test_closed_lists_name_all_there_is() -> None:
    assert [*get_args(schemas.SplitName)] == Split.values
    assert [*get_args(schemas.ScopeName)] == Scope.values
    for told, there in (
        (mirror_schemas.KindName, CredentialKind),
        (mirror_schemas.AddressingName, Addressing),
        (mirror_schemas.StrategyName, StrategyName),
        (mirror_schemas.OrphansName, Orphans),
        (mirror_schemas.NamingName, Naming),
        (mirror_schemas.OutcomeName, OutcomeName),
    ):
        assert [*get_args(told)] == there.values


def test_no_two_shapes_have_one_name() -> None:
    # Ninja would describe one of them, under the name of both.
    shapes = [
        each
        for module in [schemas, mirror_schemas, problems, multipart, *RESOURCES]
        for each in vars(module).values()
        if isinstance(each, type)
        and issubclass(each, BaseModel)
        and each.__module__ == module.__name__
    ]

    assert len(shapes) == len({each.__name__ for each in shapes}) > 40


def test_a_found_image_has_the_fields_of_an_image() -> None:
    assert (
        {*schemas.Image.model_fields}
        == {*finding_schemas.FoundImage.model_fields}
        == {"id", *FIELDS}
    )
