"""A button was pressed in the company's chat: the same services as behind the page, and the same refusals in words.

The call proves itself by its signature (the connector looks), is of the company's own workspace there, and comes once.
Whoever is not known by their id in that chat, or is switched off, can do nothing. An answer has to be there within
three seconds: what somebody waits for is shown at once, the rest is done by a job.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django_scopes import scopes_disabled

from ifnotyou.connectors.base import ConnectorError, NotFromThem
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import Call, CallsUs, Doorway, Message, Place, Pressed
from ifnotyou.models import Ask, Chat, ChatAddress, ChatCall, User, Workspace
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.letters import doorway
from ifnotyou.playbook.people import first_name
from ifnotyou.services import asks
from ifnotyou.services.chats import connector_of
from ifnotyou.services.later import later
from ifnotyou.services.telling import link_to

REMEMBERED_FOR = timedelta(minutes=15)
"""Longer than a signature is good for: within this the same call is known, and afterwards it is too old."""

STRANGER = (
    "We do not know yet who you are here. Open My settings, choose this chat under “How we reach you”, and press the "
    "button again."
)
NOT_YOURS = "This card is not with you, or not any more."
LEADS_NOWHERE = "This button leads nowhere any more. What waits for you stands on the page."
YOURS_NOW = "It is yours: nobody else asks now. When you have talked, put what they said on the card."
PASSED = "You have passed this card on. Thank you for looking at it."

_log = logging.getLogger(__name__)


def chat_called(system: str, chat_id: int) -> Chat | None:
    """Whom a call to this address is for; None where the address leads nowhere (yet)."""
    if system not in all_chats():
        return None
    with scopes_disabled():
        return Chat.objects.filter(pk=chat_id, system=system).exclude(team="").first()


def take(chat: Chat, body: bytes, headers: Mapping[str, str], *, now: datetime) -> bytes:
    """Do what was pressed, once; returns the answer, b"" where there is nothing to say.

    Raises NotFromThem, UnreadableCall, or ConnectorError where what they wait for could not be shown.
    """
    connector = connector_of(chat.system, chat)
    if not isinstance(connector, CallsUs) or not chat.team:
        raise NotFromThem("No calls are expected from here.")
    call = connector.read_call(body, headers, now)
    if call.team != chat.team:
        raise NotFromThem("This call is from another company's chat.")
    _remember(chat, call, now)
    if call.pressed is Pressed.LINK:
        return b""
    user = _user_of(chat, call)
    if user is None:
        return _told(connector, call, _notice("You are new here", STRANGER, "me", "My settings"))
    match call.pressed:
        case Pressed.TALK:
            return _show_doorway(chat, connector, call, user)
        case Pressed.CONFIRM:
            return _start_talking(chat, connector, call, user, now)
        case Pressed.PASS_ON:
            return _pass_on(chat, connector, call, user, now)
        case _:
            return _told(connector, call, _notice("My cards", LEADS_NOWHERE, "cards", "Open my cards"))


def settle(chat: Chat, ask: Ask, place: Place) -> None:
    """Write the message of a card anew, as the card stands now, without its buttons.

    Talks with another system: never call it inside a transaction. Where that fails for good, the old buttons stay,
    and answer in words.
    """
    connector = connector_of(chat.system, chat)
    if not isinstance(connector, CallsUs) or ask.state == AskState.WAITING:
        return
    try:
        connector.settle(place, _as_it_stands(ask))
    except ConnectorError as error:
        if not error.permanent:
            raise
        _log.warning("a message in chat %d could not be written anew: %s", chat.pk, error.reason_code)


def forget_calls(workspace: Workspace, *, now: datetime) -> None:
    """Calls that are too old to be repeated need not be known any more."""
    ChatCall.objects.filter(workspace=workspace, at__lt=now - REMEMBERED_FOR).delete()


def _remember(chat: Chat, call: Call, now: datetime) -> None:
    """Whoever overheard a call cannot play it again: of the same ones, one inserts."""
    try:
        with transaction.atomic():
            ChatCall.objects.create(workspace_id=chat.workspace_id, key=call.key, at=now)
    except IntegrityError as error:
        raise NotFromThem("This call came before.") from error


def _user_of(chat: Chat, call: Call) -> User | None:
    """Whoever chose this chat and is this person in it, as long as they are here."""
    address = (
        ChatAddress.objects.select_related("user__workspace")
        .filter(system=chat.system, their_id=call.person, user__is_active=True)
        .first()
        if call.person
        else None
    )
    return address.user if address else None


def _ask_of(user: User, call: Call) -> Ask | None:
    """The card, if it is or was theirs: also of a card that was passed on there is something to say."""
    if user.employee_id is None or not (call.card.isascii() and call.card.isdigit()) or len(call.card) > 18:  # noqa: PLR2004
        return None
    return (
        Ask.objects.filter(asker=user.employee_id, pk=int(call.card))
        .select_related("candidate", "asker", "decline__job", "workspace")
        .first()
    )


def _show_doorway(chat: Chat, connector: CallsUs, call: Call, user: User) -> bytes:
    """What to say, and the way to confirm it. Nothing is used up yet."""
    ask = _ask_of(user, call)
    if ask is None:
        return _told(connector, call, _not_yours())
    if ask.state != AskState.WAITING:
        _settle_later(chat, ask, call)
        return _told(connector, call, _about(ask, asks.too_late(ask).text))
    them = first_name(ask.candidate.name)
    said = doorway(ask.decline.job.title)
    words = (
        f"“{said.ask}”",
        f"“{said.way_out}”",
        f"“{said.may_i_say}” Unanswered, it stays with you.",
        f"Say below that you will ask, and nobody else does: {them} is asked once. What they answer goes on the card.",
    )
    shown = Doorway(f"Ask {them}", words, link_to("card", ask.pk), "The card, for the name", "I’ll ask them")
    return _told(connector, call, shown)


def _start_talking(chat: Chat, connector: CallsUs, call: Call, user: User, now: datetime) -> bytes:
    ask = _ask_of(user, call)
    if ask is None:
        return connector.shown_instead(call, _not_yours())
    try:
        asks.start_talking(ask, by=user, now=now)
    except Refusal as refusal:
        words = refusal.text
    else:
        words = YOURS_NOW
    _settle_later(chat, ask, call)
    return connector.shown_instead(call, _about(ask, words))


def _pass_on(chat: Chat, connector: CallsUs, call: Call, user: User, now: datetime) -> bytes:
    ask = _ask_of(user, call)
    if ask is None:
        return _told(connector, call, _not_yours())
    try:
        asks.pass_on(ask, by=user, now=now)
    except Refusal as refusal:
        _settle_later(chat, ask, call)
        return _told(connector, call, _about(ask, refusal.text))
    _settle_later(chat, ask, call)
    return b""


def _settle_later(chat: Chat, ask: Ask, call: Call) -> None:
    if call.place.channel:
        later(
            "settle_card",
            workspace_id=chat.workspace_id,
            chat_id=chat.pk,
            ask_id=ask.pk,
            channel=call.place.channel,
            stamp=call.place.stamp,
        )


def _told(connector: CallsUs, call: Call, words: Doorway) -> bytes:
    """Show them something now, in place of what they confirmed, or over what they pressed."""
    if call.opener:
        connector.show(call, words)
        return b""
    return connector.shown_instead(call, words)


def _about(ask: Ask, words: str) -> Doorway:
    page = link_to("cards") if ask.state == AskState.PASSED else link_to("card", ask.pk)
    return Doorway(f"The card for {first_name(ask.candidate.name)}", (words,), page, "Open the card")


def _not_yours() -> Doorway:
    return _notice("Not your card", NOT_YOURS, "cards", "Open my cards")


def _notice(title: str, words: str, page: str, label: str) -> Doorway:
    return Doorway(title, (words,), link_to(page), label)


def _as_it_stands(ask: Ask) -> Message:
    """What stands in the place of the card from now on."""
    title = f"The card for {first_name(ask.candidate.name)}"
    if ask.state == AskState.PASSED:
        return Message(title, PASSED, "My cards", link_to("cards"))
    if ask.state == AskState.WITHDRAWN:
        return Message(title, asks.too_late(ask).text, "My cards", link_to("cards"))
    return Message(title, asks.too_late(ask).text, "Open the card", link_to("card", ask.pk))
