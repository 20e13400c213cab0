"""A table while its cells become values: column by column, each different cell read once."""

from __future__ import annotations

from collections.abc import Callable, Collection, Hashable, Mapping, Sequence
from datetime import date, datetime
from itertools import compress
from typing import Any

from ifnotyou.files import cells
from ifnotyou.files.cells import Unreadable
from ifnotyou.files.chosen import plain
from ifnotyou.files.layout import LAYOUTS, SKIP, Column, Kind, Loss
from ifnotyou.files.names import words_for
from ifnotyou.files.problems import NotTold, Problem, listed, shown
from ifnotyou.files.tables import Table
from ifnotyou.playbook.policy import FilePolicy

Reader = Callable[[str], Any]

_READERS: Mapping[Kind, Reader] = {
    Kind.ID: cells.read_id,
    Kind.TEXT: cells.read_text,
    Kind.NAME: cells.read_name,
    Kind.EMAIL: cells.read_email,
    Kind.LIST: cells.read_list,
    Kind.LEVEL: cells.read_level,
    Kind.SCORE: cells.read_score,
    Kind.MINUTES: cells.read_minutes,
}
_LEFT_OUT = "The row was left out."


class Sheet:
    """The values of a table, and the rows of it that are to be left out."""

    def __init__(
        self,
        name: str,
        table: Table,
        policy: FilePolicy,
        today: date,
        problems: list[Problem],
        references: Mapping[Kind, Reader],
        *,
        shared: bool = False,
    ) -> None:
        self.values: dict[str, list[Any]] = {}
        self._name = name
        self._table = table
        self._layout = LAYOUTS[name]
        self._policy = policy
        self._today = today
        self._problems = problems
        self._readers = {**_READERS, **references}
        self._out: set[int] = set()
        self._shared = shared
        self._require_columns()

    def __len__(self) -> int:
        return len(self._table.numbers)

    def read(self, *, later: Collection[Kind] = ()) -> None:
        """Read all columns, except those of kinds that cannot be read yet."""
        for column in self._layout.all_columns:
            if column.kind not in later and column.name not in self.values:
                self.values[column.name] = self._column(column)

    def refer(self, references: Mapping[Kind, Reader]) -> None:
        """Read the columns that were left for later."""
        self._readers.update(references)
        self.read()

    @property
    def file(self) -> str:
        """The name of the file, as it was found."""
        return self._table.file

    def is_out(self, index: int) -> bool:
        """True for a row that is left out already."""
        return index in self._out

    def has(self, name: str) -> bool:
        """True when the file has this column."""
        return name in self._table.columns

    def leave_out(self, index: int, column: str | None, text: str) -> None:
        """Leave out a row, and say why (without words, when that has been said)."""
        self._out.add(index)
        if text:
            self._tell(index, column, f"{text} {_LEFT_OUT}")

    def skip(self, index: int) -> None:
        """Leave out a row that is nobody's mistake."""
        self._out.add(index)

    def refuse_future(self, name: str, concerned: Callable[[int], bool] = lambda _index: True) -> None:
        """Leave out the rows in which something that has happened is dated in the future."""
        moments: list[datetime | None] = self.values[name]
        latest = max(filter(None, moments), default=None)
        if latest is None or not cells.is_future(latest, self._today):
            return
        for index, moment in enumerate(moments):
            if moment is not None and cells.is_future(moment, self._today) and concerned(index):
                self.leave_out(index, name, f"{moment.date()} is in the future, seen from {self._today}.")

    def count_once(self, key: Sequence[str]) -> None:
        """Let nothing count twice: rows alike in these columns are one row, or else none of them is believed.

        Without a key, only rows that are alike in every column are one.
        """
        if not key:
            self._count_same_once()
            return
        keys = list(zip(*(self.values[name] for name in key), strict=True))
        if len(set(keys)) == len(keys):
            return
        contents = self._contents()
        for group in _groups(keys):
            if not all(keys[group[0]]):
                continue  # what has no key has been told
            if len({tuple(map(str.strip, contents[index])) for index in group}) == 1:
                self._leave_out_repeats(group)
            else:
                self._leave_out_all(group, key[0], "stands there with different content")

    def _count_same_once(self) -> None:
        contents = self._contents()
        if len(set(contents)) < len(contents):
            for group in _groups(contents):
                self._leave_out_repeats(group)

    def refuse_shared(self, key: str, owner: str) -> None:
        """Leave out the rows in which one id is given to several owners."""
        keys: list[str] = self.values[key]
        owners: list[str] = self.values[owner]
        if len(set(zip(keys, owners, strict=True))) == len(set(keys)):
            return
        for group in _groups(keys):
            if keys[group[0]] and len({owners[index] for index in group}) > 1:
                self._leave_out_all(group, key, f"has more than one {owner}")

    def rows(self, names: Sequence[str]) -> zip[tuple[Any, ...]]:
        """The values of these columns, row by row, of all rows that were not left out."""
        columns = [self.values[name] for name in names]
        if self._out:
            kept = [index not in self._out for index in range(len(self))]
            return zip(*(compress(column, kept) for column in columns), strict=True)
        return zip(*columns, strict=True)

    def _require_columns(self) -> None:
        needed = [(column.name,) for column in self._layout.columns if column.required]
        for names in (*needed, *self._layout.one_of):
            if not any(map(self.has, names)):
                raise NotTold(
                    f"{self._table.file} has no column {' or '.join(map(shown, names))}. It has: "
                    f"{listed(sorted(self._table.columns)) or 'none that we know'}. Rename one of its columns, or name "
                    f'its header under files.headers."{self._name}.{names[0]}" in the policy.'
                )

    def _column(self, column: Column) -> list[Any]:
        if not self.has(column.name):
            return [column.empty] * len(self)
        raw = self._table.columns[column.name]
        if column.kind is Kind.DATE:
            return cells.iso_column(raw, self._today) or self._read_each(
                column, raw, self._dates(column, raw)
            )
        if column.kind in {Kind.TEXT, Kind.ID}:
            plain_cells = cells.plain_column(raw)
            if plain_cells is not None and (column.kind is Kind.TEXT or "" not in plain_cells):
                return plain_cells
        values = self._read_each(column, raw, self._reader(column))
        if column.kind is Kind.CHOICE and SKIP in column.words.values():
            self._out.update(index for index, value in enumerate(values) if value is SKIP)
        return values

    def _reader(self, column: Column) -> Reader:
        if column.kind is Kind.CHOICE:
            return self._choice(column)
        if column.kind is Kind.FLAG:
            return self._flag(column)
        return self._readers[column.kind]

    def _read_each(self, column: Column, raw: list[str], read: Reader) -> list[Any]:
        meaning: dict[str, Any] = {}
        wrong: dict[str, str] = {}
        for cell in set(raw):
            try:
                meaning[cell] = self._read(column, cell.strip(), read)
            except Unreadable as error:
                meaning[cell] = column.unclear
                wrong[cell] = str(error)
        if wrong:
            for index, cell in enumerate(raw):
                if cell in wrong:
                    self._lose(index, column, wrong[cell])
        return list(map(meaning.__getitem__, raw))

    def _read(self, column: Column, cell: str, read: Reader) -> Any:
        if cell:
            return read(cell)
        if column.required or (column.kind is Kind.ID and self.has(column.name)):
            raise Unreadable("The cell is empty.")
        return column.empty

    def _lose(self, index: int, column: Column, text: str) -> None:
        if column.loss is Loss.ROW:
            self.leave_out(index, column.name, text)
        elif text:
            counted = (
                f"counts as {str(column.unclear).lower()}" if column.kind is Kind.FLAG else "counts as empty"
            )
            self._tell(index, column.name, f"{text} It {counted}.")

    def _tell(self, index: int, column: str | None, text: str) -> None:
        header = self._table.headers.get(column, column) if column else None
        self._problems.append(Problem(self._table.file, self._table.numbers[index], header, text))

    def _dates(self, column: Column, raw: list[str]) -> Reader:
        read, unclear = cells.date_reader(set(raw), self._today)
        if unclear:
            cost = (
                "the rows with such dates were left out"
                if column.loss is Loss.ROW
                else "such dates count as empty"
            )
            self._problems.append(
                Problem(
                    self._table.file,
                    None,
                    self._table.headers[column.name],
                    f"Dates such as 04/05/2026 may be in April or in May, and the column does not tell which; {cost}. "
                    f"Write them as 2026-05-04.",
                )
            )
        return read

    def _choice(self, column: Column) -> Reader:
        words = words_for(self._name, column, self._policy)

        def read(cell: str) -> object:
            try:
                return words[plain(cell)]
            except KeyError:
                known = ", ".join(word for word in column.words if word != "none")
                raise Unreadable(
                    f"{shown(cell)} is none of {known}. If it means one of them, add it under files.values."
                    f'"{self._name}.{column.name}.…" in the policy.'
                ) from None

        return read

    def _flag(self, column: Column) -> Reader:
        words = words_for(self._name, column, self._policy)
        opposite = column.name in self._table.opposite

        def read(cell: str) -> object:
            word = plain(cell)
            if word in words:
                return words[word] is not opposite
            if opposite or column.name in _SINCE:
                cells.date_reader({cell}, self._today)[0](cell)  # "deactivated at" a date: so it is
                return not opposite
            raise Unreadable(f"{shown(cell)} is neither yes nor no.")

        return read

    def _contents(self) -> list[tuple[str, ...]]:
        raw = [
            self._table.columns[column.name] for column in self._layout.all_columns if self.has(column.name)
        ]
        return list(zip(*raw, strict=True))

    def _leave_out_repeats(self, group: list[int]) -> None:
        first, *others = group
        for index in others:
            self.skip(index)
            if not self._shared:
                self._tell(index, None, f"The same row as row {self._table.numbers[first]}. It counts once.")

    def _leave_out_all(self, group: list[int], column: str, what: str) -> None:
        cell = shown(self.values[column][group[0]])
        rows = ", ".join(str(self._table.numbers[index]) for index in group)
        for index in group:
            self.leave_out(index, column, f"{cell} {what} (rows {rows}); nobody can tell which is right.")


_SINCE = ("cancelled", "deleted")  # helpers that may hold a date instead of a yes


def _groups(keys: Sequence[Hashable]) -> list[list[int]]:
    """The positions of the keys that come more than once."""
    places: dict[Hashable, list[int]] = {}
    for index, key in enumerate(keys):
        places.setdefault(key, []).append(index)
    return [group for group in places.values() if len(group) > 1]
