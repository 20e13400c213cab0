"""What somebody says of a token they make for a program."""

from __future__ import annotations

from typing import Any

from django import forms

from ifnotyou.models import User
from ifnotyou.services.tokens import MOST_DAYS, SCOPES, USUAL_DAYS, scopes_of


class TokenForm(forms.Form):
    """What it is for, what it may, and for how long."""

    name = forms.CharField(
        label="What it is for", max_length=120, help_text="So that you know it again later."
    )
    scopes = forms.MultipleChoiceField(
        label="What it may do", widget=forms.CheckboxSelectMultiple, required=False
    )
    days = forms.IntegerField(
        label="For how many days",
        min_value=1,
        max_value=MOST_DAYS,
        initial=USUAL_DAYS,
        help_text=f"At most {MOST_DAYS}. You can revoke it at any time before.",
    )

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        scopes = self.fields["scopes"]
        if isinstance(scopes, forms.MultipleChoiceField):
            scopes.choices = [(name, f"{SCOPES[name].words} ({name})") for name in scopes_of(user)]
