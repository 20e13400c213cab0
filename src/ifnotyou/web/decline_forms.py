"""What people tell about a decline."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils import timezone

from ifnotyou.models import Employee

PLACES = 3
"""So many colleagues, in order, may have been named as whom they enjoyed meeting."""


class DeclineForm(forms.Form):
    """What somebody tells in a hurry ("she just called me"): two fields are needed, all else helps."""

    name = forms.CharField(label="Who declined?", max_length=200)
    job_title = forms.CharField(label="Which role?", max_length=300)
    declined_on = forms.DateField(
        label="When?", widget=forms.DateInput(attrs={"type": "date"}), initial=lambda: timezone.now().date()
    )
    email = forms.EmailField(label="Their address", required=False, max_length=254)
    reason = forms.CharField(
        label="Why, in their words",
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Only those who decide about the ask read this.",
    )
    talked_with = forms.ModelChoiceField(
        label="Who of us talked with them?",
        queryset=Employee.objects.none(),
        required=False,
        empty_label="Nobody yet",
    )
    minutes = forms.IntegerField(
        label="For how many minutes?", required=False, min_value=1, max_value=600, initial=30
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Offer the colleagues of this workspace."""
        super().__init__(*args, **kwargs)
        field = self.fields["talked_with"]
        assert isinstance(field, forms.ModelChoiceField)  # noqa: S101 - says so to the type checker
        field.queryset = Employee.objects.filter(active=True).order_by("name")

    def clean_declined_on(self) -> Any:
        """Not tomorrow."""
        day = self.cleaned_data["declined_on"]
        if day > timezone.now().date():
            raise forms.ValidationError("This day is still to come.")
        return day

    def told(self) -> dict[str, Any]:
        """What HandWritten takes."""
        data = dict(self.cleaned_data)
        return data | {"notes": data.pop("reason"), "minutes": data["minutes"] or 0}


class DecisionForm(forms.Form):
    """Yes or no, and why."""

    answer = forms.ChoiceField(
        label="May we ask?",
        choices=[("yes", "Yes, ask"), ("no", "No, leave it")],
        initial="no",  # the default of the playbook
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="Why?", max_length=2000, widget=forms.Textarea(attrs={"rows": 2}), help_text="This is kept."
    )


class EnjoyedForm(forms.Form):
    """Whom they most enjoyed meeting, in the order in which they said it."""

    def __init__(self, *args: Any, met: Sequence[Employee], **kwargs: Any) -> None:
        """Offer those whom they met."""
        super().__init__(*args, **kwargs)
        self._met = {str(employee.pk): employee for employee in met}
        names = [("", "Nobody"), *((key, employee.name) for key, employee in self._met.items())]
        for place in range(min(PLACES, len(met))):
            label = ("They named first", "Then", "Then also")[place]
            self.fields[f"place{place}"] = forms.ChoiceField(label=label, choices=names, required=place == 0)

    def employees(self) -> list[Employee]:
        """The colleagues in order, each once."""
        chosen = dict.fromkeys(value for value in self.cleaned_data.values() if value)
        return [self._met[key] for key in chosen]
