"""`ifnotyou sync`: a system for applicants into the workspace, from the command line."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import Connection, Offer, Workspace
from ifnotyou.sample.ats.world import OfferStep
from tests.atsfake import broken, fake_ats  # noqa: F401 - a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture
def workspace(db):
    return Workspace.objects.create(name="Acme")


@pytest.fixture
def there(workspace, fake_ats):  # noqa: F811 - the fixture
    """A system in which one offer was declined, and one is confidential."""
    world = fake_ats.world
    world.now = timezone.now() - timedelta(days=1)
    for title in ("Data Engineer", "Secret"):
        job = world.open_job(title, confidential=title == "Secret")
        found = world.apply(world.add_candidate("Kim", "Park"), job)
        world.offer(found.id)
        world.decide(found.id, OfferStep.DECLINED)
    return fake_ats


@pytest.fixture
def connection(workspace, there):
    with scope(workspace=workspace):
        return there.connect(workspace)


def test_the_first_time_all_is_read_and_then_what_changed(ifnotyou, workspace, connection):
    first = ifnotyou("sync", "fake")
    assert (first.code, first.err) == (0, "")
    assert first.out == (
        "Read 1 application with an offer, 1 of them declined: 1 offer new or changed.\n"
        "1 application left out: confidential or private.\n"
    )
    with scope(workspace=workspace):
        assert Offer.objects.get().status == "declined"
    assert ifnotyou("sync", "fake", "--format", "json").json["changed"] == 0


def test_all_can_be_read_once_more(ifnotyou, workspace, connection, there):
    ifnotyou("sync", "fake")
    there.world.now += timedelta(hours=1)
    ifnotyou("sync", "fake")
    assert ifnotyou("sync", "fake", "--format", "json").json["read"] == 0
    again = ifnotyou("sync", "fake", "--from-start", "--workspace", "Acme", "--format", "json").json
    assert again == {
        "source": "fake",
        "changed": 0,
        "gone": 0,
        "hidden": 1,
        "unread": 0,
        "read": 1,
        "declined": 1,
    }


def test_trouble_is_told_in_words_and_kept(ifnotyou, workspace, connection, there):
    there.connector.fails[:] = [broken(permanent=True)]
    answer = ifnotyou("sync", "fake")
    assert (answer.code, answer.out) == (1, "")
    assert answer.err == "ifnotyou sync: Fake ATS does not know this key.\n"
    with scope(workspace=workspace):
        assert Connection.objects.get().trouble == "Fake ATS does not know this key."
    assert ifnotyou("sync", "fake").code == 0
    with scope(workspace=workspace):
        assert Connection.objects.get().trouble == ""


def test_what_is_not_connected_or_paused_is_told(ifnotyou, workspace, there):
    answer = ifnotyou("sync", "fake")
    assert answer.code == 1
    assert "Fake ATS is not connected yet" in answer.err
    with scope(workspace=workspace):
        there.connect(workspace, paused=True)
    answer = ifnotyou("sync", "fake")
    assert answer.code == 1
    assert "paused" in answer.err


def test_a_system_that_we_do_not_know_is_wrong_usage(ifnotyou, workspace, there):
    answer = ifnotyou("sync", "paperhire")
    assert answer.code == 2
    assert "fake" in answer.err
