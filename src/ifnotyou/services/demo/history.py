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

from ifnotyou.models import Ask, Decision, Decline, Employee, OptOut, Referral, User, Vip, Workspace
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.playbook.letters import GAP, draft_ask
from ifnotyou.playbook.verdict import Verdict, Why
from ifnotyou.queries.policy import policy_of
from ifnotyou.sample.dice import Dice, Odds
from ifnotyou.sample.words import Names
from ifnotyou.sample.world import Pair, World
from ifnotyou.services import asks, audit, referrals
from ifnotyou.services.declines import decide, judge, plan_of
from ifnotyou.services.demo import hosting, words
from ifnotyou.services.hindsight import told_afterwards
from ifnotyou.services.hosting import say_answered, say_applied, say_hired
from ifnotyou.services.people import ensure_user_for

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
"""Share of the people named whom a host took."""
TAKEN_AFTER = (0.1, 0.9)
"""Days after which a host takes somebody: not always soon enough for the promise."""
ANSWERED_US, APPLIED, HIRED = 0.6, 0.5, 0.45
"""Share of those written to who answered; of these, who applied; of these, who is here now."""
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
        self._told: list[int] = []
        """Asks whose candidate gave a name in confidence, which shows nowhere else."""

    def play(self, declines: Iterable[Decline], watch: Callable[[int, int], None]) -> None:
        """Let it all happen, from the first decline on; `watch` is told how many of how many are dealt with."""
        for decline in declines:
            if decline.declined_at and not self._dice.chance(NEVER_LOOKED_AT):
                self._after(decline.declined_at, (1, 16), self._look_at(decline))
        for story in hosting.stories(self._dice):
            self._at(self._now - timedelta(days=story.days), self._told_lately(story))
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
                self._after(now, (0, 9), self._answered(ask, asker, names=True))
            elif self._dice.chance(OPTED_OUT):
                self._after(now, (0, 3), self._opted_out(ask, asker))
            elif self._dice.chance(no_answer):
                asked_at = ask.asked_at or now
                self._at(asked_at + self._quiet, lambda then: asks.close_silent(ask, now=then))
            else:
                self._after(now, (0, 9), self._answered(ask, asker, names=False))

        return happen

    def _answered(self, ask: Ask, asker: User, *, names: bool) -> Event:
        def happen(now: datetime) -> None:
            self.visited[asker.pk] = now
            if not names:
                asks.say_nobody(ask, by=asker, now=now)
                return
            terms = Terms(self._dice.among(TERMS))
            referral = self._give(ask, asker, terms, now)
            if referral is not None and referral.vip is not None and self._dice.chance(WRITTEN_TO):
                seen = now if terms is not Terms.CONFIDENTIAL else _next_quiet_hour(now)
                self._after(seen, TAKEN_AFTER, self._take(referral.vip))
            if terms is Terms.CONFIDENTIAL:
                self._at((ask.asked_at or now) + self._quiet, lambda then: asks.close_silent(ask, now=then))

        return happen

    def _told_lately(self, story: hosting.Story) -> Event:
        """Somebody from whom nothing was heard gives a name after all, and its host does what is told."""

        def happen(now: datetime) -> None:
            silent = Ask.objects.filter(state=AskState.SILENT).exclude(pk__in=self._told)
            found = silent.select_related("asker__user", "decline__job", "workspace")
            ask = found.order_by("-asked_at", "-pk").first()
            if ask is None:
                return
            self._told.append(ask.pk)
            referral = self._give(ask, ask.asker.user, story.terms, now)
            if referral is not None and referral.vip is not None:
                for days, deed in story.deeds:
                    self._host_does(self._now - timedelta(days=days), referral.vip, deed)

        return happen

    def _host_does(self, moment: datetime, vip: Vip, deed: hosting.Deed) -> None:
        self._at(moment, lambda now: hosting.do(vip, deed, now))

    def _give(self, ask: Ask, asker: User, terms: Terms, now: datetime) -> Referral | None:
        """A name comes back on these terms, and those who recruit see it in its time."""
        given = Given(
            self._names.new(),
            found_at=words.PROFILE.format(number=self._dice.whole(10**6, 10**7)),
            works_at=self._dice.pick(words.ELSEWHERE),
            why=self._dice.pick(words.WHY_NAMED),
        )
        referral = referrals.give(ask, given, terms, by=asker, now=now)
        if (
            terms is Terms.CONFIDENTIAL
        ):  # nobody sees that they answered: the ask is closed as if they had not
            self._at(_next_quiet_hour(now), lambda then: referrals.announce(self._workspace, now=then))
        return referral

    def _take(self, vip: Vip) -> Event:
        """A host takes somebody named, writes, and sees it through to an offer or a goodbye."""

        def happen(now: datetime) -> None:
            if not hosting.do(vip, hosting.take, now):
                return
            first = hosting.write(LetterKind.FIRST, self._dice)
            self._at(
                now + timedelta(hours=self._dice.between(0.2, 5)), lambda then: hosting.do(vip, first, then)
            )
            if not self._dice.chance(ANSWERED_US):
                return  # silence is an answer: their name goes by itself
            self._then(now, (1, 6), vip, hosting.by_host(say_answered))
            self._then(now, (6.5, 7), vip, hosting.plan("Talk for half an hour", 10))
            applied = self._dice.chance(APPLIED)
            if applied:
                self._then(now, (8, 14), vip, hosting.by_host(say_applied))
                self._then(now, (14.5, 15), vip, hosting.plan("Meet the team", 26))
            if applied and self._dice.chance(HIRED):
                self._then(now, (25, 40), vip, hosting.by_host(say_hired))
            else:
                self._then(now, (15, 24), vip, hosting.write(LetterKind.GOODBYE, self._dice))

        return happen

    def _then(self, moment: datetime, days: tuple[float, float], vip: Vip, deed: hosting.Deed) -> None:
        self._after(moment, days, lambda now: hosting.do(vip, deed, now))

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
