"""Signing in by somebody who vouches for people: leaving for them, and coming back.

The state that binds an answer to the browser that asked, and PKCE, are allauth's; so are the last steps of signing in,
the second factor among them. What the provider says is proven in connectors/sign_in/openid.py, and whom it lets in
decides services/sign_in.py.
"""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.utils import get_next_redirect_url, perform_login
from allauth.decorators import rate_limit
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter, get_adapter
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.providers.base.constants import AuthProcess
from django.conf import settings
from django.contrib.auth import logout
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.sign_in import openid
from ifnotyou.models import SignInProvider
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import sign_in
from ifnotyou.web.leading import lead_to

REFUSED = "account/sign_in_refused.html"
DENIED = "access_denied"
"""What a provider says where somebody thought better of it (RFC 6749, 4.1.2.1)."""


class Adapter(DefaultSocialAccountAdapter):
    """Shows allauth the providers of our own table; nothing of them lies in its tables or in the settings."""

    def is_open_for_signup(self, _request: HttpRequest, _sociallogin: Any) -> bool:
        """Never by allauth: who becomes a member decides services/sign_in.py."""
        return False

    def list_apps(
        self, _request: HttpRequest, provider: str | None = None, client_id: str | None = None
    ) -> list[SocialApp]:
        """Unsaved ones, with PKCE."""
        return [
            SocialApp(
                provider="openid_connect",
                provider_id=one.slug,
                name=one.label,
                client_id=one.client_id,
                settings={"server_url": one.issuer, "oauth_pkce_enabled": True},
            )
            for one in sign_in.providers()
            if provider in {None, "openid_connect", one.slug} and client_id in {None, one.client_id}
        ]


@require_POST
@rate_limit(action="sign_in_with")
def sign_in_with(request: HttpRequest, provider: str) -> HttpResponse:
    """Go to the provider; what is asked there is bound to this browser."""
    found = _found(provider)
    try:
        there = openid.discover(found.issuer, openid.a_client(settings.REACHABLE_NETWORKS))
    except ConnectorError as error:
        return _refused(request, found, error.text)
    with_state = get_adapter(request).get_provider(request, found.slug)
    nonce = secrets.token_urlsafe(24)
    proof = with_state.get_pkce_params()
    state = with_state.stash_redirect_state(
        request,
        AuthProcess.LOGIN,
        next_url=get_next_redirect_url(request),
        nonce=nonce,
        verifier=proof.pop("code_verifier"),
    )
    extra = {**proof, "state": state, "nonce": nonce}
    return lead_to(request, openid.leading_to(there, sign_in.client_of(found), extra), found.label)


@require_safe
def sign_in_back(request: HttpRequest, provider: str) -> HttpResponse:
    """Somebody comes back with a code. It counts once, in the browser that left, within ten minutes."""
    found = _found(provider)
    try:
        state = (
            get_adapter(request)
            .get_provider(request, found.slug)
            .unstash_redirect_state(request, request.GET.get("state", ""))
        )
    except PermissionDenied:
        return _refused(
            request,
            found,
            "This way back works once, for ten minutes, in the browser that left for it. Please begin once more.",
        )
    if "error" in request.GET or not request.GET.get("code"):
        thought_better = request.GET.get("error") == DENIED
        words = (
            f"Nothing happened: you did not sign in at {found.label}."
            if thought_better
            else f"{found.label} did not sign you in. If it happens again, tell an admin."
        )
        return _refused(request, found, words)
    try:
        vouched = _asked(found, request, state)
        user = sign_in.recognize(found, vouched).user
    except ConnectorError as error:
        return _refused(request, found, error.text)
    except Refusal as refusal:
        return _refused(request, found, refusal.text)
    if request.user.is_authenticated:
        logout(request)
    response: HttpResponse = perform_login(
        request, user, email_verification="none", redirect_url=state.get("next")
    )
    return response


def _asked(found: SignInProvider, request: HttpRequest, state: dict[str, Any]) -> openid.Vouched:
    """What the provider says of whoever came back."""
    http = openid.a_client(settings.REACHABLE_NETWORKS)
    return openid.who(
        openid.discover(found.issuer, http),
        sign_in.client_of(found),
        code=request.GET["code"],
        verifier=state["verifier"],
        nonce=state["nonce"],
        http=http,
    )


def _found(slug: str) -> SignInProvider:
    provider = sign_in.provider_of(slug)
    if provider is None:
        raise Http404
    return provider


def _refused(request: HttpRequest, found: SignInProvider, words: str) -> HttpResponse:
    return render(request, REFUSED, {"label": found.label, "words": words}, status=409)
