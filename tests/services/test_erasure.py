"""Somebody who asked for it is gone from every table, and nobody brings them back."""

import pytest
from django.apps import apps
from django.core.serializers import serialize
from django_scopes import scope, scopes_disabled

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    Claim,
    DataRequest,
    Decision,
    Decline,
    Employee,
    Erasure,
    Import,
    Interview,
    OptOut,
    Referral,
    Reply,
    RolePage,
    SealKey,
    User,
    Vip,
    Weighing,
)
from ifnotyou.models.jobs import QueuedJob
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.queries.confidences import ask_of_confidence
from ifnotyou.queries.person import find
from ifnotyou.services import asks, erasure, imports, once, referrals
from ifnotyou.services.restoring import Lists, erase_again, lists_there
from ifnotyou.services.storing import compare, store
from tests.chance import without_chance
from tests.company import NOW, TODAY, WORDS, found, usual_story

KIM = Given("Kim Park", email="kim@example.net", works_at="Harbour & Sons", why="Calm, and always right.")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def ask(house):
    """Noor was asked by Maya, who sent the note from her own program."""
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return Ask.objects.get()


def give(house, ask, terms=Terms.NAMED, given=KIM):
    referral = referrals.give(ask, given, terms, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return referral


def erase(house, who):
    (person,) = find(who, house.workspace)
    return erasure.erase(person, house.workspace, by=house.steward, now=NOW)


def everything_kept():
    """Every row of every table, as text; secrets as they read for whoever has the key."""
    with scopes_disabled():
        kept = "\n".join(
            serialize("json", model._default_manager.all(), ensure_ascii=False)
            for model in apps.get_models()
            # Colleagues stay; what is sealed is noise, in which any short word may be found.
            if model not in {Employee, RolePage, SealKey}
        )
    return without_chance(kept)


def test_a_candidate_is_gone_from_every_table(house, ask):
    User.objects.update(password="")  # else noise, as what is sealed
    second = usual_story().candidate("noor2", name="Noor Haddad-Berg", email="Noor+jobs@example.com")
    second.candidate("noor3", name="N. Haddad", email="noor+jobs@example.com")
    second.candidate("noor", linkedin_url="https://www.linkedin.com/in/noor-h")
    second.candidate("noor2", linkedin_url="https://www.linkedin.com/in/noor-h")
    second.offer("o2", candidate="noor2", days=900)
    house.tell(second)
    Decision.objects.create(
        workspace=house.workspace, decline=house.decline(), yes=True, reason="Noor smiled."
    )
    DataRequest.objects.create(
        workspace=house.workspace, candidate=ask.candidate, opened_on=TODAY, due_on=TODAY
    )
    Reply.objects.create(
        workspace=house.workspace,
        user=house.maya,
        text="From: noor@example.com\nAsk Kim.",
        message_hash="1",
        came_on=TODAY,
    )
    Import.objects.create(
        workspace=house.workspace,
        name="files.zip",
        state="done",
        counts={
            "tables": {},
            "examples": [{"name": "Noor Haddad and Maya Chen"}, {"name": "Ada Other"}],
        },
        problems=[{"text": '"noor@example.com" is told twice'}],
    )
    assert "noor" in everything_kept().lower()

    gone = erase(house, "noor@example.com")

    assert gone.records == 3
    assert gone.told == "3 candidate records, 1 ask"
    assert "noor" not in everything_kept().lower()
    assert "haddad" not in everything_kept().lower()
    assert (Candidate.objects.count(), Decline.objects.count(), Interview.objects.count()) == (0, 0, 0)
    assert Import.objects.get().counts["examples"] == [{"name": "Ada Other"}]
    line = AuditEvent.objects.get(verb="erased")
    assert (line.actor, line.noun, line.detail) == (
        house.steward,
        "workspace",
        {"records": 3, "asks": 1, "names": 0},
    )
    run_due_jobs()
    assert not QueuedJob.objects.filter(state=QueuedJob.State.FAILED).exists()


def test_only_keyed_hashes_stay_and_they_hold(house, ask):
    keys = set(once.human_keys(ask.candidate, house.workspace))
    erase(house, "noor@example.com")
    assert {claim.key for claim in Claim.objects.filter(ask=None)} == keys
    assert keys <= set(OptOut.objects.values_list("key", flat=True))
    assert set(Erasure.objects.values_list("key", flat=True)) == keys

    # Recorded by hand, as if nothing had been: nobody may ask them.
    again = usual_story().candidate("new-id", name="Noor H", email="noor@example.com")
    Erasure.objects.all().delete()
    house.tell(again.offer("o9", candidate="new-id", days=1).met("maya", candidate="new-id", days=3))
    with pytest.raises(Refusal):
        house.hand("maya", "o9")


def test_what_they_told_in_confidence_stays_with_the_person_named_and_leads_nowhere(house, ask):
    referral = give(house, ask, Terms.CONFIDENTIAL)
    length = len(Referral.objects.get().source)
    weighing = Weighing.objects.create(
        workspace=house.workspace, referral=referral, opened_on=TODAY, referrer_why="My old team."
    )
    erase(house, "noor@example.com")
    kept = Referral.objects.get(pk=referral.pk)
    assert kept.vip.name == "Kim Park"
    assert ask_of_confidence(kept) is None
    assert (int(kept.source), len(kept.source)) == (0, length)
    weighing.refresh_from_db()
    assert weighing.referrer_why == ""
    assert AuditEvent.objects.get(verb="erased").detail == {"records": 1, "asks": 1, "names": 0}


def test_a_name_they_gave_openly_stays_without_them(house, ask):
    give(house, ask, Terms.NAMED)
    erase(house, "noor@example.com")
    referral = Referral.objects.get()
    assert (referral.ask, referral.permission, referral.vip.name) == (None, {}, "Kim Park")


def test_an_introduction_goes_with_whoever_wanted_to_make_it(house, ask):
    give(house, ask, Terms.INTRODUCE)
    erase(house, "noor@example.com")
    assert not Referral.objects.exists()


def test_somebody_named_is_gone_and_is_not_named_again(house, ask):
    give(house, ask)
    DataRequest.objects.create(
        workspace=house.workspace, vip=Vip.objects.get(), opened_on=TODAY, due_on=TODAY
    )
    assert erase(house, "kim@example.net").names == 1
    assert "kim park" not in everything_kept().lower()
    assert referrals.give(Ask.objects.get(), KIM, Terms.NAMED, now=NOW) is None
    assert (
        referrals.give(Ask.objects.get(), Given("Kim Park", works_at="Harbour & Sons"), Terms.NAMED, now=NOW)
        is None
    )


def test_a_name_that_nobody_may_see_yet_goes_with_its_person_and_is_told_to_nobody(house, ask):
    house.tell(usual_story().candidate("kim", name="Kim Park", email="kim@example.net"))
    referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=NOW)
    (person,) = find("kim@example.net", house.workspace)
    assert (person.names, "named" in person.known_as) == ([], False)

    gone = erasure.erase(person, house.workspace, by=None, now=NOW)

    assert (gone.names, Vip.objects.count()) == (0, 0)
    assert find("kim@example.net", house.workspace) == []


def test_a_colleague_stays_a_colleague(house):
    house.tell(usual_story().candidate("m", name="Maya Chen", email="maya@example.org"))
    (person,) = find("maya@example.org", house.workspace)
    assert "They work here" in erasure.not_erased(person)
    erasure.erase(person, house.workspace, by=None, now=NOW)
    assert not Candidate.objects.filter(external_id="m").exists()
    assert Employee.objects.filter(external_id="maya").exists()

    (person,) = find("maya@example.org", house.workspace)
    with pytest.raises(Refusal, match="They work here"):
        erasure.erase(person, house.workspace, by=None, now=NOW)


def test_nobody_is_erased_while_a_note_to_them_leaves(house):
    ask = house.hand()
    asks.claim(ask, AskState.SENDING, NOW)
    with pytest.raises(Refusal, match="leaving this very moment"):
        erase(house, "noor@example.com")
    assert Candidate.objects.filter(external_id="noor").exists()


def test_where_the_file_cannot_be_written_nothing_is_erased(house, ask, data_dir):
    data_dir.mkdir()
    (data_dir / erasure.FILE).mkdir()
    with pytest.raises(OSError, match="directory"):
        erase(house, "noor@example.com")
    assert Candidate.objects.filter(external_id="noor").exists()
    assert not Erasure.objects.exists()


def test_the_file_holds_hashes_and_days_for_its_owner_alone(house, ask, data_dir):
    erase(house, "noor@example.com")
    text = (data_dir / erasure.FILE).read_text()
    assert (data_dir / erasure.FILE).stat().st_mode & 0o777 == 0o600
    assert {line.split()[1] for line in text.splitlines() if line} == set(
        Erasure.objects.values_list("key", flat=True)
    )
    assert "noor" not in text
    assert str(TODAY) in text


def test_a_line_that_a_crash_cut_off_costs_no_other(house, ask, data_dir):
    data_dir.mkdir()
    (data_dir / erasure.FILE).write_text("1 abc")
    erase(house, "noor@example.com")
    assert {mark.key for mark in erasure.written_down()} == set(Erasure.objects.values_list("key", flat=True))


# --- nobody brings them back: imports


def test_a_later_import_leaves_them_out_with_all_about_them_and_says_so(house, ask):
    erase(house, "noor@example.com")
    story = usual_story().candidate("noor", email="moved@example.com")  # known by the record's id alone
    story.candidate("ada", name="Ada Other", email="ada@example.com").offer("o2", candidate="ada", days=2)
    story.met("jon", candidate="ada", days=9)

    seen, done = compare(story.records()), store(story.records())

    assert (seen.forgotten, done.forgotten) == (1, 1)
    assert [c.external_id for c in Candidate.objects.all()] == ["ada"]
    assert [i.candidate.external_id for i in Interview.objects.all()] == ["ada"]
    outcome = imports._outcome(done, [])
    assert [problem.text for problem in outcome.problems] == ["1 candidate left out: asked to be forgotten."]


def test_an_import_of_somebody_whose_name_alone_was_forgotten_goes_on(house, ask):
    house.tell(usual_story().candidate("kim", name="Kim Park", email="kim@example.net"))
    referral = give(house, ask)
    erasure.forget_named(referral.vip, now=NOW)

    counts = store(usual_story().candidate("kim", name="Kim Park-Li", email="kim@example.net").records())

    assert counts.forgotten == 0
    assert Candidate.objects.get(external_id="kim").name == "Kim Park-Li"
    assert Candidate.objects.get(external_id="kim").do_not_contact


# --- nor a backup


@pytest.fixture
def backup(house, ask):
    """The rows as they were before anybody was erased, and a way to have them back."""
    give(house, ask)
    with scopes_disabled():
        models = (Candidate, Vip)
        saved = {model: list(model.objects.values()) for model in models}

    def put_back():
        for model, there in saved.items():
            model.objects.bulk_create([model(**row) for row in there], ignore_conflicts=True)
        for model in (Erasure, OptOut):
            model.objects.all().delete()

    return put_back


@pytest.mark.parametrize("lost", ["nothing", "the database", "the file"])
def test_whoever_was_erased_since_the_backup_is_erased_from_it(house, backup, data_dir, lost):
    erase(house, "noor@example.com")
    erase(house, "kim@example.net")
    lists = lists_there() if lost != "the database" else Lists()
    if lost == "the file":
        (data_dir / erasure.FILE).unlink()
    backup()
    assert (Candidate.objects.count(), Vip.objects.count()) == (1, 1)

    assert erase_again(lists) == 2

    assert (Candidate.objects.count(), Vip.objects.count()) == (0, 0)
    assert Erasure.objects.exists()
    assert OptOut.objects.exists()
    assert AuditEvent.objects.get(verb="erased_again").detail == {"records": 1, "names": 1}


def test_whoever_had_their_name_forgotten_loses_it_again_and_nothing_else(house, backup):
    house.tell(usual_story().candidate("kim", name="Kim Park", email="kim@example.net"))
    erasure.forget_named(Vip.objects.get(), now=NOW)
    backup()

    assert erase_again(Lists()) == 1

    assert not Vip.objects.exists()
    assert Candidate.objects.filter(external_id="kim").exists()
    assert referrals.intake(KIM, house.decline().job, Terms.NAMED, TODAY) is None


def test_an_opt_out_since_the_backup_holds(house, ask):
    once.opt_out(ask.candidate, house.workspace)
    lists = lists_there()
    OptOut.objects.all().delete()
    erase_again(lists)
    assert set(OptOut.objects.values_list("key", flat=True)) == set(
        once.human_keys(ask.candidate, house.workspace)
    )
    assert Candidate.objects.exists()


def test_another_companys_list_is_none_of_ours(house, ask):
    erase(house, "noor@example.com")
    birch = found("Birch")
    with scope(workspace=birch.workspace.pk):
        assert erasure.forget_again(birch.workspace) == 0
        assert Candidate.objects.exists()
