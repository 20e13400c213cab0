"""What the pages of the connectors are made of."""

from __future__ import annotations

from collections.abc import Iterable


def numbered(lines: Iterable[str]) -> str:
    """Steps, one after the other."""
    return "\n".join(f"{number}. {line}" for number, line in enumerate(lines, start=1))


def table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table with its head."""
    lines = [head, tuple("---" for _ in head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
