"""A company in the database, with as many declines as wanted, colleagues with cards, and browsers signed in."""

from collections import Counter
from datetime import timedelta
from typing import NamedTuple

from django.contrib.auth import login
from django.contrib.sessions.backends.db import SessionStore
from django.core.management.color import no_style
from django.db import connection, transaction
from django.http import HttpRequest
from django.utils import timezone

from ifnotyou.models import Ask, Candidate, Decline, Employee, Job, Offer, Referral, Role, User, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import ENDED, Step, VipStage
from ifnotyou.playbook.letters import QUIET_LINES
from ifnotyou.queries.board import SHOWN
from ifnotyou.sample.world import generate
from ifnotyou.services import habits, pages
from ifnotyou.services.declines import judge, judge_stale
from ifnotyou.services.rows import TABLES
from ifnotyou.services.storing import store

SEED = 7
MOST_GENERATED = 2_500
STRIDE = 10_000_000  # between the ids of a row and of its copy
COPIED = [*(t.model for t in TABLES if t.name not in {"employees", "jobs"}), Decline]


class SignedIn(NamedTuple):
    """A user with a session, as a browser has it."""

    user: User
    session: str


def fill(workspace, declines):
    """That many declines: taken in and judged as an import does; of a large company the rows are then copied."""
    generated = min(declines, MOST_GENERATED)
    copies, rest = divmod(declines, generated)
    assert rest == 0, "a larger company is a multiple of the generated one"
    today = timezone.now().date()
    world = generate(SEED, generated, max(100, generated // 3), today)
    with transaction.atomic():
        store(world.records)
        habits.refresh(workspace)
    judge_stale(workspace, today)
    for number in range(1, copies):
        for model in COPIED:
            _copy(model, number)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for statement in connection.ops.sequence_reset_sql(no_style(), COPIED):
                cursor.execute(statement)
            cursor.execute("ANALYZE")  # its own housekeeping would, a minute later


def _copy(model, number):
    """All rows of the generated company once more, as those of other human beings."""
    offset = number * STRIDE
    moved = {"id", "offer_id"} | ({"candidate_id"} if model is not Candidate else set())
    told_apart = {"external_id", "key"}
    own = {"email", "mailbox", "profile", "namesake", "linkedin_url"}
    columns, values = [], []
    for field in model._meta.concrete_fields:
        column = connection.ops.quote_name(field.column)
        columns.append(column)
        if field.column in moved:
            values.append(f"{column} + {offset}")
        elif field.column in told_apart:
            values.append(f"CASE {column} WHEN '' THEN '' ELSE {column} || '~{number}' END")
        elif field.column in own:
            values.append(f"CASE {column} WHEN '' THEN '' ELSE 'c{number}.' || {column} END")
        else:
            values.append(column)
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} FROM {table} "  # noqa: S608
            f"WHERE id < {STRIDE}"
        )


def hand_out(workspace, wanted):
    """Cards for that many old declines, each with the colleague who knows the candidate best; the asks, in order."""
    now = timezone.now()
    alone = _one_record_each()
    found = (
        Decline.objects.filter(stage="missed", first_asker__isnull=False, candidate__in=alone)
        .filter(first_asker__active=True)
        .exclude(candidate__do_not_contact=True)
        .select_related("candidate")
        .order_by("candidate_id", "-id")
    )
    chosen = list({decline.candidate_id: decline for decline in found[: wanted * 3]}.values())[:wanted]
    assert len(chosen) == wanted, f"only {len(chosen)} declines for {wanted} cards"
    asks = [
        Ask(
            workspace=workspace,
            decline=decline,
            candidate=decline.candidate,
            asker_id=decline.first_asker_id,
            handed_at=now,
            because=["You had the longest talk with them."],
            quiet=list(QUIET_LINES),
        )
        for decline in chosen
    ]
    for ask in asks:
        pages.give_page(ask)
    Ask.objects.bulk_create(asks)
    judge([decline.candidate_id for decline in chosen], workspace, now.date())
    return asks


def let_answer(asks):
    """These were asked about the same open role, and hold the link of its page; returns that."""
    job = asks[0].decline.job
    Job.objects.filter(pk=job.pk).update(status="open")
    Decline.objects.filter(pk__in=[ask.decline_id for ask in asks]).update(job=job)
    now = timezone.now()
    Ask.objects.filter(pk__in=[ask.pk for ask in asks]).update(
        state=AskState.ASKED, channel=Channel.EMAIL, claimed_at=now, asked_at=now
    )
    return pages.page_of(job)


def fill_board(workspace, people):
    """So many people over all columns, and the last one whom the board shows.

    Half of them openly, half anonymously, and one in a hundred in confidence: those live for ninety days at most.
    """
    now, job, ask = timezone.now(), Job.objects.order_by("pk").first(), Ask.objects.order_by("pk").first()
    hosts = [
        User(workspace=workspace, email=f"host{n}@example.com", name=f"Host {n}", role=Role.MEMBER)
        for n in range(40)
    ]
    User.objects.bulk_create(hosts)
    stages = list(VipStage)
    terms = [Terms.CONFIDENTIAL, *[Terms.NAMED, Terms.ANONYMOUS] * 50]
    steps = [Step.OWN, Step.ANSWER, Step.WAIT]
    vips = [
        Vip(
            workspace=workspace,
            name=f"Person {n} Named",
            works_at=f"Company {n % 400}",
            came_on=now.date(),
            notice_due=now.date(),
            job=job,
            stage=stage,
            clock_from=now,
            changed_at=now,
            host=None if stage == VipStage.NAMED else hosts[n % 40],
            proposed=hosts[n % 40] if stage == VipStage.NAMED else None,
            step="" if stage in ENDED else steps[n % 3],
            due_at=None if stage in ENDED else now + timedelta(hours=n - 30),
            closed_on=now.date() - timedelta(days=n // 7) if stage in ENDED else None,
        )
        for n in range(people)
        for stage in [stages[n % len(stages)]]
    ]
    Vip.objects.bulk_create(vips)
    Referral.objects.bulk_create(
        Referral(
            workspace=workspace,
            vip=vip,
            job=job,
            terms=terms[n % len(terms)],
            ask=ask if terms[n % len(terms)] == Terms.NAMED else None,
            came_on=now.date(),
            announced_on=now.date(),
        )
        for n, vip in enumerate(vips)
    )
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    return vips[(SHOWN - 1) * len(stages) + len(stages) - 1].pk


def _one_record_each():
    """Candidates of whom the generated company has one record and one offer: the plain case."""
    marks = Candidate.objects.filter(pk__lt=STRIDE).values_list("pk", "mailbox", "profile")
    known = Counter(mark for _, *both in marks for mark in both if mark)
    offers = Counter(Offer.objects.filter(pk__lt=STRIDE).values_list("candidate_id", flat=True))
    return [pk for pk, *both in marks if offers[pk] == 1 and all(known[mark] <= 1 for mark in both)]


def sign_in(users):
    """A session for each, as signing in makes it."""
    signed_in = []
    for user in users:
        request = HttpRequest()
        request.session = SessionStore()
        login(request, user, backend="ifnotyou.web.signing_in.Backend")
        request.session.save()
        signed_in.append(SignedIn(user, request.session.session_key))
    return signed_in


def recruiters(workspace, number):
    return User.objects.bulk_create(
        User(
            workspace=workspace, email=f"recruiter{n}@example.com", name=f"Recruiter {n}", role=Role.RECRUITER
        )
        for n in range(number)
    )


def askers(workspace, asks):
    """A user for each colleague with a card, by employee."""
    employees = Employee.objects.filter(pk__in={ask.asker_id for ask in asks})
    users = User.objects.bulk_create(
        User(workspace=workspace, email=f"asker{e.pk}@example.com", name=e.name, employee=e, role=Role.MEMBER)
        for e in employees
    )
    return {user.employee_id: user for user in users}
