"""Which rows are one human being, and the keys that stand for them (playbook/people.py says what makes them one)."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

from ifnotyou.models import Candidate, Vip, Workspace


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
    """The same of somebody who was named: by address, profile, and name with employer, whatever we have."""
    marks = [f"{kind}:{mark}" for kind in ("mailbox", "profile", "namesake") if (mark := getattr(vip, kind))]
    return keyed(marks, workspace)


def keyed(marks: Iterable[str], workspace: Workspace) -> list[str]:
    """Keyed hashes (HMAC-SHA256) of marks such as "mailbox:maria@example.org"."""
    secret = workspace.hash_key.encode()
    return [hmac.new(secret, mark.encode(), hashlib.sha256).hexdigest() for mark in marks]
