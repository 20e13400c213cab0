"""What a host writes to somebody named."""

from __future__ import annotations

from typing import Any

from django import forms

from ifnotyou.playbook.vip_letters import LANGUAGES
from ifnotyou.services.vip_letters import Words

_CHOICES = list(LANGUAGES.items())


class LanguageForm(forms.Form):
    """In which language the draft is begun."""

    language = forms.ChoiceField(label="Their language", choices=_CHOICES)


class LetterForm(forms.Form):
    """The letter: the draft is a start. Its language says which source sentence and which notice go with it."""

    subject = forms.CharField(
        label="Subject",
        max_length=150,
        help_text="Neutral: others may read it over their shoulder.",
    )
    body = forms.CharField(label="Your letter", max_length=5000, widget=forms.Textarea(attrs={"rows": 20}))
    language = forms.ChoiceField(choices=_CHOICES, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Say to the reader's machine in which language the fields are, for its voice and its spelling."""
        super().__init__(*args, **kwargs)
        for field in ("subject", "body"):
            self.fields[field].widget.attrs["lang"] = self.words_so_far().language

    def clean_subject(self) -> str:
        """One line, as it stands in a mail."""
        return " ".join(str(self.cleaned_data["subject"]).split())

    def clean_body(self) -> str:
        """Line ends as everywhere else."""
        return str(self.cleaned_data["body"]).replace("\r\n", "\n").strip()

    def words(self) -> Words:
        """What the service takes."""
        return Words(**self.cleaned_data)

    def words_so_far(self) -> Words:
        """As they stand there, good or not: for the check as one types."""
        language = str(self["language"].value() or "")
        return Words(
            str(self["subject"].value() or ""),
            str(self["body"].value() or ""),
            language if language in LANGUAGES else "en",
        )
