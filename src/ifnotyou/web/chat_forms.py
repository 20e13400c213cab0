"""What people type about chats: an admin the company's, everybody how they want to be told."""

from __future__ import annotations

import json
from typing import Any

from django import forms
from django.conf import settings

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import ChatConnector
from ifnotyou.connectors.http import checked_address
from ifnotyou.models import Chat, ChatAddress, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import chats
from ifnotyou.web.where import WHERE, WhereField

LONGEST = 2_000
_HIDDEN = {"autocomplete": "off"}


class ChatForm(forms.Form):
    """The connector's fields. What is kept is never shown again: left empty, it stays."""

    def __init__(self, *args: Any, kind: type[ChatConnector], chat: Chat | None) -> None:
        super().__init__(*args)
        self.kind = kind
        kept: dict[str, str] = json.loads(chat.secrets) if chat and chat.secrets else {}
        self.before = kept.get(chats.ADDRESS, "")
        for field in kind.fields:
            stays = (
                "Kept; leave it empty to keep it."
                if field.name in kept
                else "Kept encrypted, never shown again."
            )
            self.fields[field.name] = forms.CharField(
                label=field.label,
                help_text=f"{field.help} {stays}",
                required=field.required and field.name not in kept,
                max_length=LONGEST,
                widget=forms.PasswordInput(attrs=_HIDDEN),
            )
        if settings.REACHABLE_NETWORKS:
            self.fields[WHERE] = WhereField(like="https://chat.example.com", before=self.before)

    def clean(self) -> dict[str, Any]:
        """A token is told to nobody but the place that it was typed in for."""
        answers = super().clean() or self.cleaned_data
        if WHERE in answers and answers[WHERE] != self.before:
            for field in self.kind.fields:
                if not answers.get(field.name):
                    self.add_error(field.name, "At another address this has to be typed in again.")
        return answers

    @property
    def values(self) -> dict[str, str]:
        """What was typed into the connector's own fields."""
        return {field.name: self.cleaned_data[field.name] for field in self.kind.fields}

    @property
    def address(self) -> str | None:
        """Where the chat is; None where that is not asked."""
        return self.cleaned_data.get(WHERE)


class TellingForm(forms.Form):
    """How somebody wants to be told: by mail, in a chat, or not at all."""

    told_by = forms.ChoiceField(label="Tell me", required=False, widget=forms.RadioSelect)

    def __init__(self, *args: Any, user: User, kept: ChatAddress | None) -> None:
        super().__init__(*args)
        self.kept = kept
        there = [all_chats()[slug] for slug in chats.open_to(user.workspace)]
        self.own = [one for one in there if one.address_label]
        """The chats to which everybody gives an address of their own."""
        self.fields["told_by"] = forms.ChoiceField(
            label="Tell me",
            required=False,
            choices=[
                (chats.MAIL, "By mail"),
                *((one.slug, f"In {one.label}") for one in there),
                (chats.NOT_AT_ALL, "Not at all: I look here by myself"),
            ],
            initial=user.told_by,
            widget=forms.RadioSelect,
        )
        for one in self.own:
            stays = " Kept; leave it empty to keep it." if self._keeps(one.slug) else ""
            self.fields[one.slug] = forms.CharField(
                label=f"{one.address_label}, for {one.label}",
                help_text=f"A secret: kept encrypted, never shown again.{stays}",
                required=False,
                max_length=LONGEST,
                widget=forms.PasswordInput(attrs=_HIDDEN),
            )

    def clean_told_by(self) -> str:
        """Whoever wants to hear nothing says so: silence is no answer."""
        if self.add_prefix("told_by") not in self.data:
            raise forms.ValidationError("Choose one.")
        told_by: str = self.cleaned_data["told_by"]
        return told_by

    def clean(self) -> dict[str, Any]:
        """The address that the chosen chat wants, which may be asked."""
        answers = super().clean() or self.cleaned_data
        chosen = next((one for one in self.own if one.slug == answers.get("told_by")), None)
        if chosen is None:
            return answers
        address = answers.get(chosen.slug, "")
        if not address and not self._keeps(chosen.slug):
            self.add_error(chosen.slug, "Paste the address here. The steps stand above.")
        elif address:
            try:
                checked_address(address)
            except ConnectorError as error:
                self.add_error(chosen.slug, error.text)
        return answers

    @property
    def address(self) -> str:
        """The address that was typed in for the chosen chat; "" where there was none to type in."""
        address: str = self.cleaned_data.get(self.cleaned_data["told_by"] or "told_by", "")
        return address if any(one.slug == self.cleaned_data["told_by"] for one in self.own) else ""

    def _keeps(self, slug: str) -> bool:
        return self.kept is not None and self.kept.system == slug and bool(self.kept.secret)


def how_told(
    user: User, *, telling_form: TellingForm | None = None, telling_refusal: Refusal | None = None
) -> dict[str, object]:
    """What the page of one's own settings shows about being told."""
    kept = ChatAddress.objects.filter(user=user).first()
    form = telling_form or TellingForm(user=user, kept=kept)
    return {
        "telling_form": form,
        "telling_refusal": telling_refusal,
        "telling_trouble": _trouble(user, kept),
        "telling_steps": [(one.label, one.steps) for one in form.own],
    }


def _trouble(user: User, kept: ChatAddress | None) -> str:
    """Why what should come in a chat comes by mail for now; "" where all is well."""
    if user.told_by in {chats.MAIL, chats.NOT_AT_ALL}:
        return ""
    if kept is None or kept.system != user.told_by:
        return "We do not know any more where you are there. Choose it once more."
    return kept.trouble
