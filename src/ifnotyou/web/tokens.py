"""Tokens for programs: everybody's own, and all of them for the admin."""

from __future__ import annotations

from typing import NamedTuple

from allauth.account.decorators import reauthentication_required
from allauth.decorators import rate_limit
from django.conf import settings
from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from ifnotyou.models import ApiToken
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.tokens import Standing, State, standings, tokens_of, tokens_visible_to
from ifnotyou.services.tokens import make_token, revoke_token
from ifnotyou.web.access import user_of
from ifnotyou.web.token_forms import TokenForm

STATES = {
    State.OPENS: ("done", "In use"),
    State.EXPIRED: ("", "Expired"),
    State.REVOKED: ("", "Revoked"),
    State.OWNER_OFF: ("wait", "Its owner is switched off"),
}


class Row(NamedTuple):
    """One token for the template, with a mark and its word."""

    standing: Standing
    mark: str
    word: str


@require_safe
def my_tokens(request: HttpRequest) -> HttpResponse:
    """My tokens."""
    return render(request, "tokens/mine.html", {"rows": _rows(tokens_of(user_of(request)))})


@require_http_methods(["GET", "HEAD", "POST"])
@reauthentication_required
@rate_limit(action="make_token")
def my_token_new(request: HttpRequest) -> HttpResponse:
    """A new one, for whoever has just shown that it is still them; it is shown on the answer and never again."""
    user = user_of(request)
    if request.method != "POST":
        return _form(request, TokenForm(user=user))
    form = TokenForm(request.POST, user=user)
    if not form.is_valid():
        return _form(request, form, status=400)
    try:
        token, secret = make_token(user, **form.cleaned_data, now=timezone.now())
    except Refusal as refusal:
        return _form(request, form, refusal=refusal, status=409)
    address = f"{settings.PUBLIC_URL}/api/v1/me"
    return render(request, "tokens/made.html", {"token": token, "secret": secret, "address": address})


@require_POST
def my_token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """One of mine opens nothing any more."""
    _revoke(request, tokens_of(user_of(request)), token_id)
    return redirect("my_tokens")


@require_safe
def tokens(request: HttpRequest) -> HttpResponse:
    """Everybody's tokens, for the admin."""
    return render(request, "tokens/all.html", {"rows": _rows(tokens_visible_to(user_of(request)))})


@require_POST
def token_revoke(request: HttpRequest, token_id: int) -> HttpResponse:
    """Somebody's token opens nothing any more."""
    _revoke(request, tokens_visible_to(user_of(request)), token_id)
    return redirect("tokens")


def _revoke(request: HttpRequest, theirs: QuerySet[ApiToken], token_id: int) -> None:
    token = get_object_or_404(theirs, pk=token_id)
    revoke_token(token, by=user_of(request), now=timezone.now())
    messages.success(request, f"“{token.name}” opens nothing any more.")


def _rows(found: QuerySet[ApiToken]) -> list[Row]:
    return [Row(standing, *STATES[standing.state]) for standing in standings(found, timezone.now())]


def _form(
    request: HttpRequest, form: TokenForm, *, refusal: Refusal | None = None, status: int = 200
) -> HttpResponse:
    return render(request, "tokens/new.html", {"form": form, "refusal": refusal}, status=status)
