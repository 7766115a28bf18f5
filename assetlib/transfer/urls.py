from __future__ import annotations

from django.urls import path

from assetlib.transfer import views

urlpatterns = [path("<str:token>", views.export_file, name="export-file")]
