"""Slack, held to the contract, and what is its own."""

import json

import pytest

from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import Doorway, Pressed, Settings, Unreachable
from tests import chatserver
from tests.chatserver import CHANNEL, SCOPES, SIGNING_SECRET, TEAM, TOKEN, buttons_of, check_view
from tests.connectors.chat.contract import CARD, HERE, MESSAGE, NOW, CallsContract, ChatContract, chat_waits  # noqa: F401
from tests.connectors.webserver import Said


class TestSlack(CallsContract, ChatContract):
    slug = "slack"
    place = (CHANNEL, "1718000000.000100")

    def settings(self, far):
        return Settings({"token": TOKEN, "signing_secret": SIGNING_SECRET}, TEAM, far.api)

    def to(self, far):
        return far.know("maya@example.org", "U0MAYA")

    def said(self, far):
        return far.posted

    def signed(self, far, body, at):
        return chatserver.signed(body, at)

    def body(self, action):
        name = {Pressed.LINK: "write"}.get(action, str(action))
        return chatserver.pressed("U0MAYA", name, "" if action is Pressed.LINK else "7")


@pytest.fixture
def far(chat_waits):  # noqa: F811
    with chatserver.ChatServer() as server:
        server.know("maya@example.org", "U0MAYA")
        yield server


@pytest.fixture
def here(far):
    return all_chats()["slack"](TestSlack().settings(far), HERE)


def test_a_card_has_its_three_buttons_and_passing_it_on_is_asked_twice(here, far):
    here.post("U0MAYA", CARD)

    buttons = buttons_of(far.posted[0])
    assert list(buttons) == ["I’ll ask in conversation", "Write a note", "Somebody else, please"]
    assert buttons["I’ll ask in conversation"]["value"] == "7"
    assert buttons["Write a note"]["url"] == CARD.card.write_link
    assert buttons["Somebody else, please"]["confirm"]


def test_somebody_is_found_by_their_mail_address(here, far):
    assert here.find("maya@example.org") == "U0MAYA"
    assert here.find("nobody@example.org") is None


@pytest.mark.parametrize(
    "more", [{"deleted": True}, {"is_bot": True}, {"team_id": "T0OTHER"}, {"is_stranger": True}]
)
def test_whoever_is_not_of_the_company_any_more_is_not_found(here, far, more):
    far.know("jon@example.org", "U0JON", **more)

    assert here.find("jon@example.org") is None


def test_trying_it_tells_the_workspace_and_what_is_missing(here, far):
    assert here.check().team == TEAM
    assert here.check().missing == ()
    far.scopes = "chat:write"
    (email, read) = here.check().missing
    assert email.startswith("users:read.email: ")
    assert read.startswith("users:read: ")


def test_a_missing_scope_is_named(here, far):
    far.scopes = SCOPES.replace("chat:write,", "")

    with pytest.raises(ConnectorError, match="lacks chat:write") as caught:
        here.post("U0MAYA", MESSAGE)
    assert caught.value.permanent


@pytest.mark.parametrize("token", ["", "xoxb-another", "xoxb-é", "xoxb\n1"])
def test_a_wrong_token_is_told_in_words(far, token):
    here = all_chats()["slack"](Settings({"token": token}, TEAM, far.api), HERE)
    with pytest.raises(ConnectorError, match="does not know this token") as caught:
        here.check()
    assert caught.value.reason_code is Trouble.SIGN_IN_REFUSED


def test_a_token_of_a_person_is_not_taken(here, far):
    far.fail(Said(200, json.dumps({"ok": True, "team_id": TEAM, "user_id": "U0MAYA"})))
    with pytest.raises(ConnectorError, match="not the token of a bot"):
        here.check()


@pytest.mark.parametrize("error", ["channel_not_found", "user_disabled", "messages_tab_disabled"])
def test_whoever_is_gone_is_told_apart_from_trouble_of_the_company(here, far, error):
    far.fail(Said(200, json.dumps({"ok": False, "error": error})))
    with pytest.raises(Unreachable):
        here.post("U0MAYA", MESSAGE)


@pytest.mark.parametrize(
    "body", ['{"ok": false}', "{}", "null", '{"ok": false, "error": "<b>Noor</b> said"}', ""]
)
def test_an_answer_that_nobody_understands_is_no_success(here, far, body):
    far.fail(Said(200, body))
    with pytest.raises(ConnectorError) as caught:
        here.post("U0MAYA", MESSAGE)
    assert "Noor" not in caught.value.text


def test_the_window_comes_back_with_what_it_was_about(here, far):
    signed_call = chatserver.pressed("U0MAYA", "talk", "7")
    call = here.read_call(signed_call, chatserver.signed(signed_call, int(NOW.timestamp())), NOW)
    here.show(call, Doorway("Ask Noor", ("“If not you, who?”",), MESSAGE.link, "The card", "I’ll ask them"))

    (view,) = far.views
    back = chatserver.submitted("U0MAYA", view)
    told = here.read_call(back, chatserver.signed(back, int(NOW.timestamp())), NOW)
    assert (told.pressed, told.card, told.place.channel) == (Pressed.CONFIRM, "7", CHANNEL)
    shown = json.loads(
        here.shown_instead(told, Doorway("Noor", ("Yours now.",), MESSAGE.link, "Open the card"))
    )
    assert shown["response_action"] == "update"
    assert "submit" not in shown["view"]
    check_view(shown["view"])


def test_the_manifest_asks_for_the_scopes_and_nothing_else():
    kind = all_chats()["slack"]
    text = kind.manifest("https://ask.example.com/hooks/chat/slack/1/")
    scopes = text.split("bot:\n", 1)[1].split("settings:", 1)[0].split()
    assert [one for one in scopes if one != "-"] == [scope.name for scope in kind.scopes]
    assert "request_url: https://ask.example.com/hooks/chat/slack/1/\n" in text
    assert "event_subscriptions" not in text
    assert "slash_commands" not in text
