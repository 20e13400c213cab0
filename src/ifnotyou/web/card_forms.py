"""What the asker writes and tells."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from ifnotyou.playbook.letters import QUIET_LINES

MOST_NAMES = 3


class NoteForm(forms.Form):
    """The note: the draft is a start."""

    subject = forms.CharField(label="Subject", max_length=150)
    body = forms.CharField(
        label="Your note", max_length=5000, strip=False, widget=forms.Textarea(attrs={"rows": 16})
    )
    quiet = forms.MultipleChoiceField(
        label="Two quiet lines at the end, if you like",
        choices=list(QUIET_LINES.items()),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def clean_subject(self) -> str:
        """One line, as it stands in a mail."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_body(self) -> str:
        """Line ends as everywhere else."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()


class AnswerForm(forms.Form):
    """What came back. Without an answer to "may I say that it came from you?" it is confidential."""

    name = forms.CharField(
        label="The name you heard",
        max_length=200,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="Leave it empty where they had nobody in mind.",
    )
    terms = forms.ChoiceField(
        label="May you say that it came from them?",
        choices=[
            ("confidential", "They did not say so: it stays with you"),
            ("named", "Yes, they may be named"),
            ("introduce", "They make the introduction themselves"),
        ],
        initial="confidential",
        required=False,
        widget=forms.RadioSelect,
    )

    def clean(self) -> dict[str, Any]:
        """One to three names: a list is turned away (playbook rule 6)."""
        data = super().clean() or {}
        if (
            len([name for name in re.split(r"[,;/\n]| and ", data.get("name", "")) if name.strip()])
            > MOST_NAMES
        ):
            self.add_error("name", "One to three names are plenty: those they thought of first.")
        return data
