"""Backups of a PostgreSQL database, by its own programs pg_dump and pg_restore."""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from django.db import connection
from django.db.backends.utils import CursorWrapper
from django.db.utils import OperationalError, ProgrammingError
from psycopg import sql
from psycopg.pq import Conninfo

from ifnotyou.services.backups.engine import NOT_OURS, BackupError, Engine, pointed_at, written_whole

LEAVING_TAKES = 3.0
"""Seconds for which those may still count as connected who were just stopped."""


class PostgresqlEngine(Engine):
    """A database on a server, its copies beside it there."""

    def __init__(self) -> None:
        """Keep the name of the database, and how its programs reach the server."""
        self._name = str(connection.settings_dict["NAME"])
        self._environment = {**os.environ, **_reaching_the_server(), "TZ": "UTC", "LC_ALL": "C"}

    def make(self, file: Path, now: datetime) -> None:  # noqa: ARG002 - the dump keeps its own time
        """One dump, compressed; pg_dump sees the database as it is at one moment. Keys of sealed pools stay out."""
        with written_whole(file) as unfinished:
            self._run(
                ["pg_dump", "--format=custom", "--no-owner", "--no-privileges"],
                ["--exclude-table-data=ifnotyou_sealkey", f"--file={unfinished}", self._name],
            )

    def made_at(self, file: Path) -> datetime:
        """Read it from the head of the dump."""
        if not file.is_file():
            raise BackupError(f"There is no file {file}.")
        contents = self._run(["pg_restore", "--list"], [str(file)], failed=f"{file} {NOT_OURS}")
        when = re.search(r"^;\s*Archive created at (\S+ \S+)", contents, re.MULTILINE)
        if when is None or " django_migrations " not in contents or " ifnotyou_workspace " not in contents:
            raise BackupError(f"{file} {NOT_OURS}.")
        return datetime.fromisoformat(when[1]).replace(tzinfo=UTC)

    def holds_anything(self) -> bool:
        """A database of this name with our tables."""
        if not self._is_there(self._name):
            return False
        with pointed_at(self._name):
            return "django_migrations" in connection.introspection.table_names()

    def refuse_while_in_use(self) -> None:
        """Ask the server who is connected, and for a moment again: it notices only then who has just left."""
        connection.close()
        until = time.monotonic() + LEAVING_TAKES
        while sessions := self._sessions():
            if time.monotonic() > until:
                raise BackupError(
                    f"The database is in use ({sessions} connections). Stop `ifnotyou serve` and `ifnotyou worker` "
                    "on every machine first: what they send while a backup is put back could be sent twice."
                )
            time.sleep(0.1)

    def _sessions(self) -> int:
        """How many are connected; the server's own workers, which tidy up, leave when they are asked to."""
        with _administering() as cursor:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND backend_type = 'client backend'",
                [self._name],
            )
            (sessions,) = cursor.fetchone() or (0,)
        return int(sessions)

    def unpack(self, file: Path) -> str:
        """A new database beside the old one."""
        copy = f"{self._name}_restoring"
        self.discard(copy)
        with _administering() as cursor:
            try:
                cursor.execute(_named("CREATE DATABASE {} TEMPLATE template0", copy))
            except ProgrammingError as error:
                raise BackupError(
                    f"The server did not let us create the database {copy}: {str(error).strip()}. "
                    "A backup is first put into a database of its own. As an administrator of the server: "
                    f"ALTER ROLE {connection.settings_dict['USER'] or 'you'} CREATEDB"
                ) from error
        self._run(
            ["pg_restore", "--exit-on-error", "--no-owner", "--no-privileges"],
            [f"--dbname={copy}", str(file)],
        )
        return copy

    def take_place(self, copy: str, now: datetime) -> str | None:
        """Rename both in one transaction, which the server refuses while anybody is connected."""
        kept = f"{self._name}_replaced_{now:%Y%m%d_%H%M%S}" if self._is_there(self._name) else None
        with _administering() as cursor:
            try:
                cursor.execute("BEGIN")
                if kept:
                    cursor.execute(_named("ALTER DATABASE {} RENAME TO {}", self._name, kept))
                cursor.execute(_named("ALTER DATABASE {} RENAME TO {}", copy, self._name))
                cursor.execute("COMMIT")
            except (OperationalError, ProgrammingError) as error:
                raise BackupError(f"The server did not let the backup take its place: {error}") from error
        return kept

    def discard(self, copy: str) -> None:
        """Drop the database."""
        with _administering() as cursor:
            cursor.execute(_named("DROP DATABASE IF EXISTS {}", copy))

    def _is_there(self, name: str) -> bool:
        with _administering() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return cursor.fetchone() is not None

    def _run(self, command: Sequence[str], rest: Sequence[str], failed: str = "") -> str:
        """Run one of PostgreSQL's programs; returns what it printed."""
        try:
            done = subprocess.run(  # noqa: S603 - found on PATH, the arguments are ours
                [*command, *rest],
                env=self._environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
        except (FileNotFoundError, NotADirectoryError) as error:
            raise BackupError(
                f"{command[0]} is not on this machine. Install PostgreSQL's client programs, at least as new as the "
                "server (Debian/Ubuntu: sudo apt-get install postgresql-client), or use your provider's backups and "
                "`ifnotyou restore --mark-only` (docs/operations.md)."
            ) from error
        if done.returncode:
            last = done.stderr.strip().splitlines()[-3:]
            raise BackupError(f"{failed or f'{command[0]} failed'}:\n  " + "\n  ".join(last))
        return done.stdout


@contextmanager
def _administering() -> Iterator[CursorWrapper]:
    """Connected to a database that is there on every server: nobody can be in one that is renamed."""
    elsewhere = "template1" if connection.settings_dict["NAME"] == "postgres" else "postgres"
    with pointed_at(elsewhere), connection.cursor() as cursor:
        yield cursor


def _reaching_the_server() -> dict[str, str]:
    """Django's way to the server as PostgreSQL's environment variables: arguments could be read by others."""
    known = connection.get_connection_params()
    variables = {option.keyword.decode(): option.envvar for option in Conninfo.get_defaults()}
    return {
        variable.decode(): str(known[word])
        for word, variable in variables.items()
        if variable and word in known and word != "dbname"
    }


def _named(statement: str, *names: str) -> str:
    """The statement with names of databases in it, quoted."""
    return sql.SQL(statement).format(*map(sql.Identifier, names)).as_string()
