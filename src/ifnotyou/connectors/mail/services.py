"""Mail services that hand over what came in by calling us (webhooks), read by django-anymail.

Each proves that it is the one: by a signature, or by a name and password in the address that it was told to call.
Nothing of anymail is installed into Django: its views are made here, with the secret of one workspace, and only
asked to check and to read.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.webhooks.base import AnymailBaseWebhookView, AnymailCoreWebhookView
from anymail.webhooks.brevo import BrevoInboundWebhookView
from anymail.webhooks.mailersend import MailerSendInboundWebhookView
from anymail.webhooks.mailgun import MailgunInboundWebhookView
from anymail.webhooks.mailjet import MailjetInboundWebhookView
from anymail.webhooks.postmark import PostmarkInboundWebhookView
from anymail.webhooks.sendgrid import SendGridInboundWebhookView
from anymail.webhooks.sparkpost import SparkPostInboundWebhookView
from django.http import HttpRequest

from ifnotyou.connectors.base import NotFromThem
from ifnotyou.connectors.mail.received import ReceivedMail, UnreadableMail, received

NAME_IN_ADDRESS = "ifnotyou"
"""Before the colon, where a service knows nothing but https://name:password@…"""

_NOT_RIGHT = "The signature or the password is not that of the settings."


class _Brevo(BrevoInboundWebhookView):
    """Brevo, without fetching attachments: nothing goes out because something came in."""

    def esp_to_anymail_event(self, esp_event: dict[str, Any]) -> Any:
        """The mail of one item."""
        return super().esp_to_anymail_event({**esp_event, "Attachments": []})  # type: ignore[no-untyped-call]


class _SendGrid(SendGridInboundWebhookView):
    """SendGrid, without the warning on every call that anymail's authors no longer try it out."""

    def __init__(self, **kwargs: Any) -> None:
        AnymailBaseWebhookView.__init__(self, **kwargs)


@dataclass(frozen=True)
class MailService:
    """One service: what it is called, whether it signs, and how its calls are read with a secret."""

    label: str
    signs: bool
    reader: Callable[[str], AnymailCoreWebhookView]


def _by_password(view: type[AnymailBaseWebhookView], **more: str) -> Callable[[str], AnymailCoreWebhookView]:
    return lambda secret: view(webhook_secret=f"{NAME_IN_ADDRESS}:{secret}", **more)


SERVICES: Mapping[str, MailService] = {
    "brevo": MailService("Brevo", signs=False, reader=_by_password(_Brevo, api_key="")),
    "mailersend": MailService(
        "MailerSend",
        signs=True,
        reader=lambda secret: MailerSendInboundWebhookView(inbound_secret=secret, webhook_secret=[]),
    ),
    "mailgun": MailService(
        "Mailgun",
        signs=True,
        reader=lambda secret: MailgunInboundWebhookView(webhook_signing_key=secret, webhook_secret=[]),
    ),
    "mailjet": MailService("Mailjet", signs=False, reader=_by_password(MailjetInboundWebhookView)),
    "postmark": MailService("Postmark", signs=False, reader=_by_password(PostmarkInboundWebhookView)),
    "sendgrid": MailService("SendGrid", signs=False, reader=_by_password(_SendGrid)),
    "sparkpost": MailService("SparkPost", signs=False, reader=_by_password(SparkPostInboundWebhookView)),
}
"""By the word in the address. Those that need no further package; what is not here comes in by IMAP."""


def read_call(service: str, secret: str, request: HttpRequest) -> list[ReceivedMail]:
    """The mails that a call of this service holds; raises NotFromThem or UnreadableMail.

    anymail checks signatures with what the caller wrote, before anybody knows who it is: whatever breaks there was
    not written by the service.
    """
    reader = SERVICES[service].reader(secret)
    try:
        reader.run_validators(request)
    except AnymailWebhookValidationFailure:
        raise NotFromThem(_NOT_RIGHT) from None
    except (ValueError, TypeError, AttributeError, LookupError):
        raise NotFromThem(_NOT_RIGHT) from None
    try:
        mails = [received(event.message) for event in reader.parse_events(request)]
    except UnreadableMail:
        raise
    except Exception:  # noqa: BLE001 - a body that is not what it should be breaks a reader anywhere
        raise UnreadableMail from None  # what went wrong may repeat words of the mail
    if not all(mail.sender or mail.message_id or mail.text for mail in mails):
        raise UnreadableMail  # they changed how they write it: better refused, and sent again, than lost
    return mails
