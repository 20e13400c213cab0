"""Is it kind? The tone of an ask, sentence by sentence (docs/playbook.md, rule 5).

Six kinds of words are found by phrases that a recruiter can read and extend
(`tone_words.py`): pressure, guilt, incentive, fishing, many things asked, and
the form letter. Two more are found by what is missing: a way out, and that one
need not be named. A phrase does no harm where it is denied ("there is no
deadline"), told of the candidate ("you said ..."), or part of something
harmless ("urgent care nurse"); `_Reading` knows how far such a thing reaches.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product

from ifnotyou.playbook import tone_words
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.phrases import Hit, PhraseBook, Text
from ifnotyou.playbook.policy import TonePolicy


class ToneCategory(StrEnum):
    """What is not kind about the words found, or missing."""

    PRESSURE = "pressure"
    GUILT = "guilt"
    INCENTIVE = "incentive"
    FISHING = "fishing"
    MANY = "many"
    IMPERSONAL = "impersonal"
    NO_WAY_OUT = "no_way_out"
    NO_ANONYMITY = "no_anonymity"


STRONG = frozenset({ToneCategory.GUILT, ToneCategory.INCENTIVE, ToneCategory.FISHING})


@dataclass(frozen=True, slots=True)
class Finding:
    """Words that could be kinder. Strong ones hold a message back, the others only advise."""

    category: ToneCategory
    words: str
    """As they stand in the message; empty where something is missing from it."""
    mend: str

    @property
    def strong(self) -> bool:
        """Whether the message should not leave as it is."""
        return self.category in STRONG


# What a mail merge, a template or our own draft left open. Code has brackets too, but hangs them on a word
# (`list[int]`) or puts them between backticks; and "xxx" at the end of a line are kisses.
_PLACEHOLDER = re.compile(
    r"\{\{[^{}\n]*\}\}"
    r"|\$\{[^{}\n]*\}"
    r"|\{%[^{}\n]*%\}"
    r"|\*\|[^|\n]+\|\*"
    r"|<<[^<>\n]+>>"
    r"|%%?[A-Za-z][A-Za-z_. ]*[A-Za-z]%%?"
    r"|(?<![\w\])])\{!?[A-Za-z][\w .\-]+\}"
    r"|(?<![\w\])\[])\[(?!(?:sic|external|edit|link|laughs|smiles|citation needed)\])"
    r"(?=[^\[\]\n]*[A-Za-z]{2})[^\[\]\n]{2,80}\](?![(\[])"
    r"|[<\u00ab](?=[^<>\u00ab\u00bb@/:\n]*"
    r"\b(?:first|last|name|company|firm|role|title|topic|team|job|insert|candidate|date|position|your)\b)"
    r"[^<>\u00ab\u00bb\n]{2,60}[>\u00bb]"
    r"|_{3,}"
    r"|\b(?:first|last|full|candidate|company|job|role|user)_(?:name|title)\b"
    r"|\b(?:todo|fixme):|[(\[](?:todo|fixme|tbd|tbc)\b"
    r"|\b(?:dear|hi|hello|hey|about|at|with|the|for|our|as) xxx+\b"
    r"|^(?:dear|hi|hello|hey)[ \t]+(?=,)",
    re.IGNORECASE | re.MULTILINE,
)
_CODE = re.compile(r"`[^`\n]+`")
_QUOTATION = re.compile(
    r"\"(?:[^\"\n]|\n(?!\s*\n)){2,300}\""
    r"|\u201c(?:[^\u201c\u201d\n]|\n(?!\s*\n)){2,300}\u201d"
)
_QUOTED_LINE = re.compile(r"^[ \t]*>.*$", re.MULTILINE)

_NEGATION_REACH = 8
"""How many words a "not" may stand in front of what it denies."""
_LATE_REACH = 3
"""How many words after it a denial may follow ("lists are not needed")."""
_RETELLING_REACH = 10
_QUOTATION_REACH = 6
_TYPO_LETTERS = 5
"""From this length on a word with one wrong letter is read as the word it must have been."""
_LONG_WORD = 8
"""From this length on the wrong letter may be any; in a shorter word it makes another word too often."""
_FEWEST_WORDS = 20
"""Fewer words than this tell little about their language: one English word is enough …"""
_TOO_FEW_WORDS = 4
"""… and of so few, none."""
_ENGLISH_SHARE = 0.2
_LEEWAY = 1.1
""""About" 800 characters: a tenth more is not worth a remark."""

_NOT = re.compile(
    r"(do|does|did|is|are|was|were|has|have|had|could|would|should|need|must|might|ca|wo|ai)n'?t"
)
_IRREGULAR = {"ca": "can", "wo": "will", "ai": "is"}
_TAILS = {"ll": "will", "re": "are", "ve": "have", "m": "am", "d": "would"}
_BEFORE_IS = frozenset(
    {"it", "that", "this", "there", "here", "who", "what", "where", "how", "he", "she", "one", "name"}
    | {"nothing", "nobody", "everything", "something", "everyone", "someone", "silence", "answer"}
    | {"coffee", "dinner", "lunch"}
)
"""After these "'s" is "is"; after others it tells whose."""
_HELPERS = (
    *("sadness", "understanding", "praise", "way_out", "letting_go", "all_right"),
    *("anonymity", "being_named", "kept_quiet", "retellings"),
)
_NEGATIONS = ("negators", "false_negators", "late_negators")


def check_tone(message: str, policy: TonePolicy, most_characters: int | None = None) -> tuple[Finding, ...]:
    """What could be kinder in `message`, in the order of its text, what is missing last.

    `most_characters` for a kind of message that may be of another length than an ask.
    """
    return _checker(policy).check(message, most_characters)


def is_checked_language(message: str) -> bool:
    """Whether the message reads as English, the one language that we have lists for.

    A message that does not is checked for placeholders and length only.
    """
    words = Text.read(message).words
    english = sum(word in tone_words.ENGLISH for word in words)
    if len(words) < _FEWEST_WORDS:
        return english > 0 or len(words) < _TOO_FEW_WORDS
    return english >= _ENGLISH_SHARE * len(words)


class ToneChecker:
    """The phrases of a policy, made ready once."""

    def __init__(self, policy: TonePolicy) -> None:
        """Read the phrases of `policy`; one that cannot be read raises PolicyError."""
        self.policy = policy
        self._even = _Evener(policy.spellings)
        self._written: dict[str, str] = {}
        groups: dict[str, list[str]] = {}
        for name, phrases in policy.phrases.items():
            groups[name] = self._spelled(phrases)
        for name, phrases in policy.harmless.items():
            groups[f"harmless {name}"] = self._spelled(phrases)
        for name in _HELPERS + _NEGATIONS:
            groups[name] = self._spelled(getattr(policy, name))
        groups["the_ask"] = self._spelled(tone_words.THE_ASK)
        self._book = PhraseBook(groups)
        self._even.learn(policy.real_words)

    def check_phrases(self) -> None:
        """Read every phrase of the policy; one that cannot be read raises PolicyError naming it."""
        self._book.check()

    def check(self, message: str, most_characters: int | None = None) -> tuple[Finding, ...]:
        """What could be kinder in `message`, in the order of its text, what is missing last."""
        found = [*_placeholders(message), *_too_long(message, most_characters or self.policy.most_characters)]
        missing: list[Finding] = []
        if is_checked_language(message):
            reading = _Reading(self._even.read(message), self._book, tone_words.FRESH_STARTS)
            found += self._harm(reading)
            missing = list(self._missing(reading))
        found.sort(key=lambda place: place[:2])
        return (*(finding for _, _, finding in found), *missing)

    def _spelled(self, phrases: Iterable[str]) -> list[str]:
        """The phrases as they are looked for: classes put in, words evened out."""
        spelled: list[str] = []
        for phrase in phrases:
            even = [even for plain in self._expanded(phrase) for even in self._even.phrases(plain)]
            self._written.update(dict.fromkeys(even, phrase))
            spelled += even
        return spelled

    def _expanded(self, phrase: str) -> list[str]:
        """The phrases that one with classes stands for."""
        if "<" not in phrase:
            return [phrase]
        elements = [self._choices(element, phrase) for element in phrase.split()]
        return [" ".join(choices) for choices in product(*elements)]

    def _choices(self, element: str, phrase: str) -> list[str]:
        """What one element with classes stands for: choices of one word together, longer ones alone."""
        if "<" not in element:
            return [element]
        single: list[str] = []
        longer: list[str] = []
        for choice in element.rstrip("?").split("|"):
            if choice.startswith("<"):
                for entry in self._class(choice, phrase):
                    (longer if " " in entry else single).append(entry)
            else:
                single.append(choice)
        return longer + (["|".join(single) + ("?" if element.endswith("?") else "")] if single else [])

    def _class(self, name: str, phrase: str) -> list[str]:
        """The entries of a class; they may name classes too."""
        entries = self.policy.classes.get(name.strip("<>"))
        if entries is None:
            raise PolicyError(f'the phrase "{phrase}" names a class "{name}", which is not there')
        return [plain for entry in entries for plain in self._expanded(entry)]

    def _harm(self, reading: _Reading) -> Iterator[tuple[int, int, Finding]]:
        """What hurts, each with where it stands."""
        for category in self.policy.phrases:
            hits = [hit for hit in reading.hits[category] if reading.is_meant(hit, category)]
            if category == ToneCategory.GUILT:
                hits += [hit for hit in reading.hits["sadness"] if reading.is_meant(hit, category)]
                hits = [hit for hit in hits if hit.group == "guilt" or not reading.is_understood(hit)]
            for hit in _apart(hits):
                mend = _MEND_OF.get(self._written[hit.phrase], tone_words.MENDS[category])
                yield _place(reading, hit, ToneCategory(category), mend)
        praise = _apart([hit for hit in reading.hits["praise"] if reading.is_meant(hit, "praise")])
        if len(praise) > self.policy.most_praise:
            yield _place(reading, praise[-1], ToneCategory.IMPERSONAL, tone_words.MEND_PRAISE)

    def _missing(self, reading: _Reading) -> Iterator[Finding]:
        """What every kind ask says, and this one does not."""
        if not (reading.offers("way_out") or reading.lets_go()):
            yield Finding(ToneCategory.NO_WAY_OUT, "", tone_words.MENDS["no_way_out"])
        if not (reading.offers("anonymity") or reading.keeps_quiet()):
            yield Finding(ToneCategory.NO_ANONYMITY, "", tone_words.MENDS["no_anonymity"])


class _Evener:
    """Evens out how words are written: contractions, a few spellings, and one wrong letter in a long word."""

    def __init__(self, spellings: Mapping[str, Iterable[str]]) -> None:
        self._usual = {variant: usual for usual, variants in spellings.items() for variant in variants}
        self._options: dict[str, list[str]] = {"...": ["..."], "_": ["_"], "_?": ["_", ""]}
        self._right: set[str] = set()
        self._nearly: dict[str, str] = {}

    def words(self, word: str) -> list[str]:
        """The even form of one word: "don't" is two."""
        if word in self._usual:
            return self._usual[word].split()
        negated = _NOT.fullmatch(word) if word.endswith("t") else None
        if negated:
            return [_IRREGULAR.get(negated[1], negated[1]), "not"]
        if "'" not in word:
            return [word]
        head, _, tail = word.rpartition("'")
        if tail in _TAILS:
            return [*self.words(head), _TAILS[tail]]
        if tail == "s" and head in _BEFORE_IS:
            return [head, "is"]
        return [word.replace("'", "")]

    def phrases(self, phrase: str) -> list[str]:
        """A phrase in even words: one for each choice that is more than one word."""
        elements = phrase.lower().replace("\u2019", "'").replace("-", " ").split()
        return [" ".join(words) for words in product(*map(self._even_choices, elements))]

    def _even_choices(self, element: str) -> list[str]:
        """The choices of one element: those of one word together, longer ones alone."""
        if element not in self._options:
            mark = "?" if element.endswith("?") else ""
            choices = [self.words(choice) for choice in element.rstrip("?").split("|")]
            single = "|".join(dict.fromkeys(words[0] for words in choices if len(words) == 1))
            longer = [" ".join(word + mark for word in words) for words in choices if len(words) > 1]
            self._options[element] = longer + ([single + mark] if single else [])
        return self._options[element]

    def learn(self, right: Iterable[str]) -> None:
        """Find the words of the phrases with a wrong letter too, unless the word is `right` as it is."""
        options = " ".join(option for options in self._options.values() for option in options)
        words = set(re.split(r"[ |?]+", options))
        self._right = words.union(right)
        for word in words:
            if len(word) >= _TYPO_LETTERS and word.isalpha():
                for nearly in (word, *_shorter(word)):
                    self._nearly.setdefault(nearly, word)

    def read(self, message: str) -> Text:
        """The message in even words; words made of one stand where it stood."""
        text = Text.read(message)
        rows = [
            (even, span, clause, sentence)
            for word, span, clause, sentence in zip(
                text.words, text.spans, text.clauses, text.sentences, strict=True
            )
            for even in self._sounded(message, word, span)
        ]
        if not rows:
            return text
        words, spans, clauses, sentences = zip(*rows, strict=True)
        return Text(message, words, spans, clauses, sentences)

    def _sounded(self, message: str, word: str, span: tuple[int, int]) -> list[str]:
        """What one would say aloud: "$500" is "money 500"."""
        words = [self._mended(even) for even in self.words(word)]
        money = message[max(0, span[0] - 1) : span[0]] in {"$", "\u20ac", "\u00a3"}
        money = money or message[span[1] : span[1] + 1] in {"$", "\u20ac", "\u00a3"}
        return ["money", *words] if money and word[0].isdigit() else words

    def _mended(self, word: str) -> str:
        if len(word) < _TYPO_LETTERS or word in self._right:
            return word
        for attempt in (word, *_shorter(word)):
            right = self._nearly.get(attempt)
            if right and right[0] == word[0] and _is_one_off(word, right):
                return right
        return word


def _shorter(word: str) -> list[str]:
    """The word with any one letter left out."""
    return [word[:at] + word[at + 1 :] for at in range(len(word))]


def _is_one_off(wrong: str, right: str) -> bool:
    """Whether a letter is missing, doubled or wrong, or two neighbours have changed places."""
    if len(wrong) < len(right):
        # A plain ending makes another word, not a slip: "offer" and "offers".
        return wrong in _shorter(right) and right != wrong + right[-1]
    if len(wrong) > len(right):
        doubled = (right[: at + 1] + right[at:] for at in range(len(right)))
        return wrong in doubled and wrong != right + right[-1]
    apart = [at for at in range(len(right)) if wrong[at] != right[at]]
    if len(apart) == 1:
        return len(right) >= _LONG_WORD and apart[0] < len(right) - 1
    at = apart[0]
    return apart == [at, at + 1] and wrong[at] == right[at + 1] and wrong[at + 1] == right[at]


class _Reading:
    """One message as it was read: what was found in it, and what reaches how far."""

    def __init__(self, text: Text, book: PhraseBook, fresh_starts: frozenset[str]) -> None:
        self.text = text
        self.hits: dict[str, list[Hit]] = defaultdict(list)
        for hit in book.find(text):
            self.hits[hit.group].append(hit)
        self._fresh_starts = fresh_starts
        self._all_negators = {hit.last - 1 for hit in self.hits["negators"]}
        false = {
            at
            for hit in self.hits["false_negators"] + self.hits["the_ask"]
            for at in range(hit.first, hit.last)
        }
        self._negators = {
            hit.last - 1 for hit in self.hits["negators"] if not false.issuperset(range(hit.first, hit.last))
        }

    def is_meant(self, hit: Hit, category: str) -> bool:
        """Whether the words do harm here: not denied, not told of somebody, not part of something harmless."""
        if any(_overlap(hit, other) for other in self.hits[f"harmless {category}"]):
            return False
        return not (self._is_denied(hit, self._negators) or self._is_retold(hit) or hit.first in self._quoted)

    def is_understood(self, hit: Hit) -> bool:
        """Whether the same sentence, or a neighbour, says that it is all right."""
        here = self.text.sentences[hit.first]
        return any(abs(self.text.sentences[other.first] - here) <= 1 for other in self.hits["understanding"])

    def offers(self, group: str) -> bool:
        """Whether a kind thing is said, and not taken back."""
        return any(self._is_offered(hit) for hit in self.hits[group])

    def lets_go(self) -> bool:
        """Whether not answering, and that this is all right, are said in one sentence or in two neighbours."""
        return self._near("letting_go", "all_right", apart=1)

    def keeps_quiet(self) -> bool:
        """Whether the source, and that it goes no further, are said in one sentence that takes nothing back."""
        return self._near("being_named", "kept_quiet", apart=0)

    def _near(self, one: str, other: str, apart: int) -> bool:
        sentences = self.text.sentences
        return any(
            abs(sentences[first.first] - sentences[second.first]) <= apart and not _overlap(first, second)
            for first in self.hits[one]
            if one == "being_named" or self._is_offered(first)
            for second in self.hits[other]
            if self._is_offered(second) and sentences[second.first] not in self._taken_back
        )

    @cached_property
    def _taken_back(self) -> set[int]:
        """Sentences that deny a kind thing: "I can't keep your name out of it"."""
        return {
            self.text.sentences[hit.first]
            for hit in self.hits["anonymity"]
            if self._is_denied(hit, self._all_negators - self._calming)
        }

    def _is_offered(self, hit: Hit) -> bool:
        if hit.first in self._quoted or self._is_denied(hit, self._all_negators - self._calming):
            return False
        # "if not you, would you mention ..." has a "not" that denies nothing.
        if self._names_a_negator(hit) and any(_overlap(hit, ask) for ask in self.hits["the_ask"]):
            return False
        # "only if you like" may be about their name, and then it lets nobody off.
        return hit.group == "anonymity" or not any(_overlap(hit, other) for other in self.hits["anonymity"])

    @cached_property
    def _calming(self) -> set[int]:
        """Words of kind phrases: "I won't mind if you ignore this" denies nothing."""
        kind = (*self.hits["way_out"], *self.hits["anonymity"])
        return {at for hit in kind for at in range(hit.first, hit.last)}

    def _is_denied(self, hit: Hit, negators: set[int]) -> bool:
        """Whether a negation reaches the hit, from before, from inside, or from just behind it."""
        last = hit.first if self._names_a_negator(hit) else hit.last
        for at in range(last - 1, max(0, hit.first - _NEGATION_REACH) - 1, -1):
            if at < hit.first and self._starts_fresh(at + 1, hit):
                break
            if at in negators:
                return True
        return any(
            hit.last <= late.first <= hit.last + _LATE_REACH
            and self.text.clauses[late.first] == self.text.clauses[hit.last - 1]
            for late in self.hits["late_negators"]
        )

    def _names_a_negator(self, hit: Hit) -> bool:
        """Whether the phrase itself says "not", so that a "not" inside it denies nothing."""
        return not _NEGATIVE.isdisjoint(re.split(r"[ |?]", hit.phrase)) and any(
            at in self._all_negators for at in range(hit.first, hit.last)
        )

    def _starts_fresh(self, at: int, hit: Hit) -> bool:
        """Whether word `at` begins a thought of its own, which no earlier negation reaches.

        A comma does, unless it goes on with a list: "no bonus, gift or reward".
        """
        words, clauses = self.text.words, self.text.clauses
        if self.text.sentences[at - 1] != self.text.sentences[at]:
            return True
        if words[at - 1] in {"and", "so", "because", "until", "then", "plus"}:
            return words[at] in self._fresh_starts
        if clauses[at - 1] == clauses[at]:
            return False
        between = self.text.original[self.text.spans[at - 1][1] : self.text.spans[at][0]]
        on_a_list = between.strip() == "," and not {"or", "nor"}.isdisjoint(words[at : hit.last + 3])
        return not on_a_list or not self._fresh_starts.isdisjoint(words[at : hit.first + 1])

    def _is_retold(self, hit: Hit) -> bool:
        """Whether the words come from what the candidate, or both, talked about."""
        return any(
            told.last <= hit.first <= told.last + _RETELLING_REACH
            and self.text.clauses[told.last - 1] == self.text.clauses[hit.first]
            for told in self.hits["retellings"]
        )

    @cached_property
    def _quoted(self) -> set[int]:
        """The words that stand in a quotation of the candidate, or in a quoted mail."""
        original, spans = self.text.original, self.text.spans
        areas = [found.span() for found in _QUOTED_LINE.finditer(original)]
        for found in _QUOTATION.finditer(original):
            inside = [at for at, span in enumerate(spans) if found.start() <= span[0] < found.end()]
            if inside and self._is_attributed(inside[0], inside[-1]):
                areas.append(found.span())
        return {at for at, span in enumerate(spans) for start, end in areas if start <= span[0] < end}

    def _is_attributed(self, first: int, last: int) -> bool:
        """Whether the same paragraph says, close by, that these quoted words are somebody's."""
        for told in self.hits["retellings"]:
            if 0 <= first - told.last <= _QUOTATION_REACH or 0 < told.first - last <= _QUOTATION_REACH:
                start, end = min(first, told.first), max(last, told.last - 1)
                return "\n\n" not in self.text.quote(start, end + 1)
        return False


_NEGATIVE = frozenset(
    {"not", "no", "never", "nor", "neither", "nobody", "none", "nothing", "without", "hardly"}
)


def _overlap(one: Hit, other: Hit) -> bool:
    return one.first < other.last and other.first < one.last


def _apart(hits: Iterable[Hit]) -> list[Hit]:
    """The hits, those that overlap made one."""
    apart: list[Hit] = []
    for hit in sorted(hits):
        if apart and _overlap(apart[-1], hit):
            apart[-1] = apart[-1]._replace(last=max(apart[-1].last, hit.last))
        else:
            apart.append(hit)
    return apart


def _place(reading: _Reading, hit: Hit, category: ToneCategory, mend: str) -> tuple[int, int, Finding]:
    start = reading.text.spans[hit.first][0]
    rank = list(ToneCategory).index(category)
    return start, rank, Finding(category, reading.text.quote(hit.first, hit.last), mend)


def _too_long(message: str, most: int) -> Iterator[tuple[int, int, Finding]]:
    """A long message asks too much of its reader: the words are those with which it becomes too long."""
    words = list(re.finditer(r"\S+", message))
    letters = 0
    for index, word in enumerate(words):
        letters += len(word[0]) + 1
        if letters > most * _LEEWAY:
            last = words[min(index + 4, len(words) - 1)]
            mend = tone_words.MEND_LENGTH.format(most=most, total=len(" ".join(message.split())))
            yield word.start(), 0, Finding(ToneCategory.MANY, message[word.start() : last.end()], mend)
            return


def _placeholders(message: str) -> Iterator[tuple[int, int, Finding]]:
    """What a template left open."""
    code = [found.span() for found in _CODE.finditer(message)]
    for found in _PLACEHOLDER.finditer(message):
        if not any(start <= found.start() < end for start, end in code):
            words = found[0].strip()
            yield found.start(), 5, Finding(ToneCategory.IMPERSONAL, words, tone_words.MEND_PLACEHOLDER)


_MEND_OF = {phrase: mend for phrases, mend in tone_words.FINER_MENDS for phrase in phrases}

_made: list[ToneChecker] = []


def _checker(policy: TonePolicy) -> ToneChecker:
    """The checker of this policy; the last ones made are kept, because making one takes longer than a check."""
    for checker in _made:
        if checker.policy is policy:
            return checker
    _made[:] = [ToneChecker(policy), *_made[:3]]
    return _made[0]
