"""A look at files before they are read: what their columns are called and what stands in them, for a person to say
which is which.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ifnotyou.files.chosen import Chosen, plain
from ifnotyou.files.folder import BROKEN_ZIP, FoundFile, found_at
from ifnotyou.files.layout import LAYOUTS, Column, Kind
from ifnotyou.files.names import Headers, file_of, words_for
from ifnotyou.files.problems import UnusableFiles, visible
from ifnotyou.files.tables import DELIMITERS, MARKS
from ifnotyou.playbook.policy import FilePolicy

MOST_OCTETS = 4_000_000
"""So much of the beginning of each file is looked at."""
MOST_WORDS = 40
_LONGEST_SAMPLE = 60


@dataclass(frozen=True)
class SeenFile:
    """The beginning of a file: by header, in their order, the different cells below it."""

    name: str
    stem: str
    cells: Mapping[str, Sequence[str]] = field(repr=False)

    @property
    def headers(self) -> list[str]:
        """What the columns are called."""
        return list(self.cells)

    def samples(self, header: str, most: int = 3) -> list[str]:
        """Some cells of a column, cut short."""
        cells = [visible(cell) for cell in self.cells.get(header, ()) if cell][:most]
        return [cell if len(cell) <= _LONGEST_SAMPLE else f"{cell[:_LONGEST_SAMPLE]}…" for cell in cells]


@dataclass(frozen=True)
class Guess:
    """What would be read as what, by names and choices: by table the file, and by "table.column" the header."""

    files: Mapping[str, str]
    headers: Mapping[str, str]


def look_at(path: Path) -> list[SeenFile]:
    """The CSV files of a folder or zip. Raises UnusableFiles where nothing can be opened, or no CSV file is there."""
    with found_at(path) as found:
        seen = [_seen(file) for file in found if file.is_csv and file.is_file]
    if not seen:
        raise UnusableFiles(f"{path.name} holds no CSV file.")
    return seen


def guess(seen: Sequence[SeenFile], policy: FilePolicy, chosen: Chosen) -> Guess:
    """What the files would be read as, as things are."""
    found = [FoundFile(one.name, 0, io.BytesIO) for one in seen]
    by_name = {one.name: one for one in seen}
    files: dict[str, str] = {}
    headers: dict[str, str] = {}
    for table, layout in LAYOUTS.items():
        try:
            file = file_of(table, found, policy, chosen)
            if file is None:
                continue
            files[table] = file.name
            header = by_name[file.name].headers
            placement = Headers(table, policy, chosen).place(file.name, header)
        except UnusableFiles:  # it could be several: a person says which
            continue
        for column in layout.all_columns:
            if column.name in placement.positions:
                headers[f"{table}.{column.name}"] = header[placement.positions[column.name]]
    return Guess(files, headers)


def unknown_words(
    table: str, column: Column, cells: Sequence[str], policy: FilePolicy, chosen: Chosen
) -> list[str]:
    """The words of a column of ours with few values that we would not know what to make of."""
    if column.kind is not Kind.CHOICE:
        return []
    known = words_for(table, column, chosen.policy(policy))
    words = dict.fromkeys(
        visible(cell.strip()) for cell in cells if cell.strip() and plain(cell) not in known
    )
    return list(words)[:MOST_WORDS]


def _seen(file: FoundFile) -> SeenFile:
    try:
        with file.open() as stream:
            data = stream.read(MOST_OCTETS)
    except BROKEN_ZIP as error:
        raise UnusableFiles(f"{file.name} cannot be read. Export or copy it again.") from error
    is_cut = len(data) == MOST_OCTETS
    text = _text(data, is_cut=is_cut)
    if is_cut:
        text = text.rpartition("\n")[0]
    delimiter = max(DELIMITERS, key=lambda one: len(_first(text, one)))
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    header: list[str] = []
    cells: dict[str, dict[str, None]] = {}
    try:
        for row in rows:
            if not header:
                header = [visible(cell.strip()) for cell in row] if any(map(str.strip, row)) else []
                cells = {name: {} for name in header if name}
                continue
            for name, cell in zip(header, row, strict=False):
                if name and len(cells[name]) < MOST_WORDS:
                    cells[name][cell.strip()] = None
    except csv.Error:
        pass  # an open quotation mark: what came before is shown, and the reading tells where it is
    return SeenFile(file.name, file.stem, {name: list(found) for name, found in cells.items()})


def _first(text: str, delimiter: str) -> list[str]:
    rows = csv.reader(io.StringIO(text[:100_000], newline=""), delimiter=delimiter)
    try:
        return next((row for row in rows if any(map(str.strip, row))), [])
    except csv.Error:
        return []


def _text(data: bytes, *, is_cut: bool) -> str:
    encoding = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if encoding:
        return data.decode(encoding, errors="replace")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        # Cut off within a letter, it is UTF-8 all the same.
        within_a_letter = is_cut and error.start >= len(data) - 3
        return data[: error.start].decode("utf-8") if within_a_letter else data.decode("cp1252", "replace")
