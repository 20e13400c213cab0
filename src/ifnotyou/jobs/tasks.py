"""Every task there is: a line that opens the workspace where it needs one, and calls a service."""

from __future__ import annotations

from django.utils import timezone
from django_scopes import scope
from django_tasks import default_task_backend, task

from ifnotyou.models import Ask, User, Workspace
from ifnotyou.services import declines, imports, links, notices


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
        notices.tell_asker(Ask.objects.get(pk=ask_id))


@task
def remind(workspace_id: int, ask_id: int) -> None:
    """The one reminder to a colleague."""
    with scope(workspace=workspace_id):
        notices.remind(Ask.objects.get(pk=ask_id))


@task
def tell_recruiter(workspace_id: int, ask_id: int) -> None:
    """A card came back, or lies still."""
    with scope(workspace=workspace_id):
        notices.tell_recruiter(Ask.objects.get(pk=ask_id))


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


@task
def judge_stale(workspace_id: int) -> None:
    """What an import changed."""
    with scope(workspace=workspace_id):
        declines.judge_stale(Workspace.objects.get(pk=workspace_id), timezone.now().date())


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
