"""Which jobs were open, and which offers were made for them, over the last two years."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from ifnotyou.playbook.records import Job, JobStatus, OfferStatus
from ifnotyou.sample import words
from ifnotyou.sample.candidates import Human, People
from ifnotyou.sample.company import Colleague, Company
from ifnotyou.sample.dice import Dice, Odds

YEARS_BACK = 730
"""Days that the sample covers."""
_FRESH = 45
"""Days in which an ask still feels natural; a fifth of the declines fall into them."""
_FRESH_SHARE = 0.2
_RECENT = 60
_RECENT_SHARE = 0.06
_SAME_RECORD_AGAIN = 0.02
_OTHER_RECORD_AGAIN = 0.025
_SAME_JOB = 0.55
_JOB_LASTS = 100
_JOB_LEVELS = Odds({2: 8, 3: 20, 4: 22, 5: 24, 6: 13, 7: 8, 8: 5})
_LEAST_TEAM = 3
# What became of a job whose last decline is at most so many days ago.
_FATES = (
    (_FRESH, Odds({JobStatus.OPEN: 88, JobStatus.FILLED: 8, JobStatus.CLOSED: 4})),
    (120, Odds({JobStatus.OPEN: 30, JobStatus.FILLED: 55, JobStatus.CLOSED: 15})),
    (YEARS_BACK, Odds({JobStatus.OPEN: 4, JobStatus.FILLED: 76, JobStatus.CLOSED: 20})),
)


@dataclass(slots=True)
class Seat:
    """A job while its story is being told. Days are counted back from today."""

    department: str
    level: int
    title: str
    lead: Colleague
    recruiter: Colleague
    declined: list[int] = field(default_factory=list)
    status: JobStatus = JobStatus.OPEN
    id: str = ""

    def record(self) -> Job:
        """The job as the files have it."""
        return Job(
            self.id,
            self.title,
            self.department,
            self.level,
            self.status,
            self.lead.record.id,
            self.recruiter.record.id,
        )


@dataclass(frozen=True, slots=True)
class Outcome:
    """One offer: who, for what, when, and what became of it."""

    seat: Seat
    human: Human
    status: OfferStatus
    sent_at: datetime
    resolved_at: datetime | None


@dataclass(frozen=True, slots=True)
class Hiring:
    """All jobs and offers, the offers in the order in which they were sent."""

    seats: list[Seat]
    outcomes: list[Outcome]
    same_human: list[tuple[str, str, str]]
    """Two ids of candidates that are one human being, and by what it shows."""


def hire(
    seed: int, company: Company, people: People, declines: int, today: date, *, only_declines: bool
) -> Hiring:
    """Jobs with `declines` declined offers and, unless told otherwise, the offers that went another way."""
    dice = Dice(seed, "hiring")
    days = sorted(_days_of_declines(dice, declines), reverse=True)
    seats: list[Seat] = []
    declined = [(day, _seat(dice, company, seats, day)) for day in days]
    for seat in seats:
        fates = next(odds for most, odds in _FATES if seat.declined[-1] <= most)
        seat.status = dice.among(fates)
    seats.sort(key=lambda seat: -seat.declined[0])
    for number, seat in enumerate(seats, 1):
        seat.id = f"job-{number:04}"
    story = _Story(dice, people, today)
    for day, seat in declined:
        story.decline(seat, day)
    if not only_declines:
        story.others(seats, declines)
    story.outcomes.sort(key=lambda outcome: (outcome.sent_at, outcome.human.record.id))
    return Hiring(seats, story.outcomes, story.same_human)


def _days_of_declines(dice: Dice, declines: int) -> list[int]:
    """How many days ago each was declined: more of late, so that there is something to do."""
    fresh = max(1, round(declines * _FRESH_SHARE))
    recent = round(declines * _RECENT_SHARE)
    return (
        [dice.whole(1, _FRESH) for _ in range(fresh)]
        + [dice.whole(_FRESH + 1, _RECENT) for _ in range(recent)]
        + [dice.whole(_RECENT + 1, YEARS_BACK) for _ in range(declines - fresh - recent)]
    )


def _seat(dice: Dice, company: Company, seats: list[Seat], day: int) -> Seat:
    """The job that was declined that day: one that is still open, or a new one."""
    department = dice.among(words.DEPARTMENTS)
    if len(company.teams.get(department, ())) < _LEAST_TEAM:
        department = "Engineering"
    if dice.chance(_SAME_JOB):
        for seat in reversed(seats[-40:]):
            if seat.department == department and seat.declined[0] - day < _JOB_LASTS:
                seat.declined.append(day)
                return seat
    level = dice.among(_JOB_LEVELS)
    title = words.LADDERS[department][level - 1]
    lead = dice.pick(company.leads.get(department) or company.executives[:1])
    seat = Seat(department, level, title, lead, dice.pick(company.recruiters), [day])
    seats.append(seat)
    return seat


class _Story:
    """Tells offer after offer."""

    def __init__(self, dice: Dice, people: People, today: date) -> None:
        self.outcomes: list[Outcome] = []
        self.same_human: list[tuple[str, str, str]] = []
        self._declined: list[tuple[int, Human]] = []
        self._dice = dice
        self._people = people
        self._today = today

    def decline(self, seat: Seat, day: int) -> None:
        """An offer that was turned down `day` days ago."""
        human = self._returning(day) or self._new(seat)
        self._declined.append((day, human))
        self._add(seat, human, OfferStatus.DECLINED, day)

    def others(self, seats: list[Seat], declines: int) -> None:
        """The offers that went another way: they are no declines, and must not be taken for any."""
        dice = self._dice
        for seat in seats:
            if seat.status is JobStatus.FILLED:
                last = seat.declined[-1]
                self._add(
                    seat,
                    self._new(seat),
                    OfferStatus.ACCEPTED,
                    dice.whole(max(1, last - _RECENT), max(1, last - 1)),
                )
        for status, share in ((OfferStatus.RESCINDED, 0.04), (OfferStatus.EXPIRED, 0.06)):
            for _ in range(round(declines * share)):
                seat = dice.pick(seats)
                self._add(seat, self._new(seat), status, dice.pick(seat.declined))
        still_open = [seat for seat in seats if seat.status is JobStatus.OPEN]
        for seat in dice.some(still_open, max(1, round(declines * 0.02))):
            sent_at = self._at(dice.whole(1, 8))
            self.outcomes.append(Outcome(seat, self._new(seat), OfferStatus.OPEN, sent_at, None))

    def _new(self, seat: Seat) -> Human:
        level = min(10, max(1, seat.level + self._dice.pick((-1, 0, 0, 0, 1))))
        return self._people.new(seat.department, level)

    def _returning(self, day: int) -> Human | None:
        """Somebody who has declined before, at least two months ago; under a new record or the old one."""
        dice = self._dice
        roll = dice.random()
        if roll > _SAME_RECORD_AGAIN + _OTHER_RECORD_AGAIN:
            return None
        if not self._declined:
            return None
        before, human = dice.pick(self._declined)
        if before < day + _RECENT:
            return None
        if roll < _SAME_RECORD_AGAIN:
            return human
        found = self._people.again(human)
        if found is None:
            return None
        again, way = found
        self.same_human.append((human.record.id, again.record.id, way))
        return again

    def _add(self, seat: Seat, human: Human, status: OfferStatus, day: int) -> None:
        resolved_at = self._at(day)
        sent_at = self._at(day + self._dice.whole(1, 12))
        self.outcomes.append(Outcome(seat, human, status, sent_at, resolved_at))

    def _at(self, days_ago: int) -> datetime:
        """Some time on that day, in the hours in which people write such mails."""
        day = self._today - timedelta(days=days_ago)
        seconds = self._dice.whole(7 * 3600, 20 * 3600)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)
