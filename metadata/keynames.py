"""The names of keys and tags, and what to say of one that is not allowed."""

from __future__ import annotations

import re

KEY = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.]*")
MAX_KEY = 255
TAG = re.compile(r"[A-Za-z0-9_-]{1,64}")
MAX_TAG = 64
TAG_RULE = "ASCII letters, digits, “-” and “_” make a tag, as in needs-review."
ALLOWED = "letters, digits, “_” and “.” are"


class KeyProblem(ValueError):  # noqa: N818 -- what is wrong with a key, told beside its field
    """A name that no key can have: what is wrong, and what would work."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class TagProblem(ValueError):  # noqa: N818 -- as above
    """A name that no tag can have."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


def check_key(name: str) -> str:
    """Return the name if a key may have it; raise KeyProblem otherwise."""
    if KEY.fullmatch(name) and len(name) <= MAX_KEY:
        return name
    problem = _what_is_wrong(name)
    repaired = suggest_key(name)
    raise KeyProblem(f"{problem} “{repaired}” would work." if repaired else problem)


def _what_is_wrong(name: str) -> str:
    if not name:
        return "A key is needed, such as camera_id."
    if len(name) > MAX_KEY:
        return f"A key has at most {MAX_KEY} characters; this one has {len(name):,}."
    if name[0] == ".":
        return "A key begins with a letter, a digit or “_”, not with “.”."
    wrong = next(character for character in name if not KEY.fullmatch(f"_{character}"))
    shown = "A space" if wrong == " " else f"“{wrong}”" if wrong.isprintable() else f"{wrong!r}"
    return f"{shown} is not allowed in a key; {ALLOWED}."


def suggest_key(name: str) -> str | None:
    """Return the nearest name that is allowed, if something of it is left."""
    repaired = re.sub(r"[^A-Za-z0-9_.]+", "_", name.strip()).lstrip(".")[:MAX_KEY]
    return repaired if repaired.strip("_.") and repaired != name else None


def check_tag(name: str) -> str:
    """Return the name if a tag may have it; raise TagProblem otherwise."""
    if TAG.fullmatch(name):
        return name
    if len(name) > MAX_TAG:
        raise TagProblem(f"Invalid tag: at most {MAX_TAG} characters; this one has {len(name):,}.")
    raise TagProblem(f"Invalid tag “{name}”: {TAG_RULE}")
