"""Every declined offer with what decides about it, gathered once per human being."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

from ifnotyou.playbook.people import People
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.reasons import Category, Reason, ReasonReader
from ifnotyou.playbook.records import Candidate, Offer, OfferStatus, Records
from ifnotyou.playbook.verdict import Decline

_LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def find_declines(records: Records, people: People, reader: ReasonReader, policy: Policy) -> list[Decline]:
    """Every declined offer, the newest first, those without a date last."""
    finder = _Finder(records, people, reader, policy)
    found = sorted(finder.declines(), key=lambda d: d.offer.id)
    found.sort(key=lambda d: d.offer.resolved_at or _LONG_AGO, reverse=True)
    return found


class _Finder:
    """Offers, survey answers and earlier asks by human being."""

    def __init__(self, records: Records, people: People, reader: ReasonReader, policy: Policy) -> None:
        self._records = records
        self._people = people
        self._reader = reader
        self._policy = policy
        self._offers: dict[str, list[Offer]] = defaultdict(list)
        for offer in records.offers:
            self._offers[self._human(offer.candidate_id)].append(offer)
        self._unhappy = {
            self._human(pulse.candidate_id)
            for pulse in records.pulses
            if pulse.by_candidate and pulse.score is not None and pulse.score <= policy.ask.unhappy_score
        }
        self._asked_on: dict[str, date] = {}
        for ask in records.asks:
            if ask.asked and ask.candidate_id in people.same:
                human = self._human(ask.candidate_id)
                self._asked_on[human] = max(ask.asked_at.date(), self._asked_on.get(human, date.min))

    def declines(self) -> Iterator[Decline]:
        for human, offers in self._offers.items():
            declined = sorted((o for o in offers if o.status is OfferStatus.DECLINED), key=_when)
            if declined:
                yield from self._of_one_human(human, offers, declined)

    def _of_one_human(self, human: str, offers: list[Offer], declined: list[Offer]) -> Iterator[Decline]:
        """The declines of one human being, `declined` in order of time: the newest is the one to ask about."""
        records = [self._records.candidates[member] for member in self._people.same[human]]
        reasons = {offer: self._reason(offer) for offer in declined}
        critical = [offer for offer, reason in reasons.items() if reason.category is Category.CRITIQUE]
        for offer, reason in reasons.items():
            yield Decline(
                offer=offer,
                candidate=self._records.candidates[offer.candidate_id],
                job=self._records.jobs[offer.job_id],
                reason=reason,
                do_not_contact=any(record.do_not_contact for record in records),
                asked_on=self._asked_on.get(human),
                the_one_to_ask=None if offer is declined[-1] else declined[-1],
                joined_us=any(o.status is OfferStatus.ACCEPTED and _when(o) >= _when(offer) for o in offers),
                offer_open=any(o.status is OfferStatus.OPEN for o in offers),
                earlier_critique=any(other is not offer for other in critical),
                unhappy=human in self._unhappy,
                namesakes=self._namesakes(human),
                restored_on=self._restored_on(offer),
            )

    def _reason(self, offer: Offer) -> Reason:
        """The reason as it was read; what is not sure enough counts as unknown, but for a critique."""
        reason = self._reader.read(offer.decline_reason, offer.decline_notes)
        unsure = (
            reason.confidence < self._policy.ask.least_confidence and reason.category is not Category.CRITIQUE
        )
        return replace(reason, category=Category.UNKNOWN) if unsure else reason

    def _restored_on(self, offer: Offer) -> date | None:
        """The day on which we may have forgotten an ask about this offer; None where we cannot have."""
        restored_at = self._records.restored_at
        if restored_at is None or (offer.resolved_at and offer.resolved_at >= restored_at):
            return None
        return restored_at.date()

    def _namesakes(self, human: str) -> tuple[Candidate, ...]:
        """Records that may be the same person, as far as it would matter: they declined, joined or said no to us."""
        perhaps = {
            other for member in self._people.same[human] for other in self._people.perhaps.get(member, ())
        }
        return tuple(
            self._records.candidates[other] for other in sorted(perhaps) if self._would_matter(other)
        )

    def _would_matter(self, candidate_id: str) -> bool:
        human = self._human(candidate_id)
        told = {OfferStatus.DECLINED, OfferStatus.ACCEPTED}
        return (
            any(self._records.candidates[member].do_not_contact for member in self._people.same[human])
            or any(offer.status in told for offer in self._offers.get(human, ()))
            or human in self._asked_on
        )

    def _human(self, candidate_id: str) -> str:
        return self._people.same[candidate_id][0]


def _when(offer: Offer) -> tuple[datetime, str]:
    return offer.resolved_at or offer.sent_at or _LONG_AGO, offer.id
