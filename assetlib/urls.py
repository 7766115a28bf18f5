from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from assetlib.pages.patterns import patterns

urlpatterns = [
    path("", include("assetlib.accounts.urls")),
    path("admin/", admin.site.urls),
    path("media/", include("images.urls")),
    # /{workspace}/…
    path("<slug:slug>/", include("metadata.urls")),
    path("<slug:slug>/", include("assetlib.pages.urls")),
]

if settings.DEBUG:
    urlpatterns.insert(0, path("patterns", patterns, name="patterns"))
