"""How the made-up company stands today: cards in every state, and a colleague who has some of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta

from ifnotyou.connectors.mail.message import new_message_id
from ifnotyou.models import Ask, Decline, Employee, Role, User, Workspace
from ifnotyou.playbook.asking import CLAIMED, LIVE, AskState, Stage
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.errors import Refusal
from ifnotyou.sample.dice import Dice
from ifnotyou.services import asks, audit
from ifnotyou.services.declines import judge, plan_of
from ifnotyou.services.demo.history import note_for
from ifnotyou.services.hindsight import told_afterwards
from ifnotyou.services.people import ensure_user_for
from ifnotyou.services.sending import LONGEST_SENDING, give_up_sending

CARDS_OF_THE_MEMBER = 2
OTHER_CARDS = 2
LEFT_TO_ASK = 5
"""So many declines stay for the visitor to hand over, where there are enough."""

HANDED = timedelta(hours=22)
"""So long ago the newest cards were handed over: no reminder is due yet."""
BEGUN = timedelta(hours=3)
WRITTEN = timedelta(minutes=40)

Scene = Callable[[Ask, User, datetime], None]


class Today:
    """Hands out what is left, until there is something of everything."""

    def __init__(self, workspace: Workspace, recruiter: User, dice: Dice, now: datetime) -> None:
        self._workspace = workspace
        self._recruiter = recruiter
        self._dice = dice
        self._now = now

    def set_up(self) -> Employee | None:
        """Cards for the member of the demo, and scenes with others; returns the colleague who is the member."""
        member = self._member()
        if member is not None:
            self._hand(CARDS_OF_THE_MEMBER, to=member)
        self._hand(1, play=self._is_going_to_talk, unless=AskState.TALKING, but_not=member)
        self._hand(1, play=self._took_the_note, unless=AskState.TAKEN, but_not=member)
        self._hand(1, play=self._does_not_know_whether_it_left, but_not=member)
        self._hand(1, play=self._asked, unless=AskState.ASKED, but_not=member)
        self._hand(OTHER_CARDS, but_not=member, leave=LEFT_TO_ASK)
        return member

    def _member(self) -> Employee | None:
        """Of those with nothing in hand, whom candidates would answer: asked before, often first choice."""
        first: Counter[int] = Counter()
        listed: Counter[int] = Counter()
        # Often an engineer, seldom the boss; recruiters have cards too, but they see the whole inbox anyway.
        colleagues = Employee.objects.filter(executive=False).exclude(title__contains="Recruiter")
        ids: dict[str, int] = dict(colleagues.filter(user__role=None).values_list("external_id", "pk"))
        ids |= dict(colleagues.filter(user__role=Role.MEMBER).values_list("external_id", "pk"))
        for decline in self._to_ask():
            plan = plan_of(decline, self._workspace, self._now.date())
            askers = [a.employee.id for a in plan.connections.askers] if plan else []
            first.update(ids[one] for one in askers[:1] if one in ids)
            listed.update(ids[one] for one in askers if one in ids)
        busy = set(Ask.objects.filter(state__in=sorted(LIVE)).values_list("asker", flat=True))
        done: Counter[int] = Counter(
            Ask.objects.filter(state__in=sorted(CLAIMED)).values_list("asker", flat=True)
        )
        free = [one for one in listed if one not in busy]
        wanted = CARDS_OF_THE_MEMBER
        best = max(
            free,
            key=lambda one: (min(listed[one], wanted), min(done[one], wanted), first[one], done[one], -one),
            default=None,
        )
        return Employee.objects.get(pk=best) if best else None

    def _hand(
        self,
        how_many: int,
        *,
        to: Employee | None = None,
        but_not: Employee | None = None,
        play: Scene | None = None,
        unless: AskState | None = None,
        leave: int = 0,
    ) -> None:
        """Hand so many cards over, and have each play its scene."""
        if unless is not None and Ask.objects.filter(state=unless).exists():
            return
        for decline in self._first_choices(to) if to else list(self._to_ask()):
            asker = to or decline.first_asker
            if how_many == 0 or Decline.objects.filter(stage=Stage.TO_ASK).count() <= leave:
                return
            if asker is None or asker == but_not:
                continue
            handed_at = self._now - HANDED
            try:
                with told_afterwards(handed_at):
                    ask = asks.hand_over(decline, asker, by=self._recruiter, now=handed_at)
            except Refusal:
                continue  # they are not among those who may ask this one, or carry enough: the next decline
            how_many -= 1
            if play is not None:
                play(ask, ensure_user_for(asker, by=self._recruiter), self._now - BEGUN)
            judge([decline.candidate_id], self._workspace, self._now.date())

    def _first_choices(self, employee: Employee) -> list[Decline]:
        """What waits to be asked, beginning with where this colleague is the first to ask, and a note can be sent."""
        return sorted(
            self._to_ask(),
            key=lambda decline: (decline.first_asker != employee, not decline.candidate.email),
        )

    def _to_ask(self) -> Iterator[Decline]:
        """What waits to be asked and was declined before the cards went out; the oldest first."""
        found = Decline.objects.filter(stage=Stage.TO_ASK, declined_at__lt=self._now - HANDED)
        yield from found.select_related("candidate", "first_asker").order_by("sorted_at", "pk")

    def _is_going_to_talk(self, ask: Ask, asker: User, then: datetime) -> None:
        with told_afterwards(then):
            asks.start_talking(ask, by=asker, now=then)

    def _took_the_note(self, ask: Ask, asker: User, then: datetime) -> None:
        with told_afterwards(then):
            asks.take_along(ask, note_for(ask, self._dice), by=asker, now=then)

    def _asked(self, ask: Ask, asker: User, then: datetime) -> None:
        self._is_going_to_talk(ask, asker, then)
        with told_afterwards(then + WRITTEN):
            asks.say_asked(ask, by=asker, now=then + WRITTEN)

    def _does_not_know_whether_it_left(self, ask: Ask, asker: User, then: datetime) -> None:
        """As if the program had stopped while the note was leaving."""
        note = note_for(ask, self._dice)
        ask = asks.locked(ask)
        ask.channel, ask.subject, ask.body = Channel.EMAIL, note.subject, note.body
        ask.message_id = new_message_id(asker.email)
        with told_afterwards(then):
            asks.claim(ask, AskState.SENDING, then)
            audit.write(asker, "sending", ask)
        later = then + 2 * LONGEST_SENDING
        with told_afterwards(later):
            give_up_sending(ask, now=later)
