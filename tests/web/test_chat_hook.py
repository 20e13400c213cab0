"""A button pressed in Slack: only with its proof, once, by whoever it is for; and the same rules as on the page."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Chat, ChatAddress, ChatCall, Claim, Employee, User
from ifnotyou.playbook.asking import AskState
from ifnotyou.services import asks, chat_calls, pages
from tests.chatserver import (
    CHANNEL,
    TOKEN,
    chat_server,  # noqa: F401 - a fixture
    choose,
    connect_slack,
    pressed,
    signed,
    submitted,
    words_of,
)
from tests.company import NOW, clock, found, house, usual_story  # noqa: F401 - fixtures
from tests.connectors.webserver import Said

FORM = "application/x-www-form-urlencoded"
STAMP = int(NOW.timestamp())


@pytest.fixture
def slack(house, chat_server):  # noqa: F811
    """Maya and Jon are told in Slack."""
    chat = connect_slack(house, chat_server)
    for user in (house.maya, house.jon):
        choose(user, "slack", chat_server)
    return chat


@pytest.fixture
def ask(slack, house, chat_server):  # noqa: F811
    """A card with Maya, which has reached her."""
    made = house.hand()
    run_due_jobs()
    chat_server.posted.clear()
    return made


def call(chat, body, *, at=STAMP, headers=None, address=None):
    browser = Client(raise_request_exception=False)
    return browser.post(
        address or reverse("chat_hook", args=[chat.system, chat.pk]),
        body,
        content_type=FORM,
        headers=signed(body, at) if headers is None else headers,
    )


def state_of(ask):
    return Ask.objects.get(pk=ask.pk).state


def test_talking_shows_the_doorway_and_uses_nothing_up(slack, ask, chat_server):  # noqa: F811
    answer = call(slack, pressed("U0MAYA", "talk", str(ask.pk)))

    assert (answer.status_code, answer.content) == (200, b"")
    (view,) = chat_server.views
    words = words_of(view)
    assert "If not you, who should we talk to about" in words
    assert "it is fine to leave it" in words
    assert "may I say that it came from you?" in words
    assert view["submit"]["text"] == "I’ll ask them"
    assert f"/cards/{ask.pk}/" in json.dumps(view)
    assert state_of(ask) == AskState.WAITING
    assert not Claim.objects.exists()


def test_confirming_claims_the_one_ask_and_takes_the_buttons_away(slack, ask, house, chat_server):  # noqa: F811
    call(slack, pressed("U0MAYA", "talk", str(ask.pk)))
    answer = call(slack, submitted("U0MAYA", chat_server.views[0]))

    told = json.loads(answer.content)
    assert told["response_action"] == "update"
    assert "nobody else asks now" in words_of(told["view"])
    assert state_of(ask) == AskState.TALKING
    assert {claim.ask_id for claim in Claim.objects.all()} == {ask.pk}
    event = AuditEvent.objects.get(verb="will_ask_in_conversation")
    assert event.actor == house.maya
    run_due_jobs()
    (updated,) = chat_server.updated
    assert updated["channel"] == CHANNEL
    assert "in conversation" in words_of(updated)
    assert "talk" not in [one["action_id"] for one in updated["blocks"][-1]["elements"]]


def test_passing_on_is_done_at_once_and_told_to_the_recruiter(slack, ask, chat_server, mailoutbox):  # noqa: F811
    assert call(slack, pressed("U0MAYA", "pass_on", str(ask.pk))).status_code == 200

    assert state_of(ask) == AskState.PASSED
    run_due_jobs()
    assert [mail.subject for mail in mailoutbox] == ["About the card for Noor"]
    assert "passed this card on" in words_of(chat_server.updated[0])


@pytest.mark.parametrize("action", ["talk", "pass_on"])
def test_an_old_message_answers_in_words(slack, ask, house, chat_server, action):  # noqa: F811
    asks.pass_on(ask, by=house.maya, now=NOW)

    assert call(slack, pressed("U0MAYA", action, str(ask.pk))).status_code == 200
    assert "You have passed this card on." in words_of(chat_server.views[0])
    run_due_jobs()
    assert len(chat_server.updated) == 1, "and it cannot be pressed again"


def test_a_refusal_is_told_in_the_window(slack, ask, house, chat_server):  # noqa: F811
    call(slack, pressed("U0MAYA", "talk", str(ask.pk)))
    asks.opt_out_candidate(ask.candidate, by=house.recruiter, now=NOW)
    Ask.objects.filter(pk=ask.pk).update(state=AskState.WAITING)  # a page that is older than the opting out

    told = json.loads(call(slack, submitted("U0MAYA", chat_server.views[0])).content)
    assert "Noor asked not to be contacted." in words_of(told["view"])
    assert state_of(ask) == AskState.WAITING


def test_buttons_that_are_links_do_nothing(slack, ask, chat_server):  # noqa: F811
    chat_server.requests.clear()
    for action in ("write", "open"):
        assert call(slack, pressed("U0MAYA", action)).status_code == 200

    assert (chat_server.views, chat_server.requests) == ([], [])
    assert state_of(ask) == AskState.WAITING


# --- who may


@pytest.mark.parametrize("action", ["talk", "pass_on"])
def test_the_card_of_a_colleague_is_nobody_elses(slack, ask, chat_server, action):  # noqa: F811
    assert call(slack, pressed("U0JON", action, str(ask.pk))).status_code == 200

    assert state_of(ask) == AskState.WAITING
    assert "not with you" in words_of(chat_server.views[0])
    assert "Noor" not in words_of(chat_server.views[0])


def test_a_window_of_somebody_else_confirms_nothing(slack, ask, chat_server):  # noqa: F811
    call(slack, pressed("U0MAYA", "talk", str(ask.pk)))
    told = json.loads(call(slack, submitted("U0JON", chat_server.views[0])).content)

    assert "not with you" in words_of(told["view"])
    assert state_of(ask) == AskState.WAITING


def test_whoever_is_not_known_is_told_kindly(slack, ask, chat_server):  # noqa: F811
    assert call(slack, pressed("U0NOBODY", "pass_on", str(ask.pk))).status_code == 200

    assert "We do not know yet who you are here" in words_of(chat_server.views[0])
    assert state_of(ask) == AskState.WAITING


def test_whoever_is_switched_off_can_do_nothing(slack, ask, house, chat_server):  # noqa: F811
    User.objects.filter(pk=house.maya.pk).update(is_active=False)
    call(slack, pressed("U0MAYA", "pass_on", str(ask.pk)))

    assert state_of(ask) == AskState.WAITING


def test_whoever_is_no_employee_has_no_cards(slack, ask, house, chat_server):  # noqa: F811
    User.objects.filter(pk=house.maya.pk).update(employee=None)
    call(slack, pressed("U0MAYA", "pass_on", str(ask.pk)))

    assert state_of(ask) == AskState.WAITING


def test_somebody_of_another_workspace_here_is_nobody(slack, ask, chat_server):  # noqa: F811
    """The same id in the same Slack, but known to another company here."""
    other = found("Birch")
    with scope(workspace=other.workspace.pk):
        ChatAddress.objects.create(
            workspace=other.workspace, user=other.maya, system="slack", their_id="U0BIRCH"
        )
    call(slack, pressed("U0BIRCH", "pass_on", str(ask.pk)))

    assert "We do not know yet" in words_of(chat_server.views[0])
    assert state_of(ask) == AskState.WAITING


@pytest.mark.parametrize("card", ["", "0", "-1", "9" * 30, "1 OR 1=1", "²", "١", "null"])
def test_what_is_no_card_is_nobodys(slack, ask, chat_server, card):  # noqa: F811
    assert call(slack, pressed("U0MAYA", "talk", card)).status_code == 200
    assert "not with you" in words_of(chat_server.views[0])


# --- the proof


@pytest.mark.parametrize(
    "headers", [{}, {"X-Slack-Signature": "v0=0", "X-Slack-Request-Timestamp": str(STAMP)}]
)
def test_without_the_right_signature_nothing_happens(slack, ask, chat_server, headers):  # noqa: F811
    answer = call(slack, pressed("U0MAYA", "pass_on", str(ask.pk)), headers=headers)

    assert answer.status_code == 403
    assert not answer.cookies
    assert state_of(ask) == AskState.WAITING
    assert not ChatCall.objects.exists()


def test_signed_with_another_secret_it_is_refused(slack, ask):
    body = pressed("U0MAYA", "pass_on", str(ask.pk))
    assert call(slack, body, headers=signed(body, STAMP, "another")).status_code == 403
    assert state_of(ask) == AskState.WAITING


@pytest.mark.parametrize("seconds", [-301, 301])
def test_an_old_timestamp_is_refused(slack, ask, seconds):
    assert call(slack, pressed("U0MAYA", "pass_on", str(ask.pk)), at=STAMP + seconds).status_code == 403
    assert state_of(ask) == AskState.WAITING


def test_the_same_call_again_is_refused(slack, ask, chat_server):  # noqa: F811
    body = pressed("U0MAYA", "talk", str(ask.pk))
    assert [call(slack, body).status_code for _ in range(3)] == [200, 403, 403]
    assert len(chat_server.views) == 1


def test_calls_are_forgotten_once_they_are_too_old_to_be_repeated(slack, ask, house):  # noqa: F811
    call(slack, pressed("U0MAYA", "write"))
    chat_calls.forget_calls(house.workspace, now=NOW + timedelta(minutes=6))
    assert ChatCall.objects.count() == 1
    chat_calls.forget_calls(house.workspace, now=NOW + timedelta(minutes=16))
    assert ChatCall.objects.count() == 0


def test_another_companys_slack_is_refused(slack, ask):
    body = pressed("U0MAYA", "pass_on", str(ask.pk), team="T0OTHER")
    assert call(slack, body).status_code == 403
    assert state_of(ask) == AskState.WAITING


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"payload",
        b"payload=",
        b"payload=%7B",
        b"payload=1",
        b"payload=%7B%22type%22%3A%22x%22%7D",
        b"\xff",
    ],
)
def test_a_torn_call_is_said_to_be(slack, body):
    assert call(slack, body).status_code == 400


def test_an_unknown_action_is_answered_in_words(slack, ask, chat_server):  # noqa: F811
    assert call(slack, pressed("U0MAYA", "of_another_version", str(ask.pk))).status_code == 200
    assert "leads nowhere any more" in words_of(chat_server.views[0])


def test_what_is_too_large_is_not_read(slack):
    assert call(slack, b"payload=" + b"x" * 300_000).status_code == 413


def test_where_nothing_is_connected_there_is_nothing(slack, house):  # noqa: F811
    body = pressed("U0MAYA", "talk", "1")
    for system, number in (("slack", 0), ("teams", slack.pk), ("pigeon", slack.pk)):
        assert call(slack, body, address=reverse("chat_hook", args=[system, number])).status_code == 404
    Chat.objects.update(team="")
    assert call(slack, body).status_code == 404


@pytest.mark.parametrize("method", ["get", "put", "delete"])
def test_nothing_but_a_post_is_taken(slack, method):
    assert getattr(Client(), method)(reverse("chat_hook", args=["slack", slack.pk])).status_code == 405


def test_where_the_window_cannot_be_shown_slack_says_so(slack, ask, chat_server, caplog):  # noqa: F811
    chat_server.fail(Said(200, '{"ok": false, "error": "expired_trigger_id"}'))
    answer = call(slack, pressed("U0MAYA", "talk", str(ask.pk)))

    assert answer.status_code == 503
    assert TOKEN not in answer.content.decode() + caplog.text
    assert state_of(ask) == AskState.WAITING


# --- at once


@pytest.mark.django_db(transaction=True)
def test_of_two_who_confirm_at_once_for_one_human_being_one_claims(chat_server, clock):  # noqa: F811
    """Noor stands twice in the records; Maya and Jon both hold a card, and both confirm, twice each."""
    there = found(story=_twice())
    with scope(workspace=there.workspace.pk):
        slack = connect_slack(there, chat_server)
        for user in (there.maya, there.jon):
            choose(user, "slack", chat_server)
        cards = {"U0MAYA": _card(there, "maya", "offer"), "U0JON": _card(there, "jon", "again")}
        bodies = []
        for person, card in cards.items():
            call(slack, pressed(person, "talk", str(card.pk)))
            bodies += [(submitted(person, chat_server.views[-1]), STAMP + number) for number in range(2)]
    answers, ready = [], threading.Barrier(len(bodies))

    def press(body, at):
        ready.wait()
        answers.append(call(slack, body, at=at))
        connection.close()

    threads = [threading.Thread(target=press, args=one) for one in bodies]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    said = [words_of(json.loads(answer.content)) for answer in answers]
    assert sum("nobody else asks now" in words for words in said) == 1, said
    with scope(workspace=there.workspace.pk):
        assert len({claim.ask_id for claim in Claim.objects.all()}) == 1
        states = sorted(Ask.objects.values_list("state", flat=True))
    assert states == [AskState.TALKING, AskState.WAITING]


def _twice():
    story = usual_story()
    story.candidate("noor2", name="Noor Haddad", email="noor@example.com")
    return story.offer("again", candidate="noor2").met("jon", candidate="noor2", minutes=60)


def _card(there, key, offer):
    """A card handed over before anybody knew that it is the same human being."""
    ask = Ask(
        workspace=there.workspace,
        decline=there.decline(offer),
        candidate=there.decline(offer).candidate,
        asker=Employee.objects.get(external_id=key),
        handed_by=there.recruiter,
        handed_at=NOW,
    )
    pages.give_page(ask)
    ask.save()
    return ask


def test_whoever_is_not_known_may_follow_a_link(slack, chat_server):  # noqa: F811
    chat_server.requests.clear()
    assert call(slack, pressed("U0NOBODY", "open")).status_code == 200
    assert chat_server.requests == []


def test_a_message_that_cannot_be_written_anew_harms_nothing(slack, ask, chat_server, caplog):  # noqa: F811
    call(slack, pressed("U0MAYA", "pass_on", str(ask.pk)))
    chat_server.fail(Said(200, '{"ok": false, "error": "message_not_found"}'))
    run_due_jobs()

    assert state_of(ask) == AskState.PASSED
    assert "could not be written anew: not_understood" in caplog.text
    assert TOKEN not in caplog.text
