"""Addresses under /rf: those of Roboflow's API that its official client calls."""

from __future__ import annotations

import re

from django.urls import path, re_path

from assetlib.accounts.slugs import RESERVED_PROJECTS, RESERVED_WORKSPACES
from assetlib.api.rf import (
    account,
    annotating,
    archives,
    editing,
    exports,
    searching,
    tasks,
    uploads,
)
from assetlib.api.rf.entrance import elsewhere

app_name = "rf"
# First words that name no workspace and second ones that name no project: what stands here under
# them has its own address, and the rest of it is not here.
WORKSPACES, PROJECTS = (
    "|".join(map(re.escape, sorted(names))) for names in (RESERVED_WORKSPACES, RESERVED_PROJECTS)
)
urlpatterns = [
    path("", account.who),
    path("dataset/<slug:project>/upload", uploads.image),
    path("dataset/<slug:project>/annotate/<str:image>", annotating.annotate),
    path("dataset/archives", archives.receive, name="archive"),
    re_path(rf"^(?:{WORKSPACES})(?:/.*)?\Z", elsewhere),
    path("<slug:workspace>", account.workspace),
    path("<slug:workspace>/projects", account.projects),
    path("<slug:workspace>/images", editing.delete),
    path("<slug:workspace>/images/metadata", editing.many),
    path("<slug:workspace>/images/<str:image>/metadata", editing.one),
    path("<slug:workspace>/asynctasks/<str:task>", tasks.task, name="task"),
    path("<slug:workspace>/search/v1", searching.workspace),
    path("<slug:workspace>/search/export", exports.start),
    path("<slug:workspace>/search/export/<str:export>", exports.poll),
    path("<slug:workspace>/upload/zip/<str:task>", archives.status),
    re_path(rf"^[^/]+/(?:{PROJECTS})(?:/.*)?\Z", elsewhere),
    path("<slug:workspace>/<slug:project>", account.project),
    path("<slug:workspace>/<slug:project>/upload", uploads.image),
    path("<slug:workspace>/<slug:project>/upload/zip", archives.prepare),
    path("<slug:workspace>/<slug:project>/batches", account.batches),
    path("<slug:workspace>/<slug:project>/batches/<str:batch>", account.batches),
    path("<slug:workspace>/<slug:project>/search", searching.project),
    path("<slug:workspace>/<slug:project>/images", editing.remove),
    path("<slug:workspace>/<slug:project>/images/<str:image>", searching.image),
    path("<slug:workspace>/<slug:project>/images/<str:image>/tags", editing.tags),
    path(
        "<slug:workspace>/<slug:project>/images/<str:image>/annotation",
        annotating.annotation,
        name="annotation",
    ),
    re_path(r"", elsewhere),
]
