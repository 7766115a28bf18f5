"""The product's settings with what a test run needs of its own."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

os.environ.setdefault("ASSETLIB_VAR", tempfile.mkdtemp(prefix="assetlib-tests-"))

from assetlib.settings import *  # noqa: F403 -- the folder must be chosen before
from assetlib.settings import DATABASES, STORAGES, VAR

# A file, as in production: with an in-memory database a second thread reads "table is locked".
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["TEST"] = {"NAME": str(Path(VAR) / "test.sqlite3")}
    # A test's server keeps none open in its threads: tests fork, and must not carry one over.
    DATABASES["default"]["CONN_MAX_AGE"] = 0
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
