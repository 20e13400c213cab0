"""What became of an offer, by what a system for applicants tells: whether the candidate turned it down (rule 1).

No such system has an event "offer declined". What there is: the state of the newest offer, and who ended the
application. "Rejected" alone may mean that the candidate refused, that one of us refused to approve, or that the
company let the candidate go. Hence one table, and a doubt where it cannot be told: then a person decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from ifnotyou.playbook.records import OfferStatus


class OfferState(StrEnum):
    """Where the newest offer of an application stands, whatever the system calls it; anything else is UNKNOWN."""

    NOT_SENT = "not_sent"
    """A draft, waiting for approval, or refused by one of us: the candidate has not seen it."""
    APPROVED = "approved"
    """Approved here; whether it went out is not told."""
    SENT = "sent"
    ACCEPTED = "accepted"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    """Taken back by us, or deleted."""
    SUPERSEDED = "superseded"
    """Replaced by a new version that we have not seen yet."""
    UNKNOWN = "unknown"


class EndedBy(StrEnum):
    """Who ended the application."""

    NOBODY = "nobody"
    """It is still open."""
    CANDIDATE = "candidate"
    COMPANY = "company"
    UNKNOWN = "unknown"


class Doubt(StrEnum):
    """Why a person has to look before anybody asks."""

    CONTRADICTION = "contradiction"
    NOT_UPDATED = "not_updated"
    WHO_ENDED_IT = "who_ended_it"
    LEFT_AFTER_SIGNING = "left_after_signing"
    STATE_UNKNOWN = "state_unknown"


class Outcome(NamedTuple):
    """What became of an offer. A status of None: nobody outside ever had one."""

    status: OfferStatus | None
    doubt: Doubt | None = None


_NO_OFFER = Outcome(None)
_OPEN = Outcome(OfferStatus.OPEN)
_RESCINDED = Outcome(OfferStatus.RESCINDED)
_ACCEPTED = Outcome(OfferStatus.ACCEPTED)
_DECLINED = Outcome(OfferStatus.DECLINED)


def _perhaps(doubt: Doubt) -> Outcome:
    return Outcome(OfferStatus.DECLINED, doubt)


_BY_STATE: Mapping[OfferState, tuple[Outcome, Outcome, Outcome, Outcome]] = {
    # where it stands: still open, ended by the candidate, by the company, by nobody knows whom
    OfferState.DECLINED: (
        _DECLINED,
        _DECLINED,
        _perhaps(Doubt.CONTRADICTION),
        _perhaps(Doubt.WHO_ENDED_IT),
    ),
    OfferState.SENT: (_OPEN, _perhaps(Doubt.NOT_UPDATED), _RESCINDED, _perhaps(Doubt.WHO_ENDED_IT)),
    OfferState.APPROVED: (_OPEN, _perhaps(Doubt.NOT_UPDATED), _RESCINDED, _perhaps(Doubt.WHO_ENDED_IT)),
    OfferState.ACCEPTED: (_ACCEPTED, _perhaps(Doubt.LEFT_AFTER_SIGNING), _ACCEPTED, _ACCEPTED),
    OfferState.WITHDRAWN: (_RESCINDED, _RESCINDED, _RESCINDED, _RESCINDED),
    OfferState.SUPERSEDED: (_OPEN, _perhaps(Doubt.NOT_UPDATED), _RESCINDED, _perhaps(Doubt.WHO_ENDED_IT)),
    OfferState.NOT_SENT: (_NO_OFFER, _NO_OFFER, _NO_OFFER, _NO_OFFER),
    # A word that we have never met is no decline; ended by the candidate, a person looks.
    OfferState.UNKNOWN: (_OPEN, _perhaps(Doubt.STATE_UNKNOWN), _RESCINDED, _perhaps(Doubt.STATE_UNKNOWN)),
}

_COLUMN = {EndedBy.NOBODY: 0, EndedBy.CANDIDATE: 1, EndedBy.COMPANY: 2, EndedBy.UNKNOWN: 3}


def outcome(offer: OfferState, ended_by: EndedBy) -> Outcome:
    """The decision table. `offer` is the newest version; whoever withdrew without an offer is not in here."""
    return _BY_STATE[offer][_COLUMN[ended_by]]


DOUBTS: Mapping[Doubt, str] = {
    Doubt.CONTRADICTION: (
        "The records say both that {them} declined and that we ended the application: perhaps we took the offer back."
    ),
    Doubt.NOT_UPDATED: (
        "{them} withdrew while an offer was out, and the offer was never marked as declined: perhaps they said no."
    ),
    Doubt.WHO_ENDED_IT: "An offer was out and the application has ended; who ended it is not recorded.",
    Doubt.LEFT_AFTER_SIGNING: "{them} had accepted and withdrew later: ask only if you know that it would be welcome.",
    Doubt.STATE_UNKNOWN: "The application ended with an offer in a state that we do not know: look it up first.",
}
"""A sentence for each doubt, for whoever decides."""
