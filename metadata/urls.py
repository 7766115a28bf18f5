"""Addresses of the editor, below /{workspace}/."""

from __future__ import annotations

from django.urls import path

from metadata import lookups, views

urlpatterns = [
    # /images/{id}/metadata…
    path("images/<str:public_id>/metadata", views.editor, name="editor"),
    path("images/<str:public_id>/metadata/many", views.add_many, name="add-many"),
    path("images/<str:public_id>/metadata/copy", views.copy, name="copy-metadata"),
    path("images/<str:public_id>/metadata/remove", views.remove, name="remove-entry"),
    path("images/<str:public_id>/metadata/change", views.change, name="change-entry"),
    # /images/{id}/tags…
    path("images/<str:public_id>/tags", views.tags, name="tags"),
    path("images/<str:public_id>/tags/remove", views.remove_tag, name="remove-tag"),
    # what a field asks while one types
    path("type", lookups.badge, name="type-badge"),
    path("suggest/key", lookups.keys, name="suggest-key"),
    path("suggest/value", lookups.values, name="suggest-value"),
    path("suggest/tag", lookups.tags, name="suggest-tag"),
]
