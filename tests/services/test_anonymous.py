"""An anonymous name: sealed, released at its hour, and no trace of whoever gave it."""

from datetime import date, timedelta

import pytest
from django.db import DatabaseError, connection

from ifnotyou.models import (
    Ask,
    AuditEvent,
    DataRequest,
    Job,
    OptOut,
    ReceiptLine,
    Referral,
    RolePage,
    SealKey,
    Vip,
)
from ifnotyou.models.jobs import QueuedJob
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.humans import vip_keys
from ifnotyou.queries.pages import hash_of
from ifnotyou.services import anonymous, referrals, sealing
from ifnotyou.services.anonymous import PageState, Standing
from tests.company import clock, found, house  # noqa: F401 - fixtures
from tests.holders import MONDAYS, TUESDAY, sent_to

IDA = Given("Ida Wells", "https://www.linkedin.com/in/ida", works_at="Harbour & Sons", why="Calm in storms.")
WEEK = timedelta(days=7)
DAY = timedelta(days=1)


@pytest.fixture
def page(house):  # noqa: F811 - the fixture
    return sent_to(house, 5)


def give(page, name="Ida Wells", **more):
    """A name comes in; returns its receipt."""
    return anonymous.give(page, Given(name, **more), anonymous.new_receipt(page))


def give_many_long_ones(page):
    for number in range(100):
        give(page, f"{number}", why="é" * 300, works_at="é" * 200, found_at="x" * 500)


def names():
    return sorted(Referral.objects.values_list("vip__name", flat=True))


def release(page, moment=MONDAYS[0]):
    anonymous.release(page.workspace, now=moment)


def released(page, **more):
    """A name that has reached the company; returns its receipt."""
    receipt = give(page, **more)
    for moment in MONDAYS:
        release(page, moment)
    assert Referral.objects.get().receipt_hash
    return receipt


# --- who is protected


@pytest.mark.parametrize(("people", "state"), [(4, PageState.FEW), (5, PageState.OPEN)])
def test_the_page_takes_names_once_enough_hold_its_link(house, people, state):  # noqa: F811
    assert anonymous.state_of(sent_to(house, people)) is state


def test_nothing_is_taken_where_it_would_not_protect(house):  # noqa: F811
    page = sent_to(house, 4)
    with pytest.raises(Refusal):
        give(page)
    assert sealing.open_pool(page) == []


@pytest.mark.parametrize("status", ["filled", "closed"])
def test_nothing_is_taken_for_a_role_that_is_gone(page, status):
    Job.objects.update(status=status)
    page = RolePage.objects.select_related("job", "workspace").get()
    assert anonymous.state_of(page) is PageState.CLOSED
    with pytest.raises(Refusal):
        give(page)


# --- giving


def rows_of_everything():
    """Every row of every table, but those that a sealed pool is made of."""
    seen = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - our own tables
            seen[table] = sorted(map(repr, cursor.fetchall()))
    page = RolePage.objects.get()
    seen["ifnotyou_rolepage"] = [page.pk, page.job_id, page.released_on, len(page.sealed)]
    seen["ifnotyou_sealkey"] = list(SealKey.objects.values_list("pk", "page_id"))
    return seen


def test_a_name_changes_one_sealed_text_and_its_key_and_nothing_else(page):
    before, sealed = rows_of_everything(), bytes(RolePage.objects.get().sealed)

    give(page)

    assert rows_of_everything() == before
    assert bytes(RolePage.objects.get().sealed) != sealed


def test_the_same_form_twice_is_one_name_and_its_last_words_count(page):
    receipt = anonymous.new_receipt(page)
    assert anonymous.give(page, IDA, receipt) == receipt
    assert anonymous.give(page, Given("Ida B. Wells"), receipt) == receipt

    (item,) = sealing.open_pool(page)
    assert item["given"]["name"] == "Ida B. Wells"


def test_the_same_form_after_the_release_is_still_one_name(page):
    receipt = released(page)

    assert anonymous.give(page, Given("Ida Wells"), receipt) == receipt

    assert sealing.open_pool(page) == []


def test_another_name_on_a_form_that_was_released_is_not_lost(page):
    receipt = released(page)

    other = anonymous.give(page, Given("Jo March"), receipt)

    assert other != receipt
    assert anonymous.standing_of(page, other) == Standing(released=False)


def test_a_full_pool_turns_names_away_but_lets_everybody_take_theirs_back(page):
    first = give(page)
    with pytest.raises(sealing.PoolFullError):
        give_many_long_ones(page)
    waiting = len(sealing.open_pool(page))

    anonymous.add(page, first, "é" * 300)
    anonymous.withdraw(page, first)

    assert len(sealing.open_pool(page)) == waiting - 1


# --- the release


def test_names_are_released_on_a_monday_when_several_wait(page):
    for name in ("Ida", "Jo", "Kim"):
        give(page, name)
    for days in range(1, 6):
        release(page, TUESDAY.replace(hour=5) + DAY * days)
        assert names() == []

    release(page)

    assert names() == ["Ida", "Jo", "Kim"]
    assert sealing.open_pool(page) == []


def test_fewer_are_released_after_the_longest_wait(page):
    give(page)
    release(page, MONDAYS[0])
    assert names() == []

    release(page, MONDAYS[1])

    assert names() == ["Ida Wells"]


def test_a_second_run_on_the_same_monday_counts_no_further_wait(page):
    give(page)
    for hours in range(4):
        release(page, MONDAYS[0] + timedelta(hours=hours))
    release(page, MONDAYS[0] + DAY)
    assert names() == []


def test_a_second_run_releases_nothing_twice(page):
    for name in ("Ida", "Jo", "Kim"):
        give(page, name)
    release(page)
    release(page)
    assert names() == ["Ida", "Jo", "Kim"]


def test_a_release_that_breaks_in_the_middle_has_released_nothing(page, monkeypatch):
    for name in ("Ida", "Jo", "Kim"):
        give(page, name)
    kept = []

    def fails_at_the_second(*arguments, **more):
        kept.append(1)
        if len(kept) > 1:
            raise DatabaseError("on purpose")
        return real(*arguments, **more)

    real = referrals.keep
    with monkeypatch.context() as broken:
        broken.setattr(referrals, "keep", fails_at_the_second)
        with pytest.raises(DatabaseError):
            release(page)
    assert (names(), Vip.objects.count()) == ([], 0)

    release(page)

    assert names() == ["Ida", "Jo", "Kim"]


def test_a_missed_hour_is_made_up_for_without_what_came_in_since(page):
    for name in ("Ida", "Jo", "Kim"):
        give(page, name)
    release(page, TUESDAY.replace(hour=5) + DAY)
    give(page, "Just now")

    release(page, MONDAYS[0] + timedelta(days=1, hours=9))

    assert names() == ["Ida", "Jo", "Kim"]
    release(page, MONDAYS[1])
    release(page, MONDAYS[1] + WEEK)
    assert "Just now" in names()


def test_what_is_released_bears_no_finer_date_than_the_week_and_no_way_back(page):
    anonymous.give(page, IDA, anonymous.new_receipt(page))
    for moment in MONDAYS:
        release(page, moment)

    referral = Referral.objects.get()
    assert (referral.terms, referral.ask, referral.source) == (Terms.ANONYMOUS, None, "")
    assert (referral.came_on, referral.vip.came_on) == (date(2026, 6, 29), date(2026, 6, 29))
    assert (referral.vip.name, referral.vip.works_at, referral.why) == (IDA.name, IDA.works_at, IDA.why)
    assert set(Ask.objects.values_list("state", flat=True)) == {"asked"}
    assert not AuditEvent.objects.filter(noun="referral").exists()


def test_the_order_of_what_is_released_is_not_that_of_arrival(page):
    orders = set()
    for week in range(8):
        for name in ("Ida", "Jo", "Kim"):
            give(page, name)
        release(page, MONDAYS[0] + WEEK * week)
        with connection.cursor() as cursor:
            place = "rowid" if connection.vendor == "sqlite" else "ctid"
            cursor.execute(f"SELECT name FROM ifnotyou_vip ORDER BY {place}")  # noqa: S608 - one of two words
            orders.add(tuple(name for (name,) in cursor.fetchall()))
        Referral.objects.all().delete()
        Vip.objects.all().delete()
    assert len(orders) > 1


def test_whoever_asked_us_not_to_keep_their_name_is_not_kept(page, house):  # noqa: F811
    vip = referrals.intake(IDA, page.job, Terms.ANONYMOUS, TUESDAY.date())
    for key in vip_keys(vip, house.workspace):
        OptOut.objects.create(workspace=house.workspace, key=key)
    vip.delete()
    receipt = anonymous.give(page, IDA, anonymous.new_receipt(page))

    for moment in MONDAYS:
        release(page, moment)

    assert (Vip.objects.count(), Referral.objects.count()) == (0, 0)
    assert anonymous.standing_of(page, receipt) is None


def test_turning_changes_the_sealed_text_and_not_what_is_in_it(page):
    receipt = give(page)
    before = bytes(RolePage.objects.get().sealed)

    anonymous.turn_pools(page.workspace)

    assert bytes(RolePage.objects.get().sealed) != before
    assert anonymous.standing_of(page, receipt) == Standing(released=False)


@pytest.mark.django_db(transaction=True)
@pytest.mark.where(connection.vendor == "sqlite", "about SQLite's write-ahead log")
def test_turning_empties_the_write_ahead_log(house):  # noqa: F811
    page = sent_to(house, 5)
    give(page)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA database_list")
        log = f"{cursor.fetchone()[2]}-wal"
    with open(log, "rb") as file:  # noqa: PTH123
        assert file.read(1)

    anonymous.turn_pools(page.workspace)

    with open(log, "rb") as file:  # noqa: PTH123
        assert file.read() == b""


@pytest.mark.django_db(transaction=True)
def test_releasing_and_turning_work_outside_of_a_transaction(house):  # noqa: F811
    page = sent_to(house, 5)
    for name in ("Ida", "Jo", "Kim"):
        give(page, name)

    anonymous.turn_pools(page.workspace)
    release(page)

    assert names() == ["Ida", "Jo", "Kim"]


# --- coming back


def test_only_the_hash_of_a_receipt_is_kept(page):
    receipt = give(page)
    (item,) = sealing.open_pool(page)
    assert item["receipt"] == hash_of(str(receipt))
    assert anonymous.page_of_receipt(receipt) == page


def test_the_standing_goes_from_sealed_to_released_to_contacted(page):
    receipt = give(page)
    assert anonymous.standing_of(page, receipt) == Standing(released=False)
    for moment in MONDAYS:
        release(page, moment)
    assert anonymous.standing_of(page, receipt) == Standing(released=True)

    Vip.objects.update(contacted_at=MONDAYS[1])

    assert anonymous.standing_of(page, receipt) == Standing(released=True, contacted=True)


def test_an_unknown_receipt_stands_for_nothing(page):
    give(page)
    assert anonymous.standing_of(page, anonymous.new_receipt(page)) is None


def test_taking_back_before_the_release_leaves_nothing_at_once(page):
    receipt = give(page)
    before = rows_of_everything()

    anonymous.withdraw(page, receipt)

    assert (sealing.open_pool(page), anonymous.standing_of(page, receipt)) == ([], None)
    assert rows_of_everything() == before


def test_taking_back_after_the_release_waits_for_the_next_quiet_hour(page):
    receipt = released(page)
    before = rows_of_everything()

    anonymous.withdraw(page, receipt)
    anonymous.withdraw(page, receipt)

    assert rows_of_everything() == before
    assert anonymous.standing_of(page, receipt) == Standing(released=True, leaving=True)
    release(page, MONDAYS[1] + DAY)
    assert (Referral.objects.count(), Vip.objects.count()) == (0, 0)
    assert anonymous.standing_of(page, receipt) is None


def test_a_withdrawal_of_a_missed_hour_waits_where_it_just_came_in(page):
    anonymous.withdraw(page, released(page))

    release(page, MONDAYS[1] + timedelta(days=1, hours=9))

    assert Referral.objects.count() == 1
    release(page, MONDAYS[1] + timedelta(days=2))
    assert Referral.objects.count() == 0


def test_nothing_is_taken_back_after_somebody_was_in_touch(page):
    receipt = released(page)
    anonymous.withdraw(page, receipt)
    Vip.objects.update(contacted_at=MONDAYS[1])

    release(page, MONDAYS[1] + DAY)

    assert anonymous.standing_of(page, receipt) == Standing(released=True, contacted=True)


def test_a_withdrawal_waits_while_the_person_is_told_what_we_hold(page):
    receipt = released(page)
    request = DataRequest.objects.create(
        workspace=page.workspace, vip=Vip.objects.get(), opened_on=date(2026, 6, 29), due_on=date(2026, 7, 29)
    )
    anonymous.withdraw(page, receipt)
    release(page, MONDAYS[1] + DAY)
    assert Referral.objects.count() == 1

    request.answered_on = date(2026, 7, 2)
    request.save()
    release(page, MONDAYS[1] + 3 * DAY)

    assert Referral.objects.count() == 0


def test_what_is_added_goes_along_or_follows_on_a_monday(page):
    receipt = give(page)
    anonymous.add(page, receipt, "Loves the sea.")
    anonymous.add(page, receipt, "Loves the sea.")
    assert anonymous.standing_of(page, receipt) == Standing(released=False, waiting_lines=1)
    for moment in MONDAYS:
        release(page, moment)
    assert list(ReceiptLine.objects.values_list("text", "said_on", "from_host")) == [
        ("Loves the sea.", date(2026, 6, 29), False)
    ]

    anonymous.add(page, receipt, "Speaks Frisian.")
    release(page, MONDAYS[1] + DAY)
    assert ReceiptLine.objects.count() == 1
    release(page, MONDAYS[1] + WEEK)

    assert sorted(ReceiptLine.objects.values_list("text", "said_on")) == [
        ("Loves the sea.", date(2026, 6, 29)),
        ("Speaks Frisian.", date(2026, 7, 6)),
    ]


@pytest.mark.parametrize("start", [give, released])
def test_only_so_much_is_added_between_two_releases(page, start):
    receipt = start(page)
    for number in range(anonymous.MOST_LINES):
        anonymous.add(page, receipt, str(number))
    with pytest.raises(Refusal):
        anonymous.add(page, receipt, "one more")


def test_nothing_is_added_under_an_unknown_receipt(page):
    with pytest.raises(Refusal):
        anonymous.add(page, anonymous.new_receipt(page), "Hello?")
    assert sealing.open_pool(page) == []


def test_a_host_asks_and_whoever_holds_the_receipt_reads_it(page, house):  # noqa: F811
    receipt = released(page)
    question = "In which language should we write?"

    anonymous.ask_question(Referral.objects.get(), question, house.recruiter, MONDAYS[1] + 3 * DAY)

    standing = anonymous.standing_of(page, receipt)
    assert standing.questions == ((date(2026, 6, 29), question),)
    event = AuditEvent.objects.get(verb="asked_receipt")
    assert (event.actor, question in str(event.detail)) == (house.recruiter, False)


@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_there_is_nobody_to_ask_without_a_receipt(page, house, terms):  # noqa: F811
    vip = referrals.intake(IDA, page.job, terms, TUESDAY.date())
    referral = referrals.keep(vip, page.job, terms, "", TUESDAY.date())
    with pytest.raises(Refusal):
        anonymous.ask_question(referral, "Why?", house.recruiter, TUESDAY)


def test_the_anonymous_way_enqueues_nothing(page):
    QueuedJob.objects.all().delete()
    receipt = released(page)
    anonymous.add(page, receipt, "More.")
    anonymous.withdraw(page, receipt)
    release(page, MONDAYS[1] + WEEK)
    assert QueuedJob.objects.count() == 0
