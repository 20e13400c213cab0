"""What somebody types on the anonymous pages, read, cleaned and checked."""

from __future__ import annotations

import dataclasses
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from ifnotyou.models import RolePage
from ifnotyou.playbook.disclosure import Given
from ifnotyou.playbook.receipts import Receipt, read_receipt
from ifnotyou.playbook.remarks import Remark
from ifnotyou.services import reading
from ifnotyou.services.anonymous import LONGEST_LINE
from ifnotyou.services.reading import Cleaned

_LONGEST_WHO = 300
_LONGEST_WHY = 300
_ALONE = {"autocomplete": "off", "spellcheck": "false"}
"""The browser is to remember nothing, nor to send it to whoever checks spelling for it."""


class CleaningForm(forms.Form):
    """Takes out what we do not take, and points out what had better not be said."""

    def __init__(self, *args: Any, region: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "%s"
        self._region = region
        self._cleaned = Cleaned(Given(name=""))

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is sensitive in it: a person decides what stays."""
        return self._cleaned.remarks

    @property
    def taken_out(self) -> tuple[str, ...]:
        """What is gone: "telephone", "address"."""
        return self._cleaned.taken_out

    def given(self) -> Given:
        """What is to be kept, once the form is valid."""
        return self._cleaned.given

    def _take(self, given: Given, *, welcome_address: bool = False) -> Given:
        self._cleaned = reading.clean(given, welcome_address=welcome_address, region=self._region)
        return self._cleaned.given


class NameForm(CleaningForm):
    """One person, and under which receipt: that was made with the empty form, so that sending it twice is one name."""

    receipt = forms.CharField(required=False, widget=forms.HiddenInput(attrs={"autocomplete": "off"}))
    who = forms.CharField(
        label=_("Who, or how to find them?"),
        help_text=_("A name will do. Or a link to a public profile."),
        max_length=_LONGEST_WHO,
        widget=forms.TextInput(attrs=_ALONE),
        error_messages={"required": _("Please write who you think of, or how to find them.")},
    )
    works_at = forms.CharField(
        label=_("Where they work, as far as you know"),
        required=False,
        max_length=200,
        widget=forms.TextInput(attrs=_ALONE),
    )
    why = forms.CharField(
        label=_("Why you thought of them"),
        help_text=_(
            "One or two plain sentences. What you write is theirs to read, if they ask us what we hold."
        ),
        required=False,
        max_length=_LONGEST_WHY,
        widget=forms.Textarea(attrs={"rows": 3, **_ALONE}),
    )
    welcome = forms.BooleanField(
        label=_("They would be glad to be written to at the mail address that I gave."), required=False
    )

    def __init__(self, *args: Any, page: RolePage, **kwargs: Any) -> None:
        super().__init__(*args, region=page.workspace.country, **kwargs)
        self._page = page

    def clean_who(self) -> str:
        """One person."""
        return _not_a_list(self.cleaned_data["who"])

    def clean_why(self) -> str:
        """About one person."""
        return _not_a_list(self.cleaned_data["why"])

    def clean(self) -> dict[str, Any]:
        """Read who it is, without what we do not take."""
        data: dict[str, Any] = self.cleaned_data
        if "who" not in data or "why" not in data or "works_at" not in data:
            return data
        read = reading.read_who(data["who"])
        told = dataclasses.replace(read, works_at=data["works_at"] or read.works_at, why=data["why"])
        given = self._take(told, welcome_address=bool(data.get("welcome")))
        if not (given.name or given.found_at or given.email):
            self.add_error("who", self._nothing_left())
        return data

    def _nothing_left(self) -> str:
        if self.taken_out:
            return gettext(
                "We keep no telephone numbers, and a mail address only if you tick that it is welcome. "
                "A name, or a link to a public profile, is enough."
            )
        return gettext("We could not read a name in this. A name, or a link to a public profile, is enough.")

    def receipt_or(self, new: Receipt) -> Receipt:
        """The receipt that came with the form; a new one where somebody changed it."""
        receipt = read_receipt(self.cleaned_data["receipt"])
        return receipt if receipt is not None and receipt.page == self._page.pk else new


class ReceiptForm(forms.Form):
    """The receipt of somebody who comes back."""

    receipt = forms.CharField(
        label=_("Your receipt"),
        help_text=_("Capitals, spaces and dashes do not matter."),
        max_length=200,
        widget=forms.TextInput(attrs={**_ALONE, "autocapitalize": "characters"}),
        error_messages={"required": _("Please write the receipt that you were shown.")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.auto_id = "%s"


class LineForm(CleaningForm):
    """An answer, or something to add."""

    text = forms.CharField(
        label=_("Answer, or add something"),
        help_text=_("Little, and plainly. It waits, sealed, for a Monday as well."),
        max_length=LONGEST_LINE,
        widget=forms.Textarea(attrs={"rows": 3, **_ALONE}),
        error_messages={"required": _("Please write something, or leave it.")},
    )

    def clean_text(self) -> str:
        """The text without what we do not take."""
        text = _not_a_list(self.cleaned_data["text"])
        given = self._take(Given(name="", why=text))
        if not given.why:
            raise ValidationError(gettext("Nothing was left of it: numbers and addresses we do not take."))
        return given.why


def _not_a_list(text: str) -> str:
    if reading.is_list(text):
        raise ValidationError(
            gettext(
                "That is kind, and more than we want to hold: please name one person, the first you thought of."
            )
        )
    return text
