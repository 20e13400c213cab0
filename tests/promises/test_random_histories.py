"""Whatever happens over there and however its calls reach us: in the end we know what the record says, and no more."""

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django_scopes import scopes_disabled
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as examples_of
from hypothesis import strategies as st

from ifnotyou.models import Delivery
from ifnotyou.sample.ats.greenhouse import StandIn
from ifnotyou.sample.ats.world import World
from tests.atsfake import NOW, call, fake_ats, signed  # noqa: F401 - a fixture
from tests.company import clock  # noqa: F401 - a fixture
from tests.promises.histories import FakeSide, History, StandInSide

pytestmark = pytest.mark.django_db

OVER_THERE = (
    *["decline"] * 4,
    *["offer", "decide"] * 3,
    *["end", "meet", "vote"] * 2,
    *[
        "reopen",
        "delete_offer",
        "unmeet",
        "unvote",
        "rename",
        "forbid",
        "merge",
        "merge",
        "forget",
        "unapply",
    ],
    "apply",
)
ON_THE_WAY = (*["deliver", "deliver_all"] * 4, *["lose", "tear", "forge"], *["work"] * 6, *["sync"] * 2)

numbers = st.integers(0, 5)


def histories(*verbs, least=12, most=40):
    return st.lists(st.tuples(st.sampled_from(verbs), numbers, numbers), min_size=least, max_size=most)


def some(examples, **more):
    unhealthy = [HealthCheck.function_scoped_fixture]
    return examples_of(max_examples=examples, deadline=None, suppress_health_check=unhealthy, **more)


def ends_alike(history):
    """The workspace that lived through it, and one that reads it all now.

    But for offers that went out and were then taken off the record: those are rescinded here, and a reader of today
    has never heard of them; nor of what else was known of these people by them. And a decline that turned out to be
    none stays in its place here, and says so.
    """
    lived, fresh = history.settled(), history.read_at_once()
    unsent = history.never_sent()
    called_back = [row for row in lived["offers"] if row[0] in unsent]
    assert all(row[4] == "rescinded" for row in called_back)
    known, held = {row[0] for row in fresh["candidates"]}, {row[1] for row in called_back}
    lived["candidates"] = [row for row in lived["candidates"] if row[0] in known or row[0] not in held]
    for kind in ("offers", "interviews", "scorecards"):
        lived[kind] = [row for row in lived[kind] if row[0].partition("/")[0] not in unsent]
    declined = {row[0] for row in lived["offers"] if row[4] == "declined"}
    assert all(row[3] == "never" for row in lived["declines"] if row[0] not in declined)
    for rows in (lived, fresh):
        told = [row for row in rows["declines"] if row[0] in declined]
        rows["declines"] = [row[: 2 if row[1] in held else None] for row in told]
    assert lived == fresh


def nobody_forgotten_is_known(history):
    """No row of any table has the name of somebody who was deleted or anonymised over there."""
    if not history.forgotten:
        return
    with scopes_disabled():
        kept = "\n".join(
            serialize("json", model._default_manager.all(), ensure_ascii=False)
            for model in apps.get_models()
            if model is not Delivery
        )
    for name in history.forgotten:
        assert name not in kept
        assert name.lower() not in kept


@some(40)
@given(steps=histories(*OVER_THERE, *ON_THE_WAY))
def test_any_history_ends_in_what_the_record_says(fake_ats, clock, steps):  # noqa: F811 - the fixtures
    history = History(new_side(fake_ats), clock)
    history.run(steps)

    ends_alike(history)
    nobody_forgotten_is_known(history)


@some(30)
@given(steps=histories(*OVER_THERE, *ON_THE_WAY, *["ask"] * 8))
def test_nobody_is_asked_twice_in_any_history(fake_ats, clock, steps):  # noqa: F811 - the fixtures
    history = History(new_side(fake_ats), clock)
    history.run(steps)

    history.settled()
    nobody_forgotten_is_known(history)


def new_side(fake):
    """Another world for each example."""
    fake.connector.world = type(fake.world)(fake.world.now)
    return FakeSide(fake, call, signed)


@some(10, phases=[Phase.generate])  # a failing one takes too long to be made shorter
@given(steps=histories(*OVER_THERE, *ON_THE_WAY))
def test_any_history_of_greenhouse_ends_in_what_the_record_says(clock, settings, steps):  # noqa: F811
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    with StandIn(World(NOW)) as there:
        history = History(StandInSide(there), clock)
        history.run(steps)

        ends_alike(history)
        nobody_forgotten_is_known(history)
