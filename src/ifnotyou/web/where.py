"""The field for where another system is, for those who run one in their own network (REACHABLE_NETWORKS)."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.validators import URLValidator

WHERE = "where"
"""What the field is called: a name that no connector takes for a field of its own."""


class WhereField(forms.CharField):
    """The beginning of an address, without a slash at its end; "" for the system's usual place."""

    def __init__(self, *, like: str, before: str) -> None:
        """`like`: an address to show to whoever typed none; `before`: the one that is kept."""
        super().__init__(
            label="Its address",
            required=False,
            max_length=300,
            initial=before,
            help_text="Empty for its usual place. To be chosen because you run ifnotyou with REACHABLE_NETWORKS.",
            widget=forms.TextInput(attrs={"autocomplete": "off"}),
        )
        self.validators.append(
            URLValidator(["https", "http"], message=f"This is no address. It looks like {like}.")
        )

    def to_python(self, value: Any) -> str:
        """Without what people leave at its end."""
        return str(super().to_python(value)).rstrip("/")
