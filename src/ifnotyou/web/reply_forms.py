"""What a candidate answered: the text, and the people in it for the asker to confirm."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, cast

from django import forms
from django.http import QueryDict

from ifnotyou.models import Ask
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.remarks import Remark, RemarkKind
from ifnotyou.services import reading
from ifnotyou.services.plain_text import LONGEST_TEXT
from ifnotyou.services.reading import LONGEST, MOST_NAMES, Cleaned
from ifnotyou.web.card_forms import terms_field

REMARKS = {
    RemarkKind.HEALTH: "their health",
    RemarkKind.FAMILY: "their private life",
    RemarkKind.UNHAPPY_AT_WORK: "how they feel where they work",
    RemarkKind.BELIEF: "what they believe",
    RemarkKind.UNION: "a union or works council",
    RemarkKind.ORIGIN: "where they come from",
    RemarkKind.AGE: "their age",
    RemarkKind.PAY: "what they earn",
}
"""What a remark tells of, in words."""

TAKEN_OUT = {
    reading.TELEPHONE: "A telephone number was taken out.",
    reading.ADDRESS: "A mail address was taken out: it is kept only where they said that it is welcome.",
}
"""What was taken out, in words."""


class PasteForm(forms.Form):
    """The candidate's answer, as it came or as it was said."""

    text = forms.CharField(
        label="What they wrote, or what you heard",
        max_length=LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 6, "autocomplete": "off"}),
        help_text="Paste the whole mail if you like. You see what was understood before anything is kept.",
        error_messages={
            "max_length": "This is too long for an answer: a few lines with the name are enough."
        },
    )


class WhichCardForm(forms.Form):
    """To which of the asker's cards a forwarded reply belongs."""

    card = forms.TypedChoiceField(
        label="Whose answer is it?",
        coerce=int,
        widget=forms.RadioSelect,
        error_messages={"required": "Choose the card to which this answer belongs."},
    )

    def __init__(self, *args: Any, cards: Iterable[Ask], **kwargs: Any) -> None:
        """Offer the cards of this asker."""
        super().__init__(*args, **kwargs)
        choices = [(ask.pk, f"{ask.candidate.name}: {ask.decline.job.title}") for ask in cards]
        cast(forms.ChoiceField, self.fields["card"]).choices = choices


class PersonForm(forms.Form):
    """One person who was named, for the asker to look at, mend, and keep or leave out.

    Sensitive remarks are pointed out once; what stands there at the second look is the asker's decision.
    """

    keep = forms.BooleanField(label="Keep this person", required=False, initial=True)
    name = forms.CharField(label="Name", max_length=LONGEST["name"], required=False)
    works_at = forms.CharField(label="Where they work", max_length=LONGEST["works_at"], required=False)
    found_at = forms.CharField(label="A public profile", max_length=LONGEST["found_at"], required=False)
    email = forms.EmailField(
        label="A mail address, only if they said that it is welcome", max_length=254, required=False
    )
    why = forms.CharField(
        label="Why they were named",
        max_length=LONGEST["why"],
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One or two sentences about their work. What you write is theirs to read, if they ask.",
    )
    terms = terms_field()
    here = forms.BooleanField(
        label="This is the introduction: they are in copy, or wrote themselves", required=False
    )
    pointed_out = forms.CharField(required=False, widget=forms.HiddenInput)

    cleaned: Cleaned | None = None

    def __init__(self, *args: Any, region: str = "", expected: bool = False, **kwargs: Any) -> None:
        """Let the browser remember nothing of it. `expected`: the candidate wanted to introduce somebody."""
        super().__init__(*args, **kwargs)
        self.region = region
        if not expected:
            del self.fields["here"]
        for name in ("name", "works_at", "found_at", "email", "why"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean_terms(self) -> Terms:
        """Unanswered means confidential."""
        return Terms(self.cleaned_data["terms"] or Terms.CONFIDENTIAL)

    def clean_found_at(self) -> str:
        """Only a public profile: what is no link would be lost."""
        link = str(self.cleaned_data["found_at"])
        if link and not reading.profile_link(link):
            raise forms.ValidationError(
                "This is no link to a public profile. Leave it empty if there is none."
            )
        return link

    def clean(self) -> dict[str, Any]:
        """Take out what must not be kept, and point out once what had better not be."""
        data = super().clean() or self.cleaned_data
        if data.get("here"):
            data["terms"] = Terms.INTRODUCE
        if not data.get("keep") or self.errors or self._comes_by_themselves(data):
            return data
        given = Given(data["name"], data["found_at"], data["email"], data["works_at"], data["why"])
        self.cleaned = reading.clean(given, welcome_address=bool(data["email"]), region=self.region)
        if not self.cleaned.given.name:
            self.add_error("name", "A name is needed, or take the tick away.")
        seen = set(data["pointed_out"].splitlines())
        if not {remark.words.lower() for remark in self.cleaned.remarks} <= seen:
            self.add_error("why", "Have a look at the remark below first; then keep it as you think right.")
            self._point_out(self.cleaned.remarks)
        return data

    def kept(self) -> tuple[Given, Terms] | None:
        """The person as confirmed, None where they are left out."""
        if not self.cleaned_data.get("keep"):
            return None
        terms = self.cleaned_data["terms"]
        if self._comes_by_themselves(self.cleaned_data):
            return Given(""), terms
        return (self.cleaned.given, terms) if self.cleaned else None

    @property
    def remarks(self) -> list[tuple[str, str]]:
        """The sensitive remarks that stand there: the words, and what they tell of."""
        found = self.cleaned.remarks if self.cleaned else self.initial.get("remarks", ())
        return [(remark.words, REMARKS[remark.kind]) for remark in found]

    @property
    def taken_out(self) -> list[str]:
        """What was taken out of the fields as they were sent, in words."""
        return [TAKEN_OUT[code] for code in self.cleaned.taken_out] if self.cleaned else []

    def _comes_by_themselves(self, data: Mapping[str, Any]) -> bool:
        """Whether they are to be introduced and have not been: then we keep nothing of who it is."""
        return data["terms"] is Terms.INTRODUCE and not data.get("here")

    def _point_out(self, remarks: Iterable[Remark]) -> None:
        """Remember in the form that these remarks were shown."""
        if isinstance(self.data, QueryDict):
            self.data = self.data.copy()
            self.data[self.add_prefix("pointed_out")] = pointed_out(remarks)


def pointed_out(remarks: Iterable[Remark]) -> str:
    """Which remarks a page shows, as its form remembers them."""
    return "\n".join(remark.words.lower() for remark in remarks)


class BasePeopleFormSet(forms.BaseFormSet[PersonForm]):
    """The people of one reply: at least one of them kept."""

    def clean(self) -> None:
        """Something has to be kept, or there is nothing to do here."""
        if any(self.errors):
            return
        if not any(form.cleaned_data.get("keep") for form in self.forms):
            raise forms.ValidationError("Tick whom to keep, or go back to the card.")


PeopleFormSet = forms.formset_factory(
    PersonForm,
    formset=BasePeopleFormSet,
    extra=0,
    max_num=MOST_NAMES,
    absolute_max=MOST_NAMES,
    validate_max=True,
)


def people_form(people: Iterable[Cleaned], *, region: str, expected: bool) -> forms.BaseFormSet[PersonForm]:
    """The people as they were understood, to be looked at; one empty place where nobody was found."""
    initial: list[dict[str, object]] = [
        {
            "keep": True,
            "name": one.given.name,
            "works_at": one.given.works_at,
            "found_at": one.given.found_at,
            "why": one.given.why,
            "terms": Terms.CONFIDENTIAL.value,
            "pointed_out": pointed_out(one.remarks),
            "remarks": one.remarks,
        }
        for one in people
    ]
    empty: dict[str, object] = {"keep": True, "terms": Terms.CONFIDENTIAL.value}
    return PeopleFormSet(
        initial=initial[:MOST_NAMES] or [empty],
        prefix="person",
        form_kwargs={"region": region, "expected": expected},
    )
