"""What a candidate does on their own page. Each may come twice (a double tap, a form sent again) and counts once."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ifnotyou.models import Ask, Referral
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, referrals


@transaction.atomic
def give_name(
    ask: Ask, given: Given, terms: Terms, *, wording: str, wants_word: bool = False, now: datetime
) -> Referral | None:
    """Keep a name. The same person told again is the same referral, with the terms and the words told last.

    None where nothing is kept because that person asked us not to. `wording` is the sentence of the permission to
    name the giver.
    """
    referral = referrals.give(ask, given, terms, now=now, wording=wording, wants_word=wants_word)
    vip = referral.vip if referral is not None else None
    if referral is None or vip is None or vip.contacted_at is not None:
        return referral
    if given.why and given.why != referral.why:
        referral.why = given.why
        referral.save(update_fields=["why"])
    return referral


@transaction.atomic
def say_nobody(ask: Ask, *, now: datetime) -> None:
    """Nobody comes to mind."""
    ask = asks.locked(ask)
    if referrals.names_of(ask):
        raise Refusal("gave_a_name", "A name was given: take that back first.")
    if ask.state != AskState.NOBODY:
        asks.say_nobody(ask, by=None, now=now)


@transaction.atomic
def say_never_again(ask: Ask, *, now: datetime) -> None:
    """They do not want to be asked again."""
    ask = asks.locked(ask)
    if ask.state != AskState.OPTED_OUT:
        asks.say_opted_out(ask, by=None, now=now)
