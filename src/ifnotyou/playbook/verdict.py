"""May we ask: playbook rules 1 and 2.

Rules are tried in the order never, decide, missed; the first kind that has a
reason is the verdict, and all reasons of that kind are told. With none, we ask.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from ifnotyou.playbook.offers import DOUBTS, Doubt
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.reasons import NOTHING_RECORDED, Category, Reason
from ifnotyou.playbook.records import Candidate, Job, JobStatus, Offer


class Verdict(StrEnum):
    """What the playbook says of one decline."""

    ASK = "ask"
    DECIDE = "decide"
    NEVER = "never"
    MISSED = "missed"


class Why(NamedTuple):
    """One reason for a verdict: a code for programs, a sentence for people."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Decline:
    """One declined offer with all that decides whether we may ask.

    `the_one_to_ask` is another declined offer of the same human being, if the
    ask belongs there; `namesakes` are records that may be the same person and
    would matter if they were; `restored_on` is the day of a restored backup,
    before which an ask may have been forgotten.
    """

    offer: Offer
    candidate: Candidate
    job: Job
    reason: Reason
    do_not_contact: bool = False
    asked_on: date | None = None
    the_one_to_ask: Offer | None = None
    joined_us: bool = False
    offer_open: bool = False
    earlier_critique: bool = False
    unhappy: bool = False
    namesakes: tuple[Candidate, ...] = ()
    restored_on: date | None = None

    @property
    def day(self) -> date | None:
        """The day of the decline, None where it is not known."""
        return self.offer.resolved_at.date() if self.offer.resolved_at else None

    @property
    def them(self) -> str:
        """What to call the candidate in a sentence."""
        return first_name(self.candidate.name)

    def last_day(self, policy: Policy) -> date | None:
        """The last day on which an ask still feels natural."""
        return self.day + timedelta(days=policy.ask.max_age_days) if self.day else None


OWN_REASONS = {
    Category.PERSONAL: "for personal reasons",
    Category.LOCATION: "because of the place",
    Category.TIMING: "because of the timing",
    Category.OTHER_OFFER: "for another opportunity",
    Category.FOUNDING: "to found something of their own",
    Category.COUNTER_OFFER: "because their employer made a counter-offer",
    Category.COMPENSATION: "over the terms of the offer",
    Category.ROLE: "over the role or its level",
    Category.WORKING_STYLE: "over the way of working",
}
"""The reasons that are somebody's own, in words that give nothing private away."""


def never(decline: Decline, policy: Policy) -> tuple[Why, ...]:
    """Why nobody may ask, whoever met the candidate; empty when somebody may."""
    return tuple(_never(decline, policy))


def judge(
    decline: Decline, best_score: float | None, policy: Policy, today: date
) -> tuple[Verdict, tuple[Why, ...]]:
    """The verdict with its reasons, for a decline that `never` has nothing against.

    `best_score` is the score of the most sincere connection, None where nobody may ask.
    """
    late = tuple(_missed(decline, policy, today))
    if doubts := tuple(_decide(decline, best_score, policy)):
        return Verdict.DECIDE, doubts + late
    if late:
        return Verdict.MISSED, late
    return Verdict.ASK, tuple(_ask(decline, today))


def _never(decline: Decline, policy: Policy) -> Iterator[Why]:
    them = decline.them
    if decline.do_not_contact:
        yield Why("do_not_contact", f"{them} asked not to be contacted.")
    if decline.asked_on and not is_fresh_again(decline.day, decline.asked_on, policy):
        yield Why("asked_before", f"{them} was asked on {decline.asked_on.isoformat()}. Once is the rule.")
    if decline.joined_us:
        yield Why("joined_us", f"{them} has accepted another offer of ours.")
    if (other := decline.the_one_to_ask) is not None:
        if other.candidate_id == decline.offer.candidate_id:
            text = f"{them} declined again later: offer {other.id} is the one to ask about."
        else:
            record = f"candidate {other.candidate_id}, whose offer {other.id}"
            text = f"{them} is the same person as {record} is the one to ask about."
        yield Why("same_person", text)


def unquoted(why: Why, them: str) -> Why:
    """The same reason without a word of what the candidate said, for where these words must not go."""
    return Why(why.code, _criticises(them)) if why.code == "critique" else why


def is_fresh_again(declined: date | None, asked: date | None, policy: Policy) -> bool:
    """Whether a decline of that day came so long after the last ask that a second one is allowed (rule 2)."""
    if declined is None or asked is None:
        return False
    months = (declined.year - asked.year) * 12 + declined.month - asked.month
    return months - (declined.day < asked.day) >= policy.ask.once_months


def _decide(decline: Decline, best_score: float | None, policy: Policy) -> Iterator[Why]:
    them = decline.them
    if decline.reason.category is Category.CRITIQUE:
        words = "; ".join(f'"{words}"' for words in decline.reason.found)
        yield Why("critique", _criticises(them, words))
    elif decline.earlier_critique:
        yield Why(
            "earlier_critique", f"{them} criticised us when declining another offer: the default is no."
        )
    if decline.unhappy:
        yield Why("unhappy", f"{them} gave an unhappy answer in our survey: the default is no.")
    if decline.namesakes:
        others = ", ".join(f"{other.name} (candidate {other.id})" for other in decline.namesakes)
        yield Why(
            "perhaps_same_person", f"May be the same person as {others}: only one of them may be asked."
        )
    yield from _decide_about_the_offer(decline)
    if decline.restored_on:
        yield Why(
            "restored",
            f"This system was restored from a backup on {decline.restored_on.isoformat()}: "
            f"make sure that nobody has asked {them} since the backup.",
        )
    if best_score is None:
        yield Why("nobody_met_them", f"Nobody who may ask has really met {them}: just say thank you.")
    elif best_score < policy.gates.least_score:
        yield Why(
            "no_sincere_connection",
            f"No connection with {them} is warm enough for an ask: just say thank you.",
        )


def _criticises(them: str, words: str = "") -> str:
    return f"{them} seems to criticise us{f' ({words})' if words else ''}: read it first. The default is no."


def _decide_about_the_offer(decline: Decline) -> Iterator[Why]:
    them = decline.them
    if decline.offer.doubt:
        yield Why(f"doubt_{decline.offer.doubt}", DOUBTS[Doubt(decline.offer.doubt)].format(them=them))
    if decline.offer_open:
        yield Why("offer_open", f"Another offer to {them} is still open: wait for the answer.")
    if decline.day is None:
        yield Why("date_unknown", "It is not recorded when the offer was declined.")


def _missed(decline: Decline, policy: Policy, today: date) -> Iterator[Why]:
    last = decline.last_day(policy)
    if last and decline.day and today > last:
        days = (today - decline.day).days
        yield Why(
            "too_old",
            f"Declined {days} days ago; after {policy.ask.max_age_days} an ask no longer feels natural.",
        )
    if decline.job.status is JobStatus.FILLED:
        yield Why("role_filled", "The role is filled.")
    if decline.job.status is JobStatus.CLOSED:
        yield Why("role_closed", "The role is closed.")


def _ask(decline: Decline, today: date) -> Iterator[Why]:
    category = decline.reason.category
    if category is Category.UNKNOWN and decline.reason.text != NOTHING_RECORDED:
        yield Why(
            "reason_unknown",
            f"What is recorded does not say clearly why {decline.them} declined: read it first.",
        )
    elif category is Category.UNKNOWN:
        yield Why("reason_unknown", f"Why {decline.them} declined is unknown; whoever asks should know that.")
    else:
        yield Why(
            f"reason_{category}", f"{decline.them} declined {OWN_REASONS[category]}: a reason of their own."
        )
    if decline.day:
        yield Why("fresh", f"Declined {_days_ago((today - decline.day).days)}.")


def _days_ago(days: int) -> str:
    return "today" if days <= 0 else "yesterday" if days == 1 else f"{days} days ago"
