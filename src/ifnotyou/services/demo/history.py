"""Two years of asks at the made-up company, told event by event in the order in which they happened.

Every event is a call of the service that a person, or the calendar, would have
called then, with its moment as `now`: what the playbook refuses did not happen
here either. Whose ask brings a name is the sample's hidden truth.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from itertools import count

from ifnotyou.models import Ask, Decision, Decline, Employee, OptOut, User, Vip, Workspace
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import GAP, draft_ask
from ifnotyou.playbook.verdict import Verdict, Why
from ifnotyou.queries.policy import policy_of
from ifnotyou.sample.dice import Dice, Odds
from ifnotyou.sample.words import Names
from ifnotyou.sample.world import Pair, World
from ifnotyou.services import asks, audit, referrals
from ifnotyou.services.declines import decide, judge, plan_of
from ifnotyou.services.demo import words
from ifnotyou.services.hindsight import told_afterwards
from ifnotyou.services.people import ensure_user_for
from ifnotyou.services.vips import Contact, say_contacted

NEVER_LOOKED_AT = 0.25
"""Share of declines that nobody looked at in time: the missed ones."""
LEFT_OPEN, LEFT_OPEN_LATELY = 0.3, 0.8
"""… of those that a person should decide about, which nobody did, or has not come to yet."""
LATELY = timedelta(days=40)
DECIDED_YES = 0.3
PASSED, WITHDRAWN = 0.12, 0.03
IN_CONVERSATION = 0.55
OPTED_OUT = 0.04
WRITTEN_TO = 0.85
"""Share of the people named to whom somebody wrote in time."""
NO_ANSWER_TO_A_MAIL, NO_ANSWER_IN_CONVERSATION = 0.7, 0.3
TERMS = Odds({"named": 4, "confidential": 3, "introduce": 3})

SATURDAY, WEEK = 5, 7
FIRST_HOUR, LAST_HOUR = 7, 16

Event = Callable[[datetime], object]


class History:
    """What happens, at its time, until `now`."""

    def __init__(self, world: World, workspace: Workspace, recruiter: User, now: datetime) -> None:
        self.invited: dict[int, datetime] = {}
        """When each colleague was handed their first card, by the key of the user …"""
        self.visited: dict[int, datetime] = {}
        """… and when they were last here."""
        self._workspace = workspace
        self._recruiter = recruiter
        self._now = now
        self._dice = Dice(world.seed, "asks")
        self._names = Names(Dice(world.seed, "names that came back"))
        self._truth = {(pair.candidate_id, pair.employee_id): pair for pair in world.pairs}
        self._colleagues = {row.external_id: row for row in Employee.objects.all()}
        self._quiet = timedelta(days=policy_of(workspace).ask.quiet_after_days)
        self._events: list[tuple[datetime, int, Event]] = []
        self._number = count()

    def play(self, declines: Iterable[Decline], watch: Callable[[int, int], None]) -> None:
        """Let it all happen, from the first decline on; `watch` is told how many of how many are dealt with."""
        for decline in declines:
            if decline.declined_at and not self._dice.chance(NEVER_LOOKED_AT):
                self._after(decline.declined_at, (1, 16), self._look_at(decline))
        done = 0
        while self._events:
            moment, _, event = heapq.heappop(self._events)
            with told_afterwards(moment):
                event(moment)
            done += 1
            watch(done, done + len(self._events))

    def _after(self, moment: datetime, days: tuple[float, float], event: Event) -> None:
        """Have something happen some days later, at work; what would be after now does not."""
        dice = self._dice
        due = moment + timedelta(days=dice.between(*days))
        if due.weekday() >= SATURDAY:
            due += timedelta(days=WEEK - due.weekday())
        at_work = due.replace(hour=dice.whole(FIRST_HOUR, LAST_HOUR), minute=dice.whole(0, 59))
        self._at(at_work if at_work > moment else due, event)

    def _at(self, moment: datetime, event: Event) -> None:
        if moment < self._now:
            heapq.heappush(self._events, (moment, next(self._number), event))

    def _look_at(self, decline: Decline) -> Event:
        """The recruiter opens a decline and does what it wants of them."""

        def happen(now: datetime) -> None:
            planned = plan_of(decline, self._workspace, now.date())
            audit.write(self._recruiter, "saw", decline)
            if planned is None or planned.verdict not in {Verdict.ASK, Verdict.DECIDE}:
                return
            askers = [self._colleagues[one.employee.id] for one in planned.connections.askers]
            if planned.verdict is Verdict.DECIDE:
                askers = askers if self._decide(decline, planned.because[0], now, may=bool(askers)) else []
            if askers:
                self._hand_over(decline, askers[0], now)

        return happen

    def _decide(self, decline: Decline, doubt: Why, now: datetime, *, may: bool) -> bool:
        """A person says yes or no, or neither; True where it is yes. `may`: there is somebody to ask."""
        if decline.decisions.exists():
            return decline.decisions.latest("pk").yes
        lately = now > self._now - LATELY
        if self._dice.chance(LEFT_OPEN_LATELY if lately else LEFT_OPEN):
            return False
        judge([decline.candidate_id], self._workspace, now.date())
        yes = may and self._dice.chance(DECIDED_YES)
        reason = self._dice.pick(words.decisions(doubt.code, yes=yes))
        decide(decline, yes=yes, reason=reason, by=self._recruiter, today=now.date())
        Decision.objects.filter(pk=decline.decisions.latest("pk").pk).update(at=now)
        return yes

    def _hand_over(self, decline: Decline, asker: Employee, now: datetime) -> None:
        try:
            ask = asks.hand_over(decline, asker, by=self._recruiter, now=now)
        except Refusal:
            return  # the playbook's no, or no address to tell the asker: so it was in this company, too
        user = ensure_user_for(asker, by=self._recruiter)
        self.invited.setdefault(user.pk, now)
        self._after(now, (0, 2), self._react(ask, user))

    def _react(self, ask: Ask, asker: User) -> Event:
        """The colleague looks at the card; or the recruiter has thought better of it."""

        def happen(now: datetime) -> None:
            luck = self._dice.random()
            if luck < WITHDRAWN:
                asks.withdraw(ask, by=self._recruiter, now=now)
                self._after(now, (0, 2), self._look_at(ask.decline))
                return
            self.visited[asker.pk] = now
            audit.write(asker, "saw", ask)
            if luck < WITHDRAWN + PASSED:
                asks.pass_on(ask, by=asker, now=now)
                self._after(now, (0, 2), self._look_at(ask.decline))
            elif self._dice.chance(IN_CONVERSATION):
                asks.start_talking(ask, by=asker, now=now)
                self._after(now, (0, 3), self._asked(ask, asker))
            else:
                asks.take_along(ask, note_for(ask, self._dice), by=asker, now=now)
                self._at(now + timedelta(minutes=self._dice.whole(1, 20)), self._asked(ask, asker))

        return happen

    def _asked(self, ask: Ask, asker: User) -> Event:
        """The one ask is made; what comes of it is in the sample's truth."""

        def happen(now: datetime) -> None:
            self.visited[asker.pk] = now
            asks.say_asked(ask, by=asker, now=now)
            ask.refresh_from_db()
            by_mail = ask.channel == Channel.EMAIL
            brings_a_name = _would_give_name(self._pair(ask), by_mail=by_mail)
            no_answer = NO_ANSWER_TO_A_MAIL if by_mail else NO_ANSWER_IN_CONVERSATION
            if brings_a_name:
                self._after(now, (0, 9), self._answered(ask, asker, self._names.new()))
            elif self._dice.chance(OPTED_OUT):
                self._after(now, (0, 3), self._opted_out(ask, asker))
            elif self._dice.chance(no_answer):
                asked_at = ask.asked_at or now
                self._at(asked_at + self._quiet, lambda then: asks.close_silent(ask, now=then))
            else:
                self._after(now, (0, 9), self._answered(ask, asker, ""))

        return happen

    def _answered(self, ask: Ask, asker: User, name: str) -> Event:
        def happen(now: datetime) -> None:
            self.visited[asker.pk] = now
            if not name:
                asks.say_nobody(ask, by=asker, now=now)
                return
            given = Given(
                name, works_at=self._dice.pick(words.ELSEWHERE), why=self._dice.pick(words.WHY_NAMED)
            )
            terms = Terms(self._dice.among(TERMS))
            referral = referrals.give(ask, given, terms, by=asker, now=now)
            if referral is not None and referral.vip is not None and self._dice.chance(WRITTEN_TO):
                self._after(now, (1, 4), self._write_to(referral.vip))
            if (
                terms is Terms.CONFIDENTIAL
            ):  # nobody sees that they answered: the ask is closed as if they had not
                self._at(_next_quiet_hour(now), lambda then: referrals.announce(self._workspace, now=then))
                self._at((ask.asked_at or now) + self._quiet, lambda then: asks.close_silent(ask, now=then))

        return happen

    def _write_to(self, vip: Vip) -> Event:
        """The recruiter writes to somebody named, and says so."""

        def happen(now: datetime) -> None:
            contact = Contact(now.date(), notice_how="in_message", notice_version=words.NOTICE_VERSION)
            say_contacted(vip, contact, by=self._recruiter, now=now)

        return happen

    def _opted_out(self, ask: Ask, asker: User) -> Event:
        def happen(now: datetime) -> None:
            self.visited[asker.pk] = now
            known = list(OptOut.objects.values_list("pk", flat=True))
            asks.say_opted_out(ask, by=asker, now=now)
            OptOut.objects.exclude(pk__in=known).update(at=now)

        return happen

    def _pair(self, ask: Ask) -> Pair | None:
        """The truth about these two; none where they only wrote to each other."""
        return self._truth.get((ask.candidate.external_id, ask.asker.external_id))


def note_for(ask: Ask, dice: Dice) -> asks.Words:
    """The draft, its gap filled with what the two talked about."""
    draft = draft_ask(Channel.EMAIL, ask.asker.name, ask.candidate.name, ask.decline.job.title)
    return asks.Words(draft.subject, draft.body.replace(GAP, dice.pick(words.TALKED_ABOUT)))


def _next_quiet_hour(now: datetime) -> datetime:
    """When names that came in are announced (jobs/calendar.py)."""
    return now.replace(hour=5, minute=0, second=0, microsecond=0) + timedelta(days=1)


def _would_give_name(pair: Pair | None, *, by_mail: bool) -> bool:
    if pair is None:
        return False
    return pair.would_give_name_by_mail if by_mail else pair.would_give_name
