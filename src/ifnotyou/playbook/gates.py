"""Who may not ask, before any score (playbook rule 3): direct interaction, no conflict, presence, load."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from ifnotyou.playbook.evidence import Case, Pair
from ifnotyou.playbook.policy import GatePolicy
from ifnotyou.playbook.records import Employee, PastAsk
from ifnotyou.playbook.seniority import Seniority

SMALL_TEAM = 10
CLICKED_NOT = 1
LEAST_VOTE = 3


class Gates:
    """The gates of one company."""

    def __init__(
        self,
        asks: Iterable[PastAsk],
        company_size: int,
        seniority: Mapping[str, Seniority],
        policy: GatePolicy,
    ) -> None:
        """Keep what every decline needs: who was asked to ask lately, how large we are, who is an executive."""
        self._policy = policy
        self._seniority = seniority
        self._company_size = company_size
        self._open_asks: dict[str, list[date]] = defaultdict(list)
        for ask in asks:
            if ask.open:
                self._open_asks[ask.employee_id].append(ask.asked_at.date())

    @property
    def most_open_asks(self) -> int:
        """How many asks one person carries at a time."""
        small = self._company_size < SMALL_TEAM
        return self._policy.most_open_asks_small if small else self._policy.most_open_asks

    def open_asks(self, employee_id: str, today: date) -> int:
        """How many asks this colleague carries on the day `today`."""
        asked = self._open_asks.get(employee_id)
        if not asked:
            return 0
        since = today - timedelta(days=self._policy.open_ask_days)
        return sum(since <= day <= today for day in asked)

    def refusal(self, case: Case, employee: Employee, pair: Pair) -> tuple[str, str] | None:
        """Why this colleague may not ask, as code and sentence; None when they may."""
        name, them = employee.name, case.them
        if not employee.active:
            return "inactive", f"{name} no longer works here."
        if own_word := _own_word(case, employee, pair):
            return own_word
        if not self._really_talked(pair):
            if pair.conversations:
                return "no_direct_interaction", f"{name} saw {them} only briefly or in a large panel."
            return "no_direct_interaction", f"{name} never had a completed conversation with {them}."
        if pair.vote is not None and pair.vote < LEAST_VOTE:
            return "voted_against", f"{name} voted against hiring {them}."
        if why := _did_not_click(case, employee, pair):
            return "did_not_click", why
        if self._seniority[employee.id].executive and (why := self._executive_rule(case, name, pair)):
            return "executive_rule", why
        last = pair.last_contact
        days = (case.today - last.date()).days if last else 0
        if days > self._policy.stale_days:
            return "contact_too_old", f"{name} and {them} last had contact {days} days before."
        carried = self.open_asks(employee.id, case.today)
        if carried >= self.most_open_asks:
            return "too_many_open_asks", f"{name} already carries {carried} open asks."
        return None

    def _really_talked(self, pair: Pair) -> bool:
        """A completed conversation long and small enough, or any completed one that mail both ways went on from."""
        if not pair.conversations:
            return False
        if pair.mail is not None and pair.mail.both_ways:
            return True
        minutes, people = self._policy.least_minutes, self._policy.most_people
        return any(c.minutes >= minutes and c.people <= people for c in pair.conversations)

    def _executive_rule(self, case: Case, name: str, pair: Pair) -> str:
        """Why this executive may not ask; "" when they may."""
        if pair.longest_alone < self._policy.executive_minutes:
            return f"{name} is an executive and never talked with {case.them} alone for long enough."
        senior = (case.level or 0) >= self._policy.executive_candidate_level
        if not senior and self._company_size > self._policy.small_company:
            return (
                f"{name} is an executive; {case.them} would rather hear from a colleague of their own level."
            )
        return ""


def _own_word(case: Case, employee: Employee, pair: Pair) -> tuple[str, str] | None:
    """What keeps the colleague from asking by their own word; it needs no reason."""
    name = employee.name
    if pair.passed:
        return "passed", f"{name} would rather not ask this time."
    if not employee.open_to_asking:
        return "opted_out", f"{name} would rather not be given asks."
    # Who is away now may well have been there on a day that we look back at.
    if employee.away_until and case.today < employee.away_until and not case.late:
        return "away", f"{name} is away, and back on {employee.away_until.isoformat()}."
    return None


def _did_not_click(case: Case, employee: Employee, pair: Pair) -> str:
    """Who of the two said so, or that a critique names the colleague; "" when nothing of the kind is known."""
    if employee.id in case.critics:
        return f"{case.them} named {employee.name} in what they criticised."
    if pair.our_answer == CLICKED_NOT:
        return f"{employee.name} said that the two did not click."
    if pair.their_answer is not None and pair.their_answer.score == CLICKED_NOT:
        return f"{case.them} said that the two did not click."
    return ""
