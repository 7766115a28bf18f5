from __future__ import annotations

import gc
import os

from django.core.wsgi import get_wsgi_application

from assetlib.serving import PARENT, end_with_parent

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "assetlib.settings")
if PARENT in os.environ:
    end_with_parent()

application = get_wsgi_application()
# What is there by now stays: no garbage collection need look at it again.
gc.freeze()
