"""Signing in: what allauth needs to know about us, and the link by mail."""

from __future__ import annotations

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.utils import perform_login
from allauth.account.views import LoginView
from allauth.core import context
from allauth.core.ratelimit import consume
from allauth.decorators import rate_limit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.auth import logout
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods
from django_scopes import scope

from ifnotyou.models import User
from ifnotyou.models.secret import SecretText
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit, links
from ifnotyou.services.people import accept_invitation
from ifnotyou.services.sign_in import providers
from ifnotyou.web import passkeys
from ifnotyou.web.errors import too_many
from ifnotyou.web.forms import AcceptForm, AskForLinkForm

BROWSER = "link_browser"
"""The session's random text that a link by mail is bound to."""


class Backend(AuthenticationBackend):
    """Sign-in by address and password; the user comes with what every page shows of them."""

    def get_user(self, user_id: int) -> User | None:
        """The user of a session, None where they are gone or switched off."""
        return User.objects.select_related("workspace", "employee").filter(pk=user_id, is_active=True).first()


class Adapter(DefaultAccountAdapter):
    """Nobody signs up: people are invited. And what concerns somebody's account goes into the book."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "email_password_mismatch": "Address and password do not belong together. Try again, or take a link by mail.",
        "too_many_login_attempts": "That was a few tries too many. Please wait five minutes, or take a link by mail.",
        "incorrect_password": "This is not your password.",
        "enter_current_password": "This is not your password of now.",
        "rate_limited": "That was a few tries too many. Please wait a minute.",
    }

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        """Never."""
        return False

    def get_logout_redirect_url(self, _request: HttpRequest) -> str:
        """Back to the door."""
        return reverse("account_login")

    def get_password_change_redirect_url(self, _request: HttpRequest) -> str:
        """Back to my settings."""
        return reverse("me")

    def get_reauthentication_methods(self, user: AbstractBaseUser | AnonymousUser) -> list[dict[str, Any]]:
        """The passkey before the codes: nobody uses up a recovery code who has it at hand."""
        passkey = "mfa_reauthenticate:webauthn"
        ways = [
            way | {"description": "Use my passkey"} if way["id"] == passkey else way
            for way in super().get_reauthentication_methods(user)
        ]
        return sorted(
            ways, key=lambda way: ("reauthenticate", passkey, "mfa_reauthenticate").index(way["id"])
        )

    def post_login(self, request: HttpRequest, user: AbstractBaseUser, **more: Any) -> HttpResponse:
        """Write down that somebody came in."""
        request.session.pop(BROWSER, None)
        _write(user, "signed_in")
        response: HttpResponse = super().post_login(request, user, **more)
        return response

    def send_notification_mail(
        self, template_prefix: str, user: AbstractBaseUser, *_more: Any, **_and_more: Any
    ) -> None:
        """Write down a changed password or second factor: allauth calls this for each of them."""
        _write(user, template_prefix.rsplit("/", 1)[-1])


class SecondFactor(DefaultMFAAdapter):
    """Keeps the secrets of second factors encrypted, like every other secret."""

    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": "This code is not right, or no longer. Wait for the next one and try again.",
    }

    def encrypt(self, text: str) -> str:
        """For the database."""
        return str(SecretText().get_prep_value(text))

    def decrypt(self, encrypted_text: str) -> str:
        """From the database."""
        return SecretText().from_db_value(encrypted_text, None, None) or ""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """What passkeys are bound to: the name in PUBLIC_URL, whatever the request says of itself."""
        return {"id": passkeys.place(context.request), "name": "ifnotyou"}

    def generate_authenticator_name(self, user: AbstractBaseUser, type: Authenticator.Type) -> str:  # noqa: A002, ARG002 - allauth names it
        """What a passkey is called where nobody called it anything."""
        return passkeys.next_name(user)


class SignIn(LoginView):
    """allauth's page of address and password, with the other ways in beside it."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """Whoever vouches for people, of all workspaces: nobody knows yet who asks. And passkeys, where they work."""
        named = not passkeys.is_number(passkeys.place(self.request))
        return super().get_context_data(**more) | {"providers": providers(), "passkeys": named}


sign_in = SignIn.as_view()


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="ask_for_link_ip")
def ask_for_link(request: HttpRequest) -> HttpResponse:
    """Mail a link. The answer is the same whether we know the address or not."""
    form = AskForLinkForm(request.POST or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/link_ask.html", {"form": form})
    email = form.cleaned_data["email"]
    if not consume(request, action="ask_for_link", key=email.lower()):
        return too_many(request)
    browser = request.session.setdefault(BROWSER, secrets.token_urlsafe(24))
    links.ask_for_link(email, browser)
    return render(request, "account/link_sent.html", {"email": email})


@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="use_link")
def sign_in_by_link(request: HttpRequest, token: str) -> HttpResponse:
    """A link by mail or from the console. Looking at it does nothing, for programs look too; its button signs in."""
    user = links.user_of_link(token, request.session.get(BROWSER, ""))
    if user is None:
        return render(request, "account/link_void.html", status=410)
    if request.method != "POST":
        return render(request, "account/link.html")
    if not links.use_up(user):
        return render(request, "account/link_void.html", status=410)
    return let_in(request, user)


@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
@rate_limit(action="use_link")
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """The page behind an invitation: a name, a password if they like, and in."""
    user = links.user_of_invitation(token)
    if user is None:
        return render(request, "account/invitation_void.html", status=410)
    form = AcceptForm(request.POST or None, user=user, initial={"name": user.name})
    if request.method != "POST" or not form.is_valid():
        return render(request, "account/invitation.html", {"form": form, "company": user.workspace.name})
    try:
        accept_invitation(user, name=form.cleaned_data["name"], password=form.cleaned_data["password"])
    except Refusal:
        return render(request, "account/invitation_void.html", status=410)
    return let_in(request, user)


def let_in(request: HttpRequest, user: User) -> HttpResponse:
    """Sign in somebody who has shown who they are; a second factor is still asked for."""
    if request.user.is_authenticated:
        logout(request)
    response: HttpResponse = perform_login(request, user, email_verification="none")
    return response


def _write(user: AbstractBaseUser, verb: str) -> None:
    if not isinstance(user, User):
        raise TypeError("There is only one kind of user here.")
    with scope(workspace=user.workspace_id):
        audit.write(user, verb, user)


def account_off(request: HttpRequest) -> HttpResponse:
    """Somebody who was switched off tried to sign in."""
    return render(request, "account/off.html", status=403)
