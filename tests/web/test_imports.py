"""Importing in the browser: upload, preview, yes or no; with and without HTMX."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Candidate, Decline, Import, Offer, Role, Workspace
from ifnotyou.services import uploads
from ifnotyou.services.imports import State
from ifnotyou.web import upload_limit
from tests.files.written import COMPANY, as_bytes, with_cell, zipped
from tests.web.conftest import new_user

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"
    return settings.DATA_DIR


@pytest.fixture
def recruiter(people, browser_of):
    return browser_of(people[Role.RECRUITER])


@pytest.fixture
def zip_of(tmp_path):
    def make(files=COMPANY, name="export.zip"):
        return SimpleUploadedFile(name, zipped(tmp_path / "upload.zip", as_bytes(files)).read_bytes())

    return make


def work(workspace):
    """As the worker does it; the page of the import."""
    run_due_jobs()
    with scope(workspace=workspace):
        return f"/imports/{Import.objects.latest('pk').pk}/"


def text(answer):
    return " ".join(answer.content.decode().split())


def test_from_a_zip_to_the_rows(workspace, recruiter, zip_of):
    assert 'type="file"' in text(recruiter.get("/imports/"))
    answer = recruiter.post("/imports/upload/", {"file": zip_of()}, follow=True)
    page = answer.redirect_chain[-1][0]
    assert "Reading" in text(answer)
    assert 'role="status"' in text(answer)
    assert f'<a href="{page}">Look again</a>' in text(answer)
    assert work(workspace) == page
    shown = text(recruiter.get(page))
    assert "This is what would change" in shown
    assert '<th scope="row">candidates</th> <td>2</td> <td>0</td> <td>0</td> <td>0</td>' in shown
    with scope(workspace=workspace):
        assert not Candidate.objects.exists()
    assert "Taking it in" in text(recruiter.post(f"{page}take-in/", follow=True))
    work(workspace)
    assert "Taken in." in text(recruiter.get(page))
    with scope(workspace=workspace):
        assert Candidate.objects.count() == 2
        assert Decline.objects.count() == Offer.objects.filter(status="declined").count() > 0
    # The same again changes nothing, and says so.
    recruiter.post("/imports/upload/", {"file": zip_of()})
    again = work(workspace)
    assert "Nothing would change" in text(recruiter.get(again))


def test_what_changes_is_told_by_name(workspace, recruiter, zip_of):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    page = work(workspace)
    recruiter.post(f"{page}take-in/")
    work(workspace)
    files = with_cell("candidates", "current_title", "CTO") | {"jobs": COMPANY["jobs"]}
    recruiter.post("/imports/upload/", {"file": zip_of(files)})
    shown = text(recruiter.get(work(workspace)))
    assert "<strong>Kim Roe</strong> (candidates): current_title" in shown


def test_problems_are_shown_by_file_row_and_column(workspace, recruiter, zip_of):
    recruiter.post("/imports/upload/", {"file": zip_of(with_cell("offers", "candidate_id", "<b>nobody"))})
    shown = text(recruiter.get(work(workspace)))
    assert "Problems in the files (1)" in shown
    assert '<th scope="row">offers.csv</th> <td>2</td> <td>candidate_id</td>' in shown
    assert "&lt;b&gt;nobody" in shown


def test_the_polled_part_is_small_and_the_page_comes_anew_at_the_end(workspace, recruiter, zip_of):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    with scope(workspace=workspace):
        page = f"/imports/{Import.objects.get().pk}/"
    part = recruiter.get(page, HTTP_HX_REQUEST="true")
    assert text(part).startswith('<div id="progress" role="status"')
    assert "Waiting for its turn" in text(part)
    with scope(workspace=workspace):
        uploads.tell(uploads.Path(Import.objects.get().path), 40, "Comparing: offers")
    part = recruiter.get(page, HTTP_HX_REQUEST="true")
    assert "Comparing: offers" in text(part)
    assert 'max="100" value="40"' in text(part)
    work(workspace)
    assert recruiter.get(page, HTTP_HX_REQUEST="true").headers["HX-Redirect"] == page


def test_thrown_away(workspace, recruiter, zip_of, data_dir):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    page = work(workspace)
    answer = recruiter.post(f"{page}throw-away/", follow=True)
    assert "Nothing was taken in" in text(answer)
    assert list((data_dir / "imports").iterdir()) == []
    assert "Thrown away" in text(recruiter.get(page))
    assert "not waiting for a yes" in text(recruiter.post(f"{page}take-in/", follow=True))


def test_only_one_at_a_time(recruiter, zip_of):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    answer = recruiter.post("/imports/upload/", {"file": zip_of()})
    assert answer.status_code == 422
    assert "Only one goes on at a time" in text(answer)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (None, "Choose a .zip file first"),
        (SimpleUploadedFile("export.zip", b""), "This file is empty"),
        (SimpleUploadedFile("export.csv", b"id,name"), "This is not a .zip"),
    ],
)
def test_what_is_no_upload_is_told_kindly(recruiter, file, words):
    if file:
        file.seek(0)
    answer = recruiter.post("/imports/upload/", {"file": file} if file else {})
    assert answer.status_code == 422
    assert words in text(answer)


def test_what_only_looks_like_a_zip_fails_in_words(workspace, recruiter):
    recruiter.post("/imports/upload/", {"file": SimpleUploadedFile("export.zip", b"PK no zip")})
    shown = text(recruiter.get(work(workspace)))
    assert "It could not be taken in" in shown
    assert "zip" in shown


def test_a_file_that_is_too_large_is_told_kindly_and_kept_nowhere(recruiter, zip_of, monkeypatch, data_dir):
    monkeypatch.setattr(upload_limit, "_MOST_BYTES", 500)
    answer = recruiter.post("/imports/upload/", {"file": zip_of()})
    assert answer.status_code == 422
    assert "larger than 200 MB" in text(answer)
    assert "Choose a .zip file first" not in text(answer)
    assert not data_dir.exists()


def test_a_file_that_is_too_large_is_passed_over_while_it_arrives(monkeypatch, rf, zip_of):
    assert "file" in rf.post("/imports/upload/", {"file": zip_of()}).FILES
    monkeypatch.setattr(upload_limit, "_MOST_BYTES", 500)
    request = rf.post("/imports/upload/", {"file": zip_of(), "more": "still read"})
    assert "file" not in request.FILES
    assert request.POST["more"] == "still read"


def test_a_very_long_name_of_a_file(workspace, recruiter, zip_of):
    recruiter.post("/imports/upload/", {"file": zip_of(name="x" * 400 + ".zip")})
    with scope(workspace=workspace):
        assert Import.objects.get().name.endswith(".zip")
    assert recruiter.get("/imports/").status_code == 200


@pytest.mark.parametrize("role", [Role.MEMBER, Role.STEWARD])
def test_others_may_not(people, browser_of, role, recruiter, zip_of, workspace):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    with scope(workspace=workspace):
        page = f"/imports/{Import.objects.get().pk}/"
    browser = browser_of(people[role])
    answers = [browser.get("/imports/"), browser.get(page)]
    answers += [
        browser.post(where) for where in ("/imports/upload/", f"{page}take-in/", f"{page}throw-away/")
    ]
    assert {answer.status_code for answer in answers} == {403}


def test_an_import_of_another_workspace_is_not_there(recruiter, zip_of, workspace, browser_of):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    with scope(workspace=workspace):
        found = Import.objects.get()
    stranger = browser_of(new_user(Workspace.objects.create(name="Other"), "olga", Role.ADMIN))
    page = f"/imports/{found.pk}/"
    assert stranger.get(page).status_code == 404
    assert stranger.post(f"{page}take-in/").status_code == 404
    assert stranger.post(f"{page}throw-away/").status_code == 404
    assert found.name not in text(stranger.get("/imports/"))
    with scope(workspace=workspace):
        assert Import.objects.get().state == State.READING


def test_a_get_never_changes_anything(recruiter, zip_of, workspace):
    recruiter.post("/imports/upload/", {"file": zip_of()})
    page = work(workspace)
    for where in ("/imports/upload/", f"{page}take-in/", f"{page}throw-away/"):
        assert recruiter.get(where).status_code == 405
