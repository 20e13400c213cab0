"""What happens is told to other programs: kinds and ids, once it can be seen, until it was taken."""

import itertools
import json
import re
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import scope
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

from ifnotyou.connectors import outgoing
from ifnotyou.jobs import tasks
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    Ask,
    AuditEvent,
    Decline,
    Happening,
    Import,
    Listener,
    Offer,
    Referral,
    Telling,
    TellingState,
    Vip,
)
from ifnotyou.models.jobs import QueuedJob
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import Step
from ifnotyou.services import (
    asks,
    declines,
    happenings,
    hosting,
    imports,
    listeners,
    referrals,
    restoring,
    retention,
    vips,
)
from ifnotyou.services.happenings import IDS, SENTENCES, Kind
from ifnotyou.services.hindsight import told_afterwards
from tests import hosted
from tests.company import NOTE, NOW, TODAY, WORDS, clock, found, house  # noqa: F401 - fixtures
from tests.connectors.webserver import Said
from tests.files.written import as_bytes, with_cell, zipped
from tests.listening import listening, program, tell_all, verified  # noqa: F401 - a fixture

MINUTE = timedelta(minutes=1)


@pytest.fixture
def heard(house, program):  # noqa: F811
    """A program that hears of everything, and nothing yet."""
    listening(house, program)
    return program


def asked(house):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return Ask.objects.get(pk=ask.pk)


def kinds(told):
    return [kind for kind, _ in told]


# --- What is told


def test_a_new_decline_and_its_way_through_the_inbox(house, heard):  # noqa: F811
    Decline.objects.all().delete()
    from_the_files(house)
    key = house.decline().pk
    assert tell_all(heard) == [("decline.found", {"decline_ids": [key]})]

    heard.forget()
    ask = house.hand()
    assert tell_all(heard) == [
        ("ask.changed", {"ask_id": ask.pk, "decline_id": key}),
        ("decline.changed", {"decline_ids": [key]}),
    ]

    heard.forget()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    assert kinds(tell_all(heard)) == ["ask.changed", "ask.changed", "decline.changed"]

    heard.forget()
    asks.say_nobody(ask, by=house.maya, now=NOW)
    assert kinds(tell_all(heard)) == ["ask.changed", "decline.changed"]


def from_the_files(house):  # noqa: F811
    """Judge what the files brought."""
    declines.judge_stale(house.workspace, TODAY)


def test_judging_anew_what_has_not_changed_tells_nothing(house, heard):  # noqa: F811
    from_the_candidate(house)
    assert Decline.objects.count() == 1

    assert tell_all(heard) == []


def test_many_declines_are_one_call(house, heard):  # noqa: F811
    happenings.tell_of_declines(Kind.DECLINE_FOUND, range(1, 1202), house.workspace.pk, NOW)

    told = tell_all(heard)

    assert [len(data["decline_ids"]) for _, data in told] == [500, 500, 201]
    assert sorted(key for _, data in told for key in data["decline_ids"]) == list(range(1, 1202))


def test_a_card_taken_back_and_passed_on(house, heard):  # noqa: F811
    ask = house.hand()
    asks.withdraw(ask, by=house.recruiter, now=NOW)
    again = house.hand("jon")
    asks.pass_on(again, by=house.jon, now=NOW)

    told = [data["ask_id"] for kind, data in tell_all(heard) if kind == "ask.changed"]
    assert told == [ask.pk, ask.pk, again.pk, again.pk]


def test_a_card_that_the_files_take_back(house, heard):  # noqa: F811
    ask = house.hand()
    tell_all(heard)
    heard.forget()
    Offer.objects.update(status="accepted")
    from_the_candidate(house)

    assert ("ask.changed", {"ask_id": ask.pk, "decline_id": ask.decline_id}) in tell_all(heard)


def from_the_candidate(house):  # noqa: F811
    declines.judge([house.decline().candidate_id], house.workspace, TODAY)


def test_asks_that_a_restore_has_put_in_doubt(house, heard):  # noqa: F811
    ask = house.hand()
    tell_all(heard)
    heard.forget()
    restoring.mark_restored(backup_at=NOW, now=NOW)
    Happening.objects.exclude(kind=Kind.ASK_CHANGED).delete()

    assert tell_all(heard) == [("ask.changed", {"ask_id": ask.pk, "decline_id": ask.decline_id})]


def test_somebody_arrives_once_they_are_announced_and_moves_on(house, heard):  # noqa: F811
    ask = asked(house)
    tell_all(heard)
    heard.forget()

    referrals.give(ask, Given("Kim Park"), Terms.NAMED, now=NOW)
    vip = Vip.objects.get()
    told = tell_all(heard)
    assert kinds(told) == ["ask.changed", "vip.arrived", "decline.changed"]
    assert ("vip.arrived", {"vip_id": str(vip.pk)}) in told

    heard.forget()
    hosting.take(vip, by=house.jon, now=NOW)
    vips.say_contacted(vip, hosted.CONTACT, by=house.jon, now=NOW)
    hosting.say_answered(vip, by=house.jon, now=NOW)
    assert tell_all(heard) == [("vip.changed", {"vip_id": str(vip.pk)})] * 3


def test_the_same_step_said_twice_is_told_once(house, heard):  # noqa: F811
    vip = hosted.named(house)
    tell_all(heard)
    heard.forget()
    due = NOW + timedelta(days=2)
    hosting.take(vip, by=house.jon, now=NOW)
    hosting.take(vip, by=house.jon, now=NOW)
    vips.say_contacted(vip, hosted.CONTACT, by=house.jon, now=NOW)
    for _ in range(2):
        hosting.plan(vip, "A call", due, theirs=False, by=house.jon, now=NOW)

    assert len(tell_all(heard)) == 3
    assert Vip.objects.get(pk=vip.pk).step == Step.OWN


def test_a_name_in_confidence_is_told_of_when_it_is_announced_and_never_by_its_ask(house, heard):  # noqa: F811
    ask = asked(house)
    tell_all(heard)
    heard.forget()

    referrals.give(ask, Given("Kim Park"), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    assert tell_all(heard) == []
    assert not Happening.objects.filter(at__gt=NOW).exists()

    referrals.announce(house.workspace, now=NOW)
    assert tell_all(heard) == [("vip.arrived", {"vip_id": str(Vip.objects.get().pk)})]

    heard.forget()
    referrals.take_back(ask, now=NOW)
    assert tell_all(heard) == []


def test_a_second_word_for_somebody_tells_nothing(house, heard):  # noqa: F811
    hosted.give(house, "Kim Park", Terms.ANONYMOUS, email="kim@example.net")
    tell_all(heard)
    heard.forget()
    vip = referrals.intake(
        Given("Kim Park", email="kim@example.net"), house.decline().job, Terms.ANONYMOUS, TODAY
    )
    referrals.keep(vip, house.decline().job, Terms.ANONYMOUS, "", TODAY, receipt_hash="s" * 64)
    referrals.announce(house.workspace, now=NOW)

    assert Referral.objects.count() == 2
    assert tell_all(heard) == []


@pytest.mark.parametrize("ending", ["done", "failed", "thrown away"])
def test_an_import_that_ended_however_it_did(house, heard, tmp_path, settings, ending):  # noqa: F811
    settings.DATA_DIR = tmp_path
    file = zipped(tmp_path / "export.zip", as_bytes(with_cell("offers", "candidate_id", "nobody")))
    chunks = [b"no zip" if ending == "failed" else file.read_bytes()]
    upload = imports.begin(by=house.recruiter, name="export.zip", chunks=chunks)
    run_due_jobs()
    upload.refresh_from_db()
    if ending == "done":
        imports.take_in(upload, by=house.recruiter)
    elif ending == "thrown away":
        imports.throw_away(upload, by=house.recruiter)

    told = tell_all(heard)
    assert [one for one in told if one[0] == "import.ended"] == [("import.ended", {"import_id": upload.pk})]


def test_files_taken_in_by_command_are_told_of(house, heard, tmp_path):  # noqa: F811
    imports.bring_in(zipped(tmp_path / "export.zip", as_bytes(with_cell("offers", "candidate_id", "nobody"))))

    assert ("import.ended", {"import_id": Import.objects.get().pk}) in tell_all(heard)


def test_what_is_told_afterwards_is_told_to_no_program(house, heard):  # noqa: F811
    with told_afterwards(NOW - timedelta(days=30)):
        house.hand()

    assert not Happening.objects.exists()


def test_what_is_rolled_back_is_told_to_nobody(house, heard):  # noqa: F811
    with transaction.atomic():
        house.hand()
        transaction.set_rollback(True)

    assert tell_all(heard) == []


def test_each_kind_has_a_sentence_and_says_which_ids_it_tells():
    assert set(SENTENCES) == set(Kind) - {Kind.TEST}
    assert set(IDS) == set(Kind)
    assert all(name.endswith(("_id", "_ids")) for names in IDS.values() for name in names)


# --- To whom


def test_a_listener_hears_only_of_what_it_chose(house, program):  # noqa: F811
    listening(house, program, "decline.changed")
    house.hand()

    assert kinds(tell_all(program)) == ["decline.changed"]


def test_where_nobody_wants_to_hear_no_row_is_written(house, program):  # noqa: F811
    listening(house, program, "import.ended")
    before = QueuedJob.objects.filter(task__endswith="tell_listener").count()
    house.hand()

    assert (Happening.objects.count(), Telling.objects.count()) == (0, 0)
    assert QueuedJob.objects.filter(task__endswith="tell_listener").count() == before


def test_where_nobody_listens_one_question_is_asked(house):  # noqa: F811
    with CaptureQueriesContext(connection) as seen:
        happenings.tell_of_declines(Kind.DECLINE_FOUND, range(100_000), house.workspace.pk, NOW)

    assert len(seen) == 1


def test_questions_do_not_grow_with_the_declines(house, heard):  # noqa: F811
    def questions(number):
        with CaptureQueriesContext(connection) as seen:
            happenings.tell_of_declines(Kind.DECLINE_FOUND, range(number), house.workspace.pk, NOW)
        return len(seen)

    questions(1)  # the first one puts the job into the queue
    assert questions(1) == questions(500)


def test_no_program_hears_of_another_company(house, program):  # noqa: F811
    other = found("Birch")
    listening(house, program)
    with scope(workspace=other.workspace.pk):
        other.hand()
        run_due_jobs()

    assert program.heard() == []
    assert not Happening.objects.filter(workspace=other.workspace).exists()


def test_several_programs_hear_of_the_same_under_the_same_id(house, program):  # noqa: F811
    for _ in range(2):
        listening(house, program, "decline.changed")
    house.hand()
    run_due_jobs()

    assert len({call.headers["webhook-id"] for call in program.calls}) == 1
    assert len(program.calls) == 2
    assert len({call.headers["webhook-signature"] for call in program.calls}) == 2


# --- How


def test_a_call_is_signed_and_holds_kind_time_and_ids_and_nothing_else(house, program):  # noqa: F811
    _, secret = listening(house, program, "decline.changed")
    house.hand()
    run_due_jobs()

    (call,) = program.calls
    assert verified(call, secret) == {
        "type": "decline.changed",
        "timestamp": NOW.isoformat(),
        "data": {"decline_ids": [house.decline().pk]},
    }
    assert call.headers["webhook-id"].startswith("msg_")
    assert "." not in call.headers["webhook-id"]
    assert call.headers["webhook-timestamp"] == str(int(NOW.timestamp()))
    assert call.headers["Content-Type"] == "application/json"


def test_nothing_of_anybody_leaves(house, heard):  # noqa: F811
    """The raw bytes of every kind of call, headers included."""
    ask = asked(house)
    words = {"why": "The calmest person I know.", "works_at": "Harbour & Sons", "email": "kim@example.net"}
    referrals.give(ask, Given("Kim Park", **words), Terms.NAMED, now=NOW)
    referrals.give(ask, Given("Lee Brown", email="lee@example.net"), Terms.CONFIDENTIAL, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    for stage in hosted.VipStage:
        hosted.at(house, stage, f"Ada {stage.value.title()}", why="A word about them.")
    run_due_jobs()

    raw = b""
    for call in heard.calls:
        headers = dict(call.headers)
        # Written by chance, in which three letters stand now and then: so held to their form.
        assert re.fullmatch(r"v1,[A-Za-z0-9+/]{43}=", headers.pop("webhook-signature"))
        assert re.fullmatch(r"msg_[0-9a-f]{32}", headers.pop("webhook-id"))
        raw += "\n".join(f"{name}: {value}" for name, value in headers.items()).encode() + call.body
    candidate = ask.candidate
    for secret_word in (
        *words.values(),
        "Kim",
        "Park",
        "Lee",
        "Ada",
        candidate.name.split()[0],
        candidate.email,
        ask.asker.name,
        house.jon.name,
        house.workspace.name,
        "calmest",
        "confidential",
        "anonymous",
        ask.page_token,
        *Vip.objects.values_list("forget_token", flat=True),
        NOTE[:20],
    ):
        assert secret_word.encode() not in raw, secret_word
    for call in heard.calls:
        told = json.loads(call.body)
        assert set(told) == {"type", "timestamp", "data"}
        assert tuple(told["data"]) == IDS[Kind(told["type"])]


def test_while_a_secret_is_changed_the_one_before_signs_for_a_day(house, program, clock):  # noqa: F811
    listener, before = listening(house, program, "ask.changed")
    after = listeners.change_secret(listener, by=house.admin, now=NOW)
    ask = house.hand()
    run_due_jobs()
    verified(program.calls[-1], before)
    verified(program.calls[-1], after)

    clock(NOW + happenings.SECRET_KEPT_FOR)
    asks.start_talking(ask, by=house.maya, now=NOW)
    run_due_jobs()
    verified(program.calls[-1], after)
    assert " " not in program.calls[-1].headers["webhook-signature"]


def test_a_call_that_is_repeated_by_a_stranger_is_too_old_for_the_library(house, heard):  # noqa: F811
    secret = Listener.objects.get().secret
    house.hand()
    run_due_jobs()
    call = heard.calls[0]  # of the day of the stories, long ago

    with pytest.raises(WebhookVerificationError, match="too old"):
        Webhook(secret).verify(call.body, dict(call.headers))


# --- Until it was taken


def failing(house, program, *kinds_wanted, answer=500):  # noqa: F811
    listener, _ = listening(house, program, *(kinds_wanted or ("ask.changed",)))
    program.answer = Said(answer)
    house.hand()
    run_due_jobs()
    return Listener.objects.get(pk=listener.pk)


def later_on(clock, moment):  # noqa: F811
    """The calendar at that moment, and what it brings."""
    clock(moment)
    tasks.wake_listeners.func()
    run_due_jobs()


def test_a_call_that_was_not_taken_is_made_again_with_the_same_id_and_a_new_time(house, program, clock):  # noqa: F811
    listener = failing(house, program)
    telling = Telling.objects.get()
    assert (telling.state, telling.attempts, telling.status) == (TellingState.WAITING, 1, 500)
    assert NOW + timedelta(seconds=5) <= telling.next_at <= NOW + timedelta(seconds=6)
    assert listener.failing_since == NOW

    program.answer = Said(200, body="thank you, Kim Park")
    clock(NOW + timedelta(seconds=7))
    happenings.work(listener, now=NOW + timedelta(seconds=7))

    first, second = program.calls
    assert first.headers["webhook-id"] == second.headers["webhook-id"]
    assert first.body == second.body
    assert int(second.headers["webhook-timestamp"]) - int(first.headers["webhook-timestamp"]) == 7
    verified(second, listener.secret)
    telling.refresh_from_db()
    assert (telling.state, telling.status, telling.trouble) == (TellingState.TOLD, 200, "")
    listener.refresh_from_db()
    assert (listener.failing_since, listener.trouble) == (None, "")


def test_the_first_time_it_is_made_again_as_soon_as_it_is_due(house, program):  # noqa: F811
    """Not a moment before, for then nothing would be due, and it would wait for the calendar."""
    listener, _ = listening(house, program, "ask.changed")
    program.answer = Said(500)
    house.hand()
    happenings.work(listener, now=NOW)

    assert jobs_that_wait_for_their_time() == [Telling.objects.get().next_at]


def jobs_that_wait_for_their_time():
    if settings.SQLITE:
        return list(QueuedJob.objects.filter(run_at__gt=NOW).values_list("run_at", flat=True))
    with connection.cursor() as cursor:
        cursor.execute("SELECT scheduled_at FROM procrastinate_jobs WHERE scheduled_at IS NOT NULL")
        return [moment for (moment,) in cursor.fetchall()]


def test_while_one_fails_what_happens_besides_waits_for_the_calendar(house, program):  # noqa: F811
    failing(house, program)
    ask = Ask.objects.get()
    asks.start_talking(ask, by=house.maya, now=NOW)
    run_due_jobs()
    asks.say_asked(ask, by=house.maya, now=NOW)
    run_due_jobs()

    assert Telling.objects.count() == 3
    assert len(program.calls) == 1


def test_much_is_told_to_its_end_without_the_calendar(house, program, monkeypatch):  # noqa: F811
    seconds = itertools.count()
    monkeypatch.setattr(timezone, "now", lambda: NOW + timedelta(seconds=next(seconds)))
    monkeypatch.setattr(happenings, "AT_A_TIME", 3)
    listening(house, program, "import.ended")
    for number in range(1, 12):
        happenings.tell_of(Kind.IMPORT_ENDED, {"import_id": number}, house.workspace.pk, NOW)
    for _ in range(8):
        run_due_jobs()

    assert sorted(data["import_id"] for _, data in program.heard()) == list(range(1, 12))


def test_of_an_answer_only_the_number_is_kept(house, program):  # noqa: F811
    listening(house, program, "ask.changed")
    program.answer = Said(500, body="a secret of theirs", headers={"X-Theirs": "another"})
    house.hand()
    run_due_jobs()

    kept = str(list(Telling.objects.values())) + str(list(Listener.objects.values()))
    assert "secret of theirs" not in kept
    assert "another" not in kept
    assert Telling.objects.get().trouble == "Something is wrong over there (500)."


def test_it_is_tried_ten_times_over_three_days_and_then_left_to_a_person(house, program, clock):  # noqa: F811
    failing(house, program)
    moment = NOW
    for _ in range(12):
        telling = Telling.objects.get()
        if telling.state != TellingState.WAITING:
            break
        moment = telling.next_at.replace(second=0, microsecond=0) + happenings.FAILING_EVERY * MINUTE
        moment = moment.replace(minute=moment.minute // 5 * 5)
        later_on(clock, moment)

    assert (telling.state, telling.attempts) == (TellingState.FAILED, 10)
    assert len(program.calls) == 10
    assert timedelta(hours=75) < moment - NOW < timedelta(hours=92)
    assert not Listener.objects.get().paused


def test_a_listener_that_is_gone_is_told_nothing_more_at_once_and_the_admins_hear_of_it(
    house,  # noqa: F811
    program,  # noqa: F811
    mailoutbox,
):
    listener = failing(house, program, answer=410)

    assert listener.paused
    assert [mail.to for mail in mailoutbox if "told nothing" in mail.subject] == [[house.admin.email]]
    mail = next(mail for mail in mailoutbox if "told nothing" in mail.subject)
    assert "410" in mail.body
    assert "7c1e" not in mail.body + mail.subject
    assert AuditEvent.objects.filter(verb="paused", noun="listener", detail={"because": "gone"}).exists()

    asks.withdraw(Ask.objects.get(), by=house.recruiter, now=NOW)
    assert Telling.objects.count() == 1


def test_five_days_without_an_answer_and_it_is_told_nothing_more_said_once(
    house,  # noqa: F811
    program,  # noqa: F811
    clock,  # noqa: F811
    mailoutbox,
):
    failing(house, program)
    ask = Ask.objects.get()
    for day in range(1, 8):
        clock(NOW + timedelta(days=day))
        if day % 2:
            asks.start_talking(ask, by=house.maya, now=NOW)
        else:
            asks.say_not_asked(ask, by=house.maya, now=NOW)
        later_on(clock, NOW + timedelta(days=day))
        ask.refresh_from_db()
        assert Listener.objects.get().paused == (day >= 5)

    told = [mail for mail in mailoutbox if "told nothing" in mail.subject]
    assert len(told) == 1
    assert (
        AuditEvent.objects.filter(verb="paused", noun="listener", detail={"because": "failing"}).count() == 1
    )


def test_one_that_took_something_in_between_is_not_given_up(house, program, clock):  # noqa: F811
    failing(house, program)
    ask = Ask.objects.get()
    for day in range(1, 9):
        program.answer = Said(204 if day == 4 else 500)
        clock(NOW + timedelta(days=day))
        (asks.start_talking if day % 2 else asks.say_not_asked)(ask, by=house.maya, now=NOW)
        later_on(clock, NOW + timedelta(days=day))
        ask.refresh_from_db()

    assert not Listener.objects.get().paused


def test_one_that_fails_is_tried_once_and_the_rest_waits(house, program):  # noqa: F811
    """So a listener that lets us wait costs a worker one call, however much there is to tell."""
    listening(house, program)
    program.answer = Said(503)
    asked(house)
    happenings.work(Listener.objects.get(), now=NOW)

    assert Telling.objects.count() > 3
    assert len(program.calls) == 1


def test_others_are_told_while_one_fails(house, program):  # noqa: F811
    deaf = Listener.objects.create(
        workspace=house.workspace, url="http://127.0.0.1:9/", host="127.0.0.1", secret=outgoing.new_secret()
    )
    listening(house, program, "ask.changed")
    house.hand()

    assert kinds(tell_all(program)) == ["ask.changed"]
    deaf.refresh_from_db()
    assert deaf.failing_since is not None
    assert "did not answer" in deaf.trouble


def test_what_a_worker_died_over_is_told_by_the_next(house, heard, clock):  # noqa: F811
    house.hand()
    listener = Listener.objects.get()
    claimed = happenings._claim(listener, NOW)
    assert claimed.attempts == 1
    QueuedJob.objects.all().delete()
    happenings.work(listener, now=NOW)
    others = {call.headers["webhook-id"] for call in heard.calls}
    assert claimed.happening.uid not in others

    later_on(clock, NOW + happenings.LEASE)

    assert claimed.happening.uid in {call.headers["webhook-id"] for call in heard.calls}
    assert set(Telling.objects.values_list("state", flat=True)) == {TellingState.TOLD}


def test_the_calendar_wakes_whoever_waits_and_a_failing_one_every_five_minutes(house, program, clock):  # noqa: F811
    failing(house, program)
    Telling.objects.update(next_at=NOW)
    QueuedJob.objects.all().delete()
    for minute in range(1, 11):
        later_on(clock, NOW + minute * MINUTE)
        Telling.objects.update(next_at=NOW, attempts=1)

    assert len(program.calls) == 1 + 2


def test_a_month_later_it_is_forgotten(house, heard, clock):  # noqa: F811
    listener, _ = listening(house, heard, "vip.arrived")
    listeners.change_secret(listener, by=house.admin, now=NOW)
    house.hand()
    tell_all(heard)
    assert Happening.objects.exists()

    retention.run(house.workspace, now=NOW + happenings.KEPT_FOR)
    assert Happening.objects.exists()
    retention.run(house.workspace, now=NOW + happenings.KEPT_FOR + MINUTE)

    assert (Happening.objects.count(), Telling.objects.count()) == (0, 0)
    listener.refresh_from_db()
    assert listener.secret_before == ""
