"""Settings, driven by environment variables (12-factor). One file for every place it runs.

`DESK_DEV=1` (set by `./desk`) is a developer's machine: embedded servers, http, no secrets.
Anything else is production and refuses to start until it is configured safely.
"""

import contextlib
import os
import secrets
import sys
from base64 import urlsafe_b64encode
from hashlib import sha256
from pathlib import Path

import environ
from celery.schedules import crontab
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _

from supportdesk import embedded

BASE_DIR = Path(__file__).resolve().parent.parent
env = environ.Env()

DEVELOPMENT = env.bool("DESK_DEV", default=False)
DEBUG = env.bool("DEBUG", default=False)


def _required(name: str, why: str) -> str:
    """Value of a variable production cannot do without; in development a harmless default."""
    value = env(name, default="").strip()
    if not value:
        raise ImproperlyConfigured(
            f"{name} is not set. {why} See .env.example, or start with ./desk run for a "
            "machine of your own."
        )
    return value


def _own_secret(path: Path) -> str:
    """A random key of this checkout, made once: links signed here cannot be made elsewhere."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        draft = path.with_suffix(f".{os.getpid()}")
        draft.touch(mode=0o600)
        draft.write_text(secrets.token_urlsafe(60))
        with contextlib.suppress(FileExistsError):
            os.link(draft, path)  # the first of several processes wins, and never half-written
        draft.unlink()
    return path.read_text()


if DEVELOPMENT:
    SECRET_KEY = env("SECRET_KEY", default="") or _own_secret(BASE_DIR / "var" / "secret_key")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
    SITE_URL = env("SITE_URL", default=f"http://localhost:{env('PORT', default='8000')}")
else:
    SECRET_KEY = _required("SECRET_KEY", "It signs sessions and links: 50 random characters.")
    if len(SECRET_KEY) < 50 or len(set(SECRET_KEY)) < 5:
        raise ImproperlyConfigured("SECRET_KEY is too weak: use 50 or more random characters.")
    _required("ALLOWED_HOSTS", "Name the host names this desk answers to, comma separated.")
    ALLOWED_HOSTS = env.list("ALLOWED_HOSTS")
    if "*" in ALLOWED_HOSTS:
        raise ImproperlyConfigured("ALLOWED_HOSTS must name real hosts; '*' accepts any.")
    SITE_URL = _required("SITE_URL", "Links in mails start with it: https://desk.example.com.")
    if not SITE_URL.startswith("https://"):
        raise ImproperlyConfigured("SITE_URL must start with https:// - the desk needs HTTPS.")
SITE_URL = SITE_URL.rstrip("/")
SITE_NAME = env("SITE_NAME", default="Fernhill Support")
SUPPORT_PHONE = env("SUPPORT_PHONE", default="")

# --- Applications -------------------------------------------------------------------------
INSTALLED_APPS = [
    "core",
    "accounts",
    "attachments",
    "calendars",
    "customers",
    "devices",
    "technicians",
    "knowledgebase",
    "tickets",
    "servicelogs",
    "mailbox",
    "notifications",
    "demo",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "supportdesk.apps.DeskAdminConfig",
    "allauth",
    "allauth.account",
    "axes",
    "channels",
    "crispy_forms",
    "crispy_bootstrap5",
    "csp",
    "django_celery_beat",
    "django_filters",
    "django_htmx",
    "import_export",
    "phonenumber_field",
    "template_partials",
]

MIDDLEWARE = [
    "core.middleware.HealthCheckMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "core.middleware.CleanInputMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "core.middleware.AudienceMiddleware",
    "core.middleware.ReaderMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "core.middleware.RuleErrorMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "supportdesk.urls"
WSGI_APPLICATION = "supportdesk.wsgi.application"
ASGI_APPLICATION = "supportdesk.asgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.template.context_processors.tz",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "supportdesk.context_processors.site",
            ],
        },
    },
]
CRISPY_ALLOWED_TEMPLATE_PACKS = "bootstrap5"
CRISPY_TEMPLATE_PACK = "bootstrap5"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- Data ---------------------------------------------------------------------------------
DATABASES = {"default": env.db_url_config(env("DATABASE_URL", default=embedded.DATABASE_URL))}
DATABASES["default"] |= {
    "CONN_MAX_AGE": env.int("CONN_MAX_AGE", default=60),
    "CONN_HEALTH_CHECKS": True,
}
DATABASES["default"].setdefault("OPTIONS", {})
DATABASES["default"]["OPTIONS"] |= {"connect_timeout": 5}
DATABASES["default"]["TEST"] = {"NAME": env("DESK_TEST_DB", default="test_desk")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

REDIS_URL = env("REDIS_URL", default=embedded.REDIS_URL)


def _redis(database: int) -> str:
    """REDIS_URL with a database number, for a socket or a host."""
    separator = "?db=" if REDIS_URL.startswith("unix:") else "/"
    return f"{REDIS_URL.rstrip('/')}{separator}{database}"


CACHES = {
    "default": {
        "BACKEND": "core.cache.ForgivingRedisCache",
        "LOCATION": _redis(1),
        "OPTIONS": {"socket_connect_timeout": 2, "socket_timeout": 2},
    }
}
PRESENCE_URL = _redis(3)  # who has which ticket open: see tickets.presence
CHANNEL_LAYERS = {
    "default": {
        "BACKEND": "channels_redis.pubsub.RedisPubSubChannelLayer",
        "CONFIG": {"hosts": [_redis(2)]},
    }
}
CELERY_BROKER_URL = (
    REDIS_URL.replace("unix://", "redis+socket://") + "?virtual_host=0"
    if REDIS_URL.startswith("unix:")
    else _redis(0)
)
CELERY_BROKER_TRANSPORT_OPTIONS = {
    # Longer than the longest task, or a long one runs twice. The sweeper is the guarantee.
    "visibility_timeout": 3600,
    "socket_connect_timeout": 2,
    "socket_timeout": 3,  # a person may be waiting for it
    "max_retries": 1,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_SERIALIZER = "json"
CELERY_ACCEPT_CONTENT = ["json"]
CELERY_TASK_TIME_LIMIT = 900
CELERY_TIMEZONE = "UTC"
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_BEAT_SCHEDULE = {
    "core-sweep": {"task": "core.sweep", "schedule": env.int("SWEEP_SECONDS", default=30)},
    "notifications-sweep": {
        "task": "notifications.sweep",
        "schedule": env.int("SWEEP_SECONDS", default=30),
    },
    "notifications-release-held": {"task": "notifications.release_held", "schedule": 60},
    "notifications-ask-about-sms": {"task": "notifications.ask_about_sms", "schedule": 600},
    "notifications-forget-sms-use": {
        "task": "notifications.forget_sms_use",
        "schedule": crontab(hour=3, minute=20),
    },
    "mailbox-fetch": {"task": "mailbox.fetch", "schedule": 60},
    "mailbox-sweep-sms": {
        "task": "mailbox.sweep_sms",
        "schedule": env.int("SWEEP_SECONDS", default=30),
    },
    "tickets-release-due": {
        "task": "tickets.release_due",
        "schedule": env.int("SWEEP_SECONDS", default=30),
    },
    "tickets-close-resolved": {"task": "tickets.close_resolved", "schedule": 3600},
    "tickets-warn-of-closing": {"task": "tickets.warn_of_closing", "schedule": 3600},
    "tickets-wake": {"task": "tickets.wake", "schedule": 60},
    "tickets-escalate": {"task": "tickets.escalate", "schedule": 60},
    "tickets-run-time-rules": {"task": "tickets.run_time_rules", "schedule": 60},
    "tickets-forget-rule-runs": {
        "task": "tickets.forget_rule_runs",
        "schedule": crontab(hour=3, minute=5),
    },
    "tickets-recompute-clocks": {"task": "tickets.recompute_clocks", "schedule": 60},
    "tickets-refresh-vocabulary": {"task": "tickets.refresh_vocabulary", "schedule": 1800},
    "attachments-remove-files": {"task": "attachments.remove_files", "schedule": 300},
    "attachments-remove-orphans": {
        "task": "attachments.remove_orphans",
        "schedule": crontab(hour=2, minute=10),
    },
    "attachments-check-files": {
        "task": "attachments.check_files",
        "schedule": crontab(hour=2, minute=40),
    },
    "calendars-fetch-feeds": {"task": "calendars.fetch_feeds", "schedule": 21_600},
    "core-forget-submissions": {"task": "core.forget_submissions", "schedule": 3600},
    "tickets-retry-assignments": {"task": "tickets.retry_assignments", "schedule": 60},
    "tickets-resume-trials": {"task": "tickets.resume_trials", "schedule": 60},
    "core-heartbeat": {"task": "core.heartbeat", "schedule": 30},
}

# Fernet keys of what is encrypted in PostgreSQL (passwords of mailboxes), newest first: a new one
# is put in front, and the old one leaves when everything was saved again. Without any, one follows
# from SECRET_KEY, and a new SECRET_KEY makes those passwords unreadable.
FIELD_KEYS = env.list("FIELD_KEYS", default=[]) or [
    urlsafe_b64encode(sha256(b"fields:" + SECRET_KEY.encode()).digest()).decode()
]

# --- People -------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "accounts.backends.Backend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "core:home"
ACCOUNT_LOGOUT_REDIRECT_URL = "account_login"
ACCOUNT_ADAPTER = "accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_CONFIRM_EMAIL_ON_GET = False  # a mail scanner's GET must change nothing (A15)
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False  # no mail to strangers: the desk is no way to bother them
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_FORMS = {
    "login": "accounts.forms.entrance.LoginForm",
    "signup": "accounts.forms.entrance.SignupForm",
    "reset_password": "accounts.forms.entrance.ResetPasswordForm",
    "reset_password_from_key": "accounts.forms.entrance.ResetPasswordKeyForm",
    "change_password": "accounts.forms.entrance.ChangePasswordForm",
    "reauthenticate": "accounts.forms.entrance.ReauthenticateForm",
}
# Beside axes (10 per account and address in 15 minutes): failures per address, over all accounts,
# and per account, over all addresses. The rest of the limits are django-allauth's own.
ACCOUNT_RATE_LIMITS = {"login_failed": "20/h/ip,100/h/key", "login": "60/m/ip"}
ACCOUNT_SESSION_REMEMBER = None
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if SITE_URL.startswith("https") else "http"
# Proxies in front of the application; 0 = none, so X-Forwarded-For is never believed (A02).
TRUSTED_PROXIES = env.int("TRUSTED_PROXIES", default=0)
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
AXES_FAILURE_LIMIT = 10
AXES_COOLOFF_TIME = 0.25  # hours
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_CLIENT_IP_CALLABLE = "core.http.client_ip"
AXES_USERNAME_CALLABLE = "accounts.lockout.username"
AXES_LOCKOUT_CALLABLE = "accounts.lockout.respond"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False

# --- Browser ------------------------------------------------------------------------------
SESSION_ENGINE = "accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if not DEVELOPMENT:
    SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
    SESSION_COOKIE_NAME, CSRF_COOKIE_NAME = "__Host-session", "__Host-csrf"
    SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=True)
    SECURE_HSTS_SECONDS = 31536000
    SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
    if TRUSTED_PROXIES:
        SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    CSRF_TRUSTED_ORIGINS = [SITE_URL]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
STATIC_URL = "static/"
STATIC_ROOT = env.path("STATIC_ROOT", default=str(BASE_DIR / "var" / "static"))
STATICFILES_DIRS = [BASE_DIR / "static"]
MEDIA_ROOT = env.path("MEDIA_ROOT", default=str(BASE_DIR / "var" / "files"))
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(MEDIA_ROOT), "base_url": None},  # served by views only
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if not DEVELOPMENT
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = WHITENOISE_AUTOREFRESH = DEVELOPMENT
FILE_MAX_BYTES = 25 * 1024 * 1024
FILES_MAX_PER_MESSAGE = 10
MAIL_MAX_BYTES = 50 * 1024 * 1024  # of one mail that comes in; a larger one waits for a person
MAIL_MAX_FILES = 50  # of one mail become attachments; the rest stays in its source
# Beyond these an incoming mail waits for a person: two machines that answer each other must end.
MAIL_PER_ADDRESS_HOUR = env.int("MAIL_PER_ADDRESS_HOUR", default=40)
MAIL_TICKETS_PER_PAIR_HOUR = env.int("MAIL_TICKETS_PER_PAIR_HOUR", default=5)
SMS_IN_PER_NUMBER_HOUR = env.int("SMS_IN_PER_NUMBER_HOUR", default=30)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 1000
DATA_UPLOAD_MAX_NUMBER_FILES = 20
FILE_UPLOAD_PERMISSIONS = 0o600

# --- Words and time -----------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
LANGUAGES = [("en-gb", _("English"))]  # others join with their catalogue in locale/
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = env("TIME_ZONE", default="Europe/London")
USE_TZ = True
PHONENUMBER_DEFAULT_REGION = env("PHONE_REGION", default="GB")
PHONENUMBER_DB_FORMAT = "E164"
PHONENUMBER_DEFAULT_FORMAT = "INTERNATIONAL"

# --- The outside world --------------------------------------------------------------------
EMAIL_CONFIGURED = bool(env("EMAIL_URL", default="") or env("ANYMAIL_BACKEND", default=""))
if env("EMAIL_URL", default=""):
    vars().update(env.email_url("EMAIL_URL"))
EMAIL_BACKEND = env("ANYMAIL_BACKEND", default=vars().get("EMAIL_BACKEND") or "")
if not EMAIL_BACKEND:
    EMAIL_BACKEND = "notifications.backends.OutboxOnlyBackend"  # never silently nowhere
# "name:password" the provider sends with what it says about our mail; without it that door is shut.
ANYMAIL_WEBHOOK_SECRET = env("ANYMAIL_WEBHOOK_SECRET", default="") or None
EMAIL_TIMEOUT = env.int("EMAIL_TIMEOUT", default=20)  # seconds; of SMS, too
DEFAULT_FROM_EMAIL = env("DEFAULT_FROM_EMAIL", default=f"{SITE_NAME} <support@localhost>")
SERVER_EMAIL = env("SERVER_EMAIL", default=DEFAULT_FROM_EMAIL)
TWILIO_ACCOUNT_SID = env("TWILIO_ACCOUNT_SID", default="")
TWILIO_AUTH_TOKEN = env("TWILIO_AUTH_TOKEN", default="")
TWILIO_FROM = env("TWILIO_FROM", default="")
# A sender that died holds its rows for so long; longer than a message may take to send.
NOTIFICATION_LEASE_SECONDS = env.int("NOTIFICATION_LEASE_SECONDS", default=120)
NOTIFICATION_RETRY_SECONDS = env.int("NOTIFICATION_RETRY_SECONDS", default=15)  # first wait
# Limits of SMS; 0 is none. Countries: two letters each, empty for all. A block: all but 4 digits.
SMS_COUNTRIES = [code.upper() for code in env.list("SMS_COUNTRIES", default=[])]
SMS_PARTS_PER_DAY = env.int("SMS_PARTS_PER_DAY", default=2000)
SMS_PER_COUNTRY_DAY = env.int("SMS_PER_COUNTRY_DAY", default=1500)
SMS_PER_BLOCK_HOUR = env.int("SMS_PER_BLOCK_HOUR", default=100)
SMS_PER_NUMBER_HOUR = env.int("SMS_PER_NUMBER_HOUR", default=20)
SMS_PER_NUMBER_DAY = env.int("SMS_PER_NUMBER_DAY", default=60)
# Services of the makers of browsers: push messages go to no other address.
PUSH_HOSTS = env.list(
    "PUSH_HOSTS",
    default=[
        "fcm.googleapis.com",
        "push.services.mozilla.com",
        "notify.windows.com",
        "push.apple.com",
    ],
)
TWILIO_API_URL = env("TWILIO_API_URL", default="")  # another endpoint, for tests and proxies

IMPORT_EXPORT_USE_TRANSACTIONS = True
IMPORT_EXPORT_ESCAPE_FORMULAE_ON_EXPORT = True
TESTING = "pytest" in sys.modules

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "core.logs.OneLineFormatter"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL", default="WARNING")},
}
