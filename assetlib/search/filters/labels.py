"""What images are filed under: tags, projects, and split and batch within projects."""

from __future__ import annotations

import numpy as np

from assetlib.search.filters.texts import TextTest
from assetlib.search.source import Mask, Source
from images.models import Project
from metadata.models import Tag
from metadata.values import normalise

# The projects of which `split:` and `batch:` speak; None: any.
Scope = frozenset[int] | None


def tags_like(source: Source, test: TextTest) -> list[Tag]:
    return [tag for tag in source.tags() if test(normalise(tag.name))]


def projects_like(source: Source, test: TextTest) -> list[Project]:
    """By the name in addresses, or the name people gave."""
    return [
        project
        for project in source.projects()
        if test(project.slug) or test(normalise(project.name))
    ]


def in_split(source: Source, test: TextTest, scope: Scope) -> Mask:
    rows = source.memberships()
    fitting = [split for split in np.unique(rows.splits).tolist() if split and test(split)]
    return _members(source, np.isin(rows.splits, fitting), scope)


def in_batch(source: Source, test: TextTest, scope: Scope) -> Mask:
    rows = source.memberships()
    batches: set[str] = set(rows.batches.tolist())
    fitting = {batch for batch in batches if batch and test(batch)}
    chosen = np.fromiter((batch in fitting for batch in rows.batches), dtype=np.bool_)
    return _members(source, chosen, scope)


def _members(source: Source, chosen: Mask, scope: Scope) -> Mask:
    rows = source.memberships()
    if scope is not None:
        chosen = chosen & np.isin(rows.projects, list(scope))
    return source.mask(rows.ords[chosen])
