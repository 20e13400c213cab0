"""What was wrong with the files, by file, row and column, in words that say how to mend it."""

from __future__ import annotations

from dataclasses import dataclass

from ifnotyou.playbook.errors import PlaybookError

_MOST_SHOWN = 40


class UnusableFiles(PlaybookError):  # noqa: N818 - it is about the files; nothing in the program went wrong
    """Files that cannot be used at all: one is missing, broken, or is not what its name says."""


class NotTold(UnusableFiles):
    """Names alone do not tell which file or column is which: a person may say it (files/chosen.py)."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was left out, and why.

    Rows are counted as a spreadsheet counts them: the header is row 1, empty
    lines count, and a line break inside a cell does not. Row and column are
    None where the whole file, or the whole row, is meant.
    """

    file: str
    row: int | None
    column: str | None
    text: str


def in_order(problems: list[Problem]) -> tuple[Problem, ...]:
    """The problems by file, row, column and text, each told once."""
    return tuple(sorted(set(problems), key=lambda p: (p.file, p.row or 0, p.column or "", p.text)))


def visible(text: str) -> str:
    """A text as it may be printed anywhere: what cannot be seen, or moves the cursor, is marked."""
    return "".join(letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in text)


def shown(cell: str) -> str:
    """A cell in quotation marks as it may stand in a message: on one line, short, nothing hidden."""
    return f'"{visible(cell)}"' if len(cell) <= _MOST_SHOWN else f'"{visible(cell[:_MOST_SHOWN])}…"'


def listed(names: list[str], most: int = 12) -> str:
    """Some names as they may stand in a message; very many are cut short."""
    told = ", ".join(shown(name) for name in names[:most])
    return told if len(names) <= most else f"{told} and {len(names) - most} more"
