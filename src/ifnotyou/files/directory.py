"""Who or what a cell refers to: by id, else by e-mail address, else by a name that only one has."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from ifnotyou.files.cells import Unreadable
from ifnotyou.files.problems import listed, shown


class Directory:
    """The rows of a file that others refer to.

    Addresses and names are those of all rows, also of those that were left out:
    whoever is left of two people of one name is not meant for sure.
    """

    def __init__(
        self,
        file: str,
        kept: Collection[str],
        ids: Sequence[str],
        emails: Sequence[str],
        names: Sequence[str],
    ) -> None:
        self._file = file
        self._kept = frozenset(kept)
        self._ids = ids
        self._emails = emails
        self._names = names

    def find(self, cell: str) -> str:
        """The id that is meant.

        Raises Unreadable when nobody is, or when several could be.
        """
        if cell in self._kept:
            return cell
        key = _key(cell)
        found = self._by_email.get(key) or self._by_name.get(key) or set()
        if len(found) > 1:
            raise Unreadable(
                f"{shown(cell)} matches {len(found)} in {self._file} ({listed(sorted(found))}). Use the id."
            )
        if not found & self._kept:
            raise Unreadable(f"{shown(cell)} is not in {self._file}, or its row there was left out.")
        return next(iter(found))

    @cached_property
    def _by_email(self) -> dict[str, set[str]]:
        return _index(self._emails, self._ids)

    @cached_property
    def _by_name(self) -> dict[str, set[str]]:
        return _index(self._names, self._ids)


def _index(keys: Sequence[str], ids: Sequence[str]) -> dict[str, set[str]]:
    index: dict[str, set[str]] = {}
    for cell, id_ in zip(keys, ids, strict=True):
        if key := _key(cell):
            index.setdefault(key, set()).add(id_)
    return index


def _key(cell: str) -> str:
    return " ".join(cell.split()).casefold()
