"""Addresses under /rf: those of Roboflow's API that its official client calls."""

from __future__ import annotations

from django.urls import path, re_path

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
urlpatterns = [
    path("", account.who),
    path("dataset/<slug:project>/upload", uploads.image),
    path("dataset/<slug:project>/annotate/<str:image>", annotating.annotate),
    path("dataset/archives/<str:token>", archives.receive, name="archive"),
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
    re_path(r"^(?P<rest>.*)\Z", elsewhere),
]
