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
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import NamedTuple

from ifnotyou.playbook.errors import PolicyError

GAP = 4
"""How many words `...` may stand for."""

# A word. What stands between two words ends a sentence (a dot inside "acme.com" does not), a clause or neither.
_WORD = re.compile(r"([^\W_]+(?:'[^\W_]+)*)")
_BREAK = re.compile(
    r"(?P<sentence>[.!?\u2026]+(?=[\s\"')\]\u201d]|$)|\n\s*\n)"
    r"|(?P<clause>[,;:()\u2013\u2014]| - )"
)
_NO_BREAK = frozenset({"", " ", "-", "/"})
_CLAUSE_WORDS = frozenset({"but", "however", "although", "though", "yet", "except"})
_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00a0": " "})
_CHOICES = re.compile(r"[^\W_]+(?:'[^\W_]+)*\*?(?:\|[^\W_]+(?:'[^\W_]+)*\*?)*")
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
        parts = _WORD.split(
            original if original.isascii() and "`" not in original else original.translate(_APOSTROPHES)
        )
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
    """One phrase as it was read."""

    group: str
    phrase: str
    pattern: str
    anchored: bool
    """Whether it begins with the word it is known by."""
    needs: tuple[frozenset[str], ...]
    """Look-up keys of further words: a text that has none of one set cannot hold the phrase."""
    next_keys: frozenset[str]
    """The second word, where that must follow the first at once: each choice, or its look-up key if it has a star."""


class _Known(NamedTuple):
    """The phrases that one word may be the first needed word of."""

    single: tuple[_Phrase, ...]
    """Those that are this word."""
    followed: Mapping[str, tuple[_Phrase, ...]]
    """Those that begin with it and go on at once with this word, or with one that has this look-up key."""
    other: tuple[_Phrase, ...]


class PhraseBook:
    """Phrases by group, read once and looked up by a word they need, so that few are tried on any one text."""

    def __init__(self, groups: Mapping[str, Iterable[str]]) -> None:
        """Note by which word each phrase is known; a phrase without one raises PolicyError.

        The rest of a phrase is read when that word is first met: a short text
        meets few of thousands. `check` reads them all.
        """
        self._exact: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._stems: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
        self._known: dict[str, _Known | None] = {}
        self._groups = groups
        for group, phrases in groups.items():
            for phrase in phrases:
                elements = _elements(phrase)
                for choice in elements[_known_by(phrase, elements)].split("|"):
                    if choice.endswith("*"):
                        self._stems[choice[:_KEY]].append((choice[:-1], group, phrase))
                    else:
                        self._exact[choice].append((group, phrase))

    def check(self) -> None:
        """Read every phrase; one that cannot be read raises PolicyError naming it."""
        for group, phrases in self._groups.items():
            for phrase in phrases:
                _read(group, phrase)

    def find(self, text: Text) -> list[Hit]:
        """Every phrase that stands in `text`, in the order of the words."""
        hits: list[Hit] = []
        words = text.words
        last = len(words) - 1
        remembered = self._known
        one_line: _Line | None = None
        for index, word in enumerate(words):
            known = remembered[word] if word in remembered else self._look_up(word)
            if known is None:
                continue
            single, followed, other = known
            if single:
                hits += [Hit(index, index + 1, entry.group, entry.phrase) for entry in single]
            if followed and index < last:
                follower = words[index + 1]
                if pairs := followed.get(follower, ()) + followed.get(follower[:_KEY], ()):
                    other = pairs + other
            if other:
                one_line = one_line or _one_line(text)
                hits += _several_words(other, one_line, index)
        return _apart(sorted(set(hits))) if len(hits) > 1 else hits

    def _look_up(self, word: str) -> _Known | None:
        """The phrases known by `word`, remembered: the words of a language come again and again."""
        if len(self._known) >= _REMEMBERED:
            self._known.clear()
        stems = (
            (group, phrase)
            for stem, group, phrase in self._stems.get(word[:_KEY], ())
            if word.startswith(stem)
        )
        entries = [_read(*one) for one in dict.fromkeys((*self._exact.get(word, ()), *stems))]
        followed: dict[str, list[_Phrase]] = defaultdict(list)
        other: list[_Phrase] = []
        for entry in entries:
            if entry.next_keys:
                for key in entry.next_keys:
                    followed[key].append(entry)
            elif entry.pattern:
                other.append(entry)
        single = tuple(entry for entry in entries if not entry.pattern)
        nexts = {key: tuple(phrases) for key, phrases in followed.items()}
        self._known[word] = _Known(single, nexts, tuple(other)) if entries else None
        return self._known[word]


class _Line(NamedTuple):
    """A text as patterns are matched on it: words between single spaces, sentences parted by a dot."""

    line: str
    starts: list[int]
    """Where each word begins."""
    keys: set[str]
    """The look-up keys of its words."""


def _one_line(text: Text) -> _Line:
    """The words of a text on one line."""
    parts: list[str] = []
    starts: list[int] = []
    at = 1
    previous = 0
    for word, sentence in zip(text.words, text.sentences, strict=True):
        if sentence != previous:
            parts.append(".")
            at += 2
            previous = sentence
        parts.append(word)
        starts.append(at)
        at += len(word) + 1
    return _Line(" " + " ".join(parts) + " ", starts, {word[:_KEY] for word in text.words})


def _several_words(entries: Iterable[_Phrase], on: _Line, index: int) -> list[Hit]:
    """Those of the phrases that stand where they are known by the word at `index`."""
    line, starts, keys = on
    hits: list[Hit] = []
    for entry in entries:
        group, phrase, pattern, anchored, needs, _ = entry
        if needs and any(map(keys.isdisjoint, needs)):
            continue
        if not anchored:
            hits += _search(entry, line, starts)
        elif at := _compiled(pattern).match(line, starts[index]):
            hits.append(Hit(index, bisect_left(starts, at.end(), index), group, phrase))
    return hits


def _apart(hits: list[Hit]) -> list[Hit]:
    """The hits without those that begin inside an earlier one of the same phrase."""
    ends: dict[tuple[str, str], int] = {}
    apart: list[Hit] = []
    for hit in hits:
        first, last, group, phrase = hit
        if ends.get((group, phrase), 0) <= first:
            ends[group, phrase] = last
            apart.append(hit)
    return apart


def _search(entry: _Phrase, line: str, starts: list[int]) -> Iterator[Hit]:
    """The places of a phrase that does not begin with the word it is known by."""
    for found in _compiled(entry.pattern).finditer(line):
        first = bisect_left(starts, found.start())
        yield Hit(first, bisect_left(starts, found.end(), first), entry.group, entry.phrase)


@lru_cache(_REMEMBERED)
def _breaks(between: str) -> tuple[int, int]:
    """How many clauses and sentences end between two words."""
    breaks = [found.lastgroup for found in _BREAK.finditer(between + "x")]
    return len(breaks), breaks.count("sentence")


def _elements(phrase: str) -> list[str]:
    """The elements of a phrase, spelled as texts are read."""
    return phrase.lower().translate(_APOSTROPHES).replace("-", " ").split()


def _known_by(phrase: str, elements: Sequence[str]) -> int:
    """Which element a phrase is known by: the first of whose words one must be there."""
    for index, element in enumerate(elements):
        if element not in {"...", "_"} and not element.endswith("?") and not _is_vague(element):
            return index
    raise PolicyError(
        f'the phrase "{phrase}" needs at least one word that must be there, with three letters before any star'
    )


def _is_vague(element: str) -> bool:
    """Whether one of its choices is too short a beginning to be looked up by."""
    return "*" in element and any(c.endswith("*") and len(c) <= _KEY for c in element.split("|"))


@cache
def _read(group: str, phrase: str) -> _Phrase:
    """One phrase taken apart."""
    elements = _elements(phrase)
    known_by = _known_by(phrase, elements)
    needs: list[frozenset[str]] = []
    pattern = "(?<= )"
    for element in elements:
        keys, part = _element(element)
        if part is None:
            raise PolicyError(f'the phrase "{phrase}" cannot be read at "{element}"')
        pattern += part
        needs.append(keys)
    next_keys = frozenset[str]()
    if known_by == 0 and len(needs) > 1 and needs[1]:
        next_keys = frozenset(c[:_KEY] if c.endswith("*") else c for c in elements[1].split("|"))
    further = tuple(keys for keys in needs[known_by + 1 + bool(next_keys) :] if keys)
    return _Phrase(group, phrase, pattern if len(needs) > 1 else "", known_by == 0, further, next_keys)


@cache
def _element(element: str) -> tuple[frozenset[str], str | None]:
    """The look-up keys (none where it may be missing) and the pattern (None: unreadable) of one element."""
    if element == "...":
        return frozenset(), rf"(?:[^\s.]+ ){{0,{GAP}}}?"
    if element == "_":
        return frozenset(), r"[^\s.]+ "
    optional = element.endswith("?")
    choices = element.rstrip("?").split("|")
    if not _CHOICES.fullmatch(element.rstrip("?")):
        return frozenset(), None
    words = "|".join(choices).replace("*", r"[^\s.]*")
    keys = (
        frozenset()
        if optional or _is_vague(element)
        else frozenset(choice.rstrip("*")[:_KEY] for choice in choices)
    )
    return keys, f"(?:(?:{words}) )" + ("?" if optional else "")


@cache
def spaced(text: str) -> str:
    """The words of `text` in lower case between single spaces, so that "pair" is not found in "repair"."""
    words = re.findall(r"[^\W_]+", text.lower())
    return f" {' '.join(words)} "


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    """A pattern, compiled only when a text may hold it: a short text never needs most of them."""
    return re.compile(pattern)
