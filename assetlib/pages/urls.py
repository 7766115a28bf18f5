"""The pages of a workspace, below /{workspace}/."""

from __future__ import annotations

from django.urls import path

from assetlib.pages import (
    activity,
    api_keys,
    boxes,
    credentials,
    exports,
    facets,
    image,
    image_mirrors,
    jobs,
    library,
    mirror_runs,
    mirrors,
    projects,
    trash,
    upload,
)

urlpatterns = [
    path("", library.library, name="library"),
    path("suggest", library.suggest, name="suggest"),
    path("facets", facets.panel, name="facets"),
    path("facets/one", facets.one, name="facet"),
    path("facets/between", facets.between, name="between"),
    path("upload", upload.upload, name="upload"),
    path("exports", exports.exports, name="exports"),
    # /images/{id}…
    path("images/<str:public_id>", image.image, name="image"),
    path("images/<str:public_id>/history", image.history, name="history"),
    path("images/<str:public_id>/file", image.file, name="file"),
    path("images/<str:public_id>/boxes", boxes.boxes, name="boxes"),
    path("images/<str:public_id>/mirrors", image_mirrors.mirrors, name="image-mirrors"),
    path("images/<str:public_id>/mirrors/follow", image_mirrors.follow, name="follow-again"),
    path("images/<str:public_id>/filename", image.filename, name="filename"),
    path("images/<str:public_id>/projects", image.projects, name="image-projects"),
    path("images/<str:public_id>/projects/leave", image.leave, name="leave-project"),
    path("images/<str:public_id>/delete", image.delete, name="delete-image"),
    path("images/<str:public_id>/restore", image.restore, name="restore-image"),
    # /projects/…
    path("projects", projects.projects, name="projects"),
    path("projects/<slug:project>", projects.project, name="project"),
    path("projects/<slug:project>/delete", projects.delete, name="delete-project"),
    # /api-keys
    path("api-keys", api_keys.api_keys, name="api-keys"),
    path("api-keys/<int:pk>/revoke", api_keys.revoke, name="revoke-api-key"),
    # /jobs…
    path("jobs", jobs.jobs, name="jobs"),
    path("jobs/<str:public_id>", jobs.job, name="job"),
    path("jobs/<str:public_id>/cancel", jobs.cancel, name="cancel-job"),
    path("jobs/<str:public_id>/retry", jobs.retry, name="retry-job"),
    # /mirrors…; no mirror's name begins with “-”
    path("mirrors", mirrors.mirrors, name="mirrors"),
    path("mirrors/-/new", mirrors.new, name="new-mirror"),
    path("mirrors/-/test", mirrors.test, name="test-mirror"),
    path("mirrors/-/credentials", credentials.credentials, name="credentials"),
    path("mirrors/-/credentials/<str:name>", credentials.credential, name="credential"),
    path("mirrors/-/credentials/<str:name>/delete", credentials.delete, name="delete-credential"),
    path("mirrors/<str:name>", mirror_runs.mirror, name="mirror"),
    path("mirrors/<str:name>/settings", mirrors.settings, name="mirror-settings"),
    path("mirrors/<str:name>/delete", mirrors.delete, name="delete-mirror"),
    path("mirrors/<str:name>/run", mirror_runs.run, name="run-mirror"),
    path("mirrors/<str:name>/cancel", mirror_runs.cancel, name="cancel-mirror"),
    path("mirrors/<str:name>/plan", mirror_runs.plan, name="mirror-plan"),
    path("mirrors/<str:name>/objects", mirror_runs.objects, name="mirror-objects"),
    path("mirrors/<str:name>/retry", mirror_runs.retry, name="retry-mirror"),
    # /activity, /trash
    path("activity", activity.activity, name="activity"),
    path("changes/<int:pk>", activity.change_set, name="change-set"),
    path("changes/<int:pk>/undo", activity.undo, name="undo"),
    path("trash", trash.trash, name="trash"),
]
