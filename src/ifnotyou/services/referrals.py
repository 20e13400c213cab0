"""A name comes back: on the candidate's own page, in a reply, in a talk, or out of the sealed pool.

Each name is one referral to one person (Vip), on its giver's terms. What is told in confidence changes nothing on
the ask, writes no line into the book and is announced with the next morning's names: so nobody but the asker can
tell from what the company sees which of the people asked it was.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.db import transaction

from ifnotyou.models import Ask, Job, OptOut, Referral, User, Vip, Workspace
from ifnotyou.playbook.asking import CLAIMED, AskState
from ifnotyou.playbook.disclosure import (
    KNOWN,
    PERMISSION,
    PERMISSION_VERSION,
    QUIET_HOUR,
    VEILED,
    Given,
    Terms,
    week_of,
)
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import MAY_HAVE_LEFT
from ifnotyou.playbook.people import mailbox, namesake_key, plain_name, public_profile
from ifnotyou.playbook.retention import NOTICE_DAYS, uncontacted_until
from ifnotyou.queries.confidences import confidences_of, source_text, sources_with_wish, wants_word_of
from ifnotyou.queries.humans import SURE, keyed, once_known_by, sure_keys, vip_keys
from ifnotyou.queries.pages import hash_of
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import asks, audit, hosting
from ifnotyou.services.later import later
from ifnotyou.services.pages import new_token

NOTICE = timedelta(days=NOTICE_DAYS)


class Word(StrEnum):
    """Whether we have spoken with those whom somebody named, as far as they want to know."""

    NONE = ""
    """They named nobody to whom we write."""
    OFFERED = "offered"
    WANTED = "wanted"
    """They will read it here."""
    SOME = "some"
    """We have spoken with one of them, or some."""
    ALL = "all"


@transaction.atomic
def give(
    ask: Ask,
    given: Given,
    terms: Terms,
    *,
    now: datetime,
    by: User | None = None,
    wording: str = PERMISSION,
    wants_word: bool = False,
) -> Referral | None:
    """Keep a name for the role of this ask; None where nothing is kept because that person asked us not to.

    Told twice it is kept once; on other terms the last word counts.

    `by` is the asker who tells what they heard, None where the candidate does so on their page. Raises Refusal where
    the ask was never made, the terms are not for a name whose giver is known, or there are enough names.
    `wording` is the sentence with which they let us name them (requirement D4). `wants_word`: they would like to read
    on their page that we have spoken with that person.
    """
    ask = asks.locked(ask)
    if terms not in KNOWN:
        raise Refusal("not_anonymous", "A name that was told to somebody is never anonymous.")
    _refuse_unless_asked(ask)
    earlier = names_of(ask)
    again = next((one for one in earlier if _is_again(one, given, terms)), None)
    if again is not None and again.terms == terms:
        if wants_word:
            wish_for_word(ask, wanted=True)
        return again
    if again is not None:  # the same person on other terms: the last word counts
        _refuse_if_contacted([again])
        remove(again, now=now)
        earlier.remove(again)
        if again.terms not in VEILED and terms in VEILED:
            _tell_of_names_gone(ask, earlier, by=by, now=now)
    most = policy_of(ask.workspace).disclosure.most_names
    if len(earlier) >= most:
        raise Refusal("enough", f"{most} names are plenty: those they thought of first.")
    today = now.date()
    job = ask.decline.job
    if terms is Terms.INTRODUCE:
        referral: Referral | None = keep(None, job, terms, "", today, ask=ask)
    else:
        vip = intake(given, job, terms, today)
        referral = (
            None if vip is None else keep(vip, job, terms, given.why, today, ask=ask, wants_word=wants_word)
        )
    if referral is not None and terms is Terms.NAMED:
        referral.permission = {"wording": wording, "version": PERMISSION_VERSION, "at": now.isoformat()}
        referral.save(update_fields=["permission"])
    _tell_of_ask(ask, terms, by=by, now=now)
    return referral


@transaction.atomic
def take_back(ask: Ask, *, now: datetime, by: User | None = None) -> int:
    """Erase every name that this candidate gave; returns how many. Possible until a host has made contact."""
    ask = asks.locked(ask)
    names = names_of(ask)
    _refuse_if_contacted(names)
    for referral in names:
        remove(referral, now=now)
    if any(one.terms not in VEILED for one in names):
        _tell_of_names_gone(ask, [], by=by, now=now)
    return len(names)


@transaction.atomic
def wish_for_word(ask: Ask, *, wanted: bool) -> None:
    """They would like to read on their page that we have spoken, or would rather not. Nobody else learns of it."""
    ask = asks.locked(ask)
    Referral.objects.filter(ask=ask, terms=Terms.NAMED).update(wants_word=wanted)
    Referral.objects.bulk_update(sources_with_wish(ask, wanted=wanted), ["source"])


def word_of(names: Iterable[Referral], also: Sequence[bool] = ()) -> Word:
    """What somebody may read on their own page of whether we have spoken with those whom they named.

    `also`: for names that count as given and are not kept, whether they want to know.
    """
    told = [(one, one.vip) for one in names if one.vip is not None and one.terms != Terms.INTRODUCE]
    if not told and not also:
        return Word.NONE
    spoken = [vip.contacted_at is not None for one, vip in told if wants_word_of(one)]
    spoken += [False for wanted in also if wanted]
    if not any(spoken):
        return Word.WANTED if spoken else Word.OFFERED
    return Word.ALL if all(spoken) else Word.SOME


@transaction.atomic
def introduction_arrived(referral: Referral, given: Given, *, by: User, now: datetime) -> Vip | None:
    """The introduction came, once: whoever was introduced gets a host, and an answer within one business day.

    None where they asked us earlier not to keep anything about them: then only that it came is kept.
    """
    referral = _introduction(referral)
    if referral.arrived_on is not None:
        raise Refusal("arrived", "This introduction is on record already. Thank you.")
    if not given.name:
        raise Refusal("no_name", "Who was introduced? A name is needed.")
    vip = intake(given, referral.job, Terms.INTRODUCE, now.date())
    referral.vip, referral.arrived_on, referral.why = vip, now.date(), given.why if vip else ""
    referral.save(update_fields=["vip", "arrived_on", "why"])
    audit.write(by, "introduction_arrived", referral)
    if vip is not None:
        asker = referral.ask.asker if referral.ask else None
        hosting.introduced(vip, referral.job, asker=asker, by=by, now=now)
        later("tell_of_names", workspace_id=referral.workspace_id, job_ids=[referral.job_id])
    return vip


def open_introduction(ask: Ask) -> Referral | None:
    """The introduction that this candidate wanted to make and that has not come yet."""
    return ask.referrals.filter(terms=Terms.INTRODUCE, arrived_on=None).order_by("pk").first()


def names_of(ask: Ask) -> list[Referral]:
    """All that this candidate gave, in confidence or not. For the asker and the candidate alone."""
    known = ask.referrals.select_related("vip", "job").order_by("came_on", "pk")
    return [*known, *confidences_of(ask)]


def intake(given: Given, job: Job, terms: Terms, today: date) -> Vip | None:
    """The person named, joined with whoever we know by the same address or profile; None where they opted out.

    Whoever was known by it before they, or their host, put it right is the same person.
    """
    workspace = job.workspace
    came_on = week_of(today) if terms in VEILED else today
    vip = Vip(
        workspace=workspace,
        name=given.name,
        found_at=given.found_at,
        email=given.email,
        works_at=given.works_at,
        mailbox=mailbox(given.email),
        profile=public_profile(given.found_at),
        namesake=namesake_key(given.name, given.works_at),
        came_on=came_on,
        notice_due=came_on + NOTICE,
        retain_until=uncontacted_until(came_on, terms, policy_of(workspace).retention),
    )
    if OptOut.objects.filter(key__in=vip_keys(vip, workspace)).exists():
        return None
    # What is known now comes first: who is corrected meanwhile is then found by what they were known by before.
    for same in (
        *(Vip.objects.filter(**{mark: value}) for mark in SURE if (value := getattr(vip, mark))),
        once_known_by(sure_keys(vip, workspace)),
    ):
        known = same.order_by("pk").first()
        if known is not None:
            return known
    vip.forget_token = new_token()
    vip.forget_hash = hash_of(vip.forget_token)
    vip.save()
    return vip


def keep(
    vip: Vip | None,
    job: Job,
    terms: Terms,
    why: str,
    today: date,
    *,
    ask: Ask | None = None,
    receipt_hash: str = "",
    wants_word: bool = False,
) -> Referral:
    """One referral, with the way back to its giver that its terms allow."""
    confidential = ask is not None and terms is Terms.CONFIDENTIAL
    days = timedelta(days=policy_of(job.workspace).hosting.introduction_days)
    return Referral.objects.create(
        workspace_id=job.workspace_id,
        vip=vip,
        job=job,
        terms=terms,
        ask=ask if terms not in VEILED else None,
        source=source_text(ask.pk, wants_word=wants_word) if ask is not None and confidential else "",
        receipt_hash=receipt_hash,
        why=why,
        came_on=week_of(today) if terms in VEILED else today,
        expected_on=today + days if terms is Terms.INTRODUCE else None,
        wants_word=wants_word and terms is Terms.NAMED,
    )


def remove(referral: Referral, *, now: datetime) -> None:
    """Erase a referral, and the person named where nobody else named them and nobody has been in touch."""
    # The referral before the person, as announce() locks them.
    Referral.objects.select_for_update().filter(pk=referral.pk).first()
    vip = None if referral.vip_id is None else Vip.objects.select_for_update().get(pk=referral.vip_id)
    referral.delete()
    if vip is None or _heard_from_us(vip):
        return
    if vip.referrals.exists():
        hosting.word_taken_back(vip, now=now)
    else:
        vip.delete()


def announce_due(workspace: Workspace, *, now: datetime) -> int:
    """What the quiet hour announces. Where it was missed (the machine was off), only what an earlier week brought.

    Else a name told in confidence would be announced a moment after the talk in which it was told.
    """
    return announce(workspace, now=now, before=None if now.hour == QUIET_HOUR else week_of(now.date()))


@transaction.atomic
def announce(
    workspace: Workspace, *, now: datetime, only: Ask | None = None, before: date | None = None
) -> int:
    """Let those who recruit see the names that came in: all, those of one ask, those before a day; returns how many.

    Veiled names wait for the calendar, which does this at a fixed time of the day, so that nobody meets them on the
    way from a talk.
    """
    waiting = Referral.objects.select_for_update(of=("self",)).filter(announced_on=None)
    if only is not None:
        waiting = waiting.filter(ask=only)
    if before is not None:
        waiting = waiting.filter(came_on__lt=before)
    fresh = list(waiting.select_related("vip", "job", "ask__asker").order_by("pk"))
    Referral.objects.filter(pk__in=[one.pk for one in fresh]).update(announced_on=now.date())
    for referral in fresh:
        audit.write(None, "name_came_in", referral, terms=referral.terms)
        if referral.vip is not None:
            hosting.begin(
                referral.vip, referral.job, asker=referral.ask.asker if referral.ask else None, now=now
            )
    if fresh:
        later("tell_of_names", workspace_id=workspace.pk, job_ids=sorted({one.job_id for one in fresh}))
    return len(fresh)


def _is_again(earlier: Referral, given: Given, terms: Terms) -> bool:
    """Whether this candidate has told us so before: the same person, or once more that they introduce somebody."""
    vip = earlier.vip
    if vip is None or terms is Terms.INTRODUCE:
        return vip is None and terms is Terms.INTRODUCE
    marks = [(vip.mailbox, mailbox(given.email)), (vip.profile, public_profile(given.found_at))]
    told = [f"{kind}:{new}" for kind, (_, new) in zip(SURE, marks, strict=True) if new]
    if vip.marks.filter(key__in=keyed(told, vip.workspace)).exists():
        return True
    both = [(old, new) for old, new in marks if old and new]
    if both:
        return any(old == new for old, new in both)
    return plain_name(vip.name) == plain_name(given.name)


def _introduction(referral: Referral) -> Referral:
    """That introduction as it stands now, locked after its ask; Refusal where it is gone, or none."""
    if referral.ask is not None:
        asks.locked(referral.ask)
    rows = Referral.objects.select_for_update(of=("self",)).filter(pk=referral.pk, terms=Terms.INTRODUCE)
    found = rows.select_related("job__workspace", "ask__asker").first()
    if found is None:
        raise Refusal("gone", "This introduction is no longer expected here.")
    return found


def _heard_from_us(vip: Vip) -> bool:
    """Whether somebody has been in touch, or may have been: a letter that may have left is not undone."""
    return vip.contacted_at is not None or vip.letters.filter(state__in=sorted(MAY_HAVE_LEFT)).exists()


def _refuse_if_contacted(names: Iterable[Referral]) -> None:
    if any(one.vip is not None and (one.arrived_on or _heard_from_us(one.vip)) for one in names):
        raise Refusal(
            "contacted", "We have been in touch with the person already: it is too late to change that."
        )


def _tell_of_names_gone(ask: Ask, left: Iterable[Referral], *, by: User | None, now: datetime) -> None:
    """What the ask shows once a name that could be known is gone: asked, where no other such name is left."""
    if ask.state == AskState.NAMED and all(one.terms in VEILED for one in left):
        asks.move(ask, AskState.ASKED, now, kept=ask)
        audit.write(by, "took_names_back", ask)
        asks.refresh(ask, now)


def _refuse_unless_asked(ask: Ask) -> None:
    if ask.state not in CLAIMED or ask.state == AskState.OPTED_OUT:
        raise Refusal("not_asked", "This candidate was not asked: there is no answer to keep.")


def _tell_of_ask(ask: Ask, terms: Terms, *, by: User | None, now: datetime) -> None:
    """What the ask shows of it: nothing where the name was given in confidence, but that it was asked."""
    if terms in VEILED:
        if ask.state in {AskState.TALKING, AskState.TAKEN, AskState.SENDING, AskState.UNCERTAIN}:
            asks.keep_asked(ask, by=by, now=now)
        return
    if ask.state != AskState.NAMED:
        ask.asked_at = ask.asked_at or now
        ask = asks.move(ask, AskState.NAMED, now, kept=ask)
        audit.write(by, "answered", ask, terms=terms.value)
    announce(ask.workspace, now=now, only=ask)
    asks.refresh(ask, now)
