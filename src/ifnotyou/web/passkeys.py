"""Passkeys: allauth's pages and forms, in our words. A passkey signs in alone, and is a second factor otherwise."""

from __future__ import annotations

import ipaddress
from typing import Any
from urllib.parse import urlsplit

from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from allauth.mfa.webauthn.views import AddWebAuthnView, ListWebAuthnView, LoginWebAuthnView
from django import forms
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect

LONGEST_NAME = 100
LOCALHOST = "localhost"


def place(request: HttpRequest) -> str:
    """The name that passkeys are bound to: that of PUBLIC_URL; on a machine of one's own also "localhost"."""
    host = urlsplit(settings.PUBLIC_URL).hostname or ""
    asked = request.get_host().partition(":")[0]
    return LOCALHOST if asked == LOCALHOST and is_number(host) else host


def is_number(host: str) -> bool:
    """Whether this is an address in numbers. Browsers bind a passkey to a name only."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def next_name(user: AbstractBaseUser) -> str:
    """What a passkey is called where nobody called it anything."""
    number = Authenticator.objects.filter(user_id=user.pk, type=Authenticator.Type.WEBAUTHN).count() + 1
    return "Passkey" if number == 1 else f"Passkey {number}"


class AddForm(AddWebAuthnForm):
    """Always a passkey: one that can sign in without anything else, after a finger, a face or a PIN."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        name = self.fields["name"]
        name.label, name.help_text = "A name for it", "Such as “My laptop”."
        name.widget.attrs["maxlength"] = LONGEST_NAME

    def clean_name(self) -> str:
        """Whatever was typed, as far as it fits: the passkey lies in the device already."""
        return str(super().clean_name())[:LONGEST_NAME]

    def clean(self) -> dict[str, Any]:
        """The device has to have asked who is there."""
        self.cleaned_data["passwordless"] = True
        answers: dict[str, Any] = super().clean()
        return answers


class RenameForm(EditWebAuthnForm):
    """Another name for one of them."""

    name = forms.CharField(label="A name for it", max_length=LONGEST_NAME)


class PasskeysPage(ListWebAuthnView):
    """Mine."""

    def get_context_data(self, **more: Any) -> dict[str, Any]:
        """And whether there can be any here."""
        return super().get_context_data(**more) | {"in_numbers": is_number(place(self.request))}


class AddPage(AddWebAuthnView):
    """One more."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Where the address is a number, back to the list, which says so."""
        if is_number(place(request)):
            return redirect("mfa_list_webauthn")
        response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        return response


passkeys = PasskeysPage.as_view()
add = AddPage.as_view()
sign_in = LoginWebAuthnView.as_view()
