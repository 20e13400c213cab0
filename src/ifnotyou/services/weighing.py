"""The steward's recorded weighing, whether somebody named may learn who named them in confidence (requirement Q1).

Five steps, each recorded, none skipped: the referrer is asked again, by the asker; the steward notes what speaks for
either side; decides, with reasons; where it is to be told, the asker tells the referrer first, with the reasons; only
then the name is shown. Until then the steward learns neither the asker nor the referrer.

What the asker records writes no line into the book and bears no finer date than the week: a line beside that of the
card they opened a minute before would tell which card it was.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from enum import StrEnum

from django.db import transaction

from ifnotyou.models import Ask, DataRequest, Referral, User, Weighing
from ifnotyou.playbook.disclosure import Terms, week_of
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.retention import ANSWER_MONTHS, add_months
from ifnotyou.queries.confidences import ask_of_confidence, confidences_by_ask
from ifnotyou.services import audit
from ifnotyou.services.later import later


class Says(StrEnum):
    """What the referrer says when asked again."""

    AGREES = "agrees"
    OBJECTS = "objects"
    SILENT = "silent"


class Decision(StrEnum):
    """What the weighing came to."""

    TELL = "tell"
    KEEP = "keep"


class Step(StrEnum):
    """What a weighing waits for."""

    ASKED_AGAIN = "asked_again"
    """The asker asks the referrer again and records what they say."""
    INTERESTS = "interests"
    """The steward notes both interests."""
    DECISION = "decision"
    """The steward decides, with reasons."""
    TELL_FIRST = "tell_first"
    """The asker tells the referrer, with the reasons, before anything is disclosed."""
    DISCLOSE = "disclose"
    """The steward may look at the name."""
    DONE = "done"


def step_of(weighing: Weighing) -> Step:
    """The first step that is not recorded yet."""
    if not weighing.referrer_says:
        return Step.ASKED_AGAIN
    if not (weighing.vip_interest and weighing.referrer_interest):
        return Step.INTERESTS
    if not (weighing.decision and weighing.reasons and weighing.decided_on):
        return Step.DECISION
    if weighing.decision != Decision.TELL:
        return Step.DONE
    if weighing.referrer_told_on is None:
        return Step.TELL_FIRST
    return Step.DISCLOSE if weighing.disclosed_on is None else Step.DONE


@transaction.atomic
def open_weighing(referral: Referral, *, by: User, now: datetime) -> Weighing:
    """Begin to weigh, or go on with the weighing that there is; the asker is asked to ask again."""
    referral = Referral.objects.select_for_update().get(pk=referral.pk)
    if referral.terms != Terms.CONFIDENTIAL:
        raise Refusal("not_confidential", "There is nothing to weigh: this name was not given in confidence.")
    for weighing in referral.weighings.order_by("pk"):
        if weighing.decision != Decision.KEEP:
            return weighing
    if not referral.source:
        raise Refusal(
            "link_erased",
            "The way back to whoever gave this name was erased on schedule: nobody here can find out any more. "
            "Answer with the sentence about the source.",
        )
    weighing = Weighing.objects.create(
        workspace_id=referral.workspace_id, referral=referral, opened_by=by, opened_on=now.date()
    )
    _freeze(referral, by=by, today=now.date())
    audit.write(by, "began_to_weigh", weighing, referral=referral.pk)
    _tell_asker(weighing)
    return weighing


@transaction.atomic
def record_answer(weighing: Weighing, says: Says, why: str) -> None:
    """What the referrer said when the asker asked again. Can be corrected until the steward has decided."""
    weighing = _locked(weighing)
    if weighing.decision:
        raise Refusal("decided", "The steward has decided already.")
    weighing.referrer_says, weighing.referrer_why = says.value, why.strip()
    weighing.save(update_fields=["referrer_says", "referrer_why"])


@transaction.atomic
def note_interests(weighing: Weighing, vip_interest: str, referrer_interest: str, *, by: User) -> None:
    """What speaks for the person who asks, and what for the one who asked for confidence."""
    weighing = _locked(weighing)
    if step_of(weighing) not in {Step.INTERESTS, Step.DECISION}:
        raise _not_now(weighing)
    if not vip_interest.strip() or not referrer_interest.strip():
        raise Refusal("both", "Both sides have to be heard: note an interest of each.")
    weighing.vip_interest, weighing.referrer_interest = vip_interest.strip(), referrer_interest.strip()
    weighing.save(update_fields=["vip_interest", "referrer_interest"])
    audit.write(by, "noted_interests", weighing)


@transaction.atomic
def decide(weighing: Weighing, decision: Decision, reasons: str, *, by: User, now: datetime) -> None:
    """Tell or keep, with reasons. Where it is to be told, the asker is asked to tell the referrer first."""
    weighing = _locked(weighing)
    if step_of(weighing) is not Step.DECISION:
        raise _not_now(weighing)
    if not reasons.strip():
        raise Refusal("reasons", "A decision needs its reasons: the referrer will hear them.")
    weighing.decision, weighing.reasons, weighing.decided_on = decision.value, reasons.strip(), now.date()
    weighing.save(update_fields=["decision", "reasons", "decided_on"])
    audit.write(by, "weighed", weighing, decision=decision.value)
    if decision is Decision.TELL:
        _tell_asker(weighing)


@transaction.atomic
def say_told(weighing: Weighing, *, now: datetime) -> None:
    """The asker has told the referrer, with the reasons, that their name will be disclosed."""
    weighing = _locked(weighing)
    if step_of(weighing) is not Step.TELL_FIRST:
        raise _not_now(weighing)
    weighing.referrer_told_on = week_of(now.date())
    weighing.save(update_fields=["referrer_told_on"])


@transaction.atomic
def disclose(weighing: Weighing, *, by: User, now: datetime) -> None:
    """Open the name to the steward, once every step before is recorded; the book keeps that it was, without a name."""
    weighing = _locked(weighing)
    if step_of(weighing) is not Step.DISCLOSE:
        raise _not_now(weighing)
    if ask_of_confidence(weighing.referral) is None:
        raise Refusal(
            "link_erased", "The way back to whoever gave this name was erased: nobody can tell any more."
        )
    weighing.disclosed_on = now.date()
    weighing.save(update_fields=["disclosed_on"])
    audit.write(by, "disclosed", weighing.referral, weighing=weighing.pk)


def source_shown(weighing: Weighing) -> str:
    """The referrer's name where it was disclosed; "" before, and where the way back was erased since."""
    if (
        weighing.disclosed_on is None
        or weighing.decision != Decision.TELL
        or weighing.referrer_told_on is None
    ):
        return ""
    ask = ask_of_confidence(weighing.referral)
    return ask.candidate.name if ask else ""


def belongs_to(weighing: Weighing, ask: Ask) -> bool:
    """Whether the name that is weighed was given to this very ask."""
    found = ask_of_confidence(weighing.referral)
    return found is not None and found.pk == ask.pk


def questions_for(asks: Iterable[Ask]) -> list[tuple[Ask, Weighing]]:
    """The weighings in which the asker of one of these cards has something to do or to read."""
    open_ones = {
        one.referral_id: one
        for one in Weighing.objects.filter(disclosed_on=None).select_related("referral__vip").order_by("pk")
        if step_of(one) is not Step.DONE
    }
    by_key = {ask.pk: ask for ask in asks} if open_ones else {}
    return [
        (by_key[key], open_ones[referral.pk])
        for key, referrals in confidences_by_ask(by_key.values()).items()
        for referral in referrals
        if referral.pk in open_ones
    ]


def asker_of(weighing: Weighing) -> User | None:
    """The colleague to whom the name was told; None where they no longer sign in."""
    ask = ask_of_confidence(weighing.referral)
    user = getattr(ask.asker, "user", None) if ask else None
    return user if isinstance(user, User) and user.is_active else None


def _tell_asker(weighing: Weighing) -> None:
    later("tell_of_weighing", workspace_id=weighing.workspace_id, weighing_id=weighing.pk)


def _freeze(referral: Referral, *, by: User, today: date) -> None:
    """Somebody asks what we hold, so nothing of theirs is erased by the calendar until they have an answer."""
    if referral.vip is None or referral.vip.requests.filter(answered_on=None).exists():
        return
    request = DataRequest.objects.create(
        workspace_id=referral.workspace_id,
        vip=referral.vip,
        opened_by=by,
        opened_on=today,
        due_on=add_months(today, ANSWER_MONTHS),
    )
    audit.write(by, "request_opened", request)


def _locked(weighing: Weighing) -> Weighing:
    """The weighing as it stands now, and nobody else's until the transaction ends."""
    return Weighing.objects.select_for_update(of=("self",)).select_related("referral").get(pk=weighing.pk)


def _not_now(weighing: Weighing) -> Refusal:
    texts = {
        Step.ASKED_AGAIN: "First the referrer is asked again: we wait for what they say.",
        Step.INTERESTS: "First note what speaks for either side.",
        Step.DECISION: "First decide, with reasons.",
        Step.TELL_FIRST: "First the referrer is told, with the reasons: we wait for the word that they were.",
        Step.DISCLOSE: "That was recorded already: the name may be shown now.",
        Step.DONE: "This weighing is over.",
    }
    return Refusal("not_now", texts[step_of(weighing)])
