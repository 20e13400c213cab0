"""What somebody named puts right about themselves on their own page."""

from __future__ import annotations

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from ifnotyou.models import Vip
from ifnotyou.playbook.disclosure import Given
from ifnotyou.playbook.notice import language_known
from ifnotyou.services.correcting import About
from ifnotyou.services.reading import Cleaned, clean

_TOO_LONG = _("Please make it shorter.")


class CorrectionForm(forms.Form):
    """Name, where to find them, and in which language we write; what is left empty is no longer kept."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=200,
        error_messages={
            "required": _("A name is needed here; any that you like to be called by."),
            "max_length": _TOO_LONG,
        },
    )
    email = forms.EmailField(
        label=_("Mail address"),
        max_length=254,
        required=False,
        error_messages={"invalid": _("This is not a mail address."), "max_length": _TOO_LONG},
    )
    found_at = forms.CharField(
        label=_("A public profile"),
        max_length=500,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    works_at = forms.CharField(
        label=_("Where you work"), max_length=200, required=False, error_messages={"max_length": _TOO_LONG}
    )
    language = forms.ChoiceField(
        label=_("In which language shall we write?"),
        required=False,
        choices=(("", "–"), *settings.LANGUAGES),
    )

    def __init__(self, data: Any = None, *, vip: Vip) -> None:
        """Start from what we hold."""
        self._vip = vip
        held = {field: getattr(vip, field) for field in ("name", "email", "found_at", "works_at")}
        super().__init__(data, auto_id="%s", initial=held | {"language": language_known(vip.language)})
        for name in ("name", "email", "found_at", "works_at"):
            self.fields[name].widget.attrs["autocomplete"] = "off"

    def clean(self) -> dict[str, Any]:
        """As everywhere: no telephone numbers, and only a profile that everybody can open."""
        answers = super().clean() or self.cleaned_data
        if not self.errors:
            given = self.cleaned().given
            if not given.name:
                self.add_error("name", self.fields["name"].error_messages["required"])
            if answers["found_at"] and not given.found_at:
                self.add_error("found_at", _("This is not the address of a public profile."))
            if answers["email"] and not given.email:
                self.add_error("email", self.fields["email"].error_messages["invalid"])
        return answers

    def cleaned(self) -> Cleaned:
        """What may be kept of it. Their own address is welcome, or they would not have typed it."""
        told = {field: self.cleaned_data[field] for field in ("name", "email", "found_at", "works_at")}
        region = self._vip.country or self._vip.workspace.country
        return clean(Given(**told), welcome_address=bool(told["email"]), region=region)

    def about(self) -> About:
        """What the service takes; the country stays, and so does a finer form of the same language."""
        given, language = self.cleaned().given, self.cleaned_data["language"]
        if language == language_known(self._vip.language):
            language = self._vip.language
        return About(
            name=given.name,
            found_at=given.found_at,
            email=given.email,
            works_at=given.works_at,
            country=self._vip.country,
            language=language,
        )
