"""Declines, for programs: the inbox of those who recruit, one decline, and what they do about it.

What a candidate gave as their reason, what scorecards say and what was criticised stay here: programs and agents get
what follows from them, and the address of the page where a person reads the rest.
"""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from typing import Annotated, Any

from django.conf import settings
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import AfterValidator, BaseModel, Field, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema

from ifnotyou.api.auth import Call
from ifnotyou.api.errors import wrong_field
from ifnotyou.api.operations import Day, In, Out, get, post
from ifnotyou.api.page import Page, Paged, page_of
from ifnotyou.api.texts import Email, Line, LongId, Text
from ifnotyou.models import Ask, Decline, Employee
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.connection import Asker, Confidence, PassedOver
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.plan import PlannedDecline
from ifnotyou.playbook.reasons import Category
from ifnotyou.playbook.verdict import Verdict, Why, unquoted
from ifnotyou.queries.declines import Wanted, ask_of, declines_visible_to, declines_wanted
from ifnotyou.services import asks, audit
from ifnotyou.services.declines import HandWritten, decide, met_by, plan_of, record_by_hand, record_enjoyed

router = Router(tags=["Declines"])

LISTED = (
    "offer__external_id",
    "candidate__external_id",
    "candidate__name",
    "job__external_id",
    "job__title",
    "declined_at",
    "sorted_at",
    "category",
    "certainty",
    "stage",
    "verdict",
    "because",
    "first_asker__external_id",
    "first_asker__name",
    "confidence",
    "channel",
)
"""The columns of what a list tells: the others take as long to read as these."""

OF_SCORECARDS = frozenset({"scorecard"})
"""Codes of reasons for or against a colleague that tell of a vote."""

NOT_TOLD = frozenset({"voted_against", "did_not_click"})
"""Codes of reasons why a colleague may not ask that tell of a vote, a survey or a candidate's criticism."""

NOT_TOLD_CODE = "told_on_the_page"

MOST_ENJOYED = 3
"""So many colleagues, in order, may have been named as whom they enjoyed meeting, as on the page."""


def _said(text: str) -> str:
    if not text:
        raise ValueError("Say something here.")
    return text


SaidLine = Annotated[Line, Field(min_length=1), AfterValidator(_said)]
Said = Annotated[Text, Field(min_length=1), AfterValidator(_said)]
EmployeeId = Annotated[Text, Field(max_length=200)]


class NeverNull:
    """Nothing in an address is null: what is not wanted is left out."""

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """The schema of what is there, where it is."""
        return handler(schema["schema"] if schema["type"] == "nullable" else schema)


class DeclineReason(Out):
    """Why somebody declined, as far as the playbook reads it. Their words stand on the page only."""

    category: Category = Field(description="What kind of reason it is.", examples=["other_offer"])
    confidence: float = Field(description="How sure the reading is, from 0 to 1.", examples=[0.95])


class DeclineWhy(Out):
    """One reason for something the playbook says."""

    code: str = Field(description="For programs.", examples=["fresh"])
    text: str = Field(description="For people.", examples=["Declined 5 days ago."])


class DeclineColleague(Out):
    """A colleague."""

    employee_id: str = Field(
        description="Their id in the company's files or tracking system.", examples=["maya"]
    )
    name: str = Field(description="What they are called.", examples=["Maya Chen"])


class DeclineAsker(DeclineColleague):
    """A colleague who may ask. There is no score: the order says who has the most sincere connection."""

    title: str = Field(description="Their job; empty if unknown.", examples=["Engineer"])
    because: list[DeclineWhy] = Field(
        description="Why they, in words that they themselves would read. Scorecards are left out."
    )


class DeclinePassedOver(DeclineColleague):
    """A colleague who may not ask."""

    code: str = Field(
        description=f'Why not; "{NOT_TOLD_CODE}" where it would tell of a vote, a survey or a criticism.',
        examples=["no_direct_interaction"],
    )
    text: str = Field(
        description="The same for people.",
        examples=["Sam Okafor never had a completed conversation with Noor."],
    )


class DeclineCard(DeclineColleague):
    """The card of a decline: with whom it is, and how far they are."""

    id: int = Field(description="The ask.", examples=[12])
    state: AskState = Field(description="How far it is.", examples=["waiting"])


class DeclineName(Out):
    """Somebody named in answer, where the candidate may be named as the source. Of others nothing is told here."""

    vip_id: LongId | None = Field(
        description="Who was named; null where the candidate introduces them.",
        examples=["3458764513820540928"],
    )
    name: str | None = Field(
        description="What they are called; null where the candidate introduces them.", examples=["Kim Park"]
    )
    terms: Terms = Field(description="On which terms.", examples=["named"])


class DeclineDecision(Out):
    """What a person decided. Why stands on the page."""

    by: str | None = Field(description="Who; null where they are gone.", examples=["Rita"])
    at: datetime = Field(description="When.", examples=["2026-06-17T12:00:00Z"])
    yes: bool = Field(description="Whether they said yes.", examples=[True])


class DeclineRow(Out):
    """A declined offer, as the inbox has it."""

    id: int = Field(description="The decline.", examples=[42])
    offer_id: str = Field(description="The offer's id where it came from.", examples=["o-1"])
    candidate_id: str = Field(description="The candidate's id where it came from.", examples=["c-1"])
    candidate: str = Field(description="Who declined.", examples=["Noor Haddad"])
    job_id: str = Field(description="The job's id where it came from.", examples=["j-1"])
    job: str = Field(description="The title of the job; empty if unknown.", examples=["Data Engineer"])
    declined_at: datetime | None = Field(
        description="When it was declined; null if unknown.", examples=["2026-06-12T10:00:00Z"]
    )
    reason: DeclineReason = Field(description="Why they declined.")
    stage: Stage = Field(description="In which part of the inbox it stands.", examples=["to_ask"])
    verdict: Verdict = Field(description="What the playbook says.", examples=["ask"])
    because: list[DeclineWhy] = Field(description="Why it says so.")
    first_asker: DeclineColleague | None = Field(
        description="Who has the most sincere connection; null where nobody may ask."
    )
    confidence: Confidence | None = Field(
        description="How sure the first place is; null where nobody may ask.", examples=["clear"]
    )
    channel: Channel = Field(description="How to ask best.", examples=["conversation"])
    page: str = Field(
        description="The page where a person reads all of it, the candidate's own words too.",
        examples=["https://ifnotyou.example.org/declines/42/"],
    )


class DeclineOut(DeclineRow):
    """A declined offer with who could ask, who has the card, and what came of it."""

    current_title: str = Field(description="The candidate's job now; empty if unknown.", examples=["Analyst"])
    current_company: str = Field(description="Where they work now; empty if unknown.", examples=["Borealis"])
    askers: list[DeclineAsker] = Field(
        description="Who may ask, the most sincere connection first, not the highest title."
    )
    passed_over: list[DeclinePassedOver] = Field(description="Who may not ask, and why not.")
    may_hand_over: bool = Field(description="Whether a card may be handed over now.", examples=[True])
    ask: DeclineCard | None = Field(description="Who has the card, or asked; null where nobody.")
    names: list[DeclineName] = Field(description="Who was named, where their giver may be known.")
    decisions: list[DeclineDecision] = Field(description="What was decided about it, the last first.")


class AskersOut(Out):
    """Who may ask about a decline, and who may not."""

    confidence: Confidence | None = Field(
        description="How sure the first place is; null where nobody may ask.", examples=["clear"]
    )
    may_hand_over: bool = Field(description="Whether a card may be handed over now.", examples=[True])
    askers: list[DeclineAsker] = Field(description="Who may ask, the most sincere connection first.")
    passed_over: list[DeclinePassedOver] = Field(description="Who may not ask, and why not.")


class DeclinesWanted(BaseModel):
    """Which declines a list is of."""

    stage: Annotated[Stage | None, NeverNull] = Field(
        None, description="Only this part of the inbox.", json_schema_extra={"example": "to_ask"}
    )
    reason: Annotated[Category | None, NeverNull] = Field(
        None, description="Only those with this kind of reason.", json_schema_extra={"example": "other_offer"}
    )
    since: Annotated[date | None, NeverNull] = Field(
        None,
        description="Only those declined on this day or later (UTC).",
        json_schema_extra={"example": "2026-06-01"},
    )
    q: str = Field(
        "",
        max_length=100,
        description="Words in the candidate's name or the job's title.",
        json_schema_extra={"example": "noor"},
    )


class NewDecline(In):
    """A declined offer as somebody tells it: "she just called me"."""

    candidate: SaidLine = Field(max_length=200, description="Who declined.", examples=["Ida Wells"])
    job: SaidLine = Field(max_length=300, description="The title of the job.", examples=["Data Engineer"])
    declined_on: Day = Field(
        description="When; not in the future.", ge=date(1990, 1, 1), examples=["2026-06-17"]
    )
    email: Email = Field("", description="Their address, if known.", examples=["ida@example.com"])
    reason: Text = Field(
        "",
        max_length=2000,
        description="Why, in their words. Only those who decide about the ask read this, on the page.",
        examples=["She founds something of her own."],
    )
    talked_with: EmployeeId | None = Field(
        None, description="The id of the colleague who talked with them, if somebody did.", examples=["jon"]
    )
    minutes: int = Field(30, ge=1, le=600, description="For how many minutes they talked.", examples=[45])


class NewDecision(In):
    """Yes or no, and why."""

    yes: bool = Field(
        description="Whether somebody may ask. The default of the playbook is no.", examples=[False]
    )
    reason: Said = Field(
        max_length=2000,
        description="Why: it is kept, for whoever looks at it later.",
        examples=["They laughed about it since."],
    )


class ChosenAsker(In):
    """Who gets the card."""

    employee_id: EmployeeId = Field(description="One of `askers`.", examples=["maya"])


class Enjoyed(In):
    """Whom the candidate enjoyed meeting."""

    employee_ids: list[EmployeeId] = Field(
        min_length=1,
        max_length=MOST_ENJOYED,
        description="Colleagues whom they met, in the order in which they were named.",
        examples=[["jon", "maya"]],
    )


@get(router, "/declines", Page[DeclineRow])
def list_declines(call: Call, wanted: Annotated[DeclinesWanted, Query()], paging: Paged) -> Page[DeclineRow]:
    """Declines, the newest first."""
    found = declines_wanted(
        call.user,
        Wanted(stage=wanted.stage or "", words=wanted.q, category=wanted.reason or "", since=wanted.since),
    )
    found = found.select_related("offer", "candidate", "job", "first_asker").only(*LISTED)
    return page_of(call, found, paging, by="-sorted_at", show=_row)


@get(router, "/declines/{int:decline_id}", DeclineOut)
def get_decline(call: Call, decline_id: int) -> DeclineOut:
    """One decline: may we ask, who, and why."""
    decline = _found(call, decline_id)
    audit.write_seen(call.user, decline)
    return _out(call, decline)


@get(router, "/declines/{int:decline_id}/askers", AskersOut)
def list_askers(call: Call, decline_id: int) -> AskersOut:
    """Who should ask, and who may not."""
    decline = _found(call, decline_id)
    audit.write_seen(call.user, decline)
    planned = plan_of(decline, call.workspace, call.today)
    askers, passed_over = _colleagues(planned)
    return AskersOut(
        confidence=planned.confidence if planned else None,
        may_hand_over=_may_hand_over(decline, ask_of(decline)),
        askers=askers,
        passed_over=passed_over,
    )


@post(
    router,
    "/declines",
    DeclineOut,
    status=201,
    example={
        "candidate": "Ida Wells",
        "job": "Data Engineer",
        "declined_on": "2026-06-17",
        "talked_with": "jon",
    },
)
def record_decline(call: Call, body: NewDecline) -> DeclineOut:
    """Record a declined offer that no system has told us about yet.

    An import that knows the candidate by the same address joins them later. Of whoever asked to be forgotten nothing
    is recorded (409 forgotten).
    """
    if body.declined_on > call.today:
        raise wrong_field("/declined_on", "This day is still to come.")
    told = HandWritten(
        name=body.candidate,
        job_title=body.job,
        declined_on=body.declined_on,
        email=body.email,
        notes=body.reason,
        talked_with=_colleague(body.talked_with) if body.talked_with else None,
        minutes=body.minutes,
    )
    decline = record_by_hand(told, by=call.user, today=call.today)
    call.headers["Location"] = reverse("api:get_decline", args=[decline.pk])
    return _out(call, decline)


@post(
    router,
    "/declines/{int:decline_id}/decision",
    DeclineOut,
    example={"yes": False, "reason": "It was about the way we treated them."},
)
def decide_decline(call: Call, decline_id: int, body: NewDecision) -> DeclineOut:
    """Say yes or no where the playbook leaves it to a person.

    Whoever decides has read the candidate's words, on the decline's page.
    """
    decline = _found(call, decline_id)
    decide(decline, yes=body.yes, reason=body.reason, by=call.user, today=call.today)
    return _out(call, decline)


@post(
    router, "/declines/{int:decline_id}/hand-over", DeclineCard, status=201, example={"employee_id": "maya"}
)
def hand_over_decline(call: Call, decline_id: int, body: ChosenAsker) -> DeclineCard:
    """Hand the card to one of those who may ask.

    The candidate notices nothing of it; the colleague is told, as the page tells them.
    """
    decline = _found(call, decline_id)
    employee = get_object_or_404(Employee, external_id=body.employee_id)
    return _card(asks.hand_over(decline, employee, by=call.user, now=call.now))


@post(router, "/declines/{int:decline_id}/take-back", DeclineOut)
def take_back_decline(call: Call, decline_id: int) -> DeclineOut:
    """Take the card back, as long as nobody was asked."""
    decline = _found(call, decline_id)
    asks.take_card_back(decline, by=call.user, now=call.now)
    return _out(call, decline)


@post(
    router,
    "/declines/{int:decline_id}/enjoyed",
    DeclineOut,
    example={"employee_ids": ["jon", "maya"]},
)
def keep_enjoyed(call: Call, decline_id: int, body: Enjoyed) -> DeclineOut:
    """Keep whom the candidate enjoyed meeting: the best evidence there is."""
    decline = _found(call, decline_id)
    met = {one.external_id: one for one in met_by(plan_of(decline, call.workspace, call.today))}
    for place, employee_id in enumerate(body.employee_ids):
        if employee_id not in met:
            raise wrong_field(f"/employee_ids/{place}", "This is nobody whom they may have met.")
    named = [met[employee_id] for employee_id in dict.fromkeys(body.employee_ids)]
    record_enjoyed(decline, named, by=call.user, now=call.now)
    return _out(call, decline)


@post(router, "/declines/{int:decline_id}/opt-out", DeclineOut)
def opt_out_candidate(call: Call, decline_id: int) -> DeclineOut:
    """Keep for ever that the candidate would rather not hear from us."""
    decline = _found(call, decline_id)
    asks.opt_out_candidate(decline.candidate, by=call.user, now=call.now)
    return _out(call, decline)


def _found(call: Call, decline_id: int) -> Decline:
    visible = declines_visible_to(call.user).select_related("offer", "candidate", "job", "first_asker")
    return get_object_or_404(visible, pk=decline_id)


def _colleague(employee_id: str) -> Employee:
    found = Employee.objects.filter(external_id=employee_id, active=True).first()
    if found is None:
        raise wrong_field("/talked_with", "Nobody who works here has this id.")
    return found


def _row(decline: Decline) -> DeclineRow:
    return DeclineRow(**_shown(decline))


def _out(call: Call, decline: Decline) -> DeclineOut:
    """The decline as it stands now."""
    decline = _found(call, decline.pk)
    planned = plan_of(decline, call.workspace, call.today)
    ask = ask_of(decline)
    askers, passed_over = _colleagues(planned)
    names = ask.referrals.select_related("vip").order_by("came_on", "pk") if ask else ()
    decisions = decline.decisions.select_related("by").order_by("-pk")
    return DeclineOut(
        **_shown(decline) | {"confidence": planned.confidence if planned else None},
        current_title=decline.candidate.current_title,
        current_company=decline.candidate.current_company,
        askers=askers,
        passed_over=passed_over,
        may_hand_over=_may_hand_over(decline, ask),
        ask=_card(ask) if ask else None,
        names=[
            DeclineName(
                vip_id=str(one.vip_id) if one.vip_id else None,
                name=one.vip.name if one.vip else None,
                terms=Terms(one.terms),
            )
            for one in names
        ],
        decisions=[
            DeclineDecision(by=one.by.name if one.by else None, at=one.at, yes=one.yes) for one in decisions
        ],
    )


def _shown(decline: Decline) -> dict[str, Any]:
    """What the list and the decline itself tell alike."""
    first = decline.first_asker
    return {
        "id": decline.pk,
        "offer_id": decline.offer.external_id,
        "candidate_id": decline.candidate.external_id,
        "candidate": decline.candidate.name,
        "job_id": decline.job.external_id,
        "job": decline.job.title,
        "declined_at": decline.declined_at,
        "reason": DeclineReason(category=Category(decline.category), confidence=decline.certainty),
        "stage": Stage(decline.stage),
        "verdict": Verdict(decline.verdict),
        "because": _because(decline),
        "first_asker": DeclineColleague(employee_id=first.external_id, name=first.name) if first else None,
        "confidence": Confidence(decline.confidence) if decline.confidence else None,
        "channel": Channel(decline.channel),
        "page": settings.PUBLIC_URL + _page_of().replace("0", str(decline.pk)),
    }


@cache
def _page_of() -> str:
    """The address of a decline's page, with a 0 for its number: finding it out for each row takes its time."""
    return reverse("decline", args=[0])


def _because(decline: Decline) -> list[DeclineWhy]:
    them = first_name(decline.candidate.name)
    reasons = [unquoted(Why(why["code"], why["text"]), them) for why in decline.because]
    return [DeclineWhy(code=why.code, text=why.text) for why in reasons]


def _colleagues(planned: PlannedDecline | None) -> tuple[list[DeclineAsker], list[DeclinePassedOver]]:
    if planned is None:
        return [], []
    connections = planned.connections
    return [_asker(one) for one in connections.askers], [_passed_over(one) for one in connections.passed_over]


def _asker(asker: Asker) -> DeclineAsker:
    return DeclineAsker(
        employee_id=asker.employee.id,
        name=asker.employee.name,
        title=asker.employee.title,
        because=[
            DeclineWhy(code=why.code, text=why.text) for why in asker.because if why.code not in OF_SCORECARDS
        ],
    )


def _passed_over(one: PassedOver) -> DeclinePassedOver:
    code, text = one.code, one.text
    if code in NOT_TOLD:
        code, text = NOT_TOLD_CODE, f"Why {one.employee.name} should not ask stands on the page."
    return DeclinePassedOver(employee_id=one.employee.id, name=one.employee.name, code=code, text=text)


def _card(ask: Ask) -> DeclineCard:
    return DeclineCard(
        id=ask.pk, state=AskState(ask.state), employee_id=ask.asker.external_id, name=ask.asker.name
    )


def _may_hand_over(decline: Decline, ask: Ask | None) -> bool:
    return ask is None and decline.stage == Stage.TO_ASK
