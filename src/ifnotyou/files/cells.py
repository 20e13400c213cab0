"""What a cell means: one function for each kind, for cells that are not empty and have no space around them.

A function raises Unreadable, with what is wrong and how to mend it, when a cell
cannot be read. Nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime
from enum import Enum, auto

from ifnotyou.files.problems import shown

_EARLIEST_YEAR = 1990
_YEARS_AHEAD = 10
_MINUTES_OF_A_DAY = 24 * 60


class Unreadable(ValueError):  # noqa: N818 - said of the cell; nothing in the program went wrong
    """A cell that cannot be read; the text says why, and is empty where that has been told already."""


_LIST = re.compile(r"[;|]")
_ADDRESSES = re.compile(r"[;,|<>\s]+")
_WHOLE_NUMBER = re.compile(r"([0-9]{1,4})(?:[.,]0+)?")
_MINUTES = re.compile(r"([0-9]{1,6}(?:[.,][0-9]{1,6})?)\s*(?:m|min|mins|minutes?)?\.?", re.IGNORECASE)
# What moves a terminal's cursor, turns text around, or could start a new header in a mail.
_HIDDEN = re.compile(" ?(?:[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufeff]|[^\\S ])+ ?")


def read_text(cell: str) -> str:
    """Free text on one line, without characters that nobody can see."""
    return _HIDDEN.sub(" ", cell).strip()


def plain_column(column: list[str]) -> list[str] | None:
    """A whole column of texts or ids at once, or None where a cell holds more than letters that can be seen."""
    return list(map(str.strip, column)) if all(map(str.isprintable, column)) else None


def read_id(cell: str) -> str:
    """An id: anything that can be seen."""
    if not cell.isprintable():
        raise Unreadable(f"{shown(cell)} holds a hidden character. Ids have to be plain text.")
    return cell


def read_name(cell: str) -> str:
    """The name of a person, on one line."""
    name = " ".join(read_text(cell).split())
    if not any(map(str.isalpha, name)):
        raise Unreadable(
            f"{shown(cell)} is a number where a name should be. Check that the columns are in place."
        )
    return name


def read_email(cell: str) -> str:
    """An address; the first where there are several."""
    for part in _ADDRESSES.split(read_text(cell)):
        name, _, domain = part.rpartition("@")
        if name and domain:
            return part
    raise Unreadable(f"{shown(cell)} is not an e-mail address.")


def read_list(cell: str) -> tuple[str, ...]:
    """Several texts with ";" or "|" between them."""
    parts = (" ".join(part.split()) for part in _LIST.split(read_text(cell)))
    return tuple(dict.fromkeys(part for part in parts if part))


def whole_number(least: int, most: int) -> Callable[[str], int]:
    """A reader of whole numbers within bounds."""

    def read(cell: str) -> int:
        match = _WHOLE_NUMBER.fullmatch(cell)
        if match is None or not least <= int(match[1]) <= most:
            raise Unreadable(f"{shown(cell)} is not a whole number from {least} to {most}.")
        return int(match[1])

    return read


read_level = whole_number(1, 10)
read_score = whole_number(1, 5)


def read_minutes(cell: str) -> float:
    """Minutes of one conversation, such as 45, 45.5 or "45 min"."""
    match = _MINUTES.fullmatch(cell)
    minutes = float(match[1].replace(",", ".")) if match else -1.0
    return sensible_minutes(minutes, cell)


def sensible_minutes(minutes: float, cell: str) -> float:
    """The minutes themselves. Raises Unreadable when no conversation can be so long."""
    if not 0 <= minutes <= _MINUTES_OF_A_DAY:
        raise Unreadable(f"{shown(cell)} is not a number of minutes from 0 to {_MINUTES_OF_A_DAY}.")
    return minutes


# --- dates ---------------------------------------------------------------------------------------------------------


class DayOrder(Enum):
    """What 04/05/2026 means in a column."""

    DAY_FIRST = auto()
    MONTH_FIRST = auto()
    UNKNOWN = auto()


_DIGITS = re.compile(r"[0-9]+")
_EPOCHS = {10: 1, 13: 1000}  # seconds and milliseconds, by the number of digits
# 2026-01-02 10:00:00 UTC, … +0000: what fromisoformat understands when the space is gone
_ZONE = re.compile(r"\s+(?:UTC|GMT|Z|([+-][0-9]{2}:?[0-9]{2}))$")
_YEAR_FIRST = re.compile(r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}(?![0-9]).*", re.DOTALL)
_LOCAL = re.compile(
    r"(?P<first>[0-9]{1,2})(?P<mark>[./-])(?P<second>[0-9]{1,2})(?P=mark)(?P<year>[0-9]{4})"
    r"(?:(?:,\s*|\s+|T)(?P<hour>[0-9]{1,2}):(?P<minute>[0-9]{2})(?::(?P<seconds>[0-9]{2}))?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?",
    re.IGNORECASE,
)
_LAST_MONTH = 12


def iso_column(cells: list[str], today: date) -> list[datetime] | None:
    """A whole column of ISO 8601 dates at once, or None when a cell is anything else."""
    if not cells or any(map(str.isdigit, cells)):
        return None
    try:
        moments = _with_zone(list(map(datetime.fromisoformat, cells)), cells)
    except (ValueError, OverflowError):
        return None
    return moments if _is_sensible(min(moments), today) and _is_sensible(max(moments), today) else None


def _with_zone(moments: list[datetime], cells: list[str]) -> list[datetime]:
    zones = {moment.tzinfo for moment in moments}
    if zones == {UTC}:
        return moments
    if zones == {None}:
        with suppress(ValueError):  # a date without a time takes no zone
            return list(
                map(datetime.fromisoformat, [f"{cell}Z" for cell in cells])
            )  # quicker than to replace each
    return [_in_utc(moment) for moment in moments]


def date_reader(cells: set[str], today: date) -> tuple[Callable[[str], datetime], bool]:
    """How the dates of a column are to be read, decided by the column as a whole.

    The second answer is True where 04/05/2026 may be April or May, so that such cells cannot be read.
    """
    filled = {cell for cell in map(str.strip, cells) if cell}
    if filled and all(map(_DIGITS.fullmatch, filled)) and len(lengths := set(map(len, filled))) == 1:
        per_second = _EPOCHS.get(lengths.pop())
        if per_second:
            return (lambda cell: _sensible(_from_epoch(cell, per_second), cell, today)), False
    parts = [match for match in map(_LOCAL.fullmatch, filled) if match and match["mark"] != "."]
    order = _day_order(parts)
    return (lambda cell: _sensible(_read_date(cell, order), cell, today)), bool(
        parts
    ) and order is DayOrder.UNKNOWN


def _day_order(dates: list[re.Match[str]]) -> DayOrder:
    day_first = any(int(match["first"]) > _LAST_MONTH for match in dates)
    month_first = any(int(match["second"]) > _LAST_MONTH for match in dates)
    if day_first == month_first:
        return DayOrder.UNKNOWN
    return DayOrder.DAY_FIRST if day_first else DayOrder.MONTH_FIRST


def _from_epoch(cell: str, per_second: int) -> datetime:
    return datetime.fromtimestamp(int(cell) / per_second, tz=UTC)


def _read_date(cell: str, order: DayOrder) -> datetime:
    match = _LOCAL.fullmatch(cell)
    if match:
        if match["mark"] == ".":
            order = DayOrder.DAY_FIRST
        if order is DayOrder.UNKNOWN:
            raise Unreadable
        return _read_local(cell, match, order)
    plain = _ZONE.sub(lambda zone: zone[1] or "Z", cell)
    if _YEAR_FIRST.fullmatch(plain):
        plain = re.sub(r"^([0-9]{4})[-/.]([0-9]{1,2})[-/.]([0-9]{1,2})", _padded, plain)
    elif _DIGITS.fullmatch(plain) and len(plain) != len("20260131"):
        raise Unreadable(_not_a_date(cell))
    try:
        return _in_utc(datetime.fromisoformat(plain))
    except (ValueError, OverflowError) as error:
        raise Unreadable(_not_a_date(cell)) from error


def _padded(match: re.Match[str]) -> str:
    return f"{match[1]}-{int(match[2]):02}-{int(match[3]):02}"


def _read_local(cell: str, match: re.Match[str], order: DayOrder) -> datetime:
    first, second = int(match["first"]), int(match["second"])
    day, month = (first, second) if order is DayOrder.DAY_FIRST else (second, first)
    hour = int(match["hour"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:  # noqa: PLR2004
            raise Unreadable(_not_a_date(cell))
        hour = hour % 12 + (12 if match["half"][0] in "pP" else 0)
    try:
        return datetime(
            int(match["year"]),
            month,
            day,
            hour,
            int(match["minute"] or 0),
            int(match["seconds"] or 0),
            tzinfo=UTC,
        )
    except ValueError as error:
        raise Unreadable(_not_a_date(cell)) from error


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)


def _sensible(moment: datetime, cell: str, today: date) -> datetime:
    if not _is_sensible(moment, today):
        raise Unreadable(f"{shown(cell)} is too far from today to be true.")
    return moment


def _is_sensible(moment: datetime, today: date) -> bool:
    return _EARLIEST_YEAR <= moment.year <= today.year + _YEARS_AHEAD


def _not_a_date(cell: str) -> str:
    return f"{shown(cell)} is not a date of the calendar. Write it as 2026-01-31 or 2026-01-31T09:30:00Z."


def is_future(moment: datetime, today: date) -> bool:
    """True from the day after tomorrow: one day is left to the time zones."""
    return moment.toordinal() > today.toordinal() + 1
