"""The words (playbook rule 5): a first draft, in the first person of whoever asks.

An ask knows two first names and the title of the role, and nothing else: what
is not given to it (scorecards, pay, reasons) cannot slip into it. It leaves
one gap for what the two talked about, which only the asker can fill.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.people import first_name

GAP = "[something the two of you really talked about]"
"""The one gap. The tone check holds a message back while it stands there."""

MOST_TITLE_LETTERS = 60

MAIL_SUBJECT = "Thank you, and one question"
MAIL = """Hi {them},

Thank you for telling us, and for the time you took to get to know us. I understand, and I am happy that we met: \
I still think of our talk about {gap}.

May I ask you one thing? {question} I am thinking of the best person you have \
worked with on such things, even years ago, and only if you are free to say.

It is completely fine to ignore this; I will not ask again. And you need not be named: if you like, it stays \
between us.

All the best,
{me}"""

TALK_SUBJECT = "When you talk with {them}"
TALK = """{them}, I really enjoyed our talk about {gap}.

{question} The best person you have worked with on such things, even years ago, and only if you are free to say.

{way_out}

{may_i_say} If not, it stays between us."""

QUESTION = "If not you, who should we talk to about {role}?"
WAY_OUT = "No need to answer now, or at all: it is fine to leave it."
MAY_I_SAY = "And if a name comes to mind: may I say that it came from you?"

THANKS_SUBJECT = "Thank you, {them}"
THANKS = """Hi {them},

Thank you for the time you gave us, and for telling us how you decided. It was good to get to know you, and I wish \
you all the best with what comes next.

If you like, tell me one thing: whom of us did you most enjoy meeting{colleagues}? I would gladly pass it on. \
It is completely fine to ignore this.

Warmly,
{me}"""
MOST_COLLEAGUES = 6
"""With more names than this, a question about people becomes a form."""

NAME_THANKS = """Hi {them},

Thank you for thinking of somebody, and above all for your trust: I know that one does not give a name lightly.

{done}{kept} What comes of it is theirs to tell, so I will not write about it.

Nothing more is needed from you.

All the best,
{me}"""
WRITTEN = "We have written to them, kindly and in person. "
KEPT: Mapping[Terms, str] = {
    Terms.INTRODUCE: "You make the introduction yourself, so we hold nothing about your friend until they write to us.",
    Terms.NAMED: "As you allowed, we tell them that it came from you.",
    Terms.CONFIDENTIAL: "What you told me in confidence stays between the two of us: I do not pass your name on, "
    "unless the law obliges us to, and then I would ask you first.",
}
"""How whoever gave a name is protected, on each of the terms on which one can give it to somebody's face."""

QUIET_LINES: Mapping[str, str] = {
    "reply": "A short reply with a name is all it takes, and you choose how: introduce us yourself, "
    "let me say that it came from you, or keep it just between us.",
    "page": "If a page is easier, this one is yours alone: {page}",
    "anonymous": "And here a name can be left without anybody knowing from whom; the page says how far that holds: "
    "{anonymous}",
    "free": "And please leave it if anything you have signed, or a friendship, stands in the way.",
}
"""Lines that an asker may add to a mail, by the key of their tick box."""

CLOSINGS = frozenset(
    "all the best|best|best wishes|best regards|kind regards|warm regards|regards|warmly|cheers|take care|"
    "thanks|thank you|many thanks|with thanks|yours|sincerely|yours sincerely|warm wishes|until soon".split(
        "|"
    )
)
"""The line above a name, in lower case and without its comma."""


class Draft(NamedTuple):
    """A first version of a message, for the sender to make their own."""

    subject: str
    body: str


class Links(NamedTuple):
    """Where the candidate finds their own page, and everybody who was sent it that of the role."""

    page: str
    anonymous: str


class Doorway(NamedTuple):
    """What to say to somebody one is about to talk with: the ask, what lets them off, and whether they may be named.

    Left unanswered, `may_i_say` means no.
    """

    ask: str
    way_out: str
    may_i_say: str


def draft_ask(channel: Channel, asker: str, candidate: str, job_title: str) -> Draft:
    """What `asker` could write, or say, to `candidate`: under 120 words, with one gap."""
    door = doorway(job_title)
    words = {
        "them": _first(candidate),
        "me": _first(asker),
        "question": door.ask,
        "way_out": door.way_out,
        "may_i_say": door.may_i_say,
        "gap": GAP,
    }
    if channel is Channel.CONVERSATION:
        return Draft(TALK_SUBJECT.format(**words), TALK.format(**words))
    return Draft(MAIL_SUBJECT, MAIL.format(**words))


def draft_thanks(colleagues: Sequence[str], candidate: str, sender: str) -> Draft:
    """What `sender` could write to `candidate` before, and apart from, any ask.

    `colleagues` are the names of those they met: whom they most enjoyed
    meeting is the one question in it, and nobody else's name is asked for.
    """
    words = {"them": _first(candidate), "me": _first(sender), "colleagues": _colleagues(colleagues)}
    return Draft(THANKS_SUBJECT.format(**words), THANKS.format(**words))


def draft_thanks_for_name(
    terms: Iterable[Terms], candidate: str, asker: str, *, contacted: bool = False
) -> Draft:
    """What `asker` could write to `candidate` who gave a name, or some, on these terms.

    It thanks for the trust and says how they are protected. Of the person named it says nothing but, where that is
    so, that we wrote to them: not who they are, how interested, how far, for how much.
    """
    given = set(terms)
    words = {
        "them": _first(candidate),
        "me": _first(asker),
        "done": WRITTEN if contacted else "",
        "kept": " ".join(sentence for one, sentence in KEPT.items() if one in given),
    }
    return Draft(THANKS_SUBJECT.format(**words), NAME_THANKS.format(**words))


def doorway(job_title: str) -> Doorway:
    """The sentences to say at the door; the draft for a talk says the same."""
    return Doorway(QUESTION.format(role=_role(job_title)), WAY_OUT, MAY_I_SAY)


def with_quiet_lines(body: str, keys: Iterable[str], links: Links) -> str:
    """The body with the quiet lines of these keys before its closing: the sentences together, each link by itself.

    A line never comes twice. A key that is none of QUIET_LINES raises KeyError.
    """
    wanted = [QUIET_LINES[key] for key in dict.fromkeys(keys)]
    sentences = [line for line in wanted if "{" not in line and line not in body]
    linked = [line.format(**links._asdict()) for line in wanted if "{" in line]
    paragraphs = [" ".join(sentences), *(line for line in linked if line not in body)]
    if not any(paragraphs):
        return body
    message, closing = split_closing(body)
    return "\n\n".join(part for part in (message.rstrip(), *paragraphs, closing) if part)


def split_closing(body: str) -> tuple[str, str]:
    """The message and its closing: from "All the best," on, "" where there is none."""
    lines = body.splitlines(keepends=True)
    for number in range(len(lines) - 1, -1, -1):
        if lines[number].strip().rstrip(",.! ").lower() in CLOSINGS:
            return "".join(lines[:number]), "".join(lines[number:])
    return body, ""


def _colleagues(names: Sequence[str]) -> str:
    """The end of the question, as in "…: Maya, Jon or Sam", by first name where that tells them apart.

    "" where there is no choice to offer, or too much of it.
    """
    plain = list(dict.fromkeys(filter(None, map(_plain, names))))
    first = [_first(name) for name in plain]
    told = [one if first.count(one) == 1 else name for one, name in zip(first, plain, strict=True)]
    if not 1 < len(told) <= MOST_COLLEAGUES:
        return ""
    return f": {', '.join(told[:-1])} or {told[-1]}"


def _first(name: str) -> str:
    return _plain(first_name(name))


def spoken_title(job_title: str) -> str:
    """The title in a few words, as one would say it: without codes and additions in brackets; "" where none is left."""
    title = _plain(re.sub(r"\([^)]*\)|\[[^\]]*\]|\{[^}]*\}", " ", job_title))
    if len(title) > MOST_TITLE_LETTERS:
        title = title[:MOST_TITLE_LETTERS].rsplit(" ", 1)[0]
    return title.strip(" -,;:/|")


def _role(job_title: str) -> str:
    title = spoken_title(job_title)
    return f"the {title} role" if title else "this role"


def _plain(words: str) -> str:
    """Words on one line, without the marks of a placeholder."""
    return " ".join(re.sub(r"[\[\]{}<>]", " ", words).split())
