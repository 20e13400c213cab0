"""Bytes to columns: encoding, delimiter, header, and rows that have as many cells as the header.

Speed comes from working on many rows at once with what Python has built in. Only
where that finds something odd is each row of the lot looked at by itself.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice

from ifnotyou.files.names import Headers, Placement
from ifnotyou.files.problems import Problem, UnusableFiles, listed, shown, visible

DELIMITERS = (",", ";", "\t")
_ROWS_AT_ONCE = 250  # few enough that their cells are still in the processor's cache when they become columns
_WORKBOOK = b"PK\x03\x04"
MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),  # before UTF-16, whose mark begins alike
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)

# A last line of our own. Where it does not come back as a row of its own, an open quotation mark has swallowed it;
# and there, two of these marks are one.
_END = '\0 end of file \0""'
_SWALLOWED_END = _END[:-1]

Row = list[str]


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of a file that are ours, cell by cell as they stand there, and the number of each row.

    `headers` says what the file calls them; `opposite` are those that mean the opposite of ours.
    """

    file: str
    numbers: Sequence[int]
    columns: dict[str, list[str]]
    headers: Mapping[str, str] = field(default_factory=dict)
    opposite: frozenset[str] = frozenset()

    def cells(self, name: str) -> list[str]:
        """A column, or nothing but empty cells where the file does not have it."""
        return self.columns[name] if name in self.columns else [""] * len(self.numbers)


def read_table(
    file: str, data: bytes, headers: Headers, most_characters: int, problems: list[Problem]
) -> Table:
    """Read a file; rows that cannot be trusted are left out and told.

    Raises UnusableFiles when it is no CSV file, has no header, or does not end where it should.
    """
    # The limit is one for the whole process, so it is only ever raised; what a cell may hold is checked below.
    csv.field_size_limit(max(csv.field_size_limit(), len(data) + len(_END)))
    encoding = _encoding_of(file, data, problems)
    rows = _rows(data, encoding, _delimiter(data, encoding, headers))
    number, header = next(
        (number, row) for number, row in enumerate(rows, start=1) if any(map(str.strip, row))
    )
    if header == [_END]:
        raise UnusableFiles(f"{file} is empty. Its first line has to name the columns.")
    if header[-1].endswith(_SWALLOWED_END):
        raise _unclosed(file, number, header)
    if any("\0" in cell for cell in header):
        raise UnusableFiles(f'{file} is not a text file. Save it as "CSV UTF-8" and try again.')
    placement = headers.place(file, header)
    if placement.aside:
        names = listed(list(placement.aside))
        problems.append(
            Problem(file, None, None, f"Columns nobody asked for, kept aside and not read: {names}.")
        )
    return _Reading(file, header, placement, most_characters, problems).table(rows, number + 1)


def _encoding_of(file: str, data: bytes, problems: list[Problem]) -> str:
    if data.startswith(_WORKBOOK):
        raise UnusableFiles(f'{file} is a workbook or a zip, not CSV. Save it as "CSV UTF-8" and try again.')
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "utf-8")
    try:
        if not (encoding == "utf-8" and data.isascii()):
            data.decode(encoding)
    except UnicodeDecodeError as error:
        if encoding != "utf-8":
            raise UnusableFiles(
                f'{file} is damaged ({error.reason}). Save it as "CSV UTF-8" and try again.'
            ) from error
        return _windows(file, data, problems)
    return encoding


def _windows(file: str, data: bytes, problems: list[Problem]) -> str:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise UnusableFiles(
            f'{file}, line {line}: this is not UTF-8 text. Save the file as "CSV UTF-8" and try again.'
        ) from error
    problems.append(
        Problem(
            file,
            None,
            None,
            'The file is not UTF-8; it was read as Windows-1252. If names look wrong, save it as "CSV UTF-8".',
        )
    )
    return "cp1252"


def _rows(data: bytes, encoding: str, delimiter: str) -> Iterator[Row]:
    """The rows of the file, and after them a last one of our own."""
    lines = io.TextIOWrapper(io.BytesIO(data), encoding=encoding, newline="")
    return csv.reader(chain(lines, [_END]), delimiter=delimiter)


def _delimiter(data: bytes, encoding: str, headers: Headers) -> str:
    """The delimiter that finds the most of our columns in the header, or else the most columns."""

    def fit(delimiter: str) -> tuple[int, int]:
        header = next(row for row in _rows(data, encoding, delimiter) if any(map(str.strip, row)))
        return headers.count(header), len(header)

    return max(DELIMITERS, key=fit)


def _unclosed(file: str, number: int, row: Row) -> UnusableFiles:
    start = shown(row[-1].removesuffix(_SWALLOWED_END).strip())
    return UnusableFiles(
        f"{file}, row {number}, cell {len(row)}: a quotation mark opens there and is never closed, so that the rest "
        f"of the file is one cell: {start}. Close it, or write it twice where it is part of the text."
    )


class _Reading:
    """The rows of one file on their way into columns."""

    def __init__(
        self, file: str, header: Row, placement: Placement, most_characters: int, problems: list[Problem]
    ) -> None:
        self._file = file
        self._header = header
        self._placement = placement
        self._most_characters = most_characters
        self._problems = problems
        self._width = len(header)
        self._named = max(number for number, cell in enumerate(header, start=1) if cell.strip())
        self._skipped: set[int] = set()

    def table(self, rows: Iterator[Row], first: int) -> Table:
        """The columns of all rows, of which the first has this number."""
        ours = self._placement.positions
        columns: dict[str, list[str]] = {name: [] for name in ours}
        number = first
        while chunk := list(islice(rows, _ROWS_AT_ONCE)):
            if chunk[-1] == [_END]:
                chunk.pop()
            elif chunk[-1] and chunk[-1][-1].endswith(_SWALLOWED_END):
                raise _unclosed(self._file, number + len(chunk) - 1, chunk[-1])
            if chunk:
                every_cell = self._bulk(chunk) or self._row_by_row(chunk, number)
                for name, position in ours.items():
                    columns[name] += every_cell[position]
            number += len(chunk)
        numbers: Sequence[int] = range(first, number)
        if self._skipped:
            numbers = [number for number in numbers if number not in self._skipped]
        return Table(self._file, numbers, columns, self._placement.headers, self._placement.opposite)

    def _bulk(self, chunk: list[Row]) -> list[tuple[str, ...]] | None:
        """The chunk as columns, or None when something in it wants a closer look."""
        try:
            columns = list(zip(*chunk, strict=True))
        except ValueError:
            return None
        odd = (
            len(columns) != self._width
            or any(any(column) for column in columns[self._named :])
            or any(max(map(len, column)) > self._most_characters for column in columns)
            or "" in columns[0]
        )
        return None if odd else columns

    def _row_by_row(self, chunk: list[Row], first: int) -> list[tuple[str, ...]]:
        """The same for a chunk with odd rows in it: those are left out and told, empty ones only left out."""
        sound = []
        for number, row in enumerate(chunk, start=first):
            empty = not any(map(str.strip, row))
            wrong = None if empty else self._what_is_wrong(row)
            if wrong is not None:
                column, text = wrong
                self._problems.append(Problem(self._file, number, column, f"{text} The row was left out."))
            if empty or wrong is not None:
                self._skipped.add(number)
            else:
                sound.append(row[: self._named] + [""] * (self._width - self._named))
        return list(zip(*sound, strict=True)) or [()] * self._width

    def _what_is_wrong(self, row: Row) -> tuple[str | None, str] | None:
        """The column, where it is one, and the words; None when the row is fine."""
        for position, cell in enumerate(row):
            if len(cell) > self._most_characters:
                column = visible(self._header[position].strip()[:100]) if position < self._named else None
                return column, (
                    f"The cell {shown(cell)} has {len(cell)} characters; {self._most_characters} are the most "
                    f"(files.most_cell_characters in the policy)."
                )
        if len(row) < self._named:
            return None, f"The row has {len(row)} cells, the header has {self._named}."
        if any(map(str.strip, row[self._named :])):
            return None, (
                f"The row has {len(row)} cells, the header has {self._named}. "
                f"Put quotation marks around cells with a delimiter in them."
            )
        return None
