"""Rules that a recruiter can read: phrases found in plain text.

A phrase is words separated by spaces, matched as whole words, whatever the
capitals, hyphens and commas between them, but never across a full stop:

    gift card            these two words in a row
    relocat*             any word that begins so: relocate, relocation
    by|before friday     either word, then "friday"
    owe really? us       "really" may stand there or not
    _                    exactly one word
    ...                  up to four words, or none

Reasons (why somebody declined) and tone (is a message kind?) are both lists
of such phrases, so both can be read, tested and extended in a policy file.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from typing import NamedTuple

from ifnotyou.playbook.errors import PolicyError

GAP = 4
"""How many words `...` may stand for."""

# A word. What stands between two words ends a sentence (a dot inside "3.5" or "acme.com" does not), a clause or neither.
_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
_BREAK = re.compile(
    r"(?P<sentence>[.!?\u2026]+(?=[\s\"')\]\u201d]|$)|\n\s*\n)"
    r"|(?P<clause>[,;:()\u2013\u2014]| - )"
)
_NO_BREAK = frozenset({"", " ", "-", "/"})
_CLAUSE_WORDS = frozenset({"but", "however", "although", "though", "yet", "except"})
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00a0": " "})
_PLAIN = re.compile(r"[\x00-_a-\x7f]*")
_CHOICE = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?")
_KEY = 3
"""Letters of a word by which phrases with a star are looked up."""
_REMEMBERED = 50_000
"""How many words a book remembers the phrases of."""


@dataclass(frozen=True)
class Text:
    """A text cut into lower-case words, each with its place, clause and sentence.

    `words[i]` stands at `original[spans[i][0]:spans[i][1]]`; words of one
    clause share `clauses[i]`, words of one sentence share `sentences[i]`.
    """

    original: str
    words: tuple[str, ...]
    spans: tuple[tuple[int, int], ...]
    clauses: tuple[int, ...]
    sentences: tuple[int, ...]

    @classmethod
    def read(cls, original: str) -> Text:
        """Cut `original` into words."""
        parts = _WORD.split(original if _PLAIN.fullmatch(original) else original.translate(_APOSTROPHES))
        words = [part.lower() for part in parts[1::2]]
        spans: list[tuple[int, int]] = []
        clauses: list[int] = []
        sentences: list[int] = []
        clause = sentence = start = 0
        for word, between, part in zip(words, parts[::2], parts[1::2], strict=False):
            start += len(between)
            if between not in _NO_BREAK:
                more_clauses, more_sentences = _breaks(between)
                clause += more_clauses
                sentence += more_sentences
            if word in _CLAUSE_WORDS:
                clause += 1
            spans.append((start, start := start + len(part)))
            clauses.append(clause)
            sentences.append(sentence)
        return cls(original, tuple(words), tuple(spans), tuple(clauses), tuple(sentences))

    @cached_property
    def _line(self) -> tuple[str, list[int]]:
        """The words on one line, sentences parted by a dot, and where each word begins there."""
        parts: list[str] = []
        starts: list[int] = []
        at = 1
        previous = 0
        for word, sentence in zip(self.words, self.sentences, strict=True):
            if sentence != previous:
                parts.append(".")
                at += 2
                previous = sentence
            parts.append(word)
            starts.append(at)
            at += len(word) + 1
        return " " + " ".join(parts) + " ", starts

    def before(self, index: int, reach: int) -> tuple[str, ...]:
        """Up to `reach` words in front of word `index`, none from another clause."""
        first = max(0, index - reach)
        while self.clauses[first] != self.clauses[index]:
            first += 1
        return self.words[first:index]

    def quote(self, first: int, last: int) -> str:
        """The original characters of the words `first` up to, not including, `last`."""
        return self.original[self.spans[first][0] : self.spans[last - 1][1]]


class Hit(NamedTuple):
    """A phrase of `group`, found at the words `first` up to, not including, `last`."""

    first: int
    last: int
    group: str
    phrase: str


class _Phrase(NamedTuple):
    """One phrase as it was read: a text without a word of each of its `needs` cannot hold it."""

    group: str
    phrase: str
    needs: tuple[frozenset[str], ...]
    pattern: str


class PhraseBook:
    """Phrases by group, read once and looked up by the first letters of the words they need."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        """Read `groups`; a phrase that cannot be read raises PolicyError naming it."""
        self._by_key: dict[str, list[_Phrase]] = defaultdict(list)
        for group, phrases in groups.items():
            for phrase in phrases:
                needs, pattern = _read(phrase)
                for key in needs[0]:
                    self._by_key[key].append(_Phrase(group, phrase, needs, pattern))

    def find(self, text: Text) -> list[Hit]:
        """Every phrase that stands in `text`, in the order of the words."""
        line, starts = text._line  # noqa: SLF001 - the two halves of one idea
        hits: set[Hit] = set()
        keys = {word[:_KEY] for word in text.words}
        for key in keys:
            for group, phrase, needs, pattern in self._by_key.get(key, ()):
                if any(keys.isdisjoint(need) for need in needs):
                    continue
                for found in _compiled(pattern).finditer(line):
                    first = bisect_left(starts, found.start())
                    hits.add(Hit(first, bisect_left(starts, found.end(), first), group, phrase))
        return sorted(hits)


@lru_cache(_REMEMBERED)
def _breaks(between: str) -> tuple[int, int]:
    """How many clauses and sentences end between two words."""
    breaks = [found.lastgroup for found in _BREAK.finditer(between + "x")]
    return len(breaks), breaks.count("sentence")


def _read(phrase: str) -> tuple[tuple[frozenset[str], ...], str]:
    """The look-up keys of each word that must be there, and the pattern, of one phrase."""
    needs: list[frozenset[str]] = []
    parts: list[str] = []
    for element in phrase.lower().translate(_APOSTROPHES).replace("-", " ").split():
        keys, pattern = _element(element)
        if pattern is None:
            raise PolicyError(f'the phrase "{phrase}" cannot be read at "{element}"')
        parts.append(pattern)
        if keys:
            needs.append(keys)
    if not needs:
        raise PolicyError(
            f'the phrase "{phrase}" needs at least one word that must be there, with three letters before any star'
        )
    return tuple(needs), "(?<= )" + "".join(parts)


@cache
def _element(element: str) -> tuple[frozenset[str], str | None]:
    """The look-up keys (none where it may be missing) and the pattern (None: unreadable) of one element."""
    if element == "...":
        return frozenset(), rf"(?:[^\s.]+ ){{0,{GAP}}}?"
    if element == "_":
        return frozenset(), r"[^\s.]+ "
    optional = element.endswith("?")
    choices = element.rstrip("?").split("|")
    if not all(_CHOICE.fullmatch(choice) for choice in choices):
        return frozenset(), None
    words = "|".join(re.escape(c.rstrip("*")) + (r"[^\s.]*" if c.endswith("*") else "") for c in choices)
    vague = optional or any(c.endswith("*") and len(c) <= _KEY for c in choices)
    keys = frozenset() if vague else frozenset(choice.rstrip("*")[:_KEY] for choice in choices)
    return keys, f"(?:(?:{words}) )" + ("?" if optional else "")


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled only when a text may hold it: a short text never needs most of them."""
    return re.compile(pattern)
