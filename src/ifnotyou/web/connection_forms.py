"""What people type when they connect a system for applicants. What is to be asked, the connector says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings

from ifnotyou.connectors.ats.contract import AtsConnector, Field, Question
from ifnotyou.models import Connection
from ifnotyou.web.where import WHERE, WhereField

LONGEST = 4_000
LEAST_SECRET = 16
"""Characters of what the other system signs its calls with."""

_HIDDEN = {"autocomplete": "off"}


class ConnectForm(forms.Form):
    """The connector's fields. What is secret is never shown again: left empty, the one that is kept stays."""

    def __init__(self, *args: Any, kind: type[AtsConnector], connection: Connection | None) -> None:
        super().__init__(*args)
        self.kind = kind
        self.connection = connection
        has_secrets = bool(connection and connection.secrets)
        for field in kind.fields:
            self.fields[field.name] = _field(field, has_secrets=has_secrets)
            if connection and not field.secret:
                self.fields[field.name].initial = connection.settings.get(field.name, "")
        if settings.REACHABLE_NETWORKS:
            self.fields[WHERE] = WhereField(
                like="https://ats.example.com", before=connection.address if connection else ""
            )

    def clean(self) -> dict[str, Any]:
        """A key is told to nobody but the place that it was typed in for."""
        answers = super().clean() or self.cleaned_data
        before = self.connection.address if self.connection else ""
        if WHERE in answers and answers[WHERE] != before:
            for field in self.kind.fields:
                if field.secret and field.required and not answers.get(field.name):
                    self.add_error(field.name, "At another address this has to be typed in again.")
        return answers

    @property
    def values(self) -> dict[str, str]:
        """What was typed into the connector's own fields."""
        return {field.name: self.cleaned_data[field.name] for field in self.kind.fields}

    @property
    def address(self) -> str | None:
        """Where the system is; None where that is not asked."""
        return self.cleaned_data.get(WHERE)


class QuestionsForm(forms.Form):
    """What only the customer can say, with what was said before, or what it is taken for until then."""

    def __init__(self, *args: Any, questions: Sequence[Question], answers: dict[str, str]) -> None:
        super().__init__(*args)
        self.questions = questions
        for question in questions:
            self.fields[question.name] = _question(question, answers.get(question.name, question.answer))

    @property
    def answers(self) -> dict[str, str]:
        """By the question's name; several choices with a comma between them."""
        return {
            question.name: ",".join(said) if question.many else said
            for question in self.questions
            for said in [self.cleaned_data[question.name]]
        }


class HookSecretForm(forms.Form):
    """What the other system signs its calls with, made up there."""

    secret = forms.CharField(
        label="The secret that stands there",
        min_length=LEAST_SECRET,
        max_length=500,
        widget=forms.PasswordInput(attrs=_HIDDEN),
        help_text="Kept encrypted and never shown again.",
        error_messages={
            "required": "Copy the secret from there first.",
            "min_length": "This is too short to be it.",
        },
    )


def _field(field: Field, *, has_secrets: bool) -> forms.Field:
    if field.choices:
        return forms.ChoiceField(
            label=field.label,
            required=field.required,
            help_text=field.help,
            choices=[(choice.value, choice.label) for choice in field.choices],
        )
    if not field.secret:
        return forms.CharField(
            label=field.label,
            required=field.required,
            help_text=field.help,
            max_length=LONGEST,
            widget=forms.TextInput(attrs=_HIDDEN),
        )
    kept = (
        "Kept; leave it empty to keep it." if has_secrets else "It is kept encrypted and never shown again."
    )
    return forms.CharField(
        label=field.label,
        required=field.required and not has_secrets,
        help_text=f"{field.help} {kept}".strip(),
        max_length=LONGEST,
        widget=forms.PasswordInput(attrs=_HIDDEN),
    )


def _question(question: Question, answer: str) -> forms.Field:
    choices = [(choice.value, choice.label) for choice in question.choices]
    if question.many:
        return forms.MultipleChoiceField(
            label=question.label,
            help_text=question.help,
            required=False,
            choices=choices,
            initial=[value for value in answer.split(",") if value],
            widget=forms.CheckboxSelectMultiple,
        )
    # What was said may be gone there: nothing is chosen in its place without a word.
    unsaid = [] if answer in dict(choices) else [("", "Please choose")]
    return forms.ChoiceField(
        label=question.label,
        help_text=question.help,
        required=False,
        choices=[*unsaid, *choices],
        initial=answer,
    )
