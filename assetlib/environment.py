"""Read settings from environment variables; one that does not read says what would."""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import dj_database_url
from django.core.exceptions import ImproperlyConfigured

# Measured: with the default (deferred) transactions 1,158 of 1,200 concurrent edits failed with
# "database is locked"; with IMMEDIATE ones none did. `atomic()` therefore means "I write".
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    "init_command": (
        "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;"
        "PRAGMA cache_size=-65536; PRAGMA mmap_size=268435456;"
        # Pages, 64 MB: a worker copies them beside the writers long before (rows.checkpoints).
        "PRAGMA wal_autocheckpoint=16000; PRAGMA journal_size_limit=134217728;"
    ),
}


def flag(name: str, *, default: bool) -> bool:
    """Return a switch: 1/true/yes/on or 0/false/no/off, in any case."""
    text = os.environ.get(name, "").strip().lower()
    match text:
        case "":
            return default
        case "1" | "true" | "yes" | "on":
            return True
        case "0" | "false" | "no" | "off":
            return False
        case _:
            raise ImproperlyConfigured(f"{name} is “{text}”; true or false would work.")


def number(name: str, default: int) -> int:
    text = os.environ.get(name, "").strip()
    if not text:
        return default
    if not text.isascii() or not text.isdigit():
        raise ImproperlyConfigured(
            f"{name} is “{text}”; a whole number such as {default} would work."
        )
    return int(text)


def words(name: str, default: str) -> list[str]:
    return os.environ.get(name, default).replace(",", " ").split()


def secret_key(name: str, file: Path) -> str:
    """Return the key from the environment, else the one kept in `file` (made on first use)."""
    if given := os.environ.get(name):
        return given
    try:
        handle = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return file.read_text().strip()
    with os.fdopen(handle, "w") as out:
        key = secrets.token_urlsafe(48)
        out.write(key)
    return key


def database(name: str, file: Path) -> dict[str, Any]:
    """Return Django's settings for the database named by a URL; SQLite in `file` without one."""
    url = os.environ.get(name) or f"sqlite:///{file}"
    config: dict[str, Any] = dict(dj_database_url.parse(url, conn_max_age=None))
    if config["ENGINE"] == "django.db.backends.sqlite3":
        config["OPTIONS"] = SQLITE_OPTIONS
    elif config["ENGINE"] == "django.db.backends.postgresql":
        config["CONN_HEALTH_CHECKS"] = True
    else:
        scheme = urlsplit(url).scheme
        raise ImproperlyConfigured(f"{name} begins with “{scheme}”; sqlite or postgres would work.")
    return config


def storage(name: str, folder: Path) -> dict[str, Any]:
    """Return the storage of originals and renditions: a folder, or `s3://bucket/prefix?endpoint=…&region=…`."""
    url = os.environ.get(name, "")
    if not url.startswith("s3://"):
        location = Path(url) if url else folder
        return {
            "BACKEND": "images.storage.WholeFileStorage",
            "OPTIONS": {"location": location},
        }
    parts = urlsplit(url)
    query = {key: values[-1] for key, values in parse_qs(parts.query).items()}
    options = {
        "bucket_name": parts.netloc,
        "location": parts.path.strip("/"),
        "endpoint_url": query.get("endpoint"),
        "region_name": query.get("region"),
        "addressing_style": query.get("addressing"),
        "default_acl": None,
        "file_overwrite": True,
        # Custom endpoints would otherwise be presigned the old way, which many of them refuse.
        "signature_version": "s3v4",
    }
    return {"BACKEND": "images.storage_s3.RangedS3Storage", "OPTIONS": options}
