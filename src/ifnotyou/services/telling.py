"""Every word of the program to a colleague: by mail, in the company's chat, or not at all, as they chose.

One nudge goes one way. Where the chat did not take it, it goes by mail, once; also where nobody can tell whether it
arrived there: a colleague who hears twice is better off than one who does not hear. Candidates are never written to
from here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from ifnotyou.connectors.chat.contract import CardButtons, Message
from ifnotyou.models import User
from ifnotyou.services import chats


@dataclass(frozen=True)
class Nudge:
    """Something to tell a colleague: its words are mail/KIND.txt, and, shorter, chat/KIND.txt.

    `subject` is the first line of both. `link` is where it goes on, and `button` what stands on it in a chat.
    """

    kind: str
    subject: str
    link: str
    button: str
    words: Mapping[str, object] = field(default_factory=dict)
    card: CardButtons | None = None


def tell(user: User, nudge: Nudge) -> None:
    """Tell somebody as they chose. Talks with another system: never call it inside a transaction."""
    if user.told_by == chats.NOT_AT_ALL:
        return
    words = {"user": user, "link": nudge.link, "settings_link": link_to("me"), **nudge.words}
    if user.told_by != chats.MAIL:
        short = " ".join(render_to_string(f"chat/{nudge.kind}.txt", words).split())
        message = Message(one_line(nudge.subject), short, nudge.button, nudge.link, nudge.card)
        if chats.said_in_chat(user, message):
            return
    mail(user, nudge.subject, render_to_string(f"mail/{nudge.kind}.txt", words))


def mail(user: User, subject: str, body: str) -> None:
    """A mail, whatever they chose: for what the law or signing in wants."""
    EmailMessage(subject=one_line(subject), body=body, to=[user.email]).send()


def one_line(words: str) -> str:
    """A line break in somebody's name must not become a header of a mail."""
    return " ".join(words.split())


def link_to(name: str, *arguments: int) -> str:
    """A whole address of a page."""
    return f"{settings.PUBLIC_URL}{reverse(name, args=arguments)}"
