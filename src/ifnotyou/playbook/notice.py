"""The privacy notice to somebody named (Art. 14 GDPR): one text, filled from the record and the company's settings.

It is whole in each language: what a company types stands as it was typed (its own name, an authority), everything
else is chosen and has its words in every language.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass

from ifnotyou.playbook.notice_words import WORDS
from ifnotyou.playbook.policy import RetentionPolicy
from ifnotyou.playbook.retention import APPLIED_MONTHS, LONGEST_CONSENT_MONTHS

NOTICE_VERSION = "2026-11"
"""Of the text; another when what it says changes."""

LANGUAGES = tuple(WORDS)

RECIPIENTS = ("hosting", "mail", "ats", "calendar", "group")
"""Kinds of recipients besides colleagues."""

SAFEGUARDS = ("adequacy", "dpf", "clauses", "rules")
"""What may protect data in another country (Art. 45 to 47 GDPR)."""

EEA = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IS IT LI LT LU LV MT NL NO PL PT RO SE SI SK".split()
)
"""The countries of the European Economic Area."""

_UK = "GB"
_WIDTH = 76


@dataclass(frozen=True)
class Company:
    """What a company says about itself. `transfers` is "" until somebody said "none" or "some"."""

    name: str = ""
    address: str = ""
    country: str = ""
    contact: str = ""
    representative: str = ""
    officer: str = ""
    no_officer: bool = False
    recipients: tuple[tuple[str, str], ...] = ()
    """Kind, and the recipient's name or ""."""
    nobody_else: bool = False
    transfers: str = ""
    transfers_to: str = ""
    safeguards: tuple[str, ...] = ()
    authority: str = ""


@dataclass(frozen=True)
class Record:
    """What a notice has to know of one person. `data` are the kinds held (the "data_" of the words)."""

    sources: tuple[str, ...]
    data: tuple[str, ...] = ("name",)
    role: str = ""
    country: str = ""
    host: str = ""
    host_address: str = ""


@dataclass(frozen=True)
class Part:
    """A heading of the notice with what stands below it; `points` are a list."""

    heading: str
    sentences: tuple[str, ...]
    points: tuple[str, ...] = ()


def lacks(company: Company) -> list[str]:
    """Which fields of the company are empty that the law wants: the names of the fields."""
    wanted = {
        "name": company.name,
        "address": company.address,
        "country": company.country,
        "contact": company.contact,
        "officer": company.officer or company.no_officer,
        "recipients": company.recipients or company.nobody_else,
        "transfers": company.transfers,
        "transfers_to": company.transfers != "some" or company.transfers_to,
        "safeguards": company.transfers != "some" or company.safeguards,
        "authority": company.authority,
    }
    return [field for field, there in wanted.items() if not there]


def language_known(code: str) -> str:
    """The language of ours that a code such as de or pt-BR means; "" for one that we do not have."""
    language = code.partition("-")[0].strip().lower()
    return language if language in WORDS else ""


def parts(company: Company, record: Record, retention: RetentionPolicy, language: str) -> tuple[Part, ...]:
    """The notice, heading by heading. Objection has one of its own (Art. 21(4) GDPR)."""
    words = WORDS[language]
    return (
        Part(words["responsible"], _responsible(company, record, words)),
        Part(words["purpose"], _purpose(record, words)),
        Part(words["basis"], (words["basis_is"], words["interest"], words["consent"])),
        Part(words["data"], (), tuple(words[f"data_{kind}"] for kind in (*record.data, "dates", "talk"))),
        Part(words["source"], _source(record, words)),
        Part(words["recipients"], *_recipients(company, words)),
        Part(words["transfers"], *_transfers(company, words)),
        Part(words["storage"], tuple(_storage(company, record, retention, words))),
        Part(words["rights"], (words["rights_are"],)),
        Part(words["objection"], (words["objection_is"],)),
        Part(words["complaint"], _complaint(company, record, words)),
        Part(words["automated"], (words["automated_is"],)),
    )


def title(language: str) -> str:
    """What stands above the notice."""
    return WORDS[language]["title"].format(version=NOTICE_VERSION)


def text(company: Company, record: Record, retention: RetentionPolicy, language: str) -> str:
    """The notice as plain text in short lines, to stand below a letter."""
    blocks = [_filled(title(language))]
    for part in parts(company, record, retention, language):
        lines = [part.heading.upper(), *map(_filled, part.sentences)]
        lines += [_filled(point, "- ", "  ") for point in part.points]
        blocks.append("\n".join(lines))
    return "\n\n".join(blocks) + "\n"


def _responsible(company: Company, record: Record, words: dict[str, str]) -> tuple[str, ...]:
    address = ", ".join(line.strip(" ,") for line in company.address.splitlines() if line.strip(" ,"))
    told = [f"{company.name}, {address}", words["contact"].format(contact=company.contact)]
    if record.host:
        told.append(words["host"].format(name=record.host, address=record.host_address))
    if company.representative:
        told.append(words["representative"].format(name=company.representative))
    told.append(words["officer"].format(name=company.officer) if company.officer else words["no_officer"])
    return tuple(told)


def _purpose(record: Record, words: dict[str, str]) -> tuple[str, ...]:
    role = (words["purpose_role"].format(role=record.role),) if record.role else ()
    return (words["purpose_is"], *role)


def _source(record: Record, words: dict[str, str]) -> tuple[str, ...]:
    profile = (words["profile_given"],) if "profile" in record.data else ()
    return (*record.sources, words["not_public"], *profile, words["corrected"])


def _recipients(company: Company, words: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    colleagues = words["colleagues"].format(company=company.name)
    if not company.recipients:
        return (colleagues, words["nobody_else"]), ()
    return (colleagues,), tuple(
        words[f"to_{kind}"] + (f" ({name})" if name else "") for kind, name in company.recipients
    )


def _transfers(company: Company, words: dict[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    if company.transfers != "some":
        stay = "no_transfers_eea" if company.country in EEA else "no_transfers"
        return (words[stay].format(company=company.name),), ()
    told = (words["transfers_to"].format(places=company.transfers_to), words["copy"], words["safeguards"])
    return told, tuple(words[f"safe_{kind}"] for kind in company.safeguards)


def _storage(
    company: Company, record: Record, retention: RetentionPolicy, words: dict[str, str]
) -> Iterator[str]:
    """By the retention table, and where the person is; where nobody knows that, where the company is."""
    country = record.country or company.country
    closed = round(retention.closed_months_in.get(country, retention.closed_months))
    yield words["kept_unanswered"].format(days=retention.unanswered_days)
    yield words["kept_closed"].format(months=closed)
    yield words["kept_longer"].format(months=LONGEST_CONSENT_MONTHS)
    if country in APPLIED_MONTHS:
        yield words["kept_applied"].format(months=APPLIED_MONTHS[country])
    else:
        yield words["kept_applied_usual"].format(months=closed)
    yield words["kept_mark"]


def _complaint(company: Company, record: Record, words: dict[str, str]) -> tuple[str, ...]:
    """In the United Kingdom to the company first (Data (Use and Access) Act 2025)."""
    told = [words["complaint_is"], words["complaint_to"].format(authority=company.authority)]
    if _UK in {company.country, record.country}:
        told.append(words["complaint_uk"].format(contact=company.contact))
    return tuple(told)


def _filled(paragraph: str, first: str = "", others: str = "") -> str:
    return textwrap.fill(
        paragraph,
        _WIDTH,
        initial_indent=first,
        subsequent_indent=others,
        break_long_words=False,
        break_on_hyphens=False,
    )
