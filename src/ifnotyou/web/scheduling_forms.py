"""When somebody works, where their calendar is, and when a talk takes place: read and checked."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import URLValidator

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.http import checked_address
from ifnotyou.models import Calendar, Talk, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.promises import time_zone
from ifnotyou.playbook.times import MINUTES, USUAL_MINUTES
from ifnotyou.playbook.vip_letters import LANGUAGES
from ifnotyou.queries.places import region_names
from ifnotyou.web.countries import COUNTRIES

_DAYS = tuple(enumerate("Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()))
_LENGTHS = tuple((minutes, f"{minutes} minutes") for minutes in MINUTES)
_WHEN = "%Y-%m-%dT%H:%M"
_CLOCK = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")


class HoursForm(forms.ModelForm[User]):
    """When somebody works: promises are counted, and times to talk proposed, by it."""

    country = forms.ChoiceField(
        label="Where I work",
        required=False,
        choices=(("", "Where the company is"), *COUNTRIES),
        help_text="For the public holidays. Where they differ by region, choose yours after keeping this.",
    )
    region = forms.CharField(label="Region", required=False, max_length=8, widget=forms.Select)
    work_days = forms.TypedMultipleChoiceField(
        label="My working days", choices=_DAYS, coerce=int, widget=forms.CheckboxSelectMultiple
    )
    booking_link = forms.URLField(
        label="My booking page",
        required=False,
        max_length=500,
        assume_scheme="https",
        validators=[URLValidator(["https"])],
        widget=forms.URLInput(attrs={"autocomplete": "off", "placeholder": "https://"}),
        help_text="Where people choose a time with you themselves. Letters offer it instead of times.",
    )

    class Meta:
        model = User
        fields = ("country", "region", "work_days", "work_from", "work_until", "booking_link")
        labels = {"work_from": "I begin at", "work_until": "I end at"}  # noqa: RUF012 - as Django reads it
        widgets = {"work_from": _CLOCK, "work_until": _CLOCK}  # noqa: RUF012 - as Django reads it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["work_days"] = list(self.instance.work_days)
        self.before = self.instance.country
        regions = region_names(self.data.get("country", "") if self.is_bound else self.before)
        choices = (("", "All of the country"), *regions)
        self.fields["region"].widget = forms.Select(choices=choices) if regions else forms.HiddenInput()

    def clean(self) -> dict[str, Any]:
        """A day that ends after it begins."""
        answers = super().clean() or self.cleaned_data
        begins, ends = answers.get("work_from"), answers.get("work_until")
        if begins and ends and begins >= ends:
            self.add_error("work_until", "The working day has to end after it begins.")
        return answers

    def clean_work_days(self) -> str:
        """The days as they are kept."""
        return "".join(str(day) for day in sorted(self.cleaned_data["work_days"]))

    def clean_region(self) -> str:
        """One of the country's. With another country the region of before is let go of, not complained about."""
        region, country = str(self.cleaned_data["region"]), str(self.cleaned_data.get("country", ""))
        if region in dict(region_names(country)):
            return region
        if region and country == self.before:
            raise forms.ValidationError("Choose one of the list.")
        return ""


class CalendarForm(forms.ModelForm[Calendar]):
    """Where somebody's own calendar says when they are busy."""

    kind = forms.ChoiceField(
        label="What there is",
        widget=forms.RadioSelect,
        initial="feed",
        choices=(
            (
                "feed",
                "An address that ends in .ics (Google: “secret address in iCal format”; Outlook: “publish”)",
            ),
            (
                "caldav",
                "A CalDAV server with user name and password (Nextcloud, Fastmail, Radicale, mailbox.org)",
            ),
        ),
    )
    url = forms.CharField(
        label="Its address",
        max_length=1000,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )
    password = forms.CharField(
        label="Password",
        required=False,
        strip=False,
        max_length=500,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text="Many providers want an app password here. Address and password are kept encrypted.",
    )

    class Meta:
        model = Calendar
        fields = ("kind", "url", "username", "password")
        labels = {"username": "User name"}  # noqa: RUF012 - as Django reads it
        widgets = {"username": forms.TextInput(attrs={"autocomplete": "off"})}  # noqa: RUF012 - as Django reads it

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # The mailbox on the same page has a password too: each id is there once.
        super().__init__(*args, **{"auto_id": "id_calendar_%s", **kwargs})
        # A feed's address is a secret: once kept, it is not shown again.
        self.initial.pop("url", None)
        self.initial.pop("password", None)
        self.fields["url"].required = not self.instance.pk

    def clean_url(self) -> str:
        """An address that may be asked."""
        url = str(self.cleaned_data["url"]).strip()
        for scheme in ("webcal:", "webcals:"):
            if url.lower().startswith(scheme):
                url = f"https:{url[len(scheme) :]}"
        if url:
            try:
                checked_address(url)
            except ConnectorError as error:
                raise forms.ValidationError(error.text) from error
        return url

    def clean(self) -> dict[str, Any]:
        """A CalDAV server has to know who asks."""
        answers = super().clean() or self.cleaned_data
        if answers.get("kind") == "caldav" and not answers.get("username"):
            self.add_error("username", "A CalDAV server wants to know who you are.")
        return answers


class LookForm(forms.Form):
    """For how long a talk times are looked for, and in which language they are told in a letter."""

    minutes = forms.TypedChoiceField(label="For how long?", choices=_LENGTHS, coerce=int, required=False)
    language = forms.ChoiceField(label="For a letter in", choices=tuple(LANGUAGES.items()), required=False)


class TalkForm(forms.Form):
    """When they talk, by the clock of the host."""

    when = forms.DateTimeField(
        label="When",
        input_formats=[_WHEN, "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format=_WHEN),
    )
    minutes = forms.TypedChoiceField(
        label="For how long?", choices=_LENGTHS, coerce=int, initial=USUAL_MINUTES
    )
    place = forms.CharField(
        label="Where",
        required=False,
        max_length=300,
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text="A link to a call, a place, or who calls whom. It stands in the invitation.",
    )

    def __init__(self, *args: Any, host: User, talk: Talk | None = None, **kwargs: Any) -> None:
        self.zone = time_zone(host.zone)
        if talk is not None:
            kwargs["initial"] = {
                "when": talk.starts_at.astimezone(self.zone).replace(tzinfo=None),
                "minutes": talk.minutes,
                "place": talk.place,
            } | (kwargs.get("initial") or {})
        super().__init__(*args, **kwargs)
        self.fields["when"].help_text = f"By the clock of {host.name} ({host.zone})."

    def clean_when(self) -> datetime:
        """A moment. The field reads a time without a zone as UTC: it is that of the host."""
        told = self.cleaned_data["when"].replace(tzinfo=None)
        try:
            moment: datetime = told.replace(tzinfo=self.zone).astimezone(UTC)
            back = moment.astimezone(self.zone).replace(tzinfo=None)
        except OverflowError as error:
            raise forms.ValidationError("That is no day of ours. Choose another.") from error
        if back != told:
            raise forms.ValidationError("The clocks go forward then: there is no such time. Choose another.")
        return moment


def hours_and_calendar(
    user: User,
    *,
    hours_form: HoursForm | None = None,
    calendar_form: CalendarForm | None = None,
    calendar_refusal: Refusal | None = None,
) -> dict[str, object]:
    """What the page of one's own settings shows about working hours and calendar."""
    calendar = Calendar.objects.filter(user=user).first()
    return {
        "hours_form": hours_form or HoursForm(instance=user),
        "calendar_form": calendar_form or CalendarForm(instance=calendar),
        "calendar": calendar,
        "calendar_host": checked_address(calendar.url).hostname if calendar else "",
        "calendar_refusal": calendar_refusal,
    }
