"""The tables of an import: emptied, counted, taken out into files. Needs Django."""

import pickle

from django.db import connection

from ifnotyou.models import Import
from ifnotyou.services.rows import TABLES

NAMES = [table.model._meta.db_table for table in TABLES]
FETCHED = 10_000


def empty():
    """Nothing is in them any more, and nobody knows of an import."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(f"TRUNCATE {', '.join(NAMES)}, {Import._meta.db_table} RESTART IDENTITY CASCADE")
            cursor.execute("CHECKPOINT")
        else:
            for name in [Import._meta.db_table, *reversed(NAMES)]:
                cursor.execute(f"DELETE FROM {name}")  # noqa: S608 - names of our own tables
            cursor.execute("VACUUM")
            cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()


def count():
    """How many rows there are in all of them."""
    with connection.cursor() as cursor:
        total = 0
        for name in NAMES:
            cursor.execute(f"SELECT count(*) FROM {name}")  # noqa: S608 - see above
            total += cursor.fetchone()[0]
    connection.close()
    return total


def take_out(folder):
    """Every table into a file, as bench/bulk_load.py wants it."""
    folder.mkdir()
    with connection.cursor() as cursor:
        for number, name in enumerate(NAMES):
            file = folder / f"{number}-{name}"
            if connection.vendor == "postgresql":
                with file.open("wb") as out, cursor.copy(f"COPY {name} TO STDOUT") as copy:
                    for chunk in copy:
                        out.write(chunk)
            else:
                cursor.execute(f"SELECT * FROM {name}")  # noqa: S608 - see above
                file.write_bytes(pickle.dumps(cursor.fetchall()))
    connection.close()
