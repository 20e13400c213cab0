"""The privacy notice to somebody named: filled from what we hold of them and what the company says about itself.

A first message is not sent while something is missing (requirement V3), and neither is it before somebody has read
and confirmed the test of our interest against theirs (requirement V8).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from django.db import transaction

from ifnotyou.models import User, Vip, Workspace
from ifnotyou.playbook import notice
from ifnotyou.playbook.disclosure import Terms, source_sentence
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.notice import LANGUAGES, NOTICE_VERSION, Company, Part, Record
from ifnotyou.queries.names import given_of
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import audit

__all__ = ["LANGUAGES", "NOTICE_VERSION"]

LANGUAGE_NAMES = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese"}

WHERE = "Settings, Privacy notice"
"""Where an admin or the steward mends it."""

MISSING = {
    "name": "The full name of the company is missing.",
    "address": "The postal address of the company is missing.",
    "country": "It is not said in which country the company is.",
    "contact": "There is no contact for privacy.",
    "officer": "It is not said who the data protection officer is, or that none is required.",
    "recipients": "It is not said who receives the data besides colleagues, or that nobody does.",
    "transfers": "It is not said whether data go to another country.",
    "transfers_to": "It is not said to where data are transferred.",
    "safeguards": "It is not said what protects the data that are transferred.",
    "authority": "The data protection authority to complain to is missing.",
    "balancing": "Nobody has confirmed the test of our interest against theirs.",
}
"""By what the law wants and nobody has said yet."""


@dataclass(frozen=True)
class Balancing:
    """The written test behind "legitimate interest", and who confirmed it when; "" and None where nobody has."""

    interest: str
    necessity: str
    balance: str
    confirmed_by: str = ""
    confirmed_on: date | None = None


BALANCING = Balancing(
    interest="We want to find colleagues whom people vouch for that know the work, and to reach them as persons. It is "
    "a real and lawful interest: open roles have to be filled, and a good word from somebody who turned us down is "
    "worth more than an advertisement. The person named may gain by it too: somebody thought well of them, and they "
    "hear of a role from a human being.",
    necessity="To write to somebody we need a name, one way to find them, and a sentence about why. We take nothing "
    "else: no telephone number, no CV, nothing from other sources, nothing bad about anybody. Advertising reaches "
    "other people, and consent cannot be asked of somebody to whom nobody has spoken yet.",
    balance="People named do not expect us, so we write once, in person, and say at once where we have their name "
    "from, as far as it may be told. Nobody is scored or ranked. They can see what we hold, correct it, object and be "
    "forgotten with two taps and without an account. What is not used is erased by itself within four weeks. Their "
    "being with another employer stays unharmed: we do not write to a work address, and the subject names neither job "
    "nor referrer. Against this, our interest does not weigh less than theirs in not being written to once.",
)
"""What is shipped, to be read, changed where it does not hold, and confirmed."""


def company_of(workspace: Workspace) -> Company:
    """What the company has said about itself so far."""
    kept: dict[str, Any] = workspace.notice
    return Company(
        name=kept.get("name", ""),
        address=kept.get("address", ""),
        country=workspace.country,
        contact=workspace.privacy_contact,
        representative=kept.get("representative", ""),
        officer=kept.get("officer", ""),
        no_officer=kept.get("no_officer", False),
        recipients=tuple((kind, name) for kind, name in kept.get("recipients", ())),
        nobody_else=kept.get("nobody_else", False),
        transfers=kept.get("transfers", ""),
        transfers_to=kept.get("transfers_to", ""),
        safeguards=tuple(kept.get("safeguards", ())),
        authority=kept.get("authority", ""),
    )


def balancing_of(workspace: Workspace) -> Balancing:
    """The test as it was confirmed; as it is shipped where nobody has."""
    kept: Mapping[str, str] = workspace.balancing
    if not kept:
        return BALANCING
    return Balancing(**{**kept, "confirmed_on": date.fromisoformat(kept["confirmed_on"])})  # type: ignore[arg-type]


@transaction.atomic
def change(workspace: Workspace, company: Company, *, by: User) -> None:
    """Keep what the company says about itself; the book says which fields are different now."""
    held = Workspace.objects.select_for_update().get(pk=workspace.pk)
    before = company_of(held)
    different = [field for field, value in asdict(company).items() if asdict(before)[field] != value]
    if not different:
        return
    fields = asdict(company)
    workspace.country, workspace.privacy_contact = fields.pop("country"), fields.pop("contact")
    workspace.notice = fields
    workspace.save(update_fields=["country", "privacy_contact", "notice"])
    audit.write(by, "changed_notice", workspace, fields=different)


def confirm(
    workspace: Workspace, interest: str, necessity: str, balance: str, *, by: User, today: date
) -> None:
    """Somebody has read the test of our interest against theirs, and says that it holds."""
    workspace.balancing = {
        "interest": interest,
        "necessity": necessity,
        "balance": balance,
        "confirmed_by": by.name,
        "confirmed_on": today.isoformat(),
    }
    with transaction.atomic():
        workspace.save(update_fields=["balancing"])
        audit.write(by, "confirmed_balancing", workspace)


def lacking(workspace: Workspace) -> list[str]:
    """What is missing before anybody can be given a notice, in sentences."""
    fields = notice.lacks(company_of(workspace))
    if balancing_of(workspace).confirmed_on is None:
        fields.append("balancing")
    return [MISSING[field] for field in fields]


def missing(vip: Vip, host: User | None, language: str) -> list[str]:
    """The same for one person in one language, each with where to mend it; empty where the notice is whole."""
    told = [f"{sentence} ({WHERE}.)" for sentence in lacking(vip.workspace)]
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGE_NAMES.values())
        told.append(f"There is no notice in this language: choose one of {known}.")
        return told
    if not _record(vip, host, language).sources:
        told.append(
            "Nothing that may be told says where we have their name from: wait until it is announced."
        )
    return told


def text_of(vip: Vip, host: User | None, language: str) -> str:
    """The notice to this person as plain text, to stand below a letter. Refusal while anything is missing."""
    _refuse_incomplete(vip, host, language)
    workspace = vip.workspace
    return notice.text(
        company_of(workspace), _record(vip, host, language), policy_of(workspace).retention, language
    )


def parts_of(vip: Vip, host: User | None, language: str) -> tuple[Part, ...]:
    """The same, heading by heading, for a page."""
    _refuse_incomplete(vip, host, language)
    workspace = vip.workspace
    return notice.parts(
        company_of(workspace), _record(vip, host, language), policy_of(workspace).retention, language
    )


def sources_of(vip: Vip, language: str) -> tuple[str, ...]:
    """What they may be told about where we have their name from: each sentence once, only of what was announced."""
    referrals = vip.referrals.filter(announced_on__isnull=False).select_related("job", "ask__candidate")
    told = (
        source_sentence(
            Terms(given.referral.terms), given.referrer, str(given.referral.job), language or "en"
        )
        for given in given_of(referrals)
    )
    return tuple(dict.fromkeys(told))


def preview(workspace: Workspace, language: str) -> tuple[Part, ...]:
    """How the notice would read to somebody made up; an ellipsis stands for what is missing."""
    kept = company_of(workspace)
    company = replace(
        kept,
        name=kept.name or "…",
        address=kept.address or "…",
        contact=kept.contact or "…",
        authority=kept.authority or "…",
    )
    record = Record(
        sources=(source_sentence(Terms.CONFIDENTIAL, "", "", language),),
        data=("name", "profile", "works_at", "why"),
    )
    return notice.parts(company, record, policy_of(workspace).retention, language)


def _record(vip: Vip, host: User | None, language: str) -> Record:
    there = {
        "profile": vip.found_at,
        "address": vip.email,
        "works_at": vip.works_at,
        "why": vip.referrals.filter(announced_on__isnull=False).exclude(why="").exists(),
        "country": vip.country or vip.language,
    }
    return Record(
        sources=sources_of(vip, language),
        data=("name", *(kind for kind, value in there.items() if value)),
        role=str(vip.job) if vip.job else "",
        country=vip.country,
        host=host.name if host else "",
        host_address=host.email if host else "",
    )


def _refuse_incomplete(vip: Vip, host: User | None, language: str) -> None:
    if told := missing(vip, host, language):
        raise Refusal("notice", "The privacy notice is not complete. " + " ".join(told))
