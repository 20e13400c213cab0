"""Backups: one file that holds the whole database, and putting it back so that nothing is sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings
from django.db import connection
from django_scopes import scope

from ifnotyou.models import Workspace
from ifnotyou.services import anonymous
from ifnotyou.services.backups.engine import BackupError, Engine, pointed_at
from ifnotyou.services.restoring import Lists, erase_again, lists_there, mark_restored
from ifnotyou.tables import make_tables, unknown_migrations

__all__ = ["BackupError", "Restored", "make", "mark_only", "put_back"]


@dataclass(frozen=True)
class Restored:
    """What came of putting a backup back.

    `erased_again`: rows of people who had been erased since the backup; `lists_read` is False where the database that
    was replaced could not be read, so that only those erased people are known who stand in the file beside it.
    """

    backup_at: datetime
    uncertain: int
    kept: str | None
    erased_again: int = 0
    lists_read: bool = True


def make(file: Path, *, now: datetime) -> int:
    """Back the database up into `file`, also while it is in use; returns how many bytes it has.

    The sealed pools are turned before: else two backups of one hour would tell whether something came in between.
    """
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            anonymous.turn_pools(workspace)
    _engine().make(file, now)
    return file.stat().st_size


def put_back(file: Path, *, now: datetime, replace: bool) -> Restored:
    """Let the backup take the database's place.

    It is unpacked beside it, brought up to this version and marked there: until all is done nothing changes, and
    there is no moment at which an unmarked one could be used. Without `replace` only where there is no database.
    """
    engine = _engine()
    backup_at = engine.made_at(file)
    engine.refuse_while_in_use()
    if engine.holds_anything() and not replace:
        raise BackupError(
            "There is a database already. With --yes it is replaced, and kept beside the new one under another name."
        )
    lists = lists_there() if engine.holds_anything() else Lists()
    connection.close()
    copy = engine.unpack(file)
    try:
        with pointed_at(copy):
            erased, uncertain = _bring_up_to_date_and_mark(backup_at, now, lists)
        kept = engine.take_place(copy, now)
    except BaseException:
        engine.discard(copy)
        raise
    return Restored(backup_at, uncertain, kept, erased, lists.whole)


def mark_only(backup_at: datetime, *, now: datetime) -> Restored:
    """The database was put back by other means: do what keeps it from sending anything twice."""
    _engine().refuse_while_in_use()
    erased, uncertain = _bring_up_to_date_and_mark(backup_at, now, Lists())
    return Restored(backup_at, uncertain, None, erased)


def _bring_up_to_date_and_mark(backup_at: datetime, now: datetime, lists: Lists) -> tuple[int, int]:
    """Returns how many rows were erased again, and how many asks became uncertain."""
    if newer := unknown_migrations():
        raise BackupError(
            f"It was made by a newer ifnotyou ({newer[0]} is not known here). Update this one first."
        )
    make_tables()
    try:
        return erase_again(lists), mark_restored(backup_at=backup_at, now=now)
    except InvalidToken as error:
        raise BackupError(
            "The secrets in this backup are encrypted with another key. Add that key behind the others in "
            "SECRET_KEY, then try again."
        ) from error


def _engine() -> Engine:
    # Only the one that is wanted: PostgreSQL's driver takes its time.
    if settings.SQLITE:
        from ifnotyou.services.backups.sqlite import SqliteEngine  # noqa: PLC0415

        return SqliteEngine()
    from ifnotyou.services.backups.postgresql import PostgresqlEngine  # noqa: PLC0415

    return PostgresqlEngine()
