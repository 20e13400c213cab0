"""Replies that wait for the asker who forwarded them: their own, and nobody else's."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from ifnotyou.models import Ask, Reply, User
from ifnotyou.playbook.asking import CLAIMED, AskState
from ifnotyou.playbook.people import plain_name
from ifnotyou.queries.asks import cards_of


def replies_of(user: User) -> QuerySet[Reply]:
    """What this user forwarded and has not looked at; within a week the order says nothing."""
    return Reply.objects.filter(user=user).order_by("came_on", "pk")


def cards_to_answer(user: User) -> list[Ask]:
    """The cards whose candidate was asked, or may have been: those to which a reply can belong, the latest first."""
    states = sorted(CLAIMED - {AskState.OPTED_OUT})
    return list(cards_of(user).filter(state__in=states).order_by("-claimed_at", "-pk")[:200])


def likely_card(text: str, cards: Iterable[Ask]) -> Ask | None:
    """The card whose candidate's address, else whose name, stands in the text; None where that is not one."""
    cards = list(cards)
    lower = text.lower()
    by_address = [ask for ask in cards if ask.candidate.email and ask.candidate.email.lower() in lower]
    if len(by_address) == 1:
        return by_address[0]
    words = f" {plain_name(text.replace(',', ' '))} "
    by_name = [ask for ask in cards if (name := plain_name(ask.candidate.name)) and f" {name} " in words]
    return by_name[0] if len(by_name) == 1 else None
