"""What somebody said once of their own exports: which file is which of ours, which column, and what a word means."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ifnotyou.playbook.policy import FilePolicy

_IGNORED = re.compile(r"[\s_.\-\ufeff\u200b]+")
_COUNTS = re.compile(r"\d+")

NOWHERE = ""
"""The header of a column that somebody said is in none of theirs."""


def plain(name: str) -> str:
    """A name as names are compared: without case, spaces, "_", "-" and dots."""
    return _IGNORED.sub("", name).lower()


def without_dates(stem: str) -> str:
    """The name of a file as it comes again next month: plain, and without the digits of a date or a count."""
    return _COUNTS.sub("", plain(stem)) or plain(stem)


@dataclass(frozen=True)
class Chosen:
    """A person's choices, which come before everything that names alone would tell.

    `files`: by table of ours, the name of the file (`without_dates`); one file may be several tables. `headers`: by
    "table.column" the header, or NOWHERE. `words`: by "table.column.value" the words that mean it.
    """

    files: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def policy(self, policy: FilePolicy) -> FilePolicy:
        """The policy with the words put in: they mean what was said, and nothing else any more."""
        if not self.words:
            return policy
        taken: dict[str, set[str]] = {}
        for name, words in self.words.items():
            taken.setdefault(_column(name), set()).update(map(plain, words))
        values = {
            name: tuple(word for word in words if plain(word) not in taken.get(_column(name), ()))
            for name, words in policy.values.items()
        }
        for name, words in self.words.items():
            values[name] = (*values.get(name, ()), *words)
        return dataclasses.replace(policy, values=values)


def _column(name: str) -> str:
    """The table and column of a value: of "offers.status.declined" the first two."""
    return name.rpartition(".")[0]
