"""Every setting is an environment variable with a documented default: README, “Configuration”."""

from __future__ import annotations

import os
from pathlib import Path

import django_stubs_ext

from assetlib.environment import database, flag, number, secret_key, storage, words

# Generic admin classes, as the type checker reads them, exist at run time only after this.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("ASSETLIB_VAR", BASE_DIR / "var"))
VAR.mkdir(parents=True, exist_ok=True)

DEBUG = flag("ASSETLIB_DEBUG", default=False)
SECRET_KEY = secret_key("ASSETLIB_SECRET_KEY", VAR / "secret_key")
ALLOWED_HOSTS = words("ASSETLIB_HOSTS", "localhost 127.0.0.1 [::1]")
CSRF_TRUSTED_ORIGINS = words("ASSETLIB_ORIGINS", "")

# Behind TLS (a proxy that sets X-Forwarded-Proto) cookies travel over TLS only.
TLS = flag("ASSETLIB_TLS", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if TLS else None
SECURE_SSL_REDIRECT = TLS
SECURE_HSTS_SECONDS = number("ASSETLIB_HSTS_SECONDS", 3600 * 24 * 30) if TLS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = TLS
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = TLS
SESSION_COOKIE_AGE = 3600 * 24 * 14
X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"

INSTALLED_APPS = [
    "assetlib",
    "assetlib.accounts",
    "assetlib.columns",
    "assetlib.changes",
    "assetlib.jobs",
    "images",
    "metadata",
    "assetlib.mirror",
    "assetlib.annotations",
    "assetlib.search",
    "assetlib.pages",
    "assetlib.api",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",  # its templates: FORM_RENDERER looks among the apps
    "template_partials",
    "axes",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "assetlib.web.csp.ContentSecurityPolicy",
    "assetlib.web.clock.Clock",
    "assetlib.web.nul.WithoutNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    # The middleware alone: as an app django_htmx brings scripts that collectstatic cannot hash.
    "django_htmx.middleware.HtmxMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "assetlib.urls"
WSGI_APPLICATION = "assetlib.wsgi.application"
APPEND_SLASH = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.debug",
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "assetlib.accounts.context.access",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": database("DATABASE_URL", VAR / "assetlib.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
LOGIN_URL = "login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "login"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "django.contrib.auth.backends.ModelBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# Throttle: a pair of name and address is locked after this many wrong passwords, for a while.
AXES_FAILURE_LIMIT = number("ASSETLIB_LOGIN_ATTEMPTS", 8)
AXES_COOLOFF_TIME = number("ASSETLIB_LOGIN_COOLOFF_HOURS", 1)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_CALLABLE = "assetlib.accounts.views.locked_out"
AXES_VERBOSE = False
AXES_HTTP_RESPONSE_CODE = 429

LANGUAGE_CODE = "en"
USE_I18N = False
USE_TZ = True
TIME_ZONE = "UTC"

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": storage("ASSETLIB_STORAGE", VAR / "files"),
    "staticfiles": {"BACKEND": "assetlib.web.static.HashedStaticFiles"},
}
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG

# A form of a thousand files is an upload here; Django's own limit is 100.
DATA_UPLOAD_MAX_NUMBER_FILES = number("ASSETLIB_UPLOAD_FILES", 1_000)
DATA_UPLOAD_MAX_MEMORY_SIZE = number("ASSETLIB_FORM_BYTES", 2_500_000)
FILE_UPLOAD_MAX_MEMORY_SIZE = 1_000_000

UPLOAD_MAX_BYTES = number("ASSETLIB_UPLOAD_BYTES", 20_000_000)
UPLOAD_MAX_PIXELS = number("ASSETLIB_UPLOAD_PIXELS", 100_000_000)
UPLOAD_MAX_FRAMES = number("ASSETLIB_UPLOAD_FRAMES", 1_000)
# Of a zip of images: its bytes, its files, their bytes together, and how much that may be more.
ZIP_MAX_BYTES = number("ASSETLIB_ZIP_BYTES", 4_000_000_000)
ZIP_MAX_FILES = number("ASSETLIB_ZIP_FILES", 100_000)
ZIP_MAX_UNPACKED = number("ASSETLIB_ZIP_UNPACKED", 20_000_000_000)
ZIP_MAX_RATIO = number("ASSETLIB_ZIP_RATIO", 100)
MAX_ENTRIES = number("ASSETLIB_MAX_ENTRIES", 1_000)
MAX_BOXES = number("ASSETLIB_MAX_BOXES", 10_000)
EXPORT_DAYS = number("ASSETLIB_EXPORT_DAYS", 7)
TRASH_DAYS = number("ASSETLIB_TRASH_DAYS", 30)
# Whether an address to fetch an image from may be inside a network, as in one's own laboratory.
FETCH_PRIVATE = flag("ASSETLIB_FETCH_PRIVATE", default=False)
# The first encrypts mirrors' secrets, those behind it decrypt what was encrypted before; without
# one the secret key does.
MIRROR_KEYS = words("ASSETLIB_MIRROR_KEY", "")
# Where the demo is to fill a bucket and run a mirror on it; such a server is one of one's own.
DEMO_S3 = os.environ.get("ASSETLIB_DEMO_S3", "")
DEMO_S3_KEY = os.environ.get("ASSETLIB_DEMO_S3_KEY", "")
DEMO_S3_SECRET = os.environ.get("ASSETLIB_DEMO_S3_SECRET", "")
# Whether a mirror's endpoint may be inside a network, and whether it may be let in as this machine.
MIRROR_PRIVATE = flag("ASSETLIB_MIRROR_PRIVATE", default=bool(DEMO_S3))
MIRROR_MACHINE = flag("ASSETLIB_MIRROR_MACHINE", default=False)
# Objects a run reads at a time.
MIRROR_READS = number("ASSETLIB_MIRROR_READS", 16)
# Of each server process; 0 reads columns anew for every search.
COLUMN_CACHE_BYTES = number("ASSETLIB_COLUMN_CACHE", 400_000_000)

# What undoes a change, by its kind: rooms own their rows, and `changes` imports none of them.
CHANGE_UNDOERS = {
    "entry": "metadata.undo.undo_entries",
    "tag": "metadata.undo.undo_tags",
    "membership": "images.undo.undo_memberships",
    "presence": "images.undo.undo_presence",
    "filename": "images.undo.undo_filenames",
    "boxes": "assetlib.annotations.undo.undo_boxes",
    "file": "images.replace.undo_files",
    "base": "assetlib.mirror.undo.undo_bases",
    "touched": "assetlib.mirror.undo.undo_touched",
}
# What long work there is: an `assetlib.jobs.kinds.Kind` each, of the room that does it.
JOB_KINDS = {
    "export": "assetlib.transfer.export.EXPORT",
    "undo": "assetlib.changes.undo.UNDO",
    "mirror-run": "assetlib.mirror.work.MIRROR_RUN",
    "mirror-plan": "assetlib.mirror.preview.MIRROR_PLAN",
    "mirror-deletion": "assetlib.mirror.deletion.MIRROR_DELETION",
    "bulk": "assetlib.bulk.run.BULK",
    "update-many": "metadata.many.UPDATE_MANY",
    "zip-upload": "assetlib.transfer.zip_work.ZIP_UPLOAD",
}
# A worker that has said nothing for so long is gone, and another takes its job.
JOB_LEASE_SECONDS = number("ASSETLIB_JOB_LEASE", 20)
# What a worker does again and again: seconds between, and the function, which takes nothing.
PERIODIC: dict[str, tuple[float, str]] = {
    "mirror-runs": (30, "assetlib.mirror.runs.enqueue_due"),
    "purge-trash": (24 * 3_600, "images.trash.purge_expired"),
    "forget-answers": (3_600, "assetlib.api.v1.idempotency.forget_old"),
    "sweep-archives": (3_600, "assetlib.transfer.zip_upload.sweep_archives"),
    "remove-exports": (3_600, "assetlib.transfer.expiry.remove_old_exports"),
}
# Called with (act, changes) when images leave for the trash or come back.
CHANGE_FOLLOWERS = [
    "metadata.counts.follow_presence",
    "assetlib.annotations.counts.follow_presence",
    "assetlib.mirror.hold.follow_presence",
]

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name} {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": os.environ.get("ASSETLIB_LOG_LEVEL", "INFO")},
    # botocore tells the headers of requests to whoever debugs, and a session token is one of them.
    "loggers": {"axes": {"level": "WARNING"}, "botocore": {"level": "INFO"}},
}
