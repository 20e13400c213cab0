"""Many rows at once into one table: new ones added, those with a known key changed.

Django's bulk_create does the same, several times slower: it makes a model
instance of every row, and on SQLite sends at most 999 values at a time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from django.db import connection, models

Adapter = Callable[[Any], Any]


class Upsert:
    """Writes rows of a model, found by `keys`, with these `columns` besides; all others get their defaults once."""

    def __init__(self, model: type[models.Model], keys: Sequence[str], columns: Sequence[str]) -> None:
        """Put the statement together; `keys` and `columns` are names as Django's `attname` says them."""
        meta = model._meta
        fields = {f.attname: f for f in meta.concrete_fields if not f.primary_key}
        given = [*keys, *columns]
        others = [name for name in fields if name not in given]
        self._adapted = [
            (place, adapt) for place, name in enumerate(given) if (adapt := _adapter(fields[name]))
        ]
        self._defaults = [_as_stored(fields[name]) for name in others]
        quoted = {
            name: connection.ops.quote_name(field.column) for name, field in fields.items() if field.column
        }
        names = [quoted[name] for name in (*given, *others)]
        changes = ", ".join(f"{quoted[name]} = excluded.{quoted[name]}" for name in columns)
        # Nothing of it comes from outside: names of our own tables and columns only.
        self._sql = (
            f"INSERT INTO {connection.ops.quote_name(meta.db_table)} ({', '.join(names)}) "  # noqa: S608
            f"VALUES ({', '.join(['%s'] * len(names))}) "
            f"ON CONFLICT ({', '.join(quoted[name] for name in keys)}) DO UPDATE SET {changes}"
        )

    def write(self, rows: Iterable[Sequence[Any]]) -> None:
        """Write rows, each with the values of keys and columns in their order."""
        with connection.cursor() as cursor:
            cursor.executemany(self._sql, [self._as_stored(row) for row in rows])

    def _as_stored(self, row: Sequence[Any]) -> list[Any]:
        values = [*row, *self._defaults]
        for place, adapt in self._adapted:
            values[place] = adapt(values[place])
        return values


def _adapter(field: models.Field[Any, Any]) -> Adapter | None:
    """What makes of a value of this field what the database's driver takes; None where it takes it as it is."""
    if isinstance(field, models.DateTimeField):
        return connection.ops.adapt_datetimefield_value
    if isinstance(field, models.JSONField):
        return lambda value: connection.ops.adapt_json_value(value, None)
    return None


def _as_stored(field: models.Field[Any, Any]) -> Any:
    """The default of a field, as the driver takes it."""
    adapt, default = _adapter(field), field.get_default()
    return adapt(default) if adapt else default
