"""The loop is closed: the asker is reminded, once, to thank whoever gave a name, and says that they did.

Nothing here writes to a candidate. What is kept with a confidential name is the same whichever asker it was told:
its dates follow from the week in which it came and from nothing that anybody did with another name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction

from ifnotyou.models import Ask, Referral, User, Workspace
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import VEILED, Terms
from ifnotyou.playbook.letters import Draft, draft_thanks_for_name
from ifnotyou.playbook.promises import after_working_days
from ifnotyou.queries.confidences import (
    ask_of_confidence,
    confidences_by_ask,
    confidences_of,
    is_thanked,
    sources_with_thanks,
)
from ifnotyou.services import audit
from ifnotyou.services.later import later

WORKING_DAYS = 2
"""A thank-you comes within two business days (playbook rule 8)."""

VEILED_AFTER = timedelta(days=7)
"""After the Monday of its week a confidential name is worth a reminder: the same day for all of that week."""


def remind_all(workspace: Workspace, *, now: datetime) -> None:
    """Enqueue the one reminder for every name that is due. Safe to run often."""
    by_ask: dict[int, list[Referral]] = defaultdict(list)
    known = Referral.objects.filter(terms__in=[Terms.INTRODUCE, Terms.NAMED], thanks_reminded_on=None)
    thanked = Referral.objects.filter(ask__isnull=False, thanked_on__isnull=False)
    for referral in (
        known.exclude(ask__in=thanked.values("ask")).select_related("ask__asker__user").order_by("pk")
    ):
        if referral.ask is not None:
            by_ask[referral.ask.pk].append(referral)
    for names in by_ask.values():
        if now >= _due(names):
            _remind(workspace, names, now.date())
    # Thanked for or not, all of a week bear the same day: whether a mail leaves is found out when it would.
    confidential = Referral.objects.filter(terms=Terms.CONFIDENTIAL, thanks_reminded_on=None)
    for referral in confidential.filter(came_on__lte=now.date() - VEILED_AFTER).order_by("pk"):
        _remind(workspace, [referral], now.date())


def to_be_reminded(referral: Referral) -> Ask | None:
    """The ask whose asker hears of it by this referral; None where they heard, or said that they thanked.

    Several names of one candidate are one thank-you. That is found out here, when the mail is about to leave, and
    kept nowhere: the rows of confidential names do not show which other names came with them.
    """
    ask = referral.ask or ask_of_confidence(referral)
    if ask is None or ask.state == AskState.OPTED_OUT:
        return None
    names = _names_of(ask)
    if was_thanked(names):
        return None
    reminded = [(one.thanks_reminded_on, one.pk) for one in names if one.thanks_reminded_on]
    return ask if reminded and min(reminded)[1] == referral.pk else None


def thanks_due(cards: Iterable[Ask]) -> list[Ask]:
    """Those of an asker's cards for which a word of thanks is due. As many queries for many cards as for one."""
    asks = [ask for ask in cards if ask.state != AskState.OPTED_OUT]
    names: dict[int, list[Referral]] = defaultdict(list)
    for referral in Referral.objects.filter(ask__in=[ask.pk for ask in asks]):
        if referral.ask_id is not None:
            names[referral.ask_id].append(referral)
    for key, confidential in confidences_by_ask(asks).items():
        names[key] += confidential
    return [ask for ask in asks if names[ask.pk] and not was_thanked(names[ask.pk])]


def was_thanked(names: Iterable[Referral]) -> bool:
    """Whether the asker said that they thanked; several names of one candidate are one thank-you."""
    return any(is_thanked(one) for one in names)


def draft_of_thanks(ask: Ask, names: Iterable[Referral]) -> Draft:
    """What the asker could write to whoever gave these names."""
    names = list(names)
    named = [one.vip for one in names if one.vip is not None]
    return draft_thanks_for_name(
        [Terms(one.terms) for one in names],
        ask.candidate.name,
        ask.asker.name,
        contacted=bool(named) and all(vip.contacted_at is not None for vip in named),
    )


@transaction.atomic
def say_thanked(ask: Ask, *, by: User, now: datetime) -> None:
    """The asker says that they thanked; of a confidential name no line in the book and no column tells it."""
    known = Referral.objects.filter(ask=ask, thanked_on=None).update(thanked_on=now.date())
    Referral.objects.bulk_update(sources_with_thanks(ask), ["source"])
    if known:
        audit.write(by, "thanked", ask)


def _names_of(ask: Ask) -> list[Referral]:
    return [*Referral.objects.filter(ask=ask), *confidences_of(ask)]


def _due(names: Iterable[Referral]) -> datetime:
    """Two working days after the first of these names came, where the asker is."""
    first = min(names, key=lambda one: one.came_on)
    assert first.ask is not None and first.terms not in VEILED  # noqa: S101, PT018 - says so to the type checker
    asker = first.ask.asker
    user = getattr(asker, "user", None)
    zone = user.zone if isinstance(user, User) else asker.timezone
    return after_working_days(datetime.combine(first.came_on, time(), UTC), WORKING_DAYS, zone)


@transaction.atomic
def _remind(workspace: Workspace, names: list[Referral], today: date) -> None:
    """Write down that the reminder goes out and enqueue it, both or neither."""
    fresh = Referral.objects.filter(pk__in=[one.pk for one in names], thanks_reminded_on=None)
    if fresh.update(thanks_reminded_on=today):
        later("remind_of_thanks", workspace_id=workspace.pk, referral_id=min(one.pk for one in names))
