from __future__ import annotations

import os

from django.core.wsgi import get_wsgi_application

from assetlib.serving import PARENT, end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assetlib.settings")
if PARENT in os.environ:
    end_with_parent()

application = get_wsgi_application()
