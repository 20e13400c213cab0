"""Load the rows of a folder into the same tables, empty now, and print the seconds: `python -m bench.bulk_load FOLDER`.

Everything is in memory before the clock starts, and one transaction holds it all.
"""

import os
import pickle
import sys
import time
from pathlib import Path

os.environ["DJANGO_SETTINGS_MODULE"] = "ifnotyou.settings"

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

CHUNK = 1_000_000


def main():
    files = sorted(Path(sys.argv[1]).iterdir())
    names = [file.name.partition("-")[2] for file in files]
    contents = [file.read_bytes() for file in files]
    load = _copy if connection.vendor == "postgresql" else _insert
    if load is _insert:
        contents = [pickle.loads(content) for content in contents]  # noqa: S301 - our own files of a minute ago
    connection.ensure_connection()
    started = time.perf_counter()
    with transaction.atomic(), connection.cursor() as cursor:
        for name, content in zip(names, contents, strict=True):
            load(cursor.cursor, name, content)
    print(time.perf_counter() - started)


def _insert(cursor, name, rows):
    """By the driver itself, without Django."""
    if rows:
        values = ", ".join("?" * len(rows[0]))
        # The second step of Django's own cursor would only look for its kind of placeholders.
        cursor.connection.executemany(f"INSERT INTO {name} VALUES ({values})", rows)  # noqa: S608 - our own tables


def _copy(cursor, name, text):
    with cursor.copy(f"COPY {name} FROM STDIN") as copy:
        for start in range(0, len(text), CHUNK):
            copy.write(text[start : start + CHUNK])


if __name__ == "__main__":
    main()
