"""Notices to employees: a card waits, one reminder, the recruiter hears, a quiet digest on Monday.

Nothing here writes to a candidate, and nothing about a candidate's reasons or
anybody's scorecards is in a notice. Whoever turned one off does not get it.
They go by telling.py, which knows how each colleague is reached; what the law
wants is always a mail.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import QuerySet
from django.template.loader import render_to_string

from ifnotyou.connectors.chat.contract import CardButtons
from ifnotyou.models import Ask, Decline, Job, Listener, Referral, Role, User, Weighing, Workspace
from ifnotyou.playbook.asking import LIVE, AskState, Stage
from ifnotyou.playbook.people import first_name
from ifnotyou.playbook.promises import after_working_days, time_zone
from ifnotyou.queries.people import recruiting
from ifnotyou.queries.policy import policy_of
from ifnotyou.services import thanks
from ifnotyou.services.asks import close_silent
from ifnotyou.services.later import later
from ifnotyou.services.sending import LONGEST_SENDING, give_up_sending
from ifnotyou.services.telling import Nudge, link_to, mail, tell
from ifnotyou.services.weighing import asker_of

WITH_THE_ASKER = [AskState.WAITING, AskState.TALKING, AskState.TAKEN, AskState.UNCERTAIN]
MONDAY = 0
MORNING = 8
"""The hour from which on a digest may come, where its reader is."""


def tell_asker(ask: Ask) -> None:
    """A card waits."""
    user = _asker_of(ask)
    if user is not None and user.wants_cards and ask.state == AskState.WAITING:
        write_link = link_to("card_write", ask.pk) if ask.candidate.email else ""
        buttons = CardButtons(str(ask.pk), write_link)
        _tell(user, "card", ask, subject=f"A card for you: {first_name(ask.candidate.name)}", card=buttons)


def remind(ask: Ask) -> None:
    """The card still waits; the only reminder there is."""
    user = _asker_of(ask)
    if user is not None and user.wants_reminders and ask.state in WITH_THE_ASKER:
        _tell(user, "reminder", ask, subject=f"Still with you: the card for {first_name(ask.candidate.name)}")


def tell_recruiter(ask: Ask) -> None:
    """A card has come back, or lies still: the recruiter may choose somebody else."""
    for user in _recruiters_of(ask):
        if user.wants_cards:
            _tell(user, "recruiter", ask, subject=f"About the card for {first_name(ask.candidate.name)}")


def tell_of_names(workspace: Workspace, job_ids: Iterable[int]) -> None:
    """Names came in for these roles: which, and on whose word, is on the page and in no mail."""
    roles = sorted({str(job) for job in Job.objects.filter(pk__in=list(job_ids))})
    subject = f"Names came in for: {', '.join(roles)}"
    for user in recruiting(workspace.pk):
        if user.wants_cards:
            tell(user, Nudge("names", subject, link_to("names"), "See the names", {"roles": roles}))


def remind_of_thanks(referral: Referral) -> None:
    """A word of thanks is due. Says neither to whom nor for whom: the card does."""
    ask = thanks.to_be_reminded(referral)
    user = _asker_of(ask) if ask else None
    if user is not None and user.wants_reminders:
        tell(user, Nudge("thanks", "A word of thanks is due", link_to("cards"), "Open my cards"))


def tell_of_weighing(weighing: Weighing) -> None:
    """There is a question about a card, which the card itself asks. Comes whatever they turned off: the law asks."""
    user = asker_of(weighing)
    if user is not None:
        context = {"user": user, "link": link_to("cards")}
        mail(user, "A question about a card of yours", render_to_string("mail/weighing.txt", context))


def tell_stewards(workspace: Workspace, names: int) -> None:
    """Names wait for a first contact; who they are is on the page. Comes whatever they turned off: the law asks."""
    subject = "1 name waits for a first contact" if names == 1 else f"{names} names wait for a first contact"
    for user in _stewards_of(workspace):
        context = {"user": user, "names": names, "link": link_to("privacy")}
        mail(user, subject, render_to_string("mail/stewards.txt", context))


def tell_of_records_elsewhere(workspace: Workspace, records: Sequence[str]) -> None:
    """Somebody asked to be forgotten, and only a person can erase their record in the other system. No name is told."""
    for user in _stewards_of(workspace):
        text = render_to_string("mail/records_elsewhere.txt", {"user": user, "records": records})
        mail(user, "Please erase a record: somebody asked to be forgotten", text)


def tell_of_listener(listener: Listener) -> None:
    """A program takes nothing any more, and is told nothing until somebody looks. Comes whatever they turned off."""
    subject = f"{listener.host} is told nothing any more"
    for user in User.objects.filter(workspace=listener.workspace_id, is_active=True, role=Role.ADMIN):
        context = {"user": user, "listener": listener, "link": link_to("listener", listener.pk)}
        mail(user, subject, render_to_string("mail/listener.txt", context))


def run_the_day(workspace: Workspace, *, now: datetime) -> None:
    """All that is due by now: reminders, recruiters told, silence closed, notes that got stuck. Safe to run often."""
    policy = policy_of(workspace).ask
    for ask in _asks(WITH_THE_ASKER).filter(reminded_at=None):
        if now >= _due(ask, policy.remind_after_days):
            _announce("remind", ask, "reminded_at", now)
    for ask in _asks(WITH_THE_ASKER).exclude(reminded_at=None).filter(recruiter_told_at=None):
        if now >= _due(ask, policy.tell_recruiter_after_days):
            _announce("tell_recruiter", ask, "recruiter_told_at", now)
    for ask in _asks([AskState.ASKED]).filter(asked_at__lte=now - timedelta(days=policy.quiet_after_days)):
        close_silent(ask, now=now)
    for ask in _asks([AskState.SENDING]).filter(claimed_at__lte=now - LONGEST_SENDING):
        give_up_sending(ask, now=now)


def run_the_week(workspace: Workspace, *, now: datetime) -> None:
    """On Monday morning, where each employee is: enqueue what waits for them, once."""
    for user in User.objects.filter(workspace=workspace, is_active=True, wants_digest=True).select_related(
        "employee"
    ):
        local = now.astimezone(time_zone(user.zone))
        if local.weekday() != MONDAY or local.hour < MORNING:
            continue
        with transaction.atomic():
            not_yet = User.objects.filter(pk=user.pk).exclude(digest_on=local.date())
            if not_yet.update(digest_on=local.date()):
                later("send_digest", workspace_id=workspace.pk, user_id=user.pk)


def send_digest(user: User) -> None:
    """What waits for one employee."""
    cards, inbox = _cards_of(user), _inbox_of(user)
    if cards or any(inbox.values()):
        words = {"cards": cards, "inbox": inbox}
        tell(user, Nudge("digest", "Your week with ifnotyou", link_to("home"), "Have a look", words))


def _stewards_of(workspace: Workspace) -> list[User]:
    """Whoever keeps the promises of privacy; the admins where nobody does."""
    keepers = User.objects.filter(workspace=workspace, is_active=True)
    return list(keepers.filter(role=Role.STEWARD)) or list(keepers.filter(role=Role.ADMIN))


def _cards_of(user: User) -> list[Ask]:
    if user.employee_id is None:
        return []
    return list(_asks(WITH_THE_ASKER).filter(asker=user.employee_id).order_by("handed_at"))


def _inbox_of(user: User) -> dict[str, int]:
    if not user.recruits:
        return {}
    return {
        "ask": Decline.objects.filter(stage=Stage.TO_ASK).count(),
        "decide": Decline.objects.filter(stage=Stage.TO_DECIDE).count(),
    }


def _asks(states: Iterable[AskState]) -> QuerySet[Ask]:
    return Ask.objects.filter(state__in=list(states)).select_related(
        "asker__user", "candidate", "decline__job"
    )


def _due(ask: Ask, working_days: int) -> datetime:
    """So many working days after the card was handed over, where the asker is."""
    user = _asker_of(ask)
    return after_working_days(ask.handed_at, working_days, user.zone if user else ask.asker.timezone)


def _asker_of(ask: Ask) -> User | None:
    user: User | None = getattr(ask.asker, "user", None)
    return user if user is not None and user.is_active else None


def _recruiters_of(ask: Ask) -> list[User]:
    """Whoever handed the card over; where they are gone, all who recruit."""
    if ask.handed_by is not None and ask.handed_by.is_active:
        return [ask.handed_by]
    return recruiting(ask.workspace_id)


@transaction.atomic
def _announce(task: str, ask: Ask, field: str, now: datetime) -> None:
    """Enqueue a notice and write down that it goes out, both or neither: the queue tries until it went."""
    live = Ask.objects.filter(pk=ask.pk, state__in=sorted(LIVE), **{f"{field}__isnull": True})
    if live.update(**{field: now}):
        later(task, workspace_id=ask.workspace_id, ask_id=ask.pk)


def _tell(user: User, kind: str, ask: Ask, *, subject: str, card: CardButtons | None = None) -> None:
    page = link_to("card", ask.pk) if kind != "recruiter" else link_to("decline", ask.decline_id)
    words = {"ask": ask, "them": first_name(ask.candidate.name)}
    tell(user, Nudge(kind, subject, page, "Open the card" if kind != "recruiter" else "Choose", words, card))
