"""Who stands in the company's systems for applicants because we filed them there, or came to us from there."""

from __future__ import annotations

from dataclasses import dataclass

from ifnotyou.connectors.ats import all_systems
from ifnotyou.models import Filing, FilingState
from ifnotyou.queries.person import Person

THERE_PERHAPS = frozenset(
    {FilingState.CREATING, FilingState.COMPLETING, FilingState.DONE, FilingState.UNCERTAIN}
)
"""In these states they are there, or may be."""


@dataclass(frozen=True)
class Place:
    """A system in which somebody has a record, or (not `sure`) may have.

    `link` opens it there, `record` is its id; "" where we do not know them.
    """

    system: str
    link: str = ""
    record: str = ""
    sure: bool = True


def label_of(system: str) -> str:
    """The name of a system for people, by its slug."""
    connector = all_systems().get(system)
    return connector.label if connector else system.title()


def places_of(person: Person) -> list[Place]:
    """Where else somebody has a record: erasing them here does not reach it."""
    filings = Filing.objects.filter(vip__in=person.names).select_related("connection").order_by("pk")
    places = {
        one.connection.system: Place(
            label_of(one.connection.system),
            one.link,
            one.person,
            sure=bool(one.person) or one.state == FilingState.DONE,
        )
        for one in filings
        if one.person or one.state in THERE_PERHAPS
    }
    for record in person.candidates:
        system = record.external_id.partition(":")[0]
        if system in all_systems():
            places.setdefault(system, Place(label_of(system), record=record.external_id.partition(":")[2]))
    return list(places.values())
