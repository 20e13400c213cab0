"""What a host writes about somebody named: the next step, what is right about them, which role it is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, cast

from django import forms
from django.core.validators import RegexValidator

from ifnotyou.models import Job, User, Vip
from ifnotyou.playbook.disclosure import Given
from ifnotyou.playbook.promises import time_zone
from ifnotyou.services import reading
from ifnotyou.services.correcting import About
from ifnotyou.services.hosting import LONGEST_STEP, end_of_day
from ifnotyou.services.reading import LONGEST
from ifnotyou.web.countries import COUNTRIES

NO_NUMBERS = "No telephone number and no mail address has its place here: please take it out."


class StepForm(forms.Form):
    """What comes next, by when, and whose turn it is."""

    words = forms.CharField(
        label="What comes next?",
        max_length=200,
        help_text="Such as: answer the question about the team. They may read this, if they ask.",
    )
    day = forms.DateField(label="By when?", widget=forms.DateInput(attrs={"type": "date"}))
    turn = forms.ChoiceField(
        label="Whose turn is it?",
        choices=[("ours", "Ours: it is a promise"), ("theirs", "Theirs: nobody reminds them")],
        initial="ours",
        widget=forms.RadioSelect,
    )

    def __init__(self, *args: Any, host: User, now: datetime, **kwargs: Any) -> None:
        """The day ends when the host's working day does."""
        super().__init__(*args, **kwargs)
        self._host, self._now = host, now
        today = now.astimezone(time_zone(host.zone)).date()
        self.fields["day"].widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST_STEP).isoformat(),
        }
        self.fields["words"].widget.attrs["autocomplete"] = "off"

    def clean_words(self) -> str:
        """A few words, and no way to call anybody."""
        words = " ".join(str(self.cleaned_data["words"]).split())
        if reading.what_goes(words, region=self._host.workspace.country):
            raise forms.ValidationError(NO_NUMBERS)
        return words

    def clean_day(self) -> date:
        """From today on, and in sight."""
        day: date = self.cleaned_data["day"]
        if not self._now < self._ends(day) <= self._now + LONGEST_STEP:
            raise forms.ValidationError(
                f"Choose a day from today on, at most {LONGEST_STEP.days} days ahead."
            )
        return day

    def due_at(self) -> datetime:
        """When the host's work ends on that day; today, where it has ended already, when the day does."""
        return self._ends(self.cleaned_data["day"])

    def _ends(self, day: date) -> datetime:
        return end_of_day(self._host, day, self._now)


class AsideForm(forms.Form):
    """Why nobody writes to them: only what we know of them now."""

    why = forms.ChoiceField(label="Why?", widget=forms.RadioSelect)

    def __init__(self, *args: Any, reasons: Iterable[tuple[str, str]], **kwargs: Any) -> None:
        """Offer what holds."""
        super().__init__(*args, **kwargs)
        cast(forms.ChoiceField, self.fields["why"]).choices = list(reasons)


class PersonForm(forms.Form):
    """Who somebody is: by their name, and how to find them. Telephone numbers are taken out."""

    name = forms.CharField(label="Name", max_length=LONGEST["name"])
    works_at = forms.CharField(label="Where they work", max_length=LONGEST["works_at"], required=False)
    found_at = forms.CharField(label="A public profile", max_length=LONGEST["found_at"], required=False)
    email = forms.EmailField(
        label="A mail address that is welcome",
        max_length=254,
        required=False,
        help_text="Their own, and never one of their work.",
    )

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        """Let the browser remember nothing of it."""
        super().__init__(*args, **kwargs)
        self._region = region
        for field in self.fields.values():
            field.widget.attrs["autocomplete"] = "off"

    def clean_found_at(self) -> str:
        """Only a public profile: what is no link would be lost."""
        link = str(self.cleaned_data["found_at"])
        if link and not reading.profile_link(link):
            raise forms.ValidationError(
                "This is no link to a public profile. Leave it empty if there is none."
            )
        return link

    def clean(self) -> dict[str, Any]:
        """What is left without telephone numbers has to be a name still."""
        data = super().clean() or self.cleaned_data
        if self.errors:
            return data
        given = Given(data["name"], data["found_at"], data["email"], data["works_at"])
        self.cleaned = reading.clean(given, welcome_address=bool(data["email"]), region=self._region)
        if not self.cleaned.given.name:
            self.add_error("name", "A name is needed.")
        return data

    def given(self) -> Given:
        """The person, cleaned."""
        return self.cleaned.given


class AboutForm(PersonForm):
    """What is right about somebody whom we know already."""

    country = forms.ChoiceField(
        label="Where are they?", required=False, choices=(("", "We do not know"), *COUNTRIES)
    )
    language = forms.CharField(
        label="The language they prefer",
        max_length=8,
        required=False,
        validators=[
            RegexValidator(
                r"^[a-z]{2,3}(-[A-Z]{2})?$", "Write it as a code, such as de or pt-BR, or leave it."
            )
        ],
        help_text="Such as de or pt-BR.",
    )

    def about(self) -> About:
        """What the service takes."""
        given = self.given()
        return About(
            name=given.name,
            found_at=given.found_at,
            email=given.email,
            works_at=given.works_at,
            country=self.cleaned_data["country"],
            language=self.cleaned_data["language"],
        )


class RoleForm(forms.Form):
    """The role that they are talked with about."""

    job = forms.ModelChoiceField(label="Role", queryset=Job.objects.none(), empty_label="Choose a role")

    def __init__(self, *args: Any, vip: Vip, **kwargs: Any) -> None:
        """Every open role, by its title: none of them is proposed."""
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Job]", self.fields["job"])
        others = Job.objects.filter(status="open").order_by("title", "pk")
        field.queryset = others.exclude(pk=vip.job_id) if vip.job_id else others
