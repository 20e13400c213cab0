"""The words for codes that pages show."""

from __future__ import annotations

from functools import lru_cache

from django import template
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from ifnotyou.models import Ask, Decline
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.reasons import CATEGORY_NAMES
from ifnotyou.queries.declines import Row

register = template.Library()

STAGES = {
    Stage.TO_ASK: ("ask", "Ask"),
    Stage.TO_DECIDE: ("decide", "Decide"),
    Stage.HANDED: ("wait", "With a colleague"),
    Stage.ASKED: ("done", "Asked"),
    Stage.ENDED: ("done", "Over"),
    Stage.LEFT: ("never", "Left alone"),
    Stage.MISSED: ("missed", "Missed"),
    Stage.NEVER: ("never", "Never"),
}
STATES = {
    AskState.WAITING: ("wait", "Waits for you"),
    AskState.PASSED: ("done", "Passed on"),
    AskState.WITHDRAWN: ("done", "Taken back"),
    AskState.TALKING: ("wait", "You are going to talk"),
    AskState.TAKEN: ("wait", "In your mail program"),
    AskState.SENDING: ("wait", "Leaving"),
    AskState.UNCERTAIN: ("warn", "Did it leave?"),
    AskState.ASKED: ("done", "Asked"),
    AskState.NAMED: ("done", "A name came back"),
    AskState.NOBODY: ("done", "Nobody in mind"),
    AskState.SILENT: ("done", "Closed, no answer"),
    AskState.OPTED_OUT: ("never", "Not to be contacted"),
}
SEEN_BY_OTHERS = {
    AskState.WAITING: "has the card.",
    AskState.PASSED: "passed the card on.",
    AskState.WITHDRAWN: "had the card; it was taken back.",
    AskState.TALKING: "is going to ask in conversation.",
    AskState.TAKEN: "is writing from their own mail program.",
    AskState.SENDING: "is sending the note this moment.",
    AskState.UNCERTAIN: "is looking whether the note left.",
    AskState.ASKED: "asked. Now it is theirs to answer, or not.",
    AskState.NAMED: "asked, and a name came back.",
    AskState.NOBODY: "asked; they had nobody in mind.",
    AskState.SILENT: "asked; no answer came, and that is fine.",
    AskState.OPTED_OUT: "asked; they would rather not be contacted.",
}
TABS = (
    (Stage.TO_ASK, "To ask"),
    (Stage.TO_DECIDE, "To decide"),
    (Stage.HANDED, "With a colleague"),
    (Stage.ASKED, "Asked"),
    (Stage.ENDED, "Over"),
    (Stage.MISSED, "Missed"),
    (Stage.LEFT, "Left alone"),
    (Stage.NEVER, "Never"),
    ("", "All"),
)
SURENESS = {"clear": "clearly", "lean": "most likely", "toss-up": "a close call"}
SURENESS_TOLD = {
    "clear": "The first one is clearly the one.",
    "lean": "The first one is most likely the one.",
    "toss-up": "It is a close call: any of the first ones will do.",
}


@register.simple_tag
def stage_tag(decline: Decline) -> SafeString:
    """The mark of where a decline stands."""
    return format_html('<span class="tag {}">{}</span>', *STAGES[Stage(decline.stage)])


ROW = (
    '<li><div><a href="{}"><strong>{}</strong></a><br><span class="quiet">{}</span></div>'
    '<div><span class="tag {}">{}</span><br><span class="quiet">{}</span></div>'
    '<div>{}<br><span class="quiet">{}</span></div><div class="quiet">{}</div></li>\n'
)


@register.simple_tag
def inbox_rows(rows: list[Row]) -> SafeString:
    """The rows of the inbox. Not in a template: twenty-five of them took more time there than all else together."""
    page = reverse("decline", args=[0])
    return format_html_join("", ROW, (_cells(row, page) for row in rows))


def _cells(row: Row, page: str) -> tuple[str, ...]:
    return (
        page.replace("0", str(row.pk)),
        row.candidate,
        row.job or "a role",
        *STAGES[Stage(row.stage)],
        row.because[0]["text"] if row.because else "",
        row.asker or "Nobody yet",
        SURENESS.get(row.confidence, ""),
        f"{row.declined_at.day} {row.declined_at:%b %Y}" if row.declined_at else "Day unknown",
    )


@register.simple_tag
def inbox_tabs(chosen: str, counts: dict[str, int]) -> SafeString:
    """The parts of the inbox, with how many wait in those that want something of somebody."""
    here = mark_safe(' aria-current="page"')
    tabs = (
        (
            stage,
            here if stage == chosen else "",
            word,
            format_html(' <span class="count">{}</span>', counts[stage]) if stage in counts else "",
        )
        for stage, word in TABS
    )
    return format_html_join("", '<li><a href="?stage={}"{}>{}{}</a></li>', tabs)


@register.simple_tag
@lru_cache(maxsize=32)
def category_options(chosen: str) -> SafeString:
    """The choices of the filter by reason; made once for each of them."""
    options = (
        (value, mark_safe(" selected") if value == chosen else "", word)
        for value, word in CATEGORY_NAMES.items()
    )
    return format_html_join("", '<option value="{}"{}>{}</option>', options)


@register.simple_tag
def state_tag(ask: Ask) -> SafeString:
    """The mark of where a card stands, as its asker sees it."""
    return format_html('<span class="tag {}">{}</span>', *STATES[AskState(ask.state)])


@register.filter
def seen_by_others(ask: Ask) -> str:
    """What the asker has done, told to the recruiter."""
    return SEEN_BY_OTHERS[AskState(ask.state)]


@register.filter
def sureness_told(confidence: str) -> str:
    """How sure the first place is, in a sentence."""
    return SURENESS_TOLD.get(confidence, "")
