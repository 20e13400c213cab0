"""The cards of the board, and their words: whose turn it is, by when, who hosts, what may be said of the source.

Not in a template: the cards of a full board took more time there than all else on the page.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta, tzinfo
from html import escape

from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe

from ifnotyou.models import Role, User
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import ENDED, OURS, Step, VipStage
from ifnotyou.playbook.promises import time_zone
from ifnotyou.queries.board import Card, Introduction

STAGES = {
    VipStage.NAMED: "Named",
    VipStage.TAKEN: "Taken",
    VipStage.CONTACTED: "Contacted",
    VipStage.TALKING: "Talking",
    VipStage.IN_PROCESS: "In process",
    VipStage.HIRED: "Hired",
    VipStage.PARTED: "Parted as friends",
}
MOVES: dict[VipStage, dict[VipStage, str]] = {
    VipStage.NAMED: {VipStage.TAKEN: "Take it"},
    VipStage.TAKEN: {VipStage.CONTACTED: "Write the first message", VipStage.NAMED: "Give it back"},
    VipStage.CONTACTED: {
        VipStage.TALKING: "They answered",
        VipStage.IN_PROCESS: "They applied",
        VipStage.PARTED: "Write a goodbye",
    },
    VipStage.TALKING: {
        VipStage.IN_PROCESS: "They applied",
        VipStage.PARTED: "Write a goodbye",
        VipStage.CONTACTED: "A slip: no answer yet",
    },
    VipStage.IN_PROCESS: {
        VipStage.HIRED: "They are hired",
        VipStage.PARTED: "Write a goodbye",
        VipStage.TALKING: "A slip: not in process",
    },
    VipStage.HIRED: {VipStage.IN_PROCESS: "A slip: not hired yet"},
    VipStage.PARTED: {VipStage.TALKING: "They wrote again"},
}
"""By stage, where a card may go from there, and the word on the button."""

NO_ROLE = "a role"
SOON = timedelta(hours=4)
"""A promise that would break within this time is marked, before it does."""

_STEPS = {Step.TAKE: "First message", Step.WRITE: "First message", Step.ANSWER: "Answer"}
_SET_ASIDE = {
    "opted_out": "Set aside: they asked not to be contacted.",
    "colleague": "Set aside: they work here.",
    "in_process": "Set aside: they are in process already.",
    "off_limits": "Set aside: their employer is off limits.",
}
_WEEK = 7
_FIRST_AND_LAST = 2


@dataclass(frozen=True)
class Viewer:
    """Whoever looks at the board, when, and where on earth."""

    key: int
    recruits: bool
    reads_only: bool
    zone: tzinfo
    now: datetime

    def may_act_for(self, card: Card) -> bool:
        """As queries.names.may_act_for, of a card."""
        mine = self.key == card.host or (card.host is None and self.key == card.proposed)
        return not self.reads_only and (self.recruits or mine)


def viewer_of(user: User, now: datetime) -> Viewer:
    """How this user looks at the board."""
    return Viewer(user.pk, user.recruits, user.role == Role.STEWARD, time_zone(user.zone), now)


def due_words(due_at: datetime, viewer: Viewer) -> str:
    """When something is or was due, in words that somebody would use: "by 15:00 today, your time"."""
    due, today = due_at.astimezone(viewer.zone), viewer.now.astimezone(viewer.zone).date()
    days = (due.date() - today).days
    late = due_at < viewer.now
    at = f"{due:%H:%M}"
    if days == 0:
        return f"was due at {at} today, your time" if late else f"by {at} today, your time"
    if late:
        return "was due yesterday" if days == -1 else f"was due on {_day(due, viewer)}"
    if days == 1:
        return f"by {at} tomorrow, your time"
    return f"by {due:%A}, {at} your time" if days < _WEEK else f"by {_day(due, viewer)}"


def cards_html(cards: Iterable[Card], viewer: Viewer) -> SafeString:
    """The cards of a column."""
    page = reverse("name", args=[0])
    return mark_safe("".join(_card(card, viewer, page) for card in cards))  # noqa: S308 - escaped piece by piece


def introductions_html(introductions: Iterable[Introduction], viewer: Viewer) -> SafeString:
    """The introductions that are expected: nobody waits for them aloud."""
    return mark_safe("".join(_introduction(one, viewer) for one in introductions))  # noqa: S308 - as above


def source_words(terms: Terms, referrer: str) -> str:
    """What may be told of who named them, in a few words (the whole sentence: playbook/disclosure.py)."""
    referrer = referrer or "Somebody whose data is erased"
    if terms is Terms.INTRODUCE:
        return f"{referrer} introduced them"
    if terms is Terms.NAMED:
        return f"{referrer} suggested them, and may be named"
    return "Named in confidence" if terms is Terms.CONFIDENTIAL else "Named anonymously"


def _card(card: Card, viewer: Viewer, page: str) -> str:
    acts = viewer.may_act_for(card) and not card.set_aside
    mark, turn = _turn(card, viewer)
    moves = MOVES[VipStage(card.stage)] if acts else {}
    to = " ".join(moves)
    ways = f' data-to="{to}"' if moves else ""
    name = escape(card.name)
    source = "<br>".join(escape(source_words(*one)) for one in card.told)
    return (
        f'<li class="vip {mark}" id="vip-{card.pk}" data-vip="{card.pk}"{ways}>'
        f'<p class="who-is"><span class="initials" aria-hidden="true">{escape(_initials(card.name))}</span> '
        f'<a id="card-{card.pk}" href="{page.replace("0", str(card.pk))}">{name}</a></p>'
        f'<p class="quiet">{escape(card.role or NO_ROLE)}</p>{turn}<p>{escape(_host(card, viewer))}</p>'
        f'<p class="quiet">{source}</p>{_buttons(card, moves, name)}</li>\n'
    )


def _turn(card: Card, viewer: Viewer) -> tuple[str, str]:
    """Whose turn it is and by when; and the mark of the card: late, soon, or nothing."""
    if card.set_aside:
        return "aside", f"<p>{_SET_ASIDE.get(card.set_aside, 'Set aside.')}</p>"
    if card.due_at is None:
        return "", ""
    if card.step not in OURS:
        until = _day(card.due_at.astimezone(viewer.zone), viewer)
        what = f"<strong>{escape(card.step_words)}</strong> " if card.step_words else ""
        return "", f'<p class="due">{_tag("Their turn", "done")} {what}until {until}</p>'
    mine = viewer.key == (card.host if card.host is not None else card.proposed)
    tag = _tag("Your turn" if mine else "Our turn", "wait")
    what = escape(_STEPS.get(Step(card.step)) or card.step_words or "The next step")
    when = f"<strong>{what}</strong> {due_words(card.due_at, viewer)}"
    if card.due_at < viewer.now:
        return "late", f'<p class="due">{_tag("⚠ Promise broken", "warn")} {tag} {when}</p>'
    return "soon" if card.due_at - viewer.now < SOON else "", f'<p class="due">{tag} {when}</p>'


def _tag(word: str, kind: str) -> str:
    return f'<span class="tag {kind}">{word}</span>'


def _host(card: Card, viewer: Viewer) -> str:
    if card.host is not None:
        ended = VipStage(card.stage) in ENDED
        if card.host == viewer.key:
            return "You were the host" if ended else "You host"
        return f"{card.host_name} was the host" if ended else f"{card.host_name} hosts"
    if card.set_aside:
        return "Nobody writes"
    if card.proposed is None:
        return "Nobody has taken it yet"
    return f"{'You' if card.proposed == viewer.key else card.proposed_name}? Nobody has taken it yet"


def _buttons(card: Card, moves: dict[VipStage, str], name: str) -> str:
    """What may be done with the card: to take it at once, all else in a fold."""
    if not moves:
        return ""
    buttons = "".join(
        f'<button form="move" name="move" value="{card.pk} {stage}" aria-label="{word}: {name}" '
        f'class="small{"" if stage == VipStage.TAKEN else " secondary"}">{word}</button>'
        for stage, word in moves.items()
    )
    if card.stage == VipStage.NAMED:
        return buttons
    return (
        f'<details><summary id="more-{card.pk}" aria-label="Move: {name}">Move</summary>{buttons}</details>'
    )


def _introduction(one: Introduction, viewer: Viewer) -> str:
    referrer = escape(one.referrer or "Somebody")
    by = f"; expected by {_day(one.expected_on, viewer)}" if one.expected_on else ""
    acts = not viewer.reads_only and (viewer.recruits or one.asker == viewer.key)
    button = (
        f'<p><a href="{reverse("introduction_arrived", args=[one.pk])}" '
        f'aria-label="It has arrived: the introduction by {referrer}">It has arrived</a></p>'
        if acts
        else ""
    )
    return (
        f'<li class="vip expected"><p>{referrer} is introducing somebody{by}; nothing to do.</p>'
        f'<p class="quiet">{escape(one.role or NO_ROLE)}</p>{button}</li>\n'
    )


def _initials(name: str) -> str:
    """Of the first and the last of their names: no pictures here."""
    words = name.split()
    return "".join(
        word[0] for word in (words if len(words) <= _FIRST_AND_LAST else [words[0], words[-1]])
    ).upper()


def _day(day: date, viewer: Viewer) -> str:
    """A day with its year where that is another one."""
    year = "" if day.year == viewer.now.astimezone(viewer.zone).year else f" {day.year}"
    return f"{day.day} {day:%B}{year}"
