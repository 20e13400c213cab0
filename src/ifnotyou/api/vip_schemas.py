"""The people named, as a program is told of them, and what it says about them."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from ifnotyou.api.operations import Day, In, Moment, Out
from ifnotyou.api.texts import (
    Country,
    Email,
    FoundAt,
    FullLine,
    FullName,
    FullText,
    Language,
    Line,
    LongId,
    WorksAt,
)
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterKind, Step, VipStage
from ifnotyou.services.notice import NOTICE_VERSION

Stage = Annotated[
    VipStage, Field(strict=False, description="Where they stand on the board.", examples=["taken"])
]
Minutes = Literal[20, 30, 40, 45, 60]
_MOMENT = "2026-11-24T16:00:00Z"
_DAY = "2026-11-24"


class RoleOut(Out):
    """A seat."""

    id: int = Field(description="Of the role.", examples=[4])
    title: str = Field(description="Its title.", examples=["Data Engineer"])


class ColleagueOut(Out):
    """Somebody of us."""

    name: str = Field(description="Their name.", examples=["Jon Park"])
    you: bool = Field(description="Whether it is you.", examples=[True])


class SourceOut(Out):
    """On which terms somebody was named, and by whom where that may be told."""

    terms: Terms = Field(description="The giver's terms.", examples=["confidential"])
    referrer: str | None = Field(
        description="Who gave the name; null where that is nobody's business, or erased.", examples=[None]
    )


class NextOut(Out):
    """What comes next."""

    step: Step | None = Field(
        description="take, write, answer and own are promises of ours; wait is their turn, and nobody reminds them.",
        examples=["write"],
    )
    words: str = Field(
        description="In the host's words, if there are any.", examples=["Answer about the team"]
    )
    due_at: datetime | None = Field(description="By when; of their turn, until when.", examples=[_MOMENT])
    late: bool = Field(description="Whether a promise of ours is broken.", examples=[False])


class VipRow(Out):
    """Somebody who was named. They are never scored, ranked or filtered."""

    id: LongId
    name: str = Field(description="Their name.", examples=["Kim Park"])
    works_at: str = Field(description="Where they work; empty where nobody knows.", examples=["Acme"])
    stage: VipStage = Field(description="Where they stand on the board.", examples=["taken"])
    role: RoleOut | None = Field(description="The role that they are talked with about.")
    host: ColleagueOut | None = Field(description="Their host; null while nobody has taken it.")
    proposed: ColleagueOut | None = Field(description="Who is proposed as their host.")
    next: NextOut = Field(description="What comes next for them, by when, and whose turn it is.")
    set_aside: str | None = Field(
        description="Why nobody may write to them: opted_out, colleague, in_process or off_limits; else null.",
        examples=[None],
    )
    sources: list[SourceOut] = Field(description="Each word for them, as far as it may be told.")
    page: str = Field(
        description="Their page, for a person of us.",
        examples=["https://ask.example.com/names/3458764513820540928/"],
    )


class NoticeOut(Out):
    """Something to know before anybody writes."""

    code: str = Field(
        description="opted_out, colleague, in_process, declined, off_limits or perhaps_same.",
        examples=["off_limits"],
    )
    sure: bool = Field(description="False where the name alone says so: look first.", examples=[True])
    until: date | None = Field(description="Until when it holds, where that is known.", examples=[_DAY])


class SaidOut(Out):
    """What was said by way of an anonymous receipt."""

    by: Literal["us", "them"] = Field(description="Who said it.", examples=["us"])
    text: str = Field(description="What.", examples=["Which of the two teams do you mean?"])
    week: date = Field(description="The Monday of the week.", examples=["2026-11-23"])


class ReferralOut(SourceOut):
    """One word for somebody, as far as it may be told."""

    id: LongId
    vip: LongId | None = Field(
        description="Who was named; null while somebody makes the introduction themselves.",
        examples=["3458764513820540929"],
    )
    name: str = Field(description="Their name; empty where they are not known yet.", examples=["Kim Park"])
    role: str = Field(description="For which role.", examples=["Data Engineer"])
    came: date = Field(
        description="The day on which it came, or the Monday of its week where the giver must not be known.",
        examples=["2026-11-23"],
    )
    by_week: bool = Field(description="Whether `came` is no finer than the week.", examples=[True])
    why: str = Field(
        description="Why they were named. The words are theirs to read, if they ask.",
        examples=["Built the timetable of the night ferries."],
    )
    may_be_told: str = Field(
        description="What they are told of where we have their name from: exactly this.",
        examples=["Kim suggested you, and is happy for you to know."],
    )
    expected_on: date | None = Field(description="When an introduction may have come.", examples=[None])
    arrived_on: date | None = Field(description="When an introduction came.", examples=[None])


class WordOut(ReferralOut):
    """One word for them, and what was said by way of its receipt where it is anonymous."""

    may_be_asked: bool = Field(
        description="Whether a question may be left for the giver (ask_referrer).", examples=[False]
    )
    said: list[SaidOut] = Field(description="Questions left, and what they wrote.")


class LetterRow(Out):
    """A letter that was sent to them."""

    kind: LetterKind = Field(description="first or goodbye.", examples=["first"])
    by: str = Field(description="Who wrote it; empty where they have left.", examples=["Jon Park"])
    sent_at: datetime | None = Field(description="When it left.", examples=[_MOMENT])
    subject: str = Field(description="Its subject.", examples=["Hello from Jon"])
    body: str = Field(description="The host's words.", examples=["Hi Kim,"])


class TalkOut(Out):
    """A talk that is agreed on."""

    id: LongId
    starts_at: datetime = Field(description="When it begins.", examples=[_MOMENT])
    minutes: int = Field(description="How long it is.", examples=[30])
    place: str = Field(description="Where, or a link to a call.", examples=["By telephone: Jon calls"])


class HeldOut(Out):
    """What we hold about them, and until when."""

    found_at: str = Field(
        description="A public profile; empty for none.", examples=["https://www.linkedin.com/in/kim-park"]
    )
    email: str = Field(
        description="An address that they said is welcome; empty for none.", examples=["kim@example.net"]
    )
    country: str = Field(description="Where they are; empty where nobody knows.", examples=["DE"])
    language: str = Field(description="What they prefer; empty where nobody knows.", examples=["de"])
    basis: str = Field(description="The lawful basis.", examples=["legitimate_interest"])
    notice_given_at: datetime | None = Field(
        description="When they were given the privacy notice.", examples=[None]
    )
    notice_how: str = Field(description="How.", examples=["in_message"])
    notice_version: str = Field(description="Which version.", examples=[NOTICE_VERSION])
    notice_due: date = Field(description="By when it has to be given.", examples=["2026-12-21"])
    retain_until: date | None = Field(description="When it is erased by itself.", examples=["2026-12-21"])
    frozen: bool = Field(
        description="Somebody asked what we hold: nothing is erased until that is answered.", examples=[False]
    )


class VipOut(VipRow):
    """Somebody who was named, with all that their page tells."""

    may_act: bool = Field(description="Whether you may do something for them.", examples=[True])
    may_write: bool = Field(description="Whether the first message is yours to write now.", examples=[True])
    may_part: bool = Field(description="Whether a goodbye is yours to write now.", examples=[False])
    notices: list[NoticeOut] = Field(description="What to know before anybody writes.")
    may_be_set_aside_for: list[str] = Field(
        description="For which of them nobody may write (set_vip_aside).", examples=[[]]
    )
    words: list[WordOut] = Field(description="Each word for them.")
    held: HeldOut = Field(description="What we hold.")
    letters: list[LetterRow] = Field(description="What was sent to them.")
    talk: TalkOut | None = Field(description="The talk that is ahead.")
    contacted_at: datetime | None = Field(
        description="Since when somebody has been in touch.", examples=[None]
    )
    answered_on: date | None = Field(description="When they last answered.", examples=[None])
    applied_on: date | None = Field(description="When they applied.", examples=[None])
    hired_on: date | None = Field(description="When they became one of us.", examples=[None])
    closed_on: date | None = Field(description="When it ended.", examples=[None])
    more_wanted_on: date | None = Field(
        description="When they asked on their page to hear more.", examples=[None]
    )
    keep_in_touch_until: date | None = Field(
        description="Until when they said we may write again.", examples=[None]
    )
    perhaps_same: list[LongId] = Field(
        description="Others that may be the same person (join_vips): a person decides.", examples=[[]]
    )


class HostOut(Out):
    """A colleague who could be the host."""

    key: str = Field(description="What hand_on_vip takes.", examples=["colleague-12"])
    name: str = Field(description="Their name.", examples=["Jon Park"])
    title: str = Field(description="What they do.", examples=["Engineer"])


class HostsOut(Out):
    """Colleagues who could be the host, by name."""

    items: list[HostOut] = Field(description="The first of them.")
    more: bool = Field(description="Whether there are more: look with more of the name.", examples=[False])


class RolesOut(Out):
    """The other roles that are open, by title."""

    items: list[RoleOut] = Field(description="All of them.")


class TimeOut(Out):
    """A time that could be offered."""

    starts_at: datetime = Field(description="When it begins.", examples=[_MOMENT])


class FreeTimesOut(Out):
    """Times that could be offered."""

    host: str = Field(description="Whose times they are.", examples=["Jon Park"])
    minutes: int = Field(description="For how long a talk.", examples=[30])
    calendar: bool = Field(
        description="Whether the host's calendar was looked at; else only their hours.", examples=[True]
    )
    times: list[TimeOut] = Field(description="The times.")
    offer: str = Field(
        description="The same as lines for a letter; the host's booking page where they have one.",
        examples=["Would one of these suit you?"],
    )


class WhoIn(In):
    """Who somebody is. Telephone numbers are taken out."""

    name: FullName
    works_at: WorksAt = ""
    found_at: FoundAt = ""
    email: Email = ""


class AboutIn(WhoIn):
    """What is right about somebody: all of it, what is left out is emptied."""

    country: Country = ""
    language: Language = ""


class ArrivedOut(Out):
    """That the introduction came."""

    vip: LongId | None = Field(
        description="Who was introduced, if it is yours to see; null too where they asked us not to keep anything.",
        examples=["3458764513820540929"],
    )


class HandOnIn(In):
    """Who is to be the host."""

    to: Line = Field(max_length=40, description="A key of list_hosts.", examples=["colleague-12"])


class SayIn(In):
    """What happened, and where they stood when it was said."""

    said: Literal["answered", "silent", "applied", "hired", "back"] = Field(
        description="answered: they wrote. silent: a slip, they have not. applied: they applied. hired: they are one "
        "of us. back: a slip, one stage back.",
        examples=["answered"],
    )
    seen: Stage = Field(
        description="The stage that you saw: said twice it is done once, said too late it is refused.",
        examples=["contacted"],
    )


class ContactIn(In):
    """That somebody has been in touch in another way, and that the privacy notice went with it."""

    on: Day = Field(description="On which day.", examples=[_DAY])
    notice_how: Literal["in_message", "linked", "after_talk"] = Field(
        description="How our privacy notice was given: in the first message, by a link in it, or right after a talk.",
        examples=["in_message"],
    )
    notice_version: FullLine = Field(
        NOTICE_VERSION,
        max_length=20,
        description="Which version of it.",
        examples=[NOTICE_VERSION],
    )
    country: Country = ""
    language: Language = ""


class StepIn(In):
    """What comes next."""

    words: FullLine = Field(
        max_length=200,
        description="In a few words; they may read this, if they ask.",
        examples=["Answer about the team"],
    )
    day: Day = Field(description="By when: the end of the host's working day.", examples=[_DAY])
    turn: Literal["ours", "theirs"] = Field(
        "ours", description="ours is a promise; theirs: nobody reminds them.", examples=["ours"]
    )


class RoleIn(In):
    """Another role."""

    role: int = Field(description="The id of an open role (list_roles).", examples=[4])


class AsideIn(In):
    """Why nobody writes to them."""

    why: Literal["opted_out", "colleague", "in_process", "off_limits"] | None = Field(
        description="One of `may_be_set_aside_for`; null takes them up again.", examples=["off_limits"]
    )


class JoinIn(In):
    """Another who is the same person."""

    other: LongId = Field(description="One of `perhaps_same`.", examples=["3458764513820540930"])


class QuestionIn(In):
    """A question to whoever gave a name anonymously."""

    referral: LongId = Field(description="Of the word for them.", examples=["3458764513820540928"])
    text: FullText = Field(
        max_length=500,
        description="Kind, easy to answer, and nothing that would make them say who they are.",
        examples=["Which of the two teams do you mean?"],
    )


class TalkIn(In):
    """A time that both agreed on."""

    starts_at: Moment = Field(description="When, with the zone.", examples=[_MOMENT])
    minutes: Minutes = Field(30, description="How long.", examples=[30])
    place: Line = Field(
        "",
        max_length=300,
        description="A link to a call, a place, or who calls whom.",
        examples=["Jon calls"],
    )
