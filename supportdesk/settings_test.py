"""Settings of the test suite: as in development, made deterministic."""

import os

os.environ.setdefault("DESK_DEV", "1")

from supportdesk.settings import *  # noqa: F403
from supportdesk.settings import DATABASES, STORAGES

DATABASES["default"]["CONN_MAX_AGE"] = 0  # else "database is being accessed" at tear-down
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
CELERY_TASK_ALWAYS_EAGER = True
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
EMAIL_CONFIGURED = True
SITE_URL = "http://testserver"
ALLOWED_HOSTS = ["testserver", "localhost", "127.0.0.1"]
STORAGES["default"] = {"BACKEND": "django.core.files.storage.InMemoryStorage"}
TESTING = True
