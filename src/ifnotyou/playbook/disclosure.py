"""Their terms of disclosure (playbook rule 6): who may know from whom a name came, and what may be said of it.

"Anonymous" is said only where nobody at the company can find out,
"confidential" where somebody knows: never one for the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Terms(StrEnum):
    """On which terms a name was given, the easiest first."""

    INTRODUCE = "introduce"
    """They make the introduction themselves; we never write to their friend."""
    NAMED = "named"
    """We may say who suggested it: a permission of its own."""
    CONFIDENTIAL = "confidential"
    """Only the asker knows. Passed on only by the steward's recorded weighing."""
    ANONYMOUS = "anonymous"
    """Nobody can find out."""


KNOWN = (Terms.INTRODUCE, Terms.NAMED, Terms.CONFIDENTIAL)
"""The terms on which a name can be given to somebody's face, or on a page that is one's own: never anonymous."""

VEILED = frozenset({Terms.CONFIDENTIAL, Terms.ANONYMOUS})
"""Nobody but the asker (or nobody at all) may learn who it was, so a date is no finer than the week."""

QUIET_HOUR = 5
"""UTC. Once a day, in this hour, veiled names move on: whatever came in, and whenever."""

PERMISSION = "Yes, you may say that it came from me."
PERMISSION_VERSION = "2026-11"
"""Of the sentence with which somebody lets us name them; another when its wording changes."""


@dataclass(frozen=True)
class Given:
    """What somebody told about one person, cleaned: no telephone number, no address that is not welcome.

    `found_at` is a public profile, `email` an address that the giver says is welcome.
    """

    name: str
    found_at: str = ""
    email: str = ""
    works_at: str = ""
    why: str = ""


def week_of(day: date) -> date:
    """The Monday of that week: as exactly as a veiled name is dated."""
    return day - timedelta(days=day.weekday())


def source_sentence(terms: Terms, referrer: str, role: str) -> str:
    """What the person named may be told about where we have their name from (requirements of GDPR Art. 14(2)(f)).

    `referrer` is used only where it may be told; "" where their data, and with it the link to them, is erased.
    """
    if terms in {Terms.NAMED, Terms.INTRODUCE}:
        if not referrer:
            return "Somebody who talked with us suggested you. What we held about them has been erased."
        return f"{referrer} suggested you, and is happy for you to know."
    if terms is Terms.CONFIDENTIAL:
        return (
            "Somebody in your field who recently talked with us suggested you "
            "and asked us not to pass on their name."
        )
    return (
        f"Your name came to us through our anonymous page for {role}; by design we cannot trace who gave it."
    )
