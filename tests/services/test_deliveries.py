"""What is done with calls of a system for applicants: the record is read again, whatever the call said."""

import json
from datetime import timedelta

import pytest
from django_scopes import scope

from ifnotyou.connectors.ats.contract import Gone
from ifnotyou.connectors.base import NotFromThem
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    AuditEvent,
    Candidate,
    Connection,
    Decline,
    Delivery,
    DeliveryState,
    Filing,
    Offer,
    Vip,
)
from ifnotyou.playbook.asking import Stage
from ifnotyou.queries.person import Person
from ifnotyou.sample.ats.world import OfferStep, Seat
from ifnotyou.services import deliveries, erasure, retention, syncing
from tests.atsfake import NOW, broken, call, fake_ats, signed  # noqa: F401 - a fixture
from tests.company import found


@pytest.fixture
def there(fake_ats):  # noqa: F811 - the fixture
    """Over there, a candidate with an offer, and a colleague who met them."""
    world = fake_ats.world
    world.maya = world.hire("Maya", "Chen")
    noor = world.add_candidate("Noor", "Haddad", "noor.h@example.com")
    world.noor = world.apply(noor, world.open_job("Data Engineer"))
    world.meet(world.noor.id, Seat(world.maya.id), title="Pairing")
    world.vote(world.noor.id, world.maya.id, 5)
    world.offer(world.noor.id)
    return world


@pytest.fixture
def connection(house, fake_ats, there):  # noqa: F811 - the fixture
    made = fake_ats.connect(house.workspace)
    syncing.sync(made, now=NOW)
    return made


def keep(connection, body, secret=None):
    proof = signed(body) if secret is None else signed(body, secret)
    deliveries.keep(connection, body, {"fake-signature": proof}, now=NOW)


def states():
    return dict(Delivery.objects.order_by("pk").values_list("key", "state"))


def declined_over_there(there):
    there.decide(there.noor.id, OfferStep.DECLINED)
    there.end(there.noor.id, 1)


def test_decline_is_in_the_inbox_after_a_call(connection, there):
    declined_over_there(there)
    keep(connection, call("k1", there.noor.id))

    assert deliveries.work(connection, now=NOW) == 1

    assert states() == {"k1": DeliveryState.DONE}
    decline = Decline.objects.get(offer__external_id=f"fake:{there.noor.id}")
    assert decline.stage == Stage.TO_ASK
    assert decline.candidate.name == "Noor Haddad"


def test_jobs_do_the_same(connection, there):
    declined_over_there(there)
    keep(connection, call("k1", there.noor.id))

    assert run_due_jobs()

    assert states() == {"k1": DeliveryState.DONE}
    assert Decline.objects.filter(offer__external_id=f"fake:{there.noor.id}").exists()


def test_call_about_a_candidate_is_about_the_applications_that_we_hold(connection, there):
    there.rename(there.noor.candidate, "Noor", "Haddad-Berg")
    keep(connection, call("k1", candidates=[there.noor.candidate]))
    stranger = there.apply(there.add_candidate("Not", "Ours"), there.open_job("Cook"))
    keep(connection, call("k2", candidates=[stranger.candidate]))

    deliveries.work(connection, now=NOW)

    assert Candidate.objects.get(external_id=f"fake:{there.noor.candidate}").name == "Noor Haddad-Berg"
    assert not Candidate.objects.filter(external_id=f"fake:{stranger.candidate}").exists()
    assert set(states().values()) == {DeliveryState.DONE}


def test_call_says_nothing_that_counts_before_the_record_says_it_too(connection, there):
    body = json.dumps(json.loads(call("k1", there.noor.id)) | {"status": "declined"}).encode()
    keep(connection, body)

    deliveries.work(connection, now=NOW)

    assert Offer.objects.get(external_id=f"fake:{there.noor.id}").status == "open"


def test_calls_that_wait_are_read_together(connection, there, fake_ats):  # noqa: F811 - the fixture
    fake_ats.connector.asked.clear()
    for number in range(30):
        keep(connection, call(f"k{number}", there.noor.id))

    assert deliveries.work(connection, now=NOW) == 30

    assert fake_ats.connector.asked.count("read") == 1


def test_nothing_is_asked_for_nobody_of_ours(connection, fake_ats):  # noqa: F811 - the fixture
    fake_ats.connector.asked.clear()
    keep(connection, call("k1", candidates=[999_999]))

    assert deliveries.work(connection, now=NOW) == 1
    assert fake_ats.connector.asked == []


def test_what_the_system_does_not_let_us_read_waits_and_is_told(connection, there, fake_ats):  # noqa: F811
    declined_over_there(there)
    keep(connection, call("k1", there.noor.id))

    for permanent in (False, True):
        fake_ats.connector.fails[:] = [broken(permanent=permanent)]
        assert deliveries.work(connection, now=NOW) == 0
        assert states() == {"k1": DeliveryState.WAITING}
        connection.refresh_from_db()
        assert connection.trouble == broken(permanent=permanent).text
    assert Delivery.objects.get().attempts == 2

    deliveries.wake(connection.workspace, now=NOW)
    run_due_jobs()
    assert states() == {"k1": DeliveryState.DONE}


def test_error_of_ours_leaves_the_call_waiting_and_is_loud(connection, there, monkeypatch):
    keep(connection, call("k1", there.noor.id))
    with monkeypatch.context() as patch:
        patch.setattr(syncing, "read_again", lambda *_args, **_named: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliveries.work(connection, now=NOW)

    assert states() == {"k1": DeliveryState.WAITING}
    assert deliveries.work(connection, now=NOW) == 1


def test_one_record_that_always_fails_does_not_hold_up_the_others(connection, there, fake_ats):  # noqa: F811
    """As long as its call is among them, all fail; each time there are fewer with it."""
    bad = there.apply(there.add_candidate("Bad", "Record"), there.open_job("Cook"))
    there.offer(bad.id)

    def told(self, id_, tell=fake_ats.connector._told):
        if id_ == str(bad.id):
            raise broken()
        return tell(self, id_)

    fake_ats.connector._told = told
    for number in range(20):
        keep(connection, call(f"k{number}", there.noor.id))
    keep(connection, call("bad", bad.id))
    for _ in range(12):
        deliveries.work(connection, now=NOW)

    left = dict.fromkeys(states(), DeliveryState.DONE) | {"bad": DeliveryState.WAITING}
    assert states() == left


def test_call_that_somebody_died_over_waits_again_after_a_while(connection, there):
    keep(connection, call("k1", there.noor.id))
    Delivery.objects.update(state=DeliveryState.READING, claimed_at=NOW)

    assert deliveries.work(connection, now=NOW + timedelta(minutes=1)) == 0
    deliveries.wake(connection.workspace, now=NOW + timedelta(minutes=1))
    assert run_due_jobs_of(connection) == 0

    assert deliveries.work(connection, now=NOW + timedelta(minutes=3)) == 1


def run_due_jobs_of(_connection):
    """How many calls were worked on by what waits in the queue."""
    before = Delivery.objects.filter(state=DeliveryState.DONE).count()
    run_due_jobs()
    return Delivery.objects.filter(state=DeliveryState.DONE).count() - before


def test_paused_connection_works_on_its_calls_when_it_goes_on(connection, there):
    Connection.objects.update(paused=True)
    connection.refresh_from_db()
    keep(connection, call("k1", there.noor.id))
    deliveries.wake(connection.workspace, now=NOW)
    run_due_jobs()
    assert states() == {"k1": DeliveryState.WAITING}

    Connection.objects.update(paused=False)
    deliveries.wake(connection.workspace, now=NOW)
    run_due_jobs()
    assert states() == {"k1": DeliveryState.DONE}


def test_calls_late_twice_and_in_another_order_end_as_the_record_is(connection, there):
    bodies = [call("offer", there.noor.id, event="offer"), call("ended", there.noor.id, event="ended")]
    declined_over_there(there)
    there.reopen(there.noor.id)
    there.decide(there.noor.id, OfferStep.ACCEPTED)

    for body in [
        *reversed(bodies),
        *bodies,
        call("years ago", there.noor.id, 31),
        call("?", event="new kind"),
    ]:
        keep(connection, body)
        deliveries.work(connection, now=NOW)

    assert Offer.objects.get(external_id=f"fake:{there.noor.id}").status == "accepted"
    assert not Decline.objects.filter(offer__external_id=f"fake:{there.noor.id}").exists()


def test_same_words_a_while_later_may_be_about_something_new(connection, there, fake_ats):  # noqa: F811
    body = call("k1", there.noor.id)
    for minutes, readings in ((0, 1), (0.5, 1), (2, 2), (2.5, 2), (60, 3)):
        at = NOW + timedelta(minutes=minutes)
        deliveries.keep(connection, body, {"fake-signature": signed(body)}, now=at)
        deliveries.work(connection, now=at)
        assert fake_ats.connector.asked.count("read") == 1 + readings

    assert states() == {"k1": DeliveryState.DONE}


def test_somebody_whom_we_filed_is_followed_when_a_call_is_about_them(connection, house, monkeypatch):
    vip = Vip.objects.create(
        workspace=house.workspace, name="Kim Park", came_on=NOW.date(), notice_due=NOW.date()
    )
    Filing.objects.create(workspace=house.workspace, connection=connection, vip=vip, person="77")
    asked = []
    monkeypatch.setattr(deliveries, "later", lambda name, **_named: asked.append(name))
    keep(connection, call("k1", candidates=[77]))
    keep(connection, call("k2", candidates=[78]))

    deliveries.work(connection, now=NOW)

    assert asked.count("file_people") == 1


# --- what could not be understood


TORN = b'{"key": "k1", "applications": ['


def test_unreadable_call_is_read_after_a_fix(connection, there, house, fake_ats, monkeypatch):  # noqa: F811
    declined_over_there(there)
    body = b"old words " + str(there.noor.id).encode()
    keep(connection, body)
    assert deliveries.again_all(connection, by=house.recruiter) == 0
    assert set(states().values()) == {DeliveryState.UNREADABLE}

    def fixed(self, body, headers, now, read=fake_ats.connector.read_call):
        return read(self, *translated(body, headers), now)

    def translated(body, headers):
        assert headers["FAKE-SIGNATURE"] == signed(body)
        new = call("k1", int(body.split()[-1]))
        return new, {"Fake-Signature": signed(new)}

    monkeypatch.setattr(fake_ats.connector, "read_call", fixed)
    assert deliveries.again_all(connection, by=house.recruiter) == 1
    run_due_jobs()

    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.body, delivery.problem) == (DeliveryState.DONE, "", "")
    assert Decline.objects.filter(offer__external_id=f"fake:{there.noor.id}").exists()
    assert [event.detail for event in AuditEvent.objects.filter(verb="read_calls_again").order_by("pk")] == [
        {"tried": 1, "understood": 0},
        {"tried": 1, "understood": 1},
    ]


def test_nobody_stays_in_a_call_that_was_not_understood(connection, there, house):
    keep(connection, b'{"first_name": "Noor", "last_name": "Ad')
    assert Delivery.objects.get().body
    candidate = Candidate.objects.get(external_id="noor")

    erasure.erase(Person(candidates=[candidate]), house.workspace, by=house.steward, now=NOW)

    assert Delivery.objects.get().body == ""


def test_unreadable_call_whose_secret_is_gone_says_so(connection, house):
    keep(connection, TORN)
    Connection.objects.update(hook_secret="another")
    connection.refresh_from_db()

    assert deliveries.again_all(connection, by=house.recruiter) == 0

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.UNREADABLE
    assert "secret" in delivery.problem


def test_unreadable_record_is_read_again(connection, house, there, fake_ats):  # noqa: F811 - the fixture
    declined_over_there(there)
    fake_ats.connector.unreadable.add(there.noor.id)
    keep(connection, call("k1", there.noor.id))
    deliveries.work(connection, now=NOW)
    record = f"record:{there.noor.id}"
    assert states() == {"k1": DeliveryState.DONE, record: DeliveryState.UNREADABLE}

    assert deliveries.again_all(connection, by=house.recruiter) == 1
    run_due_jobs()
    assert states()[record] == DeliveryState.UNREADABLE

    fake_ats.connector.unreadable.clear()
    deliveries.again_all(connection, by=house.recruiter)
    run_due_jobs()
    assert states().get(record, DeliveryState.DONE) == DeliveryState.DONE
    assert Decline.objects.filter(offer__external_id=f"fake:{there.noor.id}").exists()


def test_false_call_is_refused_after_a_secret_was_changed_long_ago(connection):
    connection.hook_secret, connection.hook_secret_before = "new", "old"
    connection.hook_secret_changed_at = NOW - timedelta(days=1)
    connection.save()
    keep(connection, call("k1", 7), "old")
    keep(connection, call("k2", 7), "new")

    connection.hook_secret_changed_at = NOW - timedelta(days=8)
    connection.save()
    with pytest.raises(NotFromThem):
        keep(connection, call("k3", 7), "old")
    assert list(states()) == ["k1", "k2"]


def test_calendar_forgets_what_is_long_done_with(connection, there):
    keep(connection, TORN)
    keep(connection, call("done", there.noor.id))
    keep(connection, call("ping", event="ping"))
    deliveries.work(connection, now=NOW)
    keep(connection, call("waits", there.noor.id))

    retention.run(connection.workspace, now=NOW + timedelta(days=29))
    assert Delivery.objects.count() == 4
    retention.run(connection.workspace, now=NOW + timedelta(days=31))
    assert sorted(states().values()) == [DeliveryState.UNREADABLE, DeliveryState.WAITING]
    assert Delivery.objects.get(state=DeliveryState.UNREADABLE).body

    retention.run(connection.workspace, now=NOW + timedelta(days=91))
    assert Delivery.objects.get(state=DeliveryState.UNREADABLE).body == ""
    assert deliveries.again_all(connection, by=None) == 0


# --- odd ones


@pytest.mark.parametrize(
    "told",
    [
        {"key": "k\0" * 300, "event": "e\0" * 300, "applications": ["\0", "", "7\0"], "candidates": [""]},
        {"key": "k\ud83d", "event": "e\ud800", "applications": ["7\udfff"], "candidates": []},
        {"key": "", "event": "", "applications": ["7" * 5000], "candidates": []},
        {"key": "k", "event": "x", "applications": [str(n) for n in range(5000)], "candidates": []},
    ],
)
def test_odd_words_are_kept_and_worked_on(connection, told, fake_ats):  # noqa: F811 - the fixture
    fake_ats.connector._told = lambda _self, id_: Gone(id_)
    for _ in range(2):
        keep(connection, json.dumps(told).encode())

    assert deliveries.work(connection, now=NOW) == 1
    calls = Delivery.objects.exclude(event="gone")
    assert [one.state for one in calls] == [DeliveryState.DONE]


def test_calls_of_one_company_are_not_seen_by_another(connection, there):
    keep(connection, call("k1", there.noor.id))

    other = found("Birch").workspace
    with scope(workspace=other.pk):
        assert not Delivery.objects.exists()
        deliveries.wake(other, now=NOW)
    assert deliveries.work(connection, now=NOW) == 1
