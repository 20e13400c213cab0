"""Makes docs/connectors/*.md from the connectors themselves. See pages.py."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from markup import numbered, table

from ifnotyou.connectors.ats import all_systems
from ifnotyou.connectors.ats.contract import AtsConnector, CallsUs, Field, Scope, TakesPeople

FOLDER = Path(__file__).resolve().parent / "connectors"

_READ = """\
Only applications that have, or had, an offer: the candidate (name, address, public profile, employer), the job, how
the offer stands and who ended the application, who met the candidate and when, how they voted, and which colleagues
are still there. What is said in a note or a scorecard, pay, files, telephone numbers and fields of your own are not
kept. A confidential job or private candidate is left out, and counted."""
_WRITTEN = """\
Somebody who was named, only after a host has taken them and been in touch: the person once (looked up first), with a
tag, the host as owner, the source you chose, and a note with nothing confidential in it. Nobody is credited with a
referral."""
_NOT_WRITTEN = "Nothing. Whom a host has been in touch with leaves as a CSV file."
_LOOKS = "ifnotyou looks every five minutes."


def pages() -> Mapping[str, str]:
    """The text of every page, by its file's name."""
    return {f"{slug}.md": _page(system) for slug, system in all_systems().items()}


def _page(system: type[AtsConnector]) -> str:
    parts = [
        f"# {system.label}",
        "Connect it under *Connections*; the test there, and `ifnotyou doctor`, name each scope that is missing.",
        f"<!-- Made from connectors/ats/systems/{system.slug}.py by ./run docs: change it there. -->",
        "## What to click there",
        numbered(system.steps),
        "## What to type in here",
        table(("field", "what it is", ""), (_field(one) for one in system.fields)),
        "## What the key has to be allowed",
        table(("in their words", "what for"), (_scope(one) for one in system.scopes)),
        "## Calls when something happens",
        _calls(system),
        "## What is read",
        _READ,
        "## What is written",
        _WRITTEN if issubclass(system, TakesPeople) else _NOT_WRITTEN,
    ]
    if system.unconfirmed:
        parts += ["## What its documents leave open", "\n".join(f"- {one}" for one in system.unconfirmed)]
    return "\n\n".join(parts) + "\n"


def _calls(system: type[AtsConnector]) -> str:
    if not issubclass(system, CallsUs):
        return f"{system.label} makes none that could be verified: {_LOOKS}"
    steps = [step.replace("{address}", "the address that ifnotyou shows you") for step in system.hook_steps]
    return f"{numbered(steps)}\n\nA call is only a hint: the record is read again. Without calls {_LOOKS}"


def _field(one: Field) -> tuple[str, ...]:
    told = [one.help] if one.help else []
    if one.choices:
        told.append(" / ".join(choice.label for choice in one.choices))
    kept = [word for word, true in (("secret", one.secret), ("may stay empty", not one.required)) if true]
    return one.label, " ".join(told), ", ".join(kept)


def _scope(one: Scope) -> tuple[str, ...]:
    return f"`{one.name}`", one.why + ("; leave it out if nobody is to be filed there" if one.writing else "")
