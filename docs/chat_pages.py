"""Makes docs/doors/*.md of the chats from their connectors. See pages.py."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from markup import numbered, table

from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import CallsUs, ChatConnector, FindsPeople

FOLDER = Path(__file__).resolve().parent / "doors"
ADDRESS = "https://YOUR-IFNOTYOU/hooks/chat/{slug}/1/"

_TOLD = """\
What comes in the chat is what would have come by mail, and shorter: a card waits, the one reminder, a card came back,
names came in for a role, a word of thanks is due, somebody was proposed, handed over or answered (to their host), a
promise is due soon, and Monday's digest. Each has one line, one or two sentences, and a button to the page. A card
tells the candidate's first name and the role, as the mail does.

Sign-in links, invitations, and what the law wants (a question of the steward's, names that wait for a first contact,
a record to be erased elsewhere) always come by mail."""
_FAILS = """\
The word goes by mail instead, once, and the trouble stands in that person's settings; where it is not theirs alone
(a revoked token, a missing scope), also on the page of the doors. When {label} has trouble of its own or asks for
patience, it is tried up to three times within twenty seconds. Where nobody can tell whether it arrived (the line
broke), it goes by mail too: a colleague who hears twice is better off than one who does not hear. Nothing of this
ever goes to a candidate."""
_BUTTONS = """\
- **I'll ask in conversation** opens a window with the doorway: the sentence to say, the one that lets them off, and
  "may I say that it came from you?". Only *I'll ask them* in that window uses the one ask up, by the same rules as the
  page; a refusal is told in the window. The name is put on the card, on the page: nobody's name is typed into a chat.
- **Write a note** leads to the page: words are written there.
- **Somebody else, please** asks once more, and passes the card on.

Afterwards the message is written anew, without its buttons; one that was pressed in an old message answers in words.

A call is taken only with its signature (HMAC-SHA256 over the body as it came, compared in constant time), not older
than five minutes, from your own workspace, and once: a replayed one is refused. Whoever is not known by their id, or
is switched off here, can do nothing."""
_LINKS = (
    "Every button is a link to a page here, where one signs in: nothing can be done from within the chat."
)
_FOUND = """\
Everybody chooses it in *My settings, How we reach you*. They are looked up by the mail address that they sign in with
here, and a first word comes at once."""
_OWN = """\
Nothing is set up for the company. Everybody who likes makes it for themselves, pastes the address in *My settings, How
we reach you*, and a first word comes at once. The address is a secret: whoever has it can post to that person."""


def pages() -> Mapping[str, str]:
    """The text of every page, by its file's name."""
    return {f"{slug}.md": _page(chat) for slug, chat in all_chats().items()}


def _page(chat: type[ChatConnector]) -> str:
    parts = [
        f"# {chat.label}",
        f"<!-- Made from connectors/chat/systems/{chat.slug}.py by ./run docs: change it there. -->",
        chat.why,
        *([f"![{chat.label}, as an admin sets it up here]({chat.slug}.png)"] if chat.fields else []),
        "## What to click there",
        *_begin(chat),
        numbered(chat.steps),
        *_manifest(chat),
    ]
    if chat.fields:
        fields = ((one.label, one.help) for one in chat.fields)
        parts += ["## What to type in here", table(("field", "where it stands"), fields)]
    if chat.scopes:
        scopes = ((f"`{one.name}`", one.why) for one in chat.scopes)
        parts += ["## Which scopes, and why", table(("in their words", "what for"), scopes)]
    parts += [
        "## Who is told there",
        _FOUND if issubclass(chat, FindsPeople) else _OWN,
        "## What is told",
        _TOLD,
        "## Buttons",
        _BUTTONS if issubclass(chat, CallsUs) else _LINKS,
        "## What we never do",
        "\n".join(f"- {one[0].upper()}{one[1:]}." for one in chat.never),
        "## When it fails",
        _FAILS.format(label=chat.label),
    ]
    if chat.unconfirmed:
        parts += ["## What its documents leave open", "\n".join(f"- {one}" for one in chat.unconfirmed)]
    return "\n\n".join(parts) + "\n"


def _begin(chat: type[ChatConnector]) -> Iterable[str]:
    if chat.fields:
        yield (
            f"First open *Settings, Doors, {chat.label}* here and choose *Begin*: the page then shows the manifest "
            "with the address that belongs into it."
        )


def _manifest(chat: type[ChatConnector]) -> Iterable[str]:
    if text := chat.manifest(ADDRESS.format(slug=chat.slug)):
        yield "The manifest, with the address that your page shows in place of this one:"
        yield f"```yaml\n{text}```"
