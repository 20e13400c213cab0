"""Once, provably: the ask of a human being is claimed in the database before anything leaves.

A claim is one row for each keyed hash that the person is known by (queries/humans.py),
under a unique constraint. Two colleagues, tabs, processes, jobs or records of one human
being share at least one key, so only one of them can insert.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from django.db import IntegrityError, transaction

from ifnotyou.models import Ask, Candidate, Claim, Decline, OptOut, Workspace
from ifnotyou.playbook.asking import CLAIMED
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.verdict import is_fresh_again
from ifnotyou.queries.humans import humans_of, keys_of, same_humans
from ifnotyou.queries.policy import policy_of


def claim(ask: Ask, today: date) -> None:
    """Use up the one ask of this human being for `ask`.

    Call it in the transaction that makes the ask leave. Raises Refusal where
    the person was asked before or asked not to be contacted; then nothing has changed.
    """
    workspace = ask.workspace
    keys = human_keys(ask.candidate, workspace)
    them = first_name(ask.candidate.name)
    if OptOut.objects.filter(key__in=keys).exists() or _said_no(ask.candidate):
        raise Refusal("do_not_contact", f"{them} asked not to be contacted.")
    earlier = list(Claim.objects.select_for_update().filter(key__in=keys).order_by("key"))
    if any(not _may_renew(one, ask.decline, workspace) for one in earlier):
        raise _asked_before(them)
    fresh = sorted(set(keys) - {one.key for one in earlier})
    try:
        with transaction.atomic():
            # Conditional, so that of two who renew at the same time one finds nothing left to renew.
            for one in earlier:
                _renew(one, ask, today, them)
            Claim.objects.bulk_create(
                Claim(workspace=workspace, key=key, ask=ask, claimed_on=today) for key in fresh
            )
    except IntegrityError as error:
        raise _asked_before(them) from error


def free(ask: Ask) -> None:
    """Give the ask back: it is certain that nothing left of this one.

    Where another ask of the same human being is still in doubt (after a restore), that one holds the claim.
    """
    group = same_humans([ask.candidate])
    doubtful = Ask.objects.filter(candidate__in=group, state__in=sorted(CLAIMED)).exclude(pk=ask.pk).first()
    if doubtful is None:
        Claim.objects.filter(ask=ask).delete()
    else:
        Claim.objects.filter(ask=ask).update(ask=doubtful)


def opt_out(candidate: Candidate, workspace: Workspace) -> None:
    """Keep for ever that this human being asked not to be contacted, under every record they have."""
    group = same_humans([candidate])
    _keep_opt_outs(group, {key for one in group for key in keys_of(one, workspace)}, workspace)


def carry_over(told: Collection[Sequence[Candidate]], workspace: Workspace) -> None:
    """All of one sequence turn out to be one human being: asked if one of them was, and never to be contacted
    if one of them said so, under every key of all. The latest ask counts.

    Call it in the transaction that brings them together, when their asks have moved: whoever claims for one of
    those meanwhile waits, or was first and is seen here. As many queries for many as for one.
    """
    humans = humans_of(told)
    keys = [sorted({key for one in group for key in keys_of(one, workspace)}) for group in humans]
    _carry_claims(keys, workspace)
    known = [key for theirs in keys for key in theirs]
    said_no = set(OptOut.objects.filter(key__in=known).values_list("key", flat=True))
    silent = [
        (group, theirs)
        for group, theirs in zip(humans, keys, strict=True)
        if not said_no.isdisjoint(theirs) or any(one.do_not_contact for one in group)
    ]
    _keep_opt_outs(
        [one for group, _ in silent for one in group],
        [key for _, theirs in silent for key in theirs],
        workspace,
    )


def human_keys(candidate: Candidate, workspace: Workspace) -> list[str]:
    """Every key of every record of this human being."""
    return sorted({key for one in same_humans([candidate]) for key in keys_of(one, workspace)})


def _carry_claims(humans: Collection[Collection[str]], workspace: Workspace) -> None:
    """Under all keys of each human being the latest claim that there is under one of them."""
    wanted = [key for keys in humans for key in keys]
    held = {one.key: one for one in Claim.objects.select_for_update().filter(key__in=wanted).order_by("key")}
    older: list[Claim] = []
    missing: list[Claim] = []
    for keys in humans:
        theirs = [held[key] for key in keys if key in held]
        if not theirs:
            continue
        last = max(theirs, key=lambda one: (one.claimed_on, one.pk))
        for one in theirs:
            if one.claimed_on < last.claimed_on:
                # Of an ask that is erased nobody can say any more that nothing left: it is never given back.
                one.ask_id = last.ask_id if one.ask_id else None
                one.claimed_on = last.claimed_on
                older.append(one)
        missing += (
            Claim(workspace=workspace, key=key, ask_id=last.ask_id, claimed_on=last.claimed_on)
            for key in keys
            if key not in held
        )
    if older:
        Claim.objects.bulk_update(older, ["ask", "claimed_on"])
    Claim.objects.bulk_create(missing, ignore_conflicts=True)


def _keep_opt_outs(group: Iterable[Candidate], keys: Iterable[str], workspace: Workspace) -> None:
    OptOut.objects.bulk_create(
        [OptOut(workspace=workspace, key=key) for key in sorted(keys)], ignore_conflicts=True
    )
    Candidate.objects.filter(pk__in=[one.pk for one in group]).update(do_not_contact=True)


def _renew(earlier: Claim, ask: Ask, today: date, them: str) -> None:
    unchanged = Claim.objects.filter(pk=earlier.pk, claimed_on=earlier.claimed_on, ask=earlier.ask_id)
    if not unchanged.update(ask=ask, claimed_on=today):
        raise _asked_before(them)


def _said_no(candidate: Candidate) -> bool:
    return any(one.do_not_contact for one in same_humans([candidate]))


def _may_renew(earlier: Claim, decline: Decline, workspace: Workspace) -> bool:
    """Only a fresh decline, long after (playbook rule 2)."""
    declined_on = decline.declined_at.date() if decline.declined_at else None
    return is_fresh_again(declined_on, earlier.claimed_on, policy_of(workspace))


def _asked_before(them: str) -> Refusal:
    return Refusal(
        "asked_before", f"{them} was asked already, or is being asked right now. Once is the rule."
    )
