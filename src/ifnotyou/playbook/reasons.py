"""Why did they decline? Rule 1: ask those who said no for reasons of their own; a critique of us goes to a person.

A recruiter chose a label and wrote some notes in a hurry. Both are read into a
category with a confidence; `reason_words.py` holds the lists, a policy file
extends them. One rule stands above all others: a critique is never taken for
something harmless. So the notes are not searched for what is good; everything
in them has to be explained, and what is not is doubted:

- Notes are cut into thoughts: at full stops, commas and brackets, and at words
  like "but", "and", "because", "who".
- A phrase of critique counts wherever it stands, unless it is negated ("no
  complaints about the process") or plainly about others ("his current boss is
  rude"). Praise that is negated or wished for counts as critique: "didn't love
  the team", "would have liked more warmth".
- A word that may be critique ("felt", "worried", "issue") is excused only by a
  harmless reason in the same thought: "worried about the commute".
- Our people and our process may be named where the thought praises them or
  clears them ("nothing to do with the team"). Named without that, we doubt.
- Words that no list knows may be names of places and firms beside something
  that is known. A thought made of them alone makes the reason unknown.

What the confidence means:

    0.95  a known label, and notes that agree; or a label of critique, and notes with a critique
    0.90  a known label, with nothing else or with praise only; or several phrases of critique
    0.85  a phrase of critique
    0.80  a vague label ("Didn't like offer": pay, title, place, or the way it was made), and notes that say so
    0.75  notes only, with two or more phrases for it; or a label that says why, and a job somewhere else in the
          notes, which is what came next and not why
    0.70  notes only, one phrase; or a known label and a name that nobody knows
    0.60  notes that say several harmless things, or another than the label, or speak of others, too; or a vague
          label and a hint of the same
    0.50  a word that may be critique
    0.45  a vague label alone, or notes that only hint
    0.40  our people or process are named, and nothing explains why: a critique, until somebody has read it
    0.30  unknown: words that no list explains, such as notes in another language, whatever the label says
    0.20  unknown: label and notes say nothing ("Other", "Withdrew")
    0.00  unknown: nothing was written

Where several harmless reasons stand together, what is written first is taken:
notes begin with what mattered. Founding and a counter-offer go before the job,
the money and the title that they are about. Where label and notes differ, the
notes win: they were written, the label was picked from a list.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.phrases import Hit, PhraseBook, Text
from ifnotyou.playbook.policy import ReasonPolicy

NOTHING_RECORDED = "No reason was recorded."


class Category(StrEnum):
    """Why somebody declined."""

    PERSONAL = "personal"
    LOCATION = "location"
    TIMING = "timing"
    OTHER_OFFER = "other_offer"
    FOUNDING = "founding"
    COUNTER_OFFER = "counter_offer"
    COMPENSATION = "compensation"
    ROLE = "role"
    WORKING_STYLE = "working_style"
    CRITIQUE = "critique"
    UNKNOWN = "unknown"


CATEGORY_NAMES = {
    Category.PERSONAL: "Personal",
    Category.LOCATION: "Place",
    Category.TIMING: "Timing",
    Category.OTHER_OFFER: "Another opportunity",
    Category.FOUNDING: "Founding something",
    Category.COUNTER_OFFER: "Counter-offer",
    Category.COMPENSATION: "Terms of the offer",
    Category.ROLE: "Role or level",
    Category.WORKING_STYLE: "Way of working",
    Category.CRITIQUE: "Criticism of us",
    Category.UNKNOWN: "Unknown",
}
"""For people who read many of them."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an offer was declined, as far as the record says.

    `text` is what was recorded, for the recruiter and never for a draft;
    `found` are the words in it that decided.
    """

    category: Category
    confidence: float
    text: str
    found: tuple[str, ...]


_FIRST_OF_ALL = (Category.FOUNDING, Category.COUNTER_OFFER)
_OWN_LIFE = (Category.PERSONAL, Category.LOCATION)
_REACH = 4
"""How many words before a phrase a negation may stand."""
_NAMES = 2
"""How many unknown words may be a name, where they stand alone."""
_DETAILS = 3
"""How many unknown words may stand beside something known in one thought."""
_LONGEST = 25
"""Letters of the longest word that may be a name."""
_LAST_LATIN = "\u024f"
"""Words with letters beyond this one are in a script that we cannot read; not even names are told from words."""
_QUOTES = 4
"""How many places of the record are quoted."""
_REMEMBERED = 50_000
"""How many words a reader remembers the meaning of."""

# What a word can be. _SEEN is in every answer, so that none is zero.
(
    _SEEN,
    _ORDINARY,
    _NEGATOR,
    _STARTER,
    _CONTRAST,
    _OURS,
    _WISH,
    _COMPARISON,
    _BETWEEN,
    _SMALL,
    _RELATIVE,
    _FOREIGN,
) = (1 << bit for bit in range(12))
_SMALL_WORDS = frozenset(
    "a an the our their his her its this that and or of in at to by from with for near on as also plus then both all "
    "every whole entire".split()
)
_RELATIVES = frozenset({"who", "that", "where", "which", "whose"})
_IFS = frozenset({"if", "unless", "had", "wish"})
"""Words with which a "not" tells what did happen: "he'd have come | if we hadn't been so slow"."""
_SIGNS = re.compile(r"[/&+]")
_ANGRY = re.compile(
    "[\U0001f44e\U0001f6a9\U0001f621\U0001f620\U0001f92c\U0001f92e\U0001f644\U0001f612\U0001f921\U0001f4a9]"
)
"""Pictures that are a critique."""

# Groups of phrases: the categories; their hints, with a question mark; and these.
_HINT = "?"
_CATEGORIES = {name: category for category in Category for name in (category.value, category.value + _HINT)}
_CRITIQUE = Category.CRITIQUE.value
_MAYBE = _CRITIQUE + _HINT
_SAYS_NOTHING = Category.UNKNOWN.value
_DOUBTFUL, _PRAISE, _VIRTUES, _CLEARING, _OTHERS, _US = (
    "doubtful",
    "praise",
    "virtues",
    "clearing",
    "others",
    "us",
)


class _Thought:
    """What stands in one piece of a sentence. Most pieces hold little, so what is not there costs nothing."""

    critique: tuple[Hit, ...] = ()
    maybe: tuple[Hit, ...] = ()
    virtues: tuple[Hit, ...] = ()
    harmless: tuple[Hit, ...] = ()
    us: Hit | None = None
    praised_at: int = -1
    cleared_from: int = -1
    says_nothing: bool = False
    others: bool = False
    kinds: int = 0
    """What its words are that no phrase explains, all together."""
    strange: tuple[int, ...] = ()
    """The words that no list knows."""

    def __init__(self, first: int, sentence: int, clause: int) -> None:
        self.first = first
        self.last = first + 1
        self.sentence = sentence
        self.clause = clause

    @property
    def plain(self) -> bool:
        """Whether nothing in it matters."""
        return not (
            self.maybe
            or self.critique
            or self.harmless
            or self.us
            or self.strange
            or self.virtues
            or self.kinds & _NEGATOR
        )

    @property
    def negated(self) -> bool:
        """Whether a "not" stands in it that belongs to nothing we know."""
        return bool(self.kinds & _NEGATOR)

    @property
    def explained(self) -> bool:
        return bool(self.harmless or self.says_nothing or self.praised_at >= 0 or self.cleared_from >= 0)

    @property
    def reason(self) -> bool:
        """Whether a harmless reason stands in it, nothing about us, and hardly anything else."""
        plain = self.us is None and not self.kinds & _OURS and len(self.strange) <= 1
        return plain and any(not hit.group.endswith(_HINT) for hit in self.harmless)

    @property
    def about_others(self) -> bool:
        return self.others and self.us is None and not self.kinds & (_OURS | _COMPARISON)

    @property
    def a_list(self) -> bool:
        """Whether it only names things, like "the team, the product"."""
        return not self.strange and not self.kinds & _ORDINARY and not self.negated


@dataclass(slots=True)
class _Findings:
    """What was found in one text."""

    text: Text
    critique: list[Hit] = field(default_factory=list)
    maybe: list[Hit] = field(default_factory=list)
    doubts: list[Hit] = field(default_factory=list)
    reasons: list[Hit] = field(default_factory=list)
    hints: list[Hit] = field(default_factory=list)
    names: int = 0
    unexplained: list[int] = field(default_factory=list)
    about_others: bool = False

    @property
    def critical(self) -> list[Hit]:
        return self.critique or self.maybe or self.doubts

    def quotes(self, hits: Iterable[Hit]) -> tuple[str, ...]:
        """The words of the record at these places, each once."""
        words = dict.fromkeys(self.text.quote(hit.first, hit.last) for hit in hits)
        return tuple(words)[:_QUOTES]


class ReasonReader:
    """Reads reasons by the lists of one policy (rule 1). Compiled once, then fast."""

    def __init__(self, policy: ReasonPolicy) -> None:
        """Compile the lists; a phrase that cannot be read raises PolicyError."""
        self.policy = policy
        self._labels = {
            _plain(label): Category(name) for name, labels in policy.labels.items() for label in labels
        }
        self._vague = {
            _plain(label): Category(name) for name, labels in policy.vague_labels.items() for label in labels
        }
        self._read_labels: dict[str, tuple[Category | None, Category | None]] = {}
        groups = {
            **policy.phrases,
            **{name + _HINT: phrases for name, phrases in policy.hints.items()},
            _DOUBTFUL: policy.doubtful,
            _PRAISE: policy.praise,
            _VIRTUES: policy.virtues,
            _CLEARING: policy.clearing,
            _OTHERS: policy.others,
            _US: policy.us,
        }
        self._book = PhraseBook(groups)
        self._gapped = {
            phrase: phrase.endswith("_")
            for phrases in groups.values()
            for phrase in phrases
            if "..." in phrase or "_" in phrase
        }
        words_of_kind = {
            _ORDINARY: policy.ordinary,
            _NEGATOR: policy.negators,
            _STARTER: policy.starters,
            _CONTRAST: policy.contrasts,
            _OURS: policy.our_words,
            _WISH: policy.wishes,
            _COMPARISON: policy.comparisons,
            _BETWEEN: policy.between,
        }
        self._exact: dict[str, int] = {}
        self._stems: list[tuple[str, int]] = []
        for kind, words in words_of_kind.items():
            for word in words:
                if " " in word:
                    raise PolicyError(f'"{word}" stands in a list that takes single words only')
                if word.endswith("*"):
                    self._stems.append((word[:-1], kind))
                else:
                    self._exact[word] = self._exact.get(word, 0) | kind
        self._kinds: dict[str, int] = {}
        self._before_names = frozenset(policy.before_names)
        self._saying = frozenset(policy.saying)

    def check_phrases(self) -> None:
        """Read every phrase of the policy; one that cannot be read raises PolicyError naming it."""
        self._book.check()

    def read(self, label: str, notes: str) -> Reason:
        """Why they declined, as `label` and `notes` say. Never fails, whatever stands there."""
        label, notes = " ".join(label.split()), " ".join(notes.split())
        text = f"{label}: {notes}" if label and notes else label or notes
        if not text:
            return Reason(Category.UNKNOWN, 0.0, NOTHING_RECORDED, ())
        known, vague = self._of_label(label)
        if label and known is None and vague is None:
            notes = f"{label}. {notes}"
        findings = self._study(notes)
        category, confidence, found = _decide(label, known, vague, findings)
        if angry := _ANGRY.findall(text):
            category, confidence, found = (
                Category.CRITIQUE,
                max(confidence, 0.85),
                (*found, *dict.fromkeys(angry)),
            )
        return Reason(category, confidence, text, found)

    def _of_label(self, label: str) -> tuple[Category | None, Category | None]:
        """The categories that a label says, and only points to; remembered, for a company has a dozen labels."""
        if label not in self._read_labels:
            if len(self._read_labels) >= _REMEMBERED:
                self._read_labels.clear()
            plain = _plain(label)
            self._read_labels[label] = self._labels.get(plain), self._vague.get(plain)
        return self._read_labels[label]

    def names_in_critique(self, notes: str, names: Iterable[str]) -> set[str]:
        """Which of these people the notes name in a sentence that holds a critique.

        Whole names count, and first names and surnames that only one of the
        people has; written as names are, with a capital.
        """
        findings = self._study(" ".join(notes.split()))
        text = findings.text
        sentences = {
            text.sentences[hit.first] for hit in (*findings.critique, *findings.maybe, *findings.doubts)
        }
        if not sentences:
            return set()
        said = [_name_words(sentence) for sentence in _sentences(text, sentences)]
        people = {name: _name_words(name) for name in names}
        return {name for name, words in people.items() if any(_is_named(words, people, one) for one in said)}

    def _study(self, notes: str) -> _Findings:
        """Everything that stands in `notes`, thought by thought."""
        text = Text.read(notes)
        findings = _Findings(text)
        if not text.words:
            return findings
        known = self._kinds
        kinds = [known.get(word) or self._look_up(word) for word in text.words]
        cut = _Notes(text, kinds)
        cut.place(self._book.find(text), self._gapped)
        self._leave_over(cut, findings)
        thoughts = cut.thoughts
        for number, thought in enumerate(thoughts):
            if thought.plain:
                continue
            before = thoughts[number - 1] if number else None
            after = thoughts[number + 1] if number + 1 < len(thoughts) else None
            _weigh(thought, before, after, findings)
        return findings

    def _look_up(self, word: str) -> int:
        """What a word can be, remembered: the words of a language come again and again."""
        if len(self._kinds) >= _REMEMBERED:
            self._kinds.clear()
        kinds = _SEEN | self._exact.get(word, 0) | self._exact.get(word.removesuffix("'s"), 0)
        for stem, kind in self._stems:
            if word.startswith(stem):
                kinds |= kind
        if word in _SMALL_WORDS:
            kinds = (kinds | _SMALL) & ~_ORDINARY
        if word in _RELATIVES:
            kinds |= _RELATIVE
        if any(sign.isdigit() for sign in word):
            kinds |= _ORDINARY
        if len(word) > _LONGEST or any(sign > _LAST_LATIN for sign in word):
            kinds |= _FOREIGN
        self._kinds[word] = kinds
        return kinds

    def _leave_over(self, notes: _Notes, findings: _Findings) -> None:
        """Tell the thoughts what stands in them that no phrase explains."""
        for index, kind in enumerate(notes.kinds):
            if kind & _FOREIGN:
                findings.unexplained.append(index)
            elif notes.left[index]:
                thought = notes.thoughts[notes.of_word[index]]
                thought.kinds |= kind
                if kind == _SEEN and not self._is_name(notes.text.words, index, notes.of_word):
                    thought.strange += (index,)

    def _is_name(self, words: Sequence[str], index: int, of_word: Sequence[int]) -> bool:
        """Whether an unknown word stands where a name does: "with Priya", "moving to Springfield", "Priya wrote"."""
        number = of_word[index]
        if index + 1 < len(words) and words[index + 1] in self._saying:
            return True
        for at in range(index - 1, max(index - 1 - _NAMES, -1), -1):
            if of_word[at] != number:
                break
            if (
                words[at] in self._before_names
                or " ".join(words[max(at - 1, 0) : at + 1]) in self._before_names
            ):
                return True
            if self._kinds.get(words[at], 0) & ~_SEEN:
                break
        return False


def _plain(label: str) -> str:
    """A label without capitals, spaces and signs."""
    return "".join(filter(str.isalnum, label.lower()))


class _Notes:
    """Notes on their way from words to thoughts: which thought each word belongs to, and which are left over."""

    def __init__(self, text: Text, kinds: Sequence[int]) -> None:
        self.text = text
        self.kinds = kinds
        self.thoughts: list[_Thought] = []
        self.of_word: list[int] = []
        self.left = bytearray(b"\1") * len(kinds)
        self.solid: list[Hit] = []
        """Phrases of several words without a gap: they say what every word in them means."""
        self._cut()

    def _cut(self) -> None:
        """Cut the text into thoughts."""
        text = self.text
        signs = _SIGNS.search(text.original) is not None
        previous = -1
        for index, (clause, kind) in enumerate(zip(text.clauses, self.kinds, strict=True)):
            if clause != previous or kind & _STARTER or (signs and self._sign_before(index)):
                thought = _Thought(index, text.sentences[index], clause)
                self.thoughts.append(thought)
                previous = clause
            else:
                thought.last = index + 1
            self.of_word.append(len(self.thoughts) - 1)

    def _sign_before(self, index: int) -> bool:
        """Whether a sign like "/" or "&" parts this word from the one before; not so in "w/ Priya"."""
        text = self.text
        if index == 0 or len(text.words[index - 1]) == 1:
            return False
        return _SIGNS.search(text.original, text.spans[index - 1][1], text.spans[index][0]) is not None

    def place(self, hits: list[Hit], gapped: Mapping[str, bool]) -> None:
        """Put every phrase into its thought, but for those that a longer one explains: "cold feet"."""
        self.solid = [hit for hit in hits if hit.last - hit.first > 1 and hit.phrase not in gapped]
        left = self.left
        for hit in hits:
            first, last, group, phrase = hit
            gap = gapped.get(phrase)
            if self.solid and self._inside(hit, gap is not None):
                continue
            if gap is None:
                left[first:last] = bytes(last - first)
            else:  # what stands in the gap explains itself, or does not
                left[first] = 0
                left[last - 1] &= gap
            thought = self.thoughts[self.of_word[first]]
            if put := _PUT.get(group):
                put(self, thought, hit)
            else:
                thought.harmless += (hit,)

    def _inside(self, hit: Hit, gapped: bool) -> bool:
        first, last = hit.first, hit.last
        least = last - first + (not gapped)
        for begin, end, _, _ in self.solid:  # noqa: SIM110 - any() takes three times as long here
            if begin <= first and last <= end and end - begin >= least:
                return True
        return False

    def negator(self, hit: Hit, wanted: int, across: int = -1) -> int | None:
        """Where the word stands that turns this phrase round, with nothing but words that are `across` between."""
        number = self.of_word[hit.first]
        for index in range(hit.first - 1, max(hit.first - _REACH, 0) - 1, -1):
            kind = self.kinds[index]
            if self.of_word[index] != number or kind & _CONTRAST:
                return None
            if kind & wanted and not any(one.first <= index < one.last <= hit.first for one in self.solid):
                return index
            if not kind & across:
                return None
        return None

    def wish_within(self, hit: Hit) -> int | None:
        """Where a negation or a wish stands inside the gap of a phrase: "felt less welcome"."""
        return next(
            (i for i in range(hit.first + 1, hit.last - 1) if self.kinds[i] & (_NEGATOR | _WISH)), None
        )


def _put_us(_: _Notes, thought: _Thought, hit: Hit) -> None:
    thought.us = thought.us or hit


def _put_praise(notes: _Notes, thought: _Thought, hit: Hit) -> None:
    turned = notes.negator(hit, _NEGATOR | _WISH)
    if turned is None:
        turned = notes.wish_within(hit) if "..." in hit.phrase else None
    if turned is None:
        thought.praised_at = hit.first
    else:
        notes.left[turned] = 0
        thought.maybe += (Hit(turned, hit.last, _MAYBE, hit.phrase),)


def _denied(notes: _Notes, thought: _Thought, hit: Hit) -> bool:
    """Whether a critique is denied, as in "no complaints"; that clears what follows, too."""
    negator = notes.negator(hit, _NEGATOR, _BETWEEN)
    if negator is None or notes.text.words[thought.first] in _IFS:
        return False
    thought.cleared_from = negator
    notes.left[negator] = 0
    return True


def _put_critique(notes: _Notes, thought: _Thought, hit: Hit) -> None:
    if not _denied(notes, thought, hit):
        thought.critique += (hit,)


def _put_maybe(notes: _Notes, thought: _Thought, hit: Hit) -> None:
    if not _denied(notes, thought, hit):
        thought.maybe += (hit,)


def _put_doubtful(_: _Notes, thought: _Thought, hit: Hit) -> None:
    thought.maybe += (hit,)


def _put_virtue(_: _Notes, thought: _Thought, hit: Hit) -> None:
    thought.virtues += (hit,)


def _put_others(_: _Notes, thought: _Thought, __: Hit) -> None:
    thought.others = True


def _put_nothing(_: _Notes, thought: _Thought, __: Hit) -> None:
    thought.says_nothing = True


def _put_clearing(notes: _Notes, thought: _Thought, hit: Hit) -> None:
    thought.cleared_from = notes.thoughts[notes.of_word[hit.last - 1]].cleared_from = hit.first


_PUT = {
    _US: _put_us,
    _PRAISE: _put_praise,
    _CRITIQUE: _put_critique,
    _MAYBE: _put_maybe,
    _DOUBTFUL: _put_doubtful,
    _VIRTUES: _put_virtue,
    _OTHERS: _put_others,
    _SAYS_NOTHING: _put_nothing,
    _CLEARING: _put_clearing,
}
"""How a phrase of each group changes its thought; the other groups are harmless reasons."""


def _weigh(thought: _Thought, before: _Thought | None, after: _Thought | None, findings: _Findings) -> None:
    """Sort what stands in one thought, knowing its neighbours, into critique, doubt, reasons and the unexplained."""
    if thought.others and thought.about_others:
        findings.about_others |= bool(thought.critique or thought.maybe)
    else:
        findings.critique += thought.critique
        if thought.maybe:
            findings.maybe += [hit for hit in thought.maybe if not _excused(hit, thought, after)]
        if thought.virtues and thought.praised_at < 0 and thought.cleared_from < 0:
            findings.maybe += thought.virtues
        if thought.us or thought.praised_at >= 0:
            findings.doubts += _doubts(thought, before, after)
    for hit in thought.harmless:
        if thought.cleared_from < 0 or hit.first < thought.cleared_from:
            (findings.hints if hit.group.endswith(_HINT) else findings.reasons).append(hit)
    if thought.kinds & _OURS and thought.kinds & _NEGATOR and not thought.explained:
        findings.unexplained.append(thought.first)
    if thought.strange:
        _explain(thought, before, findings)


def _explain(thought: _Thought, before: _Thought | None, findings: _Findings) -> None:
    """Sort the words that no list knows: details of something known, names, or unexplained."""
    if thought.explained or thought.others:
        findings.unexplained += thought.strange[_DETAILS:]
    elif len(thought.strange) <= _NAMES and (
        not thought.kinds & (_ORDINARY | _OURS | _NEGATOR) or _names_a_firm(thought, before)
    ):
        findings.names += len(thought.strange)
    else:
        findings.unexplained += thought.strange


def _names_a_firm(thought: _Thought, before: _Thought | None) -> bool:
    """Whether this may be the name of the firm that was just spoken of: "accepted elsewhere (Initech Labs)"."""
    return bool(
        before is not None
        and before.sentence == thought.sentence
        and not thought.kinds & (_OURS | _NEGATOR)
        and thought.last - thought.first <= _NAMES + 1
        and any(hit.group == Category.OTHER_OFFER for hit in before.harmless)
    )


def _excused(hit: Hit, thought: _Thought, after: _Thought | None) -> bool:
    """Whether a word that may be critique is about something else: a harmless reason, something praised or cleared."""
    if 0 <= thought.cleared_from < hit.first or (
        thought.praised_at > hit.first and len(thought.strange) <= 1
    ):
        return True
    if thought.reason:
        return True
    follows = after is not None and after.clause == thought.clause and after.reason
    return follows and thought.us is None and not thought.strange


def _doubts(thought: _Thought, before: _Thought | None, after: _Thought | None) -> tuple[Hit, ...]:
    """Where a thought is about us and nothing in it explains why."""
    if thought.cleared_from >= 0:
        return ()
    elsewhere = _is_elsewhere(thought, before)
    praised = thought.praised_at >= 0 and not elsewhere
    if praised and thought.negated and not thought.harmless:
        return (thought.us or Hit(thought.praised_at, thought.praised_at + 1, _MAYBE, ""),)
    if thought.us is None or praised:
        return ()
    if _goes_with_praise(thought, before):
        thought.praised_at = thought.first
        return ()
    told = (thought.harmless or thought.says_nothing) and not thought.strange and not thought.negated
    if (told and not elsewhere) or _goes_with_praise(thought, after):
        return ()
    return (thought.us,)


def _is_elsewhere(thought: _Thought, before: _Thought | None) -> bool:
    """Whether this tells what somebody else has and we may lack: "took a job | where the managers are great"."""
    return bool(
        thought.kinds & _RELATIVE
        and before is not None
        and any(hit.group == Category.OTHER_OFFER for hit in before.harmless)
    )


def _goes_with_praise(thought: _Thought, neighbour: _Thought | None) -> bool:
    """Whether this names more of what its neighbour praises: "loved the team, | the product | and the interviews"."""
    return bool(
        thought.a_list
        and neighbour is not None
        and neighbour.sentence == thought.sentence
        and not thought.kinds & _CONTRAST
        and (neighbour.praised_at >= 0 or neighbour.cleared_from >= 0)
    )


def _decide(
    label: str, known: Category | None, vague: Category | None, findings: _Findings
) -> tuple[Category, float, tuple[str, ...]]:
    """Category, confidence and the words for them; the table stands above."""
    if known is Category.CRITIQUE:
        return (
            known,
            0.95 if findings.critical else 0.9,
            (label, *findings.quotes(findings.critical))[:_QUOTES],
        )
    if findings.critique:
        confidence = 0.9 if len(findings.critique) > 1 else 0.85
        return Category.CRITIQUE, confidence, findings.quotes(findings.critique)
    if findings.critical:
        return Category.CRITIQUE, 0.5 if findings.maybe else 0.4, findings.quotes(findings.critical)
    if findings.unexplained or findings.names > _NAMES:
        return Category.UNKNOWN, 0.3, findings.quotes(Hit(at, at + 1, "", "") for at in findings.unexplained)
    if known is None or known is Category.UNKNOWN:
        category, confidence, found = _from_notes(label, vague, findings)
    else:
        category, confidence, found = _from_both(label, known, findings)
    return category, min(confidence, 0.6) if findings.about_others else confidence, found


def _from_notes(
    label: str, vague: Category | None, findings: _Findings
) -> tuple[Category, float, tuple[str, ...]]:
    """What the notes say where the label says nothing, or is vague."""
    if findings.reasons:
        category = _first_reason(findings.reasons)
        same = [hit for hit in findings.reasons if _category(hit) is category]
        several = len(same) < len(findings.reasons)
        confidence = 0.8 if category is vague else 0.6 if several else 0.75 if len(same) > 1 else 0.7
        return category, confidence, findings.quotes(same)
    if findings.hints:
        category = _category(findings.hints[0])
        same = [hit for hit in findings.hints if _category(hit) is category]
        return category, 0.6 if category is vague else 0.45, findings.quotes(same)
    if vague is not None:
        return vague, 0.45, (label,)
    return Category.UNKNOWN, 0.2, ()


def _from_both(label: str, known: Category, findings: _Findings) -> tuple[Category, float, tuple[str, ...]]:
    """What a label that says why and the notes say together."""
    agreeing = [hit for hit in (*findings.reasons, *findings.hints) if _category(hit) is known]
    if agreeing:
        return known, 0.95, (label, *findings.quotes(agreeing))[:_QUOTES]
    if not findings.reasons:
        return known, 0.7 if findings.names else 0.9, (label,)
    category = _first_reason(findings.reasons)
    if category is Category.OTHER_OFFER:
        return known, 0.75, (label,)
    return category, 0.6, findings.quotes(hit for hit in findings.reasons if _category(hit) is category)


def _category(hit: Hit) -> Category:
    return _CATEGORIES[hit.group]


def _first_reason(reasons: Iterable[Hit]) -> Category:
    """The reason that counts where several stand together."""
    categories = [_category(hit) for hit in reasons]
    if categories[0] in _OWN_LIFE:
        return categories[0]
    return next((category for category in _FIRST_OF_ALL if category in categories), categories[0])


def _sentences(text: Text, wanted: Iterable[int]) -> Iterator[str]:
    """The characters of these sentences, from the first word of each to its last."""
    for sentence in wanted:
        first = text.sentences.index(sentence)
        yield text.quote(first, first + text.sentences.count(sentence))


def _name_words(text: str) -> tuple[str, ...]:
    """The words of a name or a sentence, with their capitals, without "'s"."""
    words = (text[first:last].replace("\u2019", "'") for first, last in Text.read(text).spans)
    return tuple(word.removesuffix("'s").removesuffix("'S") for word in words)


def _is_named(name: tuple[str, ...], people: Mapping[str, tuple[str, ...]], said: tuple[str, ...]) -> bool:
    """Whether the words said name this person, and nobody else of these people."""
    if _stands_in(name, said):
        return True
    ends = {name[0], name[-1]} if name else set()
    return any(
        len(part) > 1
        and sum(part.lower() in {words[0].lower(), words[-1].lower()} for words in people.values() if words)
        == 1
        and _stands_in((part,), said)
        for part in ends
    )


def _stands_in(name: tuple[str, ...], said: tuple[str, ...]) -> bool:
    """Whether these words stand there in a row, each with a capital."""
    wanted = [word.lower() for word in name]
    return bool(name) and any(
        [word.lower() for word in said[at : at + len(name)]] == wanted
        and said[at][:1].isupper()
        and said[at + len(name) - 1][:1].isupper()
        for at in range(len(said) - len(name) + 1)
    )


_made: list[ReasonReader] = []


def reader_of(policy: ReasonPolicy) -> ReasonReader:
    """The reader of this policy; the last ones made are kept, because making one takes longer than a decline."""
    for reader in _made:
        if reader.policy is policy:
            return reader
    _made[:] = [ReasonReader(policy), *_made[:3]]
    return _made[0]
