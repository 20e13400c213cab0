"""Those whom a host has taken and been in touch with, as the company's system for applicants takes them in.

Nobody else: a name that came in is nobody's applicant (playbook rule 7). Of the source only the sentence that the
person themselves may be told, and of a person nothing that was said in confidence or in the letters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse

from ifnotyou.models import Employee, Referral, User, Vip, Workspace
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import IN_TOUCH, VipStage
from ifnotyou.playbook.people import mailbox
from ifnotyou.playbook.vip_letters import tells_most
from ifnotyou.queries.names import given_of, names_visible_to, opted_out_among, vips_visible_to

COLUMNS = (
    "external_key",
    "candidate_name",
    "email",
    "profile",
    "company",
    "job_id",
    "job_title",
    "owner_name",
    "owner_email",
    "source",
    "tag",
    "link",
    "first_contact_on",
    "stage",
    "exported_on",
)


def exportable(user: User) -> list[Vip]:
    """Whose rows there are, by key: keys are random and tell nothing.

    Somebody we parted with is among them only where the other system knows them already.
    """
    visible = _taken_and_contacted(vips_visible_to(user))
    there = visible.filter(stage__in=sorted({*IN_TOUCH, VipStage.HIRED})) | visible.filter(
        stage=VipStage.PARTED, exported_at__isnull=False
    )
    return _but_opted_out(there, user.workspace)


def to_be_filed(workspace: Workspace, only: int | None = None) -> list[Vip]:
    """Of the same people those who go there without anybody pressing a button; `only`: this one, if they still do.

    With them it has not ended ("not now" is an end, too), and they do not work here.
    """
    announced = Referral.objects.filter(vip=OuterRef("pk"), announced_on__isnull=False)
    there = _taken_and_contacted(Vip.objects.filter(Exists(announced), workspace=workspace)).filter(
        stage__in=sorted(IN_TOUCH), closed_on=None
    )
    if only is not None:
        there = there.filter(pk=only)
    vips = _but_opted_out(there, workspace)
    colleagues = _addresses_of_colleagues() if vips else frozenset()
    return [vip for vip in vips if vip.mailbox not in colleagues]


def source_of(vip: Vip) -> str:
    """Of where we have somebody's name from, the one sentence that may be told; "" where nobody's word is left."""
    named = Referral.objects.filter(vip=vip, announced_on__isnull=False)
    return _source(list(named.select_related("job", "ask__candidate")))


def _taken_and_contacted(vips: QuerySet[Vip]) -> QuerySet[Vip]:
    return vips.filter(host__isnull=False, contacted_at__isnull=False, set_aside="")


def _but_opted_out(there: QuerySet[Vip], workspace: Workspace) -> list[Vip]:
    vips = list(there.select_related("host", "job").order_by("pk"))
    out = opted_out_among(vips, workspace)
    return [vip for vip in vips if vip.pk not in out]


def _addresses_of_colleagues() -> frozenset[str]:
    addresses = Employee.objects.filter(active=True).values_list("email", flat=True)
    return frozenset(mailbox(address) for address in addresses) - {""}


def rows_of(vips: Sequence[Vip], user: User) -> list[tuple[str, ...]]:
    """The rows, each cell a text, in the order of COLUMNS; as many queries for all of them as for one."""
    referrals: dict[int | None, list[Referral]] = defaultdict(list)
    named = names_visible_to(user).filter(vip__in=[vip.pk for vip in vips])
    for referral in named.select_related("job", "ask__candidate"):
        referrals[referral.vip_id].append(referral)
    return [_row(vip, referrals[vip.pk]) for vip in vips]


def _row(vip: Vip, referrals: Sequence[Referral]) -> tuple[str, ...]:
    return (
        f"ifnotyou-{vip.pk}",
        vip.name,
        vip.email,
        vip.found_at,
        vip.works_at,
        vip.job.external_id if vip.job else "",
        str(vip.job) if vip.job else "",
        vip.host.name if vip.host else "",
        vip.host.email if vip.host else "",
        _source(referrals),
        "vip",
        f"{settings.PUBLIC_URL}{reverse('name', args=[vip.pk])}",
        vip.contacted_at.date().isoformat() if vip.contacted_at else "",
        vip.stage,
        vip.exported_at.date().isoformat() if vip.exported_at else "",
    )


def _source(referrals: Sequence[Referral]) -> str:
    """The one sentence that their first message tells them too; "" where nobody's word is left."""
    words = sorted(given_of(referrals), key=lambda one: one.referral.pk)
    place = tells_most((Terms(one.referral.terms), one.referrer) for one in words)
    return "" if place is None else words[place].sentence
