"""Regions with holidays of their own, and what time it is in a country."""

from datetime import UTC, datetime

import pytest

from ifnotyou.queries.places import region_names, zone_there

SUMMER, WINTER = datetime(2026, 7, 1, tzinfo=UTC), datetime(2026, 1, 1, tzinfo=UTC)


def test_regions_have_names_and_fit_into_their_column():
    regions = dict(region_names("DE"))
    assert regions["BY"] == "Bayern"
    assert len(regions) >= 16
    assert dict(region_names("FR"))["974"] == "La Réunion"
    assert all(
        len(code) <= 8 for country in ("DE", "ES", "GB", "US", "CH") for code, _ in region_names(country)
    )


@pytest.mark.parametrize("country", ["", "XX", "IS", "de"])
def test_no_regions_where_none_differ_or_nobody_knows(country):
    assert region_names(country) == ()


@pytest.mark.parametrize(
    ("country", "hours"),
    [("GB", 1), ("JP", 9), ("IN", 5.5), ("DE", 2), ("US", None), ("PT", None), ("", None), ("XX", None)],
)
def test_time_is_known_where_it_is_the_same_everywhere(country, hours):
    zone = zone_there(country, SUMMER)
    offset = SUMMER.astimezone(zone).utcoffset().total_seconds() / 3600 if zone else None
    assert offset == hours


def test_two_zones_that_agree_are_one_time():
    """Busingen keeps the time of Zurich, which is that of Berlin now."""
    assert str(zone_there("DE", WINTER)) == "Europe/Berlin"
