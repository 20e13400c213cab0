"""A system for applicants calls: kept before it is answered, only with its proof, and the token stays a secret."""

import json
import logging

import pytest
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from ifnotyou.models import Connection, Delivery, DeliveryState
from ifnotyou.models.jobs import QueuedJob
from tests.atsfake import call, fake_ats, signed  # noqa: F401 - a fixture
from tests.company import clock, found, house  # noqa: F401 - fixtures
from tests.services.broken import without_table


@pytest.fixture
def connection(house, fake_ats):  # noqa: F811 - the fixtures
    return fake_ats.connect(house.workspace)


def address_of(connection, **other):
    words = {"system": connection.system, "connection_id": connection.pk, "token": connection.hook_token}
    return reverse("ats_hook", kwargs={**words, **other})


def send(address, body, proof=None, **more):
    browser = Client(raise_request_exception=False)
    headers = {"Fake-Signature": signed(body) if proof is None else proof}
    return browser.post(address, body, content_type="application/json", headers=headers, **more)


def kept():
    return [(one.key, one.state, one.applications) for one in Delivery.objects.order_by("pk")]


def test_call_is_kept_and_then_answered(connection):
    answer = send(address_of(connection), call("k1", 7))

    assert (answer.status_code, answer.content) == (200, b"")
    assert not answer.cookies
    assert kept() == [("k1", DeliveryState.WAITING, ["7"])]


def test_ids_are_kept_and_nothing_else(connection):
    told = json.loads(call("k1", 7)) | {"name": "Noor Haddad", "salary": 90_000}

    send(address_of(connection), json.dumps(told).encode())

    delivery = Delivery.objects.get()
    assert "Noor" not in str(vars(delivery))
    assert delivery.body == ""


def test_same_call_again_is_the_same(connection):
    for _ in range(3):
        assert send(address_of(connection), call("k1", 7)).status_code == 200

    assert len(kept()) == 1


def test_call_about_nothing_of_ours_is_taken_off_their_hands(connection):
    assert send(address_of(connection), call("k1", event="ping")).status_code == 200

    assert kept() == [("k1", DeliveryState.OF_NO_INTEREST, [])]


@pytest.mark.parametrize("proof", ["", "wrong", signed(b"something else")])
def test_without_the_right_proof_nothing_is_kept_but_that_it_happened(connection, proof):
    answer = send(address_of(connection), call("k1", 7), proof)

    assert answer.status_code == 403
    assert kept() == []
    connection.refresh_from_db()
    assert (connection.refused, bool(connection.refused_at)) == (1, True)


def test_where_no_secret_was_agreed_on_nobody_is_let_in(connection):
    Connection.objects.update(hook_secret="")

    assert send(address_of(connection), call("k1", 7), signed(call("k1", 7), "")).status_code == 403
    assert kept() == []


@pytest.mark.parametrize(
    "other",
    [
        {"system": "nothing"},
        {"system": "other"},
        {"connection_id": 10**18},
        {"connection_id": 10**30},
        {"token": "a" * 32},
        {"token": "ü"},
    ],
)
def test_wrong_addresses_lead_nowhere_and_look_alike(connection, other):
    wrong = send(address_of(connection, **other), call("k1", 7))
    nowhere = send(address_of(connection, connection_id=connection.pk + 1), call("k1", 7))

    assert wrong.status_code == nowhere.status_code == 404
    assert wrong.content == nowhere.content
    assert Client().head(address_of(connection, **other)).status_code == 404
    assert kept() == []


def test_system_that_is_no_more_among_the_connectors_is_nowhere(connection):
    Connection.objects.update(system="gone")

    assert send(address_of(connection, system="gone"), call("k1", 7)).status_code == 404


def test_looking_writes_nothing(connection):
    address = address_of(connection)

    assert Client().head(address).status_code == 200
    assert Client().get(address).status_code == 405
    assert kept() == []


def test_what_is_too_large_is_refused(connection):
    body = json.dumps(json.loads(call("k1", 7)) | {"more": "x" * 1_900_000}).encode()
    assert send(address_of(connection), body).status_code == 200

    body = json.dumps(json.loads(call("k2", 7)) | {"more": "x" * 2_000_000}).encode()
    assert send(address_of(connection), body).status_code == 413

    assert [key for key, *_ in kept()] == ["k1"]


def test_whoever_is_signed_in_elsewhere_changes_nothing(house, connection):  # noqa: F811 - the fixture
    browser = Client()
    browser.force_login(found("Birch").maya)
    body = call("k1", 7)

    answer = browser.post(
        address_of(connection),
        body,
        content_type="application/json",
        headers={"Fake-Signature": signed(body)},
    )

    assert answer.status_code == 200
    with scope(workspace=house.workspace.pk):
        assert Delivery.objects.get().workspace == house.workspace


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("table", ["ifnotyou_connection", "ifnotyou_delivery"])
def test_what_cannot_be_kept_is_not_answered_with_yes_nor_as_their_fault(connection, table, caplog):
    address = address_of(connection)
    with without_table(table):
        assert send(address, call("k1", 7)).status_code == 503
    assert kept() == []
    assert connection.hook_token not in caplog.text

    assert send(address, call("k1", 7)).status_code == 200
    assert len(kept()) == 1


def test_call_whose_job_cannot_be_queued_is_not_kept_either(connection, monkeypatch):
    def full(*_args, **_named):
        raise RuntimeError("the disk is full")

    monkeypatch.setattr("ifnotyou.services.deliveries.later", full)
    assert send(address_of(connection), call("k1", 7)).status_code == 500
    assert kept() == []


def test_call_that_is_theirs_and_makes_no_sense_is_kept_whole_and_loud(connection, caplog):
    torn = call("k1", 7)[:-5]

    assert send(address_of(connection), torn).status_code == 200
    assert send(address_of(connection), torn).status_code == 200

    delivery = Delivery.objects.get()
    assert delivery.state == DeliveryState.UNREADABLE
    assert delivery.body
    assert delivery.problem == "Fake ATS called about something that we do not understand."
    errors = [record.getMessage() for record in caplog.records if record.levelno == logging.ERROR]
    assert errors == [f"A call from fake cannot be understood; it is kept as {delivery.pk}."] * 2


def test_paused_connection_keeps_calls_too(connection):
    Connection.objects.update(paused=True)

    assert send(address_of(connection), call("k1", 7)).status_code == 200
    assert kept() == [("k1", DeliveryState.WAITING, ["7"])]


def test_neither_the_token_nor_what_was_sent_reaches_a_log(connection, caplog, monkeypatch):
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "django.request")
    address, body = address_of(connection), json.dumps(json.loads(call("k1", 7)) | {"name": "Noor"}).encode()

    send(address, body)
    send(address, body, "wrong")
    send(address, body[:-9])
    Client().get(address)
    send(address_of(connection, connection_id=connection.pk + 1), body)
    send(address, b"x" * 2_100_000)
    with without_table("ifnotyou_delivery"):
        send(address, body)
    monkeypatch.setattr("ifnotyou.services.deliveries.keep", lambda *_args, **_named: 1 / 0)
    assert send(address, body).status_code == 500

    ours = [record for record in caplog.records if not record.name.startswith("django.db")]
    assert len(ours) >= 6
    for record in ours:
        assert connection.hook_token not in record.getMessage()
        assert "Noor" not in record.getMessage()
        assert connection.hook_token not in (record.exc_text or "")


def test_a_flood_of_false_calls_is_no_flood_of_writes(connection, clock, django_assert_max_num_queries):  # noqa: F811
    address = address_of(connection)
    send(address, call("k1", 7), "wrong")
    with django_assert_max_num_queries(20):
        for _ in range(20):
            send(address, call("k1", 7), "wrong")
    connection.refresh_from_db()
    assert connection.refused == 1

    clock(connection.refused_at.replace(hour=connection.refused_at.hour + 1))
    send(address, call("k1", 7), "wrong")
    connection.refresh_from_db()
    assert connection.refused == 22


def test_many_calls_are_one_job(connection):
    for number in range(5):
        send(address_of(connection), call(f"k{number}", 7))

    assert len(kept()) == 5
    assert QueuedJob.objects.filter(task="ifnotyou.jobs.tasks.read_calls").count() in {
        0,
        1,
    }  # 0: another engine
