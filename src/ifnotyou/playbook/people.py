"""Which records are one human being (playbook rule 2: one ask to one human being).

Sure: the same address, but for what the provider ignores; the same LinkedIn
profile. Perhaps: the same name and employer, which asks a person to decide.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from ifnotyou.playbook.records import Candidate

# Providers that ignore dots, and those where what follows a plus is the reader's own label.
# Sources: the providers' help pages; Yahoo's labels use a hyphen and are chosen, so they are left alone.
_GMAIL = frozenset({"gmail.com", "googlemail.com"})
_PLUS_TAGS = _GMAIL | frozenset(
    "outlook.com hotmail.com live.com msn.com icloud.com me.com mac.com "
    "proton.me protonmail.com pm.me fastmail.com fastmail.fm".split()
)
_SAME_DOMAIN = {
    "googlemail.com": "gmail.com",
    "protonmail.com": "proton.me",
    "pm.me": "proton.me",
    "me.com": "icloud.com",
    "mac.com": "icloud.com",
}
_MAILBOXES = _PLUS_TAGS | frozenset(
    "yahoo.com yahoo.co.uk yahoo.de yahoo.fr ymail.com aol.com gmx.de gmx.net gmx.at gmx.ch web.de t-online.de "
    "freenet.de posteo.de mailbox.org hey.com zoho.com yandex.com orange.fr wanadoo.fr laposte.net free.fr sfr.fr "
    "libero.it tin.it uol.com.br bol.com.br sapo.pt hotmail.fr hotmail.de hotmail.es hotmail.co.uk outlook.de "
    "outlook.fr outlook.es live.fr live.co.uk btinternet.com comcast.net verizon.net tutanota.com tuta.io".split()
)
"""Where people have mailboxes of their own."""
_FEWEST_LABELS = 2
_SPELLED_OUT = 3
"""From so many words on a company is known by its initials, too."""
_HONORIFICS = frozenset("dr mr mrs ms mx miss prof professor sir dame herr frau".split())
_SUFFIXES = frozenset("jr sr ii iii iv phd md mba msc bsc esq".split())
_COMPANY_FORMS = frozenset(
    "inc llc ltd limited gmbh ag sa sas srl bv plc co corp corporation company kg oy ab".split()
)


def mailbox(email: str) -> str:
    """The one spelling of an address: case, and the dots and tags that its provider ignores, dropped.

    "" for what is no address.
    """
    local, at, domain = email.strip().strip("<>").lower().rpartition("@")
    if not at or not local or "." not in domain:
        return ""
    if domain in _PLUS_TAGS:
        local = local.split("+", 1)[0]
    if domain in _GMAIL:
        local = local.replace(".", "")
    return f"{local}@{_SAME_DOMAIN.get(domain, domain)}" if local else ""


def profile(linkedin_url: str) -> str:
    """The public name of a LinkedIn profile, "" for what is no profile address."""
    url = linkedin_url.strip()
    try:
        parts = urlsplit(url if "//" in url else f"//{url}")
        host = (parts.hostname or "").lower()
    except ValueError:  # such as an unclosed bracket in the host
        return ""
    if host != "linkedin.com" and not host.endswith(".linkedin.com"):
        return ""
    found = re.match(r"/in/([^/]+)", parts.path)
    return unicodedata.normalize("NFC", unquote(found.group(1))).lower().strip() if found else ""


def public_profile(address: str) -> str:
    """The one spelling of a public profile: that of `profile` for LinkedIn, else host and path; "" for none."""
    if found := profile(address):
        return found
    try:
        parts = urlsplit(address.strip() if "//" in address else f"//{address.strip()}")
        host = (parts.hostname or "").lower().removeprefix("www.")
    except ValueError:  # such as an unclosed bracket in the host
        return ""
    path = unquote(parts.path).strip("/").lower()
    return f"{host}/{path}" if "." in host and path else ""


def is_work_address(email: str, works_at: str) -> bool:
    """Whether an address looks like that of their employer: nobody is written to there (requirement S3).

    Seen by the domain: that of the company's name, of its first word, or of its initials. Where they work has to be
    known; an address at a provider of mailboxes never is one.
    """
    domain = email.strip().lower().rpartition("@")[2]
    labels = domain.split(".")
    words = plain_company(works_at).split()
    if not words or len(labels) < _FEWEST_LABELS or _SAME_DOMAIN.get(domain, domain) in _MAILBOXES:
        return False
    initials = "".join(word[0] for word in words)
    names = {"".join(words), words[0]} | ({initials} if len(words) >= _SPELLED_OUT else set())
    # "acme.co.uk", "mail.acme.com" and "acme-group.com" are Acme's; the last label is never a name.
    hosts = {part for label in labels[:-1] for part in (label.replace("-", ""), *label.split("-"))}
    return not names.isdisjoint(hosts)


def plain_name(name: str) -> str:
    """A name without title, capitals, accents and order marks, to compare it with another."""
    if name.count(",") == 1:
        last, first = name.split(",")
        if first.strip().lower().rstrip(".") not in _SUFFIXES:
            name = f"{first} {last}"
    words = _plain(name).split()
    return " ".join(word for word in words if word not in _HONORIFICS and word not in _SUFFIXES)


def first_name(name: str) -> str:
    """What a colleague would call them: "Maria" for "Dr. Maria de la Cruz", "Jan" for "van der Berg, Jan"."""
    if name.count(",") == 1:
        last, first = (part.strip() for part in name.split(","))
        if first and first.lower().rstrip(".") not in _SUFFIXES:
            return first_name(first)
        name = last
    words = [word for word in name.split() if word.lower().rstrip(".") not in _HONORIFICS]
    return words[0] if words else name.strip()


def _plain(text: str) -> str:
    """Lower case, without accents and punctuation."""
    letters = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(
        c if c.isalnum() else " " for c in letters if not unicodedata.combining(c) and c not in "'\u2019."
    )
    return " ".join(kept.split())


def namesake_key(name: str, company: str) -> str:
    """Name and employer as they are compared: two records with the same key may be one person.

    "" where one of the two is missing.
    """
    name, company = plain_name(name), plain_company(company)
    return f"{name}|{company}" if name and company else ""


def plain_company(company: str) -> str:
    """A company without capitals, accents and legal form, to compare it with another; "" for no name at all."""
    words = _plain(company).split()
    return " ".join(words[:1] + [word for word in words[1:] if word not in _COMPANY_FORMS])


@dataclass(frozen=True)
class People:
    """Candidate records told apart as human beings.

    `same[id]` names all records, the id itself included, that surely are this
    person; `perhaps[id]` the records of others that may be.
    """

    same: dict[str, tuple[str, ...]]
    perhaps: dict[str, tuple[str, ...]]


def tell_apart(candidates: Iterable[Candidate]) -> People:
    """Join the records that are one human being, whatever their order."""
    records = sorted(candidates, key=lambda c: c.id)
    same = _surely_same(records)
    return People(same, _perhaps_same(records, same))


def _surely_same(records: list[Candidate]) -> dict[str, tuple[str, ...]]:
    """By record, all records that share an address or a profile with it, directly or by way of another."""
    leader = {c.id: c.id for c in records}

    def find(one: str) -> str:
        while leader[one] != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    first_with: dict[str, str] = {}
    for c in records:
        for key in (mailbox(c.email), profile(c.linkedin_url)):
            if key:
                one, other = find(first_with.setdefault(key, c.id)), find(c.id)
                leader[max(one, other)] = min(one, other)
    groups: dict[str, list[str]] = defaultdict(list)
    for c in records:
        groups[find(c.id)].append(c.id)
    return {member: tuple(group) for group in groups.values() for member in group}


def _perhaps_same(records: list[Candidate], same: dict[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    """By record, the records of others with its name and employer."""
    namesakes: dict[str, list[str]] = defaultdict(list)
    for c in records:
        if key := namesake_key(c.name, c.current_company):
            namesakes[key].append(c.id)
    perhaps = {}
    for group in namesakes.values():
        for member in group:
            if others := tuple(other for other in group if other not in same[member]):
                perhaps[member] = others
    return perhaps
