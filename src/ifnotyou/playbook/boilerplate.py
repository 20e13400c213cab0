"""In the asker's own words (playbook rule 5): what they sent to somebody else before is found.

Our own draft is the same for everybody and does not count; what the asker puts
into it does. A text sent twice was written for nobody.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import pairwise

from ifnotyou.playbook import tone_words
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.letters import GAP, QUIET_LINES, draft_ask, split_closing
from ifnotyou.playbook.phrases import Text
from ifnotyou.playbook.policy import TonePolicy
from ifnotyou.playbook.tone import Finding, ToneCategory

FEWEST_WORDS = 5
"""Shorter sentences are everybody's: "It was good to meet you."."""

_FEWEST_STANDARD_WORDS = 3
_SOMEBODY = "zzsomebody"
_ROLE = "zzrole"
_ANY_ROLE = r"(?:\S+ ){1,20}?role"
_GREETING = re.compile(
    r"\s*(?:hi|hello|hey|dear|good (?:morning|afternoon|evening))\b[^,.!?:\n]{0,60}(?:[,.!:]|$)",
    re.IGNORECASE | re.MULTILINE,
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)
_SIGNATURE = re.compile(r"^--[ \t]*$", re.MULTILINE)


def sent_before(
    message: str, earlier: Iterable[str], policy: TonePolicy, names: Iterable[str] = ()
) -> Finding | None:
    """The first sentence of the asker's own in `message` that stands in an `earlier` note of theirs, too.

    `earlier` are notes to other people. `names`, of those who got the notes and
    of the asker, make no difference between two sentences. None where fewer
    sentences come again than the policy minds.
    """
    somebody = frozenset(word for name in names for word in Text.read(name).words)
    sent = {plain for note in earlier for plain, _ in _own_sentences(note, somebody)}
    again = {plain: words for plain, words in _own_sentences(message, somebody) if plain in sent}
    if not again or len(again) < policy.repeated_sentences:
        return None
    return Finding(ToneCategory.IMPERSONAL, next(iter(again.values())), tone_words.MEND_REPEATED)


def _own_sentences(message: str, names: frozenset[str]) -> Iterator[tuple[str, str]]:
    """The asker's own sentences: as they are compared, and as they stand there."""
    text = Text.read(_without_trimmings(message))
    for first, last in _own_parts(text):
        words = text.words[first:last]
        if len(words) >= FEWEST_WORDS and not _is_standard(words):
            yield _plain(words, names), text.quote(first, last)


def _without_trimmings(message: str) -> str:
    """The message without greeting, closing, signature and what it quotes."""
    message = _SIGNATURE.split(_QUOTED_LINE.sub("", message), maxsplit=1)[0]
    message, _ = split_closing(message)
    greeting = _GREETING.match(message)
    return message[greeting.end() :] if greeting else message


def _own_parts(text: Text) -> Iterator[tuple[int, int]]:
    """From where to where the words are the asker's own, sentence by sentence, standard words cut out."""
    line, starts, ends_of_sentences = _one_line(text)
    cuts = {0, len(text.words), *ends_of_sentences}
    standard: set[int] = set()
    for found in _standard().finditer(line):
        first, last = bisect_left(starts, found.start()), bisect_left(starts, found.end())
        cuts |= {first, last}
        standard.update(range(first, last))
    for first, last in pairwise(sorted(cuts)):
        if first not in standard:
            yield first, last


def _one_line(text: Text) -> tuple[str, list[int], list[int]]:
    """The words between single spaces, a dot where a sentence ends; where words begin; which begin a sentence."""
    line, starts, first_words = " ", [], []
    for index, (word, sentence) in enumerate(zip(text.words, text.sentences, strict=True)):
        if index and sentence != text.sentences[index - 1]:
            line += ". "
            first_words.append(index)
        starts.append(len(line))
        line += word + " "
    return line, starts, first_words


def _plain(words: Iterable[str], names: frozenset[str]) -> str:
    """The words with one mark for each name, however many words it has."""
    plain: list[str] = []
    for word in words:
        if word not in names:
            plain.append(word)
        elif plain[-1:] != [_SOMEBODY]:
            plain.append(_SOMEBODY)
    return " ".join(plain)


def _is_standard(words: Iterable[str]) -> bool:
    """Whether these are a part of our own words, as when a standard sentence was shortened."""
    return f" {' '.join(words)} " in _standard_words()


@cache
def _standard() -> re.Pattern[str]:
    """Our own words in a message: the drafts with any names and role, and the quiet lines."""
    parts = {part for part in _standard_words().split(" . ") if len(part.split()) >= _FEWEST_STANDARD_WORDS}
    longest_first = sorted(parts, key=lambda part: (-len(part), part))
    return re.compile(r"(?<= )(?:" + "|".join(map(_pattern, longest_first)) + r")(?= )")


def _pattern(part: str) -> str:
    return re.escape(part).replace(re.escape(f"{_ROLE} role"), _ANY_ROLE).replace(r"\ ", " ")


@cache
def _standard_words() -> str:
    """The words of the drafts and quiet lines on one line, a dot where a sentence ends or anything may stand."""
    drafts = [
        draft_ask(channel, _SOMEBODY, _SOMEBODY, title).body.replace(GAP, _SOMEBODY)
        for channel in Channel
        for title in (_ROLE, "")
    ]
    quiet = [line.partition("{")[0] for line in QUIET_LINES.values()]  # a link is another each time
    lines = [_one_line(Text.read(text))[0].strip() for text in (*drafts, *quiet)]
    return f" {' . '.join(lines)} ".replace(f" {_SOMEBODY} ", " . ")
