"""What would arrive, for a program to show to the person who writes; and the proof that it did."""

from __future__ import annotations

from collections.abc import Iterable

from pydantic import Field

from ifnotyou.api.operations import In, Out
from ifnotyou.api.texts import FullLine
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.tone import Finding
from ifnotyou.playbook.vip_tone import Remark
from ifnotyou.services.confirming import Shown

_NOTE = "Thank you, and one question"


class FindingOut(Out):
    """Words that could be kinder."""

    category: str = Field(description="What it is about.", examples=["pressure"])
    words: str = Field(
        description="As they stand there; empty where something is missing.", examples=["as soon as you can"]
    )
    mend: str = Field(description="How to mend it.", examples=["Take the deadline out."])
    holds_back: bool = Field(description="Whether nothing leaves while it stands there.", examples=[False])


class WhyNotOut(Out):
    """Why something cannot be done, as it is refused."""

    code: str = Field(description="For programs.", examples=["no_mailbox"])
    detail: str = Field(description="For people.", examples=["Your mailbox is not connected."])


class CheckedOut(Out):
    """What could be kinder; nothing of it is kept."""

    findings: list[FindingOut] = Field(description="What could be kinder, and what is missing.")
    read: bool = Field(
        description="Whether we can read the language at all; if not, no finding says nothing.",
        examples=[True],
    )


class PreviewOut(Out):
    """The whole mail as it would arrive.

    Links in it open something for whoever has them, so their last part is shown as "…". What leaves has them whole.
    """

    sender_name: str = Field(description="Whom it comes from.", examples=["Maya Chen"])
    sender_address: str = Field(description="The address it comes from.", examples=["maya@example.com"])
    recipient_name: str = Field(description="Whom it goes to.", examples=["Noor Haddad"])
    recipient_address: str = Field(
        description="Where it goes to; empty where no address may be used.", examples=["noor@example.net"]
    )
    subject: str = Field(description="Its subject.", examples=[_NOTE])
    body: str = Field(description="All of its words.", examples=["Hi Noor,\n\nThank you for telling us."])
    findings: list[FindingOut] = Field(description="What could be kinder in the writer's own words.")
    held_back: WhyNotOut | None = Field(description="Why it may not leave in any way; null where it may.")
    not_by_us: WhyNotOut | None = Field(
        description="Why we cannot send it, so that only the writer's own mail program can; null where we can."
    )
    confirmation: str | None = Field(
        description="The proof that these very words were shown: sending wants it. Null while it is held back.",
        examples=["5f0c6a2d"],
    )


class ConfirmationIn(In):
    """That the person who writes has seen the whole text and wants it to leave."""

    confirmation: FullLine = Field(
        max_length=100,
        description="Of the preview that the person who writes has seen. For other words it is worth nothing.",
        examples=["5f0c6a2d"],
    )


def findings_out(found: Iterable[Finding | Remark]) -> list[FindingOut]:
    """What could be kinder."""
    return [
        FindingOut(category=str(one.category), words=one.words, mend=one.mend, holds_back=one.strong)
        for one in found
    ]


def why_not_out(refusal: Refusal | None) -> WhyNotOut | None:
    """Why not, if so."""
    return None if refusal is None else WhyNotOut(code=refusal.code, detail=refusal.text)


def preview_out(shown: Shown, body: str, found: Iterable[Finding | Remark]) -> PreviewOut:
    """What would arrive; `body` is its text without what opens something."""
    mail = shown.mail
    return PreviewOut(
        sender_name=mail.sender_name,
        sender_address=mail.sender_address,
        recipient_name=mail.recipient_name,
        recipient_address=mail.recipient_address,
        subject=mail.subject,
        body=body,
        findings=findings_out(found),
        held_back=why_not_out(shown.held_back),
        not_by_us=why_not_out(shown.not_by_us),
        confirmation=shown.confirmation or None,
    )
