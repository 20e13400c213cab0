"""Outlook in Microsoft 365, by Microsoft Graph (v1.0)."""

from __future__ import annotations

import re
from base64 import b64encode
from collections.abc import Mapping
from typing import ClassVar

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.http import HttpClient
from ifnotyou.connectors.mail.message import Note, as_eml
from ifnotyou.connectors.mail.providers import contract
from ifnotyou.connectors.mail.providers.contract import App, Field, ProviderMailbox, Scope, Tokens

_MIME = "text/plain"
_TENANT = re.compile(r"[A-Za-z0-9.-]{1,100}")
_ANY_ORGANISATION = "organizations"
_GRAPH = "https://graph.microsoft.com"


class GraphMailbox(ProviderMailbox):
    """A mailbox that Microsoft Graph leads to."""

    label = "Microsoft 365"

    def send(self, note: Note) -> None:
        """Hand the note over; see Mailbox. Exchange keeps its own copy among the sent ones."""
        self._post("/me/sendMail", _MIME, _in_base64(note))

    def draft(self, note: Note) -> None:
        """Put the note among the drafts; see ProviderMailbox."""
        self._post("/me/messages", _MIME, _in_base64(note))

    def check(self) -> None:
        """Look whether there is a mailbox, sending nothing; see Mailbox."""
        self._get("/me/mailFolders/drafts", {"$select": "id"})

    def address(self) -> str:
        """The address of the account; see ProviderMailbox."""
        me = self._get("/me", {"$select": "mail,userPrincipalName"})
        known = [me.get("mail"), me.get("userPrincipalName")] if isinstance(me, dict) else []
        for address in known:
            if isinstance(address, str) and "@" in address:
                return address
        raise self._refusal(404)

    def find_sent(self, message_id: str) -> bool | None:
        """True where it is in the Sent folder. Not to find it proves nothing: Exchange may have given it another id."""
        query = {"$filter": f"internetMessageId eq '{message_id}'", "$select": "id", "$top": "1"}
        try:
            found = self._get("/me/mailFolders/sentitems/messages", query)
        except ConnectorError:
            return None
        return True if isinstance(found, dict) and found.get("value") else None


class Provider(contract.Provider):
    """Microsoft's consent, of the company's own tenant where it is named."""

    slug = "microsoft"
    label = "Microsoft 365"
    scopes = (
        Scope("https://graph.microsoft.com/Mail.Send", "to send the note from the asker’s own mailbox"),
        Scope(
            "https://graph.microsoft.com/Mail.ReadWrite",
            "to put the note among the drafts. Microsoft has nothing narrower for a draft, and it would allow reading "
            "as well. The one thing we look for is a note of ours among the sent mails, by its number, where it is not "
            "certain whether it left.",
        ),
        Scope("https://graph.microsoft.com/User.Read", "to learn the address that the note leaves from"),
        Scope("offline_access", "so that nobody has to consent anew every hour"),
    )
    steps = (
        "In the Microsoft Entra admin center (entra.microsoft.com) open “App registrations” and make a new one.",
        "Choose “Accounts in this organizational directory only”, which is a single tenant.",
        "As redirect URI choose the platform “Web” and enter {back}.",
        "Copy the Application (client) ID and the Directory (tenant) ID, and enter them here.",
        "Under “Certificates & secrets” make a new client secret, copy its value (not its ID), and note when it ends.",
        "Under “API permissions” add the delegated permissions of Microsoft Graph that stand below.",
        "Press “Grant admin consent” there, or let each person consent where your organisation allows that.",
    )
    fields = (
        Field(
            "tenant",
            "Directory (tenant) ID",
            "Empty only for a registration that is open to any organisation.",
            required=False,
        ),
    )
    extra: ClassVar[Mapping[str, str]] = {"response_mode": "query"}
    never = (
        "We read no mail, list none and delete none, but for the one look among the sent mails. What leaves or becomes "
        "a draft is exactly the note on the screen, after its writer pressed the button, once."
    )
    take_back = "At myapplications.microsoft.com; an admin can, in Entra under “Enterprise applications”."
    ends = (
        "Microsoft ends it after 90 days without use, and when a password or a rule of your organisation changes. The "
        "client secret ends on the day that was chosen when it was made: then nobody’s notes leave until an admin "
        "enters a new one, and nobody has to consent again."
    )
    review = (
        "None for a registration in your own tenant. Whether people may consent themselves, or an admin does so for "
        "all, your organisation decides in Entra."
    )
    page = "microsoft-365.md"
    unconfirmed = (
        "Whether Exchange keeps our Message-ID: to find the note is proof, not to find it proves nothing.",
        "Whether headers of ours that are not standard would be kept. There are none.",
        "What an answer of Graph’s with a server error means for a note. It is taken for unclear, always.",
    )

    def __init__(self, app: App, client: HttpClient) -> None:
        """Keep the tenant, which becomes part of an address."""
        super().__init__(app, client)
        tenant = app.options.get("tenant", "").strip()
        self._tenant = tenant if _TENANT.fullmatch(tenant) else _ANY_ORGANISATION

    @property
    def consent_address(self) -> str:
        """See Provider."""
        return self.at(f"https://login.microsoftonline.com/{self._tenant}/oauth2/v2.0/authorize")

    @property
    def token_address(self) -> str:
        """See Provider."""
        return self.at(f"https://login.microsoftonline.com/{self._tenant}/oauth2/v2.0/token")

    def mailbox(self, tokens: Tokens) -> GraphMailbox:
        """See Provider."""
        return GraphMailbox(tokens, self.client, self.at(f"{_GRAPH}/v1.0"))


def _in_base64(note: Note) -> bytes:
    return b64encode(as_eml(note, draft=False))
