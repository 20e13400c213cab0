"""Imports over HTTP: upload, look, yes or no."""

import pytest
from django_scopes import scope

from ifnotyou.api import operations
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Candidate, Decline, Import, Role, User, Workspace
from ifnotyou.services import uploads
from ifnotyou.services.imports import State
from tests.files.test_chosen import REPORT
from tests.files.written import COMPANY, as_bytes, with_cell, zipped

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def program(call):
    return call(Role.RECRUITER)


@pytest.fixture
def zip_of(tmp_path):
    def make(files=COMPANY):
        return zipped(tmp_path / "upload.zip", as_bytes(files)).read_bytes()

    return make


def upload(program, octets, name="export.zip", **options):
    return program.post("/imports", files={"file": (name, octets)}, **options)


def told(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def problem(answer, status):
    assert answer["Content-Type"] == "application/problem+json"
    return told(answer, status)


def work(program, one):
    """As the worker does it; the import after that."""
    run_due_jobs()
    return told(program.get(f"/imports/{one['id']}"))


def test_from_a_zip_to_the_rows(workspace, program, zip_of):
    answer = upload(program, zip_of())
    one = told(answer, 201)
    assert answer["Location"] == f"/api/v1/imports/{one['id']}"
    assert (one["state"], one["name"], one["by"], one["finished_at"]) == (
        "reading",
        "export.zip",
        "Recruiter",
        None,
    )
    assert one["page"] == f"http://testserver/imports/{one['id']}/"
    one = work(program, one)
    assert (one["state"], one["progress"], one["problem_count"], one["error"]) == ("ready", None, 0, None)
    assert {"name": "candidates", "new": 2, "changed": 0, "unchanged": 0, "kept": 0} in one["tables"]
    with scope(workspace=workspace):
        assert not Candidate.objects.exists()
    assert told(program.post(f"/imports/{one['id']}/take-in"))["state"] == "committing"
    one = work(program, one)
    assert one["state"] == "done"
    assert one["finished_at"]
    with scope(workspace=workspace):
        assert Candidate.objects.count() == 2
        assert Decline.objects.exists()
    again = work(program, told(upload(program, zip_of()), 201))
    assert {(table["new"], table["changed"]) for table in again["tables"]} == {(0, 0)}
    rows = told(program.get("/imports"))["items"]
    assert [row["id"] for row in rows] == [again["id"], one["id"]]
    assert set(rows[0]) == {"id", "name", "state", "by", "started_at", "finished_at", "page"}


def test_what_changes_is_told_by_name(program, zip_of):
    one = work(program, told(upload(program, zip_of()), 201))
    program.post(f"/imports/{one['id']}/take-in")
    work(program, one)
    files = with_cell("candidates", "current_title", "CTO") | {"jobs": COMPANY["jobs"]}
    one = work(program, told(upload(program, zip_of(files)), 201))
    assert one["examples"] == [{"table": "candidates", "name": "Kim Roe", "columns": ["current_title"]}]


def test_problems_are_told_by_file_row_and_column(program, zip_of):
    one = told(upload(program, zip_of(with_cell("offers", "candidate_id", "<b>nobody"))), 201)
    one = work(program, one)
    assert one["problem_count"] == 1
    [wrong] = one["problems"]
    assert (wrong["file"], wrong["row"], wrong["column"]) == ("offers.csv", 2, "candidate_id")
    assert "<b>nobody" in wrong["text"]


def test_how_far_the_work_is(workspace, program, zip_of):
    one = told(upload(program, zip_of()), 201)
    assert (one["progress"], one["silent"]) == (None, False)
    with scope(workspace=workspace):
        uploads.tell(uploads.Path(Import.objects.get().path), 40, "Comparing: offers")
    one = told(program.get(f"/imports/{one['id']}"))
    assert one["progress"] == {"percent": 40, "words": "Comparing: offers"}


def test_where_names_do_not_tell_which_column_is_which_a_person_is_sent_to_the_page(program, zip_of):
    files = {"employees": COMPANY["employees"], "Offers report 2026-03.csv": REPORT}
    one = work(program, told(upload(program, zip_of(files)), 201))
    assert one["state"] == "columns"
    assert one["error"]
    assert one["columns_page"] == f"http://testserver/imports/{one['id']}/columns/"
    assert problem(program.post(f"/imports/{one['id']}/take-in"), 409)["code"] == "not_ready"


def test_thrown_away(program, zip_of, data_dir):
    one = work(program, told(upload(program, zip_of()), 201))
    assert told(program.post(f"/imports/{one['id']}/throw-away"))["state"] == "thrown_away"
    assert list((data_dir / "imports").iterdir()) == []
    assert problem(program.post(f"/imports/{one['id']}/take-in"), 409)["code"] == "not_ready"


def test_said_twice_it_is_taken_in_once(workspace, program, zip_of):
    one = work(program, told(upload(program, zip_of()), 201))
    assert told(program.post(f"/imports/{one['id']}/take-in"))["state"] == "committing"
    assert problem(program.post(f"/imports/{one['id']}/take-in"), 409)["code"] == "not_ready"
    assert problem(program.post(f"/imports/{one['id']}/throw-away"), 409)["code"] == "at_work"
    assert work(program, one)["state"] == "done"


def test_only_one_at_a_time(program, zip_of):
    told(upload(program, zip_of()), 201)
    assert problem(upload(program, zip_of()), 409)["code"] == "one_at_a_time"


def test_the_same_call_with_the_same_key_uploads_once(workspace, program, zip_of):
    octets = zip_of()
    first, again = (told(upload(program, octets, key="once"), 201) for _ in range(2))
    assert first["id"] == again["id"]
    with scope(workspace=workspace):
        assert Import.objects.count() == 1


@pytest.mark.parametrize(
    ("name", "octets", "words"),
    [("export.zip", b"", "empty"), ("export.csv", b"id,name", "not a .zip")],
)
def test_what_is_no_upload_is_told_kindly(program, name, octets, words):
    answer = problem(upload(program, octets, name), 422)
    assert [error["pointer"] for error in answer["errors"]] == ["/file"]
    assert words in answer["errors"][0]["detail"]


def test_a_call_without_a_file_is_told_what_is_missing(program):
    answer = problem(program.post("/imports", files={}), 422)
    assert "file" in answer["errors"][0]["pointer"]
    assert program.post("/imports", {}).status_code == 415


def test_what_only_looks_like_a_zip_fails_in_words(program):
    one = work(program, told(upload(program, b"PK no zip"), 201))
    assert one["state"] == "failed"
    assert "zip" in one["error"]


def test_a_call_that_is_too_large_is_refused_and_kept_nowhere(program, zip_of, monkeypatch, data_dir):
    monkeypatch.setattr(operations, "MOST_UPLOADED", 500)
    assert problem(upload(program, zip_of()), 413)["code"] == "too_large"
    assert not data_dir.exists()


def test_a_file_that_is_too_large_is_refused_and_kept_nowhere(program, zip_of, monkeypatch, data_dir):
    monkeypatch.setattr(uploads, "MOST_MEGABYTES", 0)
    assert problem(upload(program, zip_of()), 413)["code"] == "too_large"
    assert list((data_dir / "imports").iterdir()) == []


def test_a_very_long_name_of_a_file(program, zip_of):
    assert told(upload(program, zip_of(), name="x" * 400 + ".zip"), 201)["name"].endswith(".zip")


@pytest.mark.parametrize("role", [Role.MEMBER, Role.STEWARD])
def test_others_may_not(call, role, program, zip_of):
    one = told(upload(program, zip_of()), 201)
    other = call(role)
    answers = [other.get("/imports"), other.get(f"/imports/{one['id']}"), upload(other, zip_of())]
    answers += [other.post(f"/imports/{one['id']}/{step}") for step in ("take-in", "throw-away")]
    assert {answer.status_code for answer in answers} == {403}


def test_an_import_of_another_company_is_not_there(program, zip_of, workspace, call):
    one = told(upload(program, zip_of()), 201)
    other = Workspace.objects.create(name="Other")
    stranger = call(
        User.objects.create_user("olga@example.com", name="Olga", role=Role.ADMIN, workspace=other)
    )
    problem(stranger.get(f"/imports/{one['id']}"), 404)
    for step in ("take-in", "throw-away"):
        problem(stranger.post(f"/imports/{one['id']}/{step}"), 404)
    assert told(stranger.get("/imports"))["items"] == []
    with scope(workspace=workspace):
        assert Import.objects.get().state == State.READING


def test_the_list_comes_a_page_at_a_time(workspace, program, people):
    with scope(workspace=workspace):
        for number in range(5):
            Import.objects.create(
                workspace=workspace, by=people[Role.ADMIN], name=f"{number}.zip", state=State.DONE
            )
    first = told(program.get("/imports", limit=3))
    last = told(program.get("/imports", limit=3, cursor=first["next"]))
    names = [row["name"] for row in [*first["items"], *last["items"]]]
    assert names == ["4.zip", "3.zip", "2.zip", "1.zip", "0.zip"]
    assert last["next"] is None
