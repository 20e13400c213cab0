"""Which rows are one human being, and the keys that stand for them (playbook/people.py says what makes them one)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Iterable, Sequence
from typing import TypeVar

from django.db.models import Q, QuerySet

from ifnotyou.models import Candidate, Vip, VipMark, Workspace

SURE = ("mailbox", "profile")
"""Marks of somebody named that mean one human being: two who share one are the same."""
MARKS = (*SURE, "namesake")
"""All that somebody named is known by; their name with employer means them perhaps."""

_Node = TypeVar("_Node", bound="int | str")


def same_humans(candidates: Iterable[Candidate]) -> list[Candidate]:
    """These records, and all that share an address or a profile with one of them, directly or by way of another."""
    found = {candidate.pk: candidate for candidate in candidates}
    fresh = list(found.values())
    asked: set[str] = set()
    while fresh:
        mailboxes = {c.mailbox for c in fresh if c.mailbox} - asked
        profiles = {c.profile for c in fresh if c.profile} - asked
        asked |= mailboxes | profiles
        if not mailboxes and not profiles:
            break
        # Two questions, each with its index: asked as one with OR, SQLite reads every candidate of the company.
        linked = [
            *(Candidate.objects.filter(mailbox__in=mailboxes) if mailboxes else ()),
            *(Candidate.objects.filter(profile__in=profiles) if profiles else ()),
        ]
        fresh = [candidate for candidate in linked if candidate.pk not in found]
        found.update((candidate.pk, candidate) for candidate in fresh)
    return list(found.values())


def humans_of(told: Collection[Sequence[Candidate]]) -> list[list[Candidate]]:
    """The records of each human being among these, where all of one sequence are one whatever they are known by.

    As `same_humans`, in as many queries for many as for one.
    """
    rows = same_humans(one for group in told for one in group)
    marked: list[tuple[int | str, int | str]] = [
        (row.pk, f"{kind}:{mark}")
        for row in rows
        for kind in ("mailbox", "profile")
        if (mark := getattr(row, kind))
    ]
    bound = [(group[0].pk, other.pk) for group in told for other in group]
    by_pk = {row.pk: row for row in rows}
    alone = [(row.pk, row.pk) for row in rows]
    return [
        [by_pk[one] for one in group if isinstance(one, int)] for group in linked([*marked, *alone, *bound])
    ]


def linked(bonds: Iterable[tuple[_Node, _Node]]) -> list[list[_Node]]:
    """What hangs together by these bonds, directly or by way of another."""
    leader: dict[_Node, _Node] = {}

    def find(one: _Node) -> _Node:
        while leader.setdefault(one, one) != one:
            leader[one] = leader[leader[one]]
            one = leader[one]
        return one

    for one, other in bonds:
        leader[find(one)] = find(other)
    groups: dict[_Node, list[_Node]] = {}
    for one in list(leader):
        groups.setdefault(find(one), []).append(one)
    return list(groups.values())


def namesakes(candidates: Iterable[Candidate]) -> list[Candidate]:
    """Records with the name and employer of one of these, which are not among them."""
    known = {candidate.pk: candidate for candidate in candidates}
    names = {candidate.namesake for candidate in known.values() if candidate.namesake}
    if not names:
        return []
    return [c for c in Candidate.objects.filter(namesake__in=names) if c.pk not in known]


def keys_of(candidate: Candidate, workspace: Workspace) -> list[str]:
    """Keyed hashes (HMAC-SHA256) of all that this record is known by: itself, its address, its profile.

    Two records of one human being share at least one, and without the
    workspace's key nobody learns from them who it is.
    """
    marks = [f"record:{candidate.external_id}"]
    if candidate.mailbox:
        marks.append(f"mailbox:{candidate.mailbox}")
    if candidate.profile:
        marks.append(f"profile:{candidate.profile}")
    return keyed(marks, workspace)


def vip_keys(vip: Vip, workspace: Workspace) -> list[str]:
    """The same of somebody who was named: by address, profile, and name with employer, whatever we have or had.

    For many at once, prefetch their `marks`.
    """
    return _keys(vip, MARKS, workspace)


def sure_keys(vip: Vip, workspace: Workspace) -> list[str]:
    """Those of these keys that mean this human being and nobody else: by address and profile."""
    return _keys(vip, SURE, workspace)


def once_known_by(keys: Iterable[str]) -> QuerySet[Vip]:
    """The people named who were known by one of these keys at some time, as far as that is kept (VipMark)."""
    return Vip.objects.filter(pk__in=VipMark.objects.filter(key__in=list(keys)).values("vip"))


def same_as(vip: Vip) -> Q:
    """Every entry of an address or a profile that is theirs, or was as far as that is kept; themselves among them."""
    # Read first: with a question inside an OR, PostgreSQL would read everybody.
    same = Q(pk__in=list(once_known_by(sure_keys(vip, vip.workspace)).values_list("pk", flat=True)))
    for mark in SURE:
        if value := getattr(vip, mark):
            same |= Q(**{mark: value})
    return same


def _keys(vip: Vip, kinds: Iterable[str], workspace: Workspace) -> list[str]:
    """What they are known by comes first, then what they were known by before."""
    now = keyed([f"{kind}:{mark}" for kind in kinds if (mark := getattr(vip, kind))], workspace)
    kept = sorted(mark.key for mark in vip.marks.all() if mark.kind in kinds)
    return list(dict.fromkeys([*now, *kept]))


def keyed(marks: Iterable[str], workspace: Workspace) -> list[str]:
    """Keyed hashes (HMAC-SHA256) of marks such as "mailbox:maria@example.org"."""
    secret = workspace.hash_key.encode()
    return [hmac.new(secret, mark.encode(), hashlib.sha256).hexdigest() for mark in marks]
