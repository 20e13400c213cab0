"""The made-up company: something of everything, and nothing that the playbook would not have allowed."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest
from django.core import mail
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    Claim,
    Decision,
    Decline,
    Mailbox,
    OptOut,
    Referral,
    Role,
    Vip,
    Workspace,
)
from ifnotyou.playbook.asking import CLAIMED, ENDED, LIVE, AskState, Stage
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import VipStage
from ifnotyou.playbook.letters import GAP
from ifnotyou.queries.humans import same_humans
from ifnotyou.services import asks, demo, notices
from ifnotyou.services.declines import judge
from ifnotyou.web.cards import _draft

NOW = datetime(2026, 6, 17, 12, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def quietly(_done, _total, _name):
    """Nobody is watching."""


@pytest.fixture(scope="module")
def company(django_db_setup, django_db_blocker):
    """The demo as a visitor gets it: loaded once, for tests that change nothing for good."""
    with django_db_blocker.unblock(), transaction.atomic():
        users = demo.load(seed=1, declines=300, employees=120, now=NOW, watch=quietly)
        with scope(workspace=users[Role.ADMIN].workspace_id):
            yield SimpleNamespace(users=users, workspace=users[Role.ADMIN].workspace)
        transaction.set_rollback(True)


@pytest.fixture
def browser(company, monkeypatch):
    """A browser of the user with this role, on the day of the demo."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: NOW)

    def of(role):
        client = Client()
        client.force_login(company.users[role])
        return client

    return of


def counted(model, column):
    return Counter(model.objects.values_list(column, flat=True))


# --- Something of everything


def test_every_part_of_the_inbox_has_declines(company):
    stages = counted(Decline, "stage")

    assert set(stages) == set(Stage)
    assert sum(stages.values()) == 300
    assert stages[Stage.TO_ASK] >= 5
    assert stages[Stage.ENDED] > stages[Stage.MISSED] > stages[Stage.TO_ASK]


def test_every_state_of_a_card_occurs_but_the_one_of_this_very_moment(company):
    assert set(counted(Ask, "state")) == set(AskState) - {AskState.SENDING}


def test_names_came_back_on_all_terms_and_by_both_channels(company):
    named = Ask.objects.filter(state=AskState.NAMED)

    assert set(counted(Referral, "terms")) == {"named", "confidential", "introduce"}
    assert set(named.values_list("channel", flat=True)) == {"conversation", "email"}
    assert {one.ask_id for one in Referral.objects.exclude(ask=None)} <= {ask.pk for ask in named}
    assert all(
        one.vip is None if one.terms == "introduce" else one.vip.name for one in Referral.objects.all()
    )


def test_names_were_written_to_in_time_or_have_gone(company):
    people = Vip.objects.all()
    assert {vip.contacted_at is None for vip in people} == {True, False}
    assert all(vip.retain_until is None or vip.retain_until > NOW.date() for vip in people)
    assert all(vip.retain_until is not None for vip in people if vip.stage in {"named", "taken", "contacted"})


def test_somebody_stands_in_every_column_of_the_board_and_one_is_the_members(company):
    assert set(Vip.objects.values_list("stage", flat=True)) == set(VipStage)
    member = company.users[Role.MEMBER]
    assert Vip.objects.filter(host=member).exclude(stage__in=["hired", "parted"]).exists()
    assert Vip.objects.filter(proposed=member, stage=VipStage.NAMED).exists()
    assert Referral.objects.filter(terms=Terms.INTRODUCE, arrived_on=None).exists()


def test_nobody_was_parted_with_but_by_a_letter(company):
    for vip in Vip.objects.filter(stage=VipStage.PARTED):
        assert vip.letters.filter(kind="goodbye", state="sent").exists()
    assert not Vip.objects.filter(contacted_at__isnull=False, letters=None).exists()


def test_people_have_decided_both_ways_with_a_reason(company):
    assert set(counted(Decision, "yes")) == {True, False}
    assert all(reason.strip() for reason in Decision.objects.values_list("reason", flat=True))


def test_whose_ask_brings_a_name_is_the_hidden_truth(company):
    truth = {
        (pair.candidate_id, pair.employee_id): pair.would_give_name
        for pair in demo.generate(1, 300, 120, NOW.date()).pairs
    }
    # The names of the last weeks were put there for visitors: somebody for every column of the board.
    named = Ask.objects.filter(state=AskState.NAMED, ended_at__lt=NOW - timedelta(days=41)).values_list(
        "candidate__external_id", "asker__external_id"
    )
    assert named
    assert all(truth[pair] for pair in named)
    nobody = Ask.objects.filter(state=AskState.NOBODY, channel="conversation")
    assert not any(truth[pair] for pair in nobody.values_list("candidate__external_id", "asker__external_id"))


# --- Who is there


def test_there_is_somebody_for_each_role(company):
    assert {role: user.role for role, user in company.users.items()} == {role: role.value for role in Role}
    assert all(user.email.endswith("@demo.example") and user.employee for user in company.users.values())
    assert "Recruiter" in company.users[Role.RECRUITER].employee.title


def test_the_member_has_cards_that_wait_and_cards_that_are_done(company):
    cards = Counter(
        Ask.objects.filter(asker=company.users[Role.MEMBER].employee).values_list("state", flat=True)
    )

    assert cards[AskState.WAITING] >= 2
    assert set(cards) & ENDED


def test_the_mailbox_of_the_member_is_the_one_of_run_mailbox(company):
    box = Mailbox.objects.get()

    assert (box.user, box.username, box.password) == (company.users[Role.MEMBER], box.address, "mailbox")
    assert box.address == company.users[Role.MEMBER].email
    workspace = Workspace.objects.get()
    assert (workspace.smtp_host, workspace.smtp_port, workspace.smtp_security) == ("127.0.0.1", 2525, "none")
    assert (workspace.imap_host, workspace.imap_port, workspace.imap_security) == ("127.0.0.1", 2143, "none")


def test_the_members_draft_can_be_sent_as_soon_as_its_gap_is_filled(company):
    member = company.users[Role.MEMBER]
    for ask in Ask.objects.filter(asker=member.employee, state=AskState.WAITING):
        draft = _draft(ask)
        body = draft["body"].replace(GAP, "the afternoon when the projector caught fire")
        assert asks.findings(ask, asks.Words(draft["subject"], body)) == []
        assert ask.candidate.email


# --- As the playbook wants it


def test_nobody_was_asked_twice(company):
    claimed = Ask.objects.filter(state__in=sorted(CLAIMED)).select_related("candidate")
    humans = [min(one.pk for one in same_humans([ask.candidate])) for ask in claimed]

    assert len(humans) > 100
    assert len(set(humans)) == len(humans)
    assert set(Claim.objects.values_list("ask", flat=True)) == set(claimed.values_list("pk", flat=True))


def test_nobody_carries_more_than_two_cards(company):
    carried = Counter(Ask.objects.filter(state__in=sorted(LIVE)).values_list("asker", flat=True))
    assert max(carried.values()) <= 2


def test_judged_again_every_decline_stands_where_it_stood(company):
    before = dict(Decline.objects.values_list("pk", "stage"))

    judge(Candidate.objects.values_list("pk", flat=True), company.workspace, NOW.date())

    assert dict(Decline.objects.values_list("pk", "stage")) == before


def test_everything_happened_in_its_order_and_before_now(company):
    for ask in Ask.objects.select_related("decline"):
        moments = [ask.decline.declined_at, ask.handed_at, ask.claimed_at, ask.asked_at, ask.ended_at]
        moments = [moment for moment in (*moments, NOW) if moment]
        assert moments == sorted(moments), ask
    for claim in Claim.objects.select_related("ask"):
        assert claim.claimed_on == claim.ask.claimed_at.date()
    assert not Ask.objects.filter(state=AskState.ASKED, asked_at__lt=NOW - timedelta(days=21)).exists()
    assert not OptOut.objects.filter(at__gte=NOW).exists()
    assert not Decision.objects.filter(at__gte=NOW).exists()


def test_the_book_tells_it_in_the_same_order(company):
    lines = list(AuditEvent.objects.order_by("pk"))

    assert lines[0].verb == "founded"
    assert all(line.at < NOW for line in lines)
    history = [line.at for line in lines if line.noun == "ask" and line.at < NOW - timedelta(days=2)]
    assert history == sorted(history)
    ask = Ask.objects.filter(state=AskState.NAMED).first()
    book = AuditEvent.objects.filter(noun="ask", noun_id=ask.pk).exclude(verb="saw").order_by("pk")
    assert (book.first().verb, book.first().at) == ("handed_over", ask.handed_at)
    assert (book.last().verb, book.last().at) == ("answered", ask.ended_at)


def test_nothing_is_sent_now_or_when_the_day_is_done(company):
    assert run_due_jobs() == 0
    notices.run_the_day(company.workspace, now=NOW)
    assert run_due_jobs() == 0
    assert mail.outbox == []


# --- Every page has life


@pytest.mark.parametrize("stage", list(Stage))
def test_a_decline_of_every_stage_can_be_opened(browser, stage):
    client = browser(Role.RECRUITER)

    inbox = client.get(reverse("declines"), {"stage": stage.value})
    decline = (
        Decline.objects.filter(stage=stage).select_related("candidate").order_by("-sorted_at", "-pk").first()
    )
    assert decline.candidate.name in inbox.content.decode().replace("&#x27;", "'")
    assert client.get(reverse("decline", args=[decline.pk])).status_code == 200


@pytest.mark.parametrize("state", sorted(LIVE | ENDED - {AskState.SENDING}))
def test_a_card_of_every_state_can_be_opened(company, state):
    ask = Ask.objects.filter(state=state).select_related("asker__user").first()
    if state == AskState.SENDING:
        assert ask is None
        return
    client = Client()
    client.force_login(ask.asker.user)
    assert client.get(reverse("card", args=[ask.pk])).status_code == 200


@pytest.mark.parametrize(
    ("role", "page"),
    [(Role.MEMBER, "cards"), (Role.STEWARD, "audit"), (Role.ADMIN, "people"), (Role.ADMIN, "imports")],
)
def test_the_pages_of_each_role_open(browser, role, page):
    assert browser(role).get(reverse(page)).status_code == 200
