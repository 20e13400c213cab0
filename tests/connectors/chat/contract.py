"""What every chat has to do, whatever it is. A test class inherits this and says what is behind it.

class TestPigeon(ChatContract):
    slug = "pigeon"

    def settings(self, far): ...
    def to(self, far): ...
    def said(self, far): ...

A chat in which buttons can be pressed inherits CallsContract too.
"""

import json
from datetime import UTC, datetime
from typing import ClassVar

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as some
from requests.structures import CaseInsensitiveDict

from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.chat import all_chats, calls
from ifnotyou.connectors.chat.contract import (
    CardButtons,
    ChatConnector,
    Doorway,
    FindsPeople,
    Message,
    Place,
    Pressed,
    Settings,
)
from ifnotyou.connectors.http import HttpClient
from tests.chatserver import ChatServer, words_of
from tests.connectors.webserver import Said, WebServer

HERE = HttpClient(networks=("127.0.0.0/8",), timeout=20, deadline=40)
NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)
MESSAGE = Message(
    "A card for you: Noor", "Would you ask them?", "Open the card", "https://ask.example.com/cards/7/"
)
CARD = Message(
    MESSAGE.title, MESSAGE.text, MESSAGE.button, MESSAGE.link, CardButtons("7", f"{MESSAGE.link}write/")
)


class InNoTime:
    """The waits between attempts, not waited but kept."""

    def __init__(self) -> None:
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


@pytest.fixture
def chat_waits(monkeypatch):
    """How long was waited between attempts."""
    time = InNoTime()
    monkeypatch.setattr(calls, "time", time)
    return time.slept


class ChatContract:
    """The tests."""

    slug: ClassVar[str]

    def settings(self, far: ChatServer) -> Settings:
        """What was typed in."""
        raise NotImplementedError

    def to(self, far: ChatServer) -> str:
        """Somebody who can be reached."""
        raise NotImplementedError

    def said(self, far: ChatServer) -> list:
        """What reached them."""
        raise NotImplementedError

    @pytest.fixture
    def far(self, chat_waits):
        with ChatServer() as server:
            yield server

    @pytest.fixture
    def here(self, far) -> ChatConnector:
        return all_chats()[self.slug](self.settings(far), HERE)

    def test_it_is_found_and_says_all_that_people_need_to_open_it(self):
        chat = all_chats()[self.slug]

        assert chat.slug == self.slug
        assert self.slug.isidentifier()
        assert chat.label
        assert bool(chat.fields) != bool(chat.address_label), "an admin opens it, or each person"
        assert all(field.secret and field.label and field.help for field in chat.fields)
        assert all(scope.name and scope.why for scope in chat.scopes)
        assert chat.steps
        assert all(step.endswith(".") for step in chat.steps)
        assert chat.why.endswith(".")
        assert len(chat.never) >= 3
        assert bool(chat.address_label) != issubclass(chat, FindsPeople)

    def test_a_nudge_arrives_with_its_words_and_its_button(self, here, far):
        here.post(self.to(far), MESSAGE)

        (said,) = self.said(far)
        assert MESSAGE.title in words_of(said)
        assert MESSAGE.text in words_of(said)
        assert MESSAGE.link in json.dumps(said)

    def test_a_card_leads_to_the_page_on_which_words_are_written(self, here, far):
        here.post(self.to(far), CARD)

        assert CARD.card.write_link in json.dumps(self.said(far))

    @pytest.mark.parametrize(
        "name",
        [
            "<!channel> *bold*",
            "[here](https://evil.example)",
            "<@U0X>",
            "&<>",
            "a" * 5000,
            "\u202e\u0000x",
            ":tada:",
        ],
    )
    def test_a_name_stays_a_name(self, here, far, name):
        here.post(self.to(far), Message(name, f"{name} has declined.", "Open", MESSAGE.link))

        (said,) = self.said(far)  # the stand-in takes nothing in which it could be more
        assert name[:20] in words_of(said)

    @pytest.mark.parametrize("status", [500, 502, 503, 504])
    def test_trouble_of_theirs_is_waited_out(self, here, far, chat_waits, status):
        far.fail(Said(status), Said(status))

        here.post(self.to(far), MESSAGE)

        assert len(self.said(far)) == 1
        assert len(chat_waits) == 2

    def test_trouble_that_lasts_is_told(self, here, far):
        far.fail(*[Said(503)] * 9)

        with pytest.raises(ConnectorError) as caught:
            here.post(self.to(far), MESSAGE)

        assert not caught.value.permanent
        assert self.said(far) == []
        assert len(far.requests) == 3

    def test_too_many_are_waited_for_as_long_as_they_say(self, here, far, chat_waits):
        far.fail(Said(429, "", {"Retry-After": "7"}))

        here.post(self.to(far), MESSAGE)

        assert chat_waits == [7.0]
        assert len(self.said(far)) == 1

    def test_nobody_is_kept_waiting_for_minutes(self, here, far, chat_waits):
        far.fail(Said(429, "", {"Retry-After": "600"}))

        with pytest.raises(ConnectorError) as caught:
            here.post(self.to(far), MESSAGE)

        assert caught.value.reason_code == Trouble.TOO_OFTEN
        assert chat_waits == []

    def test_a_line_that_breaks_is_uncertain_and_not_tried_again(self, far):
        heard = []

        def hang_up(handler):
            heard.append(handler.path)
            handler.connection.close()

        paths = dict.fromkeys(("POST /api/chat.postMessage", "POST /workflow?sig=1"), hang_up)
        with WebServer({}, raw=paths) as server:
            kept = self.settings(far)
            here = all_chats()[self.slug](Settings(kept.values, kept.team, f"{server.url}/api"), HERE)
            to = f"{server.url}/workflow?sig=1" if here.address_label else "U0MAYA"
            with pytest.raises(ConnectorError) as caught:
                here.post(to, MESSAGE)

        assert caught.value.reason_code == Trouble.UNCERTAIN
        assert len(heard) == 1

    def test_what_went_wrong_tells_no_secret_and_no_word(self, here, far):
        to = self.to(far)
        secrets = [*self.settings(far).values.values(), to, MESSAGE.text, "Noor", MESSAGE.link]
        for fault in (
            Said(500),
            Said(404, to),
            Said(403),
            Said(200, "torn"),
            Said(200, "[]"),
            Said(302, "", {"Location": to}),
        ):
            far.fail(*[fault] * 3)
            try:
                here.post(to, MESSAGE)
            except ConnectorError as error:
                text = f"{error} {error!r} {error.__cause__!r}"
                assert not any(secret in text for secret in secrets), text
            far.faults.clear()

    def test_nothing_within_a_network_of_the_company_is_asked(self, far):
        kept = self.settings(far)
        here = all_chats()[self.slug](kept, HttpClient(timeout=20, deadline=40))

        with pytest.raises(ConnectorError) as caught:
            here.post(self.to(far), MESSAGE)

        assert caught.value.reason_code == Trouble.PRIVATE_ADDRESS
        assert far.requests == []


class CallsContract:
    """What a chat has to do in which buttons can be pressed."""

    def signed(self, far: ChatServer, body: bytes, at: int) -> dict[str, str]:
        """The headers of a call, made by the chat."""
        raise NotImplementedError

    def body(self, action: str) -> bytes:
        """A call: somebody (U0MAYA) did this with card 7."""
        raise NotImplementedError

    @pytest.fixture
    def call(self, here, far):
        """Read a call as it comes."""

        def read(body, *, at=0, **other):
            told = self.signed(far, body, int(NOW.timestamp()) + at) | other
            return here.read_call(body, CaseInsensitiveDict(told), NOW)

        return read

    @pytest.mark.parametrize("action", [Pressed.TALK, Pressed.PASS_ON, Pressed.LINK])
    def test_what_was_pressed_is_told(self, call, action):
        told = call(self.body(action))

        assert (told.pressed, told.person) == (action, "U0MAYA")
        assert told.card == ("" if action is Pressed.LINK else "7")
        assert told.place.channel

    def test_the_same_call_has_the_same_key_and_another_has_another(self, call):
        body = self.body(Pressed.TALK)

        assert call(body).key == call(body).key
        assert len({call(body).key, call(body, at=1).key, call(self.body(Pressed.PASS_ON)).key}) == 3

    def test_a_button_of_another_time_is_unknown_and_no_error(self, call):
        assert call(self.body("an_older_button")).pressed is Pressed.UNKNOWN

    @pytest.mark.parametrize("at", [-301, 301, -86_400])
    def test_an_old_call_is_refused_and_one_from_the_future(self, call, at):
        with pytest.raises(NotFromThem):
            call(self.body(Pressed.TALK), at=at)

    @pytest.mark.parametrize("at", [-299, 299])
    def test_clocks_may_differ_a_little(self, call, at):
        assert call(self.body(Pressed.TALK), at=at)

    def test_another_body_with_the_same_signature_is_refused(self, here, far):
        told = self.signed(far, self.body(Pressed.TALK), int(NOW.timestamp()))
        with pytest.raises(NotFromThem):
            here.read_call(self.body(Pressed.PASS_ON), told, NOW)

    def test_without_a_signature_it_is_refused(self, here, far):
        told = self.signed(far, self.body(Pressed.TALK), int(NOW.timestamp()))
        for name in told:
            for wrong in ("", "0", "v0=", "é", "9" * 400):
                with pytest.raises(NotFromThem):
                    here.read_call(self.body(Pressed.TALK), {**told, name: wrong}, NOW)
            with pytest.raises(NotFromThem):
                here.read_call(self.body(Pressed.TALK), {k: v for k, v in told.items() if k != name}, NOW)

    def test_where_no_secret_was_agreed_on_nobody_is_let_in(self, far):
        here = all_chats()[self.slug](Settings({}), HERE)
        body = self.body(Pressed.TALK)
        with pytest.raises(NotFromThem):
            here.read_call(body, self.signed(far, body, int(NOW.timestamp())), NOW)

    @examples(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
    @given(
        body=some.binary(max_size=200)
        | some.sampled_from([b"payload=", b"payload={", b"payload=[]", b"payload=null"])
    )
    def test_what_is_torn_is_said_to_be(self, call, body):
        with pytest.raises(UnreadableCall):
            call(body)

    def test_a_message_is_written_anew_without_the_buttons_of_its_card(self, here, far):
        place = Place(*self.place)

        here.settle(place, MESSAGE)

        (updated,) = far.updated
        assert (updated["channel"], updated["ts"]) == self.place
        assert "pass_on" not in json.dumps(updated)

    def test_the_doorway_is_shown_with_its_words_and_the_way_to_confirm(self, here, far, call):
        words = ("“If not you, who should we talk to?”", "“It is fine to leave it.”")
        here.show(
            call(self.body(Pressed.TALK)),
            Doorway("Ask Maximiliane-Charlotte", words, MESSAGE.link, "Open", "I’ll ask them"),
        )

        (view,) = far.views
        assert all(one in words_of(view) for one in words)
        assert "I’ll ask them" in words_of(view)
