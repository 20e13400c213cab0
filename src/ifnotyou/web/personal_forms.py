"""What a candidate writes on their own page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services.reading import is_list, read_who


class NameForm(forms.Form):
    """Who; and, if they like, a little more. What is not answered about the terms means: in confidence."""

    who = forms.CharField(
        label=_("Who, or how to find them?"),
        help_text=_("A name will do. Or a link to a public profile."),
        max_length=300,
        error_messages={
            "required": _("Somebody has to be named here. Nobody comes to mind? That is fine: say so below."),
            "max_length": _("This is too long for a name. One person, and how to find them, is enough."),
        },
    )
    works_at = forms.CharField(
        label=_("Where they work, as far as you know"),
        max_length=200,
        required=False,
        error_messages={"max_length": _("A few words are enough here.")},
    )
    why = forms.CharField(
        label=_("Why you thought of them"),
        help_text=_(
            "One or two sentences about their work. What you write is theirs to read, if they ask us what we hold."
        ),
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _("Please make it shorter: one or two sentences are enough.")},
    )
    welcome = forms.BooleanField(
        label=_("They would be glad to be written to at the mail address that I gave."), required=False
    )
    word = forms.BooleanField(
        label=_("Let me read on this page when you have spoken with them. No mail comes of it."),
        required=False,
    )
    terms = forms.ChoiceField(
        choices=[(one.value, one.value) for one in Terms],
        required=False,
        error_messages={"invalid_choice": _("Please choose one of the ways.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        """Let the browser remember nothing of it."""
        super().__init__(data, auto_id="%s")
        for name in ("who", "works_at", "why"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_who(self) -> str:
        """One person: a list is turned away (playbook rule 6)."""
        return self._one_person("who")

    def clean_why(self) -> str:
        """The same goes for the words about them."""
        return self._one_person("why")

    def clean_terms(self) -> Terms:
        """Unanswered means confidential; without a name given here there is nothing to keep."""
        terms = Terms(self.cleaned_data["terms"] or Terms.CONFIDENTIAL)
        if terms is Terms.INTRODUCE:
            raise forms.ValidationError(
                _("Nothing was kept: where you introduce us yourself, we need no name. Your text is above.")
            )
        if terms is Terms.ANONYMOUS:
            raise forms.ValidationError(
                _(
                    "Nothing was kept: this page knows that it is yours. The address of the other one is above."
                )
            )
        return terms

    def given(self) -> Given:
        """What the fields say about one person, as it was typed."""
        told = read_who(self.cleaned_data["who"])
        return Given(
            name=told.name,
            found_at=told.found_at,
            email=told.email,
            works_at=self.cleaned_data["works_at"] or told.works_at,
            why=self.cleaned_data["why"],
        )

    def is_only_address(self) -> bool:
        """Whether they are told by a mail address and nothing else: then there is nobody without it."""
        who = str(self.cleaned_data["who"]).strip("<> ")
        return "@" in who and who.lower() == read_who(who).email.lower()

    def _one_person(self, field: str) -> str:
        text = str(self.cleaned_data[field])
        if is_list(text):
            raise forms.ValidationError(
                _(
                    "That is kind, and more than we want to hold: please name one person, the first you thought of."
                )
            )
        return text
