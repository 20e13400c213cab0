"""One human being, under every record that we have of them: found by what they say of themselves."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import TypeVar

from django.db import models
from django.db.models import Q, QuerySet
from django.db.models.functions import Lower

from ifnotyou.models import Candidate, Employee, User, Vip, Workspace
from ifnotyou.playbook.people import mailbox, public_profile
from ifnotyou.queries.humans import keyed, keys_of, same_humans, vip_keys

_REFERENCE = re.compile(r"(candidate|name|colleague|account):([0-9]{1,19})")
_KEY = re.compile(r"[0-9]{1,19}")
_Row = TypeVar("_Row", bound=models.Model)


@dataclass(frozen=True)
class Person:
    """All rows that are one human being: as candidate, as somebody named, as colleague, as somebody who signs in."""

    candidates: list[Candidate] = field(default_factory=list)
    names: list[Vip] = field(default_factory=list)
    colleagues: list[Employee] = field(default_factory=list)
    accounts: list[User] = field(default_factory=list)

    @property
    def name(self) -> str:
        """What they are called, by the first row that tells."""
        return next((str(row.name) for row in self.rows if row.name), "somebody without a name")

    @property
    def reference(self) -> str:
        """What finds exactly this person again: no name, no address."""
        kind, row = next(
            (kind, rows[0])
            for kind, rows in (
                ("candidate", self.candidates),
                ("name", self.names),
                ("colleague", self.colleagues),
                ("account", self.accounts),
            )
            if rows
        )
        return f"{kind}:{row.pk}"

    @property
    def known_as(self) -> str:
        """What tells them from somebody of the same name."""
        kinds = [
            word
            for word, rows in (
                ("candidate", self.candidates),
                ("named to us", self.names),
                ("colleague", [*self.colleagues, *self.accounts]),
            )
            if rows
        ]
        where = [row.email for row in self.rows if row.email]
        where += [c.current_company for c in self.candidates] + [v.works_at for v in self.names]
        return ", ".join([self.name, *kinds, *list(dict.fromkeys(filter(None, where)))[:2]])

    def keys(self, workspace: Workspace) -> set[str]:
        """The keyed hashes of all that they are known by as a candidate and as somebody named."""
        return {
            *(key for candidate in self.candidates for key in keys_of(candidate, workspace)),
            *(key for vip in self.names for key in vip_keys(vip, workspace)),
        }

    def keys_never_asked(self, workspace: Workspace) -> set[str]:
        """The same, and those by which somebody else could name them: name with employer."""
        namesakes = [f"namesake:{c.namesake}" for c in self.candidates if c.namesake]
        return self.keys(workspace) | set(keyed(namesakes, workspace))

    @property
    def rows(self) -> list[Candidate | Vip | Employee | User]:
        """All of them."""
        return [*self.candidates, *self.names, *self.colleagues, *self.accounts]


def find(who: str, workspace: Workspace) -> list[Person]:
    """Everybody who may be meant: by address, profile, a record's id, the exact name, or a `reference`.

    An address, a profile and an id mean one human being; a name may mean several. Names that nobody may see yet
    (given in confidence or anonymously, before the calendar announces them) are not among what is found.
    """
    people: list[Person] = []
    known: set[tuple[type[models.Model], int]] = set()
    for seed in _seeds(who.strip(), workspace) if who.strip() else ():
        if (type(seed.rows[0]), seed.rows[0].pk) not in known:
            person = whole(seed, workspace)
            known |= {(type(row), row.pk) for row in person.rows}
            seen = may_be_seen().filter(pk__in=[vip.pk for vip in person.names])
            people.append(replace(person, names=list(seen.order_by("pk")) if person.names else []))
    return people


def whole(seed: Person, workspace: Workspace) -> Person:
    """The seed with every row that shares an address or a profile with it, directly or by way of another."""
    person, size = seed, 0
    while len(person.rows) > size:
        size = len(person.rows)
        addresses = {row.email.lower() for row in person.rows if row.email}
        boxes = {c.mailbox for c in person.candidates} | {v.mailbox for v in person.names}
        boxes = (boxes | {mailbox(address) for address in addresses}) - {""}
        profiles = ({c.profile for c in person.candidates} | {v.profile for v in person.names}) - {""}
        spelled = boxes | addresses
        linked = (Q(mailbox__in=boxes), Q(profile__in=profiles))
        colleagues = Employee.objects.annotate(spelled=Lower("email")).filter(
            Q(spelled__in=spelled) | Q(user__in=person.accounts)
        )
        accounts = (
            User.objects.filter(workspace=workspace)
            .annotate(spelled=Lower("email"))
            .filter(Q(spelled__in=spelled) | Q(employee__in=person.colleagues))
        )
        # Two questions, each with its index (queries/humans.py).
        candidates = [c for link in linked for c in Candidate.objects.filter(link)]
        person = Person(
            _with(person.candidates, same_humans([*person.candidates, *candidates])),
            _with(person.names, (vip for link in linked for vip in Vip.objects.filter(link))),
            _with(person.colleagues, colleagues),
            _with(person.accounts, accounts),
        )
    return person


def may_be_seen() -> QuerySet[Vip]:
    """The people named, but for those whose every name still waits for the calendar to announce it."""
    return Vip.objects.filter(Q(referrals__isnull=True) | Q(referrals__announced_on__isnull=False)).distinct()


def _seeds(who: str, workspace: Workspace) -> Iterable[Person]:
    candidates, names, colleagues, accounts = _meant(who)
    own = User.objects.filter(workspace=workspace)
    yield from (Person(candidates=[row]) for row in Candidate.objects.filter(candidates).order_by("pk"))
    yield from (Person(names=[row]) for row in may_be_seen().filter(names).order_by("pk"))
    yield from (Person(colleagues=[row]) for row in Employee.objects.filter(colleagues).order_by("pk"))
    yield from (Person(accounts=[row]) for row in own.filter(accounts).order_by("pk"))


def _meant(who: str) -> tuple[Q, Q, Q, Q]:
    """What to look for among candidates, people named, colleagues and accounts."""
    nobody = Q(pk=None)
    if match := _REFERENCE.fullmatch(who):
        one = {match[1]: Q(pk=int(match[2]))}
        kinds = ("candidate", "name", "colleague", "account")
        candidates, names, colleagues, accounts = (one.get(kind, nobody) for kind in kinds)
        return candidates, names, colleagues, accounts
    if box := mailbox(who):
        return Q(mailbox=box), Q(mailbox=box), Q(email__iexact=who), Q(email__iexact=who)
    if "/" in who and (address := public_profile(who)):
        return Q(profile=address), Q(profile=address), nobody, nobody
    called, recorded = Q(name__iexact=who), Q(name__iexact=who) | Q(external_id=who)
    return recorded, called | Q(pk=int(who)) if _KEY.fullmatch(who) else called, recorded, called


def _with(known: list[_Row], found: Iterable[_Row]) -> list[_Row]:
    """Both, each once, the known ones first."""
    return list({row.pk: row for row in (*known, *found)}.values())
