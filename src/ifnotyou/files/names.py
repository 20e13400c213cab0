"""Which file, column or value is meant: our own names first, then what the policy knows of other systems."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from ifnotyou.files.chosen import NOWHERE, Chosen, plain, without_dates
from ifnotyou.files.folder import FoundFile, nothing_else
from ifnotyou.files.layout import LAYOUTS, REQUIRED_FILES, Column, Kind
from ifnotyou.files.problems import NotTold, Problem, UnusableFiles, listed, shown, visible
from ifnotyou.playbook.policy import FilePolicy

_OPPOSITE = "!"
_NOTES = (".txt", ".md")
"""A note that lies beside the files is no file of ours, and no surprise."""


@dataclass(frozen=True, slots=True)
class Placement:
    """Where our columns stand in a file, and which headers nobody asked for."""

    positions: Mapping[str, int]
    headers: Mapping[str, str]
    opposite: frozenset[str]
    aside: tuple[str, ...]


class Headers:
    """The headers that one of our files may have."""

    def __init__(self, table: str, policy: FilePolicy, chosen: Chosen) -> None:
        self._layout = LAYOUTS[table]
        self._said = {
            column.name: chosen.headers[f"{table}.{column.name}"]
            for column in self._layout.all_columns
            if f"{table}.{column.name}" in chosen.headers
        }
        self._names: dict[str, list[str]] = {}
        self._opposite: dict[str, set[str]] = {}
        for column in self._layout.all_columns:
            others = policy.headers.get(f"{table}.{column.name}", ())
            self._names[column.name] = [
                plain(name.removeprefix(_OPPOSITE)) for name in (column.name, *others)
            ]
            self._opposite[column.name] = {plain(name) for name in others if name.startswith(_OPPOSITE)}

    def count(self, header: list[str]) -> int:
        """How many cells of a line could be headers of this file."""
        known = {name for names in self._names.values() for name in names}
        known |= set(map(plain, self._said.values()))
        return sum(plain(cell) in known for cell in header)

    def place(self, file: str, header: list[str]) -> Placement:
        """Find our columns in a header.

        What a person said comes first; then, a header that is exactly our name is never taken for another column.
        Raises UnusableFiles when it cannot be told which of two columns is meant.
        """
        cells = [plain(cell) for cell in header]
        said = {
            name: there for name, there in self._said.items() if there == NOWHERE or plain(there) in cells
        }
        positions = {name: cells.index(plain(there)) for name, there in said.items() if there != NOWHERE}
        positions |= {
            name: self._only(file, header, cells, name)
            for name in self._names
            if name not in said
            and plain(name) in cells
            and cells.index(plain(name)) not in positions.values()
        }
        opposite = set()
        for column in self._layout.all_columns:
            if column.name in said:
                if f"{_OPPOSITE}{plain(said[column.name])}" in self._opposite[column.name]:
                    opposite.add(column.name)
                continue
            taken = set(positions.values())
            choices = [name for name in dict.fromkeys(self._names[column.name]) if name in cells]
            free = [name for name in choices if cells.index(name) not in taken]
            if column.kind is Kind.FLAG and len(choices) > 1:
                raise NotTold(
                    f"{file}: several columns say {shown(column.name)}: {listed(choices)}. Keep one of them."
                )
            if column.name not in positions and free:
                positions[column.name] = self._only(file, header, cells, free[0])
                if _OPPOSITE + free[0] in self._opposite[column.name]:
                    opposite.add(column.name)
        known = set(positions.values())
        aside = [
            cell
            for number, cell in enumerate(header)
            if number not in known and cell and cells[number] not in self._layout.aside
        ]
        headers = {name: visible(header[position].strip()) for name, position in positions.items()}
        return Placement(positions, headers, frozenset(opposite), tuple(aside))

    @staticmethod
    def _only(file: str, header: list[str], cells: list[str], name: str) -> int:
        name = plain(name)
        places = [number for number, cell in enumerate(cells) if cell == name]
        if len(places) > 1:
            twice = " and ".join(f"{shown(header[number])} (column {number + 1})" for number in places)
            raise NotTold(
                f"{file}, row 1: the column stands there twice: {twice}. Remove or rename one of them."
            )
        return places[0]


def words_for(table: str, column: Column, policy: FilePolicy) -> dict[str, object]:
    """What each word of a CHOICE or FLAG column means; words are to be made plain before looking them up."""
    values: Mapping[str, object] = (
        {"true": True, "false": False} if column.kind is Kind.FLAG else column.words
    )
    own = {plain(word): value for word, value in values.items() if word != "none"}
    others = {
        plain(word): value
        for name, value in values.items()
        for word in policy.values.get(f"{table}.{column.name}.{name}", ())
    }
    return others | own


def files_by_table(
    found: list[FoundFile], policy: FilePolicy, problems: list[Problem], chosen: Chosen
) -> dict[str, FoundFile]:
    """Which file is which table; what is none of ours is told.

    Raises UnusableFiles when a required file is missing, or two files could be the same one.
    """
    tables: dict[str, FoundFile] = {}
    for table in LAYOUTS:
        file = file_of(table, found, policy, chosen)
        if file is not None:
            tables[table] = file
    missing = [f"{table}.csv" for table in REQUIRED_FILES if table not in tables]
    if missing:
        raise NotTold(f"Missing: {', '.join(missing)}. {nothing_else(found)}")
    used = {file.name for file in tables.values()}
    for file in found:
        if file.name not in used and not file.name.lower().endswith(_NOTES):
            what = "None of our files has this name." if file.is_file else "This is not a file."
            problems.append(Problem(file.name, None, None, f"{what} It was not read."))
    return tables


def file_of(table: str, found: list[FoundFile], policy: FilePolicy, chosen: Chosen) -> FoundFile | None:
    """The file for a table: the one that a person said, else with our own name, else the only one with a known name.

    Raises UnusableFiles when it cannot be told which of several is meant.
    """
    names = [plain(name) for name in (table, *policy.names.get(table, ()))]
    alike = [file for file in found if file.is_csv and plain(file.stem) in names]
    own = [file for file in alike if plain(file.stem) == names[0]]
    said = [file for file in found if file.is_csv and without_dates(file.stem) == chosen.files.get(table)]
    if table in chosen.files and chosen.files[table] == NOWHERE:
        return None
    choices = said or own or alike
    if len(choices) > 1:
        several = listed([file.name for file in choices])
        raise NotTold(f"{several} could all be {table}.csv. Keep one of them.")
    if choices and not choices[0].is_file:
        raise UnusableFiles(f"{choices[0].name} is a folder, or something else that is not a file.")
    return choices[0] if choices else None
