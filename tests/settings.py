"""The settings of the program, with what makes tests quick and keeps them on this machine."""

import os

os.environ.setdefault("SECRET_KEY", "only-for-tests-only-for-tests-only-for-tests")
os.environ.setdefault("DATABASE_URL", "sqlite:////tmp/ifnotyou-tests.sqlite3")
os.environ.setdefault("PUBLIC_URL", "http://testserver")

from ifnotyou.settings import *  # noqa: F403

# Argon2 is slow on purpose; tests sign in by the thousand.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
# The manifest of a collected folder is not there in tests.
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True

# Users of many tests have the same number, and one test is a minute's work for them.
MOST_FORMS = 1_000_000
