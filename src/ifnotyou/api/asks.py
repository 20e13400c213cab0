"""Your own cards, for programs: write the note, let it leave once, and keep what comes back on their terms.

A name given in confidence never comes out again: of such names only how many there are is told.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from ifnotyou.api.auth import Call
from ifnotyou.api.errors import wrong_field
from ifnotyou.api.operations import In, Out, get, post, put
from ifnotyou.api.page import Page, Paged, page_of
from ifnotyou.api.previews import (
    CheckedOut,
    ConfirmationIn,
    PreviewOut,
    findings_out,
    preview_out,
)
from ifnotyou.api.texts import Email, FoundAt, FullLine, FullText, LongId, Name, Text, WorksAt
from ifnotyou.models import Ask, Referral
from ifnotyou.playbook.asking import LIVE, AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import QUIET_LINES, doorway, draft_ask
from ifnotyou.playbook.tone import is_checked_language
from ifnotyou.queries.asks import cards_of, own_interviews
from ifnotyou.services import asks, audit, confirming, pages, reading, referrals, replies, sending, thanks
from ifnotyou.services.reading import LONGEST, MOST_NAMES

router = Router(tags=["Asks"])

_NOTE = {
    "subject": "Thank you, and one question",
    "body": "Hi Noor,\n\nThank you for telling us.",
    "quiet": ["free"],
}
QuietLine = Literal["reply", "page", "anonymous", "free"]


class AskRow(Out):
    """One of your cards."""

    id: int = Field(description="Of the card.", examples=[17])
    state: AskState = Field(description="How far it has come.", examples=["waiting"])
    candidate: str = Field(description="Who declined.", examples=["Noor Haddad"])
    job: str = Field(description="The role that they declined.", examples=["Data Engineer"])
    channel: str = Field(
        description="How they are or were asked: conversation or email; empty while nobody chose.",
        examples=["email"],
    )
    handed_at: datetime = Field(description="When it was handed to you.", examples=["2026-11-02T09:00:00Z"])
    asked_at: datetime | None = Field(description="When they were asked.", examples=["2026-11-03T10:00:00Z"])
    ended_at: datetime | None = Field(description="When it was over.", examples=["2026-11-04T11:00:00Z"])
    page: str = Field(description="Its page, for a person.", examples=["https://ask.example.com/cards/17/"])


class TalkedOut(Out):
    """A talk of yours with them."""

    kind: str = Field(description="What it was.", examples=["lunch"])
    started_at: datetime | None = Field(description="When.", examples=["2026-10-20T12:00:00Z"])
    minutes: float | None = Field(description="How long.", examples=[45])


class DoorwayOut(Out):
    """What to say to them, where you talk."""

    ask: str = Field(
        description="The one question.",
        examples=["If not you, who should we talk to about the Data Engineer role?"],
    )
    way_out: str = Field(description="What lets them off.", examples=["No need to answer now."])
    may_i_say: str = Field(
        description="Unanswered, this means no.",
        examples=["If a name comes to mind, may I say that it came from you?"],
    )


class WordsOut(Out):
    """A subject and a text."""

    subject: str = Field(description="The subject.", examples=["Thank you, and one question"])
    body: str = Field(description="The text.", examples=["Hi Noor,\n\nThank you for telling us."])


class NoteOut(WordsOut):
    """Your note as it is kept; empty until you write one. Links in it end in "…"."""

    quiet: list[str] = Field(
        description="Which of the quiet lines go below your words.", examples=[["reply", "free"]]
    )


class QuietLineOut(Out):
    """A line that may go below your words."""

    key: str = Field(description="What stands for it in `quiet`.", examples=["free"])
    text: str = Field(
        description="The line; its link ends in “…” here.",
        examples=["And please leave it if anything you have signed, or a friendship, stands in the way."],
    )


class NamedOut(Out):
    """Somebody whom they named, where it may be known who did."""

    referral: LongId = Field(description="Of the referral.", examples=["3458764513820540928"])
    terms: Terms = Field(description="named, or introduce.", examples=["named"])
    name: str = Field(
        description="Whom; empty where they make the introduction themselves.", examples=["Kim Park"]
    )
    in_touch: bool = Field(description="Whether somebody has written to them.", examples=[False])


class ThanksOut(Out):
    """Your word of thanks: we write the draft and never send it."""

    due: bool = Field(description="Whether it is to be said still.", examples=[True])
    draft: WordsOut | None = Field(
        description="What you could write; null where there is nothing to thank for."
    )


class AskOut(AskRow):
    """One of your cards, with all that is on it."""

    because: list[str] = Field(description="Why you.", examples=[["You had lunch together."]])
    reason_known: bool = Field(
        description="Whether it is known why they declined. Why is not told: do not ask them.",
        examples=[True],
    )
    talks: list[TalkedOut] = Field(description="Your own talks with them, the latest first; nobody else's.")
    doorway: DoorwayOut = Field(description="What to say, where you talk.")
    has_address: bool = Field(description="Whether a note could reach them.", examples=[True])
    draft: WordsOut = Field(
        description="How a note could begin. Its gap, in brackets, wants something that you two really talked about."
    )
    note: NoteOut = Field(description="Your note, as it is kept.")
    quiet_lines: list[QuietLineOut] = Field(description="The lines that may go below it.")
    trouble: str = Field(description="What went wrong, in words; else empty.", examples=[""])
    in_sent_folder: bool | None = Field(
        description="Where it is uncertain: whether the note is in your Sent folder; null where we cannot look.",
        examples=[None],
    )
    named: list[NamedOut] = Field(description="Whom they named, or introduce.")
    in_confidence: int = Field(
        description="How many names they gave in confidence. Which, only the card's page tells, and only you.",
        examples=[0],
    )
    room: int = Field(description="How many names more there is room for.", examples=[3])
    thanks: ThanksOut = Field(description="Your word of thanks.")


class NoteIn(In):
    """Your note: the draft is a start."""

    subject: FullLine = Field(
        max_length=150, description="One line.", examples=["Thank you, and one question"]
    )
    body: FullText = Field(
        max_length=5000,
        description="Your own words.",
        examples=["Hi Noor,\n\nThank you for telling us."],
    )
    quiet: list[QuietLine] = Field(
        default_factory=list,
        max_length=len(QUIET_LINES),
        description="Which of the quiet lines go below your words.",
        examples=[["free"]],
    )


class WordsIn(In):
    """Words to look at; nothing of them is kept."""

    body: Text = Field(max_length=5000, description="The text.", examples=["Hi Noor,\n\nThank you."])


class SaidIn(In):
    """What became of it."""

    what: Literal["asked", "not_asked", "opted_out"] = Field(
        description="asked: I asked, or the note left. not_asked: I did not, or nothing left. opted_out: they would "
        "rather not be contacted, which is kept for ever.",
        examples=["asked"],
    )


class NamedIn(In):
    """Somebody whom they named, and on which terms. Telephone numbers are taken out."""

    name: Name = ""
    works_at: WorksAt = ""
    found_at: FoundAt = ""
    email: Email = ""
    why: Text = Field(
        "",
        max_length=LONGEST["why"],
        description="One or two sentences about their work. What you write is theirs to read, if they ask.",
        examples=["Built the timetable of the night ferries."],
    )
    terms: Literal["confidential", "named", "introduce"] = Field(
        "confidential",
        description="confidential: they did not say that they may be named, so it stays with you. named: they may be "
        "named. introduce: they make the introduction themselves, and nothing of who it is is kept until it comes.",
        examples=["confidential"],
    )
    here: bool = Field(
        default=False,
        description="With introduce: this is the introduction that they announced, and it has come.",
        examples=[False],
    )


class AnswerIn(In):
    """Who was named: one to three people, those they thought of first. Never a list."""

    people: list[NamedIn] = Field(
        min_length=1,
        max_length=MOST_NAMES,
        description="Who, each on the candidate's terms.",
        examples=[[{"name": "Kim Park", "terms": "named"}]],
    )
    looked: bool = Field(
        default=False,
        description="That you have looked at what was pointed out (409 look_first) and keep it as you think right.",
        examples=[False],
    )


class AnswerOut(Out):
    """What was kept."""

    ask: AskOut = Field(description="The card as it stands now.")
    taken_out: list[Literal["telephone", "address"]] = Field(
        description="What stood in the words and is not kept: telephone numbers, and mail addresses of which nobody "
        "said that they are welcome.",
        examples=[["telephone"]],
    )


@get(router, "/asks", Page[AskRow])
def list_asks(
    call: Call,
    paging: Paged,
    state: Annotated[AskState | None, Query(description="Only those that stand there.")] = None,
    open: Annotated[  # noqa: A002 - so it is called in the address
        bool | None,
        Query(
            description="true: those with something still to do or to wait for; false: those that are over."
        ),
    ] = None,
) -> Page[AskRow]:
    """Your own cards, the newest first."""
    found = cards_of(call.user)
    if state is not None:
        found = found.filter(state=state)
    if open is not None:
        found = found.filter(state__in=sorted(LIVE)) if open else found.exclude(state__in=sorted(LIVE))
    return page_of(call, found, paging, by="-handed_at", show=lambda ask: AskRow.model_validate(_row(ask)))


@get(router, "/asks/{int:ask_id}", AskOut)
def get_ask(call: Call, ask_id: int) -> AskOut:
    """One of your cards: why you, what to say, what became of it."""
    ask = _card(call, ask_id)
    audit.write_seen(call.user, ask)
    return _out(call, ask)


@post(router, "/asks/{int:ask_id}/note/check", CheckedOut, example={"body": _NOTE["body"]})
def check_note(call: Call, ask_id: int, body: WordsIn) -> CheckedOut:
    """What could be kinder in these words; nothing is kept."""
    ask = _card(call, ask_id)
    found = asks.findings(ask, asks.Words("", body.body))
    return CheckedOut(findings=findings_out(found), read=is_checked_language(body.body))


@put(router, "/asks/{int:ask_id}/note", AskOut, example=_NOTE, also=(409, 422))
def save_note(call: Call, ask_id: int, body: NoteIn) -> AskOut:
    """Keep your note; nothing leaves."""
    ask = _card(call, ask_id)
    asks.save_draft(ask, asks.Words(body.subject, body.body), list(dict.fromkeys(body.quiet)))
    return _now(call, ask)


@get(router, "/asks/{int:ask_id}/note/preview", PreviewOut, also=(409,))
def preview_note(call: Call, ask_id: int) -> PreviewOut:
    """The note exactly as it would arrive, and the confirmation that sending it wants."""
    ask = _card(call, ask_id)
    shown = confirming.note_shown(ask, by=call.user, now=call.now)
    found = asks.findings(ask, _words(ask))
    return preview_out(shown, confirming.closed(shown.mail.body, confirming.openers_of_note(ask)), found)


@post(router, "/asks/{int:ask_id}/note/send", AskOut, example={"confirmation": "5f0c6a2d"})
def send_note(call: Call, ask_id: int, body: ConfirmationIn) -> AskOut:
    """Your note leaves by your own mailbox: that is the one ask.

    Afterwards its state is asked; or waiting, with the trouble: nothing left; or uncertain: it may have left, so look
    into your Sent folder and say what you found (say_of_ask). It is never sent again by itself.
    """
    ask, seen = _seen(call, ask_id, body)
    return _now(call, sending.send(ask, _words(ask), by=call.user, now=call.now, seen=seen))


@post(router, "/asks/{int:ask_id}/note/take-along", AskOut, example={"confirmation": "5f0c6a2d"})
def take_note_along(call: Call, ask_id: int, body: ConfirmationIn) -> AskOut:
    """You take the note to your own mail program: that is the one ask.

    The text with its links, and the file, are on the card's page. Afterwards say whether you sent it (say_of_ask).
    """
    ask, _ = _seen(call, ask_id, body)
    asks.take_along(ask, _words(ask), by=call.user, now=call.now)
    return _now(call, ask)


@post(router, "/asks/{int:ask_id}/talk", AskOut)
def start_talking(call: Call, ask_id: int) -> AskOut:
    """You are going to ask in conversation: that is the one ask."""
    ask = _card(call, ask_id)
    asks.start_talking(ask, by=call.user, now=call.now)
    return _now(call, ask)


@post(router, "/asks/{int:ask_id}/pass", None, status=204)
def pass_ask(call: Call, ask_id: int) -> None:
    """Somebody else, please: no reason is wanted, and the card is no longer yours."""
    asks.pass_on(_card(call, ask_id), by=call.user, now=call.now)


@post(router, "/asks/{int:ask_id}/say", AskOut, example={"what": "asked"})
def say_of_ask(call: Call, ask_id: int, body: SaidIn) -> AskOut:
    """What became of it: you asked, you did not, or they would rather not be contacted."""
    ask = _card(call, ask_id)
    services: dict[str, Callable[..., None]] = {
        "asked": asks.say_asked,
        "not_asked": asks.say_not_asked,
        "opted_out": asks.say_opted_out,
    }
    services[body.what](ask, by=call.user, now=call.now)
    return _now(call, ask)


@post(
    router,
    "/asks/{int:ask_id}/answer",
    AnswerOut,
    example={"people": [{"name": "Kim Park", "works_at": "Acme", "terms": "named"}]},
)
def answer_ask(call: Call, ask_id: int, body: AnswerIn) -> AnswerOut:
    """Keep the names that came back, all of them or none, each on the candidate's terms.

    What tells of somebody's health, private life, beliefs or pay is pointed out first (409 look_first).
    """
    ask = _card(call, ask_id)
    names, taken_out = _read(ask, body)
    replies.keep_names(ask, names, by=call.user, now=call.now)
    return AnswerOut.model_validate({"ask": _now(call, ask), "taken_out": taken_out})


@post(router, "/asks/{int:ask_id}/close", AskOut)
def close_ask(call: Call, ask_id: int) -> AskOut:
    """They had nobody in mind."""
    ask = _card(call, ask_id)
    asks.say_nobody(ask, by=call.user, now=call.now)
    return _now(call, ask)


@post(router, "/asks/{int:ask_id}/names/take-back", AskOut)
def take_names_back(call: Call, ask_id: int) -> AskOut:
    """They would rather not have named anybody: nothing of it is kept, as long as nobody has been in touch."""
    ask = _card(call, ask_id)
    referrals.take_back(ask, by=call.user, now=call.now)
    return _now(call, ask)


@post(router, "/asks/{int:ask_id}/thanks", AskOut)
def thank_for_ask(call: Call, ask_id: int) -> AskOut:
    """You have thanked them: that closes it."""
    ask = _card(call, ask_id)
    if ask.state == AskState.OPTED_OUT or not referrals.names_of(ask):
        raise Refusal("nothing_named", "Nobody was named: there is nothing to thank for.")
    thanks.say_thanked(ask, by=call.user, now=call.now)
    return _now(call, ask)


def _card(call: Call, ask_id: int) -> Ask:
    return get_object_or_404(cards_of(call.user), pk=ask_id)


def _seen(call: Call, ask_id: int, body: ConfirmationIn) -> tuple[Ask, sending.Seen]:
    """The card, if the person who writes has seen what is about to leave; and what says so of the very mail."""
    ask = _card(call, ask_id)
    shown = confirming.note_shown(ask, by=call.user, now=call.now)
    confirming.refuse_unseen(shown, body.confirmation)
    return ask, confirming.seen(shown, body.confirmation)


def _now(call: Call, ask: Ask) -> AskOut:
    """The card as it stands after what was done, also where it has just left their hands."""
    fresh = Ask.objects.filter(pk=ask.pk).select_related("candidate", "asker", "decline__job", "workspace")
    found = fresh.first()
    if found is None:
        raise Http404
    return _out(call, found)


def _row(ask: Ask) -> dict[str, object]:
    return {
        "id": ask.pk,
        "state": ask.state,
        "candidate": ask.candidate.name,
        "job": str(ask.decline.job),
        "channel": ask.channel,
        "handed_at": ask.handed_at,
        "asked_at": ask.asked_at,
        "ended_at": ask.ended_at,
        "page": f"{settings.PUBLIC_URL}{reverse('card', args=[ask.pk])}",
    }


def _out(call: Call, ask: Ask) -> AskOut:
    heard = [] if ask.state == AskState.WAITING else referrals.names_of(ask)
    door = doorway(ask.decline.job.title)
    draft = draft_ask(Channel.EMAIL, ask.asker.name, ask.candidate.name, ask.decline.job.title)
    links = pages.links_of(ask)._asdict()
    lines = {key: line.format(**links) for key, line in QUIET_LINES.items()}
    openers = confirming.openers_of_note(ask)
    uncertain = ask.state == AskState.UNCERTAIN
    return AskOut.model_validate(
        _row(ask)
        | {
            "because": ask.because,
            "reason_known": ask.decline.category != "unknown",
            "talks": [
                {"kind": talk.kind, "started_at": talk.started_at, "minutes": talk.minutes}
                for talk in own_interviews(ask)
            ],
            "doorway": door._asdict(),
            "has_address": bool(ask.candidate.email),
            "draft": draft._asdict(),
            "note": {
                "subject": ask.subject,
                "body": confirming.closed(ask.body, openers),
                "quiet": ask.quiet,
            },
            "quiet_lines": [
                {"key": key, "text": confirming.closed(line, openers)} for key, line in lines.items()
            ],
            "trouble": ask.trouble,
            "in_sent_folder": sending.is_in_sent_folder(ask, by=call.user) if uncertain else None,
            "named": [_named(one) for one in heard if one.terms != Terms.CONFIDENTIAL],
            "in_confidence": sum(one.terms == Terms.CONFIDENTIAL for one in heard),
            "room": max(0, MOST_NAMES - len(heard)),
            "thanks": _thanks(ask, heard),
        }
    )


def _named(referral: Referral) -> dict[str, object]:
    return {
        "referral": str(referral.pk),
        "terms": referral.terms,
        "name": referral.vip.name if referral.vip and referral.terms == Terms.NAMED else "",
        "in_touch": referral.vip is not None and referral.vip.contacted_at is not None,
    }


def _thanks(ask: Ask, heard: list[Referral]) -> dict[str, object]:
    if not heard or ask.state == AskState.OPTED_OUT:
        return {"due": False, "draft": None}
    draft = thanks.draft_of_thanks(ask, heard)
    return {"due": not thanks.was_thanked(heard), "draft": draft._asdict()}


def _words(ask: Ask) -> asks.Words:
    return asks.Words(ask.subject, ask.body)


def _read(ask: Ask, body: AnswerIn) -> tuple[list[tuple[Given, Terms]], list[str]]:
    """Who was named, as it may be kept, and what was taken out; Refusal where it wants a second look."""
    names: list[tuple[Given, Terms]] = []
    taken_out: list[str] = []
    sensitive: list[str] = []
    for number, person in enumerate(body.people):
        terms = Terms.INTRODUCE if person.here else Terms(person.terms)
        if terms is Terms.INTRODUCE and not person.here:
            names.append((Given(""), terms))  # nothing of who it is, until they come by themselves
            continue
        if person.here and referrals.open_introduction(ask) is None:
            raise Refusal(
                "not_expected",
                "No introduction is expected from them: keep first that they want to make one.",
            )
        cleaned = _cleaned(ask, number, person)
        names.append((cleaned.given, terms))
        taken_out += cleaned.taken_out
        kinds = sorted({remark.kind.value.replace("_", " ") for remark in cleaned.remarks})
        sensitive += [f"{', '.join(kinds)} (person {number + 1})"] if kinds else []
    if sensitive and not body.looked:
        raise Refusal(
            "look_first",
            f"Have a look first, for it had better not be kept: something is said of {'; '.join(sensitive)}. Take it "
            'out, or send the same with "looked": true.',
        )
    return names, sorted(set(taken_out))


def _cleaned(ask: Ask, number: int, person: NamedIn) -> reading.Cleaned:
    """One person without what must not be kept."""
    if reading.is_list(person.name):
        raise wrong_field(
            f"/people/{number}/name", "One to three names are plenty: those they thought of first."
        )
    given = Given(person.name, person.found_at, person.email, person.works_at, person.why)
    cleaned = reading.clean(given, welcome_address=bool(person.email), region=ask.workspace.country)
    if not cleaned.given.name:
        raise wrong_field(f"/people/{number}/name", "A name is needed.")
    return cleaned
