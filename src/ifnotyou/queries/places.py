"""Where in the world: the regions of a country, and what time it is there."""

from __future__ import annotations

from datetime import datetime, tzinfo
from functools import cache
from importlib.resources import files

import holidays

from ifnotyou.models import User
from ifnotyou.playbook.promises import time_zone
from ifnotyou.queries.working_time import regions_of

_LONGEST_REGION = User._meta.get_field("region").max_length or 0


@cache
def region_names(country: str) -> tuple[tuple[str, str], ...]:
    """The regions whose holidays differ, code and name, by name. A city within a region has none of its own here."""
    codes = [code for code in regions_of(country) if len(code) <= _LONGEST_REGION]
    if not codes:
        return ()
    # Of several names of one region the longest is the full one.
    names: dict[str, str] = {}
    for name, code in holidays.country_holidays(country).subdivisions_aliases.items():
        names[code] = max(names.get(code, ""), name, key=len)
    return tuple(sorted(((code, names.get(code, code)) for code in codes), key=lambda one: one[1]))


def zone_there(country: str, moment: datetime) -> tzinfo | None:
    """A time zone of that country, where it is the same time everywhere in it; None where nobody can know."""
    zones = [time_zone(name) for name in _zones_by_country().get(country, ())]
    if len({moment.astimezone(zone).utcoffset() for zone in zones}) != 1:
        return None
    return zones[0]


def is_country(code: str) -> bool:
    """Whether this is the code of a country in which somebody lives (ISO 3166-1, two letters)."""
    return code in _zones_by_country()


@cache
def _zones_by_country() -> dict[str, list[str]]:
    """Of the time zone database: its table of countries and their zones."""
    found: dict[str, list[str]] = {}
    for line in files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            country, _, zone, *_ = line.split("\t")
            found.setdefault(country, []).append(zone)
    return found
