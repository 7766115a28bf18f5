"""Addresses of files, below /media/."""

from __future__ import annotations

from django.urls import path

from images import views

urlpatterns = [path("<str:token>", views.media, name="media")]
