"""Two rows turn out to be one human being, because the system says so that told of them: one row has it all then."""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import OuterRef, Subquery

from ifnotyou.models import (
    Ask,
    Candidate,
    Connection,
    DataRequest,
    Decline,
    Employee,
    Erasure,
    Interview,
    InWorkspace,
    Job,
    Message,
    Offer,
    Pulse,
    Scorecard,
    User,
    Workspace,
)
from ifnotyou.queries.erased import of_name_only
from ifnotyou.queries.humans import keys_of, linked
from ifnotyou.services import once

FACTS: tuple[type[Interview | Scorecard | Message | Pulse], ...] = (Interview, Scorecard, Message, Pulse)
BLOCK = 500
"""So many human beings are brought together at a time: an export may give every candidate a new id."""

OF_CANDIDATES: tuple[type[InWorkspace], ...] = (Offer, *FACTS, Decline, Ask, DataRequest)


def merge_candidates(old: Candidate, survivor: Candidate, workspace: Workspace) -> None:
    """Everything of the old record is the survivor's, who was asked if the other was and may be asked no oftener.

    Names that they gave hang on their asks, and people who were named are found by address: nothing of theirs changes.
    """
    before, after = keys_of(old, workspace), keys_of(survivor, workspace)
    theirs, the_survivors = {"candidate": old}, {"candidate": survivor}
    for model in OF_CANDIDATES:
        model.objects.filter(**theirs).update(**the_survivors)
    once.carry_over([[old, survivor]], workspace)
    _forget_name_too(before, after, workspace)
    old.delete()


def bring_together(moved: Mapping[int, tuple[int, int]], workspace: Workspace) -> None:
    """These offers are another candidate's now, by primary key: whose they were and whose they are is one human being.

    Both records stay, for files may tell of both. What hangs on the offer goes with it, cards too, so that
    whoever holds one asks as the other.
    """
    offers = list(moved)
    for some in (offers[start : start + BLOCK] for start in range(0, len(offers), BLOCK)):
        whose = Offer.objects.filter(decline=OuterRef("decline")).values("candidate")
        Ask.objects.filter(decline__offer__in=some).update(candidate=Subquery(whose))
        whose = Offer.objects.filter(pk=OuterRef("offer")).values("candidate")
        Decline.objects.filter(offer__in=some).update(candidate=Subquery(whose))
    humans = linked(moved.values())
    for group in (humans[start : start + BLOCK] for start in range(0, len(humans), BLOCK)):
        rows = {row.pk: row for row in Candidate.objects.filter(pk__in=[pk for pks in group for pk in pks])}
        once.carry_over([[rows[pk] for pk in pks] for pks in group], workspace)


def merge_employees(old: Employee, twin: Employee) -> None:
    """Everything of the old row is the twin's; what the twin's own file says of them stays as it is."""
    for model in FACTS:
        model.objects.filter(employee=old).update(employee=twin)
    Ask.objects.filter(asker=old).update(asker=twin)
    Decline.objects.filter(first_asker=old).update(first_asker=twin)
    ids = (old.external_id, twin.external_id)
    for field in ("hiring_manager_external_id", "recruiter_external_id"):
        Job.objects.filter(**{field: ids[0]}).update(**{field: ids[1]})
    Employee.objects.filter(manager_external_id=ids[0]).update(manager_external_id=ids[1])
    for connection in Connection.objects.only("colleagues"):
        if ids[0] in connection.colleagues.values():
            known = {raw: ids[1] if id_ == ids[0] else id_ for raw, id_ in connection.colleagues.items()}
            Connection.objects.filter(pk=connection.pk).update(colleagues=known)
    if not old.open_to_asking or old.away_until:
        # Their own word to us, whichever row they said it on.
        twin.open_to_asking = twin.open_to_asking and old.open_to_asking
        twin.away_until = max(filter(None, (twin.away_until, old.away_until)), default=None)
        twin.save(update_fields=["open_to_asking", "away_until"])
    if not User.objects.filter(employee=twin).exists():
        User.objects.filter(employee=old).update(employee=twin)
    old.delete()


def _forget_name_too(before: list[str], after: list[str], workspace: Workspace) -> None:
    """Whoever had us forget that they were named, had us forget it under every address."""
    listed = Erasure.objects.filter(key__in=map(of_name_only, before)).order_by("erased_on").last()
    if listed is not None:
        Erasure.objects.bulk_create(
            [
                Erasure(workspace=workspace, key=of_name_only(key), erased_on=listed.erased_on)
                for key in after
            ],
            ignore_conflicts=True,
        )
