"""The fields of somebody else's JSON: each read as what it should be, or refused by name and never by content."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.reading import plain


class UnreadableRecord(ConnectorError):  # noqa: N818 - it says what is wrong with the record
    """A record is not as the system's documents say."""

    def __init__(self, text: str) -> None:
        super().__init__(Trouble.NOT_UNDERSTOOD, text, permanent=True)


@dataclass(frozen=True)
class Fields:
    """One object of JSON. `where` names it for people, such as "Greenhouse, offers"."""

    where: str
    row: Mapping[str, Any] = field(repr=False)

    @classmethod
    def of(cls, where: str, value: object) -> Fields:
        """The fields of a value that should be an object."""
        if not isinstance(value, Mapping):
            raise UnreadableRecord(f"{where}: this should be an object, and is something else.")
        return cls(where, value)

    def id(self, name: str) -> str:
        """An id that has to be there, a number or a text; as a text."""
        found = self.id_or_none(name)
        if not found:
            raise self._unreadable(name, "is missing")
        return found

    def id_or_none(self, name: str) -> str:
        """An id, "" where there is none."""
        value = self.row.get(name)
        if value is None:
            return ""
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self._unreadable(name, "should be an id")
        return plain(str(value)).strip()

    def text(self, name: str) -> str:
        """A text, "" where there is none."""
        value = self.row.get(name)
        if value is None:
            return ""
        if not isinstance(value, str):
            raise self._unreadable(name, "should be a text")
        return " ".join(plain(value).split())

    def flag(self, name: str, *, default: bool) -> bool:
        """True or false."""
        value = self.row.get(name)
        if value is None:
            return default
        if not isinstance(value, bool):
            raise self._unreadable(name, "should be true or false")
        return value

    def number(self, name: str) -> float | None:
        """A number, None where there is none."""
        value = self.row.get(name)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self._unreadable(name, "should be a number")
        return float(value)

    def moment(self, name: str) -> datetime | None:
        """A time as ISO 8601, in UTC where it names no zone, of a date its beginning; None where there is none."""
        value = self.row.get(name)
        if value is None or value == "":
            return None
        try:
            if isinstance(value, str) and len(value) == len("2026-01-31"):
                return datetime.combine(date.fromisoformat(value), time(), UTC)
            moment = datetime.fromisoformat(value)
            return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError) as error:
            raise self._unreadable(name, "should be a time") from error

    def epoch(self, name: str) -> datetime | None:
        """A time as milliseconds since 1970, None where there is none."""
        value = self.row.get(name)
        if value is None:
            return None
        try:
            if isinstance(value, bool) or not isinstance(value, int | float):
                raise self._unreadable(name, "should be a time in milliseconds")
            return datetime.fromtimestamp(value / 1000, UTC)
        except (ValueError, OverflowError, OSError) as error:
            raise self._unreadable(name, "should be a time in milliseconds") from error

    def part(self, name: str) -> Fields | None:
        """An object within this one, None where there is none."""
        value = self.row.get(name)
        return None if value is None else Fields.of(f"{self.where}, {name}", value)

    def parts(self, name: str) -> Iterator[Fields]:
        """The objects of a list within this one."""
        for value in self.list(name):
            yield Fields.of(f"{self.where}, {name}", value)

    def list(self, name: str) -> list[Any]:
        """A list, empty where there is none."""
        value = self.row.get(name)
        if value is None:
            return []
        if not isinstance(value, list):
            raise self._unreadable(name, "should be a list")
        return value

    def _unreadable(self, name: str, what: str) -> UnreadableRecord:
        return UnreadableRecord(f'{self.where}: the field "{name}" {what}.')
