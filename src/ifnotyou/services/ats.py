"""To and from the company's system for applicants: who was handed over, and what became of them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from ifnotyou.models import AuditEvent, Candidate, Interview, Offer, User, Vip, Workspace
from ifnotyou.playbook.hosting import IN_TOUCH, VipStage
from ifnotyou.playbook.records import InterviewStatus, OfferStatus
from ifnotyou.queries.ats import exportable, rows_of
from ifnotyou.services import audit, hosting

TAKEN_BACK = "unsaid"
"""The verb with which the book says that a person took a stage back."""

Facts = Iterable[tuple[int, datetime | None]]
"""That something happened to somebody named: their key, and when."""


@transaction.atomic
def hand_over(user: User, *, now: datetime) -> list[tuple[str, ...]]:
    """The rows for the other system, marked as handed over; a row tells of an earlier time by its day.

    The same `external_key` comes with every time, so that whoever takes the file in twice creates nobody twice.
    """
    vips = exportable(user)
    rows = rows_of(vips, user)
    fresh = [vip.pk for vip in vips if vip.exported_at is None]
    Vip.objects.filter(pk__in=fresh, exported_at=None).update(exported_at=now)
    audit.write(user, "exported", user.workspace, names=len(vips), fresh=len(fresh))
    return rows


def follow(workspace: Workspace, *, now: datetime) -> int:
    """Bring whoever is in touch to where the files say that they are: in process, or hired; returns how many moved.

    Only where address or profile says that it is the same person.
    """
    vips = list(
        Vip.objects.filter(workspace=workspace, stage__in=sorted(IN_TOUCH), contacted_at__isnull=False)
    )
    whose = _records_of(vips)
    interviews = Interview.objects.filter(candidate__in=whose, status=InterviewStatus.COMPLETED)
    offers = Offer.objects.filter(candidate__in=whose, status=OfferStatus.ACCEPTED, resolved_at__isnull=False)
    met = interviews.values_list("candidate_id", "started_at")
    hired = offers.values_list("candidate_id", "resolved_at")
    return bring_on(
        vips,
        met=[(vip, at) for record, at in met for vip in whose[record]],
        hired=[(vip, at) for record, at in hired for vip in whose[record]],
        now=now,
    )


def bring_on(vips: Sequence[Vip], *, met: Facts, hired: Facts, now: datetime) -> int:
    """Bring these people to where the facts say that they are, if they are in touch; returns how many moved.

    Only what happened after our first contact counts. Never back; and what a person took back counts only if it
    happened again since.
    """
    since = _since_contact(vips)
    talked, joined = _after(met, since), _after(hired, since)
    moved = 0
    for pk in sorted({*talked, *joined}):
        moved += _bring_on(Vip(pk=pk), met=pk in talked, hired=pk in joined, now=now)
    return moved


@transaction.atomic
def _bring_on(vip: Vip, *, met: bool, hired: bool, now: datetime) -> bool:
    """Move one person as far as the files go, if they still are where we looked."""
    found = Vip.objects.select_for_update(of=("self",)).filter(pk=vip.pk, stage__in=sorted(IN_TOUCH)).first()
    if found is None:
        return False
    before = found.stage
    if (met or hired) and found.stage != VipStage.IN_PROCESS:
        found = hosting.say_applied(found, by=None, now=now)
    if hired:
        found = hosting.say_hired(found, by=None, now=now)
    return found.stage != before


def _since_contact(vips: Iterable[Vip]) -> dict[int, datetime]:
    """By person we have been in touch with, from when on what happens counts."""
    contacted = {vip.pk: vip.contacted_at for vip in vips if vip.contacted_at is not None}
    taken_back = dict(
        AuditEvent.objects.filter(verb=TAKEN_BACK, noun="vip", noun_id__in=contacted)
        .values("noun_id")
        .annotate(last=Max("at"))
        .values_list("noun_id", "last")
    )
    return {pk: max(at, taken_back.get(pk, at)) for pk, at in contacted.items()}


def _records_of(vips: Iterable[Vip]) -> Mapping[int, set[int]]:
    """By candidate record, the people named whom it surely is."""
    whose: dict[int, set[int]] = defaultdict(set)
    for mark in ("mailbox", "profile"):
        named: dict[str, set[int]] = defaultdict(set)
        for vip in vips:
            if value := getattr(vip, mark):
                named[value].add(vip.pk)
        records = Candidate.objects.filter(**{f"{mark}__in": sorted(named)})
        for record, value in records.values_list("pk", mark):
            whose[record] |= named[value]
    return whose


def _after(facts: Facts, since: Mapping[int, datetime]) -> set[int]:
    """Those of whom one of these facts is younger than our contact with them."""
    return {vip for vip, at in facts if at is not None and vip in since and at > since[vip]}
