"""Who is meant, and whether somebody is sure."""

from __future__ import annotations

from django import forms


class FindForm(forms.Form):
    """Somebody who asks what we hold about them, by what they say of themselves."""

    who = forms.CharField(
        label="Address, profile link, record id or exact name",
        max_length=500,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )


class EraseForm(forms.Form):
    """The same, and a yes."""

    who = forms.CharField(max_length=500, widget=forms.HiddenInput)
    sure = forms.BooleanField(
        label="They asked for it, and I am sure that this is them",
        error_messages={"required": "Tick this first: it cannot be undone."},
    )
