"""Somebody was named: who their host is, how far it has come, and what comes next by when (playbook rule 7).

Every function takes one step of playbook/hosting.py. Whoever is on the board and not parted always has a date; whoever
was taken has a host; nobody is parted with but by a letter that left (services/vip_letters.py).
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from ifnotyou.models import Employee, Job, User, Vip, Workspace
from ifnotyou.playbook.disclosure import QUIET_HOUR, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import (
    ENDED,
    IN_TOUCH,
    OURS,
    SET_ASIDE,
    LetterState,
    Step,
    VipStage,
    may_move,
)
from ifnotyou.playbook.promises import time_zone
from ifnotyou.playbook.retention import LONGEST_CONSENT_MONTHS, add_months
from ifnotyou.queries.humans import same_as
from ifnotyou.queries.names import has_opted_out
from ifnotyou.queries.people import recruiting
from ifnotyou.queries.policy import policy_of
from ifnotyou.queries.working_time import working_time_of
from ifnotyou.services import audit, happenings
from ifnotyou.services.happenings import Kind
from ifnotyou.services.later import later
from ifnotyou.services.people import ensure_user_for
from ifnotyou.services.proposing import best_host, can_host, is_away
from ifnotyou.services.retention import retention_date

LONGEST_STEP = timedelta(days=90)
"""A next step is not put off for longer."""

_END_OF_DAY = time(23, 59)

LOOK_AHEAD = timedelta(days=14)
"""Promises that break within this time are looked at: nobody hears of one earlier, over whatever holidays."""


@transaction.atomic
def begin(vip: Vip, job: Job, *, asker: Employee | None, now: datetime) -> None:
    """A name can be seen from now on: propose a host, and start the clock. A second word for them changes nothing.

    `asker` only where the giver may be known: who is proposed would tell whom they told.
    """
    vip = locked(vip)
    if vip.clock_from is not None:
        if vip.job is None:  # they answered to a letter that a restored backup knew nothing of
            vip.job = job
            _save(vip, now)
        return
    vip.job = job
    if vip.contacted_at is not None:  # in touch since before there were hosts
        say_contacted(vip, by=vip.contacted_by or recruiting(vip.workspace_id)[0], now=now)
        _save(vip, now)
        return
    _start_clock(vip, now, asker=asker)


@transaction.atomic
def introduced(vip: Vip, job: Job, *, asker: Employee | None, by: User, now: datetime) -> None:
    """An introduction came: they have written to us themselves, so an answer is due within one business day.

    The asker was put in copy, and is proposed as the host wherever nobody is it yet.
    """
    vip = locked(vip)
    if vip.stage in IN_TOUCH | {VipStage.PARTED}:
        say_answered(vip, by=by, now=now)
    elif vip.stage == VipStage.TAKEN:
        vip.step = Step.ANSWER
        _save(vip, now)
    elif vip.stage == VipStage.NAMED and (vip.clock_from is None or vip.set_aside):
        vip.job = job
        _start_clock(vip, now, asker=asker, in_copy=True, by=by)


@transaction.atomic
def take(vip: Vip, *, by: User, now: datetime) -> Vip:
    """Become their host, with one tap; a second one changes nothing. From now on it is theirs to write."""
    vip = locked(vip)
    if vip.stage == VipStage.TAKEN and vip.host_id == by.pk:
        return vip
    _refuse_unless(vip, VipStage.TAKEN)
    _refuse_if_nobody_may_write(vip, by.workspace)
    if not can_host(by, vip.workspace_id):
        raise Refusal("reader", "A steward reads, and hosts nobody. Please hand it to somebody else.")
    vip.stage, vip.host, vip.taken_at = VipStage.TAKEN, by, now
    _promise_first_contact(vip, by, now)
    _save(vip, now)
    audit.write(by, "hosts", vip)
    return vip


@transaction.atomic
def give_back(vip: Vip, *, by: User, now: datetime) -> Vip:
    """The host cannot after all, or whoever was to be it: somebody else is proposed, and the clock runs on.

    No reason is wanted.
    """
    vip = locked(vip)
    if vip.stage != VipStage.NAMED or vip.proposed_id != by.pk:
        _refuse_unless(vip, VipStage.NAMED)
    left = vip.host or vip.proposed
    vip.stage, vip.host, vip.taken_at = VipStage.NAMED, None, None
    _propose(vip, best_host(vip, now, but=left) or best_host(vip, now), now)
    _save(vip, now)
    audit.write(by, "gave_back", vip)
    if vip.proposed != left:
        _tell_host(vip, "proposed")
    return vip


@transaction.atomic
def hand_on(vip: Vip, to: User, *, by: User, now: datetime) -> Vip:
    """Somebody else becomes the host, or is proposed where nobody has taken it; what is due stays due."""
    vip = locked(vip)
    if vip.stage in ENDED:
        raise Refusal("ended", "Nothing more is promised to them: there is nobody to hand on.")
    if not can_host(to, vip.workspace_id) or is_away(to, now):
        raise Refusal("away", f"{to.name} is not there at the moment. Please choose somebody else.")
    if vip.stage == VipStage.NAMED:
        _refuse_if_nobody_may_write(vip, by.workspace)
        if to.pk == vip.proposed_id:
            return vip
        _propose(vip, (to, ""), now)
    elif to.pk == vip.host_id:
        return vip
    else:
        vip.host, vip.host_told_at = to, None
        if vip.stage == VipStage.TAKEN:
            _promise_first_contact(vip, to, now)
    _save(vip, now)
    audit.write(by, "handed_on", vip, to=to.pk)
    if to.pk != by.pk:
        _tell_host(vip, "proposed" if vip.stage == VipStage.NAMED else "handed")
    return vip


@transaction.atomic
def hand_on_to(vip: Vip, chosen: User | Employee, *, by: User, now: datetime) -> User:
    """The same to a colleague who may never have signed in: they are invited, both or neither. Returns who it is."""
    to = chosen if isinstance(chosen, User) else ensure_user_for(chosen, by=by)
    if vip.host_id != to.pk and (vip.host_id is not None or vip.proposed_id != to.pk):
        hand_on(vip, to, by=by, now=now)
    return to


def say_contacted(vip: Vip, *, by: User, now: datetime) -> None:
    """Somebody has been in touch: now it is their turn, and nobody reminds them. For services/vips.py, which saves.

    Whoever wrote is the host, where nobody was; or whoever recruits, where they have left since.
    """
    if vip.stage == VipStage.NAMED or vip.host is None:
        vip.host = by if can_host(by, vip.workspace_id) else recruiting(vip.workspace_id)[0]
        vip.taken_at = now
        vip.first_due_at = vip.first_due_at or now
    vip.clock_from = vip.clock_from or now
    vip.stage, vip.set_aside = VipStage.CONTACTED, ""
    _their_turn(vip, now)
    vip.changed_at = now


@transaction.atomic
def say_answered(vip: Vip, *, by: User | None, now: datetime) -> Vip:
    """They wrote, or pressed "tell me more" (`by` None): an answer is due within one business day."""
    vip = locked(vip)
    if vip.stage not in IN_TOUCH | {VipStage.PARTED}:
        hired = vip.stage == VipStage.HIRED
        raise Refusal(
            "not_contacted", _TOO_LATE[VipStage.HIRED] if hired else "Nobody has written to them yet."
        )
    if vip.stage in {VipStage.CONTACTED, VipStage.PARTED}:
        vip.stage = VipStage.TALKING
    vip.answered_on, vip.closed_on = now.date(), None
    _our_turn(vip, Step.ANSWER, "", now)
    _save(vip, now)
    audit.write(by, "answered_host", vip)
    if by is None or by.pk != vip.host_id:
        _tell_host(vip, "answered")
    return vip


@transaction.atomic
def plan(vip: Vip, words: str, due_at: datetime, *, theirs: bool, by: User, now: datetime) -> Vip:
    """What comes next, and by when: the host's own step, or (`theirs`) that it is their turn until then."""
    vip = locked(vip)
    if vip.stage not in IN_TOUCH:
        raise Refusal(
            "no_step", "The next step is the first message." if vip.stage not in ENDED else "It has ended."
        )
    if not now < due_at <= now + LONGEST_STEP:
        raise Refusal("day", f"Choose a day from now on, at most {LONGEST_STEP.days} days ahead.")
    _set_step(vip, Step.WAIT if theirs else Step.OWN, words.strip(), due_at)
    _save(vip, now)
    audit.write(by, "planned", vip)
    return vip


def end_of_day(host: User, day: date, now: datetime) -> datetime:
    """When the host's work ends on that day; today, where it has ended already, when the day does."""
    zone = time_zone(host.zone)
    due = datetime.combine(day, host.work_until, zone)
    if due <= now:
        due = datetime.combine(day, _END_OF_DAY, zone)
    return due.astimezone(UTC)


@transaction.atomic
def say_silent(vip: Vip, *, by: User, now: datetime) -> Vip:
    """A slip: they have not answered after all. Nobody is written to for it."""
    vip = locked(vip)
    if vip.stage != VipStage.TALKING:
        raise Refusal("stage", "Nothing says that they have answered.")
    vip.stage, vip.answered_on = VipStage.CONTACTED, None
    _their_turn(vip, now)
    _save(vip, now)
    audit.write(by, "unsaid", vip)
    return vip


@transaction.atomic
def say_applied(vip: Vip, *, by: User | None, now: datetime) -> Vip:
    """They applied: from here on the same stages and the same bar as for everybody. The host stays theirs."""
    vip = locked(vip)
    _refuse_unless(vip, VipStage.IN_PROCESS)
    vip.stage = VipStage.IN_PROCESS
    vip.applied_on = vip.applied_on or now.date()
    vip.answered_on = vip.answered_on or now.date()
    vip.hired_on = vip.closed_on = None
    _our_turn(vip, Step.OWN, "Tell them what happens next", now)
    _save(vip, now)
    audit.write(by, "applied", vip)
    return vip


@transaction.atomic
def say_hired(vip: Vip, *, by: User | None, now: datetime) -> Vip:
    """They are one of us."""
    vip = locked(vip)
    _refuse_unless(vip, VipStage.HIRED)
    vip.stage = VipStage.HIRED
    vip.hired_on = vip.closed_on = now.date()
    _set_step(vip, None, "", None)
    _save(vip, now)
    audit.write(by, "hired", vip)
    return vip


@transaction.atomic
def say_back(vip: Vip, *, by: User, now: datetime) -> Vip:
    """A slip: not in process yet, or not hired yet. One stage back, with a next step of ours."""
    vip = locked(vip)
    if vip.stage == VipStage.HIRED:
        vip = say_applied(vip, by=by, now=now)
        audit.write(by, "unsaid", vip)
        return vip
    if vip.stage != VipStage.IN_PROCESS:
        raise Refusal("stage", "Nothing says that they have applied.")
    vip.stage, vip.applied_on = VipStage.TALKING, None
    _our_turn(vip, Step.OWN, "Tell them what happens next", now)
    _save(vip, now)
    audit.write(by, "unsaid", vip)
    return vip


def part(vip: Vip, *, now: datetime) -> None:
    """Parted as friends. Only for services/vip_letters.py, once a goodbye has left; it saves."""
    if not may_move(VipStage(vip.stage), VipStage.PARTED):
        raise Refusal("stage", "A goodbye is for somebody who has heard from us.")
    vip.stage, vip.closed_on = VipStage.PARTED, now.date()
    _set_step(vip, None, "", None)
    vip.retain_until = _retained(vip)
    vip.changed_at = now


@transaction.atomic
def keep_in_touch(vip: Vip, wording: str, version: str, *, now: datetime) -> Vip:
    """They said yes to being kept in mind: for at most two years, and until they say no."""
    vip = locked(vip)
    vip.keep_consent_until = add_months(now.date(), LONGEST_CONSENT_MONTHS)
    vip.keep_permission = {"wording": wording, "version": version, "at": now.isoformat()}
    _save(vip, now)
    audit.write(None, "may_keep_in_touch", vip)
    return vip


@transaction.atomic
def say_not_now(vip: Vip, *, now: datetime) -> Vip:
    """They said on their page that this is not the time: it is theirs to write again, and the name goes by itself.

    From now on it is kept as that of somebody with whom it has ended; `keep_in_touch` before this keeps it longer.
    """
    vip = locked(vip)
    if vip.stage not in {VipStage.CONTACTED, VipStage.TALKING}:
        raise Refusal(
            "stage", "There is nothing that could wait: nobody has written to them, or it has ended."
        )
    if vip.closed_on is not None:
        return vip
    vip.stage = VipStage.TALKING
    vip.answered_on = vip.answered_on or now.date()
    vip.closed_on, vip.more_wanted_on = now.date(), None
    _their_turn(vip, now)
    vip.step_words = "They said: not now"
    _save(vip, now)
    audit.write(None, "not_now", vip)
    return vip


@transaction.atomic
def stop_keeping(vip: Vip, *, now: datetime) -> Vip:
    """They took back that we may keep them in mind: the name goes when it would have gone without."""
    vip = locked(vip)
    if vip.keep_consent_until is not None:
        vip.keep_consent_until, vip.keep_permission = None, {}
        _save(vip, now)
        audit.write(None, "may_not_keep_in_touch", vip)
    return vip


@transaction.atomic
def set_aside(vip: Vip, why: str, *, by: User, now: datetime) -> Vip:
    """Nobody writes to them, because nobody may (playbook/hosting.py SET_ASIDE); "" takes it back.

    No way to be rid of somebody: the name is erased by itself on its day, as every name that nobody contacts.
    """
    vip = locked(vip)
    if vip.stage not in {VipStage.NAMED, VipStage.TAKEN}:
        raise Refusal("contacted", "They have heard from us: parting wants a personal note.")
    if why and why not in SET_ASIDE:
        raise Refusal("why", "That is no reason for which nobody may write.")
    if not why and not vip.set_aside:
        return vip
    vip.stage, vip.host, vip.taken_at = VipStage.NAMED, None, None
    if why:
        _put_aside(vip, why)
        _save(vip, now)
    else:
        _start_clock(vip, now, by=by)
    audit.write(by, "set_aside" if why else "took_up_again", vip)
    return vip


@transaction.atomic
def leave(user: User, *, by: User | None, now: datetime) -> None:
    """Somebody can host no more: whom they host goes to `by`, who finds a host; what is proposed to them, to the next.

    Those with whom it has ended go along: they may write again, and their page tells them whom to write to. `by` None
    where the company's files say so.
    """
    there = by is not None and by.pk != user.pk and can_host(by, user.workspace_id)
    heir = by if by is not None and there else recruiting(user.workspace_id)[0]
    rows = Vip.objects.select_for_update(of=("self",)).select_related("workspace", "job")
    for vip in rows.filter(host=user).order_by("pk"):
        vip.host, vip.host_told_at = heir, None
        _save(vip, now)
        audit.write(by, "handed_on", vip, to=heir.pk)
    for vip in rows.filter(proposed=user, stage=VipStage.NAMED, clock_from__isnull=False, set_aside=""):
        _propose_anew(vip, now)


def word_taken_back(vip: Vip, *, now: datetime) -> None:
    """One of several words for somebody whom nobody has written to is gone, and what followed from it goes too.

    Where none is left that may be seen, the clock has not begun. For services/referrals.py.
    """
    seen = vip.referrals.filter(announced_on__isnull=False).select_related("job", "ask__asker")
    words = list(seen.order_by("came_on", "pk"))
    if not words:
        vip.letters.filter(state=LetterState.DRAFT).delete()
        vip.stage, vip.host, vip.taken_at = VipStage.NAMED, None, None
        vip.proposed, vip.proposed_because, vip.set_aside = None, "", ""
        vip.job = vip.clock_from = vip.first_due_at = None
        _set_step(vip, None, "", None)
        _save(vip, now)
    elif vip.stage == VipStage.NAMED and vip.clock_from is not None and not vip.set_aside:
        if vip.job not in [one.job for one in words]:
            vip.job = words[0].job
        asker = next((one.ask.asker for one in words if one.ask is not None), None)
        _propose_anew(vip, now, asker=asker)


def watch(workspace: Workspace, *, now: datetime) -> None:
    """What time brings. Safe to run often.

    Who is proposed and not there makes room for somebody else. Before a promise breaks its host hears, then whoever
    recruits: each once. Where it was their turn until now, it is the host's again.
    """
    for vip in _proposed_to_nobody_there(now):
        _find_somebody_else(vip, now)
    policy = policy_of(workspace).hosting
    near = Vip.objects.filter(due_at__lte=now + LOOK_AHEAD).exclude(stage__in=sorted(ENDED)).order_by("pk")
    untold = near.filter(step__in=sorted(OURS), recruiter_told_at=None)
    for vip in untold.select_related(*_PEOPLE):
        assert vip.due_at is not None  # noqa: S101 - says so to the type checker; the query asks for it
        whose = vip.host or vip.proposed
        if whose is None:
            _announce(vip, "tell_recruiters_due", "recruiter_told_at", now)
            continue
        hours = working_time_of(whose)
        host_hears = hours.hours_before(vip.due_at, policy.host_hears_hours)
        recruiter_hears = hours.hours_before(vip.due_at, policy.recruiter_hears_hours)
        if is_away(whose, now):  # then they hear nothing, and whoever recruits so much the earlier
            recruiter_hears = host_hears
        elif now >= host_hears:
            _announce(vip, "tell_host_due", "host_told_at", now)
        if now >= max(host_hears, recruiter_hears):
            _announce(vip, "tell_recruiters_due", "recruiter_told_at", now)
    for vip in near.filter(step=Step.WAIT, due_at__lte=now):
        _look_again(vip, now)


def locked(vip: Vip) -> Vip:
    """The person as they stand now, and nobody else's until the transaction ends; Refusal where they are gone."""
    found = (
        Vip.objects.select_for_update(of=("self",))
        .select_related("workspace", "job", *_PEOPLE)
        .filter(pk=vip.pk)
        .first()
    )
    if found is None:
        raise Refusal("gone", "This name is no longer here: it was taken back, or erased.")
    return found


def held(vip: Vip) -> Vip:
    """The same, with every other entry that shares or shared an address or a profile with them.

    Two entries can be one human being; two hosts of the two wait for each other here.
    """
    group = Vip.objects.select_for_update(of=("self",)).filter(Q(pk=vip.pk) | same_as(vip))
    list(group.order_by("pk").values_list("pk"))
    return locked(vip)


def take_over(kept: Vip, gone: Vip) -> None:
    """Of two that are one person: whatever came further holds, and the earlier promise. For services/vips.py.

    Where nobody may write to one of them, nobody may write to the one that they are. Who was introduced as one of them
    is owed an answer as the other too, by the day that was promised.
    """
    waiting = kept.contacted_at is None
    why = kept.set_aside or gone.set_aside
    begun = kept.clock_from is not None
    first_due_at = _earlier(kept.first_due_at, gone.first_due_at)
    if waiting and not why and (not begun or (kept.host is None and gone.host is not None)):
        for field in _HOSTING:
            setattr(kept, field, getattr(gone, field))
    kept.clock_from = _earlier(kept.clock_from, gone.clock_from)
    if waiting and why:
        kept.stage, kept.host, kept.taken_at = VipStage.NAMED, None, None
        _put_aside(kept, why)
    elif waiting and first_due_at is not None and first_due_at != kept.due_at:
        _set_step(kept, Step(kept.step), "", first_due_at)
    elif not waiting and kept.stage != VipStage.HIRED and gone.step in OURS:
        _answer_introduction(kept, gone)
    kept.first_due_at = first_due_at


def _answer_introduction(kept: Vip, gone: Vip) -> None:
    """Where `gone` came by an introduction that nobody has answered, `kept` has written to us with it."""
    arrived = gone.referrals.filter(terms=Terms.INTRODUCE, arrived_on__isnull=False)
    day = arrived.order_by("-arrived_on").values_list("arrived_on", flat=True).first()
    if day is None:
        return
    if kept.stage in {VipStage.CONTACTED, VipStage.PARTED}:
        kept.stage = VipStage.TALKING
    kept.answered_on, kept.closed_on = max(kept.answered_on or day, day), None
    if kept.step not in OURS or _earlier(kept.due_at, gone.due_at) != kept.due_at:
        _set_step(kept, Step.ANSWER, "", gone.due_at)


def _start_clock(
    vip: Vip, now: datetime, *, asker: Employee | None = None, in_copy: bool = False, by: User | None = None
) -> None:
    """Propose a host and promise the first contact from now; nobody, where they asked us not to write."""
    vip.clock_from, vip.first_due_at, vip.set_aside = now, None, ""
    if has_opted_out(vip, vip.workspace):
        _put_aside(vip, "opted_out")
    else:
        _propose(vip, best_host(vip, now, asker=asker, in_copy=in_copy), now)
    _save(vip, now)
    if by is None or by.pk != vip.proposed_id:
        _tell_host(vip, "proposed")


def _put_aside(vip: Vip, why: str) -> None:
    vip.set_aside, vip.proposed, vip.proposed_because = why, None, ""
    _set_step(vip, None, "", None)


def _propose(vip: Vip, host: tuple[User, str] | None, now: datetime) -> None:
    """Put the proposed host, with why, and the first promise into the row. Where nobody is there: the recruiters'."""
    vip.proposed, vip.proposed_because = host or (None, "")
    _promise_first_contact(vip, vip.proposed or recruiting(vip.workspace_id)[0], now)


def _propose_anew(vip: Vip, now: datetime, asker: Employee | None = None) -> None:
    """Look again who could be the host, and save where it is somebody else; nobody is told the same twice."""
    host = best_host(vip, now, asker=asker)
    before = vip.proposed
    if (host[0] if host else None) != before:
        _propose(vip, host, now)
        _tell_host(vip, "proposed")
    elif host is not None:
        vip.proposed_because = host[1]
    _save(vip, now)


def _proposed_to_nobody_there(now: datetime) -> list[Vip]:
    """Those whom nobody has taken, and whoever was to be their host is away, or can be it no more, or is nobody."""
    waiting = Vip.objects.filter(stage=VipStage.NAMED, clock_from__isnull=False, set_aside="").order_by("pk")
    return [
        vip
        for vip in waiting.select_related(*_PEOPLE)
        if vip.proposed is None or not can_host(vip.proposed, vip.workspace_id) or is_away(vip.proposed, now)
    ]


@transaction.atomic
def _find_somebody_else(vip: Vip, now: datetime) -> None:
    """Propose somebody who is there; where there is nobody, all stays as it was until there is."""
    found = Vip.objects.select_for_update(of=("self",)).filter(
        pk=vip.pk, stage=VipStage.NAMED, proposed=vip.proposed, set_aside=""
    )
    for one in found.select_related("workspace", "job", *_PEOPLE):
        if one.proposed is not None or best_host(one, now) is not None:
            _propose_anew(one, now)


def _promise_first_contact(vip: Vip, whose: User, now: datetime) -> None:
    """Within one business day of the host's own calendar, from when the name could be seen; not from when it was taken.

    A promise that is broken stays so, and nobody becomes the host of one that their calendar would have broken.
    """
    assert vip.clock_from is not None  # noqa: S101 - says so to the type checker; _start_clock() has set it
    days = policy_of(vip.workspace).hosting.contact_days
    due, before = working_time_of(whose).after_days(vip.clock_from, days), vip.first_due_at
    if before is not None and min(due, before) <= now:
        due = before
    vip.first_due_at = due
    _set_step(vip, _first_step(vip), "", due)


def _first_step(vip: Vip) -> Step:
    """Take it, then write; or answer, where they came by an introduction and have written first."""
    if vip.stage == VipStage.NAMED:
        return Step.TAKE
    came = vip.referrals.filter(terms=Terms.INTRODUCE, arrived_on__isnull=False).exists()
    return Step.ANSWER if came else Step.WRITE


def _their_turn(vip: Vip, now: datetime) -> None:
    """They have the word; the date is when the name goes by itself."""
    vip.retain_until = _retained(vip)
    until = vip.retain_until or (now + LONGEST_STEP).date()
    _set_step(vip, Step.WAIT, "", datetime.combine(until, time(QUIET_HOUR), UTC))


def _our_turn(vip: Vip, step: Step, words: str, now: datetime) -> None:
    """We owe them something, within one business day of the host's calendar."""
    assert vip.host is not None  # noqa: S101 - says so to the type checker; the database has a constraint
    days = policy_of(vip.workspace).hosting.answer_days
    _set_step(vip, step, words, working_time_of(vip.host).after_days(now, days))


@transaction.atomic
def _look_again(vip: Vip, now: datetime) -> None:
    """It was their turn until now: the host looks what comes next, and nobody reminds them."""
    vip = locked(vip)
    if vip.step == Step.WAIT and vip.due_at is not None and vip.due_at <= now and vip.stage not in ENDED:
        _our_turn(vip, Step.OWN, "They did not come back: what now?", now)
        _save(vip, now)


def _set_step(vip: Vip, step: Step | None, words: str, due_at: datetime | None) -> None:
    vip.step, vip.step_words, vip.due_at = step or "", words, due_at
    vip.host_told_at = vip.recruiter_told_at = None


def _retained(vip: Vip) -> date | None:
    return retention_date(vip, policy_of(vip.workspace).retention, vip.workspace.country)


def keep_retained(vip: Vip) -> None:
    """Save anew when they go by themselves: a letter may have left, or did not. For services/vip_letters.py."""
    vip.retain_until = _retained(vip)
    vip.save(update_fields=["retain_until"])


def save_and_tell(vip: Vip, now: datetime) -> None:
    """Save somebody, and have other programs told where the board shows them otherwise from now on.

    They are on it as soon as their clock runs, which is when the name is announced; before that nothing is told.
    """
    if vip.clock_from is not None and happenings.is_heard(vip.workspace_id):
        before = Vip.objects.filter(pk=vip.pk).values_list("clock_from", *_SHOWN).first()
        if before is not None and before[0] is None:
            happenings.tell_of(Kind.VIP_ARRIVED, {"vip_id": str(vip.pk)}, vip.workspace_id, now)
        elif before is not None and before[1:] != tuple(getattr(vip, field) for field in _SHOWN):
            happenings.tell_of(Kind.VIP_CHANGED, {"vip_id": str(vip.pk)}, vip.workspace_id, now)
    vip.save()


def _save(vip: Vip, now: datetime) -> None:
    vip.changed_at = now
    vip.retain_until = _retained(vip)
    save_and_tell(vip, now)


def _refuse_unless(vip: Vip, new: VipStage) -> None:
    """Raise Refusal where the way does not lead there."""
    if not may_move(VipStage(vip.stage), new):
        raise Refusal("stage", _TOO_LATE[VipStage(vip.stage)])


def _refuse_if_nobody_may_write(vip: Vip, workspace: Workspace) -> None:
    if vip.clock_from is None:
        raise Refusal("not_yet", "This name is not here yet.")
    if vip.set_aside:
        raise Refusal("set_aside", "This name was set aside: nobody writes to them.")
    if has_opted_out(vip, workspace):
        raise Refusal("opted_out", "They asked us not to be contacted: please do not write.")


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)


_PEOPLE = ("host__workspace", "host__employee", "proposed__workspace", "proposed__employee")
"""What is read with a person: whose calendar counts, and whether they are there."""

_HOSTING = (
    "stage",
    "host",
    "taken_at",
    "proposed",
    "proposed_because",
    "step",
    "step_words",
    "due_at",
    "first_due_at",
    "job",
    "host_told_at",
    "recruiter_told_at",
)
"""Who is the host, and what comes next."""

_SHOWN = ("stage", "host_id", "proposed_id", "set_aside", "step", "step_words", "due_at")
"""What of that the board shows."""

_TOO_LATE = {
    VipStage.NAMED: "Nobody is their host yet: somebody has to take it first.",
    VipStage.TAKEN: "They have a host already, who is about to write.",
    VipStage.CONTACTED: "Somebody has written to them already.",
    VipStage.TALKING: "Somebody is talking with them already.",
    VipStage.IN_PROCESS: "They are in process already.",
    VipStage.HIRED: "They are one of us already.",
    VipStage.PARTED: "We have parted as friends: it is theirs to write again.",
}


def _tell_host(vip: Vip, about: str) -> None:
    whom = vip.proposed_id if vip.stage == VipStage.NAMED else vip.host_id
    if whom is not None:
        later("tell_host", workspace_id=vip.workspace_id, vip_id=vip.pk, user_id=whom, about=about)


@transaction.atomic
def _announce(vip: Vip, task: str, field: str, now: datetime) -> None:
    """Enqueue a notice and write down that it goes out, both or neither."""
    same_step = Vip.objects.filter(pk=vip.pk, step=vip.step, due_at=vip.due_at, **{f"{field}__isnull": True})
    if same_step.update(**{field: now}):
        later(task, workspace_id=vip.workspace_id, vip_id=vip.pk)
