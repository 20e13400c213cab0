"""Microsoft Teams: each person makes a workflow that posts to themselves, and we hand it an Adaptive Card."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import calls
from ifnotyou.connectors.chat.contract import ChatConnector, Message, Tried, Unreachable
from ifnotyou.connectors.http import checked_address

CARD = "application/vnd.microsoft.card.adaptive"
VERSION = "1.4"
MOST_OCTETS = 28_000
"""Of a message in Teams, about (Microsoft's limit for workflows)."""
_MOST_WORDS = 2000


class Connector(ChatConnector):
    """Teams, by the Workflows app."""

    slug = "teams"
    label = "Microsoft Teams"
    fields = ()
    scopes = ()
    steps = (
        "In Teams open Apps, then Workflows, and choose to create one from blank.",
        "As the trigger choose “When a Teams webhook request is received”, and let Anyone trigger it.",
        (
            "Add the action “Post card in a chat or channel”: post as Flow bot, post in Chat with Flow bot, recipient "
            "yourself."
        ),
        "As the Adaptive Card type this expression: triggerOutputs()?['body']?['attachments']?[0]?['content'].",
        "Save it, copy the address that the trigger shows now, and paste it in My settings, under “How we reach you”.",
    )
    address_label = "The address of your workflow"
    why = (
        "A bot would have to be registered with Microsoft and approved by your administrators. A "
        "workflow belongs to the person who makes it, can do nothing but post to them, and is gone when they delete "
        "it. The older way, an Office 365 connector (“incoming webhook”), is being retired by Microsoft."
    )
    never = (
        "post in a channel or to anybody else: the workflow has one recipient, whoever made it",
        "tell why a candidate declined, a scorecard, the name of somebody who was named, or who named them",
        "show or log the address of a workflow: it is a secret, and kept encrypted",
        "take an answer from Teams: every button is a link to a page here, where one signs in",
    )
    unconfirmed = (
        (
            "A workflow answers “accepted” before it posts. That it could not post afterwards is seen only in its own "
            "list of runs; the nudge is then lost in the chat, and still on your cards."
        ),
        "The names of the triggers and fields are those of Microsoft's pages in English; they change now and then.",
        ("Administrators can forbid that “Anyone” triggers a workflow: then mail is what is left."),
    )

    def check(self) -> Tried:
        """Nothing was typed in for the company: there is nothing to try."""
        return Tried("")

    def post(self, to: str, message: Message) -> None:
        """Hand the card to the workflow of that address."""
        if checked_address(to).query == "" and checked_address(to).path in {"", "/"}:
            raise _gone()
        body = json.dumps(_envelope(message)).encode()
        headers = {"Content-Type": "application/json"}
        answer = calls.call(self.client.within(calls.PATIENCE), self.label, to, body, headers)
        if not answer.good:
            raise _gone()


def _gone() -> ConnectorError:
    return Unreachable(
        "Your workflow did not take the message: it may be switched off, deleted, or its address is another now. "
        "Look at it in Teams, and enter its address again."
    )


def _envelope(message: Message) -> dict[str, Any]:
    """A message with one card, as the trigger of a workflow expects it."""
    return {
        "type": "message",
        "attachments": [{"contentType": CARD, "contentUrl": None, "content": _card(message)}],
    }


def _card(message: Message) -> dict[str, Any]:
    return {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": VERSION,
        "body": [_words(message.title, weight="Bolder", size="Medium"), _words(message.text)],
        "actions": [{"type": "Action.OpenUrl", "title": title, "url": url} for title, url in _links(message)],
    }


def _links(message: Message) -> Iterable[tuple[str, str]]:
    """Where the buttons lead: to pages. What a card's buttons do is done there."""
    yield message.button, message.link
    if message.card and message.card.write_link:
        yield "Write a note", message.card.write_link


def _words(text: str, **look: str) -> dict[str, Any]:
    """Text in which nothing is a mark-up: a TextBlock would read Markdown in a name."""
    cut = text if len(text) <= _MOST_WORDS else f"{text[: _MOST_WORDS - 1]}…"
    return {"type": "RichTextBlock", "inlines": [{"type": "TextRun", "text": cut, **look}]}
