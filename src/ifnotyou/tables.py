"""The database as a whole: whether it has the tables of this version, and making them."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

from django.conf import settings
from django.core.cache import caches
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder


def sqlite_file() -> Path | None:
    """The file of the database, None on PostgreSQL."""
    return Path(str(connection.settings_dict["NAME"])).absolute() if settings.SQLITE else None


def missing_migrations() -> list[str]:
    """What this version has and the database has not, as "app.0001_name"."""
    file = sqlite_file()
    if file and not file.exists():
        # Looking must not leave an empty file behind: the real one may only be mounted elsewhere.
        return [_name(key) for key in sorted(MigrationLoader(None).disk_migrations or {})]
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    return [_name((migration.app_label, migration.name)) for migration, _ in plan]


def unknown_migrations() -> list[str]:
    """What the database has and this version does not know: it was made by a newer one."""
    known = MigrationLoader(None).disk_migrations or {}
    return sorted(
        _name(key) for key in MigrationRecorder(connection).applied_migrations() if key not in known
    )


def make_tables() -> list[str]:
    """Create or update every table; returns the migrations that were applied."""
    file = sqlite_file()
    if file:
        # SQLite would make it readable for everybody on the machine; its companions get the same permissions.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(file, os.O_CREAT | os.O_EXCL, 0o600))
    missing = missing_migrations()
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)
    return missing


def has_cache_table() -> bool:
    """Whether rate limits have a place to be counted in."""
    table = getattr(caches["default"], "_table", None)  # None: a cache of another kind
    return table is None or table in connection.introspection.table_names()


def _name(key: tuple[str, str]) -> str:
    return ".".join(key)
