"""What an admin types to let people sign in by the company's own provider."""

from __future__ import annotations

from typing import Any

from django import forms

from ifnotyou.connectors.sign_in.contract import Kind
from ifnotyou.models import SignInProvider
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services.sign_in import domain_of

MOST_DOMAINS = 50

_PLAIN = {"autocomplete": "off", "spellcheck": "false"}


class ProviderForm(forms.Form):
    """Where it is, and what we are to it. The secret is never shown again: left empty, the one that is kept stays."""

    label = forms.CharField(
        label="What people call it",
        max_length=80,
        help_text="It stands on the button: “Sign in with …”.",
        widget=forms.TextInput(attrs=_PLAIN),
    )
    where = forms.CharField(max_length=300, widget=forms.TextInput(attrs=_PLAIN))
    client_id = forms.CharField(label="Client ID", max_length=300, widget=forms.TextInput(attrs=_PLAIN))
    client_secret = forms.CharField(
        label="Client secret", max_length=1000, widget=forms.PasswordInput(attrs={"autocomplete": "off"})
    )

    def __init__(self, *args: Any, kind: type[Kind], provider: SignInProvider | None) -> None:
        super().__init__(*args)
        self.kind = kind
        self.provider = provider
        self.fields["label"].initial = provider.label if provider else "" if kind.is_any else kind.label
        if provider:
            self.fields["client_id"].initial = provider.client_id
            self.fields["client_secret"].required = False
        self.fields["client_secret"].help_text = (
            "Kept; leave it empty to keep it." if provider else "It is kept encrypted and never shown again."
        )
        if provider:
            self.fields["where"].label = "Issuer"
            self.fields["where"].initial = provider.issuer
        elif kind.asks:
            self.fields["where"].label, self.fields["where"].help_text = kind.asks, kind.asks_help
        else:
            del self.fields["where"]

    def clean(self) -> dict[str, Any]:
        """The issuer that was meant; a secret is told to nobody but the place that it was typed in for."""
        answers = super().clean() or self.cleaned_data
        if "where" in self.errors:
            return answers
        said = answers.pop("where", "")
        try:
            answers["issuer"] = said.strip() if self.provider else self.kind.issuer_of(said)
        except ValueError as error:
            self.add_error("where", str(error))
        moved = self.provider is not None and answers.get("issuer") != self.provider.issuer
        if moved and not answers.get("client_secret"):
            self.add_error("client_secret", "At another issuer the secret has to be typed in again.")
        return answers


class DomainsForm(forms.Form):
    """Whose address is enough."""

    domains = forms.CharField(
        label="Domains of your company's mail addresses",
        required=False,
        max_length=4000,
        help_text="One a line, such as example.com. What lies below it, such as eu.example.com, needs its own.",
        widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"}),
    )

    def clean_domains(self) -> list[str]:
        """Each of them checked, in small letters."""
        said = self.cleaned_data["domains"].replace(",", "\n").split()
        if len(said) > MOST_DOMAINS:
            raise forms.ValidationError(f"Those are more than {MOST_DOMAINS}.")
        try:
            return [domain_of(one) for one in said]
        except Refusal as refusal:
            raise forms.ValidationError(refusal.text) from refusal
