"""The people named: that somebody has been in touch, and that two of them are one person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.utils import timezone

from ifnotyou.models import Letter, User, Vip, VipMark
from ifnotyou.playbook.disclosure import Terms, week_of
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import MAY_HAVE_LEFT
from ifnotyou.queries.humans import MARKS, keyed
from ifnotyou.queries.names import has_opted_out, may_be_same
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, hosting
from ifnotyou.services.retention import retention_date


@dataclass(frozen=True)
class Contact:
    """A first contact: when, and how and in which version the privacy notice went with it."""

    on: date
    notice_how: str
    notice_version: str
    country: str = ""
    language: str = ""


@transaction.atomic
def say_contacted(vip: Vip, contact: Contact, *, by: User, now: datetime) -> Vip:
    """Keep that somebody has been in touch and that the notice was given; from now on the name stays.

    Whoever named them anonymously reads a thank-you on the page of their receipt from now on (playbook rule 8).
    """
    vip = hosting.locked(vip)
    if vip.contacted_at is not None:
        raise Refusal("contacted", "That is on record already.")
    if has_opted_out(vip, by.workspace):
        raise Refusal("opted_out", "They asked us not to be contacted: please do not write.")
    if not vip.came_on <= contact.on <= now.date():
        raise Refusal("day", "That day cannot be: the name was not here yet, or the day is still to come.")
    at = now if contact.on == now.date() else datetime.combine(contact.on, time(12), UTC)
    vip.contacted_at, vip.contacted_by = at, by
    vip.notice_given_at, vip.notice_how, vip.notice_version = at, contact.notice_how, contact.notice_version
    vip.country = contact.country or vip.country
    vip.language = contact.language or vip.language
    hosting.say_contacted(vip, by=by, now=now)
    hosting.save_and_tell(vip, now)
    anonymous = vip.referrals.filter(terms=Terms.ANONYMOUS, thanked_on=None)
    anonymous.update(thanked_on=week_of(now.date()))
    audit.write(by, "contacted", vip)
    return vip


@transaction.atomic
def join(vip: Vip, other: Vip, *, by: User) -> Vip:
    """Make one of two that are the same person: the earlier dates and the shorter retention hold. Returns the one.

    The one that was written to is kept, for their "forget me" link is in that letter. Nobody who gave one of the
    names learns of the other.
    """
    first, second = sorted(
        (vip.pk, other.pk)
    )  # in one order, so that two who join at once wait for each other
    both = {key: hosting.locked(Vip(pk=key)) for key in (first, second)}
    kept, gone = both[vip.pk], both[other.pk]
    if kept.pk == gone.pk or not may_be_same(kept, gone):
        raise Refusal("not_same", "Their names or employers differ: these are two people.")
    letters = Letter.objects.select_for_update().filter(vip__in=[first, second])
    under_way = letters.filter(vip__contacted_at=None, state__in=sorted(MAY_HAVE_LEFT))
    if under_way.exists():
        raise Refusal(
            "under_way",
            "A message to one of them may be on its way. Say on their page first whether it was sent.",
        )
    if kept.contacted_at is not None and gone.contacted_at is not None:
        raise Refusal(
            "both_contacted",
            "Both have been written to, and each letter holds a link to be forgotten: they stay apart, so that both "
            "links go on working.",
        )
    if gone.contacted_at is not None:
        kept, gone = gone, kept
    if not letters.filter(vip=kept).exists():
        letters.filter(vip=gone).update(vip=kept)  # a draft
    keep_marks(kept, kept)
    keep_marks(kept, gone)
    _take_over(kept, gone)
    gone.referrals.update(vip=kept)
    gone.requests.update(vip=kept)
    kept.retain_until = _sooner(
        retention_date(kept, policy_of(by.workspace).retention, by.workspace.country),
        *(() if kept.contacted_at else (kept.retain_until, gone.retain_until)),
    )
    if kept.contacted_at is not None:
        kept.referrals.filter(terms=Terms.ANONYMOUS, thanked_on=None).update(
            thanked_on=week_of(kept.contacted_at.date())
        )
    audit.write(by, "joined", kept, other=gone.pk)
    gone.delete()
    hosting.save_and_tell(kept, timezone.now())
    return kept


def keep_marks(vip: Vip, known: Vip) -> None:
    """Keep with a person all that a row of theirs is known by, and was before: it may change, or go, from now on."""
    marks = [
        (kind, key)
        for kind in MARKS
        if (mark := getattr(known, kind))
        for key in keyed([f"{kind}:{mark}"], vip.workspace)
    ]
    marks += known.marks.values_list("kind", "key")
    VipMark.objects.bulk_create(
        [VipMark(workspace=vip.workspace, vip=vip, kind=kind, key=key) for kind, key in sorted(marks)],
        ignore_conflicts=True,
    )


def _take_over(kept: Vip, gone: Vip) -> None:
    """What only the other one knew, mark by mark with what it was read from; of dates the earlier."""
    for mark, written in (
        ("mailbox", "email"),
        ("profile", "found_at"),
        ("namesake", "works_at"),
        ("country", ""),
        ("language", ""),
    ):
        if not getattr(kept, mark):
            setattr(kept, mark, getattr(gone, mark))
            if written:
                setattr(kept, written, getattr(gone, written) or getattr(kept, written))
    kept.came_on = min(kept.came_on, gone.came_on)
    kept.notice_due = min(kept.notice_due, gone.notice_due)
    kept.steward_told_on = _sooner(kept.steward_told_on, gone.steward_told_on)
    hosting.take_over(kept, gone)


def _sooner(*days: date | None) -> date | None:
    return min((day for day in days if day is not None), default=None)
