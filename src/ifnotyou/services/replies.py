"""What a candidate answered, read for its asker and kept only as they confirm it.

Reading saves nothing. What is kept goes the way of every name (services/referrals.py); a reply that was forwarded is
deleted as soon as its asker has said what of it to keep.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from ifnotyou.models import Ask, Reply, User
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import reading, referrals
from ifnotyou.services.own_words import own_words
from ifnotyou.services.reading import Cleaned


@dataclass(frozen=True)
class Understood:
    """What a reply says, as far as we understand it."""

    words: str
    """The candidate's own, without quoted text and signature."""
    people: tuple[Cleaned, ...]
    taken_out: tuple[str, ...]
    """What stands in the words and is not offered to be kept (reading.TELEPHONE, reading.ADDRESS)."""
    wants_peace: bool
    is_list: bool


def read_reply(ask: Ask, text: str, *, forwarded: bool = False) -> Understood:
    """Read what the candidate of this ask answered; neither they nor the asker are taken for somebody they named."""
    words = own_words(text, forwarded=forwarded)
    region = ask.workspace.country
    not_these = [ask.candidate.name, ask.asker.name, ask.workspace.name]
    return Understood(
        words,
        people=reading.people_in(words, not_these=not_these, region=region),
        taken_out=reading.what_goes(words, region=region),
        wants_peace=reading.wants_peace(words),
        is_list=reading.is_list(words),
    )


@transaction.atomic
def keep_names(
    ask: Ask, names: Sequence[tuple[Given, Terms]], *, by: User, now: datetime, reply: Reply | None = None
) -> None:
    """Keep the names that the asker confirmed, all or none, and delete the reply in which they stood.

    Somebody who is introduced by name is the introduction that was expected, if one was.
    """
    for given, terms in names:
        expected = referrals.open_introduction(ask) if terms is Terms.INTRODUCE and given.name else None
        if expected is None:
            referrals.give(ask, given, terms, now=now, by=by)
        else:
            referrals.introduction_arrived(expected, given, by=by, now=now)
    if reply is not None:
        reply.delete()


def throw_away(reply: Reply) -> None:
    """Delete a reply of which nothing is to be kept."""
    reply.delete()
