"""Who gave a name in confidence: the only place that reads it.

For the asker (services/referrals.py, services/thanks.py), and for the steward's recorded weighing
(services/weighing.py); nobody else may import this (tests/architecture).
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import QuerySet

from ifnotyou.models import Ask, Referral
from ifnotyou.playbook.disclosure import Terms

_DIGITS = 20


def source_text(ask_id: int, *, thanked: bool = False, wants_word: bool = False) -> str:
    """What is encrypted into `Referral.source`: always of the same length, so that the length tells nothing.

    Whether the asker has thanked, and whether the giver would like to read that we have spoken, stands there too: in
    columns of their own they would show which names came together.
    """
    return f"{ask_id:0{_DIGITS}d}{thanked:d}{wants_word:d}"


def is_thanked(referral: Referral) -> bool:
    """Whether the asker said that they thanked for this name."""
    if referral.terms == Terms.CONFIDENTIAL:
        return referral.source[_DIGITS : _DIGITS + 1] == f"{True:d}"
    return referral.thanked_on is not None


def wants_word_of(referral: Referral) -> bool:
    """Whether the giver would like to read on their page that we have spoken."""
    if referral.terms == Terms.CONFIDENTIAL:
        return referral.source[_DIGITS + 1 :] == f"{True:d}"
    return referral.wants_word


def sources_with_thanks(ask: Ask) -> list[Referral]:
    """Every confidential referral, locked, with its source written anew: those of this ask as thanked for.

    All of them, so that saving them shows nothing of which they were.
    """
    rows = _confidential(Referral.objects.select_for_update(of=("self",)))
    for one in rows:
        thanked = is_thanked(one) or _ask_of(one) == ask.pk
        one.source = source_text(_ask_of(one), thanked=thanked, wants_word=wants_word_of(one))
    return rows


def sources_with_wish(ask: Ask, *, wanted: bool) -> list[Referral]:
    """The same for the wish to read that we have spoken: all are written anew, those of this ask with the wish."""
    rows = _confidential(Referral.objects.select_for_update(of=("self",)))
    for one in rows:
        wish = wanted if _ask_of(one) == ask.pk else wants_word_of(one)
        one.source = source_text(_ask_of(one), thanked=is_thanked(one), wants_word=wish)
    return rows


def confidences_of(ask: Ask) -> list[Referral]:
    """The names that this ask's candidate gave in confidence.

    Reads every confidential referral of the workspace and keeps its own: a link from the ask would be a way back.
    They live for 90 days at most, so there are never many.
    """
    return [one for one in _confidential() if _ask_of(one) == ask.pk]


def confidences_by_ask(asks: Iterable[Ask]) -> dict[int, list[Referral]]:
    """The same for many asks at once, by the key of the ask; those without such a name are left out."""
    found: dict[int, list[Referral]] = {}
    wanted = {ask.pk for ask in asks}
    for one in _confidential() if wanted else ():
        if _ask_of(one) in wanted:
            found.setdefault(_ask_of(one), []).append(one)
    return found


def ask_of_confidence(referral: Referral) -> Ask | None:
    """The ask from which a confidential name came; None where the link was erased."""
    if referral.terms != Terms.CONFIDENTIAL or not referral.source:
        return None
    return (
        Ask.objects.filter(pk=_ask_of(referral))
        .select_related("candidate", "asker__user", "decline__job", "workspace")
        .first()
    )


def _ask_of(referral: Referral) -> int:
    return int(referral.source[:_DIGITS])


def _confidential(referrals: QuerySet[Referral] | None = None) -> list[Referral]:
    rows = Referral.objects.all() if referrals is None else referrals
    found = rows.filter(terms=Terms.CONFIDENTIAL).select_related("vip", "job").order_by("pk")
    return [one for one in found if one.source]
