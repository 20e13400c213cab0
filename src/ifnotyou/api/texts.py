"""Texts in what a program sends, read as the forms of the pages read theirs."""

from __future__ import annotations

from typing import Annotated

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from pydantic import AfterValidator, Field

from ifnotyou.playbook.vip_letters import LANGUAGES
from ifnotyou.queries.places import is_country
from ifnotyou.services import reading
from ifnotyou.services.reading import LONGEST


def _plain(text: str) -> str:
    """Line ends as everywhere else, and nothing around it."""
    return text.replace("\r\n", "\n").strip()


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _filled(text: str) -> str:
    if not text:
        raise ValueError("This is empty.")
    return text


def _profile(link: str) -> str:
    if link and not reading.profile_link(link):
        raise ValueError("This is no link to a public profile. Leave it empty if there is none.")
    return link


def _address(address: str) -> str:
    if address:
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValueError("This is no mail address.") from error
    return address


def _country(code: str) -> str:
    if code and not is_country(code):
        raise ValueError("Write it as a code of two letters, such as DE, or leave it empty.")
    return code


def _letter_language(code: str) -> str:
    if code not in LANGUAGES:
        raise ValueError(f"Choose one of {', '.join(LANGUAGES)}.")
    return code


Line = Annotated[str, AfterValidator(_one_line)]
"""One line."""

Text = Annotated[str, AfterValidator(_plain)]
"""Some lines."""

FullLine = Annotated[Line, AfterValidator(_filled), Field(min_length=1)]
FullText = Annotated[Text, AfterValidator(_filled), Field(min_length=1)]
"""The same, and not empty."""

Name = Annotated[Line, Field(max_length=LONGEST["name"], description="Their name.", examples=["Kim Park"])]
FullName = Annotated[Name, AfterValidator(_filled), Field(min_length=1)]
WorksAt = Annotated[
    Line, Field(max_length=LONGEST["works_at"], description="Where they work.", examples=["Acme"])
]
FoundAt = Annotated[
    Line,
    AfterValidator(_profile),
    Field(
        max_length=LONGEST["found_at"],
        description="A public profile.",
        examples=["https://www.linkedin.com/in/kim-park"],
    ),
]
Email = Annotated[
    Line,
    AfterValidator(_address),
    Field(
        max_length=254,
        description="Their own mail address, only if they said that it is welcome; never one of their work.",
        examples=["kim@example.net"],
    ),
]
Country = Annotated[
    Line,
    AfterValidator(_country),
    Field(max_length=2, description="Where they are: two letters (ISO 3166-1), or empty.", examples=["DE"]),
]
Language = Annotated[
    str,
    Field(
        max_length=8,
        pattern=r"^([a-z]{2,3}(-[A-Z]{2})?)?$",
        description="The language they prefer, such as de or pt-BR, or empty.",
        examples=["de"],
    ),
]
LetterLanguage = Annotated[
    Line,
    AfterValidator(_letter_language),
    Field(max_length=8, description=f"One of {', '.join(LANGUAGES)}.", examples=["en"]),
]

LANGUAGE_OR_NONE = f"^({'|'.join(LANGUAGES)})?$"
"""One of the languages of letters, or nothing, as a pattern."""

LongId = Annotated[
    str,
    Field(
        pattern="^[0-9]{1,19}$",
        description="A number as text, for it is longer than the numbers of some languages.",
        examples=["3458764513820540928"],
    ),
]
"""The id of somebody named, of a referral, a letter or a talk: random, so that it tells nothing."""
