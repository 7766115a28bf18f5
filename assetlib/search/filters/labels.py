"""What images are filed under: tags, projects, and split and batch within projects."""

from __future__ import annotations

from assetlib.columns.form import normalise
from assetlib.search.filters.texts import TextTest, exact_names, text_test
from assetlib.search.language.tree import Condition
from assetlib.search.source import Mask, Source
from assetlib.search.tables import Named
from images.columns import SPLITS
from images.models import Project

# The projects of which `split:` and `batch:` speak; None: any.
Scope = frozenset[int] | None


def tags_like(source: Source, condition: Condition) -> list[Named]:
    names = exact_names(condition)
    if names is not None:
        return source.tags_called(names)
    test = text_test(condition)
    return [tag for tag in source.tags() if test(tag.norm)]


def projects_like(source: Source, test: TextTest) -> list[Project]:
    """By the name in addresses, or the name people gave."""
    return [
        project
        for project in source.projects()
        if test(project.slug) or test(normalise(project.name))
    ]


def mirrors_like(source: Source, condition: Condition) -> list[Named]:
    test = text_test(condition)
    return [mirror for mirror in source.mirrors() if test(mirror.norm)]


def in_split(source: Source, test: TextTest, scope: Scope) -> Mask:
    projects = [project.pk for project in source.projects()] if scope is None else scope
    return source.members(projects, [split for split in SPLITS if split and test(split)])


def in_batch(source: Source, test: TextTest, scope: Scope) -> Mask:
    return source.in_batches(
        batch
        for batch in source.batches()
        if test(batch.norm) and (scope is None or batch.project_id in scope)
    )
