"""Slack: an app of the company's own, with a bot that writes to people and buttons that they press (Block Kit)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode

from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble, UnreadableCall
from ifnotyou.connectors.chat import calls
from ifnotyou.connectors.chat.contract import (
    Call,
    CallsUs,
    ChatConnector,
    Doorway,
    Field,
    FindsPeople,
    Message,
    Place,
    Pressed,
    Scope,
    Tried,
    Unreachable,
)
from ifnotyou.connectors.reading import read_json

USUAL_PLACE = "https://slack.com/api"
OLDEST = 300
"""Seconds: an older call is refused, as Slack advises."""
AT_ONCE = 2.0
"""Seconds for what has to be shown: the opener is good for three."""

_MOST_TITLE, _MOST_HEADER, _MOST_TEXT, _MOST_BUTTON, _MOST_WORDS = 24, 150, 3000, 75, 300
"""Characters, as Slack limits a window's title, a header, a text, a button; and what is put into a question."""

_BAD_KEY = frozenset(
    {"invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired", "no_permission"}
)
_NOBODY = frozenset(
    {
        "channel_not_found",
        "user_not_found",
        "user_disabled",
        "user_not_visible",
        "is_archived",
        "messages_tab_disabled",
    }
)
_TOO_LATE = frozenset(
    {"expired_trigger_id", "trigger_expired", "trigger_exchanged", "invalid_trigger", "exchanged_trigger_id"}
)
_PRESSED = {"talk": Pressed.TALK, "pass_on": Pressed.PASS_ON, "write": Pressed.LINK, "open": Pressed.LINK}
_CONFIRM = "confirm"
_WORD = re.compile(r"[a-z_]{1,60}")
_SCOPE = re.compile(r"[a-z:._,]{1,200}")
_ID = re.compile(r"[A-Z0-9]{2,40}")
_STAMP = re.compile(r"[0-9]{1,20}\.[0-9]{1,20}")


class Connector(FindsPeople, CallsUs, ChatConnector):
    """Slack, by the Web API and its interactive messages."""

    slug = "slack"
    label = "Slack"
    fields = (
        Field(
            "token", "Bot User OAuth Token", "Under OAuth & Permissions. It begins with xoxb-.", secret=True
        ),
        Field("signing_secret", "Signing Secret", "Under Basic Information, App Credentials.", secret=True),
    )
    scopes = (
        Scope(
            "chat:write",
            "to write to whoever has chosen to be told in Slack, in the app's own conversation with them",
        ),
        Scope(
            "users:read.email",
            "to find a person's place by the mail address that they sign in with here, once",
        ),
        Scope("users:read", "Slack gives users:read.email only together with it; we read no list of people"),
    )
    steps = (
        "At api.slack.com/apps choose Create New App, then From a manifest, and your workspace.",
        "Choose YAML, paste the manifest, and create the app.",
        "Choose Install to Workspace and allow it; an admin of Slack may have to approve.",
        "Copy the Bot User OAuth Token from OAuth & Permissions.",
        "Copy the Signing Secret from Basic Information.",
    )
    why = (
        "An app of your own, installed in your workspace only: no company between you and Slack, and you can take it "
        "away at any time. It asks for three scopes, reads no channel and no message, and has no slash command."
    )
    never = (
        "write to a channel: only to a person, in the app's own conversation with them",
        "tell why a candidate declined, a scorecard, the name of somebody who was named, or who named them",
        "write to a candidate, or to anybody who did not choose Slack in their own settings",
        "read messages or channels, which the scopes do not allow, or the list of people, which users:read would",
        "call an address that a call from Slack names (no response_url)",
    )
    unconfirmed = (
        (
            "That chat:write alone reaches a person, by their id in the place of a conversation's: it is how others "
            "do it, and we could not confirm it in Slack's own reference. If your Slack wants im:write, it answers "
            "with an error: the nudge goes by mail, and My settings say so."
        ),
        (
            "That the header X-OAuth-Scopes tells what a bot's token may do: where it is missing, nothing is held "
            "against the token, and the first nudge shows what it lacks."
        ),
        (
            "In Enterprise Grid a person may belong to another workspace of the organisation. We reach only people "
            "of the workspace where the app is installed; others stay with mail."
        ),
    )

    @classmethod
    def manifest(cls, address: str) -> str:
        """The app in Slack's own words: a name, a bot, three scopes, and where a pressed button is told."""
        scopes = "\n".join(f"      - {scope.name}" for scope in cls.scopes)
        return f"""\
display_information:
  name: ifnotyou
  description: If not you, who should we talk to?
features:
  app_home:
    home_tab_enabled: false
    messages_tab_enabled: true
    messages_tab_read_only_enabled: true
  bot_user:
    display_name: ifnotyou
    always_online: false
oauth_config:
  scopes:
    bot:
{scopes}
settings:
  interactivity:
    is_enabled: true
    request_url: {address}
  org_deploy_enabled: false
  socket_mode_enabled: false
  token_rotation_enabled: false
"""

    # --- to Slack

    def check(self) -> Tried:
        """auth.test, which changes nothing; what the token may do stands in a header of every answer."""
        told, headers = self._call("auth.test", {})
        team = told.get("team_id")
        if not isinstance(team, str) or not _ID.fullmatch(team):
            raise _not_understood()
        if not told.get("bot_id"):
            text = "This is not the token of a bot. Copy the Bot User OAuth Token, which begins with xoxb-."
            raise ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        missing = []
        if allowed := headers.get("X-OAuth-Scopes", ""):
            has = {scope.strip() for scope in allowed.split(",")}
            missing = [f"{scope.name}: {scope.why}." for scope in self.scopes if scope.name not in has]
        if not self.settings.values.get("signing_secret"):
            missing.append("The Signing Secret: without it no button can be pressed.")
        return Tried(team, tuple(missing))

    def find(self, address: str) -> str | None:
        """users.lookupByEmail; whoever left, is a bot, or belongs to another workspace is nobody."""
        try:
            told, _ = self._call("users.lookupByEmail", {"email": address})
        except _Said as error:
            if error.word == "users_not_found":
                return None
            raise
        user = told.get("user")
        their_id = _id_in(user, "id")
        if not isinstance(user, dict) or not their_id:
            raise _not_understood()
        stranger = user.get("deleted") or user.get("is_bot") or user.get("is_stranger")
        elsewhere = self.settings.team and user.get("team_id") != self.settings.team
        return None if stranger or elsewhere else their_id

    def post(self, to: str, message: Message) -> None:
        """chat.postMessage to the person's own id: their conversation with the bot."""
        self._call("chat.postMessage", {"channel": to, **_said(message)})

    def show(self, call: Call, doorway: Doorway) -> None:
        """views.open: a window over the conversation, of whoever pressed, and for them alone."""
        view = _window(call, doorway)
        self._call("views.open", {"trigger_id": call.opener, "view": view}, within=AT_ONCE, attempts=1)

    def shown_instead(self, call: Call, doorway: Doorway) -> bytes:
        """The window's new content, as the answer to its submission."""
        return json.dumps({"response_action": "update", "view": _window(call, doorway)}).encode()

    def settle(self, place: Place, message: Message) -> None:
        """chat.update."""
        self._call("chat.update", {"channel": place.channel, "ts": place.stamp, **_said(message)})

    def _call(
        self, method: str, arguments: Mapping[str, Any], *, within: float = calls.PATIENCE, attempts: int = 3
    ) -> tuple[Mapping[str, Any], Mapping[str, str]]:
        """Call a method of the Web API: what it answered, and the headers. Raises ConnectorError."""
        base = self.settings.address or USUAL_PLACE
        token = self.settings.values.get("token", "")
        if not token or not token.isascii() or not token.isprintable():
            raise _bad_key()
        # A form, which every method takes; what has parts goes into it as JSON.
        form = {
            name: value if isinstance(value, str) else json.dumps(value) for name, value in arguments.items()
        }
        headers = {
            "Authorization": f"Bearer {token}",
            "Content-Type": "application/x-www-form-urlencoded; charset=utf-8",
        }
        answer = calls.call(
            self.client.within(within),
            self.label,
            f"{base}/{method}",
            urlencode(form).encode(),
            headers,
            attempts=attempts,
        )
        try:
            told = read_json(answer.body)
        except ValueError as error:
            raise _not_understood() from error
        match told:
            case {"ok": True}:
                return told, answer.headers
            case {"ok": False, "error": str(word)}:
                raise _explained(word, told)
            case _:
                raise _not_understood()

    # --- from Slack

    def read_call(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Call:
        """Version 0 of Slack's signatures: HMAC-SHA256 over the moment and the body as it came."""
        signature = self._verified(body, headers, now)
        payload = _payload(body)
        person = _id_in(payload.get("user"), "id")
        if not person:
            raise _unreadable()
        # In a window of an organisation (Enterprise Grid) only the person's own workspace may be told.
        team = _id_in(payload.get("team"), "id") or _id_in(payload.get("user"), "team_id")
        key = hashlib.sha256(signature.encode()).hexdigest()
        opener = _text(payload.get("trigger_id"))
        match payload:
            case {"type": "block_actions", "actions": [{"action_id": str(action)} as pressed, *_]}:
                what, card = _PRESSED.get(action, Pressed.UNKNOWN), _text(pressed.get("value"))
                return Call(key, team, person, what, card, _place(payload.get("container")), opener)
            case {
                "type": "view_submission",
                "view": {"callback_id": str(name), "private_metadata": str(kept)},
            }:
                what = Pressed.CONFIRM if name == _CONFIRM else Pressed.UNKNOWN
                return Call(key, team, person, what, *_kept(kept))
            case {"type": str()}:
                return Call(key, team, person, Pressed.UNKNOWN, opener=opener)
            case _:
                raise _unreadable()

    def _verified(self, body: bytes, headers: Mapping[str, str], now: datetime) -> str:
        """The signature, which is right."""
        secret = self.settings.values.get("signing_secret", "")
        told = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not secret or not (told.isascii() and told.isdigit()) or len(told) > 20:  # noqa: PLR2004 - no number is longer
            raise NotFromThem("This call is not signed.")
        if abs(now.timestamp() - int(told)) > OLDEST:
            raise NotFromThem("This call is too old.")
        signed = hmac.new(secret.encode(), b"v0:" + told.encode() + b":" + body, hashlib.sha256)
        if not hmac.compare_digest(f"v0={signed.hexdigest()}".encode(), signature.encode(errors="replace")):
            raise NotFromThem("The signature of this call is not right.")
        return signature


class _Said(ConnectorError):  # noqa: N818 - it says what was answered
    """Slack said no, in a word of its own, which is never shown as it is."""

    def __init__(self, word: str, trouble: Trouble, text: str) -> None:
        super().__init__(trouble, text, permanent=True)
        self.word = word


def _explained(word: str, told: Mapping[str, Any]) -> ConnectorError:
    """Slack's word for what is wrong, in a sentence."""
    if word in _BAD_KEY:
        return _bad_key()
    if word == "missing_scope":
        needed = _text(told.get("needed"))
        which = needed if _SCOPE.fullmatch(needed) else "a scope"
        text = f"The app in Slack lacks {which}. Add it under OAuth & Permissions and install the app again."
        return _Said(word, Trouble.NOT_ALLOWED, text)
    if word in _NOBODY:
        return Unreachable(
            "Slack does not find you any more. Choose Slack once more under “How we reach you”."
        )
    if word in _TOO_LATE:
        return _Said(word, Trouble.TOO_OFTEN, "That took too long. Press the button again.")
    if word in {"ratelimited", "rate_limited"}:
        return ConnectorError(
            Trouble.TOO_OFTEN, "Slack had too many messages, also after a while.", permanent=False
        )
    shown = f" ({word})" if _WORD.fullmatch(word) else ""
    return _Said(word, Trouble.NOT_UNDERSTOOD, f"Slack did not take our call{shown}.")


def _bad_key() -> ConnectorError:
    text = "Slack does not know this token. Copy the Bot User OAuth Token once more and enter it here."
    return ConnectorError(Trouble.SIGN_IN_REFUSED, text, permanent=True)


def _not_understood() -> ConnectorError:
    text = "Slack answered with something that we do not understand."
    return ConnectorError(Trouble.NOT_UNDERSTOOD, text, permanent=False)


def _unreadable() -> UnreadableCall:
    return UnreadableCall("We do not understand this call.")


# --- blocks


def _said(message: Message) -> dict[str, Any]:
    """A message as blocks, and as a line for notifications and screen readers."""
    line = message.title.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return {
        "text": _cut(line, _MOST_HEADER),
        "mrkdwn": "false",
        "unfurl_links": "false",
        "unfurl_media": "false",
        "blocks": [
            {"type": "header", "text": _plain(message.title, _MOST_HEADER)},
            _section(message.text),
            {"type": "actions", "elements": _buttons(message)},
        ],
    }


def _buttons(message: Message) -> list[dict[str, Any]]:
    """The one button to the page; a card has its three instead, of which one needs a mail address."""
    card = message.card
    if card is None:
        return [_button("open", message.button, url=message.link, style="primary")]
    them_to_somebody_else = {
        "title": _plain("Somebody else, please", 100),
        "text": _plain("The card goes back, and somebody else may ask. No reason is wanted.", _MOST_WORDS),
        "confirm": _plain("Pass it on", 30),
        "deny": _plain("Keep it", 30),
    }
    return [
        _button("talk", "I’ll ask in conversation", value=card.key, style="primary"),
        *([_button("write", "Write a note", url=card.write_link)] if card.write_link else []),
        _button("pass_on", "Somebody else, please", value=card.key, confirm=them_to_somebody_else),
    ]


def _button(action: str, label: str, **more: object) -> dict[str, Any]:
    return {"type": "button", "action_id": action, "text": _plain(label, _MOST_BUTTON), **more}


def _window(call: Call, doorway: Doorway) -> dict[str, Any]:
    """A window (modal) with what to say; its one submit uses the ask up."""
    view: dict[str, Any] = {
        "type": "modal",
        "callback_id": _CONFIRM if doorway.confirm else "told",
        "private_metadata": json.dumps([call.card, call.place.channel, call.place.stamp]),
        "title": _plain(doorway.title, _MOST_TITLE),
        "close": _plain("Not now" if doorway.confirm else "Close", _MOST_TITLE),
        "blocks": [
            *(_section(words) for words in doorway.words),
            {"type": "actions", "elements": [_button("open", doorway.link_label, url=doorway.link)]},
        ],
    }
    return {**view, "submit": _plain(doorway.confirm, _MOST_TITLE)} if doorway.confirm else view


def _section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": _plain(words, _MOST_TEXT)}


def _plain(words: str, most: int) -> dict[str, Any]:
    """Text in which nothing is a mark-up, a mention or a smiley."""
    return {"type": "plain_text", "text": _cut(words, most), "emoji": False}


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"


# --- payloads


def _payload(body: bytes) -> Mapping[str, Any]:
    """The JSON within the form."""
    try:
        (text,) = parse_qs(body.decode(), strict_parsing=True, max_num_fields=5)["payload"]
        payload = read_json(text.encode())
    except (ValueError, KeyError) as error:
        raise _unreadable() from error
    if not isinstance(payload, dict):
        raise _unreadable()
    return payload


def _id_in(part: object, name: str) -> str:
    """An id as Slack writes one, in a part of a payload; "" where there is none."""
    found = _text(part.get(name)) if isinstance(part, dict) else ""
    return found if _ID.fullmatch(found) else ""


def _place(container: object) -> Place:
    """Where the message stands whose button was pressed."""
    told = container if isinstance(container, dict) else {}
    return _checked(_text(told.get("channel_id")), _text(told.get("message_ts")))


def _kept(text: str) -> tuple[str, Place]:
    """What we had put into the window."""
    try:
        card, channel, stamp = json.loads(text)
    except (ValueError, TypeError) as error:
        raise _unreadable() from error
    return _text(card), _checked(_text(channel), _text(stamp))


def _checked(channel: str, stamp: str) -> Place:
    """A place as Slack writes one; no place otherwise."""
    return Place(channel, stamp) if _ID.fullmatch(channel) and _STAMP.fullmatch(stamp) else Place()


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""
