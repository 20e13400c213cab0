"""What every command does that needs the database: start Django, or say in words why it cannot."""

from __future__ import annotations

import os

import django
from django.core.exceptions import ImproperlyConfigured

from ifnotyou.playbook.errors import PlaybookError


class CannotStart(PlaybookError):  # noqa: N818 - it is the reader's to mend, not only an error
    """A setting, or a database that has to be created or updated first; the text says what to do."""


def start_django(*, migrated: bool = True) -> None:
    """Set Django up; with `migrated` only on a database that has every table of this version."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ifnotyou.settings")
    try:
        django.setup()
    except ImproperlyConfigured as error:
        raise CannotStart(str(error)) from error
    if migrated:
        _refuse_old_tables()


def _refuse_old_tables() -> None:
    from django.db.utils import OperationalError  # noqa: PLC0415 - Django has to be set up first

    from ifnotyou.tables import missing_migrations  # noqa: PLC0415

    try:
        missing = missing_migrations()
    except OperationalError as error:
        raise CannotStart(f"The database cannot be reached (DATABASE_URL): {str(error).strip()}") from error
    if missing:
        raise CannotStart(
            "The database has to be created or updated first. Back it up if it holds anything, then: ifnotyou migrate"
        )
