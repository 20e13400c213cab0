"""Draws the hidden truth of a made-up company, and what its records say of it.

How a candidate likes a colleague is the sum of three parts, sized as they were
measured (docs/playbook.md, rule 3): the candidate's own habit, the colleague's
record, and what is between these two, of which a share is returned. What the
files say are poor copies of it, and they are as poor as real ones. Of all
40,000 declines of generate(11, 40000, 5000, 2026-01-31), those with five people
met; in brackets the figures of real short meetings, where there is one:

    ranking by                           first is right    pairwise AUC
    at random                            0.305 (0.315)     0.500 (0.500)
    the most senior                      0.277 (0.261)     0.472 (0.471)
    the hiring manager                   0.288             0.491
    the longest talk                     0.319             0.506
    mails from the candidate             0.388             0.560
    the raw vote                         0.363 (0.382)     0.556 (0.554)
    the vote less the rater's habit      0.382 (0.416)     0.570 (0.573)
    record, where all had answered       0.499 (0.508)     0.668 (0.670)
    record, from the pulses there are    0.472             0.646
    record + 0.2 x centred vote          0.524 (0.548)     0.683 (0.694)
    the candidate's own answer           0.753             0.824

"First is right" as it was measured there: the first is among those with the
highest mark out of ten (`mark`); a tie in the ranking counts as the average.
An ask by anybody who was met brings a name in 0.28 of cases, by the one most
liked in 0.49.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.records import (
    Interview,
    Message,
    Offer,
    OfferStatus,
    Pulse,
    Records,
    Scorecard,
)
from ifnotyou.sample import words
from ifnotyou.sample.candidates import Human, People
from ifnotyou.sample.company import Colleague, Company, found
from ifnotyou.sample.dice import Dice
from ifnotyou.sample.evidence import Bond, Mail, answers, clicks, scorecard
from ifnotyou.sample.hiring import Hiring, Outcome, hire
from ifnotyou.sample.loops import Loop, Meeting
from ifnotyou.sample.reasons import CATEGORIES, Reason, reason

WARMTH = 0.25
"""Variance of a candidate's liking that is the candidate's own habit."""
APPEAL = 0.15
"""… that is the interviewer's: how candidates usually like them."""
RELATION = 0.60
"""… that is between these two, with what is only the moment's."""
RECIPROCITY = 0.35
"""Correlation of the two sides of what is between them: dates have 0.2, platonic talks 0.5."""
LENIENCY, POPULARITY = 0.25, 0.20
"""The same parts of an interviewer's liking: their own habit, and how the candidate is usually liked."""

_RELAXED = 0.40
"""What a lunch, coffee or walk adds to the part that both share; leisure time makes friends, work time does not."""
_ALONE = 0.15
"""What a talk with nobody else around adds to it."""
_SPOILT = -0.6
"""What somebody feels about everybody here who turns us down for what we are."""
_SLIGHTED = -1.0
"""What they feel besides about the one they name in a critique."""

_NAME_AT_ZERO = -1.25
_NAME_BY_LIKING = 1.15
_NAME_BY_WILLINGNESS = 0.5
_NAME_AFTER_CRITIQUE = -1.0
_MAIL_AGAINST_TALK = 0.5
"""People say yes about half as often to a mail as to a person."""

_BEST_MARK, _USUAL_MARK, _MARKS_PER_DEVIATION = 10, 6.2, 1.5

_EVERY = 200
"""Offers between two words to whoever watches."""


class Pair(NamedTuple):
    """The truth about a candidate and a colleague who met: what no file says."""

    candidate_id: str
    employee_id: str
    liking: float
    """How the candidate feels about the colleague, in standard deviations over all pairs."""
    liked: float
    """How the colleague feels about the candidate, likewise."""
    probability: float
    """That an ask by this person, in conversation, brings a name."""
    probability_by_mail: float
    would_give_name: bool
    """Whether it would have, in conversation …"""
    would_give_name_by_mail: bool
    """… and by mail: never where conversation would not."""


class Decline(NamedTuple):
    """The truth about a declined offer."""

    offer_id: str
    candidate_id: str
    category: str
    told: bool
    """Whether label or notes tell the category at all."""
    tone: str
    """Of a critique: plain, veiled or mixed with praise; else ""."""
    private: str
    """Words of the notes that must reach no draft, "" where there are none."""
    critique_of: str
    """The colleague whom the notes name, "" where they name nobody."""
    best_employee_id: str
    """Of all who met the candidate, the one they like most; "" where nobody met them."""


def mark(liking: float) -> int:
    """What the candidate would answer if asked how they like somebody, 0 to 10; coarse, so there are ties."""
    return min(_BEST_MARK, max(0, math.floor(_USUAL_MARK + _MARKS_PER_DEVIATION * liking + 0.5)))


@dataclass(frozen=True)
class World:
    """A made-up company: what its files say, and what is true."""

    seed: int
    today: date
    records: Records
    card_notes: Sequence[str]
    """What stands under each scorecard, in their order: no record of the playbook holds it."""
    pairs: Sequence[Pair]
    """Everybody who met, by candidate in the order of the offers."""
    declines: Sequence[Decline]
    same_human: Sequence[tuple[str, str, str]]
    """Two ids of candidates that are one human being, and by what it shows."""


def generate(
    seed: int,
    declines: int,
    employees: int,
    today: date,
    *,
    people_per_loop: tuple[int, int] = (4, 7),
    messages: float = 12.0,
    scorecards: float = 0.9,
    only_declines: bool = False,
    watch: Callable[[int, int], None] | None = None,
) -> World:
    """The company of this seed; the same arguments give the same company, on every machine.

    `people_per_loop`: how many of ours meet a candidate, least and most.
    `messages`: mails per offer on average. `scorecards`: the share of talks
    with one. `only_declines`: leave out the offers that went another way.
    `watch` is told now and then how many offers of how many are done. Nothing
    happens on `today` or later.
    """
    company = found(seed, employees, today, APPEAL, LENIENCY)
    people = People(seed, WARMTH, POPULARITY)
    hiring = hire(seed, company, people, declines, today, only_declines=only_declines)
    telling = _Telling(seed, company, today, people_per_loop, messages, scorecards)
    for number, outcome in enumerate(hiring.outcomes, 1):
        telling.tell(outcome, number)
        if watch and number % _EVERY == 0:
            watch(number, len(hiring.outcomes))
    return telling.world(hiring, people)


class _Telling:
    """Goes through the offers and writes down what happened, what is felt, and what is recorded."""

    def __init__(
        self,
        seed: int,
        company: Company,
        today: date,
        people_per_loop: tuple[int, int],
        messages: float,
        scorecards: float,
    ) -> None:
        self._seed = seed
        self._company = company
        self._today = today
        self._now = datetime.combine(today, time(0), UTC)
        self._people_per_loop = people_per_loop
        self._mails = messages
        self._cards = scorecards
        # One stream for each purpose: more mails do not change who likes whom.
        self._chance = {
            purpose: Dice(seed, purpose)
            for purpose in ("loops", "liking", "names", "reasons", "cards", "card notes", "pulses", "mails")
        }
        self._pairs: dict[tuple[str, str], Pair] = {}
        self._declines: list[Decline] = []
        self._offers: list[Offer] = []
        self._interviews: list[Interview] = []
        self._scorecards: list[Scorecard] = []
        self._notes: list[str] = []
        self._messages: list[Message] = []
        self._pulses: list[Pulse] = []

    def world(self, hiring: Hiring, people: People) -> World:
        """All that was told."""
        records = Records(
            employees={c.record.id: c.record for c in self._company.everybody},
            candidates={human.record.id: human.record for human in people.made},
            jobs={seat.id: seat.record() for seat in hiring.seats},
            offers=self._offers,
            interviews=self._interviews,
            scorecards=self._scorecards,
            messages=self._messages,
            pulses=self._pulses,
        )
        return World(
            self._seed,
            self._today,
            records,
            self._notes,
            list(self._pairs.values()),
            self._declines,
            hiring.same_human,
        )

    def tell(self, outcome: Outcome, number: int) -> None:
        """One offer, from the first talk to the answer."""
        meetings = Loop(self._chance["loops"], self._company, outcome, number).plan(*self._people_per_loop)
        declined = outcome.status is OfferStatus.DECLINED
        category = self._chance["reasons"].among(CATEGORIES) if declined else ""
        bonds = self._bonds(outcome, meetings, spoilt=category == "critique")
        offer_id = f"off-{number:05}"
        why: Reason | None = None
        if declined:
            why, bonds = self._reason(outcome, category, bonds, offer_id)
        self._offers.append(_offer(outcome, offer_id, why))
        self._remember(outcome, bonds, spoilt=category == "critique")
        self._record(outcome, meetings, bonds)

    def _bonds(self, outcome: Outcome, meetings: list[Meeting], *, spoilt: bool) -> list[Bond]:
        """What came to be between the candidate and everybody they met, in the order of meeting."""
        together: dict[str, list[Meeting]] = {}
        for meeting in meetings:
            if meeting.took_place:
                together.setdefault(meeting.colleague.record.id, []).append(meeting)
        return [self._bond(outcome, talks, spoilt=spoilt) for talks in together.values()]

    def _bond(self, outcome: Outcome, talks: list[Meeting], *, spoilt: bool) -> Bond:
        human, colleague = outcome.human, talks[0].colleague
        liking, liked = self._feelings(human, colleague, talks)
        return Bond(
            colleague=colleague,
            liking=liking + _SPOILT * spoilt,
            liked=liked,
            recruiter=colleague is outcome.seat.recruiter,
            lead=colleague is outcome.seat.lead,
            first=talks[0].started_at,
            last=talks[-1].started_at,
        )

    def _feelings(self, human: Human, colleague: Colleague, talks: list[Meeting]) -> tuple[float, float]:
        """How the candidate likes the colleague, and the colleague the candidate."""
        known = self._pairs.get((human.record.id, colleague.record.id))
        dice = self._chance["liking"]
        shared = dice.normal()
        shared += _RELAXED * any(talk.relaxed for talk in talks) + _ALONE * any(
            talk.people == 1 for talk in talks
        )
        theirs = math.sqrt(RECIPROCITY) * shared + math.sqrt(1 - RECIPROCITY) * dice.normal()
        ours = math.sqrt(RECIPROCITY) * shared + math.sqrt(1 - RECIPROCITY) * dice.normal()
        if known:  # a second process: they know each other already
            return known.liking, known.liked
        liking = human.warmth + colleague.appeal + math.sqrt(RELATION) * theirs
        liked = colleague.leniency + human.popularity + math.sqrt(1 - LENIENCY - POPULARITY) * ours
        return liking, liked

    def _reason(
        self, outcome: Outcome, category: str, bonds: list[Bond], offer_id: str
    ) -> tuple[Reason, list[Bond]]:
        """Why they said no; whom a critique names is liked less for it."""
        least = min(bonds, key=lambda bond: bond.liking, default=None)
        who = least.colleague.record.name if least else "the panel"
        why = reason(self._chance["reasons"], category, first_name(outcome.human.record.name), who)
        critique_of = ""
        if why.named and least:
            critique_of = least.colleague.record.id
            bonds = [b._replace(liking=b.liking + _SLIGHTED) if b is least else b for b in bonds]
        best = max(bonds, key=lambda bond: bond.liking, default=None)
        self._declines.append(
            Decline(
                offer_id,
                outcome.human.record.id,
                category,
                why.told,
                why.tone,
                why.private,
                critique_of,
                best.colleague.record.id if best else "",
            )
        )
        return why, bonds

    def _remember(self, outcome: Outcome, bonds: list[Bond], *, spoilt: bool) -> None:
        """Keep the truth about each pair, and whether an ask would bring a name."""
        dice = self._chance["names"]
        human = outcome.human
        for bond in bonds:
            readiness = (
                _NAME_AT_ZERO
                + _NAME_BY_LIKING * bond.liking
                + _NAME_BY_WILLINGNESS * human.willingness
                + _NAME_AFTER_CRITIQUE * spoilt
            )
            probability = 1 / (1 + math.exp(-readiness))
            luck = dice.random()
            key = (human.record.id, bond.colleague.record.id)
            self._pairs[key] = Pair(
                *key,
                bond.liking,
                bond.liked,
                probability,
                probability * _MAIL_AGAINST_TALK,
                luck < probability,
                luck < probability * _MAIL_AGAINST_TALK,
            )

    def _record(self, outcome: Outcome, meetings: list[Meeting], bonds: list[Bond]) -> None:
        """What a company would have of it in its systems."""
        human, job_id = outcome.human, outcome.seat.id
        candidate_id = human.record.id
        self._interviews += [
            Interview(
                m.id, candidate_id, job_id, m.colleague.record.id, m.kind, m.started_at, m.minutes, m.status
            )
            for m in meetings
        ]
        for bond in bonds:
            if self._chance["cards"].random() < self._cards:
                card_id = f"card-{len(self._scorecards) + 1:06}"
                card = scorecard(self._chance["cards"], human, bond, job_id, card_id, self._now)
                if card:
                    self._scorecards.append(card)
                    self._notes.append(words.card_note(self._chance["card notes"], card.overall))
        pulses = self._chance["pulses"]
        self._pulses += clicks(pulses, human, bonds, self._now)
        self._pulses += answers(pulses, human, bonds, outcome.sent_at, self._now)
        ended = outcome.resolved_at or self._now
        until = min(self._now, ended + timedelta(days=10))
        self._messages += Mail(self._chance["mails"], human, until, self._mails).write(bonds)


def _offer(outcome: Outcome, offer_id: str, why: Reason | None) -> Offer:
    return Offer(
        id=offer_id,
        candidate_id=outcome.human.record.id,
        job_id=outcome.seat.id,
        status=outcome.status,
        sent_at=outcome.sent_at,
        resolved_at=outcome.resolved_at,
        decline_reason=why.label if why else "",
        decline_notes=why.notes if why else "",
    )
