"""A host's letters to somebody named, for programs: the first message, and a goodbye; each leaves at most once."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Literal

from django.conf import settings
from django.urls import reverse
from ninja import Query, Router
from pydantic import Field

from ifnotyou.api.auth import Call
from ifnotyou.api.operations import In, Out, get, post, put
from ifnotyou.api.previews import (
    CheckedOut,
    ConfirmationIn,
    FindingOut,
    PreviewOut,
    WhyNotOut,
    findings_out,
    preview_out,
    why_not_out,
)
from ifnotyou.api.texts import LANGUAGE_OR_NONE, FullLine, FullText, LetterLanguage, Line, Text
from ifnotyou.api.vips import vip_to_act_for
from ifnotyou.models import Letter, Vip
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, LetterState
from ifnotyou.playbook.tone import is_checked_language
from ifnotyou.playbook.vip_letters import LANGUAGES
from ifnotyou.services import confirming, notice, scheduling, sending, vip_letters
from ifnotyou.services.vip_letters import Words

router = Router(tags=["Letters"])

_LETTER = {"subject": "Hello from Jon", "body": "Hi Kim,\n\nI am Jon.", "language": "en"}


class LetterWordsOut(Out):
    """The words of a letter."""

    subject: str = Field(description="Its subject.", examples=["Hello from Jon"])
    body: str = Field(
        description="The host's words. The links, and with a first message the privacy notice, go below them.",
        examples=["Hi Kim,\n\nI am Jon."],
    )
    language: str = Field(description="Its language.", examples=["en"])


class LetterOut(Out):
    """A letter as far as it has come."""

    kind: LetterKind = Field(description="first or goodbye.", examples=["first"])
    state: LetterState | None = Field(
        description="draft, taken, sending, uncertain or sent; null where nobody has begun it.",
        examples=["draft"],
    )
    by: str = Field(description="Whose it is; empty while nobody has begun it.", examples=["Jon Park"])
    yours: bool = Field(description="Whether it is yours.", examples=[True])
    written: LetterWordsOut | None = Field(
        description="What is kept of it; null where there is nothing, or nothing of yours that has not left."
    )
    draft: LetterWordsOut | None = Field(
        description="How it could begin, with its gaps in brackets; null where you may not write."
    )
    why_not: WhyNotOut | None = Field(description="Why it is not yours to write now; null where it is.")
    may_be_told: str | None = Field(
        description="What they are told of where we have their name from: exactly this.",
        examples=["Kim suggested you, and is happy for you to know."],
    )
    missing: list[str] = Field(
        description="What the privacy notice still lacks: until then no first message leaves.", examples=[[]]
    )
    findings: list[FindingOut] = Field(description="What could be kinder in what is kept.")
    trouble: str = Field(description="What went wrong, in words; else empty.", examples=[""])
    in_sent_folder: bool | None = Field(
        description="Where it is uncertain: whether it is in your Sent folder; null where we cannot look.",
        examples=[None],
    )
    sent_at: datetime | None = Field(description="When it left.", examples=[None])
    page: str = Field(
        description="Its page, for a person.",
        examples=["https://ask.example.com/names/3458764513820540928/write/first/"],
    )


class LetterIn(In):
    """The letter: the draft is a start."""

    subject: FullLine = Field(
        max_length=150, description="Neutral: others may read it.", examples=["Hello from Jon"]
    )
    body: FullText = Field(max_length=5000, description="Your own words.", examples=["Hi Kim,\n\nI am Jon."])
    language: LetterLanguage


class LetterWordsIn(In):
    """Words to look at; nothing of them is kept."""

    subject: Line = Field("", max_length=150, description="The subject.", examples=["Hello from Jon"])
    body: Text = Field(max_length=5000, description="The text.", examples=["Hi Kim,\n\nI am Jon."])
    language: LetterLanguage = "en"


class LetterSaidIn(In):
    """What became of it."""

    said: Literal["sent", "not_sent"] = Field(
        description="sent: it left. not_sent: somebody looked, and it did not.", examples=["sent"]
    )
    linked: bool = Field(
        default=False,
        description="Of a first message: there was no room for the privacy notice, so it went by the link.",
        examples=[False],
    )


@get(router, "/vips/{int:vip_id}/letters/{kind}", LetterOut, also=(422,))
def get_letter(
    call: Call,
    vip_id: int,
    kind: LetterKind,
    language: Annotated[
        str,
        Query(pattern=LANGUAGE_OR_NONE, description="Of the draft that is offered; theirs, if left out."),
    ] = "",
) -> LetterOut:
    """A letter as far as it has come, and a draft where it is yours to write."""
    return _out(call, vip_to_act_for(call, vip_id), kind, language)


@post(router, "/vips/{int:vip_id}/letters/{kind}/check", CheckedOut, example=_LETTER)
def check_letter(call: Call, vip_id: int, kind: LetterKind, body: LetterWordsIn) -> CheckedOut:
    """What could be kinder in these words; nothing is kept."""
    vip = vip_to_act_for(call, vip_id)
    found = vip_letters.remarks_on(vip, kind, Words(body.subject, body.body, body.language))
    return CheckedOut(findings=findings_out(found), read=is_checked_language(body.body))


@put(router, "/vips/{int:vip_id}/letters/{kind}", LetterOut, example=_LETTER, also=(422,))
def save_letter(call: Call, vip_id: int, kind: LetterKind, body: LetterIn) -> LetterOut:
    """Keep your letter; nothing leaves."""
    vip = vip_to_act_for(call, vip_id)
    words = Words(body.subject, body.body, body.language)
    vip_letters.save_draft(vip, kind, words, by=call.user, now=call.now)
    return _out(call, vip_to_act_for(call, vip_id), kind)


@get(router, "/vips/{int:vip_id}/letters/{kind}/preview", PreviewOut, also=(409, 422))
def preview_letter(call: Call, vip_id: int, kind: LetterKind) -> PreviewOut:
    """The letter exactly as it would arrive, and the confirmation that sending it wants."""
    vip = vip_to_act_for(call, vip_id)
    shown = confirming.letter_shown(vip, kind, by=call.user, now=call.now)
    letter = vip_letters.letter_of(vip, kind)
    found = vip_letters.remarks_on(vip, kind, confirming.words_of(letter)) if letter else ()
    return preview_out(shown, confirming.closed(shown.mail.body, confirming.openers_of_letter(vip)), found)


@post(router, "/vips/{int:vip_id}/letters/{kind}/send", LetterOut, example={"confirmation": "5f0c6a2d"})
def send_letter(call: Call, vip_id: int, kind: LetterKind, body: ConfirmationIn) -> LetterOut:
    """Your letter leaves by your own mailbox, once.

    Afterwards its state is sent; or draft, with the trouble: nothing left; or uncertain: it may have left, so look
    into your Sent folder and say what you found (say_of_letter). It is never sent again by itself.
    """
    vip, seen = _seen(call, vip_id, kind, body)
    vip_letters.send(vip, kind, by=call.user, now=call.now, seen=seen)
    return _out(call, vip_to_act_for(call, vip_id), kind)


@post(
    router,
    "/vips/{int:vip_id}/letters/{kind}/take-along",
    LetterOut,
    example={"confirmation": "5f0c6a2d"},
)
def take_letter_along(call: Call, vip_id: int, kind: LetterKind, body: ConfirmationIn) -> LetterOut:
    """You take the letter to your own mail program, or to their profile.

    The text with its links, and the file, are on its page. Afterwards say whether you sent it (say_of_letter).
    """
    vip, _ = _seen(call, vip_id, kind, body)
    vip_letters.take_along(vip, kind, by=call.user, now=call.now)
    return _out(call, vip_to_act_for(call, vip_id), kind)


@post(router, "/vips/{int:vip_id}/letters/{kind}/say", LetterOut, example={"said": "sent"})
def say_of_letter(call: Call, vip_id: int, kind: LetterKind, body: LetterSaidIn) -> LetterOut:
    """What became of it: it was sent, or it was not."""
    letter = vip_letters.letter_of(vip_to_act_for(call, vip_id), kind)
    if letter is None:
        raise Refusal("empty", "Nobody has begun this letter.")
    if body.said == "sent":
        linked = body.linked and kind is LetterKind.FIRST
        vip_letters.say_sent(letter, by=call.user, now=call.now, linked=linked)
    else:
        vip_letters.say_not_sent(letter, by=call.user)
    return _out(call, vip_to_act_for(call, vip_id), kind)


def _seen(call: Call, vip_id: int, kind: LetterKind, body: ConfirmationIn) -> tuple[Vip, sending.Seen]:
    """The person, if their host has seen what is about to leave; and what says so of the very mail."""
    vip = vip_to_act_for(call, vip_id)
    shown = confirming.letter_shown(vip, kind, by=call.user, now=call.now)
    confirming.refuse_unseen(shown, body.confirmation)
    return vip, confirming.seen(shown, body.confirmation)


def _out(call: Call, vip: Vip, kind: LetterKind, language: str = "") -> LetterOut:
    letter, openers = vip_letters.letter_of(vip, kind), confirming.openers_of_letter(vip)
    yours = letter is not None and letter.by_id == call.user.pk
    why_not = _why_not(call, vip, kind)
    chosen = language or vip_letters.first_language(vip)
    spoken = letter.language if letter is not None and letter.language in LANGUAGES else chosen
    told = vip_letters.told_of(vip, spoken)
    shown = letter if letter is not None and (yours or letter.state == LetterState.SENT) else None
    uncertain = letter is not None and yours and letter.state == LetterState.UNCERTAIN
    return LetterOut.model_validate(
        {
            "kind": kind,
            "state": letter.state if letter else None,
            "by": letter.by.name if letter and letter.by else "",
            "yours": yours,
            "written": _written(shown, openers) if shown is not None and shown.body else None,
            "draft": _draft(call, vip, kind, chosen) if why_not is None else None,
            "why_not": why_not_out(why_not),
            "may_be_told": told.sentence if told else None,
            "missing": notice.missing(vip, call.user, spoken) if kind is LetterKind.FIRST else [],
            "findings": findings_out(vip_letters.remarks_on(vip, kind, confirming.words_of(letter)))
            if letter is not None and yours and letter.state == LetterState.DRAFT
            else [],
            "trouble": letter.trouble if letter else "",
            "in_sent_folder": sending.find_sent(letter.message_id, by=call.user)
            if letter is not None and uncertain
            else None,
            "sent_at": letter.sent_at if letter else None,
            "page": f"{settings.PUBLIC_URL}{reverse('name_write', args=[vip.pk, kind.value])}",
        }
    )


def _why_not(call: Call, vip: Vip, kind: LetterKind) -> Refusal | None:
    try:
        vip_letters.refuse_to_write(vip, kind, by=call.user, now=call.now)
    except Refusal as refusal:
        return refusal
    return None


def _written(letter: Letter, openers: list[str]) -> dict[str, object]:
    return {
        "subject": letter.subject,
        "body": confirming.closed(letter.body, openers),
        "language": letter.language,
    }


def _draft(call: Call, vip: Vip, kind: LetterKind, language: str) -> dict[str, object]:
    offer = scheduling.offer(call.user, call.now, language)
    draft = vip_letters.draft_of(vip, kind, language, host=call.user, offer=offer)
    return {"subject": draft.subject, "body": draft.body, "language": language}
