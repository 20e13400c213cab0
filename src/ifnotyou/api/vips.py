"""The people named, for programs: the same as on their pages, cut to whoever asks by the same queries.

Of where a name comes from only what queries/names.py lets be told: of a veiled one the week, never who gave it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

from django.conf import settings
from django.db.models import Prefetch, Q, QuerySet
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router

from ifnotyou.api.auth import Call
from ifnotyou.api.errors import Problem, wrong_field
from ifnotyou.api.operations import get, post, put
from ifnotyou.api.page import Page, Paged, page_of
from ifnotyou.api.texts import LANGUAGE_OR_NONE
from ifnotyou.api.vip_schemas import (
    AboutIn,
    AsideIn,
    ContactIn,
    FreeTimesOut,
    HandOnIn,
    HostOut,
    HostsOut,
    JoinIn,
    QuestionIn,
    RoleIn,
    RoleOut,
    RolesOut,
    SayIn,
    StepIn,
    TalkIn,
    TalkOut,
    VipOut,
    VipRow,
    WhoIn,
)
from ifnotyou.models import Job, Letter, ReceiptLine, Referral, Talk, User, Vip
from ifnotyou.playbook.disclosure import Given as GivenName
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import IN_TOUCH, OURS, LetterState, VipStage
from ifnotyou.playbook.times import MINUTES, USUAL_MINUTES
from ifnotyou.queries.hosts import colleagues_who_could_host, host_of_key
from ifnotyou.queries.names import (
    Given,
    given_of,
    line_of,
    may_act_for,
    names_visible_to,
    notices_about,
    perhaps_same_as,
    reasons_for_aside,
    vips_visible_to,
)
from ifnotyou.queries.talks import talk_ahead
from ifnotyou.services import (
    anonymous,
    audit,
    confirming,
    correcting,
    hosting,
    reading,
    saying,
    scheduling,
    vips,
)
from ifnotyou.services.vip_letters import first_language

router = Router(tags=["VIPs"])

_PERSON = {"name": "Kim Park", "works_at": "Acme", "found_at": "https://www.linkedin.com/in/kim-park"}
_LENGTHS = ", ".join(map(str, MINUTES))
MOST_WORDS = 5


@get(router, "/vips", Page[VipRow])
def list_vips(
    call: Call,
    paging: Paged,
    stage: Annotated[VipStage | None, Query(description="Only those who stand there.")] = None,
    mine: Annotated[bool, Query(description="Only those whom you host or are to host.")] = False,
    q: Annotated[str, Query(max_length=100, description="Words of a name or of a role.")] = "",
) -> Page[VipRow]:
    """The people named, as far as you may see them: the newest first, and in no other order."""
    found = vips_visible_to(call.user).select_related("job", "host", "proposed")
    if stage is not None:
        found = found.filter(stage=stage)
    if mine:
        found = found.filter(Q(host=call.user) | Q(proposed=call.user, stage=VipStage.NAMED))
    for word in q.split()[:MOST_WORDS]:
        found = found.filter(Q(name__icontains=word) | Q(job__title__icontains=word))
    found = found.prefetch_related(Prefetch("referrals", told(names_visible_to(call.user)), to_attr="told"))
    return page_of(
        call, found, paging, by="-came_on", show=lambda vip: VipRow.model_validate(_row(call, vip))
    )


@get(router, "/vips/{int:vip_id}", VipOut)
def get_vip(call: Call, vip_id: int) -> VipOut:
    """Somebody who was named: who hosts, what comes next, what we hold, and what may be said of the source."""
    vip = visible_vip(call, vip_id)
    audit.write_seen(call.user, vip)
    return _out(call, vip)


@post(router, "/vips/{int:vip_id}/take", VipOut)
def take_vip(call: Call, vip_id: int) -> VipOut:
    """You are their host."""
    return _now(call, hosting.take(vip_to_act_for(call, vip_id), by=call.user, now=call.now))


@post(router, "/vips/{int:vip_id}/give-back", None, status=204)
def give_back_vip(call: Call, vip_id: int) -> None:
    """You cannot after all: somebody else is proposed, and no reason is wanted."""
    hosting.give_back(vip_to_act_for(call, vip_id), by=call.user, now=call.now)


@post(router, "/vips/{int:vip_id}/hand-on", None, status=204, example={"to": "colleague-12"})
def hand_on_vip(call: Call, vip_id: int, body: HandOnIn) -> None:
    """Somebody else hosts them, and hears of it at once."""
    vip = vip_to_act_for(call, vip_id)
    chosen = host_of_key(call.user, body.to, call.today)
    if chosen is None:
        raise Refusal("nobody", "They are not there at the moment. Please choose somebody else.")
    hosting.hand_on_to(vip, chosen, by=call.user, now=call.now)


@get(router, "/vips/{int:vip_id}/hosts", HostsOut)
def list_hosts(
    call: Call,
    vip_id: int,
    q: Annotated[str, Query(max_length=100, description="A part of their name.")] = "",
) -> HostsOut:
    """Colleagues who could be their host: they work here, are not away, and can be reached."""
    vip = vip_to_act_for(call, vip_id)
    found, more = colleagues_who_could_host(call.user, q.strip(), call.today, but=vip.host or vip.proposed)
    items = [HostOut(key=one.key, name=one.name, title=one.title) for one in found]
    return HostsOut(items=items, more=more)


@post(router, "/vips/{int:vip_id}/say", VipOut, example={"said": "answered", "seen": "contacted"})
def say_of_vip(call: Call, vip_id: int, body: SayIn) -> VipOut:
    """They answered, applied, are one of us; or that was a slip."""
    vip = vip_to_act_for(call, vip_id)
    return _now(call, saying.say(vip, body.said, body.seen, by=call.user, now=call.now))


@post(
    router, "/vips/{int:vip_id}/contacted", VipOut, example={"on": "2026-11-24", "notice_how": "in_message"}
)
def mark_vip_contacted(call: Call, vip_id: int, body: ContactIn) -> VipOut:
    """Somebody has been in touch in another way than by a letter from here, and the privacy notice was given."""
    vip = vip_to_act_for(call, vip_id)
    contact = vips.Contact(body.on, body.notice_how, body.notice_version, body.country, body.language)
    return _now(call, vips.say_contacted(vip, contact, by=call.user, now=call.now))


@put(
    router,
    "/vips/{int:vip_id}/next",
    VipOut,
    example={"words": "Answer about the team", "day": "2026-11-24"},
    also=(422,),
)
def plan_next_step(call: Call, vip_id: int, body: StepIn) -> VipOut:
    """What comes next, always with a date."""
    vip = vip_to_act_for(call, vip_id)
    host = vip.host or call.user
    if reading.what_goes(body.words, region=call.workspace.country):
        raise wrong_field("/words", "No telephone number and no mail address has its place here.")
    if not call.today <= body.day <= call.today + hosting.LONGEST_STEP:
        raise wrong_field(
            "/day", f"Choose a day from today on, at most {hosting.LONGEST_STEP.days} days ahead."
        )
    due_at = hosting.end_of_day(host, body.day, call.now)
    theirs = body.turn == "theirs"
    return _now(call, hosting.plan(vip, body.words, due_at, theirs=theirs, by=call.user, now=call.now))


@put(router, "/vips/{int:vip_id}/about", VipOut, example=_PERSON, also=(422,))
def correct_vip(call: Call, vip_id: int, body: AboutIn) -> VipOut:
    """Put right what we hold: what is kept about somebody has to be true, and is theirs to read."""
    vip = vip_to_act_for(call, vip_id)
    given = person_given(call, body)
    about = correcting.About(
        name=given.name,
        found_at=given.found_at,
        email=given.email,
        works_at=given.works_at,
        country=body.country,
        language=body.language,
    )
    return _now(call, correcting.correct(vip, about, by=call.user, now=call.now))


@get(router, "/vips/{int:vip_id}/roles", RolesOut)
def list_roles(call: Call, vip_id: int) -> RolesOut:
    """The other roles that are open, by title: one of them may suit them better, and none is proposed."""
    vip = vip_to_act_for(call, vip_id)
    others = Job.objects.filter(status="open").order_by("title", "pk")
    others = others.exclude(pk=vip.job_id) if vip.job_id else others
    return RolesOut(items=[RoleOut(id=job.pk, title=str(job)) for job in others])


@put(router, "/vips/{int:vip_id}/role", VipOut, example={"role": 4}, also=(422,))
def change_vip_role(call: Call, vip_id: int, body: RoleIn) -> VipOut:
    """Fit or not, another role may suit them: it is theirs to say what they would like."""
    vip = vip_to_act_for(call, vip_id)
    job = Job.objects.filter(pk=body.role).first()
    if job is None:
        raise wrong_field("/role", "There is no such role.")
    return _now(call, correcting.talk_about(vip, job, by=call.user, now=call.now))


@put(router, "/vips/{int:vip_id}/aside", VipOut, example={"why": "off_limits"}, also=(422,))
def set_vip_aside(call: Call, vip_id: int, body: AsideIn) -> VipOut:
    """Nobody writes to them, because nobody may; or (null) somebody is to write after all."""
    vip = vip_to_act_for(call, vip_id)
    if body.why is None and not vip.set_aside:
        return _now(call, vip)
    notices = notices_about([vip], call.user, call.today)[vip.pk]
    if body.why is not None and body.why not in reasons_for_aside(notices):
        raise Refusal(
            "why", "We know nothing of the kind about them: that is no reason for which nobody may write."
        )
    return _now(call, hosting.set_aside(vip, body.why or "", by=call.user, now=call.now))


@post(router, "/vips/{int:vip_id}/join", VipOut, example={"other": "3458764513820540930"})
def join_vips(call: Call, vip_id: int, body: JoinIn) -> VipOut:
    """Two of them are one person: the earlier dates and the shorter time hold. Answers with the one that is left."""
    vip = visible_vip(call, vip_id)
    other = next((one for one in perhaps_same_as(vip, call.user) if str(one.pk) == body.other), None)
    if other is None:
        raise Refusal("not_same", "This other name is no longer here, or is not like this one.")
    return _now(call, vips.join(vip, other, by=call.user))


@post(
    router,
    "/vips/{int:vip_id}/question",
    VipOut,
    example={"referral": "3458764513820540928", "text": "Which of the two teams do you mean?"},
)
def ask_referrer(call: Call, vip_id: int, body: QuestionIn) -> VipOut:
    """Leave a question for whoever named them anonymously; they read it only if they come back with their receipt."""
    vip = visible_vip(call, vip_id)
    names = names_visible_to(call.user).filter(vip=vip, terms=Terms.ANONYMOUS).select_related("job")
    referral = next((one for one in names if str(one.pk) == body.referral), None)
    if referral is None:
        raise Refusal("not_anonymous", "Only whoever gave a name anonymously is asked by this way.")
    anonymous.ask_question(referral, body.text, call.user, call.now)
    return _now(call, vip)


@get(router, "/vips/{int:vip_id}/free-times", FreeTimesOut, also=(409, 502))
def list_free_times(
    call: Call,
    vip_id: int,
    minutes: Annotated[int, Query(description=f"For how long a talk: {_LENGTHS}.")] = USUAL_MINUTES,
    language: Annotated[
        str,
        Query(pattern=LANGUAGE_OR_NONE, description="In which the offer is told; theirs, if left out."),
    ] = "",
) -> FreeTimesOut:
    """Three times that could be offered, by the host's hours and calendar; nothing of the calendar is kept or told."""
    vip = vip_to_act_for(call, vip_id)
    if minutes not in MINUTES:
        raise wrong_field("query/minutes", f"One of {_LENGTHS}.")
    host = vip.host or call.user
    found = scheduling.times_for(vip, host, now=call.now, minutes=minutes)
    return FreeTimesOut.model_validate(
        {
            "host": host.name,
            "minutes": minutes,
            "calendar": found.calendar,
            "times": [{"starts_at": moment} for moment in found.moments],
            "offer": scheduling.offer_times(found, host, language or first_language(vip)),
        }
    )


@put(
    router,
    "/vips/{int:vip_id}/talk",
    TalkOut,
    example={"starts_at": "2026-11-24T16:00:00Z", "minutes": 30},
    also=(422,),
)
def agree_talk(call: Call, vip_id: int, body: TalkIn) -> TalkOut:
    """A time that both agreed on; another time for the talk that is ahead is a change of it."""
    vip = vip_to_act_for(call, vip_id)
    talk = scheduling.agree(
        vip,
        starts_at=body.starts_at,
        minutes=body.minutes,
        place=body.place,
        by=call.user,
        now=call.now,
    )
    return TalkOut.model_validate(_talk(talk))


@post(router, "/vips/{int:vip_id}/talk/{int:talk_id}/call-off", None, status=204)
def call_off_talk(call: Call, vip_id: int, talk_id: int) -> None:
    """The talk does not take place: another time is to be found."""
    vip = vip_to_act_for(call, vip_id)
    scheduling.call_off(get_object_or_404(Talk, pk=talk_id, vip=vip), by=call.user, now=call.now)


def visible_vip(call: Call, vip_id: int) -> Vip:
    """Somebody named whom this user may see, else 404."""
    visible = vips_visible_to(call.user).select_related("host", "proposed", "job", "workspace")
    return get_object_or_404(visible, pk=vip_id)


def vip_to_act_for(call: Call, vip_id: int) -> Vip:
    """Somebody named for whom this user may do something: 404 where they may not even see them, else 403."""
    vip = visible_vip(call, vip_id)
    if not may_act_for(call.user, vip):
        raise Problem(403, "not_yours", "Somebody else hosts them: you may look, and do nothing for them.")
    return vip


def person_given(call: Call, person: WhoIn) -> GivenName:
    """Who somebody is, without what must not be kept."""
    given = GivenName(person.name, person.found_at, person.email, person.works_at)
    cleaned = reading.clean(given, welcome_address=bool(person.email), region=call.workspace.country)
    if not cleaned.given.name:
        raise wrong_field("/name", "A name is needed.")
    return cleaned.given


def referral_fields(given: Given, vip: Vip | None) -> dict[str, object]:
    """One word for somebody, as far as it may be told."""
    referral = given.referral
    return {
        "id": str(referral.pk),
        "vip": str(referral.vip_id) if referral.vip_id else None,
        "name": vip.name if vip else "",
        "role": str(referral.job),
        "terms": referral.terms,
        "referrer": given.referrer or None,
        "came": referral.came_on,
        "by_week": given.veiled,
        "why": referral.why,
        "may_be_told": given.sentence,
        "expected_on": referral.expected_on,
        "arrived_on": referral.arrived_on,
    }


def told(referrals: QuerySet[Referral]) -> QuerySet[Referral]:
    """Without what could lead to a giver."""
    return referrals.select_related("job", "ask__candidate").defer("source", "receipt_hash").order_by("pk")


def _row(call: Call, vip: Vip, given: Iterable[Given] | None = None) -> dict[str, object]:
    shown = given_of(vip.told) if given is None else given  # type: ignore[attr-defined]  # prefetched by list_vips
    ours = vip.step in OURS
    return {
        "id": str(vip.pk),
        "name": vip.name,
        "works_at": vip.works_at,
        "stage": vip.stage,
        "role": {"id": vip.job.pk, "title": str(vip.job)} if vip.job else None,
        "host": _colleague(call, vip.host),
        "proposed": _colleague(call, vip.proposed if vip.stage == VipStage.NAMED else None),
        "next": {
            "step": vip.step or None,
            "words": vip.step_words,
            "due_at": vip.due_at,
            "late": ours and vip.due_at is not None and vip.due_at < call.now,
        },
        "set_aside": vip.set_aside or None,
        "sources": [{"terms": one.referral.terms, "referrer": one.referrer or None} for one in shown],
        "page": f"{settings.PUBLIC_URL}{reverse('name', args=[vip.pk])}",
    }


def _colleague(call: Call, user: User | None) -> dict[str, object] | None:
    return None if user is None else {"name": user.name, "you": user.pk == call.user.pk}


def _now(call: Call, vip: Vip) -> VipOut:
    """The person as they stand after what was done."""
    return _out(call, visible_vip(call, vip.pk))


def _out(call: Call, vip: Vip) -> VipOut:
    line = line_of(vip, call.user, call.today)
    hosts = vip.host_id is not None and vip.host_id == call.user.pk
    codes = {notice.code for notice in line.notices}
    letters = Letter.objects.filter(vip=vip, state=LetterState.SENT).select_related("by")
    talk = talk_ahead(vip, call.now)
    openers = confirming.openers_of_letter(vip)
    waiting = vip.stage in {VipStage.NAMED, VipStage.TAKEN}
    return VipOut.model_validate(
        _row(call, vip, line.given)
        | {
            "may_act": may_act_for(call.user, vip),
            "may_write": vip.stage == VipStage.TAKEN and hosts and "opted_out" not in codes,
            "may_part": vip.stage in IN_TOUCH and hosts,
            "notices": [{"code": one.code, "sure": one.sure, "until": one.until} for one in line.notices],
            "may_be_set_aside_for": sorted(reasons_for_aside(line.notices)) if waiting else [],
            "words": _words(vip, line.given),
            "held": _held(vip) | {"frozen": line.frozen},
            "letters": [
                {
                    "kind": letter.kind,
                    "by": letter.by.name if letter.by else "",
                    "sent_at": letter.sent_at,
                    "subject": letter.subject,
                    "body": confirming.closed(letter.body, openers),
                }
                for letter in letters.order_by("sent_at", "pk")
            ],
            "talk": _talk(talk) if talk else None,
            "contacted_at": vip.contacted_at,
            "answered_on": vip.answered_on,
            "applied_on": vip.applied_on,
            "hired_on": vip.hired_on,
            "closed_on": vip.closed_on,
            "more_wanted_on": vip.more_wanted_on,
            "keep_in_touch_until": vip.keep_consent_until,
            "perhaps_same": [str(other.pk) for other in perhaps_same_as(vip, call.user)],
        }
    )


def _words(vip: Vip, given: Iterable[Given]) -> list[dict[str, object]]:
    """Each word with what was said by way of its receipt, in one query for all."""
    told = list(given)
    anonymous_ones = [one.referral.pk for one in told if one.referral.terms == Terms.ANONYMOUS]
    said: dict[int, list[dict[str, object]]] = {}
    lines = ReceiptLine.objects.filter(referral__in=anonymous_ones) if anonymous_ones else ()
    for line in sorted(lines, key=lambda one: (one.said_on, not one.from_host, one.pk)):
        by = "us" if line.from_host else "them"
        said.setdefault(line.referral_id, []).append({"by": by, "text": line.text, "week": line.said_on})
    return [
        referral_fields(one, vip)
        | {
            "may_be_asked": one.referral.terms == Terms.ANONYMOUS and bool(one.referral.receipt_hash),
            "said": said.get(one.referral.pk, []),
        }
        for one in told
    ]


def _held(vip: Vip) -> dict[str, object]:
    fields = (
        "found_at email country language basis notice_given_at notice_how notice_version notice_due "
        "retain_until"
    )
    return {field: getattr(vip, field) for field in fields.split()}


def _talk(talk: Talk) -> dict[str, object]:
    return {
        "id": str(talk.pk),
        "starts_at": talk.starts_at,
        "minutes": talk.minutes,
        "place": talk.place,
    }
