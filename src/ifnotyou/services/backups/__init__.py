"""Backups: one file that holds the whole database, and putting it back so that nothing is sent twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cryptography.fernet import InvalidToken
from django.conf import settings

from ifnotyou.services.backups.engine import BackupError, Engine, pointed_at
from ifnotyou.services.restoring import mark_restored
from ifnotyou.tables import make_tables, unknown_migrations

__all__ = ["BackupError", "Restored", "make", "mark_only", "put_back"]


@dataclass(frozen=True)
class Restored:
    """What came of putting a backup back."""

    backup_at: datetime
    uncertain: int
    kept: str | None


def make(file: Path, *, now: datetime) -> int:
    """Back the database up into `file`, also while it is in use; returns how many bytes it has."""
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
    copy = engine.unpack(file)
    try:
        with pointed_at(copy):
            uncertain = _bring_up_to_date_and_mark(backup_at, now)
        kept = engine.take_place(copy, now)
    except BaseException:
        engine.discard(copy)
        raise
    return Restored(backup_at, uncertain, kept)


def mark_only(backup_at: datetime, *, now: datetime) -> Restored:
    """The database was put back by other means: do what keeps it from sending anything twice."""
    _engine().refuse_while_in_use()
    return Restored(backup_at, _bring_up_to_date_and_mark(backup_at, now), None)


def _bring_up_to_date_and_mark(backup_at: datetime, now: datetime) -> int:
    if newer := unknown_migrations():
        raise BackupError(
            f"It was made by a newer ifnotyou ({newer[0]} is not known here). Update this one first."
        )
    make_tables()
    try:
        return mark_restored(backup_at=backup_at, now=now)
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
