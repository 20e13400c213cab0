"""What somebody says of where a person stands in a system for applicants."""

from __future__ import annotations

from django import forms
from django.core.validators import URLValidator
from django.http import QueryDict

from ifnotyou.services.filing import LONGEST_LINK

LONGEST_ID = 100

_is_link = URLValidator(schemes=["https"])


class WhereForm(forms.Form):
    """Where they are there: the link to their page, or their id; or neither."""

    where = forms.CharField(
        label="Their page there, or their id",
        required=False,
        max_length=LONGEST_LINK,
        help_text="Leave it empty if you do not have it. Only by their id can we put tag and note there, and see how "
        "far they come.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )

    def __init__(self, data: QueryDict | None = None, *, filing: int) -> None:
        """`filing` is the key of the filing that it is about."""
        super().__init__(data, prefix=f"filing-{filing}")
        self.filing = filing

    def clean_where(self) -> str:
        """A link that begins with https://, or something without a blank and a slash."""
        where = str(self.cleaned_data["where"]).strip()
        if "/" in where:
            _is_link(where)
        elif len(where) > LONGEST_ID or len(where.split()) > 1:
            raise forms.ValidationError("An id is one word. Or copy the link of their page there.")
        return where

    @property
    def person(self) -> str:
        """The id, "" where a link was given, or nothing."""
        where: str = self.cleaned_data["where"]
        return "" if "/" in where else where

    @property
    def link(self) -> str:
        """The link, "" where an id was given, or nothing."""
        where: str = self.cleaned_data["where"]
        return where if "/" in where else ""
