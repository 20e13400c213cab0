"""Who calls: the bearer token, and what it and its owner's role allow."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.http import HttpRequest

from ifnotyou.api.access import Rule
from ifnotyou.api.errors import Problem
from ifnotyou.api.limits import count_failure, left_after
from ifnotyou.models import ApiToken, User, Workspace
from ifnotyou.services import tokens

REALM = 'Bearer realm="ifnotyou"'


@dataclass(frozen=True)
class Call:
    """One call of a program: on whose behalf, with which token, when. What is put into `headers` is answered."""

    operation: str
    user: User
    token: ApiToken
    now: datetime
    path: str
    query: str
    headers: dict[str, str] = field(default_factory=dict)

    @property
    def workspace(self) -> Workspace:
        """The company of whoever calls."""
        return self.user.workspace

    @property
    def today(self) -> date:
        """The day on which they call."""
        return self.now.date()


def call_of(request: HttpRequest, operation: str, rule: Rule, token: ApiToken, now: datetime) -> Call:
    """Whoever calls, if they may: Problem 403 or 429 if not. Every call of a token counts, a refused one too."""
    call = Call(
        operation=operation,
        user=token.user,
        token=token,
        now=now,
        path=request.path,
        query=request.META.get("QUERY_STRING", ""),
    )
    call.headers.update(left_after(token, now))
    _hold_to(rule, call)
    return call


def token_of(request: HttpRequest, now: datetime) -> ApiToken:
    """The token a call comes with, and whose it is; Problem 401 where there is none that opens anything."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    if not kind:
        raise Problem(
            401,
            "no_token",
            "Prove yourself with a token: Authorization: Bearer ifny_…",
            headers={"WWW-Authenticate": REALM},
        )
    token = tokens.token_with(secret.strip(), now) if kind.lower() == "bearer" else None
    if token is None:
        count_failure(request, now)
        raise Problem(
            401,
            "no_such_token",
            "This token does not open anything: it is mistyped, expired or revoked, or its owner has no access "
            f"any more. Make a new one at {settings.PUBLIC_URL}/me/tokens/.",
            headers={"WWW-Authenticate": f'{REALM}, error="invalid_token"'},
        )
    return token


def _hold_to(rule: Rule, call: Call) -> None:
    if call.user.role not in rule.roles:
        needed = ", ".join(sorted(rule.roles))
        detail = f"This is for {needed}; you are {call.user.role}."
        raise Problem(403, "not_your_role", detail, headers=call.headers)
    if rule.scope and rule.scope not in call.token.scopes:
        challenge = f'{REALM}, error="insufficient_scope", scope="{rule.scope}"'
        raise Problem(
            403,
            "scope_missing",
            f'This token lacks the scope "{rule.scope}". Make one that has it.',
            headers={**call.headers, "WWW-Authenticate": challenge},
        )
