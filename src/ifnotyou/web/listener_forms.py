"""What admins type in about a program that is to hear of what happens here."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from ifnotyou.models import Listener
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services.happenings import SENTENCES
from ifnotyou.services.listeners import host_of

LONGEST = 2_000


class ListenerForm(forms.Form):
    """The address to call, and of what. The address is a secret: never shown again; left empty, it stays."""

    url = forms.CharField(
        label="The address to call",
        max_length=LONGEST,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        error_messages={"required": "Where is it to be called?"},
    )
    kinds = forms.MultipleChoiceField(
        label="What it wants to hear of",
        required=False,
        choices=[(kind.value, f"{kind.value}: {sentence}") for kind, sentence in SENTENCES.items()],
        widget=forms.CheckboxSelectMultiple,
        help_text="None ticked: all of it, and what will be added later.",
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, listener: Listener | None = None) -> None:
        super().__init__(data, initial={"kinds": listener.kinds} if listener else None)
        url = self.fields["url"]
        url.help_text = "It begins with https:// and can be reached from the internet. Kept encrypted."
        if listener is not None:
            url.required = False
            url.help_text += f" Empty: the one at {listener.host} stays."

    def clean_url(self) -> str:
        """An address that may be called."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                host_of(url)
            except Refusal as refusal:
                raise forms.ValidationError(refusal.text) from refusal
        return url
