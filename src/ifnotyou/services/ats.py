"""To and from the company's system for applicants: who was handed over, and what became of them there."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
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

    Only what happened after our first contact counts, and only where address or profile says that it is the same
    person. Never back; and what a person took back counts only if it happened again since.
    """
    met, hired = _since_contact(workspace)
    moved = 0
    for pk in {*met, *hired}:
        moved += _bring_on(Vip(pk=pk), met=pk in met, hired=pk in hired, now=now)
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


def _since_contact(workspace: Workspace) -> tuple[set[int], set[int]]:
    """The keys of those who had an interview, and of those who accepted an offer, since we were in touch."""
    vips = list(
        Vip.objects.filter(workspace=workspace, stage__in=sorted(IN_TOUCH), contacted_at__isnull=False)
    )
    taken_back = dict(
        AuditEvent.objects.filter(verb=TAKEN_BACK, noun="vip")
        .values("noun_id")
        .annotate(last=Max("at"))
        .values_list("noun_id", "last")
    )
    since = {vip.pk: max(filter(None, (vip.contacted_at, taken_back.get(vip.pk)))) for vip in vips}
    whose = _records_of(vips)
    interviews = Interview.objects.filter(candidate__in=whose, status=InterviewStatus.COMPLETED)
    offers = Offer.objects.filter(candidate__in=whose, status=OfferStatus.ACCEPTED, resolved_at__isnull=False)
    return (
        _after(interviews.values_list("candidate_id", "started_at"), whose, since),
        _after(offers.values_list("candidate_id", "resolved_at"), whose, since),
    )


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


def _after(
    facts: Iterable[tuple[int, datetime | None]], whose: Mapping[int, set[int]], since: Mapping[int, datetime]
) -> set[int]:
    """Those of whom one of these facts is younger than our contact with them."""
    return {
        vip for record, moment in facts if moment is not None for vip in whose[record] if moment > since[vip]
    }
