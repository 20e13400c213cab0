"""Who gave a name in confidence: the only place that reads it.

For the asker (services/referrals.py, services/thanks.py), and for the steward's recorded weighing
(services/weighing.py); nobody else may import this (tests/architecture).
"""

from __future__ import annotations

from collections.abc import Iterable

from ifnotyou.models import Ask, Referral
from ifnotyou.playbook.disclosure import Terms

_DIGITS = 20


def source_text(ask: Ask) -> str:
    """What is encrypted into `Referral.source`: always of the same length, so that the length tells nothing."""
    return f"{ask.pk:0{_DIGITS}d}"


def confidences_of(ask: Ask) -> list[Referral]:
    """The names that this ask's candidate gave in confidence.

    Reads every confidential referral of the workspace and keeps its own: a link from the ask would be a way back.
    They live for 90 days at most, so there are never many.
    """
    return [one for one in _confidential() if int(one.source) == ask.pk]


def confidences_by_ask(asks: Iterable[Ask]) -> dict[int, list[Referral]]:
    """The same for many asks at once, by the key of the ask; those without such a name are left out."""
    found: dict[int, list[Referral]] = {}
    wanted = {ask.pk for ask in asks}
    for one in _confidential() if wanted else ():
        if int(one.source) in wanted:
            found.setdefault(int(one.source), []).append(one)
    return found


def ask_of_confidence(referral: Referral) -> Ask | None:
    """The ask from which a confidential name came; None where the link was erased."""
    if referral.terms != Terms.CONFIDENTIAL or not referral.source:
        return None
    return (
        Ask.objects.filter(pk=int(referral.source))
        .select_related("candidate", "asker__user", "decline__job", "workspace")
        .first()
    )


def _confidential() -> list[Referral]:
    return [
        one
        for one in Referral.objects.filter(terms=Terms.CONFIDENTIAL)
        .select_related("vip", "job")
        .order_by("pk")
        if one.source
    ]
