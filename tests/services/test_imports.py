"""The company's files into the database: nothing twice, nothing lost, nothing half done."""

import dataclasses
import os
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import DatabaseError, connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_scopes import ScopeError, scope

from ifnotyou.files import UnusableFiles
from ifnotyou.models import (
    AuditEvent,
    Candidate,
    Employee,
    Import,
    Interview,
    Job,
    Message,
    Offer,
    Pulse,
    Role,
    Scorecard,
    User,
    Workspace,
)
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.records import (
    Interview as InterviewRecord,
)
from ifnotyou.playbook.records import (
    InterviewStatus,
    Records,
)
from ifnotyou.playbook.records import (
    Pulse as PulseRecord,
)
from ifnotyou.services import imports, uploads
from ifnotyou.services.imports import State
from ifnotyou.services.storing import BLOCK, compare, store
from tests.factories import Story, ago
from tests.files.written import COMPANY, as_bytes, with_cell, write, zipped

pytestmark = pytest.mark.django_db
MODELS = (Employee, Candidate, Job, Offer, Interview, Scorecard, Message, Pulse)
NAMES = ("employees", "candidates", "jobs", "offers", "interviews", "scorecards", "messages", "pulses")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def workspace():
    with scope(workspace=(made := Workspace.objects.create(name="Acme"))):
        yield made


@pytest.fixture
def recruiter(workspace):
    return User.objects.create_user("rita@us.example", name="Rita", role=Role.RECRUITER, workspace=workspace)


def story():
    """A small company with a row in each table."""
    return (
        Story()
        .met("maya", "jon")
        .voted("maya", 5)
        .wrote("maya", days=9)
        .answered("maya", days=8)
        .clicked("maya", 4)
        .enjoyed("maya")
    )


def rows():
    """All that an import may write, but for the primary keys."""
    return {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}


def tallies(counts):
    return {name: (t.new, t.changed, t.unchanged, t.kept) for name, t in counts.tables.items()}


# --- what is stored ---------------------------------------------------------------------------------------------------


def test_every_record_becomes_a_row(workspace):
    records = story().records()
    counts = store(records)
    assert [model.objects.count() for model in MODELS] == [len(getattr(records, name)) for name in NAMES]
    assert tallies(counts)["employees"] == (65, 0, 0, 0)
    offer = Offer.objects.select_related("candidate", "job").get()
    assert (offer.external_id, offer.candidate.name, offer.job.title) == (
        "offer",
        "Noor Haddad",
        "Data Engineer",
    )
    assert (offer.status, offer.resolved_at, offer.decline_reason) == (
        "declined",
        ago(5),
        "Accepted another job",
    )
    met = Interview.objects.get(employee__external_id="maya")
    assert (met.external_id, met.kind, met.started_at, met.minutes, met.status, met.job) == (
        "i0",
        "pairing",
        ago(12),
        45,
        "completed",
        offer.job,
    )
    assert list(Scorecard.objects.values_list("overall", "submitted_at")) == [(5, ago(11))]
    assert list(Message.objects.order_by("sent_at").values_list("from_candidate", flat=True)) == [False, True]
    assert set(Pulse.objects.values_list("by_candidate", "score")) == {(False, 4), (True, None)}
    assert counts.changed_candidates == {offer.candidate_id}


def test_a_candidate_is_stored_with_what_makes_them_one_human_being(workspace):
    told = story().candidate(
        email="Noor.Haddad+jobs@googlemail.com",
        linkedin_url="https://www.linkedin.com/in/Noor-H/",
        current_company="Initech GmbH",
        past_employers=("Acme", "Globex"),
    )
    store(told.records())
    noor = Candidate.objects.get()
    assert (noor.mailbox, noor.profile) == ("noorhaddad@gmail.com", "noor-h")
    assert "noor haddad" in noor.namesake
    assert "initech" in noor.namesake
    assert noor.past_employers == ["Acme", "Globex"]


def test_the_same_records_twice_change_nothing(workspace):
    store(story().records())
    before = rows()
    again = store(story().records())
    assert rows() == before
    assert not again.anything
    assert again.changed_candidates == set()
    assert {t[2] for t in tallies(again).values()} == {65, 1, 2}
    assert {t[3] for t in tallies(again).values()} == {0}


def test_a_later_export_updates_what_changed_and_only_that(workspace):
    store(story().records())
    before = {row["external_id"]: row for row in Employee.objects.values()}
    Employee.objects.filter(external_id="maya").update(liked=0.5, open_to_asking=False)
    counts = store(
        story().employee("maya", title="Lead").offer("second", status="open").met("maya", days=1).records()
    )
    assert tallies(counts)["employees"] == (0, 1, 64, 0)
    assert tallies(counts)["offers"] == (1, 0, 1, 0)
    assert tallies(counts)["interviews"] == (1, 0, 2, 0)
    maya = Employee.objects.get(external_id="maya")
    assert (maya.pk, maya.title) == (before["maya"]["id"], "Lead")
    # What they told us themselves, and what we learned, is no file's business.
    assert (maya.liked, maya.open_to_asking) == (0.5, False)


def test_those_around_what_changed_are_known(workspace):
    told = story().candidate("max", name="Max Poe").offer("other", "max").met("sam", candidate="max")
    store(told.records())
    ids = dict(Candidate.objects.values_list("external_id", "pk"))
    assert store(told.employee("sam", active=False).records()).changed_candidates == {ids["max"]}
    assert store(told.candidate("noor", current_title="CTO").records()).changed_candidates == {ids["noor"]}
    assert store(told.job(status="filled").records()).changed_candidates == {ids["noor"], ids["max"]}
    assert store(told.voted("maya", 1, candidate="max").records()).changed_candidates == {ids["max"]}
    moved = [dataclasses.replace(offer, candidate_id="noor") for offer in told.records().offers]
    records = dataclasses.replace(told.records(), offers=moved)
    assert store(records).changed_candidates == {ids["noor"], ids["max"]}
    assert set(Offer.objects.values_list("candidate", flat=True)) == {ids["noor"]}


def test_what_is_not_in_the_export_stays(workspace):
    store(story().candidate("max", name="Max Poe").offer("other", "max").records())
    Candidate.objects.create(workspace=workspace, external_id="hand:1", name="By Hand")
    counts = store(story().records())
    assert Candidate.objects.count() == 3
    assert tallies(counts)["candidates"] == (0, 0, 1, 1)  # what was recorded by hand is nobody's export
    assert tallies(counts)["offers"] == (0, 0, 1, 1)


def test_do_not_contact_is_for_ever(workspace):
    store(story().candidate(do_not_contact=True).records())
    for title in ("", "CTO"):
        store(story().candidate(do_not_contact=False, current_title=title).records())
        noor = Candidate.objects.get()
        assert (noor.do_not_contact, noor.current_title) == (True, title)


def test_do_not_contact_said_here_outlives_an_import(workspace):
    store(story().records())
    Candidate.objects.update(do_not_contact=True)
    store(story().candidate(current_title="CTO").records())
    assert Candidate.objects.get().do_not_contact


def without_ids(*kinds):
    return [
        InterviewRecord("", "noor", "", "maya", kind, ago(3), 30.0, InterviewStatus.COMPLETED)
        for kind in kinds
    ]


def test_rows_without_ids_are_found_again(workspace):
    base = story().records()
    alike = [*without_ids("call", "lunch"), *without_ids("call")]
    pulses = [PulseRecord("noor", "maya", by_candidate=False, score=score, said_at=None) for score in (3, 5)]
    records = dataclasses.replace(base, interviews=alike, pulses=pulses)
    assert tallies(store(records))["interviews"] == (2, 0, 0, 0)
    assert tallies(store(records))["interviews"] == (0, 0, 2, 0)
    assert sorted(Pulse.objects.values_list("score", flat=True)) == [3, 5]
    counts = store(dataclasses.replace(records, interviews=without_ids("call", "dinner")))
    assert tallies(counts)["interviews"] == (0, 1, 1, 0)
    assert sorted(Interview.objects.values_list("kind", flat=True)) == ["call", "dinner"]


def test_a_panel_is_one_row_for_each_interviewer(workspace):
    records = story().records()
    panel = [records.interviews[0]._replace(employee_id=who) for who in ("maya", "jon", "sam")]
    counts = store(dataclasses.replace(records, interviews=panel))
    assert tallies(counts)["interviews"][0] == Interview.objects.filter(external_id="i0").count() == 3


def test_very_long_texts_are_cut_and_very_long_ids_are_not_confused(workspace):
    told = story().candidate(
        "c" * 300 + "1", name="N" * 500, email="e" * 300 + "@x.example", linkedin_url="u" * 900
    )
    told = told.candidate("c" * 300 + "2", name="Ann", current_company="ﷺ" * 200)
    records = told.offer("o" * 300, "c" * 300 + "2").records()
    store(records)
    assert not store(records).anything
    long, other = Candidate.objects.exclude(external_id="noor").order_by("name")[::-1]
    assert (len(long.name), long.name[-1], long.email, long.linkedin_url) == (200, "…", "", "")
    assert (len(long.external_id), len(other.external_id)) == (200, 200)
    assert Offer.objects.get(external_id__startswith="ooo").candidate == other
    for one in Candidate.objects.all():
        one.clean_fields(exclude=["workspace", "past_employers", "schools", "level", "digest"])


def test_another_workspace_is_neither_touched_nor_seen(workspace):
    store(story().records())
    other = Workspace.objects.create(name="Other")
    with scope(workspace=other.pk):
        counts = store(story().candidate(name="Somebody Else").records())
        assert tallies(counts)["candidates"] == (1, 0, 0, 0)
        assert [c.name for c in Candidate.objects.all()] == ["Somebody Else"]
        assert Offer.objects.get().candidate.workspace_id == other.pk
    assert [c.name for c in Candidate.objects.all()] == ["Noor Haddad"]
    assert not store(story().records()).anything


def test_without_a_workspace_nothing_is_stored(db):
    with pytest.raises((ScopeError, KeyError)):
        store(story().records())


def many(number):
    base = story().records()
    people = {f"e{n}": dataclasses.replace(base.employees["maya"], id=f"e{n}") for n in range(number)}
    return Records(employees=people, candidates=base.candidates, jobs=base.jobs)


def test_the_queries_grow_by_the_block_and_not_by_the_row(workspace, monkeypatch):
    monkeypatch.setattr("ifnotyou.services.storing.BLOCK", 50)

    def queries(records):
        with CaptureQueriesContext(connection) as seen:
            store(records)
        return len(seen)

    store(many(1))
    one_block = queries(many(50))
    assert queries(many(51)) <= one_block + 2
    # The first block is here already: nothing to write. Each of the four others: one look, one write.
    assert queries(many(250)) == one_block - 1 + 4 * 2
    assert BLOCK > 50


# --- preview ----------------------------------------------------------------------------------------------------------


def test_a_comparison_says_what_storing_would_do_and_writes_nothing(workspace):
    store(story().records())
    later = story().candidate(current_title="CTO").offer("second").met("sam", days=2).voted("maya", 5)
    before = rows()
    would = compare(later.records())
    assert rows() == before
    assert tallies(would) == tallies(store(later.records()))
    assert [(e.table, e.name, e.columns) for e in would.examples] == [
        ("candidates", "Noor Haddad", ("current_title",))
    ]


def test_at_most_twenty_examples_are_given(workspace):
    store(many(60))
    moved = {k: dataclasses.replace(e, department="Moved") for k, e in many(60).employees.items()}
    would = compare(dataclasses.replace(many(60), employees=moved))
    assert would.tables["employees"].changed == 60
    assert [e.columns for e in would.examples] == [("department",)] * 20


def test_files_are_previewed_with_their_problems(workspace, tmp_path):
    folder = write(tmp_path, with_cell("offers", "candidate_id", "nobody"))
    outcome = imports.preview(folder)
    assert [(p.file, p.row, p.column) for p in outcome.problems] == [("offers.csv", 2, "candidate_id")]
    assert outcome.counts.tables["candidates"].new == 2
    assert not Candidate.objects.exists()


# --- at once ----------------------------------------------------------------------------------------------------------


def test_files_are_brought_in(workspace, tmp_path):
    outcome = imports.bring_in(write(tmp_path, COMPANY))
    assert Candidate.objects.count() == outcome.counts.tables["candidates"].new == 2
    done = Import.objects.get()
    assert (done.state, done.by) == (State.DONE, None)
    assert done.counts["tables"]["candidates"]["new"] == 2
    assert AuditEvent.objects.get(verb="imported").detail["changed"] == 0


def refuse(table):
    """Let the database refuse rows of this table."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                f"CREATE TRIGGER refuse BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'refused'); END"
            )
        else:
            cursor.execute(
                "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql"
                " AS $$ BEGIN RAISE EXCEPTION 'refused'; END $$"
            )
            cursor.execute(f"CREATE TRIGGER refuse BEFORE INSERT ON {table} EXECUTE FUNCTION refuse()")


def test_an_error_in_the_middle_leaves_nothing(workspace, tmp_path):
    refuse("ifnotyou_scorecard")
    with pytest.raises(DatabaseError, match="refused"):
        imports.bring_in(write(tmp_path, COMPANY))
    assert not Employee.objects.exists()
    assert not Offer.objects.exists()
    assert not Import.objects.exists()


# --- uploaded ---------------------------------------------------------------------------------------------------------


def upload(recruiter, tmp_path, files=COMPANY, name="export.zip"):
    data = zipped(tmp_path / "upload.zip", as_bytes(files)).read_bytes()
    return imports.begin(by=recruiter, name=name, chunks=[data[:100], data[100:]])


def test_an_upload_is_read_shown_and_taken_in(recruiter, tmp_path, data_dir):
    found = upload(recruiter, tmp_path)
    assert (found.state, found.by) == (State.READING, recruiter)
    assert {path.stat().st_mode & 0o777 for path in (data_dir / "imports").iterdir()} == {0o600}
    assert (data_dir / "imports").stat().st_mode & 0o777 == 0o700
    imports.read_upload(found.pk)
    found.refresh_from_db()
    assert found.state == State.READY
    assert found.counts["tables"]["employees"] == {"new": 3, "changed": 0, "unchanged": 0, "kept": 0}
    assert not Employee.objects.exists()
    imports.take_in(found, by=recruiter)
    imports.commit_upload(found.pk)
    found.refresh_from_db()
    assert (found.state, found.error) == (State.DONE, "")
    assert Employee.objects.count() == 3
    assert list((data_dir / "imports").iterdir()) == []
    assert list(AuditEvent.objects.order_by("pk").values_list("verb", "actor")) == [
        ("uploaded", recruiter.pk),
        ("took_in", recruiter.pk),
        ("imported", recruiter.pk),
    ]


def test_jobs_that_come_twice_do_nothing_twice(recruiter, tmp_path):
    found = upload(recruiter, tmp_path)
    for _ in range(2):
        imports.read_upload(found.pk)
    found.refresh_from_db()
    imports.take_in(found, by=recruiter)
    with pytest.raises(Refusal, match="not waiting"):
        imports.take_in(found, by=recruiter)
    for _ in range(2):
        imports.commit_upload(found.pk)
    found.refresh_from_db()
    assert (found.state, found.counts["tables"]["offers"]["new"]) == (State.DONE, 2)
    assert AuditEvent.objects.filter(verb="imported").count() == 1


def test_a_worker_killed_in_the_middle_is_made_up_for(recruiter, tmp_path, monkeypatch):
    """What a kill leaves: the state "committing", the upload, and nothing of the transaction."""
    found = upload(recruiter, tmp_path)
    imports.read_upload(found.pk)
    found.refresh_from_db()
    imports.take_in(found, by=recruiter)

    class Killed(BaseException):
        pass

    def kill(*_args, **_kwargs):
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(AuditEvent.objects, "create", kill)
        with pytest.raises(Killed):
            imports.commit_upload(found.pk)
    found.refresh_from_db()
    assert found.state == State.COMMITTING
    assert not Employee.objects.exists()
    imports.commit_upload(found.pk)  # the queue brings the job back
    found.refresh_from_db()
    assert found.state == State.DONE
    assert Employee.objects.count() == 3


def test_an_error_of_the_database_is_told_and_leaves_nothing(recruiter, tmp_path, data_dir):
    found = upload(recruiter, tmp_path)
    imports.read_upload(found.pk)
    found.refresh_from_db()
    imports.take_in(found, by=recruiter)
    refuse("ifnotyou_scorecard")
    with pytest.raises(DatabaseError):
        imports.commit_upload(found.pk)
    found.refresh_from_db()
    assert (found.state, found.error) == (State.FAILED, imports.OUR_FAULT)
    assert not Employee.objects.exists()
    assert list((data_dir / "imports").iterdir()) == []


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({**COMPANY, "messages": b"\xff\xfe\x00"}, "messages"),
    ],
)
def test_unusable_files_are_told(recruiter, tmp_path, data_dir, files, words):
    found = upload(recruiter, tmp_path, files)
    imports.read_upload(found.pk)
    found.refresh_from_db()
    assert found.state == State.FAILED
    assert words in found.error
    assert list((data_dir / "imports").iterdir()) == []


def test_files_of_which_nobody_can_tell_what_they_are_wait_for_a_word(recruiter, tmp_path):
    found = upload(recruiter, tmp_path, {name: rows for name, rows in COMPANY.items() if name != "offers"})
    imports.read_upload(found.pk)
    found.refresh_from_db()
    assert (found.state, "offers.csv" in found.error) == (State.COLUMNS, True)


def test_what_is_no_zip_is_told(recruiter, data_dir):
    found = imports.begin(by=recruiter, name="no.zip", chunks=[b"not a zip at all"])
    imports.read_upload(found.pk)
    found.refresh_from_db()
    assert found.state == State.FAILED
    assert "zip" in found.error


def test_a_zip_bomb_is_told(recruiter, workspace, tmp_path):
    workspace.policy = "[files]\nmost_megabytes = 1\n"
    workspace.save()
    found = upload(recruiter, tmp_path, {**COMPANY, "messages": b"0" * 5_000_000})
    imports.read_upload(found.pk)
    found.refresh_from_db()
    assert (found.state, "larger than 1 MB together" in found.error) == (State.FAILED, True)


def test_an_upload_that_is_too_large_leaves_nothing(recruiter, data_dir, monkeypatch):
    monkeypatch.setattr(uploads, "MOST_MEGABYTES", 1)
    with pytest.raises(Refusal, match="larger than 1 MB"):
        imports.begin(by=recruiter, name="big.zip", chunks=[b"0" * 400_000] * 3)
    assert not Import.objects.exists()
    assert list((data_dir / "imports").iterdir()) == []


def test_only_one_import_is_open(recruiter, tmp_path, data_dir):
    first = upload(recruiter, tmp_path)
    with pytest.raises(Refusal, match="Another import is open"):
        upload(recruiter, tmp_path)
    imports.throw_away(first, by=recruiter)
    assert list((data_dir / "imports").iterdir()) == []
    assert upload(recruiter, tmp_path).state == State.READING


def test_another_workspace_may_import_meanwhile(recruiter, tmp_path):
    upload(recruiter, tmp_path)
    other = Workspace.objects.create(name="Other")
    else_ = User.objects.create_user("else@them.example", name="Else", role=Role.ADMIN, workspace=other)
    with scope(workspace=other):
        assert imports.open_import() is None
        assert upload(else_, tmp_path).state == State.READING


def test_what_was_thrown_away_is_not_taken_in_by_a_job_on_its_way(recruiter, tmp_path):
    found = upload(recruiter, tmp_path)
    imports.throw_away(found, by=recruiter)
    imports.read_upload(found.pk)
    imports.commit_upload(found.pk)
    found.refresh_from_db()
    assert found.state == State.THROWN_AWAY
    assert not Employee.objects.exists()


def test_it_is_not_thrown_away_while_it_is_taken_in(recruiter, tmp_path):
    found = upload(recruiter, tmp_path)
    imports.read_upload(found.pk)
    found.refresh_from_db()
    imports.take_in(found, by=recruiter)
    with pytest.raises(Refusal, match="this very moment"):
        imports.throw_away(found, by=recruiter)


def test_progress_is_told(recruiter, tmp_path, monkeypatch):
    told = []
    tell = uploads.tell
    monkeypatch.setattr(
        uploads, "tell", lambda path, percent, words: (told.append(percent), tell(path, percent, words))
    )
    found = upload(recruiter, tmp_path)
    imports.read_upload(found.pk)
    assert told == sorted(told)
    assert (told[0], told[-1]) == (0, 100)


def test_what_nobody_works_on_is_given_up(recruiter, tmp_path, data_dir):
    found = upload(recruiter, tmp_path)
    stray = data_dir / "imports" / "stray.zip"
    stray.write_bytes(b"")
    imports.sweep()
    found.refresh_from_db()
    assert found.state == State.READING
    assert stray.exists()
    old = (timezone.now() - timedelta(days=2)).timestamp()
    os.utime(stray, (old, old))
    Import.objects.update(started_at=timezone.now() - timedelta(days=2))
    imports.sweep()
    found.refresh_from_db()
    assert (found.state, "Nothing happened" in found.error) == (State.FAILED, True)
    assert list((data_dir / "imports").iterdir()) == []


def test_problems_quote_the_files_and_are_forgotten(recruiter, tmp_path):
    imports.bring_in(write(tmp_path, with_cell("offers", "candidate_id", "nobody")))
    imports.sweep()
    assert Import.objects.get().problems
    Import.objects.update(finished_at=timezone.now() - timedelta(days=2))
    imports.sweep()
    done = Import.objects.get()
    assert (done.problems, done.problem_count) == ([], 1)


def test_a_missing_path_is_told(workspace, tmp_path):
    with pytest.raises(UnusableFiles):
        imports.bring_in(tmp_path / "nowhere")


# --- at the same moment -----------------------------------------------------------------------------------------------


def all_at_once(*calls):
    """Each call in a thread of its own; what each returned or raised."""

    def run(call):
        try:
            return call()
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(run, calls))


def test_of_many_uploads_at_the_same_moment_one_is_kept(transactional_db, data_dir):
    workspace = Workspace.objects.create(name="Acme")
    rita = User.objects.create_user("rita@us.example", name="Rita", role=Role.RECRUITER, workspace=workspace)

    def one_more():
        with scope(workspace=workspace):
            return imports.begin(by=rita, name="export.zip", chunks=[b"PK"])

    answers = all_at_once(*[one_more] * 6)
    assert sorted(type(answer).__name__ for answer in answers) == ["Import"] + ["Refusal"] * 5
    with scope(workspace=workspace):
        assert Import.objects.count() == 1
    assert len(list((data_dir / "imports").iterdir())) == 1


def test_the_same_files_taken_in_at_the_same_moment_are_taken_in_once(transactional_db, tmp_path):
    workspace = Workspace.objects.create(name="Acme")
    folder = write(tmp_path, COMPANY)

    def take_in():
        with scope(workspace=workspace):
            return imports.bring_in(folder)

    outcomes = all_at_once(*[take_in] * 4)
    assert sorted(outcome.counts.tables["offers"].new for outcome in outcomes) == [0, 0, 0, 2]
    with scope(workspace=workspace):
        assert Offer.objects.count() == 2
