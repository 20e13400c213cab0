"""What the tests of mailboxes at providers share: a stand-in, and a house that is connected with it."""

from datetime import timedelta

from django.utils import timezone

from ifnotyou.models import MailApp, Mailbox
from ifnotyou.services.mailboxes import ADDRESS
from tests.connectors.gmailserver import GmailServer
from tests.connectors.graphserver import GraphServer
from tests.connectors.oauthserver import CLIENT, SECRET

SERVERS = {"gmail": GmailServer, "microsoft": GraphServer}
LOOPBACK = ("127.0.0.0/8",)


def set_up(house, far, slug):
    """The company's client at the stand-in."""
    return MailApp.objects.create(
        workspace=house.workspace,
        provider=slug,
        client_id=CLIENT,
        client_secret=SECRET,
        options={ADDRESS: far.url},
    )


def connect(house, user, far, slug):
    """The user's mailbox at the stand-in, as if they had consented an instant ago."""
    if not MailApp.objects.filter(provider=slug).exists():
        set_up(house, far, slug)
    access, refresh = far.grant()
    return Mailbox.objects.create(
        workspace=house.workspace,
        user=user,
        kind=slug,
        address=far.address,
        access_token=access,
        refresh_token=refresh,
        access_until=timezone.now() + timedelta(hours=1),
    )
