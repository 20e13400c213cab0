"""Tokens for programs: made by their owner, shown once, hashed at rest, revoked at any time."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Q
from django_scopes import scopes_disabled

from ifnotyou.models import EVERYONE, HOSTS, RECRUITERS, ApiAnswer, ApiToken, Role, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit

BEGINNING = "ifny_"
"""How every token begins, so that whoever finds one in a repository knows what it is."""


@dataclass(frozen=True)
class Scope:
    """What a token may be allowed: in the words that whoever makes it reads, and whose it is to give."""

    words: str
    roles: frozenset[Role]


SCOPES = {
    "declines:read": Scope("read declines and who could ask", RECRUITERS),
    "declines:write": Scope(
        "record declines, decide about them, hand cards over and take them back", RECRUITERS
    ),
    "asks:read": Scope("read your own cards", EVERYONE),
    "asks:write": Scope(
        "write your notes, say what became of your asks, and keep the names that came back", EVERYONE
    ),
    "asks:send": Scope(
        "send your note to a candidate from your mailbox, or take it along; that is the one ask", EVERYONE
    ),
    "names:read": Scope("read the people named, as far as you may see them", EVERYONE),
    "names:write": Scope("host the people named: take, hand on, say what happened, correct", EVERYONE),
    "names:send": Scope("send your letters to the people named", HOSTS),
    "imports:read": Scope("read imports and what they would change", RECRUITERS),
    "imports:write": Scope("upload files and take them in", RECRUITERS),
    "insights:read": Scope("read the insights", RECRUITERS),
}
"""By name. tests/api/test_permissions.py holds the roles to the operations that ask for the scope."""

MOST_DAYS = 366
USUAL_DAYS = 90
MOST_TOKENS = 50
"""Of one person that still open something."""

ANSWERS_KEPT = timedelta(days=1)
"""What was answered to a call with an Idempotency-Key."""

OLD_TOKENS_KEPT = timedelta(days=30)
"""A token that opens nothing any more, so that its owner sees what became of it."""

_HINT = len(BEGINNING) + 4


def scopes_of(user: User) -> list[str]:
    """What they may give to a token."""
    return [name for name, scope in SCOPES.items() if user.role in scope.roles]


def make_token(
    user: User, *, name: str, scopes: Collection[str], days: int, now: datetime
) -> tuple[ApiToken, str]:
    """A new token, and what it is: that is shown to its owner once, and is nowhere else."""
    if not set(scopes) <= set(scopes_of(user)):
        raise Refusal("not_your_scope", "You can only give a token what you may do yourself.")
    if not 1 <= days <= MOST_DAYS:
        raise Refusal("bad_days", f"A token lives from 1 to {MOST_DAYS} days.")
    secret = BEGINNING + secrets.token_urlsafe(32)
    with transaction.atomic():
        User.objects.select_for_update().get(pk=user.pk)  # two at once count one another
        if ApiToken.objects.filter(user=user, revoked_at=None, expires_at__gt=now).count() >= MOST_TOKENS:
            raise Refusal("too_many_tokens", "You have very many tokens. Revoke those that nobody uses.")
        token = ApiToken.objects.create(
            workspace=user.workspace,
            user=user,
            name=name.strip(),
            hint=secret[:_HINT],
            key_hash=_hash(secret),
            scopes=sorted(set(scopes)),
            expires_at=now + timedelta(days=days),
        )
        audit.write(user, "made_token", token, scopes=token.scopes, days=days)
    return token, secret


def revoke_token(token: ApiToken, *, by: User, now: datetime) -> None:
    """From now on it opens nothing; twice is as good as once."""
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at=None).update(revoked_at=now):
            audit.write(by, "revoked_token", token)


def revoke_all(now: datetime) -> None:
    """The same for every token of the workspace; the caller writes into the book why."""
    ApiToken.objects.filter(revoked_at=None).update(revoked_at=now)


def token_with(secret: str, now: datetime) -> ApiToken | None:
    """The token that this is, if it still opens something, with its owner and their company.

    Looked up by its hash: how long that takes tells nothing about any token, for who does not have it cannot choose
    what its hash begins with.
    """
    if not secret.startswith(BEGINNING):
        return None
    with scopes_disabled():  # whose it is, only the token tells
        return (
            ApiToken.objects.select_related("user__workspace", "user__employee")
            .filter(
                key_hash=_hash(secret),
                revoked_at=None,
                expires_at__gt=now,
                user__is_active=True,
            )
            .first()
        )


def sweep(now: datetime) -> None:
    """Forget what was answered, after a day; and tokens that have opened nothing for a month."""
    ApiAnswer.objects.filter(at__lt=now - ANSWERS_KEPT).delete()
    over = now - OLD_TOKENS_KEPT
    ApiToken.objects.filter(Q(expires_at__lt=over) | Q(revoked_at__lt=over)).delete()


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
