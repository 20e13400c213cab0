"""The company's chat: connected, tried, taken away; and how a colleague is reached in it.

Calls that come from a chat are answered in chat_calls.py; what is said in it comes from telling.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db import IntegrityError, transaction
from django.urls import reverse

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import ChatConnector, FindsPeople, Message, Settings, Unreachable
from ifnotyou.connectors.http import HttpClient
from ifnotyou.models import Chat, ChatAddress, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import audit

MAIL = "mail"
NOT_AT_ALL = ""
ADDRESS = "address"
"""Among what was typed in for a chat: where it is, if it is not in its usual place."""

HELLO = "From now on you hear from us here: when a card waits, a reminder, a promise that is due."


def connector_of(system: str, chat: Chat | None) -> ChatConnector:
    """The connector of a chat, with what was typed in for it; there is nothing where each person opens it."""
    typed: dict[str, str] = json.loads(chat.secrets) if chat and chat.secrets else {}
    address = typed.pop(ADDRESS, "")
    return all_chats()[system](
        Settings(typed, chat.team if chat else "", address), HttpClient(networks=settings.REACHABLE_NETWORKS)
    )


def hook_address(chat: Chat) -> str:
    """Where the chat tells that a button was pressed."""
    return f"{settings.PUBLIC_URL}{reverse('chat_hook', args=[chat.system, chat.pk])}"


def open_to(workspace: Workspace) -> list[str]:
    """The chats that a colleague may choose: those that were connected, and those each opens for themselves."""
    connected = set(
        Chat.objects.filter(workspace=workspace).exclude(team="").values_list("system", flat=True)
    )
    return [slug for slug, one in all_chats().items() if slug in connected or not one.fields]


@transaction.atomic
def begin(*, by: User, system: str) -> Chat:
    """Make room for a chat, so that the address is known which it has to call."""
    chat, is_new = Chat.objects.get_or_create(workspace_id=by.workspace_id, system=system)
    if is_new:
        audit.write(by, "began_chat", chat, system=system)
    return chat


@transaction.atomic
def connect(*, by: User, system: str, values: Mapping[str, str], address: str | None = None) -> Chat:
    """Keep what was typed in. What was left empty stays, but a token stays only with the place it belongs to."""
    chat = Chat.objects.select_for_update().get(pk=begin(by=by, system=system).pk)
    kept: dict[str, str] = json.loads(chat.secrets or "{}")
    if address is not None and address != kept.get(ADDRESS, ""):
        kept = {ADDRESS: address}
    fresh = {**kept, **{name: value for name, value in values.items() if value}}
    different = sorted(
        name for name, value in fresh.items() if value != json.loads(chat.secrets or "{}").get(name)
    )
    if different:
        chat.secrets, chat.checked_at = json.dumps(fresh), None
        chat.save(update_fields=["secrets", "checked_at"])
        audit.write(by, "connected_chat", chat, system=system, fields=different)
    return chat


def check(chat: Chat, *, now: datetime) -> list[str]:
    """Try it, saying nothing to anybody: what is missing, in words. Raises ConnectorError, which is kept as well.

    Talks with another system: never call it inside a transaction. Where it is another company's chat now, nobody
    is known in it any more, and everybody is told by mail again.
    """
    try:
        tried = connector_of(chat.system, chat).check()
    except ConnectorError as error:
        Chat.objects.filter(pk=chat.pk).update(trouble=error.text)
        raise
    trouble = " ".join(tried.missing)
    with transaction.atomic():
        kept = Chat.objects.select_for_update().get(pk=chat.pk)
        if kept.team and kept.team != tried.team:
            _forget_people(kept)
        Chat.objects.filter(pk=chat.pk).update(team=tried.team, trouble=trouble, checked_at=now)
    return list(tried.missing)


@transaction.atomic
def remove(chat: Chat, *, by: User) -> None:
    """Forget the chat, its secrets and where people are in it; whoever was told there is told by mail."""
    _forget_people(chat)
    audit.write(by, "removed_chat", chat, system=chat.system)
    chat.delete()


def _forget_people(chat: Chat) -> None:
    ChatAddress.objects.filter(system=chat.system).delete()
    User.objects.filter(workspace_id=chat.workspace_id, told_by=chat.system).update(told_by=MAIL)


# --- one person


def choose(user: User, told_by: str, *, address: str = "") -> None:
    """Keep how somebody wants to be told; in a chat they hear a first word at once, or Refusal says why not.

    `address` is theirs alone and a secret, where the chat wants one; "" keeps the one there is.
    Talks with another system: never call it inside a transaction.
    """
    if told_by not in {MAIL, NOT_AT_ALL}:
        if told_by not in open_to(user.workspace):
            raise Refusal("no_such_chat", "Your company has not connected this chat. Choose another way.")
        _say_hello(user, told_by, address)
    with transaction.atomic():
        if User.objects.filter(pk=user.pk).exclude(told_by=told_by).update(told_by=told_by):
            audit.write(user, "changed_own_settings", user, fields=["told_by"], told_by=told_by)
        # Where nobody is told any more, nothing is kept of where they are.
        ChatAddress.objects.filter(user=user).exclude(system=told_by).delete()
    user.told_by = told_by


def _say_hello(user: User, system: str, address: str) -> None:
    """Find them, say a first word, and keep where they are."""
    chat = Chat.objects.filter(system=system).first()
    connector = connector_of(system, chat)
    kept = ChatAddress.objects.filter(user=user, system=system).first()
    their_id, secret = "", address or (kept.secret if kept else "")
    try:
        if isinstance(connector, FindsPeople):
            their_id = connector.find(user.email) or ""
            secret = ""
            if not their_id:
                raise Refusal(
                    "not_found",
                    f"{connector.label} knows nobody of your company with the address {user.email}.",
                )
        if not (their_id or secret):
            raise Refusal(
                "no_address", f"{connector.label} needs an address of your own. The steps stand above."
            )
        connector.post(their_id or secret, _hello())
    except ConnectorError as error:
        raise Refusal("chat", error.text) from error
    try:
        with transaction.atomic():
            ChatAddress.objects.update_or_create(
                user=user,
                system=system,
                defaults={
                    "workspace_id": user.workspace_id,
                    "their_id": their_id,
                    "secret": secret,
                    "trouble": "",
                },
            )
    except IntegrityError as error:
        raise Refusal("taken", "Somebody else is reached in this place already.") from error


def _hello() -> Message:
    return Message("You are told here now", HELLO, "My settings", f"{settings.PUBLIC_URL}{reverse('me')}")


def said_in_chat(user: User, message: Message) -> bool:
    """Whether it was said where they want to be told. Where not, the reason stands in their settings.

    Talks with another system: never call it inside a transaction.
    """
    if user.told_by not in all_chats():
        return False
    chat = Chat.objects.filter(system=user.told_by).first()
    address = ChatAddress.objects.filter(user=user, system=user.told_by).first()
    if address is None:
        return False
    try:
        connector_of(user.told_by, chat).post(address.their_id or address.secret, message)
    except ConnectorError as error:
        _keep_trouble(address, chat, error)
        return False
    ChatAddress.objects.filter(pk=address.pk).exclude(trouble="").update(trouble="")
    return True


def _keep_trouble(address: ChatAddress, chat: Chat | None, error: ConnectorError) -> None:
    """For the person, and for the admins where it is not about this person alone."""
    ChatAddress.objects.filter(pk=address.pk).update(trouble=error.text)
    if chat is not None and error.permanent and not isinstance(error, Unreachable):
        Chat.objects.filter(pk=chat.pk).update(trouble=error.text)
