"""The Python client of assetlib.

    from assetlib.sdk import Library

    with Library("http://localhost:8000", api_key="al_…") as lib:
        lib.upload("frame.jpg", metadata={"camera_id": "cam001"}, tags=["night"])
        for image in lib.search("camera_id:cam001 tag:night"):
            print(image.filename, image.metadata["camera_id"])

All that is public is named here; modules that begin with “_” may change at any time.
"""

from __future__ import annotations

from assetlib.sdk._bulk import Plan
from assetlib.sdk._changes import Change, Changes, Detail
from assetlib.sdk._client import Library
from assetlib.sdk._connection import Account
from assetlib.sdk._credentials import Credential, Credentials
from assetlib.sdk._edits import Edit, EditReport, EditResult
from assetlib.sdk._errors import (
    AssetlibError,
    AuthenticationError,
    BadRequestError,
    ConfigurationError,
    ConflictError,
    DownloadError,
    FieldError,
    InvalidError,
    JobCancelledError,
    JobError,
    JobFailedError,
    JobWaitError,
    NotFoundError,
    NotPermittedError,
    RefusedError,
    ServerError,
    TooLargeError,
    TooManyRequestsError,
    UnreachableError,
    UnsupportedFileError,
)
from assetlib.sdk._facets import Facet, Facets, FacetValue, Histogram
from assetlib.sdk._folder import FileResult, UploadReport
from assetlib.sdk._images import Entry, Image
from assetlib.sdk._jobs import Job, Jobs
from assetlib.sdk._keys import Key, Tag
from assetlib.sdk._mirrors import (
    Mirror,
    MirrorObject,
    MirrorPlan,
    MirrorRun,
    Mirrors,
    MirrorTrial,
)
from assetlib.sdk._projects import Project, Projects
from assetlib.sdk._retry import Retry
from assetlib.sdk._search import Notice, Search
from assetlib.sdk._suggest import Option, Suggestions
from assetlib.sdk._types import Metadata, Value

__all__ = [
    "Account",
    "AssetlibError",
    "AuthenticationError",
    "BadRequestError",
    "Change",
    "Changes",
    "ConfigurationError",
    "ConflictError",
    "Credential",
    "Credentials",
    "Detail",
    "DownloadError",
    "Edit",
    "EditReport",
    "EditResult",
    "Entry",
    "Facet",
    "FacetValue",
    "Facets",
    "FieldError",
    "FileResult",
    "Histogram",
    "Image",
    "InvalidError",
    "Job",
    "JobCancelledError",
    "JobError",
    "JobFailedError",
    "JobWaitError",
    "Jobs",
    "Key",
    "Library",
    "Metadata",
    "Mirror",
    "MirrorObject",
    "MirrorPlan",
    "MirrorRun",
    "MirrorTrial",
    "Mirrors",
    "NotFoundError",
    "NotPermittedError",
    "Notice",
    "Option",
    "Plan",
    "Project",
    "Projects",
    "RefusedError",
    "Retry",
    "Search",
    "ServerError",
    "Suggestions",
    "Tag",
    "TooLargeError",
    "TooManyRequestsError",
    "UnreachableError",
    "UnsupportedFileError",
    "UploadReport",
    "Value",
]
