"""A database in which something is broken."""

from contextlib import contextmanager

from django.db import connection


@contextmanager
def without_table(name):
    """Whoever asks for this table finds that it is not there."""
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE {name} RENAME TO {name}_away")
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {name}_away RENAME TO {name}")
