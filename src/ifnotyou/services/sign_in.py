"""Single sign-on: who vouches for people here, and whom their word lets in.

A provider belongs to a workspace and signs in only its people. Somebody is recognized by their verified address once;
from then on by what the provider calls them (`sub`), whatever becomes of the address there: it may go to somebody else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from allauth.socialaccount.models import SocialAccount
from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse
from django_scopes import scope, scopes_disabled

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.sign_in import openid
from ifnotyou.models import Employee, Role, SignInProvider, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit

OF_EVERYBODY = frozenset(
    """aol.com fastmail.com free.fr gmail.com gmx.at gmx.ch gmx.com gmx.de gmx.net googlemail.com hey.com hotmail.com
    hotmail.co.uk hotmail.de hotmail.fr icloud.com live.com mail.com mail.ru mailbox.org me.com msn.com naver.com
    orange.fr outlook.com outlook.de posteo.de proton.me protonmail.com qq.com t-online.de tuta.com tutanota.com web.de
    yahoo.com yahoo.co.uk yahoo.de yahoo.fr yandex.ru ymail.com zoho.com 163.com""".split()
)
"""Where anybody gets an address: no company's own."""

_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"(?:{_LABEL}\.)+[a-z](?:[a-z0-9-]{{0,61}}[a-z0-9])?")
_LONGEST_NAME = 200


@dataclass(frozen=True)
class Recognized:
    """Somebody a provider vouched for, and the link between the two."""

    user: User
    account: SocialAccount


def providers() -> list[SignInProvider]:
    """All of them, of every workspace: before signing in nobody knows whose page it is."""
    with scopes_disabled():
        return list(SignInProvider.objects.select_related("workspace").order_by("label", "pk"))


def provider_of(slug: str) -> SignInProvider | None:
    """The one that stands in an address."""
    with scopes_disabled():
        return SignInProvider.objects.select_related("workspace").filter(slug=slug).first()


def client_of(provider: SignInProvider) -> openid.Client:
    """What we are to it."""
    return openid.Client(provider.client_id, provider.client_secret, back_to(provider.slug))


def back_to(slug: str) -> str:
    """Where a provider sends people back to, as it has to be entered there."""
    return f"{settings.PUBLIC_URL}{reverse('sign_in_back', args=[slug])}"


def recognize(provider: SignInProvider, vouched: openid.Vouched) -> Recognized:
    """The user behind what a provider says, a new member where the domain is allowed; a Refusal says why not."""
    with scope(workspace=provider.workspace_id), transaction.atomic():
        # One at a time: two windows of somebody new would make two of them.
        workspace = Workspace.objects.select_for_update().get(pk=provider.workspace_id)
        known = SocialAccount.objects.select_related("user").filter(provider=provider.slug, uid=vouched.sub)
        if (account := known.first()) is not None:
            return Recognized(_let_in(account.user, provider), account)
        if not vouched.address:
            raise Refusal(
                "not_vouched",
                f"{provider.label} did not say that your address is verified, so we cannot tell who you are. "
                "Ask whoever looks after sign-in at your company.",
            )
        user = User.objects.filter(email__iexact=vouched.address).first()
        user = _let_in(user, provider) if user else _new_member(workspace, provider, vouched)
        return Recognized(user, _link(user, provider, vouched.sub))


def _let_in(user: User, provider: SignInProvider) -> User:
    if user.workspace_id != provider.workspace_id:
        raise _not_allowed(provider)
    if not user.is_active:
        raise Refusal(
            "switched_off",
            "Your access was switched off. If that is a mistake, ask an admin of your company.",
        )
    return user


def _new_member(workspace: Workspace, provider: SignInProvider, vouched: openid.Vouched) -> User:
    """Somebody with an address of the company's own, seen for the first time."""
    if vouched.address.rpartition("@")[2] not in workspace.domains:
        raise _not_allowed(provider)
    namesakes = list(Employee.objects.filter(email__iexact=vouched.address).order_by("-active", "pk"))
    if namesakes and not namesakes[0].active:
        raise Refusal(
            "has_left",
            "By the company's files you do not work there any more. If that is a mistake, ask an admin.",
        )
    employee = next((one for one in namesakes if one.active and not User.objects.filter(employee=one)), None)
    name = vouched.name or (employee.name if employee else "") or vouched.address.partition("@")[0]
    user = User.objects.create_user(
        vouched.address,
        None,
        name=name[:_LONGEST_NAME],
        workspace=workspace,
        role=Role.MEMBER,
        employee=employee,
    )
    audit.write(user, "came_by_domain", user)
    return user


def _link(user: User, provider: SignInProvider, sub: str) -> SocialAccount:
    """From now on it is `sub` who decides. Nothing else of what the provider said is kept."""
    if SocialAccount.objects.filter(user=user, provider=provider.slug).exists():
        raise Refusal(
            "other_account",
            f"At {provider.label} this address belongs to another account than before, so we cannot tell whether it is "
            "still you. An admin can unlink the old one under People.",
        )
    account: SocialAccount = SocialAccount.objects.create(user=user, provider=provider.slug, uid=sub)
    audit.write(user, "linked_sign_in", user, provider=provider.pk)
    return account


def _not_allowed(provider: SignInProvider) -> Refusal:
    return Refusal(
        "not_invited",
        f"{provider.label} knows you, and here nobody has invited you yet. Ask an admin of {provider.workspace.name} "
        "to invite you under this address.",
    )


# --- for admins


def add_provider(
    *, by: User, slug: str, label: str, issuer: str, client_id: str, client_secret: str
) -> SignInProvider:
    """Keep somebody who vouches for people. Asks them first whether they are there: never within a transaction."""
    found = tried(issuer)
    with transaction.atomic():
        try:
            with transaction.atomic():
                provider = SignInProvider.objects.create(
                    workspace=by.workspace,
                    slug=slug,
                    label=label.strip(),
                    issuer=found.issuer,
                    client_id=client_id.strip(),
                    client_secret=client_secret.strip(),
                )
        except IntegrityError as error:
            raise Refusal("taken", "Somebody was quicker with this one. Begin once more.") from error
        audit.write(by, "added_sign_in", provider)
    return provider


def change_provider(
    provider: SignInProvider, *, by: User, label: str, issuer: str, client_id: str, client_secret: str
) -> None:
    """Keep what is different; an empty secret keeps the one there is. Never within a transaction: it is tried first.

    Another issuer or client calls people by other names: who is who is forgotten, and found anew by address.
    """
    found = tried(issuer)
    with transaction.atomic():
        kept = SignInProvider.objects.select_for_update().get(pk=provider.pk)
        another = (kept.issuer, kept.client_id) != (found.issuer, client_id.strip())
        kept.label, kept.issuer, kept.client_id = label.strip(), found.issuer, client_id.strip()
        kept.client_secret = client_secret.strip() or kept.client_secret
        kept.save()
        if another:
            SocialAccount.objects.filter(provider=kept.slug).delete()
        audit.write(by, "changed_sign_in", kept, another=another)


def remove_provider(provider: SignInProvider, *, by: User) -> None:
    """Nobody comes in by it any more; whoever is in stays until they sign out. Who was who there is forgotten."""
    with transaction.atomic():
        audit.write(by, "removed_sign_in", provider)
        SocialAccount.objects.filter(provider=provider.slug).delete()
        provider.delete()


def tried(issuer: str) -> openid.Provider:
    """Ask an issuer where everything is, and for its keys; a Refusal says in words what is wrong."""
    http = openid.a_client(settings.REACHABLE_NETWORKS)
    try:
        found = openid.discover(issuer, http)
        openid.check_keys(found, http)
    except ConnectorError as error:
        raise Refusal("provider", error.text) from error
    return found


def unlink(user: User, *, by: User) -> int:
    """Forget which accounts elsewhere somebody is: the next sign-in finds them by address. Returns how many."""
    with transaction.atomic():
        gone, _ = SocialAccount.objects.filter(user=user).delete()
        if gone:
            audit.write(by, "unlinked_sign_in", user)
    return gone


def is_linked(user: User) -> bool:
    """Whether a provider knows them by a name of its own."""
    return SocialAccount.objects.filter(user=user).exists()


def free_slug(wished: str) -> str:
    """A slug nobody has: the wished one, or with a number behind it."""
    with scopes_disabled():
        taken = set(SignInProvider.objects.values_list("slug", flat=True))
    return next(
        one
        for one in (wished, *(f"{wished}-{number}" for number in range(2, len(taken) + 3)))
        if one not in taken
    )


def change_domains(workspace: Workspace, domains: Iterable[str], *, by: User) -> None:
    """Keep whose address is enough to be let in as a member."""
    with transaction.atomic():
        kept = Workspace.objects.select_for_update().get(pk=workspace.pk)
        wanted = sorted(set(domains))
        if kept.domains != wanted:
            kept.domains = wanted
            kept.save(update_fields=["domains"])
            audit.write(by, "changed_domains", kept, number=len(wanted))


def domain_of(said: str) -> str:
    """A domain as it is compared: exactly this one, nothing below it. A Refusal says what is wrong."""
    domain = said.strip().lower().removeprefix("@")
    if not domain.isascii():
        raise Refusal(
            "domain", f"Please write {domain} as it stands in mail addresses, in plain letters (xn--…)."
        )
    if not _DOMAIN.fullmatch(domain):
        raise Refusal("domain", f"“{domain}” is not a domain. It looks like example.com.")
    if domain in OF_EVERYBODY:
        raise Refusal("domain", f"Anybody can have an address at {domain}: everybody would get in.")
    return domain
