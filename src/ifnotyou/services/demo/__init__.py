"""A made-up company in an empty database, with two years behind it: to look around in, and to try everything on."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from django.db import transaction
from django_scopes import scope

from ifnotyou.models import Candidate, Decline, Employee, Import, Role, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.notice import Company
from ifnotyou.playbook.records import JobStatus, Records
from ifnotyou.queries.policy import policy_of
from ifnotyou.sample.dice import Dice
from ifnotyou.sample.world import World, generate
from ifnotyou.services import audit, habits, notice
from ifnotyou.services.declines import judge
from ifnotyou.services.demo import words
from ifnotyou.services.demo.history import History
from ifnotyou.services.demo.hosting import show_to
from ifnotyou.services.demo.today import Today
from ifnotyou.services.hindsight import told_afterwards
from ifnotyou.services.hosting import watch as watch_promises
from ifnotyou.services.mailboxes import connect_mailbox
from ifnotyou.services.notices import run_the_day
from ifnotyou.services.people import change_workspace, found_workspace
from ifnotyou.services.retention import erase_names
from ifnotyou.services.storing import store

COMPANY = "Lanternworks"
DOMAIN = "demo.example"
"""Where the users of the demo have their addresses: how a demo is recognised. It is reserved; no mail arrives there."""

YEARS = timedelta(days=735)
"""So long the company has been here: a little longer than the oldest of its declines."""

SMTP_PORT, IMAP_PORT = 2525, 2143
MAILBOX_PASSWORD = "mailbox"  # noqa: S105 - what `./run mailbox` takes from anybody
MAIL_SERVER = {
    "smtp_host": "127.0.0.1",
    "smtp_port": SMTP_PORT,
    "smtp_security": "none",
    "imap_host": "127.0.0.1",
    "imap_port": IMAP_PORT,
    "imap_security": "none",
}

Watch = Callable[[int, int, str], None]
"""Told how much is done, of how much, and of what."""


def demo_users() -> dict[Role, User] | None:
    """Whoever signs in to the demo, by role; None where there is no company yet. Refuses a real workspace."""
    if not Workspace.objects.exists():
        return None
    # Of those whom a visitor may have added, the demo's own were here first.
    users = User.objects.filter(email__endswith=f"@{DOMAIN}", is_active=True).order_by("-pk")
    found = {Role(user.role): user for user in users}
    if not found:
        raise Refusal(
            "real_workspace",
            "This database belongs to a company already, and the demo is only for an empty one. Nothing was changed. "
            "Name another database in DATABASE_URL, then: ifnotyou migrate, ifnotyou demo.",
        )
    return {role: found[role] for role in Role if role in found}


@transaction.atomic
def load(*, seed: int, declines: int, employees: int, now: datetime, watch: Watch) -> dict[Role, User]:
    """Make the company and live through its two years: all of it or nothing. Returns who signs in, by role."""
    watch(0, 1, "Making up a company")
    world = generate(seed, declines, employees, now.date())
    founded_at = datetime.combine(now.date(), time(9), UTC) - YEARS
    with told_afterwards(founded_at):
        admin = _found(world)
    workspace = admin.workspace
    Workspace.objects.filter(pk=workspace.pk).update(created_at=founded_at)
    with scope(workspace=workspace.pk):
        # Which seats were filled since is not to be known while the past is told.
        with told_afterwards(founded_at):
            _take_in(_all_open(world.records), workspace, watch)
            recruiter, steward = _staff(admin, world)
            _say_who_we_are(admin, founded_at.date())
        history = History(world, workspace, recruiter, now)
        judge(_everybody(), workspace, founded_at.date())
        told = Decline.objects.select_related("candidate").order_by("sorted_at", "pk")
        history.play(list(told), lambda done, total: watch(done, total, "Living through two years"))
        _bring_up_to_date(world, workspace, recruiter, now, watch)
        member = _member(Today(workspace, recruiter, Dice(seed, "today"), now).set_up(), workspace)
        show_to(member, now - timedelta(hours=1))
        judge(_everybody(), workspace, now.date())
        with told_afterwards(now):
            # Whose card lay still, or whose promise is due, was reminded already.
            run_the_day(workspace, now=now)
            watch_promises(workspace, now=now)
        # Names in whose time nobody wrote, or nobody answered, went by themselves.
        erase_names(workspace, policy_of(workspace).retention, now.date())
        _remember_visits(history)
        _connect(member, admin, now)
    users = {Role.ADMIN: admin, Role.RECRUITER: recruiter, Role.STEWARD: steward, Role.MEMBER: member}
    for user in users.values():
        # Their last visit is part of every sign-in link.
        user.refresh_from_db()
    return users


def _found(world: World) -> User:
    """The workspace; its admin is the head of People, or else of everything."""
    leaders = [one for one in world.records.employees.values() if one.executive]
    head = next((one for one in leaders if one.department == "People"), leaders[0])
    admin = found_workspace(
        company=COMPANY, name=head.name, email=_address(head.email), password=secrets.token_urlsafe(32)
    )
    admin.set_password(None)
    admin.save(update_fields=["password"])
    return admin


def _say_who_we_are(admin: User, today: date) -> None:
    """The privacy notice to people named, whole, so that hosts may write."""
    workspace = admin.workspace
    company = Company(
        name=f"{COMPANY} Limited",
        address=words.COMPANY_ADDRESS,
        country="GB",
        contact=admin.email,
        no_officer=True,
        recipients=(("hosting", "Tidewater Servers"),),
        transfers="none",
        authority=words.AUTHORITY,
    )
    notice.change(workspace, company, by=admin)
    test = notice.BALANCING
    notice.confirm(workspace, test.interest, test.necessity, test.balance, by=admin, today=today)


def _all_open(records: Records) -> Records:
    jobs = {id_: replace(job, status=JobStatus.OPEN) for id_, job in records.jobs.items()}
    return replace(records, jobs=jobs)


def _take_in(records: Records, workspace: Workspace, watch: Watch) -> None:
    store(records, watch=watch)
    habits.refresh(workspace)


def _everybody() -> list[int]:
    return list(Candidate.objects.values_list("pk", flat=True))


def _staff(admin: User, world: World) -> tuple[User, User]:
    """The recruiter with the most seats, and somebody of People as steward; the admin learns who they are, too."""
    everybody = {row.external_id: row for row in Employee.objects.filter(active=True)}
    admin.employee = next(row for row in everybody.values() if _address(row.email) == admin.email)
    admin.save(update_fields=["employee"])
    seats = [job.recruiter_id for job in world.records.jobs.values() if job.recruiter_id in everybody]
    fallback = [key for key in everybody if everybody[key] != admin.employee]
    first = everybody[max(sorted(set(seats)), key=seats.count, default=fallback[0])]
    others = [row for row in everybody.values() if row not in {first, admin.employee} and not row.executive]
    second = min(others, key=lambda row: (row.department != "People", -(row.level or 0), row.external_id))
    return _user(first, Role.RECRUITER, admin), _user(second, Role.STEWARD, admin)


def _user(employee: Employee, role: Role, admin: User) -> User:
    user = User.objects.create_user(
        _address(employee.email),
        name=employee.name,
        role=role,
        employee=employee,
        workspace=admin.workspace,
    )
    audit.write(admin, "invited", user, role=role.value)
    return user


def _address(work_address: str) -> str:
    """The same name at the demo's own domain."""
    return f"{work_address.partition('@')[0]}@{DOMAIN}"


def _bring_up_to_date(
    world: World, workspace: Workspace, recruiter: User, now: datetime, watch: Watch
) -> None:
    """The company's last export: which seats are filled or closed by now; then all is judged as of today."""
    moment = now - timedelta(hours=26)
    with told_afterwards(moment):
        counts = store(world.records, watch=watch)
        habits.refresh(workspace)
        done = Import.objects.create(
            workspace=workspace,
            by=recruiter,
            name="lanternworks.zip",
            state="done",
            finished_at=moment,
            counts={"tables": counts.as_dict(), "examples": []},
        )
        Import.objects.filter(pk=done.pk).update(started_at=moment)
        audit.write(
            recruiter, "imported", done, new=0, changed=sum(t.changed for t in counts.tables.values())
        )
    watch(0, 1, "Judging as of today")
    judge(_everybody(), workspace, now.date())


def _member(employee: Employee | None, workspace: Workspace) -> User:
    """The colleague as a user of the demo."""
    chosen = employee or Employee.objects.filter(active=True, user=None).order_by("executive", "pk").first()
    if chosen is None:
        raise Refusal("too_small", "The made-up company is too small for a demo: take more employees.")
    user = User.objects.filter(employee=chosen).first() or User(employee=chosen, workspace=workspace)
    user.name, user.role, user.email = chosen.name, Role.MEMBER, _address(chosen.email)
    user.set_password(None)
    user.save()
    return user


def _remember_visits(history: History) -> None:
    """When the colleagues were invited and were here last. They are made up: no weekly digest for them."""
    staff = User.objects.filter(email__endswith=f"@{DOMAIN}").values_list("pk", flat=True)
    User.objects.exclude(pk__in=staff).update(wants_digest=False)
    for key, moment in history.invited.items():
        User.objects.filter(pk=key).update(invited_at=moment, last_login=history.visited.get(key))


def _connect(member: User, admin: User, now: datetime) -> None:
    """A mail server on this machine, and the member's mailbox at it."""
    with told_afterwards(now - timedelta(days=1)):
        asked = {"candidate_notice_on": admin.workspace.created_at.date()}
        change_workspace(admin.workspace, MAIL_SERVER | asked, by=admin)
        connect_mailbox(member, address=member.email, username=member.email, password=MAILBOX_PASSWORD)
