"""What we hold about somebody named is put right, and the role that they are talked with about.

By their host, or by themselves on their own page (`by` None).
"""

from __future__ import annotations

from copy import copy
from dataclasses import asdict, dataclass
from datetime import datetime

from django.db import transaction

from ifnotyou.models import Job, User, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import ENDED
from ifnotyou.playbook.people import mailbox, namesake_key, public_profile
from ifnotyou.queries.humans import MARKS, same_as
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit, hosting, vips
from ifnotyou.services.retention import retention_date


@dataclass(frozen=True)
class About:
    """What is right about a person, cleaned as services/reading.py does it; "" where nobody knows."""

    name: str
    found_at: str = ""
    email: str = ""
    works_at: str = ""
    country: str = ""
    language: str = ""


@transaction.atomic
def correct(vip: Vip, about: About, *, by: User | None, now: datetime) -> Vip:
    """Put right what we hold. What they are known again by is read anew; the book says which fields, not what.

    What they were known by stays with them as keyed hashes: whoever names them by a former address names nobody new,
    and once they are forgotten nobody brings them back by it.
    """
    vip = hosting.held(vip)
    if not about.name.strip():
        raise Refusal("no_name", "A name is needed.")
    changed = [field for field, value in asdict(about).items() if getattr(vip, field) != value]
    if not changed:
        return vip
    before = copy(vip)
    for field in changed:
        setattr(vip, field, getattr(about, field))
    vip.mailbox = mailbox(vip.email)
    vip.profile = public_profile(vip.found_at)
    vip.namesake = namesake_key(vip.name, vip.works_at)
    if any(getattr(vip, mark) != getattr(before, mark) for mark in MARKS):
        for same in Vip.objects.filter(same_as(before)):  # which is the same human being afterwards, too
            vips.keep_marks(same, same)
        vips.keep_marks(vip, before)
        vips.keep_marks(vip, vip)
    _save(vip, now)
    audit.write(by, "corrected", vip, fields=changed)
    return vip


@transaction.atomic
def talk_about(vip: Vip, job: Job, *, by: User, now: datetime) -> Vip:
    """Another role that suits them better. Why they were named stays what it is."""
    vip = hosting.locked(vip)
    if vip.stage in ENDED:
        raise Refusal("ended", "It has ended: there is no role to talk about.")
    if vip.job_id == job.pk:
        return vip
    if job.status != "open":
        raise Refusal("role_over", f"{job} is not open any more. Please choose another one.")
    vip.job = job
    _save(vip, now)
    audit.write(by, "other_role", vip, job=job.pk)
    return vip


def _save(vip: Vip, now: datetime) -> None:
    vip.changed_at = now
    vip.retain_until = retention_date(vip, policy_of(vip.workspace).retention, vip.workspace.country)
    vip.save()
