"""What a measurement was made on."""

from __future__ import annotations

import os
import platform
import re
from pathlib import Path
from typing import Any

import django
import numpy as np
from django.db import connection


def machine() -> dict[str, Any]:
    return {
        "cpu": _first(r"model name\s*:\s*(.+)", Path("/proc/cpuinfo")) or platform.processor(),
        "cores": os.cpu_count(),
        "memory_bytes": int(_first(r"MemTotal:\s*(\d+)", Path("/proc/meminfo")) or 0) * 1_024,
        "python": platform.python_version(),
        "django": django.__version__,
        "numpy": np.__version__,
    }


def _first(pattern: str, file: Path) -> str:
    found = re.search(pattern, file.read_text()) if file.exists() else None
    return found[1].strip() if found else ""


def database_version() -> str:
    """Return the name of the database that is connected, with its version."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SHOW server_version")
            return f"PostgreSQL {str(cursor.fetchone()[0]).split()[0]}"
        cursor.execute("SELECT sqlite_version()")
        return f"SQLite {cursor.fetchone()[0]}"
