"""Makes docs/doors/*.md of the mail providers from their connectors. See pages.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markup import numbered, table

from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.providers.contract import Provider

FOLDER = Path(__file__).resolve().parent / "doors"
BACK = "https://YOUR-IFNOTYOU/me/mailbox/back/"
PICTURE = "![The page on which an admin sets it up, here for Gmail](gmail.png)"

_WHY = """\
With it, a note leaves from the asker's own {label} mailbox, or waits there among their drafts. Each person connects
their own under *My settings, My mailbox*, and takes it back there at any time. The company only makes the client
through which they do so."""
_ONCE = """\
A note is handed over once. The one ask of this person is used up and written down first; then {label} is called,
outside of any transaction; then the outcome is written down.

{outcomes}

A draft uses the ask up in the same way, as if the note was taken to a mail program: its writer sends it there and says
so here. Where nobody can tell whether a draft was made, the card says so; a draft never leaves by itself."""
_OUTCOMES = (
    ("takes it (2xx)", "it left", "the ask is asked"),
    ("says 401", "it certainly did nothing", "the token is renewed and the note handed over again, once"),
    (
        "says no clearly (400, 403, 404, 413, 429, …)",
        "it did not leave",
        "the ask is free again; the card says why",
    ),
    (
        "cannot be reached: no address, no connection, no trust in its certificate",
        "it did not leave",
        "the same",
    ),
    (
        "hangs, hangs up, answers with 5xx or 408, leads elsewhere, or is not understood",
        "nobody can tell",
        "*uncertain*: the asker looks, and no machine tries again",
    ),
)
_TRIED = """\
“Keep and try” asks with a token that never was: so a wrong client or secret shows at once, and nobody's mailbox is
touched."""
_TOKENS = """\
Consent is asked for with PKCE (S256) and a `state` that is good once and for whoever began. The tokens and the client's
secret are encrypted at rest with the keys of `SECRET_KEY` (`ifnotyou rekey` writes them anew) and stand in no log, page
or audit line. An access token is renewed three minutes before it ends, by one process at a time; a refresh token that
{label} changes is kept with the same statement.

When consent is lost, the person reads so in their settings and on their cards. It frees nothing: what may have left
stays uncertain."""
_REVOKED = """\
*My settings, My mailbox, Remove it* tells {label} that the consent is void, and forgets the tokens here. They are
forgotten even where {label} cannot be reached, and the page says so. Over there: {take_back}

Whoever is switched off here, or has left by the company's files, can send nothing in the same moment; `ifnotyou worker`
then tells {label} once that the consent is void, and forgets it whatever {label} says."""
_NOT_REVOKED = """\
*My settings, My mailbox, Remove it* forgets the tokens here at once. {label} has no way to be told that one consent is
void, and the page says so. Over there: {take_back}

Whoever is switched off here, or has left by the company's files, can send nothing in the same moment, and
`ifnotyou worker` forgets the tokens right after."""


def pages() -> Mapping[str, str]:
    """The text of every page, by its file's name."""
    return {provider.page: _page(provider) for provider in all_providers().values()}


def _page(provider: type[Provider]) -> str:
    told = {"label": provider.label, "take_back": provider.take_back}
    revokes = provider.revocation_address is not Provider.revocation_address
    fields = [("Client ID", ""), ("Client secret", "kept encrypted, never shown again")]
    fields += [(one.label, one.help) for one in provider.fields]
    parts = [
        f"# {provider.label}",
        f"<!-- Made from connectors/mail/providers/{provider.slug}.py by ./run docs: change it there. -->",
        _WHY.format(**told),
        PICTURE,
        "## What to click there",
        numbered(step.replace("{back}", f"`{BACK}`") for step in provider.steps),
        f"*Settings, Doors, {provider.label}* shows the redirect address of your own place, to be copied.",
        "## What to type in here",
        table(("field", "what it is"), fields),
        _TRIED,
        "## Which scopes, and why",
        table(("in their words", "what for"), ((f"`{one.name}`", one.why) for one in provider.scopes)),
        "## Who has to agree over there",
        provider.review,
        "## What we never do with it",
        provider.never,
        "## Once",
        _ONCE.format(
            **told,
            outcomes=table((f"what {provider.label} does", "what it means", "what happens"), _OUTCOMES),
        ),
        "## Tokens",
        _TOKENS.format(**told),
        "## Taking it back",
        (_REVOKED if revokes else _NOT_REVOKED).format(**told),
        f"## When it ends by itself\n\n{provider.ends}",
        "An admin who enters another client, or removes it, ends everybody's: each is told to connect again.",
        "## What no document confirmed",
        "\n".join(f"- {one}" for one in provider.unconfirmed),
    ]
    return "\n\n".join(parts) + "\n"
