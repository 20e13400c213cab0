"""What people write about those who were named, about off-limits companies, and into a weighing."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from ifnotyou.models import Vip
from ifnotyou.playbook.people import plain_company
from ifnotyou.services.notice import NOTICE_VERSION
from ifnotyou.services.off_limits import KINDS, LONGEST_YEARS, Entry, latest_expiry
from ifnotyou.services.vips import Contact
from ifnotyou.services.weighing import Decision, Says
from ifnotyou.web.countries import COUNTRIES

NOTICE_HOW = (
    ("in_message", "It stood in the first message"),
    ("linked", "The first message linked to it"),
    ("after_talk", "We talked, and it was sent right after"),
)
_LONG = 2000


class ContactForm(forms.Form):
    """That somebody has been in touch, and that the privacy notice went with it."""

    on = forms.DateField(
        label="When?", widget=forms.DateInput(attrs={"type": "date"}), initial=lambda: timezone.now().date()
    )
    notice_how = forms.ChoiceField(label="How was our privacy notice given?", choices=NOTICE_HOW)
    notice_version = forms.CharField(
        label="Which version of the notice?",
        max_length=20,
        help_text="As it stands on the notice, such as 2026-11.",
    )
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
        help_text="Such as de or pt-BR. The notice goes out in their language, not in ours.",
    )

    def __init__(self, *args: Any, vip: Vip, **kwargs: Any) -> None:
        """Start from what we know of them."""
        super().__init__(*args, **kwargs)
        self._vip = vip
        self.initial = {
            "notice_version": NOTICE_VERSION,
            "country": vip.country,
            "language": vip.language,
        }

    def clean_on(self) -> date:
        """Neither tomorrow nor before we had the name."""
        day: date = self.cleaned_data["on"]
        if day > timezone.now().date():
            raise forms.ValidationError("This day is still to come.")
        if day < self._vip.came_on:
            raise forms.ValidationError("On this day the name was not here yet.")
        return day

    def contact(self) -> Contact:
        """What the service takes."""
        return Contact(**self.cleaned_data)


class QuestionForm(forms.Form):
    """One question to whoever holds the receipt."""

    text = forms.CharField(
        label="Your question",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Kind, easy to answer, and nothing that would make them say who they are.",
    )


class OffLimitsForm(forms.Form):
    """A company for the list. Every field is needed: an entry that nobody answers for is none."""

    company = forms.CharField(label="Company", max_length=200)
    kind = forms.ChoiceField(label="Why?", choices=list(KINDS.items()), widget=forms.RadioSelect)
    owner = forms.CharField(
        label="Who answers for it?", max_length=200, help_text="Somebody of us, by name or role."
    )
    reference = forms.CharField(
        label="Counsel’s reference",
        max_length=200,
        help_text="Where the contract, the order or the advice is kept.",
    )
    expires_on = forms.DateField(
        label="Until when?",
        widget=forms.DateInput(attrs={"type": "date"}),
        help_text=f"At most {LONGEST_YEARS} years ahead. Then it has to be thought about again.",
    )

    def clean_company(self) -> str:
        """Something that a company can be known by."""
        company: str = self.cleaned_data["company"]
        if not plain_company(company):
            raise forms.ValidationError("Write the company’s name.")
        return company

    def clean_expires_on(self) -> date:
        """In the future, and not for ever."""
        day: date = self.cleaned_data["expires_on"]
        today = timezone.now().date()
        if day <= today:
            raise forms.ValidationError("This day is past.")
        if day > latest_expiry(today):
            raise forms.ValidationError(
                f"At most {LONGEST_YEARS} years ahead: {latest_expiry(today):%-d %B %Y}."
            )
        return day

    def entry(self) -> Entry:
        """What the service takes."""
        return Entry(**self.cleaned_data)


class AskedAgainForm(forms.Form):
    """What the referrer said when the asker asked again."""

    says = forms.ChoiceField(
        label="What do they say?",
        choices=[
            (Says.AGREES.value, "They agree: their name may be told"),
            (Says.OBJECTS.value, "They would rather not be named"),
            (Says.SILENT.value, "They did not answer"),
        ],
        widget=forms.RadioSelect,
    )
    why = forms.CharField(
        label="Why, in a sentence",
        max_length=_LONG,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The steward reads this, and does not know who it is: write nothing that gives them away.",
    )


class InterestsForm(forms.Form):
    """What speaks for either side."""

    vip_interest = forms.CharField(
        label="What speaks for the person who asks?",
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Something incorrect or hurtful was said about them? Then this weighs more.",
    )
    referrer_interest = forms.CharField(
        label="What speaks for the one who asked us to keep it in confidence?",
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="A mere wish, or a concrete risk, such as a covenant or their present employer?",
    )


class WeighedForm(forms.Form):
    """The decision, with its reasons."""

    decision = forms.ChoiceField(
        label="Which weighs more?",
        choices=[
            (Decision.KEEP.value, "The confidence: the name stays where it is"),
            (
                Decision.TELL.value,
                "The question: the name is told, after the referrer has heard so with the reasons",
            ),
        ],
        widget=forms.RadioSelect,
    )
    reasons = forms.CharField(
        label="Your reasons",
        max_length=_LONG,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Kept. Where the name is told, the referrer hears them first.",
    )
