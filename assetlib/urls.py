from __future__ import annotations

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

from assetlib.api.v1.api import urls as api_v1
from assetlib.pages.patterns import patterns

urlpatterns: list[URLPattern | URLResolver] = [
    path("", include("assetlib.accounts.urls")),
    path("admin/", admin.site.urls),
    path("media/", include("images.urls")),
    path("api/v1/", api_v1),
    path("exports/", include("assetlib.transfer.urls")),
    path("rf/", include("assetlib.api.rf.urls")),
    # /{workspace}/…
    path("<slug:slug>/", include("metadata.urls")),
    path("<slug:slug>/", include("assetlib.pages.urls")),
]

# Django's own refusals: to programs as problems, to people as pages.
handler400 = "assetlib.api.v1.refusals.bad_request"
handler404 = "assetlib.api.v1.refusals.not_found"
handler500 = "assetlib.api.v1.refusals.server_error"

if settings.DEBUG:
    urlpatterns.insert(0, path("patterns", patterns, name="patterns"))
