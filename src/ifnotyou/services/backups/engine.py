"""What a backup takes from either database, and what may go wrong."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path

from django.db import connection

from ifnotyou.playbook.errors import PlaybookError

NOT_OURS = "is not a backup that `ifnotyou backup` made of this kind of database"


class BackupError(PlaybookError):
    """What keeps a backup from being made or put back; the text says what to do."""


class Engine(ABC):
    """One kind of database. A backup is put back by way of a copy, which nobody uses until it is ready."""

    @abstractmethod
    def make(self, file: Path, now: datetime) -> None:
        """Write the database into `file`, readable for its owner alone, as it is at one moment.

        All of it but the keys of the sealed pools (services/sealing.py).
        """

    @abstractmethod
    def made_at(self, file: Path) -> datetime:
        """When the backup was begun; BackupError where the file is none, or is damaged."""

    @abstractmethod
    def holds_anything(self) -> bool:
        """Whether there is a database that the backup would replace."""

    @abstractmethod
    def refuse_while_in_use(self) -> None:
        """BackupError where another program has the database open."""

    @abstractmethod
    def unpack(self, file: Path) -> str:
        """Make the copy out of `file`; returns the name to connect to."""

    @abstractmethod
    def take_place(self, copy: str, now: datetime) -> str | None:
        """Let the copy take the database's place, all at once; returns where the replaced one is kept, if any."""

    @abstractmethod
    def discard(self, copy: str) -> None:
        """Remove the copy, if it is there."""


@contextmanager
def pointed_at(name: str) -> Iterator[None]:
    """Let Django's connection lead to another database of the same server or disk meanwhile."""
    before = connection.settings_dict["NAME"]
    connection.close()
    connection.settings_dict["NAME"] = name
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict["NAME"] = before


@contextmanager
def written_whole(file: Path) -> Iterator[Path]:
    """A file to write into, for its owner alone; it gets its name only when it is finished."""
    if file.exists():
        raise BackupError(f"{file} is there already: choose another name.")
    unfinished = file.with_name(f"{file.name}.unfinished")
    try:
        unfinished.unlink(missing_ok=True)
        unfinished.touch(0o600, exist_ok=False)
    except OSError as error:
        raise BackupError(f"Cannot write {file}: {error.strerror}.") from error
    try:
        yield unfinished
        unfinished.replace(file)
    finally:
        unfinished.unlink(missing_ok=True)
