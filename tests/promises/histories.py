"""Histories of a company's hiring over there, whose calls reach us in any order: late, twice, torn, forged, or never.

A history is a list of steps, each a verb with two numbers that choose whom and how; a step for which there is nobody
is none. So hypothesis can draw any of them, and make a failing one shorter.
"""

import itertools
import json
import random
from datetime import timedelta

from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from ifnotyou.connectors.ats import all_systems
from ifnotyou.models import (
    Ask,
    Candidate,
    Claim,
    Connection,
    Decline,
    Interview,
    Offer,
    Role,
    Scorecard,
    User,
    Workspace,
)
from ifnotyou.playbook.asking import Stage
from ifnotyou.playbook.errors import Refusal
from ifnotyou.sample.ats.server import Call
from ifnotyou.sample.ats.world import OfferStep, Seat
from ifnotyou.services import asks, declines, deliveries, habits, syncing

STEPS = tuple(step for step in OfferStep if step is not OfferStep.SUPERSEDED)
UNSENT = frozenset({OfferStep.DRAFT, OfferStep.AWAITING_APPROVAL, OfferStep.APPROVAL_REFUSED})
_numbers = itertools.count(1)


class FakeSide:
    """tests/atsfake.py, and the calls that it would make."""

    def __init__(self, fake, call, signed):
        self.world = fake.world
        self.outbox = []
        self._fake, self._call, self._signed = fake, call, signed
        self.world.listeners.append(self._heard)

    def connect(self, workspace):
        return self._fake.connect(workspace)

    def torn(self, call, where):
        return self._made(call.body[: len(call.body) * where // 6])

    def _heard(self, happening):
        told = [happening.application] if happening.application else []
        people = [one for one in (happening.candidate, happening.other) if one]
        key = f"call {next(_numbers)}"
        self.outbox.append(self._made(self._call(key, *told, event=happening.verb, candidates=people)))

    def _made(self, body):
        return Call("changed", {"Fake-Signature": self._signed(body)}, body)


class StandInSide:
    """A stand-in of sample/ats/, asked over HTTP, with the calls that the real system would make."""

    SECRET = "a secret between the two of us"

    def __init__(self, stand_in):
        self.world, self._stand_in = stand_in.world, stand_in
        stand_in.hook = ("http://127.0.0.1:9/", self.SECRET)

    @property
    def outbox(self):
        return self._stand_in.outbox

    def connect(self, workspace):
        slug, typed = self._stand_in.slug, self._stand_in.settings()
        secret = {field.name for field in all_systems()[slug].fields if field.secret}
        return Connection.objects.create(
            workspace=workspace,
            system=slug,
            address=self._stand_in.url,
            settings={name: value for name, value in typed.items() if name not in secret},
            secrets=json.dumps({name: value for name, value in typed.items() if name in secret}),
            hook_secret=self.SECRET,
        )

    def torn(self, call, where):
        return self._stand_in.signed(call.event, call.body[: len(call.body) * where // 6], self.SECRET)


class History:
    """What happens there and what of it reaches the workspace that lives through it."""

    def __init__(self, far, clock):
        self.far, self.world, self._clock = far, far.world, clock
        self.workspace, self.connection, self.recruiter = self._company()
        self.forgotten = []  # names of people who were deleted or anonymised over there
        self.asked = []  # sets of candidates over there who are one human being, of whom one was asked
        self.colleagues = [self.world.hire(first, _name()) for first in ("Maya", "Jon", "Ana")]
        self.jobs = [self.world.open_job(title) for title in ("Engineer", "Cook")]
        for job in (0, 1, 0, 1):
            self._newcomer(job)
        # Nothing happens to the first: a system that shows nothing at all any more is not believed.
        self._left_alone = {*list(self.world.candidates)[:1], *list(self.world.applications)[:1]}
        for application in list(self.world.applications)[:3]:
            self.world.offer(application)
        self.far.outbox.clear()
        self.sync(0, 0)

    def run(self, steps):
        for verb, one, other in steps:
            getattr(self, verb)(one, other)

    # --- over there

    def apply(self, one, other):
        person = self._pick(self.world.candidates, other)
        if person is None or one > 1:
            self._newcomer(other % 2)
        else:
            self.world.apply(person, self.jobs[one % 2])

    def offer(self, one, other):
        self._with(
            one, lambda found: self.world.offer(found.id, [OfferStep.SENT, OfferStep.DRAFT][other // 5])
        )

    def decide(self, one, other):
        found, step = self._pick(self.world.applications, one), STEPS[other % len(STEPS)]
        if found is not None and found.offers and not (found.offer.sent_at and step in UNSENT):
            self.world.decide(found.id, step)

    def decline(self, one, other):
        found = self._pick(self.world.applications, one)
        if found is not None:
            if not found.offers:
                self.world.offer(found.id)
            self.world.decide(found.id, OfferStep.DECLINED)
            self.world.end(found.id, 1 + other % 4)

    def end(self, one, other):
        self._with(one, lambda found: self.world.end(found.id, 1 + (2 * other) % 10))

    def reopen(self, one, _other):
        self._with(one, lambda found: self.world.reopen(found.id))

    def delete_offer(self, one, _other):
        self._with(one, lambda found: self.world.delete_offer(found.id))

    def meet(self, one, other):
        seat = Seat(self.colleagues[other % 3].id, shadow=other == 5)
        self._with(one, lambda found: self.world.meet(found.id, seat, minutes=30 + 10 * other))

    def unmeet(self, one, other):
        found = self._pick(self.world.applications, one)
        if found is not None and found.meetings:
            verb = [self.world.cancel_meeting, self.world.delete_meeting][other % 2]
            verb(found.id, found.meetings[0].id)

    def vote(self, one, other):
        user = self.colleagues[other % 3].id
        self._with(one, lambda found: self.world.vote(found.id, user, 1 + other % 5))

    def unvote(self, one, _other):
        found = self._pick(self.world.applications, one)
        if found is not None and found.feedback:
            self.world.delete_feedback(found.id, found.feedback[0].id)

    def rename(self, one, _other):
        found = self._pick(self.world.candidates, one)
        if found is not None and not found.anonymised:
            self.world.rename(found.id, found.first_name, _name())

    def forbid(self, one, other):
        found = self._pick(self.world.candidates, one)
        if found is not None and other == 0:
            self.world.forbid_contact(found.id)

    def merge(self, one, other):
        gone, survivor = (self._pick(self.world.candidates, number) for number in (one, other))
        if gone and gone is not survivor and not (gone.anonymised or survivor.anonymised):
            self.world.merge(gone.id, survivor.id)
            for group in self.asked:
                if gone.id in group:
                    group.add(survivor.id)

    def forget(self, one, other):
        found = self._pick(self.world.candidates, one)
        if found is not None and not found.anonymised:
            self.forgotten.append(found.last_name)
            [self.world.delete_candidate, self.world.anonymise][other % 2](found.id)

    def unapply(self, one, _other):
        self._with(one, lambda found: self.world.delete_application(found.id))

    # --- on the way

    def deliver(self, one, other):
        """A call arrives; with most, it will come once more."""
        if (call := self._call(one)) is not None:
            self._arrives(call)
            if other > 3:
                self.far.outbox.append(call)

    def deliver_all(self, one, _other):
        calls, self.far.outbox[:] = list(self.far.outbox), []
        random.Random(one).shuffle(calls)
        for call in calls:
            self._arrives(call)

    def lose(self, one, _other):
        self._call(one)

    def tear(self, one, other):
        if (call := self._call(one)) is not None:
            self._arrives(self.far.torn(call, other))

    def forge(self, one, _other):
        if (call := self._call(one)) is not None:
            wrong = {name: value[::-1] for name, value in call.headers.items() if "signature" in name.lower()}
            assert self._arrives(Call(call.event, {**call.headers, **wrong}, call.body), good=False) == 403

    # --- here

    def work(self, _one, _other):
        self._now()
        with scope(workspace=self.workspace.pk):
            deliveries.work(self._connection(), now=self.world.now)

    def sync(self, _one, _other):
        self._now()
        with scope(workspace=self.workspace.pk):
            syncing.sync(self._connection(), now=self.world.now)

    def ask(self, one, _other):
        """Once all is known here that can be, somebody is asked whom the inbox offers."""
        self.sync(0, 0)
        with scope(workspace=self.workspace.pk):
            waiting = list(Decline.objects.exclude(first_asker=None).order_by("pk"))
            if not waiting:
                return
            decline = waiting[one % len(waiting)]
            who = int(decline.candidate.external_id.partition(":")[2])
            try:
                with transaction.atomic():
                    self._asks(decline)
            except Refusal:
                return
            assert not any(who in group for group in self.asked), "a second ask"
            assert who in self.world.candidates, "an ask of somebody who is not there any more"
            self.asked.append({who})

    def _asks(self, decline):
        if decline.stage == Stage.TO_DECIDE:
            declines.decide(decline, yes=True, reason="x", by=self.recruiter, today=self.world.now.date())
        ask = asks.hand_over(decline, decline.first_asker, by=self.recruiter, now=self.world.now)
        asks.start_talking(ask, by=self.recruiter, now=self.world.now)
        asks.say_asked(ask, by=self.recruiter, now=self.world.now)

    # --- the end

    def settled(self):
        """What is here once the last call has been lost and a week has gone by."""
        self.world.now += syncing.LOOKED_AT_EVERY + timedelta(hours=1)
        self.work(0, 0)
        self.sync(0, 0)
        return self._rows(self.workspace)

    def read_at_once(self):
        """What is in a workspace that knows nothing but how it is over there now."""
        workspace, connection, _ = self._company()
        self._now()
        with scope(workspace=workspace.pk):
            syncing.sync(connection, now=self.world.now)
        return self._rows(workspace)

    def never_sent(self):
        """The applications over there whose offer nobody outside has."""
        return {
            f"{self.connection.system}:{one.id}"
            for one in self.world.applications.values()
            if one.offer is None or one.offer.step in UNSENT
        }

    def asks_here(self):
        with scope(workspace=self.workspace.pk):
            return Ask.objects.count(), Claim.objects.count()

    def _rows(self, workspace):
        with scope(workspace=workspace.pk):
            today = self.world.now.date()
            habits.refresh(workspace)
            with transaction.atomic():
                declines.mark_stale(Candidate.objects.values_list("pk", flat=True))
            declines.judge_stale(workspace, today)
            between = ("external_id", "candidate__external_id", "employee__external_id", "job__external_id")
            return {
                "candidates": _by_id(
                    Candidate,
                    "external_id",
                    "name",
                    "email",
                    "linkedin_url",
                    "current_title",
                    "do_not_contact",
                ),
                "offers": _by_id(
                    Offer,
                    "external_id",
                    "candidate__external_id",
                    "job__external_id",
                    "job__title",
                    "status",
                    "doubt",
                    "sent_at",
                    "resolved_at",
                    "decline_reason",
                ),
                "interviews": _by_id(Interview, *between, "kind", "started_at", "minutes", "status"),
                "scorecards": _by_id(Scorecard, *between, "submitted_at", "overall"),
                "declines": _by_id(
                    Decline,
                    "offer__external_id",
                    "candidate__external_id",
                    "stage",
                    "verdict",
                    "category",
                    "declined_at",
                    "first_asker__external_id",
                    "confidence",
                    "channel",
                ),
            }

    # --- small things

    def _company(self):
        workspace = Workspace.objects.create(name=f"Company {next(_numbers)}")
        with scope(workspace=workspace.pk):
            recruiter = User.objects.create_user(
                f"recruiter{next(_numbers)}@example.org", None, role=Role.RECRUITER, workspace=workspace
            )
            return workspace, self.far.connect(workspace), recruiter

    def _newcomer(self, job):
        name = _name()
        person = self.world.add_candidate("Noor", name, f"{name}@example.com".lower(), title="Engineer")
        found = self.world.apply(person, self.jobs[job])
        self.world.meet(found.id, Seat(self.colleagues[0].id), title="Lunch")

    def _pick(self, rows, number):
        chosen = [row for id_, row in rows.items() if id_ not in self._left_alone]
        return chosen[number % len(chosen)] if chosen else None

    def _with(self, number, deed):
        found = self._pick(self.world.applications, number)
        if found is not None:
            deed(found)

    def _call(self, number):
        waiting = self.far.outbox
        return waiting.pop(number % len(waiting)) if waiting else None

    def _arrives(self, call, *, good=True):
        self._now()
        connection = self._connection()
        address = reverse("ats_hook", args=[connection.system, connection.pk, connection.hook_token])
        answer = Client().post(
            address, call.body, content_type="application/json", headers=dict(call.headers)
        )
        assert answer.status_code == 200 or not good, (call.event, answer.status_code, answer.content)
        return answer.status_code

    def _connection(self):
        with scope(workspace=self.workspace.pk):
            return Connection.objects.get(pk=self.connection.pk)

    def _now(self):
        self._clock(self.world.now)


def _name():
    """A name that nobody else ever has, in letters."""
    return "Qu" + "".join("aeioubdfgl"[int(digit)] for digit in f"{next(_numbers):06}") + "zz"


def _by_id(model, *columns):
    rows = list(model.objects.values_list(*columns))
    assert len({row[0] for row in rows}) == len(rows) or model in {Interview, Scorecard}
    return sorted(rows, key=str)
