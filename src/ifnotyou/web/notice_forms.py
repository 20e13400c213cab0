"""What a company says about itself in the privacy notice, and the test of its interest against theirs."""

from __future__ import annotations

from typing import Any

from django import forms

from ifnotyou.playbook.notice import RECIPIENTS, SAFEGUARDS, Company
from ifnotyou.services.notice import Balancing
from ifnotyou.web.countries import COUNTRIES

_LONG = 4000

_RECIPIENTS = {
    "hosting": "Whoever runs our servers",
    "mail": "Whoever carries our mail",
    "ats": "The provider of our applicant tracking system",
    "calendar": "The provider of our calendar and video calls",
    "group": "Companies of our own group",
}
_SAFEGUARDS = {
    "adequacy": "An adequacy decision",
    "dpf": "The EU-US Data Privacy Framework",
    "clauses": "Standard data protection clauses",
    "rules": "Binding corporate rules",
}


class NoticeForm(forms.Form):
    """The fields of the notice. What is empty is kept empty: the page tells what is missing."""

    name = forms.CharField(
        label="Full name of the company",
        required=False,
        max_length=200,
        help_text="As in the commercial register, such as Acme GmbH.",
    )
    address = forms.CharField(
        label="Postal address", required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3})
    )
    country = forms.ChoiceField(
        label="Country", required=False, choices=(("", "Not said yet"), *COUNTRIES), help_text="Where it is."
    )
    contact = forms.CharField(
        label="Contact for privacy",
        required=False,
        max_length=254,
        help_text="An address, or the page of a form. People who are named are told to write here.",
    )
    representative = forms.CharField(
        label="Representative in the EU or the UK",
        required=False,
        max_length=300,
        help_text="Only where the company itself is elsewhere: name and address.",
    )
    officer = forms.CharField(
        label="Data protection officer",
        required=False,
        max_length=300,
        help_text="Name or role, and how to reach them.",
    )
    no_officer = forms.BooleanField(label="The law asks for none here", required=False)
    nobody_else = forms.BooleanField(label="Nobody but colleagues receives the data", required=False)
    transfers = forms.ChoiceField(
        label="Do data go to another country?",
        required=False,
        widget=forms.RadioSelect,
        choices=(
            ("none", "No: they stay in our country, or in the European Economic Area if we are in it"),
            ("some", "Yes"),
        ),
    )
    transfers_to = forms.CharField(
        label="To whom, and where",
        required=False,
        max_length=500,
        help_text="Such as: Example Mail Inc., USA. It stands in every language as you write it.",
    )
    safeguards = forms.MultipleChoiceField(
        label="What protects them there",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[(kind, _SAFEGUARDS[kind]) for kind in SAFEGUARDS],
    )
    authority = forms.CharField(
        label="Data protection authority",
        required=False,
        max_length=300,
        help_text="The one that is responsible for the company: name and address or page.",
    )

    def __init__(self, data: Any = None, *, company: Company) -> None:
        """Start from what is kept; each kind of recipient is a tick, with a name if somebody likes to tell it."""
        held = dict(company.recipients)
        fields = ("name", "address", "country", "contact", "representative", "officer", "no_officer")
        initial = {field: getattr(company, field) for field in (*fields, "nobody_else", "transfers")}
        initial |= {"transfers_to": company.transfers_to, "safeguards": list(company.safeguards)}
        initial |= {"authority": company.authority}
        for kind in RECIPIENTS:
            initial |= {f"to_{kind}": kind in held, f"to_{kind}_name": held.get(kind, "")}
        super().__init__(data, initial=initial)
        for kind in RECIPIENTS:
            self.fields[f"to_{kind}"] = forms.BooleanField(label=_RECIPIENTS[kind], required=False)
            self.fields[f"to_{kind}_name"] = forms.CharField(
                label=f"{_RECIPIENTS[kind]}: name", required=False, max_length=200
            )

    @property
    def recipients(self) -> list[tuple[forms.BoundField, forms.BoundField]]:
        """The fields of each kind of recipient: the tick, and the name."""
        return [(self[f"to_{kind}"], self[f"to_{kind}_name"]) for kind in RECIPIENTS]

    def clean(self) -> dict[str, Any]:
        """Nothing that says two things at once."""
        answers = super().clean() or self.cleaned_data
        if answers.get("officer") and answers.get("no_officer"):
            self.add_error("no_officer", "Either name an officer, or say that none is required.")
        if answers.get("nobody_else") and any(answers.get(f"to_{kind}") for kind in RECIPIENTS):
            self.add_error("nobody_else", "Somebody is ticked who does: take one of the two away.")
        for kind in RECIPIENTS:
            if answers.get(f"to_{kind}_name") and not answers.get(f"to_{kind}"):
                self.add_error(f"to_{kind}_name", "Tick it too, or take the name away.")
        return answers

    def company(self) -> Company:
        """What the service takes."""
        told = self.cleaned_data
        some = told["transfers"] == "some"
        return Company(
            name=told["name"],
            address=told["address"].replace("\r\n", "\n"),
            country=told["country"],
            contact=told["contact"],
            representative=told["representative"],
            officer=told["officer"],
            no_officer=told["no_officer"],
            recipients=tuple((kind, told[f"to_{kind}_name"]) for kind in RECIPIENTS if told[f"to_{kind}"]),
            nobody_else=told["nobody_else"],
            transfers=told["transfers"],
            transfers_to=told["transfers_to"] if some else "",
            safeguards=tuple(kind for kind in SAFEGUARDS if some and kind in told["safeguards"]),
            authority=told["authority"],
        )


class BalancingForm(forms.Form):
    """The test in its three parts, and that somebody has read it."""

    interest = forms.CharField(
        label="The interest", max_length=_LONG, widget=forms.Textarea(attrs={"rows": 6})
    )
    necessity = forms.CharField(
        label="Why it is necessary", max_length=_LONG, widget=forms.Textarea(attrs={"rows": 6})
    )
    balance = forms.CharField(label="The balance", max_length=_LONG, widget=forms.Textarea(attrs={"rows": 9}))
    read = forms.BooleanField(
        label="I have read it, and it holds for us",
        error_messages={"required": "Read it first, and tick this: it stands under your name."},
    )

    def __init__(self, data: Any = None, *, balancing: Balancing) -> None:
        """Start from what is kept, or shipped."""
        super().__init__(
            data,
            initial={field: getattr(balancing, field) for field in ("interest", "necessity", "balance")},
        )
