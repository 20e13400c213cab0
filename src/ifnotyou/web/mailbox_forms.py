"""What an admin types to set a provider of mailboxes up. What is to be asked besides, the provider says."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator

from ifnotyou.connectors.mail.providers.contract import Provider
from ifnotyou.models import MailApp
from ifnotyou.services.mailboxes import ADDRESS
from ifnotyou.web.where import WhereField

_HIDDEN = {"autocomplete": "off"}
_ONE_WORD = RegexValidator(
    r"^[\x21-\x7e]+$", "It holds a space or a character that none has: copy it once more."
)


class MailAppForm(forms.Form):
    """The company's client at a provider. The secret is never shown again: left empty, the one that is kept stays."""

    client_id = forms.CharField(
        label="Client ID", max_length=300, validators=[_ONE_WORD], widget=forms.TextInput(attrs=_HIDDEN)
    )
    client_secret = forms.CharField(
        label="Client secret",
        required=False,
        max_length=500,
        validators=[_ONE_WORD],
        widget=forms.PasswordInput(attrs=_HIDDEN),
        help_text="It is kept encrypted and never shown again.",
    )

    def __init__(self, *args: Any, kind: type[Provider], app: MailApp | None) -> None:
        super().__init__(*args)
        self.kind, self.app = kind, app
        kept = app.options if app else {}
        for field in kind.fields:
            self.fields[field.name] = forms.CharField(
                label=field.label,
                required=field.required,
                max_length=100,
                initial=kept.get(field.name, ""),
                help_text=field.help,
                validators=[RegexValidator(r"^[A-Za-z0-9.-]+$", "Letters, digits, dots and hyphens only.")],
                widget=forms.TextInput(attrs=_HIDDEN),
            )
        if settings.REACHABLE_NETWORKS:
            self.fields[ADDRESS] = WhereField(like="https://mail.example.com", before=kept.get(ADDRESS, ""))
        self.fields["client_secret"].required = app is None
        if app:
            self.fields["client_id"].initial = app.client_id
            self.fields["client_secret"].help_text = "Kept; leave it empty to keep it."

    def clean(self) -> dict[str, Any]:
        """A secret is told to nobody but the client, and the place, that it was typed in for."""
        answers = super().clean() or self.cleaned_data
        place = (answers.get("client_id"), answers.get(ADDRESS, self._kept_address))
        if (
            self.app
            and not answers.get("client_secret")
            and place != (self.app.client_id, self._kept_address)
        ):
            self.add_error("client_secret", "For another client, or at another address, type it in again.")
        return answers

    @property
    def options(self) -> dict[str, str]:
        """What is kept besides the client's id and secret."""
        typed = {field.name: self.cleaned_data[field.name] for field in self.kind.fields}
        address = self.cleaned_data.get(ADDRESS, self._kept_address)
        return typed | ({ADDRESS: address} if address else {})

    @property
    def _kept_address(self) -> str:
        return str(self.app.options.get(ADDRESS, "")) if self.app else ""
