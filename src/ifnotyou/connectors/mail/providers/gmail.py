"""Gmail, by the Gmail API (v1)."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import ClassVar

from ifnotyou.connectors.mail.message import Note, as_eml
from ifnotyou.connectors.mail.providers import contract
from ifnotyou.connectors.mail.providers.contract import ProviderMailbox, Scope, Tokens
from ifnotyou.connectors.reading import read_json

_JSON = "application/json"


class GmailMailbox(ProviderMailbox):
    """A mailbox at Gmail. It cannot be looked into: what we may do does not reach that far, and is not to."""

    label = "Gmail"

    def send(self, note: Note) -> None:
        """Hand the note over; see Mailbox. Gmail keeps its own copy among the sent ones."""
        answer = self._post("/gmail/v1/users/me/messages/send", _JSON, _as_json(_message(note)))
        if not _has_id(answer.body):
            raise self._unclear()

    def draft(self, note: Note) -> None:
        """Put the note among the drafts; see ProviderMailbox."""
        answer = self._post("/gmail/v1/users/me/drafts", _JSON, _as_json({"message": _message(note)}))
        if not _has_id(answer.body):
            raise self._unclear()

    def check(self) -> None:
        """Ask whose mailbox it is, sending nothing; see Mailbox."""
        self.address()

    def address(self) -> str:
        """The address of the account; see ProviderMailbox."""
        profile = self._get("/gmail/v1/users/me/profile", {})
        address = profile.get("emailAddress") if isinstance(profile, dict) else None
        if not isinstance(address, str):
            raise self._refusal(404)
        return address


class Provider(contract.Provider):
    """Google's consent for one scope, which is enough to send, to make drafts, and to know the address."""

    slug = "gmail"
    label = "Gmail"
    scopes = (
        Scope(
            "https://www.googleapis.com/auth/gmail.compose",
            "to send the note, to put it among the drafts, and to learn the address it leaves from. The narrowest that "
            "does all three: gmail.send alone makes no drafts and does not tell the address. It does not open the "
            "inbox, nor the sent mails.",
        ),
    )
    steps = (
        "In the Google Cloud console (console.cloud.google.com) choose a project of your company, or make one.",
        "Under “APIs & Services”, “Library”, look for “Gmail API” and enable it.",
        "Under “Google Auth Platform”, “Audience”, choose “Internal”: then only people of your Workspace can connect.",
        "Under “Data Access” add the scope https://www.googleapis.com/auth/gmail.compose and nothing else.",
        "Under “Clients” make a client of the type “Web application” and enter {back} as an authorised redirect URI.",
        "Copy the client ID and the client secret, and enter them here.",
        "Where your Workspace restricts programs, trust this client in its Admin console (“Security”, “API controls”).",
    )
    extra: ClassVar[Mapping[str, str]] = {"access_type": "offline", "prompt": "consent"}
    never = (
        "We read no mail, list none and delete none. What leaves or becomes a draft is exactly the note on the screen, "
        "after its writer pressed the button, once."
    )
    take_back = "In the Google account under “Security”, “Your connections to third-party apps & services”."
    ends = (
        "Google ends it when the person changes their password, when it was not used for six months, or when an admin "
        "of the Workspace withdraws it; and after seven days while an “External” client is in testing."
    )
    review = (
        "None for an “Internal” client: it is for your own Google Workspace only. gmail.compose is one of Google’s "
        "restricted scopes: an “External” client for anybody needs Google’s verification, and a security assessment."
    )
    page = "gmail.md"
    unconfirmed = (
        "Whether Gmail keeps our Message-ID. Nothing depends on it here: we cannot look into the sent mails anyway.",
        "What an answer of Gmail’s with a server error means for a note. It is taken for unclear, always.",
    )

    @property
    def consent_address(self) -> str:
        """See Provider."""
        return self.at("https://accounts.google.com/o/oauth2/v2/auth")

    @property
    def token_address(self) -> str:
        """See Provider."""
        return self.at("https://oauth2.googleapis.com/token")

    @property
    def revocation_address(self) -> str:
        """See Provider."""
        return self.at("https://oauth2.googleapis.com/revoke")

    def mailbox(self, tokens: Tokens) -> GmailMailbox:
        """See Provider."""
        return GmailMailbox(tokens, self.client, self.at("https://gmail.googleapis.com"))


def _message(note: Note) -> dict[str, str]:
    return {"raw": urlsafe_b64encode(as_eml(note, draft=False)).decode("ascii")}


def _as_json(content: object) -> bytes:
    return json.dumps(content).encode()


def _has_id(body: bytes) -> bool:
    """Whether the answer is that of Gmail, which names what it made."""
    try:
        made = read_json(body)
    except ValueError:
        return False
    return isinstance(made, dict) and bool(made.get("id"))
