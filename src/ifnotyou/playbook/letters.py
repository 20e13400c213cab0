"""The words (playbook rule 5): a first draft, in the first person of whoever asks.

A draft knows two first names and the title of the role, and nothing else: what
is not given to it (scorecards, pay, reasons) cannot slip into it. It leaves
one gap for what the two talked about, which only the asker can fill.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.people import first_name

GAP = "[something the two of you really talked about]"
"""The one gap. The tone check holds a message back while it stands there."""

MOST_TITLE_LETTERS = 60

MAIL_SUBJECT = "Thank you, and one question"
MAIL = """Hi {them},

Thank you for telling us, and for the time you took to get to know us. I understand, and I am happy that we met: \
I still think of our talk about {gap}.

May I ask you one thing? If not you, who should we talk to about {role}? I am thinking of the best person you have \
worked with on such things, even years ago, and only if you are free to say.

It is completely fine to ignore this; I will not ask again. And you need not be named: if you like, it stays \
between us.

All the best,
{me}"""

TALK_SUBJECT = "When you talk with {them}"
TALK = """{them}, I really enjoyed our talk about {gap}.

If not you, who should we talk to about {role}? The best person you have worked with on such things, even years ago, \
and only if you are free to say.

No need to answer now, or at all: it is fine to leave it.

And if a name comes to mind: may I say that it came from you? If not, it stays between us."""


class Draft(NamedTuple):
    """A first version of the ask, for the asker to make their own."""

    subject: str
    body: str


def draft_ask(channel: Channel, asker: str, candidate: str, job_title: str) -> Draft:
    """What `asker` could write, or say, to `candidate`: under 120 words, with one gap."""
    words = {
        "them": _plain(first_name(candidate)),
        "me": _plain(first_name(asker)),
        "role": _role(job_title),
        "gap": GAP,
    }
    if channel is Channel.CONVERSATION:
        return Draft(TALK_SUBJECT.format(**words), TALK.format(**words))
    return Draft(MAIL_SUBJECT, MAIL.format(**words))


def _role(job_title: str) -> str:
    """The role in a few words, as one would say it: without codes and additions in brackets."""
    title = _plain(re.sub(r"\([^)]*\)|\[[^\]]*\]|\{[^}]*\}", " ", job_title))
    if len(title) > MOST_TITLE_LETTERS:
        title = title[:MOST_TITLE_LETTERS].rsplit(" ", 1)[0]
    title = title.strip(" -,;:/|")
    if not title:
        return "this role"
    return f"the {title} role"


def _plain(words: str) -> str:
    """Words on one line, without the marks of a placeholder."""
    return " ".join(re.sub(r"[\[\]{}<>]", " ", words).split())
