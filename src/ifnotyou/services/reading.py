"""What somebody wrote, read: their own words, who is meant, and what must not be kept (playbook rule 6).

Nothing here saves anything. Telephone numbers, and addresses that nobody said are welcome, are taken out of every
field, and whoever typed them is told.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import quote, unquote, urlsplit

import phonenumbers

from ifnotyou.playbook import naming, remarks
from ifnotyou.playbook.disclosure import Given
from ifnotyou.playbook.people import profile
from ifnotyou.playbook.remarks import Remark
from ifnotyou.services.plain_text import plain

TELEPHONE = "telephone"
ADDRESS = "address"

LONGEST = {"name": 200, "found_at": 500, "works_at": 200, "why": 1000}
MOST_NAMES = 3
LEAST_DIGITS = 7
"""A longer run of digits is taken for a telephone number; years and dates are not."""


@dataclass(frozen=True)
class Cleaned:
    """What may be kept of what somebody told.

    `taken_out` tells what is gone (TELEPHONE, ADDRESS), `remarks` what is still there and had better not be.
    """

    given: Given
    taken_out: tuple[str, ...] = ()
    remarks: tuple[Remark, ...] = ()


def clean(given: Given, *, welcome_address: bool, region: str = "") -> Cleaned:
    """Take out what is not asked for: telephone numbers, and addresses unless the giver says that one is welcome.

    `region` is the country (two letters) in which a number without a country code is read.
    """
    parts = {
        "name": plain(given.name),
        "found_at": profile_link(given.found_at),
        "works_at": plain(given.works_at),
        "why": plain(given.why, lines=True),
    }
    taken_out: list[str] = []
    addresses = [_address(given.email)] if _address(given.email) else []
    if not parts["found_at"] and given.found_at.strip():
        addresses += addresses_in(given.found_at)
        if _without_numbers(given.found_at, region) != given.found_at:
            taken_out.append(TELEPHONE)
    for field in ("name", "works_at", "why"):
        text = parts[field]
        addresses += addresses_in(text)
        text = _settle(text, region)
        if _loses_number(parts[field], region):
            taken_out.append(TELEPHONE)
        parts[field] = text
    if _loses_number(given.email, region):
        taken_out.append(TELEPHONE)
    email = addresses[0] if welcome_address and addresses else ""
    if any(address != email for address in addresses):
        taken_out.append(ADDRESS)
    kept = {field: _trimmed(text, LONGEST[field]) for field, text in parts.items()}
    found = remarks.sensitive(f"{kept['name']}\n\n{kept['works_at']}\n\n{kept['why']}")
    return Cleaned(Given(email=email, **kept), tuple(sorted(set(taken_out), reverse=True)), found)


def people_in(text: str, *, not_these: Collection[str] = (), region: str = "") -> tuple[Cleaned, ...]:
    """Everybody whom a text names, each cleaned, for somebody to look at; nobody of `not_these`.

    An address counts as not welcome here: whether it is, only a person can say.
    """
    found = naming.find_people(plain(text, lines=True), not_these=not_these)
    given = (Given(one.name, one.found_at, one.email, one.works_at, one.why) for one in found)
    return tuple(
        one for one in (clean(g, welcome_address=False, region=region) for g in given) if one.given.name
    )


def what_goes(text: str, *, region: str = "") -> tuple[str, ...]:
    """What of a text is not kept: TELEPHONE, ADDRESS, both or neither."""
    text = plain(text, lines=True)
    codes = ((TELEPHONE, _loses_number(text, region)), (ADDRESS, bool(addresses_in(text))))
    return tuple(code for code, there in codes if there)


def read_who(text: str) -> Given:
    """Who is meant by the one field "who, or how to find them".

    A name, a link to a profile, an address, or a name with an employer: "Ida Wells, Acme", "Ida Wells (Acme)",
    "Ida Wells at Acme". An address is only read: `clean` drops it where nobody said that it is welcome.
    """
    text = plain(text)
    found_at = email = ""
    for word in text.split():
        bare = word.strip("<>()[],;\"'")
        if not email and (address := _address(bare.removeprefix("mailto:"))):
            email, text = address, text.replace(word, " ", 1)
        elif not found_at and _looks_like_link(bare) and (link := profile_link(bare)):
            found_at, text = link, text.replace(word, " ", 1)
    who = naming.read_one(" ".join(text.split()))
    name = who.name or naming.name_in_link(found_at) or naming.name_in_address(email)
    return Given(name=name, found_at=found_at, email=email, works_at=who.works_at, why=who.why)


def is_list(text: str) -> bool:
    """Whether this is more than three names, or a pasted table, directory or chart: turned away, kindly."""
    text = plain(text, lines=True)
    lines = [line for line in text.split("\n") if line.strip()]
    if len(set(addresses_in(text))) > MOST_NAMES or len(set(_links_in(text))) > MOST_NAMES:
        return True
    if _is_table(lines):
        return True
    return naming.names_listed(text) > MOST_NAMES


def wants_peace(text: str) -> bool:
    """Whether somebody asks not to be contacted any more, in any of five languages."""
    return remarks.wants_peace(text)


def profile_link(text: str) -> str:
    """The address of a public profile in its one spelling, https and without anything that tracks; "" for none."""
    text = text.strip().strip("<>()[],;\"'")
    if not text or any(c.isspace() for c in text) or "\\" in text:
        return ""
    try:
        parts = urlsplit(text if "//" in text else f"https://{text}")
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:  # such as an unclosed bracket in the host
        return ""
    if (
        parts.scheme not in {"http", "https"}
        or not _is_public(host)
        or ("@" in text and not parts.path.strip("/"))
    ):
        return ""
    if host == "linkedin.com" or host.endswith(".linkedin.com"):
        slug = profile(text)
        return f"https://www.linkedin.com/in/{quote(slug)}" if slug else ""
    path = quote(unquote(parts.path), safe="/@:+~.,_-").rstrip("/")
    if _holds_number(host, path):
        return ""
    link = f"https://{host}{path}"
    return link if len(link) <= LONGEST["found_at"] else ""


def addresses_in(text: str) -> list[str]:
    """The e-mail addresses of a text, also "jan (at) example (dot) org"."""
    return [address for found in _ADDRESS.findall(text) if (address := _address(_plain_at(found)))]


# --- what people type

_SPACE = re.compile(r"[^\S\n]+")


def _trimmed(text: str, most: int) -> str:
    return text if len(text) <= most else text[:most].rsplit(" ", 1)[0].rstrip()[:most]


# --- addresses

_LONGEST_ADDRESS = 254
_ADDRESS = re.compile(
    r"[^\s<>()\[\],;:\"'@]{1,64}"
    r"(?:@|\s?[(\[{]\s?(?:at|@|arroba)\s?[)\]}]\s?)"
    r"(?:[^\W_](?:[\w-]{0,62}))(?:(?:\.|\s?[(\[{]\s?(?:dot|punkt|punto|ponto|point)\s?[)\]}]\s?)[^\W_][\w-]{0,62}){1,6}",
    re.IGNORECASE,
)
_AT = re.compile(r"\s?[(\[{]\s?(?:at|@|arroba)\s?[)\]}]\s?", re.IGNORECASE)
_DOT = re.compile(r"\s?[(\[{]\s?(?:dot|punkt|punto|ponto|point)\s?[)\]}]\s?", re.IGNORECASE)
_ONE_ADDRESS = re.compile(r"[^\s<>()\[\],;:\"'@]{1,64}@[^\W_][\w-]{0,62}(?:\.[^\W_][\w-]{0,62})+")


def _plain_at(found: str) -> str:
    return _DOT.sub(".", _AT.sub("@", found))


def _address(text: str) -> str:
    """An address as it is written to, "" for what is none."""
    text = text.strip().strip("<>").rstrip(".").lower()
    return text if len(text) <= _LONGEST_ADDRESS and _ONE_ADDRESS.fullmatch(text) else ""


# --- telephone numbers

_LABEL = (
    r"(?:tel(?:ephone|efono|éfono|efone|efon|éphone|efoonnummer|\.)?|phone|mobile|cell(?:phone|ular)?|"
    r"whats ?app|signal|"
    r"handy(?:nummer)?|mobil(?:nummer)?|móvil|portable|telemóvel|celular|fax|ring|call|text|sms|"
    r"number|nummer|numéro|número)"
)
_WHOSE = r"(?:(?:her|his|their|my|on|ihre|seine|son|sa|su|seu|sua|o|le|el)\s+)?"
_DIGITS = re.compile(
    r"(?<![\w])(?:\+|00|\(\+?)?\(?\d(?:[\s\u00a0.\-–/()·*]{0,3}\d)" + f"{{{LEAST_DIGITS - 1},}}"
)
_INTERNATIONAL = re.compile(r"\+\s?\(?\d(?:[\s.\-–/()]{0,3}\d){3,}")
_LABELLED = re.compile(
    rf"\b{_WHOSE}{_LABEL}(?:\s+(?:is|no\.?|number|nr\.?|ist|est|es|é))?\s*[:.#]?\s*\+?\(?\d(?:[\s.\-–/()]{{0,3}}\d){{3,}}",
    re.IGNORECASE,
)
_LEFT_LABEL = re.compile(
    rf"[(\[]?\b{_WHOSE}{_LABEL}(?:\s+(?:is|no\.?|nr\.?|ist))?\s*[:.#]?\s*$",
    re.IGNORECASE,
)
_YEARS = re.compile(r"(?:19|20)\d\d\s?[-–/.]\s?(?:(?:19|20)\d\d|\d\d?(?:\s?[-–/.]\s?\d\d?)?)")
_DAY = re.compile(r"\d\d?\s?[-–/.]\s?\d\d?\s?[-–/.]\s?(?:19|20)\d\d")
_GONE = "\u2060"
"""Where something was taken out, until the text is put together again; no text that was read holds it."""


def _loses_number(text: str, region: str) -> bool:
    return _without_numbers(text, region) != text


def _settle(text: str, region: str) -> str:
    """The text without addresses and numbers, tidied; again until nothing is left that reads as one."""
    while True:
        bare = _tidy(_without_numbers(_ADDRESS.sub(_GONE, text), region))
        if bare == text:
            return text
        text = bare


def _without_numbers(text: str, region: str) -> str:
    """Every telephone number replaced by a mark, but in the addresses of profiles."""
    pieces = _LINK.split(text)
    links = _LINK.findall(text)
    bare = [_numbers_out(piece, region) for piece in pieces]
    kept = [profile_link(link) and link for link in links]
    return "".join(
        piece + (link or (_GONE if number else plain))
        for piece, link, plain, number in zip(
            bare,
            [*kept, ""],
            [*links, ""],
            [*(_numbers_out(one, region) != one for one in links), False],
            strict=True,
        )
    )


def _numbers_out(text: str, region: str) -> str:
    spans = [found.span() for rule in (_INTERNATIONAL, _LABELLED) for found in rule.finditer(text)]
    spans += [found.span() for found in _DIGITS.finditer(text) if not _is_date(found.group())]
    for known in phonenumbers.PhoneNumberMatcher(text, region.upper() or None, max_tries=100):
        if not _is_date(known.raw_string):
            spans.append((known.start, known.end))
    parts: list[str] = []
    done = 0
    for start, found_end in sorted(spans):
        end = found_end
        if end <= done:
            continue
        if text[start] == "(" and ")" not in text[start:end] and text[end : end + 1] == ")":
            end += 1
        if start >= done:
            parts += [text[done:start], _GONE]
        done = end
    return "".join([*parts, text[done:]])


def _is_date(digits: str) -> bool:
    digits = digits.strip()
    return bool(_YEARS.fullmatch(digits) or _DAY.fullmatch(digits))


def _tidy(text: str) -> str:
    """The text put together around what was taken out."""
    parts = text.split(_GONE)
    parts = [_LEFT_LABEL.sub("", part.rstrip(" ")) for part in parts[:-1]] + parts[-1:]
    text = " ".join(parts) if len(parts) > 1 else text
    text = re.sub(r"[(\[<{]\s*[)\]>}]", "", text)
    text = re.sub(r"[^\S\n]+([,.;:!?])", r"\1", _SPACE.sub(" ", text))
    if len(parts) == 1:
        return text.strip()
    return re.sub(r"([.!?])[^\S\n]*\.", r"\1", text).strip(" ,;:-\n")


# --- links

_LINK = re.compile(
    r"(?:https?://|www\.)[^\s<>\"']{3,}|(?<![a-z0-9.-])(?:[a-z0-9-]{1,63}\.){1,5}[a-z]{2,24}/[^\s<>\"']+",
    re.IGNORECASE,
)
_HOST = re.compile(r"(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_]{2,}")
_INSIDE = (".local", ".internal", ".lan", ".home", ".corp", ".localhost", ".invalid", ".intranet", ".onion")
_NUMBERED = frozenset(
    {"stackoverflow.com", "orcid.org", "stackexchange.com", "researchgate.net", "kaggle.com"}
)
"""Where a profile is known by digits."""
_CHATS = frozenset({"wa.me", "api.whatsapp.com", "signal.me", "t.me", "m.me", "tel", "chat.whatsapp.com"})


def _looks_like_link(word: str) -> bool:
    return bool(_LINK.fullmatch(word) or (_HOST.fullmatch(word) and "." in word and word.lower() == word))


def _links_in(text: str) -> list[str]:
    return [link for found in _LINK.findall(text) if (link := profile_link(found))]


def _is_public(host: str) -> bool:
    """Whether a host is one that everybody can reach by its name."""
    if not _HOST.fullmatch(host) or host.endswith(_INSIDE) or host in _CHATS:
        return False
    try:
        ip_address(host)
    except ValueError:
        return True
    return False


def _holds_number(host: str, path: str) -> bool:
    """Whether a part of the path is a telephone number."""
    if any(host == known or host.endswith(f".{known}") for known in _NUMBERED):
        return False
    return any(re.fullmatch(r"\+?[\d().\-\s]{6,}", unquote(part)) for part in path.split("/"))


# --- lists

_SEPARATORS = "\t;|,"
_LEAST_ROWS = 4
_LONGEST_ROW = 160


def _is_table(lines: list[str]) -> bool:
    """Whether four lines or more are cut into as many cells each, as a spreadsheet is when pasted."""
    for separator in _SEPARATORS:
        least = 1 if separator == "\t" else 2
        run = cells = 0
        for line in lines:
            here = line.count(separator)
            # A sentence has commas too, but is longer than a row of a table and ends with a dot.
            is_row = here >= least and not (
                separator == "," and (len(line) > _LONGEST_ROW or line.rstrip().endswith((".", "!", "?")))
            )
            run = run + 1 if is_row and here == cells else int(is_row)
            cells = here
            if run >= _LEAST_ROWS:
                return True
    return False
