"""The far side of a chat: Slack's Web API and a workflow of Teams, on loopback, as strict as the real ones are.

What Slack publishes as limits of blocks and windows, and the Adaptive Card schema as required, is held to here: a
message that the real side would refuse is refused.
"""

import hashlib
import hmac
import json
from collections.abc import Mapping
from typing import Self
from urllib.parse import parse_qs, urlencode

import pytest
from django.utils import timezone

from ifnotyou.connectors.chat import calls
from ifnotyou.connectors.chat.systems import slack
from ifnotyou.models import Chat
from ifnotyou.services import chats
from tests.connectors.webserver import Heard, Said, WebServer

TOKEN = "xoxb-hush-kestrel-7731"
SIGNING_SECRET = "hush-osprey-5512"
TEAM = "T0ALDER"
CHANNEL = "D0CHANNEL"
SCOPES = "chat:write,users:read,users:read.email"
WORKFLOW = "/workflows/hush-plover-9034"
QUERY = "?sig=hush-plover-9034"

_LIMITS = {"header": 150, "section": 3000}
_VIEW = {"type", "callback_id", "private_metadata", "title", "close", "submit", "blocks"}
_MESSAGE = {"channel", "ts", "text", "mrkdwn", "unfurl_links", "unfurl_media", "blocks"}


def signed(body: bytes, at: int, secret: str = SIGNING_SECRET) -> dict[str, str]:
    """What Slack sends along with a call, made by the scheme it publishes."""
    digest = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(at), "X-Slack-Signature": f"v0={digest}"}


def pressed(
    person: str, action: str, value: str = "", *, team: str = TEAM, stamp: str = "1718000000.000100"
) -> bytes:
    """A button of a message was pressed."""
    return _form(
        {
            "type": "block_actions",
            "user": {"id": person, "username": "somebody", "team_id": team},
            "api_app_id": "A0APP",
            "team": {"id": team, "domain": "alder"},
            "container": {
                "type": "message",
                "message_ts": stamp,
                "channel_id": CHANNEL,
                "is_ephemeral": False,
            },
            "channel": {"id": CHANNEL, "name": "directmessage"},
            "trigger_id": "12466734323.1395872398",
            "response_url": "http://127.0.0.1:9/never-called",
            "actions": [{"type": "button", "action_id": action, "block_id": "b1", "value": value}],
        }
    )


def submitted(person: str, view: Mapping[str, object], *, team: str = TEAM) -> bytes:
    """A window was confirmed."""
    kept = {name: view[name] for name in ("type", "callback_id", "private_metadata", "blocks")}
    return _form(
        {
            "type": "view_submission",
            "team": {"id": team, "domain": "alder"},
            "user": {"id": person, "username": "somebody", "team_id": team},
            "api_app_id": "A0APP",
            "trigger_id": "12466734323.1395872399",
            "view": {"id": "V0VIEW", "hash": "1", "state": {"values": {}}, **kept},
        }
    )


def _form(payload: Mapping[str, object]) -> bytes:
    return urlencode({"payload": json.dumps(payload)}).encode()


class ChatServer:
    """Knows people by their mail address; keeps what was said to whom; fails as it is told to."""

    def __init__(self) -> None:
        self.people: dict[str, dict[str, object]] = {}
        self.posted: list[dict[str, object]] = []
        self.updated: list[dict[str, object]] = []
        self.views: list[dict[str, object]] = []
        self.cards: list[dict[str, object]] = []
        self.faults: list[Said] = []
        self.scopes, self.team, self.token = SCOPES, TEAM, TOKEN
        self._server = WebServer(
            {
                **{
                    f"POST /api/{method}": self._answering(method)
                    for method in (
                        "auth.test",
                        "users.lookupByEmail",
                        "chat.postMessage",
                        "chat.update",
                        "views.open",
                    )
                },
                f"POST {WORKFLOW}{QUERY}": self._workflow,
            }
        )

    def __enter__(self) -> Self:
        self._server.__enter__()
        return self

    def __exit__(self, *error: object) -> None:
        self._server.__exit__(*error)

    @property
    def api(self) -> str:
        return f"{self._server.url}/api"

    @property
    def workflow(self) -> str:
        return f"{self._server.url}{WORKFLOW}{QUERY}"

    @property
    def requests(self) -> list[Heard]:
        return self._server.requests

    @property
    def heard(self) -> bytes:
        """All that reached the far side, byte for byte, and once more as it reads."""
        raw = b"\n".join(one.path.encode() + b"\n" + one.body for one in self.requests)
        read = [json.dumps(parse_qs(one.body.decode()), ensure_ascii=False).encode() for one in self.requests]
        return b"\n".join([raw, *read])

    def know(self, address: str, id_: str, **more: object) -> str:
        self.people[address] = {"id": id_, "team_id": TEAM, "deleted": False, "is_bot": False, **more}
        return id_

    def fail(self, *faults: Said) -> None:
        """The next calls are answered like that."""
        self.faults += faults

    # --- Slack

    def _answering(self, method: str):
        def answer(heard: Heard) -> Said:
            if self.faults:
                return self.faults.pop(0)
            if heard.headers.get("Authorization") != f"Bearer {self.token}":
                return self._no("invalid_auth")
            assert heard.headers["Content-Type"].startswith("application/x-www-form-urlencoded")
            form = {name: values[0] for name, values in parse_qs(heard.body.decode()).items()}
            if (needs := _NEEDS.get(method)) and needs not in self.scopes.split(","):
                return self._no("missing_scope", needed=needs, provided=self.scopes)
            return getattr(self, f"_{method.replace('.', '_')}")(form)

        return answer

    def _auth_test(self, form: Mapping[str, str]) -> Said:
        assert not form
        return self._yes(
            url="https://alder.slack.com/", team="Alder", team_id=self.team, user_id="U0BOT", bot_id="B0BOT"
        )

    def _users_lookupByEmail(self, form: Mapping[str, str]) -> Said:  # noqa: N802 - Slack's own name
        person = self.people.get(form["email"])
        return self._yes(user=person) if person else self._no("users_not_found")

    def _chat_postMessage(self, form: Mapping[str, str]) -> Said:  # noqa: N802 - Slack's own name
        if form["channel"] not in {person["id"] for person in self.people.values()}:
            return self._no("channel_not_found")
        self.posted.append(message_of(form))
        return self._yes(channel=CHANNEL, ts="1718000000.000100")

    def _chat_update(self, form: Mapping[str, str]) -> Said:
        if form["channel"] != CHANNEL:
            return self._no("channel_not_found")
        self.updated.append(message_of(form))
        return self._yes(channel=CHANNEL, ts=form["ts"])

    def _views_open(self, form: Mapping[str, str]) -> Said:
        assert set(form) == {"trigger_id", "view"}
        if not form["trigger_id"]:
            return self._no("invalid_trigger")
        view = json.loads(form["view"])
        check_view(view)
        self.views.append(view)
        return self._yes(view={"id": "V0VIEW", **view})

    def _yes(self, **told: object) -> Said:
        return Said(200, json.dumps({"ok": True, **told}), {"X-OAuth-Scopes": self.scopes})

    def _no(self, error: str, **told: object) -> Said:
        return Said(200, json.dumps({"ok": False, "error": error, **told}))

    # --- Teams

    def _workflow(self, heard: Heard) -> Said:
        if self.faults:
            return self.faults.pop(0)
        told = json.loads(heard.body)
        check_card(told, heard.body)
        self.cards.append(told["attachments"][0]["content"])
        return Said(202)


_NEEDS = {
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "users.lookupByEmail": "users:read.email",
}
"""auth.test and views.open need no scope."""


# --- What the real ones publish


def message_of(form: Mapping[str, str]) -> dict[str, object]:
    """A message, within Slack's limits: 50 blocks, and a text beside them for notifications."""
    assert set(form) <= _MESSAGE, set(form) - _MESSAGE
    assert form["text"]
    assert len(form["text"]) <= 4000
    blocks = json.loads(form["blocks"])
    assert 1 <= len(blocks) <= 50
    check_blocks(blocks)
    return {**form, "blocks": blocks}


def check_view(view: Mapping[str, object]) -> None:
    """A window, within Slack's limits."""
    assert set(view) <= _VIEW, set(view) - _VIEW
    assert view["type"] == "modal"
    for name in ("title", "close", "submit"):
        if name in view:
            check_text(view[name], 24)
    assert len(view["callback_id"]) <= 255
    assert len(view["private_metadata"]) <= 3000
    assert 1 <= len(view["blocks"]) <= 100
    check_blocks(view["blocks"])


def check_blocks(blocks: list[Mapping[str, object]]) -> None:
    for block in blocks:
        if block["type"] in _LIMITS:
            assert set(block) == {"type", "text"}
            check_text(block["text"], _LIMITS[block["type"]])
        else:
            assert set(block) == {"type", "elements"}
            assert block["type"] == "actions"
            assert 1 <= len(block["elements"]) <= 25
            actions = [element["action_id"] for element in block["elements"]]
            assert len(set(actions)) == len(actions), "action ids have to differ within a block"
            for element in block["elements"]:
                check_button(element)


def check_button(button: Mapping[str, object]) -> None:
    assert set(button) <= {"type", "action_id", "text", "value", "url", "style", "confirm"}
    assert button["type"] == "button"
    assert 1 <= len(button["action_id"]) <= 255
    assert button.get("style", "primary") in {"primary", "danger"}
    assert len(button.get("value", "")) <= 2000
    assert len(button.get("url", "")) <= 3000
    check_text(button["text"], 75)
    if confirm := button.get("confirm"):
        assert set(confirm) == {"title", "text", "confirm", "deny"}
        for name, most in (("title", 100), ("text", 300), ("confirm", 30), ("deny", 30)):
            check_text(confirm[name], most)


def check_text(text: Mapping[str, object], most: int) -> None:
    """Plain text: in the other kind, a name could mention everybody."""
    assert set(text) == {"type", "text", "emoji"}
    assert text["type"] == "plain_text"
    assert 1 <= len(text["text"]) <= most


def check_card(told: Mapping[str, object], body: bytes) -> None:
    """What the trigger of a workflow takes, and what the Adaptive Card schema requires up to 1.4."""
    assert len(body) <= 28_000
    assert set(told) == {"type", "attachments"}
    assert told["type"] == "message"
    (attachment,) = told["attachments"]
    assert set(attachment) == {"contentType", "contentUrl", "content"}
    assert attachment["contentType"] == "application/vnd.microsoft.card.adaptive"
    card = attachment["content"]
    assert set(card) == {"$schema", "type", "version", "body", "actions"}
    assert (card["type"], card["version"]) == ("AdaptiveCard", "1.4")
    for part in card["body"]:
        # In a TextBlock a name could be a link: a TextRun has no Markdown.
        assert part["type"] == "RichTextBlock"
        for run in part["inlines"]:
            assert set(run) <= {"type", "text", "weight", "size"}
            assert run["type"] == "TextRun"
            assert run["text"]
    for action in card["actions"]:
        assert set(action) == {"type", "title", "url"}
        assert action["type"] == "Action.OpenUrl"
        assert action["url"].startswith("http")


def words_of(message: Mapping[str, object]) -> str:
    """All that a person reads of a message, a window or a card."""
    found: list[str] = []

    def walk(part: object) -> None:
        if isinstance(part, dict):
            if isinstance(part.get("text"), str):
                found.append(part["text"])
            for value in part.values():
                walk(value)
        elif isinstance(part, list):
            for value in part:
                walk(value)

    walk(message)
    return " ".join(found)


def buttons_of(message: Mapping[str, object]) -> dict[str, Mapping[str, object]]:
    """By what stands on them, the buttons of a message or a window."""
    return {
        element["text"]["text"]: element
        for block in message["blocks"]
        if block["type"] == "actions"
        for element in block["elements"]
    }


# --- A company that uses it


class _InNoTime:
    """The waits between attempts, not waited."""

    def sleep(self, seconds: float) -> None:
        """Go on at once."""


@pytest.fixture
def chat_server(settings, monkeypatch):
    """Both chats on loopback, which may be asked there."""
    settings.REACHABLE_NETWORKS = ("127.0.0.0/8",)
    monkeypatch.setattr(calls, "time", _InNoTime())
    monkeypatch.setattr(slack, "AT_ONCE", 60.0)  # seconds; Slack waits for three, a busy machine takes more
    with ChatServer() as server:
        yield server


def connect_slack(house, server: ChatServer) -> Chat:
    """The company's Slack, connected and tried."""
    typed = {"token": TOKEN, "signing_secret": SIGNING_SECRET}
    chat = chats.connect(by=house.admin, system="slack", values=typed, address=server.api)
    assert chats.check(chat, now=timezone.now()) == []
    return Chat.objects.get(pk=chat.pk)


def choose(user, system: str, server: ChatServer) -> str:
    """This user wants to be told there; returns their id in Slack. The first word is forgotten."""
    id_ = f"U0{user.name.split()[0].upper()}"
    server.know(user.email, id_)
    chats.choose(user, system, address=server.workflow if system == "teams" else "")
    server.posted.clear()
    server.cards.clear()
    server.requests.clear()
    return id_
