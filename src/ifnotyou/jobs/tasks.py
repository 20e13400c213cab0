"""Every task there is: a line that opens the workspace where it needs one, and calls a service.

About a row that was erased since, there is nothing to tell: hence a loop over what is found, and no `get`.
"""

from __future__ import annotations

from django.utils import timezone
from django_scopes import scope
from django_tasks import default_task_backend, task

from ifnotyou.models import Ask, Referral, User, Vip, Weighing, Workspace
from ifnotyou.services import (
    anonymous,
    ats,
    declines,
    host_notices,
    hosting,
    imports,
    inbound,
    links,
    notices,
    referrals,
    retention,
    thanks,
    vip_letters,
)


@task
def delete_old_jobs() -> None:
    """Forget jobs that ended more than a week ago."""
    default_task_backend.delete_old_jobs()  # type: ignore[attr-defined]  # both of our engines have it


@task
def mail_sign_in_link(user_id: int, browser: str) -> None:
    """The link that somebody asked for; user 0 is nobody."""
    links.mail_link(user_id, browser)


@task
def mail_invitation(user_id: int) -> None:
    """The mail that invites somebody."""
    links.mail_invitation(user_id)


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


@task
def fetch_replies() -> None:
    """What askers have forwarded, in every workspace that has a mailbox for it."""
    for workspace in Workspace.objects.all():
        with scope(workspace=workspace.pk):
            inbound.fetch(workspace, now=timezone.now())
