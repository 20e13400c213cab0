"""Many rows at once into one table.

Django's bulk_create and bulk_update do the same, several times slower: they make
a model instance of every row, and on SQLite send at most 999 values at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

Adapter = Callable[[Any], Any]


class Bulk:
    """Adds and changes rows of a model, giving these `columns`; a new row has the defaults of all others."""

    def __init__(self, model: type[models.Model], columns: Sequence[str]) -> None:
        """Put the statements together; `columns` are names as Django's `attname` says them."""
        meta = model._meta
        fields = {f.attname: f for f in meta.concrete_fields if not f.primary_key}
        others = [name for name in fields if name not in columns]
        self._adapted = [
            (place, adapt) for place, name in enumerate(columns) if (adapt := _adapter(fields[name]))
        ]
        self._defaults = [_as_stored(fields[name]) for name in others]
        quote = connection.ops.quote_name
        table, key = quote(meta.db_table), quote(str(meta.pk.column))
        names = [quote(str(fields[name].column)) for name in (*columns, *others)]
        changes = ", ".join(f"{name} = %s" for name in names[: len(columns)])
        values = ", ".join(["%s"] * len(names))
        # Nothing of it comes from outside: names of our own tables and columns only.
        self._copy = f"COPY {table} ({', '.join(names)}) FROM STDIN"
        self._insert = f"INSERT INTO {table} ({', '.join(names)}) VALUES ({values})"  # noqa: S608
        self._update = f"UPDATE {table} SET {changes} WHERE {key} = %s"  # noqa: S608

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Add rows, each with the values of the columns in their order."""
        whole = [[*self._ready(row), *self._defaults] for row in rows]
        if connection.vendor == "postgresql":
            self._run_copy(whole)
        else:
            self._run(self._insert, whole)

    def change(self, rows: Iterable[tuple[int, Sequence[Any]]]) -> None:
        """Change the rows with these primary keys."""
        self._run(self._update, [[*self._ready(row), pk] for pk, row in rows])

    def _run(self, statement: str, rows: list[list[Any]]) -> None:
        if rows:
            with connection.cursor() as cursor:
                cursor.executemany(statement, rows)

    def _run_copy(self, rows: list[list[Any]]) -> None:
        """PostgreSQL's own way for many rows. Django knows nothing of it, so its errors are made Django's here."""
        if rows:
            with (
                connection.wrap_database_errors,
                connection.cursor() as cursor,
                cursor.copy(self._copy) as copy,
            ):
                for row in rows:
                    copy.write_row(row)

    def _ready(self, row: Sequence[Any]) -> list[Any]:
        """The values as the database's driver takes them."""
        values = list(row)
        for place, adapt in self._adapted:
            values[place] = adapt(values[place])
        return values


def _adapter(field: models.Field[Any, Any]) -> Adapter | None:
    """What makes of a value of this field what the driver takes; None where it takes it as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return lambda value: connection.ops.adapt_json_value(value, None)
    return None


def _as_stored(field: models.Field[Any, Any]) -> Any:
    """The default of a field, as the driver takes it."""
    adapt, default = _adapter(field), field.get_default()
    return adapt(default) if adapt else default
