"""Tables out, to be opened with a spreadsheet: no cell of theirs is ever a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

FORMULA = frozenset("=+-@＝＋－＠")
"""What makes a spreadsheet reckon instead of show, in either width (OWASP, CSV injection)."""


def defused(text: str) -> str:
    """The text as a spreadsheet shows it and does not run it: with an apostrophe where it could be a formula."""
    begins = text.lstrip()[:1]
    return f"'{text}" if begins in FORMULA or text[:1] in {"\t", "\r", "\n"} else text


def written(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The table as CSV, comma and CRLF, each cell defused."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows([defused(cell) for cell in row] for row in rows)
    return file.getvalue()
