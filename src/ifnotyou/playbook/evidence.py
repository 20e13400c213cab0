"""What passed between a candidate and the colleagues they met, arranged for judging one pair at a time.

Everything is counted once per human being, not per record, and each decline
later looks only at its own candidate's facts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple, TypeVar

from ifnotyou.playbook.habits import (
    NONE_GIVEN,
    Counts,
    Habits,
    Total,
    centred,
    last_answers,
    pulse_order,
    read_habits,
    total_of,
    usual_answer,
)
from ifnotyou.playbook.people import People, first_name
from ifnotyou.playbook.phrases import spaced
from ifnotyou.playbook.policy import AskerPolicy
from ifnotyou.playbook.records import (
    Candidate,
    Interview,
    InterviewStatus,
    Job,
    Message,
    Passed,
    Pulse,
    Records,
    Scorecard,
)

FEW_ANSWERS = 4
"""With fewer answers of a rater, "one in n" says nothing."""

RARE = 3
"""An answer given to one in so many, or to fewer, is rare."""

MIDDLE_SCORE = 3
"""An answer of 1 to 5 that says neither."""

PROMPT = timedelta(days=14)
"""A candidate's message within this time after ours may be an answer to it."""

BATCH = timedelta(days=1)
"""Messages to several colleagues within this time are one message sent to everybody."""

_Fact = TypeVar("_Fact", Interview, Message, Scorecard, Pulse, Passed)
_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


class Conversation(NamedTuple):
    """A completed conversation: `weight` is what a minute of its kind counts, `people` how many of us were there."""

    started_at: datetime
    minutes: float
    kind: str
    weight: float
    people: int


@dataclass(slots=True)
class Mail:
    """The mail between a candidate and one colleague, as far as its times tell."""

    messages: int = 0
    ours: datetime | None = None
    theirs: datetime | None = None
    unprompted: datetime | None = None
    reply_hours: tuple[float, ...] = ()
    other_reply_hours: tuple[float, ...] = ()

    @property
    def both_ways(self) -> bool:
        """Whether each wrote to the other."""
        return self.ours is not None and self.theirs is not None

    @property
    def last(self) -> datetime:
        """When one of the two last wrote."""
        return max(self.ours or _LONG_AGO, self.theirs or _LONG_AGO)


@dataclass(slots=True)
class Pair:
    """All that one candidate and one colleague have to do with each other."""

    conversations: Sequence[Conversation] = ()
    mail: Mail | None = None
    votes: Sequence[Scorecard] = ()
    our_answers: Sequence[Pulse] = ()
    their_answers: Sequence[Pulse] = ()
    passed: bool = False

    @property
    def vote(self) -> int | None:
        """The colleague's latest vote, 1 to 5."""
        return self.votes[-1].overall if self.votes else None

    @property
    def our_answer(self) -> int | None:
        """What the colleague last said to "did you two click?", 1 to 5."""
        return self.our_answers[-1].score if self.our_answers else None

    @property
    def their_answer(self) -> Pulse | None:
        """What the candidate last said about this colleague."""
        return self.their_answers[-1] if self.their_answers else None

    @property
    def last_contact(self) -> datetime | None:
        """When the two were last in touch themselves: a talk, or mail that went both ways."""
        moments = [talk.started_at for talk in self.conversations]
        if self.mail is not None and self.mail.both_ways:
            moments.append(self.mail.last)
        return max(moments, default=None)

    @property
    def longest_alone(self) -> float:
        """Minutes of the longest talk of only these two."""
        return max([talk.minutes for talk in self.conversations if talk.people == 1], default=0.0)


class Case:
    """One candidate, one job, one day: what all the colleagues they met are judged by.

    `them` is what to call the candidate; `level` their seniority, None where
    nothing tells it; `named` how warmly they spoke of colleagues (-1 to 1, by
    employee id); `critics` the ids of those whom they named in a critique;
    `late` that the day is past, and we look back at it.
    """

    def __init__(
        self,
        candidate: Candidate,
        job: Job,
        today: date,
        level: float | None,
        pairs: Mapping[str, Pair],
        critics: Iterable[str] = (),
        *,
        late: bool = False,
    ) -> None:
        """Read from `pairs` what the candidate said of each colleague."""
        self.candidate = candidate
        self.job = job
        self.today = today
        self.level = level
        self.them = first_name(candidate.name)
        self.named = _named(pairs)
        self.critics = frozenset(critics)
        self.late = late


class Usual:
    """What each rater usually answers. A rater's own habit says nothing about a pair: docs/playbook.md, rule 3."""

    def __init__(self, given: Mapping[str, Counts], everybodys: Counts, shrink: float, prior: float) -> None:
        """Take what each rater gave, and everybody; `shrink` typical answers are added to every rater."""
        self._given = given
        self._totals: dict[str, Total] = {}
        self._everybodys = total_of(everybodys)
        self._shrink = shrink
        self._prior = prior

    def without(self, rater: str, own: Sequence[float] = ()) -> float:
        """The rater's usual answer, leaving out `own`: their answers about the pair that is judged.

        Without the leaving out, a second warm vote would make the first one look less rare.
        """
        theirs = self._totals.get(rater)
        if theirs is None:
            theirs = self._totals[rater] = total_of(self._given.get(rater, NONE_GIVEN))
        out, number = sum(own), len(own)
        everybodys = Total(self._everybodys.total - out, self._everybodys.number - number)
        return usual_answer(
            Total(theirs.total - out, theirs.number - number), everybodys, self._shrink, self._prior
        )

    def one_in(self, rater: str, value: int) -> int | None:
        """How rare this answer is for the rater: 12 when they gave it to one in twelve.

        None where it is not rare, or where they gave too few answers to tell.
        """
        counts = self._given.get(rater, NONE_GIVEN)
        given, count = counts[value - 1], sum(counts)
        if not given or count < FEW_ANSWERS:
            return None
        ratio = round(count / given)
        return ratio if ratio >= RARE else None


class Evidence:
    """The facts of `records`, by human being and colleague, beside what everybody usually answers."""

    def __init__(
        self, records: Records, people: People, policy: AskerPolicy, habits: Habits | None = None
    ) -> None:
        """Arrange the facts once; every later look costs only what it looks at.

        `habits` are those of the whole company; without them, `records` is the whole company.
        """
        self._policy = policy
        self._habits = habits or read_habits(records, people, policy)
        self._human = {candidate: same[0] for candidate, same in people.same.items()}
        self._kinds: dict[str, float] = {}
        self._interviews = self._by_human(records.interviews)
        self._messages = self._by_human(records.messages)
        self._votes = self._by_human(records.scorecards)
        self._pulses = self._by_human(records.pulses)
        self._passes = self._by_human(records.passes)
        self._distances: dict[str, dict[str, float]] = {}
        shrink, habits = policy.shrink, self._habits
        self.votes = Usual(habits.votes, habits.all_votes, shrink, policy.usual_vote)
        self.clicks = Usual(habits.clicks, habits.all_clicks, shrink, policy.usual_click)

    def pairs(self, candidate_id: str) -> dict[str, Pair]:
        """Everybody who has anything to do with this human being, by employee id."""
        human = self._human[candidate_id]
        # Whoever was invited is told why they may not ask, even where no meeting came of it.
        found: dict[str, Pair] = defaultdict(
            Pair, {row.employee_id: Pair() for row in self._interviews.get(human, ())}
        )
        for employee, conversations in self._conversations(human).items():
            found[employee].conversations = conversations
        for employee, mail in read_mail(self._messages.get(human, ())).items():
            found[employee].mail = mail
        for card in sorted(self._votes.get(human, ()), key=_vote_order):
            found[card.employee_id].votes = (*found[card.employee_id].votes, card)
        for pulse in sorted(self._pulses.get(human, ()), key=pulse_order):
            pair = found[pulse.employee_id]
            if pulse.by_candidate:
                pair.their_answers = (*pair.their_answers, pulse)
            else:
                pair.our_answers = (*pair.our_answers, pulse)
        for passed in self._passes.get(human, ()):
            if passed.employee_id in found:
                found[passed.employee_id].passed = True
        return found

    def record(self, employee_id: str, candidate_id: str) -> float:
        """How candidates other than this one liked meeting the colleague: centred, shrunk, clipped.

        sum of centred answers / (n + shrink), within the policy's limit.
        """
        liked = self._habits.liked.get(employee_id)
        if liked is None:
            return 0.0
        own = self._distances_of(self._human[candidate_id])
        others = liked.humans - (employee_id in own)
        total = liked.total - own.get(employee_id, 0.0)
        limit = self._policy.record_limit
        return max(-limit, min(limit, total / (others + self._policy.shrink))) if others > 0 else 0.0

    def _distances_of(self, human: str) -> dict[str, float]:
        """What this human being added to the colleagues' records, reckoned once."""
        if human not in self._distances:
            answers = last_answers(self._pulses.get(human, ()))
            self._distances[human] = centred(answers, self._habits.candidates_said, self._policy)
        return self._distances[human]

    def _by_human(self, facts: Iterable[_Fact]) -> dict[str, list[_Fact]]:
        found: dict[str, list[_Fact]] = defaultdict(list)
        human = self._human
        for fact in facts:
            found[human[fact.candidate_id]].append(fact)
        return found

    def _conversations(self, human: str) -> dict[str, list[Conversation]]:
        """The completed conversations of each colleague; rows of one moment are one meeting."""
        meetings: dict[datetime, dict[str, Interview]] = defaultdict(dict)
        for row in self._interviews.get(human, ()):
            if row.status is InterviewStatus.COMPLETED:
                met = meetings[row.started_at]
                # The same meeting under two records of one human being: the longer row tells more.
                if row.employee_id not in met or _longer(row) > _longer(met[row.employee_id]):
                    met[row.employee_id] = row
        found: dict[str, list[Conversation]] = defaultdict(list)
        for started_at in sorted(meetings):
            met = meetings[started_at]
            for employee, row in met.items():
                weight = self._kind_weight(row.kind)
                if weight > 0:
                    found[employee].append(
                        Conversation(started_at, row.minutes, row.kind.strip().lower(), weight, len(met))
                    )
        return found

    def _kind_weight(self, kind: str) -> float:
        """What a minute of this kind counts: the warmest kind named in it, 0 where it was no meeting at all."""
        if kind not in self._kinds:
            words = spaced(kind)
            named = [weight for name, weight in self._policy.kinds.items() if spaced(name) in words]
            absent = any(weight == 0 for weight in named)
            self._kinds[kind] = 0.0 if absent else max(named, default=self._policy.other_kind)
        return self._kinds[kind]


def read_mail(messages: Sequence[Message]) -> dict[str, Mail]:
    """What the times of one candidate's messages say about each colleague.

    An answer is their message after ours within two weeks; a message that
    answers nothing and went to one of us only within a day is unprompted.
    """
    mails: dict[str, Mail] = {}
    replies: dict[str, list[float]] = defaultdict(list)
    unprompted: list[tuple[datetime, str]] = []
    awaiting: dict[str, bool] = {}
    for _, employee, sent_at, from_candidate in sorted(
        messages, key=attrgetter("sent_at", "from_candidate", "employee_id")
    ):
        mail = mails.get(employee)
        if mail is None:
            mail = mails[employee] = Mail()
        mail.messages += 1
        if not from_candidate:
            mail.ours = sent_at
            awaiting[employee] = True
        else:
            mail.theirs = sent_at
            if mail.ours is None or sent_at - mail.ours > PROMPT:
                unprompted.append((sent_at, employee))
            elif awaiting[employee]:
                replies[employee].append((sent_at - mail.ours).total_seconds() / 3600)
            awaiting[employee] = False
    for employee, hours in replies.items():
        mails[employee].reply_hours = tuple(hours)
        mails[employee].other_reply_hours = tuple(
            h for other in replies if other != employee for h in replies[other]
        )
    for sent_at, employee in unprompted:
        if not any(other != employee and abs(when - sent_at) <= BATCH for when, other in unprompted):
            mails[employee].unprompted = sent_at
    return mails


def _named(pairs: Mapping[str, Pair]) -> dict[str, float]:
    """How warmly the candidate spoke of each colleague they were asked about, -1 to 1.

    Named first 1, second 0.5, later 0.25; a score of 1 to 5 counts (score - 3) / 2.
    """
    said = {employee: pair.their_answers[-1] for employee, pair in pairs.items() if pair.their_answers}
    moments = sorted({pulse.said_at or _LONG_AGO for pulse in said.values() if pulse.score is None})
    return {
        employee: max(0.25, 0.5 ** moments.index(pulse.said_at or _LONG_AGO))
        if pulse.score is None
        else (pulse.score - MIDDLE_SCORE) / 2
        for employee, pulse in said.items()
    }


def _longer(row: Interview) -> tuple[float, str, str]:
    return row.minutes, row.kind, row.id


def _vote_order(card: Scorecard) -> tuple[datetime, int]:
    """Latest last; of two at one moment the cooler counts."""
    return card.submitted_at or _LONG_AGO, -card.overall
