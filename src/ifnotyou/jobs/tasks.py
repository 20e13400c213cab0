"""Every task there is: a line that opens the workspace where it needs one, and calls a service.

About a row that was erased since, there is nothing to tell: hence a loop over what is found, and no `get`.
"""

from __future__ import annotations

from django.utils import timezone
from django_scopes import scope
from django_tasks import default_task_backend, task

from ifnotyou.connectors.chat.contract import Place
from ifnotyou.models import Ask, Chat, Connection, Listener, Referral, User, Vip, Weighing, Workspace
from ifnotyou.services import (
    anonymous,
    ats,
    chat_calls,
    declines,
    deliveries,
    filing,
    happenings,
    host_notices,
    hosting,
    imports,
    inbound,
    links,
    mailboxes,
    notices,
    referrals,
    retention,
    sessions,
    syncing,
    thanks,
    tokens,
    vip_letters,
)
from ifnotyou.services.later import later


@task
def delete_old_jobs() -> None:
    """Forget jobs that ended more than a week ago."""
    default_task_backend.delete_old_jobs()  # type: ignore[attr-defined]  # both of our engines have it


@task
def forget_ended_sessions() -> None:
    """Delete what is left of sign-ins that ran out."""
    sessions.forget_ended(now=timezone.now())


@task
def mail_sign_in_link(user_id: int, browser: str) -> None:
    """The link that somebody asked for; user 0 is nobody."""
    links.mail_link(user_id, browser)


@task
def mail_invitation(user_id: int) -> None:
    """The mail that invites somebody."""
    links.mail_invitation(user_id)


@task
def take_consent_back(workspace_id: int, user_id: int) -> None:
    """Somebody is gone, and their provider of mail is told so."""
    with scope(workspace=workspace_id):
        mailboxes.forget_closed(user_id)


@task
def tell_asker(workspace_id: int, ask_id: int) -> None:
    """A card waits."""
    with scope(workspace=workspace_id):
        for ask in Ask.objects.filter(pk=ask_id):
            notices.tell_asker(ask)


@task
def remind(workspace_id: int, ask_id: int) -> None:
    """The one reminder to a colleague."""
    with scope(workspace=workspace_id):
        for ask in Ask.objects.filter(pk=ask_id):
            notices.remind(ask)


@task
def tell_recruiter(workspace_id: int, ask_id: int) -> None:
    """A card came back, or lies still."""
    with scope(workspace=workspace_id):
        for ask in Ask.objects.filter(pk=ask_id):
            notices.tell_recruiter(ask)


@task
def send_digest(workspace_id: int, user_id: int) -> None:
    """Monday's mail to one employee."""
    with scope(workspace=workspace_id):
        notices.send_digest(User.objects.get(pk=user_id))


@task
def run_the_day() -> None:
    """What is due by now, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            notices.run_the_day(workspace, now=timezone.now())
            notices.run_the_week(workspace, now=timezone.now())
            hosting.watch(workspace, now=timezone.now())
            vip_letters.doubt_stuck(workspace, now=timezone.now())
            chat_calls.forget_calls(workspace, now=timezone.now())


@task
def settle_card(workspace_id: int, chat_id: int, ask_id: int, channel: str, stamp: str) -> None:
    """A card in the company's chat shows what became of it, and has no buttons any more."""
    with scope(workspace=workspace_id):
        for chat in Chat.objects.filter(pk=chat_id):
            for ask in Ask.objects.select_related("candidate").filter(pk=ask_id):
                chat_calls.settle(chat, ask, Place(channel, stamp))


@task
def judge_stale(workspace_id: int) -> None:
    """What an import changed."""
    with scope(workspace=workspace_id):
        declines.judge_stale(Workspace.objects.get(pk=workspace_id), timezone.now().date())


@task
def follow_ats(workspace_id: int) -> None:
    """What an import tells of people named whom we are in touch with."""
    with scope(workspace=workspace_id):
        ats.follow(Workspace.objects.get(pk=workspace_id), now=timezone.now())


@task
def judge_candidate(workspace_id: int, candidate_id: int) -> None:
    """What an ask means for the other records and declines of a human being."""
    with scope(workspace=workspace_id):
        workspace = Workspace.objects.get(pk=workspace_id)
        declines.judge([candidate_id], workspace, timezone.now().date())


@task
def judge_the_day() -> None:
    """What a new day changes, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            declines.judge_stale(workspace, timezone.now().date())


@task
def read_import(workspace_id: int, import_id: int) -> None:
    """What an upload would change, for the person who decides."""
    with scope(workspace=workspace_id):
        imports.read_upload(import_id)


@task
def commit_import(workspace_id: int, import_id: int) -> None:
    """An upload that somebody said yes to."""
    with scope(workspace=workspace_id):
        imports.commit_upload(import_id)


@task
def sweep_imports() -> None:
    """Imports that nobody works on any more, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            imports.sweep()


@task
def read_calls(workspace_id: int, connection_id: int) -> None:
    """A system for applicants has called."""
    with scope(workspace=workspace_id):
        for connection in Connection.objects.filter(pk=connection_id, paused=False):
            deliveries.work(connection, now=timezone.now())


@task(max_attempts=2)
def sync_connection(workspace_id: int, connection_id: int) -> None:
    """What a system for applicants tells since the last time; what goes wrong is told on its page."""
    with scope(workspace=workspace_id):
        for connection in Connection.objects.filter(pk=connection_id, paused=False):
            syncing.sync_and_tell(connection, now=timezone.now())


@task
def sync_all() -> None:
    """Ask every system for applicants what changed."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            for connection in Connection.objects.filter(paused=False):
                later("sync_connection", once=f"sync-{connection.pk}", **_named(connection))


@task
def wake_calls() -> None:
    """Calls that still wait, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            deliveries.wake(workspace, now=timezone.now())


@task
def file_people() -> None:
    """Whoever is due goes into the system for applicants, and whoever is there is looked after."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            filing.file_due(workspace, now=timezone.now())
            filing.follow(workspace, now=timezone.now())


def _named(connection: Connection) -> dict[str, int]:
    return {"workspace_id": connection.workspace_id, "connection_id": connection.pk}


@task
def tell_of_records_elsewhere(workspace_id: int, records: list[str]) -> None:
    """Somebody forgotten here has a record in another system."""
    with scope(workspace=workspace_id):
        notices.tell_of_records_elsewhere(Workspace.objects.get(pk=workspace_id), records)


@task
def tell_of_names(workspace_id: int, job_ids: list[int]) -> None:
    """Names came in for these roles."""
    with scope(workspace=workspace_id):
        notices.tell_of_names(Workspace.objects.get(pk=workspace_id), job_ids)


@task
def remind_of_thanks(workspace_id: int, referral_id: int) -> None:
    """A name is worth a word of thanks; the only reminder."""
    with scope(workspace=workspace_id):
        for referral in Referral.objects.filter(pk=referral_id):
            notices.remind_of_thanks(referral)


@task
def tell_of_weighing(workspace_id: int, weighing_id: int) -> None:
    """The steward weighs, and the asker has something to do for it."""
    with scope(workspace=workspace_id):
        for weighing in Weighing.objects.filter(pk=weighing_id):
            notices.tell_of_weighing(weighing)


@task
def tell_stewards(workspace_id: int, names: int) -> None:
    """Names wait for a first contact, and soon go by themselves."""
    with scope(workspace=workspace_id):
        notices.tell_stewards(Workspace.objects.get(pk=workspace_id), names)


@task
def tell_host(workspace_id: int, vip_id: int, user_id: int, about: str) -> None:
    """Somebody named waits for their host, or for whoever is to be it."""
    with scope(workspace=workspace_id):
        for vip in Vip.objects.filter(pk=vip_id):
            host_notices.tell_host(vip, user_id, about)


@task
def tell_host_due(workspace_id: int, vip_id: int) -> None:
    """What a host promised is due soon."""
    with scope(workspace=workspace_id):
        for vip in Vip.objects.filter(pk=vip_id):
            host_notices.tell_host_due(vip)


@task
def tell_recruiters_due(workspace_id: int, vip_id: int) -> None:
    """What a host promised is due very soon."""
    with scope(workspace=workspace_id):
        for vip in Vip.objects.filter(pk=vip_id):
            host_notices.tell_recruiters_due(vip)


@task
def keep_the_quiet_hour() -> None:
    """Once a day, at a fixed time: what was sealed is released, names are announced, what is past is erased."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            now = timezone.now()
            anonymous.release(workspace, now=now)
            referrals.announce_due(workspace, now=now)
            thanks.remind_all(workspace, now=now)
            retention.run(workspace, now=now)


@task
def turn_pools() -> None:
    """Every sealed pool is encrypted anew, whether something came in or not."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            anonymous.turn_pools(workspace)


@task(priority=-10)
def tell_listener(workspace_id: int, listener_id: int) -> None:
    """A program is to hear what happened. Everything else goes first: it may be slow to answer."""
    with scope(workspace=workspace_id):
        for listener in Listener.objects.filter(pk=listener_id, paused=False):
            happenings.work(listener, now=timezone.now())


@task
def tell_of_listener(workspace_id: int, listener_id: int) -> None:
    """A program took nothing for too long, or is gone: the admins hear of it."""
    with scope(workspace=workspace_id):
        for listener in Listener.objects.filter(pk=listener_id, paused=True):
            notices.tell_of_listener(listener)


@task
def wake_listeners() -> None:
    """Programs that wait to hear something, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            happenings.wake(workspace, now=timezone.now())


@task
def sweep_tokens() -> None:
    """What programs were answered yesterday, and tokens that are over, in every workspace."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            tokens.sweep(timezone.now())


@task
def fetch_replies() -> None:
    """What askers have forwarded, in every workspace that has a mailbox for it."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            inbound.fetch(workspace, now=timezone.now())
