"""What the asker writes and tells."""

from __future__ import annotations

import re
from typing import Any, cast

from django import forms

from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.letters import QUIET_LINES, Links
from ifnotyou.services import reading
from ifnotyou.services.reading import MOST_NAMES, Cleaned

TERMS = (
    (Terms.CONFIDENTIAL.value, "They did not say so: it stays with you"),
    (Terms.NAMED.value, "Yes, they may be named"),
    (Terms.INTRODUCE.value, "They make the introduction themselves"),
)
"""The terms on which a name can be heard: never anonymous, for you know who it was."""


def terms_field() -> forms.ChoiceField:
    """On which terms a name was heard; unanswered is confidential (playbook rule 4)."""
    return forms.ChoiceField(
        label="May you say that it came from them?",
        choices=TERMS,
        initial=Terms.CONFIDENTIAL.value,
        required=False,
        widget=forms.RadioSelect,
    )


_BETWEEN_NAMES = re.compile(r"[,;\n]| and ")


class NoteForm(forms.Form):
    """The note: the draft is a start."""

    subject = forms.CharField(label="Subject", max_length=150)
    body = forms.CharField(
        label="Your note", max_length=5000, strip=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    quiet = forms.MultipleChoiceField(
        label="Quiet lines at the end, if you like", required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, links: Links, **kwargs: Any) -> None:
        """Offer the lines with the links of this very ask."""
        super().__init__(*args, **kwargs)
        lines = [(key, line.format(**links._asdict())) for key, line in QUIET_LINES.items()]
        cast(forms.MultipleChoiceField, self.fields["quiet"]).choices = lines

    def clean_subject(self) -> str:
        """One line, as it stands in a mail."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_body(self) -> str:
        """Line ends as everywhere else."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()


class AnswerForm(forms.Form):
    """What was said, in one field. Without an answer to "may I say that it came from you?" it is confidential."""

    name = forms.CharField(
        label="The name you heard",
        max_length=300,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="A name, or a link to a public profile; where they work, if you like: “Ida Wells, Acme”. "
        "Leave it empty where they had nobody in mind.",
    )
    terms = terms_field()

    def clean_name(self) -> str:
        """One to three names: a list is turned away (playbook rule 6)."""
        name = str(self.cleaned_data["name"]).strip()
        parts = [part for part in _BETWEEN_NAMES.split(name) if part.strip()]
        if len(parts) > MOST_NAMES or reading.is_list(name):
            raise forms.ValidationError("One to three names are plenty: those they thought of first.")
        return name

    def clean_terms(self) -> Terms:
        """Unanswered means confidential."""
        return Terms(self.cleaned_data["terms"] or Terms.CONFIDENTIAL)

    def people(self, region: str) -> list[Cleaned]:
        """Who was named, without what must not be kept; nobody where the field was left empty."""
        name = self.cleaned_data["name"]
        if not name:
            return []
        several = reading.people_in(name, region=region)
        if len(several) > 1:
            return list(several)
        return [reading.clean(reading.read_who(name), welcome_address=False, region=region)]
