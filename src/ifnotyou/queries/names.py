"""The people named, as those who recruit and the steward see them.

Only what was announced, and of a veiled name only what its terms allow: the week, never who gave it. What we know of
a person from elsewhere (a colleague, in process, off limits, opted out) is looked up from the person alone, so that
it says nothing about whoever named them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet, prefetch_related_objects
from django.db.models.functions import TruncWeek

from ifnotyou.models import (
    RECRUITERS,
    STEWARDS,
    Candidate,
    DataRequest,
    Employee,
    Interview,
    Offer,
    OptOut,
    Referral,
    User,
    Vip,
    Workspace,
)
from ifnotyou.playbook.disclosure import VEILED, Terms, source_sentence, week_of
from ifnotyou.playbook.hosting import ENDED, OURS, SET_ASIDE, VipStage
from ifnotyou.playbook.people import mailbox, plain_company, plain_name
from ifnotyou.playbook.records import InterviewStatus, OfferStatus
from ifnotyou.queries.humans import vip_keys
from ifnotyou.queries.off_limits import off_limits_now
from ifnotyou.queries.paging import Page, page_of

PAGE = 25
LATELY = timedelta(days=180)
"""Whoever had a conversation or an offer within this time is still in process, or has only just left it."""

MAY_SEE = RECRUITERS | STEWARDS


@dataclass(frozen=True)
class Notice:
    """Something to know about a person before anybody writes; `sure` is False where the name alone says so."""

    code: str
    sure: bool = True
    until: date | None = None


@dataclass(frozen=True)
class Given:
    """One referral as it may be told: who gave it is "" where that is nobody's business."""

    referral: Referral
    referrer: str
    sentence: str

    @property
    def veiled(self) -> bool:
        """Whether its date is no finer than the week."""
        return self.referral.terms in VEILED


@dataclass(frozen=True)
class Line:
    """One person with all that was said for them; without a person where somebody introduces a friend themselves."""

    vip: Vip | None
    given: Sequence[Given]
    notices: Sequence[Notice] = ()
    frozen: bool = False


def names_visible_to(user: User) -> QuerySet[Referral]:
    """Every referral that was announced, to those who recruit and to the steward; to others those of whom they host."""
    announced = Referral.objects.filter(announced_on__isnull=False)
    if user.role in MAY_SEE:
        return announced
    return announced.filter(vip__in=vips_visible_to(user))


def vips_visible_to(user: User) -> QuerySet[Vip]:
    """Everybody named in a referral that this user may see, and whom they host or are to host."""
    if user.role in MAY_SEE:
        return Vip.objects.filter(Exists(names_visible_to(user).filter(vip=OuterRef("pk"))))
    return Vip.objects.filter(Q(host=user) | Q(proposed=user, stage=VipStage.NAMED), clock_from__isnull=False)


def introductions_visible_to(user: User) -> QuerySet[Referral]:
    """Introductions that somebody makes themselves: to whoever recruits, and each to the one who was told of it."""
    introductions = Referral.objects.filter(terms=Terms.INTRODUCE)
    if user.recruits:
        return introductions.filter(announced_on__isnull=False)
    return introductions.filter(ask__asker__user=user)


def may_act_for(user: User, vip: Vip) -> bool:
    """Whether somebody may do something for a person named: whoever recruits, their host, whoever is to be it."""
    return user.recruits or user.pk == vip.host_id or (vip.host_id is None and user.pk == vip.proposed_id)


def promised_by(user: User) -> int:
    """How many people wait for this user: those whom they host and owe a step, and those they are asked to host."""
    mine = Q(host=user, step__in=sorted(OURS)) | Q(proposed=user, stage=VipStage.NAMED, set_aside="")
    return Vip.objects.filter(mine, clock_from__isnull=False).exclude(stage__in=sorted(ENDED)).count()


def names_page(user: User, number: int, today: date) -> Page[Line]:
    """The list, by person, the newest week first; as many queries for a full page as for one name.

    Within a week the order is that of the keys, which are random: it tells nothing.
    """
    names = names_visible_to(user).annotate(week=TruncWeek("came_on"))
    people = (
        names.filter(vip__isnull=False)
        .values("vip_id")
        .annotate(newest=Max("week"), key=F("vip_id"))
        .values_list("newest", "key")
    )
    introductions = names.filter(vip=None).values_list("week", "pk")
    page = page_of(people.union(introductions, all=True).order_by("-newest", "key"), number, PAGE)
    keys = [key for _, key in page.rows]
    by_key: dict[int, list[Referral]] = {}
    found = names_visible_to(user).filter(Q(vip__in=keys) | Q(vip=None, pk__in=keys))
    for referral in found.select_related("job", "vip", "ask__candidate"):
        by_key.setdefault(referral.vip_id or referral.pk, []).append(referral)
    vips = [rows[0].vip for key in keys if (rows := by_key.get(key)) and rows[0].vip is not None]
    notices = notices_about(vips, user, today)
    frozen = frozen_among(vips)
    lines = [
        Line(rows[0].vip, given_of(rows), notices.get(key, ()), key in frozen)
        for key in keys
        if (rows := by_key.get(key))
    ]
    return Page(lines, page.number, page.has_next)


def line_of(vip: Vip, user: User, today: date) -> Line:
    """One person as the page of theirs shows them."""
    rows = names_visible_to(user).filter(vip=vip).select_related("job", "ask__candidate")
    return Line(
        vip,
        given_of(rows),
        notices_about([vip], user, today).get(vip.pk, ()),
        vip.pk in frozen_among([vip]),
    )


def given_of(referrals: Iterable[Referral]) -> list[Given]:
    """Each referral with the sentence that may be told about its source; the newest week first."""
    told = []
    for referral in sorted(referrals, key=lambda one: (-week_of(one.came_on).toordinal(), one.pk)):
        terms = Terms(referral.terms)
        referrer = referral.ask.candidate.name if terms not in VEILED and referral.ask else ""
        told.append(Given(referral, referrer, source_sentence(terms, referrer, str(referral.job))))
    return told


def frozen_among(vips: Iterable[Vip]) -> set[int]:
    """Those of whom nothing is erased by the calendar, because somebody asked what we hold about them."""
    requests = DataRequest.objects.filter(vip__in=[vip.pk for vip in vips], answered_on=None)
    return set(requests.values_list("vip_id", flat=True))


def perhaps_same_as(vip: Vip, user: User) -> list[Vip]:
    """Others with this name, at the same employer or with one of the two unknown: a person decides."""
    others = vips_visible_to(user).exclude(pk=vip.pk).order_by("pk")
    return [other for other in others if may_be_same(vip, other)]


def may_be_same(one: Vip, other: Vip) -> bool:
    """Whether two may be one person, by name and employer."""
    companies = {plain_company(one.works_at), plain_company(other.works_at)} - {""}
    name = plain_name(one.name)
    return bool(name) and name == plain_name(other.name) and len(companies) <= 1


def notices_about(vips: Sequence[Vip], user: User, today: date) -> dict[int, list[Notice]]:
    """By person, what one should know before writing. A fixed number of queries, however many people."""
    if not vips:
        return {}
    found: dict[int, list[Notice]] = {vip.pk: [] for vip in vips}
    _add_opted_out(found, vips, user.workspace)
    _add_colleagues(found, vips)
    _add_in_process(found, vips, today)
    entries = off_limits_now(today)
    namesakes = list(vips_visible_to(user).only("pk", "name", "works_at"))
    for vip in vips:
        entry = entries.get(plain_company(vip.works_at))
        if entry is not None:
            found[vip.pk].append(Notice("off_limits", until=entry.expires_on))
        if any(other.pk != vip.pk and may_be_same(vip, other) for other in namesakes):
            found[vip.pk].append(Notice("perhaps_same", sure=False))
    return found


def reasons_for_aside(notices: Iterable[Notice]) -> frozenset[str]:
    """For which of the things that we know of somebody nobody may write to them."""
    return frozenset(SET_ASIDE) & {notice.code for notice in notices}


def opted_out_among(vips: Sequence[Vip], workspace: Workspace) -> set[int]:
    """Those who asked us not to be contacted; as many queries for all as for one."""
    found: dict[int, list[Notice]] = {vip.pk: [] for vip in vips}
    _add_opted_out(found, vips, workspace)
    out = {pk for pk, notices in found.items() if notices}
    for mark in ("mailbox", "profile"):
        values = {value for vip in vips if (value := getattr(vip, mark))}
        refused = set(
            Candidate.objects.filter(do_not_contact=True, **{f"{mark}__in": sorted(values)}).values_list(
                mark, flat=True
            )
        )
        out |= {vip.pk for vip in vips if getattr(vip, mark) in refused}
    return out


def has_opted_out(vip: Vip, workspace: Workspace) -> bool:
    """Whether this person asked us not to be contacted, under any mark that we know them by."""
    marks = [{mark: value} for mark in ("mailbox", "profile") if (value := getattr(vip, mark))]
    return OptOut.objects.filter(key__in=vip_keys(vip, workspace)).exists() or any(
        Candidate.objects.filter(do_not_contact=True, **mark).exists() for mark in marks
    )


def _add_opted_out(found: dict[int, list[Notice]], vips: Sequence[Vip], workspace: Workspace) -> None:
    prefetch_related_objects(vips, "marks")
    keys = {vip.pk: vip_keys(vip, workspace) for vip in vips}
    wanted = [key for of_one in keys.values() for key in of_one]
    kept = set(OptOut.objects.filter(key__in=wanted).values_list("key", flat=True))
    for vip in vips:
        if kept.intersection(keys[vip.pk]):
            found[vip.pk].append(Notice("opted_out"))


def _add_colleagues(found: dict[int, list[Notice]], vips: Sequence[Vip]) -> None:
    colleagues = list(Employee.objects.filter(active=True).values_list("name", "email"))
    names = {plain_name(name) for name, _ in colleagues}
    mailboxes = {mailbox(email) for _, email in colleagues} - {""}
    for vip in vips:
        if vip.mailbox in mailboxes:
            found[vip.pk].append(Notice("colleague"))
        elif plain_name(vip.name) in names:
            found[vip.pk].append(Notice("colleague", sure=False))


def _add_in_process(found: dict[int, list[Notice]], vips: Sequence[Vip], today: date) -> None:
    """Candidates of ours, by address or profile, perhaps by name and employer, with whom something went on lately."""
    # One question for each mark, each with its index: asked as one with OR, SQLite would read every candidate.
    known = {
        mark: list(Candidate.objects.filter(**{f"{mark}__in": sorted(values)}))
        for mark in ("mailbox", "profile", "namesake")
        if (values := {value for vip in vips if (value := getattr(vip, mark))})
    }
    codes = _lately([one.pk for rows in known.values() for one in rows], today)
    for vip in vips:
        for mark, rows in known.items():
            of_vip = [one for one in rows if getattr(one, mark) == getattr(vip, mark)]
            sure = mark != "namesake"
            if sure and any(one.do_not_contact for one in of_vip):
                _add(found[vip.pk], Notice("opted_out"))
            for one in of_vip:
                if code := codes.get(one.pk):
                    _add(found[vip.pk], Notice(code, sure))


def _add(notices: list[Notice], notice: Notice) -> None:
    """Add what is not said already; what is sure comes first, so a perhaps is not said beside it."""
    if all(kept.code != notice.code for kept in notices):
        notices.append(notice)


def _lately(candidates: Sequence[int], today: date) -> dict[int, str]:
    """By candidate: "declined" where they lately turned an offer down, "in_process" where something else went on."""
    since = datetime.combine(today, datetime.min.time(), UTC) - LATELY
    talks = Interview.objects.filter(candidate__in=candidates, started_at__gte=since)
    codes = dict.fromkeys(
        talks.exclude(status=InterviewStatus.CANCELLED).values_list("candidate_id", flat=True), "in_process"
    )
    offers = Offer.objects.filter(candidate__in=candidates)
    for key, status, sent_at, resolved_at in offers.values_list(
        "candidate_id", "status", "sent_at", "resolved_at"
    ):
        last = max((moment for moment in (sent_at, resolved_at) if moment), default=None)
        if last is not None and last >= since:
            codes[key] = (
                "declined" if status == OfferStatus.DECLINED or codes.get(key) == "declined" else "in_process"
            )
    return codes
