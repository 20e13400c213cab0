"""Who met a candidate before the offer: when, how, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from ifnotyou.playbook.records import InterviewStatus
from ifnotyou.sample.company import Colleague, Company
from ifnotyou.sample.dice import Dice
from ifnotyou.sample.hiring import Outcome
from ifnotyou.sample.words import HOURS_FROM_UTC

_SENIOR = 8
"""From this level on, an executive talks with the candidate."""
_SATURDAY = 5
_PANEL = "Panel: team and culture"
_LEAST_PANEL, _MOST_PANEL = 2, 4
_EATING = ("Lunch", "Coffee chat", "Lunch", "Walk")
_WORK = {
    "Engineering": ("Pair programming", "Whiteboard: system design", "Pair programming", "Case: code review"),
    "Data": ("Pair analysis", "Whiteboard: metrics", "Case: experiment design"),
    "Design": ("Portfolio review", "Whiteboard: design exercise", "Pair design"),
    "Product": ("Case: product sense", "Whiteboard: prioritisation", "Case: execution"),
}
_OTHER_WORK = ("Case study", "Role play", "Whiteboard: plan")


class Meeting(NamedTuple):
    """One interviewer's part in one interview."""

    id: str
    colleague: Colleague
    kind: str
    started_at: datetime
    minutes: int
    status: InterviewStatus
    people: int
    """How many of ours were there."""

    @property
    def relaxed(self) -> bool:
        """Whether it was about something other than work."""
        return self.kind in _EATING

    @property
    def took_place(self) -> bool:
        """Whether anybody met anybody."""
        return self.status is InterviewStatus.COMPLETED


class Loop:
    """Plans the interviews of one offer."""

    def __init__(self, dice: Dice, company: Company, outcome: Outcome, number: int) -> None:
        self._dice = dice
        self._company = company
        self._outcome = outcome
        self._number = number
        self._last_id = 0
        last = outcome.sent_at.date() - timedelta(days=1)
        self._talk_day = _workday(last - timedelta(days=dice.whole(0, 2)))
        self._onsite_day = _workday(self._talk_day - timedelta(days=dice.whole(1, 5)))
        self._lead_day = _workday(self._onsite_day - timedelta(days=dice.whole(2, 9)))
        self._screen_day = _workday(self._lead_day - timedelta(days=dice.whole(2, 8)))
        self.meetings: list[Meeting] = []

    def plan(self, least: int, most: int) -> list[Meeting]:
        """Interviews with `least` to `most` people of ours, by time; an executive comes on top."""
        dice = self._dice
        seat = self._outcome.seat
        people = dice.whole(least, most)
        if seat.recruiter.works_on(self._screen_day):
            self._meet([seat.recruiter], "Recruiter screen", self._screen_day, (30, 30, 25, 45))
        if seat.lead.works_on(self._lead_day):
            self._meet([seat.lead], "Hiring manager 1:1", self._lead_day, (45, 45, 60, 30))
        team = self._team(people - len(self.meetings))
        self._onsite(team)
        if outside := self._executive():
            self._meet([outside], "Executive chat", self._talk_day, (30, 30, 20, 45))
        self.meetings.sort(key=lambda meeting: (meeting.started_at, meeting.id))
        return self.meetings

    def _onsite(self, team: list[Colleague]) -> None:
        """A panel for some, one-to-one work for the others, a lunch or coffee, and what fell through."""
        dice = self._dice
        in_panel: list[Colleague] = []
        if len(team) >= _LEAST_PANEL and dice.chance(0.5):
            in_panel = team[: dice.whole(_LEAST_PANEL, min(_MOST_PANEL, len(team)))]
            self._meet(in_panel, _PANEL, self._onsite_day, (45, 60, 60))
        kinds = _WORK.get(self._outcome.seat.department, _OTHER_WORK)
        alone = team[len(in_panel) :]
        only_eats = alone.pop() if alone and dice.chance(0.3) else None
        for colleague in alone:
            self._meet([colleague], dice.pick(kinds), self._onsite_day, (45, 60, 60, 90, 50))
        if only_eats:
            self._meet([only_eats], dice.pick(_EATING), self._onsite_day, (30, 45, 60, 50))
        elif team and dice.chance(0.3):
            self._meet(
                dice.some(team, dice.pick((1, 1, 2))), dice.pick(_EATING), self._onsite_day, (30, 45, 60)
            )
        if team and dice.chance(0.12):
            self._fall_through(dice.pick(team), dice.pick(kinds))

    def _fall_through(self, colleague: Colleague, kind: str) -> None:
        """An interview that was planned, and did not happen that day."""
        day = _workday(self._onsite_day - timedelta(days=1))
        status = InterviewStatus.NO_SHOW if self._dice.chance(0.2) else InterviewStatus.CANCELLED
        if status is InterviewStatus.CANCELLED and self._dice.chance(0.5):  # somebody else stepped in
            others = self._company.teams.get(self._outcome.seat.department, ())
            strangers = [
                c for c in self._dice.some(others, 3) if not any(m.colleague is c for m in self.meetings)
            ]
            colleague = strangers[0] if strangers else colleague
        self._meet([colleague], kind, day, (45, 60), status)

    def _meet(
        self,
        colleagues: Sequence[Colleague],
        kind: str,
        day: date,
        minutes: Sequence[int],
        status: InterviewStatus = InterviewStatus.COMPLETED,
    ) -> None:
        """Put one interview into the calendar, a row for each of ours."""
        self._last_id += 1
        started_at = self._free_hour(colleagues[0], day)
        long = self._dice.pick(minutes)
        for colleague in colleagues:
            self.meetings.append(
                Meeting(
                    f"int-{self._number:05}-{self._last_id}",
                    colleague,
                    kind,
                    started_at,
                    long,
                    status,
                    len(colleagues),
                )
            )

    def _free_hour(self, colleague: Colleague, day: date) -> datetime:
        """An hour of that day at which our colleague works and the candidate has no other interview."""
        taken = {meeting.started_at.replace(minute=0) for meeting in self.meetings}
        shift = HOURS_FROM_UTC[colleague.record.timezone]
        hours = [hour for hour in range(9, 17) if _utc(day, hour - shift) not in taken]
        return _utc(day, self._dice.pick(hours or [12]) - shift) + timedelta(
            minutes=self._dice.pick((0, 0, 0, 30))
        )

    def _team(self, count: int) -> list[Colleague]:
        """Different colleagues who work there on the day: three of four from the team, the eager ones more often."""
        dice = self._dice
        own = self._company.teams.get(self._outcome.seat.department, [])
        everybody = self._company.everybody
        chosen = {meeting.colleague.record.id: meeting.colleague for meeting in self.meetings}
        met = len(chosen)
        for _ in range(30 * count):
            if len(chosen) == met + count:
                break
            colleague = dice.pick(own if own and dice.chance(0.75) else everybody)
            suits = (
                not colleague.recruiter
                and not colleague.record.executive
                and colleague.works_on(self._onsite_day)
            )
            if suits and dice.chance(colleague.eagerness):
                chosen.setdefault(colleague.record.id, colleague)
        return list(chosen.values())[met:]

    def _executive(self) -> Colleague | None:
        """Who of the executives talks with this candidate: for the senior ones, and while we are few."""
        dice = self._dice
        senior = self._outcome.human.level >= _SENIOR
        if not dice.chance(0.85 if senior else 0.4 if self._company.small else 0.02):
            return None
        executives = [
            c
            for c in self._company.executives
            if all(c is not meeting.colleague for meeting in self.meetings)
        ]
        own = [c for c in executives if c.record.department == self._outcome.seat.department]
        return dice.pick(own or executives) if executives else None


def _workday(day: date) -> date:
    """That day, or the Friday before."""
    return day - timedelta(days=max(0, day.weekday() - _SATURDAY + 1))


def _utc(day: date, hour: int) -> datetime:
    """That hour of the day in UTC; hours below 0 and above 23 are those of the days around."""
    return datetime.combine(day, time(0), UTC) + timedelta(hours=hour)
