"""The mailboxes that notes leave from: connecting one, keeping its tokens fresh, trying it, taking the consent back.

A mailbox is at the company's mail server, or at a provider that let us in by OAuth. `opened` is the one place that
makes what sends (connectors.base.Mailbox) of the row. Whatever talks with another machine here is never called inside
a transaction.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple, cast

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from ifnotyou.connectors.base import ConnectorError, NotSent, Trouble
from ifnotyou.connectors.base import Mailbox as Way
from ifnotyou.connectors.http import HttpClient
from ifnotyou.connectors.mail import oauth
from ifnotyou.connectors.mail.imap import ImapFolder, ImapServer
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.providers.contract import App, Provider, ProviderMailbox, Tokens
from ifnotyou.connectors.mail.server import Security
from ifnotyou.connectors.mail.smtp import SmtpMailbox, SmtpServer
from ifnotyou.models import MailApp, Mailbox, User
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit
from ifnotyou.services.later import later

logger = logging.getLogger("ifnotyou.mailboxes")

ADDRESS = "address"
"""Where everything of a provider is, among the options of its client: for a stand-in of it."""

CLOSED = "You had no access here for a while. Connect your mailbox again in your settings."
"""Why the mailbox of somebody who was switched off is lost, until its provider was told."""

TIMEOUT = 20.0
"""Seconds that one step of the exchange with a mail server or a provider may take."""

DEADLINE = 25.0
"""Seconds that one exchange with a provider may take. Sending is four of them at most, with a token renewed twice."""

EARLY = timedelta(minutes=3)
"""A token that ends so soon is renewed before it is used."""

TURN = timedelta(seconds=45)
"""Whoever began to renew a token longer ago has died over it."""

WAIT = 20.0
"""Seconds to wait for a token that another process is renewing. All of this is less than sending.LONGEST_SENDING."""

_LOOK_AGAIN = 0.1  # seconds


class LedBack(NamedTuple):
    """What has to be kept of somebody who was led to a provider, until they are back."""

    provider: str
    user: int
    state: str
    verifier: str


@dataclass(frozen=True)
class Choice:
    """A provider that a person may connect their mailbox at, as a page shows it."""

    slug: str
    label: str


# --- finding and opening


@dataclass(frozen=True)
class Standing:
    """How somebody's mailbox stands, for the page of what is about to leave: whether it can, and what else it can do.

    `address` is what notes leave from, of the mailbox or else what they sign in with; `lost` why it lets us in no more;
    `drafts` is the name of the provider where a note can be put among the drafts.
    """

    address: str
    connected: bool = False
    drafts: str = ""
    lost: str = ""


def standing_of(user: User) -> Standing:
    """How the user's mailbox stands."""
    mailbox = Mailbox.objects.filter(user=user).first()
    if mailbox is None:
        return Standing(user.email)
    if mailbox.lost:
        return Standing(mailbox.address, lost=mailbox.lost)
    if mailbox.at_own_server:
        return Standing(mailbox.address, connected=bool(user.workspace.smtp_host))
    return Standing(mailbox.address, connected=True, drafts=label_of(mailbox))


def label_of(mailbox: Mailbox) -> str:
    """What people call where the mailbox is."""
    provider = all_providers().get(mailbox.kind)
    return provider.label if provider else "your mail server"


def opened(mailbox: Mailbox) -> Way:
    """The mailbox as a connector: the one place where it is made of the row. Raises NotSent where it cannot be."""
    if not mailbox.at_own_server:
        return _opened_at_provider(mailbox)
    workspace = mailbox.workspace
    server = SmtpServer(workspace.smtp_host, workspace.smtp_port, cast(Security, workspace.smtp_security))
    return SmtpMailbox(server, mailbox.username, mailbox.password, timeout=TIMEOUT)


def _opened_at_provider(mailbox: Mailbox) -> ProviderMailbox:
    app = MailApp.objects.filter(provider=mailbox.kind).first()
    if app is None or app.provider not in all_providers():
        text = "Your company’s connection with your mailbox was removed. Ask an admin to set it up again."
        raise NotSent(Trouble.SIGN_IN_REFUSED, text, permanent=True)
    provider = _provider(app)
    return provider.mailbox(_KeptTokens(mailbox, provider))


def makes_drafts(mailbox: Mailbox) -> bool:
    """Whether a note can be put among the drafts there: `opened` is a ProviderMailbox then."""
    return not mailbox.at_own_server


def sent_folder(mailbox: Mailbox) -> ImapFolder | None:
    """The Sent folder at the company's own server; None where there is none to look into."""
    workspace = mailbox.workspace
    if not mailbox.at_own_server or not workspace.imap_host:
        return None
    server = ImapServer(workspace.imap_host, workspace.imap_port, cast(Security, workspace.imap_security))
    return ImapFolder(server, mailbox.username, mailbox.password)


# --- connecting: the company's own server


def connect_mailbox(user: User, *, address: str, username: str, password: str) -> Mailbox:
    """Keep how this user's own mail leaves by the mail server; an empty password keeps the one there is."""
    with transaction.atomic():
        mailbox = Mailbox.objects.filter(user=user).first()
        if mailbox is not None and not mailbox.at_own_server:
            raise Refusal("connected", f"You are connected with {label_of(mailbox)}: remove that first.")
        mailbox = mailbox or Mailbox(user=user, workspace_id=user.workspace_id)
        mailbox.address, mailbox.username, mailbox.checked_at = address.strip(), username.strip(), None
        if password:
            mailbox.password = password
        mailbox.save()
        audit.write(user, "connected_mailbox", mailbox, kind=mailbox.kind)
    return mailbox


def try_mailbox(mailbox: Mailbox) -> None:
    """Sign in as this user would, sending nothing; raises Refusal with the answer in words."""
    if mailbox.at_own_server and not mailbox.workspace.smtp_host:
        raise Refusal("no_server", "No mail server is set yet. An admin names it under Settings.")
    try:
        opened(mailbox).check()
    except NotSent as error:
        _mark_checked(mailbox, worked=False)
        raise Refusal("mailbox", error.text) from error
    _mark_checked(mailbox, worked=True)


def remove_mailbox(user: User) -> str:
    """Forget the mailbox, and have its provider told that consent is taken back; what came of it, in words.

    It is forgotten whatever the provider says.
    """
    mailbox = Mailbox.objects.filter(user=user).select_related("workspace").first()
    if mailbox is None:
        return "There is no mailbox to forget."
    told = (
        "Your mailbox and its password are forgotten here." if mailbox.at_own_server else _taken_back(mailbox)
    )
    with transaction.atomic():
        audit.write(user, "removed_mailbox", mailbox, kind=mailbox.kind)
        Mailbox.objects.filter(pk=mailbox.pk).delete()
    return told


def close_mailbox(user: User) -> None:
    """Nothing leaves in the name of somebody who is gone. What their provider has to be told, a job tells it."""
    theirs = Mailbox.objects.filter(user=user)
    theirs.filter(kind=Mailbox.OWN_SERVER).delete()
    closed = {"lost": CLOSED, "access_token": "", "access_until": None, "renewing_since": None}
    if theirs.update(**closed):
        later("take_consent_back", workspace_id=user.workspace_id, user_id=user.pk)


def forget_closed(user_id: int) -> None:
    """Tell the provider of somebody who is gone that their consent is void, once, and forget it whatever it says."""
    closed = Mailbox.objects.filter(user=user_id, lost=CLOSED)
    for mailbox in closed:
        _taken_back(mailbox)
    closed.delete()


def _taken_back(mailbox: Mailbox) -> str:
    """Have the provider told; what to say about it."""
    kind = all_providers()[mailbox.kind]
    app = MailApp.objects.filter(provider=mailbox.kind).first() or MailApp(provider=mailbox.kind)
    try:
        revoked = oauth.revoke(_provider(app), mailbox.refresh_token)
    except ConnectorError as error:
        logger.warning("a consent could not be taken back: %s", error.reason_code)
        return (
            f"Your mailbox is forgotten here, but {kind.label} could not be told. Take the consent back there as "
            f"well: {_inside(kind.take_back)}"
        )
    if revoked:
        return f"Your mailbox is forgotten here, and {kind.label} knows that your consent is taken back."
    return (
        f"Your mailbox is forgotten here. {kind.label} cannot be told so from here; to take the consent back there "
        f"as well: {_inside(kind.take_back)}"
    )


def _inside(sentence: str) -> str:
    return sentence[:1].lower() + sentence[1:]


# --- connecting: a provider


def choices() -> list[Choice]:
    """The providers that the company has a client at."""
    there = set(MailApp.objects.values_list("provider", flat=True))
    return [Choice(slug, kind.label) for slug, kind in all_providers().items() if slug in there]


def lead_to_consent(user: User, provider: str) -> tuple[str, LedBack]:
    """Where to lead somebody who wants to connect their mailbox, and what to keep until they are back."""
    app = MailApp.objects.filter(provider=provider).first()
    if app is None:
        raise Refusal("no_client", "Your company has no client there yet: an admin sets it up under Doors.")
    asking = oauth.ask(_provider(app), back=back_address(), hint=user.email)
    return asking.address, LedBack(provider, user.pk, asking.state, asking.verifier)


def take_consent(user: User, kept: LedBack, code: str) -> Mailbox:
    """Somebody is back with a code: keep the tokens that it brings. Raises Refusal."""
    app = MailApp.objects.filter(provider=kept.provider).first()
    if app is None:
        raise Refusal(
            "no_client", "Your company’s client was removed meanwhile: an admin sets it up under Doors."
        )
    provider = _provider(app)
    now = timezone.now()
    try:
        grant = oauth.granted(provider, code, verifier=kept.verifier, back=back_address())
        address = provider.mailbox(_Granted(grant.access_token, provider)).address()
    except ConnectorError as error:
        raise Refusal("mailbox", error.text) from error
    with transaction.atomic():
        is_here = (
            User.objects.select_for_update().get(pk=user.pk).is_active
        )  # or switched off in the meantime
        mailbox, _ = Mailbox.objects.update_or_create(
            user=user,
            workspace_id=user.workspace_id,
            defaults={
                "kind": kept.provider,
                "address": address,
                "username": "",
                "password": "",
                "refresh_token": grant.refresh_token,
                **_access(grant, now),
                "checked_at": now,
            },
        )
        audit.write(user, "connected_mailbox", mailbox, kind=kept.provider)
        if not is_here:
            close_mailbox(user)
    return mailbox


def back_address() -> str:
    """Where providers lead people back to."""
    return f"{settings.PUBLIC_URL}{reverse('my_mailbox_back')}"


# --- the company's client at a provider


def keep_app(
    provider: str, *, client_id: str, client_secret: str, options: Mapping[str, str], by: User
) -> MailApp:
    """Keep the company's client at a provider; an empty secret keeps the one there is.

    Consent was given to a client: with another one, everybody has to connect anew, and is told so.
    """
    with transaction.atomic():
        app = MailApp.objects.select_for_update().filter(provider=provider).first()
        app = app or MailApp(workspace_id=by.workspace_id, provider=provider)
        another = bool(app.pk) and (app.client_id, app.options) != (client_id, dict(options))
        app.client_id, app.options = client_id, dict(options)
        if client_secret:
            app.client_secret = client_secret
        app.save()
        audit.write(by, "kept_mail_app", app, provider=provider, another=another)
        if another:
            _lose_all(provider, by=by)
    return app


def remove_app(app: MailApp, *, by: User) -> None:
    """Forget the company's client: nobody's mailbox there opens any more, and each is told so."""
    with transaction.atomic():
        audit.write(by, "removed_mail_app", app, provider=app.provider)
        _lose_all(app.provider, by=by)
        app.delete()


def try_app(app: MailApp) -> None:
    """Find out whether the provider knows the client and its secret; raises Refusal. Nobody's mailbox is touched."""
    try:
        oauth.knows_client(_provider(app))
    except ConnectorError as error:
        raise Refusal("client", error.text) from error


def _lose_all(provider: str, *, by: User) -> None:
    label = all_providers()[provider].label
    for mailbox in Mailbox.objects.filter(kind=provider, lost=""):
        mailbox.lost = (
            f"Your company changed its connection with {label}. Connect your mailbox again in your settings."
        )
        # Nor does a renewal that is under way open it again.
        mailbox.access_token, mailbox.access_until, mailbox.renewing_since = "", None, None
        mailbox.save(update_fields=["lost", "access_token", "access_until", "renewing_since"])
        audit.write(by, "lost_mailbox", mailbox, code="client")


def _provider(app: MailApp) -> Provider:
    options = dict(app.options)
    return all_providers()[app.provider](
        App(app.client_id, app.client_secret, options, options.pop(ADDRESS, "")),
        # An answer that leads elsewhere is no answer: a note is not handed over twice.
        HttpClient(TIMEOUT, DEADLINE, networks=settings.REACHABLE_NETWORKS, follows=False),
    )


# --- tokens


@dataclass(frozen=True)
class _Granted(Tokens):
    """The token that consent has just brought."""

    token: str
    provider: Provider

    def current(self) -> str:
        """See Tokens."""
        return self.token

    def instead_of(self, refused: str) -> str:  # noqa: ARG002 - there is no other
        """See Tokens."""
        text = f"{self.provider.label} does not take its own token. Connect your mailbox once more."
        raise NotSent(Trouble.SIGN_IN_REFUSED, text, permanent=False)


class _KeptTokens(Tokens):
    """The tokens of a mailbox as they are kept. One process at a time renews them; the others wait for what it brings.

    A refresh token that the provider has changed is kept with the same statement as the access token.
    """

    def __init__(self, mailbox: Mailbox, provider: Provider) -> None:
        self._key, self._provider = mailbox.pk, provider

    def current(self) -> str:
        """See Tokens."""
        row = self._row()
        if _is_good(row):
            return row.access_token
        return self._another(row.access_token)

    def instead_of(self, refused: str) -> str:
        """See Tokens."""
        return self._another(refused)

    def _another(self, worn: str) -> str:
        give_up = time.monotonic() + WAIT
        while time.monotonic() < give_up:
            if turn := self._take_turn():
                return self._renewed(worn, turn)
            time.sleep(_LOOK_AGAIN)
            row = self._row()
            if row.access_token != worn and _is_good(row):
                return row.access_token
        text = f"{self._provider.label} takes long to let us in. Nothing was sent: try again in some minutes."
        raise NotSent(Trouble.UNREACHABLE, text, permanent=False)

    def _take_turn(self) -> datetime | None:
        now = timezone.now()
        free = Q(renewing_since=None) | Q(renewing_since__lt=now - TURN)
        return now if Mailbox.objects.filter(free, pk=self._key).update(renewing_since=now) else None

    def _renewed(self, worn: str, turn: datetime) -> str:
        """It is our turn: renew, unless somebody did while we were waiting for it."""
        row = self._row()
        if row.access_token != worn and _is_good(row):
            self._end_turn(turn, {})
            return row.access_token
        try:
            grant = oauth.renewed(self._provider, row.refresh_token)
        except oauth.ConsentLost as error:
            self._lose(turn, error.text)
            raise NotSent(error.reason_code, error.text, permanent=True) from error
        except ConnectorError as error:
            self._end_turn(turn, {})
            raise NotSent(error.reason_code, error.text, permanent=error.permanent) from error
        kept = _access(grant, timezone.now())
        if grant.refresh_token:
            kept["refresh_token"] = grant.refresh_token
        self._end_turn(turn, kept)
        return grant.access_token

    @transaction.atomic
    def _lose(self, turn: datetime, words: str) -> None:
        lost = {"lost": words, "access_token": "", "access_until": None, "checked_at": None}
        if self._end_turn(turn, lost):
            audit.write(None, "lost_mailbox", self._row(even_lost=True), code="consent")

    def _end_turn(self, turn: datetime, kept: Mapping[str, Any]) -> bool:
        """Write down what it brought. Where it is no longer our turn, somebody connected anew: theirs stands."""
        mine = Mailbox.objects.filter(pk=self._key, renewing_since=turn)
        return bool(mine.update(**{**kept, "renewing_since": None}))

    def _row(self, *, even_lost: bool = False) -> Mailbox:
        row = Mailbox.objects.filter(pk=self._key).first()
        if row is None:
            text = (
                "Your mailbox was removed meanwhile, and nothing was sent. Connect it again in your settings."
            )
            raise NotSent(Trouble.SIGN_IN_REFUSED, text, permanent=True)
        if row.lost and not even_lost:
            raise NotSent(Trouble.SIGN_IN_REFUSED, row.lost, permanent=True)
        return row


def _is_good(row: Mailbox) -> bool:
    """Whether the access token can be used for a while."""
    return (
        bool(row.access_token) and row.access_until is not None and row.access_until - timezone.now() > EARLY
    )


def _access(grant: oauth.Grant, now: datetime) -> dict[str, Any]:
    return {
        "access_token": grant.access_token,
        "access_until": now + timedelta(seconds=grant.seconds),
        "renewing_since": None,
        "lost": "",
    }


def _mark_checked(mailbox: Mailbox, *, worked: bool) -> None:
    """Kept where it is still there: whoever it belongs to may have removed it meanwhile."""
    mailbox.checked_at = timezone.now() if worked else None
    Mailbox.objects.filter(pk=mailbox.pk).update(checked_at=mailbox.checked_at)
