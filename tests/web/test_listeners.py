"""The pages of outgoing webhooks."""

import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Listener, Telling, TellingState
from ifnotyou.services import happenings
from ifnotyou.services.happenings import SENTENCES, Kind
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.connectors.webserver import Said
from tests.listening import listening, program  # noqa: F401 - a fixture
from tests.web.conftest import _fresh_counters  # noqa: F401 - a fixture

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]{44}")


@pytest.fixture
def browser(house):  # noqa: F811
    client = Client()
    client.force_login(house.admin)
    return client


def page(answer):
    return answer.content.decode()


def post(browser, name, listener, **form):
    return browser.post(reverse(name, args=[listener.pk]), form, follow=True)


def test_without_any_the_page_says_so_and_offers_every_kind(browser):
    shown = page(browser.get("/settings/webhooks/"))

    assert "No program listens yet." in shown
    for kind, sentence in SENTENCES.items():
        assert f"{kind}: {sentence}" in shown


def test_a_new_one_shows_its_secret_once(browser, program):  # noqa: F811
    shown = page(browser.post("/settings/webhooks/", {"url": program.url, "kinds": ["vip.arrived"]}))

    listener = Listener.objects.get()
    assert SECRET.findall(shown) == [listener.secret]
    assert listener.kinds == ["vip.arrived"]
    for address in ("/settings/webhooks/", f"/settings/webhooks/{listener.pk}/"):
        again = page(browser.get(address))
        assert not SECRET.search(again)
        assert program.url not in again
        assert "/heard/" not in again


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("", "Where is it to be called?"),
        ("https://10.0.0.1/", "is not on the public internet"),
        ("https://169.254.169.254/", "is not on the public internet"),
        ("https://[::ffff:127.0.0.1]/", "is not on the public internet"),
        ("http://hooks.example.com/", "Without encryption"),
        ("nonsense", "not an address we can ask"),
    ],
)
def test_what_is_no_address_is_refused_in_words(browser, url, words):
    answer = browser.post("/settings/webhooks/", {"url": url})

    assert answer.status_code == 400
    assert words in page(answer)
    assert not Listener.objects.exists()


def test_more_than_there_can_be(browser, house, program):  # noqa: F811
    for _ in range(10):
        listening(house, program)

    answer = browser.post("/settings/webhooks/", {"url": program.url})

    assert answer.status_code == 409
    assert "10 are the most" in page(answer)


def test_it_is_tried_on_its_page(browser, house, program):  # noqa: F811
    listener, _ = listening(house, program)

    assert "the call was taken (204)" in page(post(browser, "listener_try", listener))
    program.answer = Said(500)
    shown = page(post(browser, "listener_try", listener))
    assert "The call was not taken. Something is wrong over there (500)." in shown
    assert "Does not take it" in shown
    assert len(program.calls) == 2


def test_it_is_changed_paused_and_removed(browser, house, program):  # noqa: F811
    listener, secret = listening(house, program)

    post(browser, "listener_change", listener, url="", kinds=["ask.changed"])
    listener.refresh_from_db()
    assert (listener.kinds, listener.url) == (["ask.changed"], program.url)
    wrong = browser.post(reverse("listener_change", args=[listener.pk]), {"url": "https://10.0.0.1/"})
    assert wrong.status_code == 400
    assert "is not on the public internet" in page(wrong)

    shown = page(browser.post(reverse("listener_secret", args=[listener.pk])))
    listener.refresh_from_db()
    assert SECRET.findall(shown) == [listener.secret]
    assert listener.secret_before == secret

    assert "Go on" in page(post(browser, "listener_pause", listener, do="pause"))
    assert "It goes on" in page(post(browser, "listener_pause", listener, do="go_on"))
    assert "No program listens yet." in page(post(browser, "listener_remove", listener))


def test_what_was_not_taken_is_told_once_more(browser, house, program):  # noqa: F811
    listener, _ = listening(house, program)
    house.hand()
    Telling.objects.update(state=TellingState.FAILED, attempts=10, status=500)
    first = Telling.objects.first()

    assert "Tell it all of that once more" in page(browser.get(reverse("listener", args=[listener.pk])))
    post(browser, "listener_again", listener, telling=first.pk)
    run_due_jobs()
    assert len(program.calls) == 1
    for nonsense in ("x", "-1", "9" * 30, "²"):
        assert "nothing to be told" in page(post(browser, "listener_again", listener, telling=nonsense))
    post(browser, "listener_again", listener)
    run_due_jobs()
    assert len(program.calls) == 2
    assert "nothing to be told" in page(post(browser, "listener_again", listener))


def test_the_log_has_pages_and_as_many_questions_for_many_as_for_few(browser, house, program):  # noqa: F811
    listener, _ = listening(house, program)

    def questions():
        with CaptureQueriesContext(connection) as seen:
            shown = page(browser.get(reverse("listener", args=[listener.pk])))
        return len(seen), shown

    happenings.tell_of(Kind.VIP_CHANGED, {"vip_id": 7}, house.workspace.pk, NOW)
    questions()
    few, shown = questions()
    assert "vip 7" in shown
    for number in range(60):
        happenings.tell_of_declines(Kind.DECLINE_FOUND, range(number + 1), house.workspace.pk, NOW)
    many, shown = questions()

    assert many == few
    assert "60 declines" in shown
    assert "Older" in shown
    assert "vip 7" in page(browser.get(reverse("listener", args=[listener.pk]) + "?page=3"))


def test_the_list_has_as_many_questions_for_many_as_for_one(browser, house, program):  # noqa: F811
    def questions():
        with CaptureQueriesContext(connection) as seen:
            browser.get("/settings/webhooks/")
        return len(seen)

    listening(house, program)
    questions()
    one = questions()
    listening(house, program)
    listening(house, program)
    assert questions() == one


def test_trying_is_for_people_not_for_scripts(browser, house, program):  # noqa: F811
    listener, _ = listening(house, program)

    answers = [browser.post(reverse("listener_try", args=[listener.pk])).status_code for _ in range(21)]

    assert answers == [302] * 20 + [429]
    assert len(program.calls) == 20
