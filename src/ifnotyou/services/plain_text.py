"""Text as people paste it, made plain: without what no database takes and nobody sees."""

from __future__ import annotations

import re
import unicodedata

LONGEST_TEXT = 20_000
"""More of a text is not read: the answer stands at its beginning."""

_JOINED_DIGITS = re.compile(r"(?<![^\W\d_])[\u200c\u200d]+|[\u200c\u200d]+(?![^\W\d_])")
"""Invisible marks that join or part letters, which some scripts need, where no letter stands on both sides."""
_SPACE = re.compile(r"[^\S\n\t]+")


def plain(text: str, *, lines: bool = False) -> str:
    """Without what no database takes and nobody sees, and with single spaces; lines keep their tabs, as tables have."""
    text = text[:LONGEST_TEXT].replace("\r\n", "\n").replace("\r", "\n")
    text = _JOINED_DIGITS.sub("", text)
    text = "".join(
        c
        for c in text
        if c in "\n\t\u200c\u200d" or unicodedata.category(c) not in {"Cc", "Cs", "Cf", "Co", "Cn"}
    )
    text = _SPACE.sub(" ", text) if lines else " ".join(text.split())
    return text.strip()
