"""Remarks about somebody that do not belong in what we keep of them (playbook rule 6).

Found by phrases that a recruiter can read (`remark_words.py`) in five
languages, and pointed out to whoever is typing: a person decides what stays.
A phrase does no harm inside something harmless ("unhappy path").
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from ifnotyou.playbook import remark_words
from ifnotyou.playbook.phrases import PhraseBook, Text


class RemarkKind(StrEnum):
    """What a remark tells of somebody that is nobody's business here."""

    HEALTH = "health"
    FAMILY = "family"
    UNHAPPY_AT_WORK = "unhappy_at_work"
    BELIEF = "belief"
    UNION = "union"
    ORIGIN = "origin"
    AGE = "age"
    PAY = "pay"


@dataclass(frozen=True)
class Remark:
    """Words that tell something sensitive."""

    kind: RemarkKind
    words: str
    """As they stand in the text."""


_HARMLESS = "harmless"
_PEACE = "peace"
_SENSITIVE = PhraseBook({**remark_words.SENSITIVE, _HARMLESS: remark_words.HARMLESS})
_LEAVE_ME = PhraseBook({_PEACE: remark_words.PEACE, _HARMLESS: remark_words.NOT_PEACE})

# A sum behind a word for earning: "earns 90k", "verdient 90.000 Euro", "gana unos 60 mil".
_EARNING = (
    "earn|earns|earning|earned|makes|making|paid|salary|compensation|verdient|verdiente|gehalt|bekommt|"
    "gagne|touche|payée?|salaire|gana|cobra|sueldo|salario|ganha|recebe|salário"
)
_SUM = re.compile(
    rf"\b(?:{_EARNING})\b[^.!?\n\d]{{0,25}}"
    r"(?:[$€£]\s?\d[\d.,]*\s?k?|\d[\d.,]*\s?(?:k\b|mil\b|[$€£]|eur\b|euros?\b|usd\b|gbp\b|chf\b|reais\b)|\d{2,3}[.,]\d{3}\b)",
    re.IGNORECASE,
)


def sensitive(text: str) -> tuple[Remark, ...]:
    """The sensitive remarks of a text, in its order, each kind of words once."""
    read = Text.read(text)
    hits = _SENSITIVE.find(read)
    harmless = [(hit.first, hit.last) for hit in hits if hit.group == _HARMLESS]
    found = [
        (read.spans[hit.first][0], Remark(RemarkKind(hit.group), read.quote(hit.first, hit.last)))
        for hit in hits
        if hit.group != _HARMLESS
        and not any(first < hit.last and hit.first < last for first, last in harmless)
    ]
    found += _sums(text)
    return tuple(_widest([remark for _, remark in sorted(found, key=lambda one: one[0])]))


def wants_peace(text: str) -> bool:
    """Whether somebody asks not to be contacted any more: "please leave me alone", "remove me from your list"."""
    hits = _LEAVE_ME.find(Text.read(text))
    harmless = [(hit.first, hit.last) for hit in hits if hit.group == _HARMLESS]
    return any(
        hit.group == _PEACE and not any(first < hit.last and hit.first < last for first, last in harmless)
        for hit in hits
    )


def _sums(text: str) -> Iterator[tuple[int, Remark]]:
    for found in _SUM.finditer(text):
        yield found.start(), Remark(RemarkKind.PAY, found.group())


def _widest(remarks: list[Remark]) -> list[Remark]:
    """Without those whose words stand inside another's of the same kind."""
    kept: list[Remark] = []
    for remark in dict.fromkeys(remarks):
        others = (other for other in remarks if other.kind == remark.kind and other != remark)
        if not any(remark.words in other.words for other in others):
            kept.append(remark)
    return kept
