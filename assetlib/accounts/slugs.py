"""Slugs: the names of workspaces and projects in addresses."""

from __future__ import annotations

from collections.abc import Callable

from django.utils.text import slugify

SLUG = r"^[a-z0-9][a-z0-9-]{0,62}\Z"

# First words of the two faces' own addresses: the Roboflow-compatible API's, then the pages'.
RESERVED_WORKSPACES = frozenset(
    """
    dataset models universe usage vision-events batch-processing workspaces query
    rf api admin static media exports accounts login logout healthz readyz metrics patterns docs
    favicon.ico robots.txt .well-known
    """.split()  # noqa: SIM905 -- one name a line would fill the page
)
RESERVED_PROJECTS = frozenset(
    """
    images search asynctasks upload projects groups workflows trash api-keys stats false
    """.split()  # noqa: SIM905 -- as above
)


def free_slug(name: str, *, taken: Callable[[str], bool], fallback: str) -> str:
    """Return a slug made from `name`, with -2, -3 … behind it while `taken` says so."""
    base = slugify(name)[:60].strip("-_").replace("_", "-") or fallback
    slug, number = base, 1
    while taken(slug):
        number += 1
        slug = f"{base}-{number}"
    return slug
