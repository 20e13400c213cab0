"""Backups of an SQLite file, by SQLite's own way of copying a database that is in use."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from ifnotyou.services.backups.engine import NOT_OURS, BackupError, Engine, written_whole
from ifnotyou.tables import sqlite_file

_IN_USE = (
    "The database is in use. Stop `ifnotyou serve` and `ifnotyou worker` (or ./run) first: "
    "what they send while a backup is put back could be sent twice."
)


class SqliteEngine(Engine):
    """An SQLite file, its copies beside it."""

    def __init__(self) -> None:
        """Keep where the database lies."""
        file = sqlite_file()
        if file is None:
            raise TypeError("The database is not SQLite.")
        self._file = file

    def make(self, file: Path, now: datetime) -> None:
        """Copy in one step: writers go on, and the copy has what was committed when it began."""
        if not self._file.exists():
            raise BackupError(f"There is no database at {self._file}.")
        with written_whole(file) as unfinished, _opened(self._file) as source, _opened(unfinished) as copy:
            source.backup(copy)
            copy.execute("PRAGMA journal_mode=DELETE")  # one file, nothing beside it
            _refuse_damaged(copy, "The database is damaged; the backup was thrown away")
            _take_keys_out(copy)
            copy.execute("CREATE TABLE ifnotyou_backup (made_at TEXT NOT NULL)")
            copy.execute("INSERT INTO ifnotyou_backup VALUES (?)", [now.isoformat()])

    def made_at(self, file: Path) -> datetime:
        """Read it from the table that only backups have."""
        if not file.is_file():
            raise BackupError(f"There is no file {file}.")
        try:
            with _opened(file) as backup:
                _refuse_damaged(backup, f"{file} is damaged")
                rows = backup.execute(
                    "SELECT made_at FROM ifnotyou_backup, django_migrations WHERE app = 'ifnotyou'"
                ).fetchall()
            return datetime.fromisoformat(rows[0][0])
        except (sqlite3.DatabaseError, IndexError, TypeError, ValueError) as error:
            raise BackupError(f"{file} {NOT_OURS}.") from error

    def holds_anything(self) -> bool:
        """A file with something in it."""
        return self._file.exists() and self._file.stat().st_size > 0

    def refuse_while_in_use(self) -> None:
        """Ask SQLite for the file alone."""
        if self._file.exists():
            with _alone(self._file):
                pass

    def unpack(self, file: Path) -> str:
        """A copy beside the database, for its owner alone."""
        copy = self._file.with_name(f"{self._file.name}.restoring")
        self.discard(str(copy))
        copy.touch(0o600, exist_ok=False)
        with _opened(file) as backup, _opened(copy) as target:
            backup.backup(target)
            target.execute("DROP TABLE ifnotyou_backup")
        return str(copy)

    def take_place(self, copy: str, now: datetime) -> str | None:
        """Write the copy into the file in one transaction, so that nobody is left with the old one open."""
        kept = self._file.with_name(f"{self._file.name}.replaced-{now:%Y%m%d-%H%M%S}")
        replaces = self.holds_anything()
        if not self._file.exists():
            self._file.touch(0o600)
        with _opened(Path(copy)) as ready, _alone(self._file) as live:
            if replaces:
                kept.touch(0o600, exist_ok=False)
                with _opened(kept) as old:
                    live.backup(old)
            ready.backup(live)
            _refuse_damaged(live, "Putting the backup back failed")
            # While the file is held alone its journal stays, with what was replaced in it.
            live.execute("PRAGMA locking_mode=NORMAL")
            live.execute("SELECT 1 FROM sqlite_master").fetchall()
            live.execute("PRAGMA journal_mode=TRUNCATE")
            live.execute("PRAGMA journal_mode=DELETE")
        self.discard(copy)
        return str(kept) if replaces else None

    def discard(self, copy: str) -> None:
        """The file, and what SQLite keeps beside it."""
        for name in (copy, f"{copy}-wal", f"{copy}-shm", f"{copy}-journal"):
            Path(name).unlink(missing_ok=True)


@contextmanager
def _opened(file: Path) -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(file, timeout=20, isolation_level=None)) as connection:
        yield connection


@contextmanager
def _alone(file: Path) -> Iterator[sqlite3.Connection]:
    """The file, locked against everybody else until closed."""
    with closing(sqlite3.connect(file, timeout=0.5, isolation_level=None)) as connection:
        try:
            # Leaving the write-ahead log is only granted to the one connection there is.
            connection.execute("PRAGMA journal_mode=DELETE")
            connection.execute("PRAGMA locking_mode=EXCLUSIVE")
            connection.execute("BEGIN EXCLUSIVE")
            connection.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise BackupError(_IN_USE) from error
        except sqlite3.DatabaseError as error:
            raise BackupError(
                f"{file} is no usable SQLite database ({error}). Move it and the files beside it away, then try again."
            ) from error
        yield connection


def _take_keys_out(copy: sqlite3.Connection) -> None:
    """Leave no key of a sealed pool in the copy, nor in what deleting it would leave behind: a pool stays shut."""
    copy.execute("PRAGMA journal_mode=MEMORY")  # a journal on the disk would hold the keys once more
    copy.execute("PRAGMA secure_delete=ON")
    copy.execute("DELETE FROM ifnotyou_sealkey")
    copy.execute("VACUUM")
    copy.execute("PRAGMA journal_mode=DELETE")


def _refuse_damaged(connection: sqlite3.Connection, what: str) -> None:
    found = connection.execute("PRAGMA integrity_check(3)").fetchall()
    if found != [("ok",)]:
        raise BackupError(f"{what}: {'; '.join(line for (line,) in found)}")
