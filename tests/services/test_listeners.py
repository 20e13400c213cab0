"""Programs that hear of what happens: what admins do with them."""

from datetime import timedelta

import pytest

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Happening, Listener, Telling, TellingState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, listeners
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.connectors.webserver import Said
from tests.listening import listening, program, tell_all, verified  # noqa: F401 - a fixture

HOUR = timedelta(hours=1)


def book():
    return list(AuditEvent.objects.filter(noun="listener").order_by("pk").values_list("verb", flat=True))


def test_one_is_added_with_a_secret_of_its_own(house, program):  # noqa: F811
    (first, secret), (second, other) = listening(house, program), listening(house, program, "vip.arrived")

    assert secret != other
    assert (first.secret, first.kinds, first.host, first.by) == (secret, [], "127.0.0.1", house.admin)
    assert second.kinds == ["vip.arrived"]
    assert book() == ["added", "added"]
    assert program.url not in str(list(AuditEvent.objects.values()))


def test_kinds_that_there_are_not_are_left_out(house, program):  # noqa: F811
    listener, _ = listening(house, program, "webhook.test", "made.up", "vip.changed", "decline.found")

    assert listener.kinds == ["decline.found", "vip.changed"]


def test_there_are_ten_at_most(house, program):  # noqa: F811
    for _ in range(listeners.MOST):
        listening(house, program)

    with pytest.raises(Refusal, match="10 are the most"):
        listening(house, program)


@pytest.mark.parametrize(
    "url", ["https://10.0.0.1/", "http://hooks.example.com/", "nonsense", "https://[::1]/"]
)
def test_an_address_within_a_network_or_without_encryption_is_refused(house, settings, url):  # noqa: F811
    settings.REACHABLE_NETWORKS = ()

    with pytest.raises(Refusal):
        listeners.add(url, [], by=house.admin)
    assert not Listener.objects.exists()


def test_address_and_kinds_are_changed_and_the_secret_stays(house, program):  # noqa: F811
    listener, secret = listening(house, program)

    listeners.change(listener, "https://hooks.example.org/x", ["ask.changed"], by=house.admin)
    listeners.change(listener, "", ["ask.changed"], by=house.admin)

    listener.refresh_from_db()
    assert (listener.host, listener.secret, listener.kinds) == ("hooks.example.org", secret, ["ask.changed"])
    assert book() == ["added", "changed"]
    assert AuditEvent.objects.get(verb="changed", noun="listener").detail == {"fields": ["address", "kinds"]}


def test_two_new_secrets_within_an_hour_are_one_change(house, program):  # noqa: F811
    listener, first = listening(house, program)
    listeners.change_secret(listener, by=house.admin, now=NOW)
    third = listeners.change_secret(listener, by=house.admin, now=NOW + HOUR / 2)

    listener.refresh_from_db()
    assert (listener.secret, listener.secret_before) == (third, first)

    listeners.change_secret(listener, by=house.admin, now=NOW + 2 * HOUR)
    listener.refresh_from_db()
    assert listener.secret_before == third


def test_a_paused_one_hears_nothing_of_what_happens_meanwhile_and_then_what_waited(house, program, clock):  # noqa: F811
    listener, _ = listening(house, program, "ask.changed")
    program.answer = Said(500)
    house.hand()
    run_due_jobs()
    program.forget()
    program.answer = Said(204)
    listeners.pause(listener, by=house.admin)
    listeners.pause(listener, by=house.admin)
    clock(NOW + HOUR)
    asks.withdraw(Ask.objects.get(), by=house.recruiter, now=NOW)
    assert tell_all(program) == []

    listeners.go_on(listener, by=house.admin)
    listeners.go_on(listener, by=house.admin)

    assert len(tell_all(program)) == 1
    listener.refresh_from_db()
    assert (listener.paused, listener.failing_since, listener.trouble) == (False, None, "")
    assert book() == ["added", "paused", "went_on"]


def test_trying_it_calls_it_at_once_and_is_not_repeated(house, program):  # noqa: F811
    listener, secret = listening(house, program, "import.ended")

    told = listeners.try_it(listener, by=house.admin, now=NOW)
    program.answer = Said(404)
    not_told = listeners.try_it(listener, by=house.admin, now=NOW)

    assert (told.state, told.status) == (TellingState.TOLD, 204)
    assert (not_told.state, not_told.status) == (TellingState.FAILED, 404)
    assert "Check the address" in not_told.trouble
    assert [verified(call, secret)["type"] for call in program.calls] == ["webhook.test"] * 2
    assert [verified(call, secret)["data"] for call in program.calls] == [{}] * 2
    run_due_jobs()
    assert len(program.calls) == 2
    assert listeners.tell_again(listener, None, by=house.admin, now=NOW) == 0


def test_a_paused_one_can_be_tried(house, program):  # noqa: F811
    listener, _ = listening(house, program)
    listeners.pause(listener, by=house.admin)
    listener.refresh_from_db()

    assert listeners.try_it(listener, by=house.admin, now=NOW).state == TellingState.TOLD


def test_what_was_given_up_is_told_once_more_when_somebody_says_so(house, program):  # noqa: F811
    listener, _ = listening(house, program)
    house.hand()
    Telling.objects.update(state=TellingState.FAILED, attempts=10)
    first = Telling.objects.first()

    assert listeners.tell_again(listener, first.pk, by=house.admin, now=NOW) == 1
    assert len(tell_all(program)) == 1
    assert listeners.tell_again(listener, first.pk, by=house.admin, now=NOW) == 0
    assert listeners.tell_again(listener, None, by=house.admin, now=NOW) == 1
    assert len(tell_all(program)) == 2
    assert book().count("told_again") == 2


def test_one_that_is_removed_is_told_nothing_and_nothing_of_it_is_kept(house, program):  # noqa: F811
    listener, _ = listening(house, program)
    house.hand()
    listeners.remove(listener, by=house.admin)

    assert tell_all(program) == []
    assert (Listener.objects.count(), Telling.objects.count()) == (0, 0)
    assert Happening.objects.exists()  # ids alone, for a month
    assert book() == ["added", "removed"]
