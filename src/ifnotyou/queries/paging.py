"""Pages without counting: whether there is a next one is all that a reader wants to know."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.db.models import QuerySet

R = TypeVar("R")


@dataclass(frozen=True)
class Page(Generic[R]):
    """One page of a list, with what parts/pages.html shows."""

    rows: list[R]
    number: int
    has_next: bool

    @property
    def has_previous(self) -> bool:
        """Whether there is a page before this one."""
        return self.number > 1

    @property
    def has_other_pages(self) -> bool:
        """Whether it is worth showing page numbers at all."""
        return self.has_previous or self.has_next

    @property
    def next_page_number(self) -> int:
        """The number of the page after this one."""
        return self.number + 1

    @property
    def previous_page_number(self) -> int:
        """The number of the page before this one."""
        return self.number - 1


def page_of(found: QuerySet[Any, R], number: int, size: int) -> Page[R]:
    """Page `number`, from 1, of a list in order: one query, one row more than is shown."""
    start = (number - 1) * size
    rows = list(found[start : start + size + 1])
    return Page(rows[:size], number, has_next=len(rows) > size)
