"""What a company would have written down: votes, pulses, and that mails were sent.

Each is a poor copy of what really passed between two people, in its own way.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from ifnotyou.playbook.records import Message, Pulse, Scorecard
from ifnotyou.sample.candidates import Human
from ifnotyou.sample.company import Colleague
from ifnotyou.sample.dice import Dice

CANDIDATES_WHO_ANSWER = 0.28
COLLEAGUES_WHO_ANSWER = 0.5
_ONLY_NAMES = 0.25
"""Of the candidates who answer: those who only name whom they enjoyed meeting."""
_NEVER_WRITES = 0.06
"""Candidates of whom we have no mail."""
_WRITE_AT_ALL = 0.45
"""Colleagues, besides recruiter and hiring manager, with whom there is any mail."""
_THANKS_ALL, _THANKS_ONE = 0.20, 0.18
"""Candidates who thank everybody, out of good manners, and only the one they liked."""


class Bond(NamedTuple):
    """What passed between a candidate and one colleague whom they met."""

    colleague: Colleague
    liking: float
    """How the candidate feels about the colleague."""
    liked: float
    """How the colleague feels about the candidate."""
    recruiter: bool
    lead: bool
    first: datetime
    """When they first had to do with each other, …"""
    last: datetime
    """… and when their last talk began."""


def _mark(value: float) -> int:
    """On the scale from 1 to 5."""
    return min(5, max(1, math.floor(value + 0.5)))


def vote(dice: Dice, human: Human, bond: Bond) -> int:
    """The overall rating: what the candidate can do, how generous the rater is, a part of liking, and the day.

    Centred on the rater's own habit it follows the candidate's liking with an AUC of about 0.57, raw with 0.55.
    """
    return _mark(
        4.0
        + 0.30 * human.competence
        + 0.38 * bond.colleague.generosity
        + 0.60 * bond.liked
        + 0.40 * dice.normal()
    )


def scorecard(
    dice: Dice, human: Human, bond: Bond, job_id: str, card_id: str, now: datetime
) -> Scorecard | None:
    """Written some hours to three days after the talk; None where that would be in the future."""
    submitted_at = bond.last + timedelta(minutes=60 + int(dice.between(0.1, 1.0) ** 3 * 72 * 60))
    if submitted_at > now:
        return None
    return Scorecard(
        card_id, human.record.id, job_id, bond.colleague.record.id, submitted_at, vote(dice, human, bond)
    )


def clicks(dice: Dice, human: Human, bonds: Sequence[Bond], now: datetime) -> list[Pulse]:
    """What our people say to "did you two click?". They think less of it than the candidate does (the liking gap)."""
    said: list[Pulse] = []
    for bond in bonds:
        if bond.recruiter or not dice.chance(COLLEAGUES_WHO_ANSWER):
            continue
        said_at = bond.last + timedelta(minutes=dice.whole(60, 3 * 24 * 60))
        score = _mark(3.3 + 0.85 * bond.liked + 0.25 * bond.colleague.generosity + 0.5 * dice.normal())
        if said_at <= now:
            said.append(Pulse(human.record.id, bond.colleague.record.id, False, score, said_at))  # noqa: FBT003
    return said


def answers(
    dice: Dice, human: Human, bonds: Sequence[Bond], asked_at: datetime, now: datetime
) -> list[Pulse]:
    """What the candidate says, if anything: a mark for everybody they met, or only one or two names."""
    said_at = asked_at + timedelta(minutes=dice.whole(5, 4 * 24 * 60))
    if not dice.chance(CANDIDATES_WHO_ANSWER) or said_at > now or not bonds:
        return []
    felt = [(bond.liking + 0.3 * dice.normal(), bond.colleague.record.id) for bond in bonds]
    if dice.chance(_ONLY_NAMES):
        felt.sort(reverse=True)
        named = felt[: dice.pick((1, 1, 2))]
        return [
            Pulse(human.record.id, colleague, True, None, said_at + timedelta(seconds=place))  # noqa: FBT003
            for place, (_, colleague) in enumerate(named)
        ]
    return [
        Pulse(human.record.id, colleague, True, _mark(3.9 + 0.85 * liking), said_at)  # noqa: FBT003
        for liking, colleague in felt
    ]


class Mail:
    """Writes the mails of one candidate: who wrote when, never what."""

    def __init__(self, dice: Dice, human: Human, until: datetime, mean: float) -> None:
        """`mean`: how many mails there are for one offer on average."""
        self._dice = dice
        self._human = human
        self._until = until
        self._mean = mean / (1 - _NEVER_WRITES)
        self.sent: list[Message] = []

    def write(self, bonds: Sequence[Bond]) -> list[Message]:
        """All mails, by time. The recruiter gets most of them, and they say least."""
        dice = self._dice
        if dice.chance(_NEVER_WRITES) or not self._mean:
            return []
        others = sum(not bond.recruiter and not bond.lead for bond in bonds) or 1
        for bond in bonds:
            if bond.recruiter:
                expected = 0.45 * self._mean
            elif bond.lead:
                expected = 0.2 * self._mean * math.exp(0.25 * bond.liking - 0.03)
            elif dice.chance(_WRITE_AT_ALL):
                expected = 0.29 * self._mean / others / _WRITE_AT_ALL * math.exp(0.35 * bond.liking - 0.06)
            else:
                continue
            self._exchange(bond, dice.count(expected))
        self._thank(bonds)
        self.sent.sort(key=lambda message: (message.sent_at, message.employee_id))
        return self.sent

    def _exchange(self, bond: Bond, count: int) -> None:
        """`count` mails to and fro; a candidate answers sooner whom they like."""
        dice = self._dice
        eager = bond.liking * 0.35 + self._human.haste * 0.5
        sent_at = bond.first + timedelta(minutes=int(dice.between(0.02, 1.0) * 4 * 24 * 60))
        theirs = dice.chance(0.2 + 0.1 * (bond.liking > 1))
        for _ in range(count):
            if sent_at > self._until:
                return
            self.sent.append(Message(self._human.record.id, bond.colleague.record.id, sent_at, theirs))
            if dice.chance(0.8):
                theirs = not theirs
            hours = math.exp((1.9 - eager if theirs else 2.1) + 0.8 * dice.normal())
            sent_at += timedelta(seconds=60 + int(hours * 3600))

    def _thank(self, bonds: Sequence[Bond]) -> None:
        """A note of thanks: to everybody out of good manners, to one whom they liked, or none."""
        dice = self._dice
        roll = dice.random()
        thanked: Sequence[Bond] = ()
        if roll < _THANKS_ALL:
            thanked = bonds
        elif roll < _THANKS_ALL + _THANKS_ONE:
            thanked = [max(bonds, key=lambda bond: bond.liking + 0.5 * dice.normal())]
        for bond in thanked:
            sent_at = bond.last + timedelta(minutes=dice.whole(90, 26 * 60))
            if sent_at <= self._until:
                self.sent.append(Message(self._human.record.id, bond.colleague.record.id, sent_at, True))  # noqa: FBT003
