"""Connections to systems for applicants: what holds whatever the page."""

from datetime import timedelta

import pytest
from django.db import connection as database
from django_scopes import scope

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.models import AuditEvent, Connection, Offer
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import connections, syncing
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture
from tests.company import NOW, clock, found, house  # noqa: F401 - fixtures
from tests.web.test_connections import decline_over_there

pytestmark = pytest.mark.django_db


@pytest.fixture
def connected(fake_ats, house):  # noqa: F811
    return connections.connect(by=house.recruiter, system="fake", values={"key": "kestrel"})


def fresh():
    return Connection.objects.get()


def test_a_system_is_connected_once_in_each_workspace(connected, house, fake_ats):  # noqa: F811
    again = connections.connect(by=house.admin, system="fake", values={"key": "other"})
    assert (again.pk, again.by) == (connected.pk, house.recruiter)
    birch = found("Birch")
    with scope(workspace=birch.workspace.pk):
        other = connections.connect(by=birch.recruiter, system="fake", values={"key": "theirs"})
        assert other.pk != connected.pk
        assert Connection.objects.count() == 1


def test_the_secret_of_before_counts_for_a_week(connected, house, clock):  # noqa: F811
    connections.keep_hook_secret(connected, "first", by=house.recruiter, now=NOW)
    second = connections.new_hook_secret(fresh(), by=house.recruiter, now=NOW)
    assert connections.connector_of(fresh()).settings.hook_secrets == (second, "first")
    clock(NOW + timedelta(days=7))
    assert connections.connector_of(fresh()).settings.hook_secrets == (second,)
    assert connections.connector_of(fresh()).settings.values == {"key": "kestrel"}


def test_a_secret_made_twice_by_a_double_click_does_not_end_the_one_that_stands_there(connected, house):  # noqa: F811
    connections.keep_hook_secret(connected, "stands there", by=house.recruiter, now=NOW - timedelta(days=30))
    connections.new_hook_secret(fresh(), by=house.recruiter, now=NOW)
    second = connections.new_hook_secret(fresh(), by=house.recruiter, now=NOW)
    assert connections.connector_of(fresh()).settings.hook_secrets == (second, "stands there")
    third = connections.new_hook_secret(fresh(), by=house.recruiter, now=NOW + timedelta(hours=2))
    assert connections.connector_of(fresh()).settings.hook_secrets == (third, second)


def test_trouble_keeps_the_moment_since_when_as_long_as_it_is_the_same(connected):
    connections.keep_trouble(fresh(), broken(), now=NOW)
    connections.keep_trouble(fresh(), broken(), now=NOW + timedelta(hours=1))
    assert fresh().trouble_since == NOW
    other = ConnectorError(Trouble.TOO_OFTEN, "Too many calls.", permanent=False)
    connections.keep_trouble(fresh(), other, now=NOW + timedelta(hours=2))
    assert (fresh().trouble, fresh().trouble_since) == ("Too many calls.", NOW + timedelta(hours=2))
    connections.clear_trouble(fresh())
    assert (fresh().trouble, fresh().trouble_code, fresh().trouble_since) == ("", "", None)


def test_an_answer_given_while_the_history_is_read_is_not_lost(connected, house, fake_ats):  # noqa: F811
    """The reading under way was told what the old answer means: it gives up, and the next one begins at the start."""
    for number in range(25):
        decline_over_there(fake_ats.world, f"Kim{number}")
    answered = []

    def answer_once(_taken, _reached):
        if not answered:
            answered.append(
                connections.keep_answers(fresh(), {"who": "b"}, by=house.recruiter, taken_for={"who": "a"})
            )

    syncing.sync(fresh(), now=NOW, watch=answer_once)
    assert answered == [True]
    assert fresh().synced_at is None
    fake_ats.connector.asked.clear()
    syncing.sync(fresh(), now=NOW + timedelta(minutes=5))
    assert fake_ats.connector.asked.count("read") >= 3
    assert fresh().synced_at is not None
    assert Offer.objects.filter(external_id__startswith="fake:").count() == 25


def test_an_answer_before_the_first_page_was_taken_in_is_not_lost_either(connected, house, fake_ats):  # noqa: F811
    decline_over_there(fake_ats.world)
    began = fresh()
    connections.keep_answers(fresh(), {"who": "b"}, by=house.recruiter, taken_for={"who": "a"})
    syncing.sync(began, now=NOW)
    assert not Offer.objects.filter(external_id__startswith="fake:").exists()
    assert fresh().synced_at is None


def test_another_system_is_never_asked_within_a_transaction(connected, fake_ats, transactional_db, house):  # noqa: F811
    inside = []
    called = fake_ats.connector._called
    fake_ats.connector._called = lambda self, what: (
        inside.append(database.in_atomic_block),
        called(self, what),
    )
    connections.check(fresh(), now=NOW)
    assert inside == [False]


def test_a_paused_one_is_not_read_before_its_turn(connected, house):  # noqa: F811
    connections.pause(connected, by=house.recruiter)
    connections.pause(connected, by=house.recruiter)
    with pytest.raises(Refusal, match="go on first"):
        connections.read_now(fresh(), by=house.recruiter)
    events = AuditEvent.objects.filter(noun="connection").values_list("verb", "detail")
    assert list(events.order_by("pk")) == [
        ("connected", {"system": "fake", "fields": ["key"]}),
        ("paused", {"system": "fake"}),
    ]


def test_a_key_is_forgotten_where_the_address_becomes_another(connected, house):  # noqa: F811
    moved = connections.connect(
        by=house.recruiter, system="fake", values={"key": ""}, address="https://other.example.com"
    )
    assert (moved.address, moved.secrets) == ("https://other.example.com", "")
    assert connections.connector_of(fresh()).settings.values == {}
