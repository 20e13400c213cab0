"""How long what is kept about people, and when it goes by itself (playbook rules 6 and 7)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta

from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.policy import RetentionPolicy

NOTICE_DAYS = 28
"""The notice is due within one month of receiving the name (Art. 14(3)(a) GDPR): the shortest month."""

ANSWER_MONTHS = 1
"""Whoever asks what we hold has an answer within a month (Art. 12(3) GDPR)."""

TIME_TO_THANK = timedelta(days=21)
"""From the Monday of its week: by then the asker of a confidential name was reminded, and had a fortnight."""

LONGEST_CONSENT_MONTHS = 24
"""With consent a closed name is kept longer, but never longer than this after the last contact (CNIL)."""

APPLIED_MONTHS = {"US": 48}
"""Where a law says how long an application is kept. California wants four years and the rest of the United States
one; a country does not tell the state, and four years satisfy both. Elsewhere the rule of a closed name holds."""


@dataclass(frozen=True)
class NameFacts:
    """What decides how long a name is kept: what happened when, and where the person is."""

    came_on: date
    terms: frozenset[Terms]
    contacted_on: date | None = None
    answered_on: date | None = None
    closed_on: date | None = None
    applied_on: date | None = None
    keep_consent_until: date | None = None
    country: str = ""


def uncontacted_until(came_on: date, terms: Terms, policy: RetentionPolicy) -> date:
    """The day on which a name that nobody contacted is erased by itself."""
    days = policy.anonymous_name_days if terms is Terms.ANONYMOUS else policy.name_days
    return came_on + timedelta(days=days)


def name_until(name: NameFacts, policy: RetentionPolicy) -> date | None:
    """The day on which a name is erased by itself; None while somebody is in touch with the person.

    | what happened | kept until |
    | --- | --- |
    | applied | the time of the law where there is one (APPLIED_MONTHS), else as if closed on that day |
    | nobody was in touch | 28 days after it came; 14 where nobody but anonymous givers named them |
    | contacted, no answer | 60 days after the message |
    | closed | 6 months, or those of the country; longer only with consent, 24 months from the last contact at most |
    | answered, not closed | no end: somebody is in touch |

    Where two of these hold, the earlier day wins; but what a law wants kept of an applicant is kept.
    """
    if name.applied_on is not None:
        months = APPLIED_MONTHS.get(name.country)
        return add_months(name.applied_on, months) if months else _closed_until(name, name.applied_on, policy)
    ends = []
    if name.contacted_on is None:
        ends.append(uncontacted_until(name.came_on, _clock(name.terms), policy))
    elif name.answered_on is None:
        ends.append(name.contacted_on + timedelta(days=policy.unanswered_days))
    if name.closed_on is not None:
        ends.append(_closed_until(name, name.closed_on, policy))
    return min(ends, default=None)


def confidence_until(came_on: date, closed_on: date | None, policy: RetentionPolicy) -> date:
    """The day on which the link to somebody who gave a name in confidence goes.

    When the person named is closed and there was time to thank, and in any case after so many days. Not when the
    asker says that they thanked: the day on which a link goes would tell whose name it was.
    """
    at_most = came_on + timedelta(days=policy.confidence_days)
    return min(at_most, max(came_on + TIME_TO_THANK, closed_on)) if closed_on else at_most


def add_months(day: date, months: int) -> date:
    """The same day so many months later; the last one of the month where there is no such day."""
    years, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + years, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return first.replace(day=min(day.day, (following - first).days))


def _clock(terms: Collection[Terms]) -> Terms:
    """The shorter time holds where nobody at all is known to have named them."""
    return Terms.ANONYMOUS if terms and set(terms) <= {Terms.ANONYMOUS} else Terms.NAMED


def _closed_until(name: NameFacts, closed_on: date, policy: RetentionPolicy) -> date:
    months = round(policy.closed_months_in.get(name.country, policy.closed_months))
    usual = add_months(closed_on, months)
    if name.keep_consent_until is None:
        return usual
    in_touch = [day for day in (name.contacted_on, name.answered_on, closed_on) if day is not None]
    return max(usual, min(name.keep_consent_until, add_months(max(in_touch), LONGEST_CONSENT_MONTHS)))
