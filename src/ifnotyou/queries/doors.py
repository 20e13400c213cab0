"""The doors of the company as one page tells of them: which are open, who uses them, which are in trouble."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q

from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.models import (
    ApiToken,
    Chat,
    ChatAddress,
    Connection,
    Listener,
    MailApp,
    Mailbox,
    SignInProvider,
    User,
    Workspace,
)


@dataclass(frozen=True)
class Door:
    """One door: whether it is open, how many use it, and how many of those are in trouble.

    `slug` names one of several of its kind; `trouble` is what is wrong with the door itself, in words.
    """

    kind: str
    label: str
    slug: str = ""
    is_open: bool = False
    uses: int = 0
    lost: int = 0
    trouble: str = ""


def doors_of(workspace: Workspace, now: datetime) -> list[Door]:
    """Every door there is, open or not; as many queries for many people as for one."""
    return [*_mail(workspace), *_chats(), _sign_in(workspace), *_programs(now), _systems()]


def _mail(workspace: Workspace) -> list[Door]:
    theirs = Mailbox.objects.filter(user__is_active=True).values("kind")
    counts = theirs.annotate(uses=Count("pk"), lost=Count("pk", filter=~Q(lost="")))
    used = {row["kind"]: row for row in counts}
    apps = set(MailApp.objects.values_list("provider", flat=True))

    def door(slug: str, label: str, *, is_open: bool) -> Door:
        row = used.get(slug, {"uses": 0, "lost": 0})
        return Door("mail", label, slug, is_open=is_open, uses=row["uses"], lost=row["lost"])

    return [
        door(Mailbox.OWN_SERVER, "Your mail server", is_open=bool(workspace.smtp_host)),
        *(door(slug, one.label, is_open=slug in apps) for slug, one in all_providers().items()),
    ]


def _chats() -> list[Door]:
    rows = {chat.system: chat for chat in Chat.objects.defer("secrets")}
    counts = ChatAddress.objects.values("system").annotate(
        uses=Count("pk", filter=Q(user__told_by=F("system"), user__is_active=True)),
        lost=Count("pk", filter=~Q(trouble="")),
    )
    used = {row["system"]: row for row in counts}
    found = []
    for slug, one in all_chats().items():
        chat, row = rows.get(slug), used.get(slug, {"uses": 0, "lost": 0})
        # Where nothing is typed in for the company, each person opens the door for themselves.
        is_open = bool(chat and chat.team) or not one.fields
        trouble = chat.trouble if chat else ""
        found.append(Door("chat", one.label, slug, is_open, row["uses"], row["lost"], trouble))
    return found


def _sign_in(workspace: Workspace) -> Door:
    providers = list(SignInProvider.objects.order_by("label").values_list("label", flat=True))
    people = User.objects.filter(workspace=workspace, is_active=True, socialaccount__isnull=False)
    label = "Single sign-on"
    return Door("sign_in", label, is_open=bool(providers), uses=people.distinct().count() if providers else 0)


def _programs(now: datetime) -> list[Door]:
    tokens = ApiToken.objects.filter(revoked_at=None, expires_at__gt=now, user__is_active=True).count()
    listeners = Listener.objects.aggregate(
        all=Count("pk", filter=Q(paused=False)), failing=Count("pk", filter=~Q(failing_since=None))
    )
    return [
        Door("tokens", "Interface for programs", is_open=True, uses=tokens),
        Door(
            "listeners",
            "Webhooks",
            is_open=bool(listeners["all"]),
            uses=listeners["all"],
            lost=listeners["failing"],
        ),
    ]


def _systems() -> Door:
    systems = Connection.objects.aggregate(all=Count("pk"), lost=Count("pk", filter=~Q(trouble="")))
    return Door(
        "systems",
        "Applicant tracking systems",
        is_open=bool(systems["all"]),
        uses=systems["all"],
        lost=systems["lost"],
    )
