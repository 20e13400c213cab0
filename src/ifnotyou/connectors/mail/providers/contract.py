"""What a provider of mailboxes is to us: where consent is asked for, what for, and a mailbox that sends.

A provider is one file in this folder with one class `Provider`. Whatever it sends is our own mail, to the byte
(message.as_eml). tests/connectors/contract.py holds every mailbox to the same promises as SMTP.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, ClassVar
from urllib.parse import urlencode, urlsplit

from ifnotyou.connectors.ats.contract import Field, Scope
from ifnotyou.connectors.base import ConnectorError, Mailbox, NotSent, Trouble, Uncertain
from ifnotyou.connectors.http import Answer, HttpClient
from ifnotyou.connectors.mail.message import Note
from ifnotyou.connectors.reading import read_json

__all__ = ["Answer", "App", "Field", "Provider", "ProviderMailbox", "Scope", "Tokens"]

_TOKEN_REFUSED = 401
_FORBIDDEN = 403
_NOT_FOUND = 404
_GAVE_UP_WAITING = 408
_TOO_OFTEN = 429
_CLEAR_NO = frozenset(range(400, 500)) - {_GAVE_UP_WAITING}


@dataclass(frozen=True)
class App:
    """The company's own client at a provider, as an admin typed it in.

    `options` are the values of the provider's own fields; `address` is where everything is, "" for its usual place.
    """

    client_id: str
    client_secret: str = field(repr=False)
    options: Mapping[str, str] = field(default_factory=dict)
    address: str = ""


class Tokens(ABC):
    """Where a mailbox takes its access token from. Both raise NotSent, in words, where there is none to be had."""

    @abstractmethod
    def current(self) -> str:
        """The one to use."""

    @abstractmethod
    def instead_of(self, refused: str) -> str:
        """Another one, because this one was refused."""


class ProviderMailbox(Mailbox):
    """A mailbox at a provider: what Mailbox promises, and drafts.

    A note is posted once. Only where the token was refused, which certainly did nothing, is it posted again, with
    another token.
    """

    label: ClassVar[str]

    def __init__(self, tokens: Tokens, client: HttpClient, base: str) -> None:
        """Keep where the tokens come from, how we get out, and where the interface is."""
        self._tokens, self._client, self._base = tokens, client, base

    @abstractmethod
    def draft(self, note: Note) -> None:
        """Put the note among the drafts. Raises as send does; a draft never leaves by itself."""

    @abstractmethod
    def address(self) -> str:
        """The address that notes leave from; raises NotSent."""

    def find_sent(self, message_id: str) -> bool | None:  # noqa: ARG002 - for those that may look
        """Whether a mail is in the Sent folder; None where nobody can tell with what we may do."""
        return None

    # --- for those who inherit

    def _post(self, path: str, content_type: str, body: bytes) -> Answer:
        """Hand something over, once; the answer of a provider that took it."""
        token = self._tokens.current()
        answer = self._posted(token, path, content_type, body)
        if answer.status == _TOKEN_REFUSED:
            answer = self._posted(self._tokens.instead_of(token), path, content_type, body)
        if answer.good:
            return answer
        if answer.status in _CLEAR_NO:
            raise self._refusal(answer.status)
        raise self._unclear()

    def _get(self, path: str, query: Mapping[str, str]) -> Any:
        """What is answered to a question, as JSON; raises NotSent."""
        token = self._tokens.current()
        answer = self._asked(token, path, query)
        if answer.status == _TOKEN_REFUSED:
            answer = self._asked(self._tokens.instead_of(token), path, query)
        if not answer.good:
            raise self._refusal(answer.status)
        try:
            return read_json(answer.body)
        except ValueError:
            text = (
                f"{self.label} answered with something that we do not understand. Try again in some minutes."
            )
            raise NotSent(Trouble.NOT_UNDERSTOOD, text, permanent=False) from None

    def _unclear(self) -> Uncertain:
        return Uncertain(
            f"{self.label} got the note and did not say clearly what became of it, so it may or may not have left. "
            "Look into your Sent folder; it is not sent again by itself."
        )

    def _posted(self, token: str, path: str, content_type: str, body: bytes) -> Answer:
        headers = {**_bearing(token), "Content-Type": content_type}
        try:
            return self._client.send("POST", f"{self._base}{path}", headers=headers, body=body)
        except ConnectorError as error:
            if error.reached:
                raise self._unclear() from error
            raise _not_sent(error) from error
        except Exception as error:
            raise self._unclear() from error  # nobody thought of it: the note may have left

    def _asked(self, token: str, path: str, query: Mapping[str, str]) -> Answer:
        address = f"{self._base}{path}" + (f"?{urlencode(query)}" if query else "")
        try:
            return self._client.get(address, headers=_bearing(token))
        except ConnectorError as error:
            raise _not_sent(error) from error

    def _refusal(self, status: int) -> NotSent:
        """A clear no, in words. Of the provider's own words none is told: they may repeat what they were given."""
        told = f"(Its answer: {status}.)"
        if status == _TOKEN_REFUSED:
            text = f"{self.label} does not let us in any more. Connect your mailbox again in your settings. {told}"
            return NotSent(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        if status == _FORBIDDEN:
            text = (
                f"{self.label} did not allow it, and nothing was sent. It may be a limit of the day, or a permission "
                f"that is missing: try again later, or ask an admin to look at the steps for {self.label}. {told}"
            )
            return NotSent(Trouble.NOT_ALLOWED, text, permanent=False)
        if status == _TOO_OFTEN:
            text = f"{self.label} had too many notes just now, and nothing was sent. Try again in some minutes. {told}"
            return NotSent(Trouble.TOO_OFTEN, text, permanent=False)
        if status == _NOT_FOUND:
            text = f"{self.label} knows no mailbox of this account. Connect one that can send mail. {told}"
            return NotSent(Trouble.NOT_FOUND, text, permanent=True)
        if status in _CLEAR_NO:
            text = f"{self.label} refused the note. Send it from your mail program, or ask an admin. {told}"
            return NotSent(Trouble.NOTE_REFUSED, text, permanent=True)
        text = f"{self.label} has trouble of its own. Try again in some minutes. {told}"
        return NotSent(Trouble.UNREACHABLE, text, permanent=False)


class Provider(ABC):
    """What one provider is.

    `scopes` are what consent is asked for, all of them needed; `steps` what an admin clicks there, where {back} stands
    for the address that the provider leads back to; `fields` what is typed in besides the client's id and secret;
    `extra` what else stands in the address of the consent; `never` what we do not do with it; `take_back` where
    somebody takes the consent back over there; `ends` when it ends by itself; `review` who over there has to agree;
    `page` the name of its document; `unconfirmed` what no document of theirs says.
    """

    slug: ClassVar[str]
    label: ClassVar[str]
    scopes: ClassVar[tuple[Scope, ...]]
    steps: ClassVar[tuple[str, ...]]
    fields: ClassVar[tuple[Field, ...]] = ()
    extra: ClassVar[Mapping[str, str]] = {}
    never: ClassVar[str]
    take_back: ClassVar[str]
    ends: ClassVar[str]
    review: ClassVar[str]
    page: ClassVar[str]
    unconfirmed: ClassVar[tuple[str, ...]] = ()

    def __init__(self, app: App, client: HttpClient) -> None:
        """Keep the company's client, and how we get out."""
        self.app, self.client = app, client

    @property
    @abstractmethod
    def consent_address(self) -> str:
        """Where people are asked for their consent."""

    @property
    @abstractmethod
    def token_address(self) -> str:
        """Where tokens are given out."""

    @property
    def revocation_address(self) -> str:
        """Where a token is told to be void; "" where the provider has no such place."""
        return ""

    @abstractmethod
    def mailbox(self, tokens: Tokens) -> ProviderMailbox:
        """The mailbox that these tokens open."""

    def at(self, address: str) -> str:
        """An address of the provider's, moved to where the company says that everything is."""
        if not self.app.address:
            return address
        return f"{self.app.address}{urlsplit(address).path}"


def _bearing(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}", "Accept": "application/json"}


def _not_sent(error: ConnectorError) -> NotSent:
    return NotSent(error.reason_code, error.text, permanent=error.permanent)
