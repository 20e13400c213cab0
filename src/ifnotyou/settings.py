"""Django's settings. The environment gives these; all else is set in the web application.

DATABASE_URL  default: an SQLite file `ifnotyou.sqlite3` in the current folder
SECRET_KEY    keys of at least 32 characters, comma between them; the first is used, the others still read
PUBLIC_URL    the address people see, such as https://ask.example.com
EMAIL_URL     how notifications leave, such as smtp+tls://user:password@mail.example.com:587; default: the terminal
DATA_DIR      for files outside the database; default: beside the SQLite file, else `data` in the current folder
REACHABLE_NETWORKS  networks of your own that may be asked and called as the internet is, such as 10.0.0.0/8
"""

from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

HERE = Path(__file__).resolve().parent
LEAST_KEY_CHARACTERS = 32

env = environ.Env()

# --- The settings of the environment

DATABASES = {"default": env.db_url("DATABASE_URL", default="sqlite:///ifnotyou.sqlite3")}
SECRET_KEYS = [key.strip() for key in env.str("SECRET_KEY", default="").split(",") if key.strip()]
PUBLIC_URL = env.str("PUBLIC_URL", default="http://127.0.0.1:8000").rstrip("/")
EMAIL = env.email_url("EMAIL_URL", default="consolemail://")

if not SECRET_KEYS:
    raise ImproperlyConfigured(
        "SECRET_KEY is missing. Make one, keep it, and back it up apart from the database:\n"
        '  python3 -c "import secrets; print(secrets.token_urlsafe(48))"'
    )
if any(len(key) < LEAST_KEY_CHARACTERS for key in SECRET_KEYS):
    raise ImproperlyConfigured(
        f"SECRET_KEY is too short: it needs at least {LEAST_KEY_CHARACTERS} characters."
    )

_public = urlsplit(PUBLIC_URL)
if _public.scheme not in {"http", "https"} or not _public.hostname:
    raise ImproperlyConfigured(f'PUBLIC_URL must look like https://ask.example.com, not "{PUBLIC_URL}".')
HTTPS = _public.scheme == "https"

# --- Database

SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if SQLITE:
    # IMMEDIATE: a transaction that will write waits its turn at the start instead of failing in the middle.
    # secure_delete: what is erased is overwritten.
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;PRAGMA mmap_size=134217728;PRAGMA journal_size_limit=27103364;"
        "PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY",
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
DATABASES["default"]["CONN_MAX_AGE"] = 600
# Uploads and collected static files lie here: beside the SQLite file, or in "data" of the current folder.
DATA_DIR = Path(
    env.str("DATA_DIR", default="") or (Path(DATABASES["default"]["NAME"]).parent if SQLITE else "data")
).absolute()
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Rate limits count in the cache: it has to be one for all processes.
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "ifnotyou_cache"},
    # Counts of the last hour: many senders must not push each other out.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    },
}

# --- The application

INSTALLED_APPS = [
    "ifnotyou.apps.IfnotyouConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "allauth.usersessions",
    "csp",
    "django_htmx",
    "django_tasks",
    "template_partials",
    *([] if SQLITE else ["procrastinate.contrib.django"]),
]

MIDDLEWARE = [
    "ifnotyou.web.quiet_log.QuietLog",
    "ifnotyou.web.outside.ForgetWhoAsks",
    "ifnotyou.api.errors.Problems",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "ifnotyou.web.access.AccessMiddleware",
]

ROOT_URLCONF = "ifnotyou.urls"
WSGI_APPLICATION = "ifnotyou.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [HERE / "web" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
            "libraries": {"frame": "ifnotyou.web.frame", "words": "ifnotyou.web.words"},
        },
    }
]

STATIC_URL = "/static/"
STATIC_ROOT = DATA_DIR / "static"
STATICFILES_DIRS = [HERE / "web" / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# Colleagues' pages are English; those of people without an account are in the language of their browser.
LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español"), ("pt", "Português")]
LOCALE_PATHS = [HERE / "web" / "locale"]
USE_I18N = True
TIME_ZONE = "UTC"
USE_TZ = True

# --- Background work: one interface, two engines (docs/architecture.md)

TASKS: dict[str, dict[str, object]] = {
    "default": {
        "BACKEND": "ifnotyou.jobs.embedded.EmbeddedBackend"
        if SQLITE
        else "ifnotyou.jobs.distributed.ProcrastinateBackend",
        "QUEUES": [],
    }
}
JOBS_MODULE = "ifnotyou.jobs.tasks"
JOBS_LEASE = timedelta(seconds=60)  # a worker silent for longer is taken for dead, and its jobs run again
JOBS_FIRST_WAIT = timedelta(
    seconds=10
)  # before the second attempt; three times longer before each further one
if not SQLITE:
    PROCRASTINATE_ON_APP_READY = "ifnotyou.jobs.distributed.on_app_ready"

# --- Signing in

AUTH_USER_MODEL = "ifnotyou.User"
AUTHENTICATION_BACKENDS = ["ifnotyou.web.signing_in.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "home"
ACCOUNT_ADAPTER = "ifnotyou.web.signing_in.Adapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"  # nobody signs up: an address is known from the invitation
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = True
# How often, in what time, counted by what: allauth's own (its names) and those of our forms.
ACCOUNT_RATE_LIMITS = {
    "login": "30/m/ip",
    "login_failed": "30/5m/ip,5/5m/key",
    "reauthenticate": "10/m/user",
    "change_password": "5/m/user",
    "ask_for_link": "3/10m/key",
    "ask_for_link_ip": "60/h/ip",
    "use_link": "30/m/ip",
    "sign_in_with": "30/m/ip",
    "welcome": "10/m/ip",
    "invite": "60/h/user",
    "make_token": "30/h/user",
    "try_mailbox": "10/10m/user",
    "try_connection": "20/10m/user",
    "try_chat": "20/10m/user",
    "try_listener": "20/10m/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if HTTPS else 0  # whoever speaks HTTPS for us says whom we talk with
MOST_FORMS = 300
"""Any forms that somebody signed in may send in a minute to one process; the tone check comes as one types."""
API_PER_MINUTE = 300
"""Calls of one token in a minute, to all processes together."""
API_FAILURES_PER_MINUTE = 60
"""Tokens that open nothing, from one address in a minute to one process."""
ACCOUNT_REAUTHENTICATION_TIMEOUT = 900
ACCOUNT_FORMS = {"login": "ifnotyou.web.forms.SignInForm"}
MFA_ADAPTER = "ifnotyou.web.signing_in.SecondFactor"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_FORMS = {
    "add_webauthn": "ifnotyou.web.passkeys.AddForm",
    "edit_webauthn": "ifnotyou.web.passkeys.RenameForm",
}
MFA_TOTP_ISSUER = "ifnotyou"
MFA_TOTP_TOLERANCE = 1
"""Steps of 30 seconds that a code is taken after its own, and before: typing takes time, clocks differ (RFC 6238)."""
SOCIALACCOUNT_ADAPTER = "ifnotyou.web.single_sign_on.Adapter"
SOCIALACCOUNT_STORE_TOKENS = False
SESAME_MAX_AGE = 600  # seconds; a sign-in link, ASVS 6.5.5
SESAME_ONE_TIME = True
SESAME_SIGNATURE_SIZE = 16  # bytes, 128 bits (ASVS 6.5.2)
SESAME_TOKENS = ["sesame.tokens_v2"]

# --- Security

SECRET_KEY = SECRET_KEYS[0]
SECRET_KEY_FALLBACKS = SECRET_KEYS[1:]
DEBUG = False
ALLOWED_HOSTS = [_public.hostname, "127.0.0.1", "localhost"]
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_NAME = "ifnotyou"
SESSION_COOKIE_AGE = 14 * 24 * 3600
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CSRF_FAILURE_VIEW = "ifnotyou.web.errors.csrf_failure"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],  # Pico keeps the marks of its form fields in its style sheet
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
# Networks (such as "10.0.0.0/8") in which calendars and other systems are asked, besides the public internet. Whoever
# signs in can type an address: what lies within the company's own network is not to be reached by way of this machine.
REACHABLE_NETWORKS: tuple[str, ...] = tuple(
    network.strip() for network in env.str("REACHABLE_NETWORKS", default="").split(",") if network.strip()
)
DATA_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_MAX_MEMORY_SIZE = 2_500_000
FILE_UPLOAD_HANDLERS = [
    "ifnotyou.web.upload_limit.SkipLargeFiles",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

# --- Mail to employees (never to candidates: that goes by the asker's own mailbox)

EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_HOST = EMAIL.get("EMAIL_HOST", "localhost")
EMAIL_PORT = EMAIL.get("EMAIL_PORT") or 25
EMAIL_HOST_USER = EMAIL.get("EMAIL_HOST_USER") or ""
EMAIL_HOST_PASSWORD = EMAIL.get("EMAIL_HOST_PASSWORD") or ""
EMAIL_USE_TLS = bool(EMAIL.get("EMAIL_USE_TLS"))
EMAIL_USE_SSL = bool(EMAIL.get("EMAIL_USE_SSL"))
EMAIL_FILE_PATH = EMAIL.get("EMAIL_FILE_PATH") or None
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = SERVER_EMAIL = f"ifnotyou <ifnotyou@{_public.hostname}>"

# --- Logs: to the terminal, without personal data (paths carry numbers, never names)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "filters": {"hush": {"()": "ifnotyou.web.quiet_log.Hush"}},
    "handlers": {"terminal": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["hush"]}},
    "root": {"handlers": ["terminal"], "level": "INFO"},
    "loggers": {
        "django.request": {"level": "ERROR", "filters": ["hush"]},
        "django.server": {"level": "ERROR"},
        "httpx": {"level": "WARNING"},
        "fido2": {"level": "WARNING"},  # it tells which passkey signed in
        "procrastinate": {"level": "WARNING"},  # it tells arguments; jobs are told by ifnotyou.jobs
    },
}
