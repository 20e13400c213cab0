"""`ifnotyou export` and `ifnotyou erase`: one human being, under every record of theirs."""

import json
import sys
from datetime import timedelta

import pytest
from django_scopes import scope

from ifnotyou.models import (
    Ask,
    AuditEvent,
    Candidate,
    DataRequest,
    Decision,
    Erasure,
    Referral,
    Vip,
    Weighing,
    Workspace,
)
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.company import NOW, TODAY, WORDS, clock, found, house, usual_story  # noqa: F401 - two are fixtures

KIM = Given(
    "Kim Park",
    found_at="https://www.linkedin.com/in/kim-park",
    email="kim@example.net",
    works_at="Harbour & Sons",
    why="Calm, and always right.",
)


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path):
    settings.DATA_DIR = tmp_path / "data"


@pytest.fixture
def ask(house):  # noqa: F811
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return Ask.objects.get()


def give(house, ask, terms, given=KIM):  # noqa: F811
    referral = referrals.give(ask, given, terms, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return referral


def exported(ifnotyou, who):
    answer = ifnotyou("export", "--person", who, "--format", "json")
    assert (answer.code, answer.err) == (0, "")
    return answer.json


def suggestion(ifnotyou):
    (told,) = exported(ifnotyou, "kim@example.net")["suggestions"]
    return told["where_we_have_your_name_from"], told["why_we_say_this_and_no_more"]


# --- a candidate


def test_a_candidate_gets_all_that_is_held_under_every_record(ifnotyou, house, ask):  # noqa: F811
    story = usual_story().candidate("noor2", name="Noor Haddad-Berg", email="Noor.H@example.com")
    story.candidate("noor", linkedin_url="https://www.linkedin.com/in/noor")
    story.candidate("noor2", linkedin_url="https://linkedin.com/in/noor/")
    story.wrote("maya", days=6).answered("maya", days=5).enjoyed("maya", 5)
    house.tell(story)
    Decision.objects.create(
        workspace=house.workspace, decline=house.decline(), yes=True, reason="She smiled."
    )
    referral = give(house, ask, Terms.NAMED)

    told = exported(ifnotyou, "noor@example.com")

    assert [record["record"] for record in told["records"]] == ["noor", "noor2"]
    assert told["offers"][0]["your_reason"] == "Accepted another job"
    assert {meeting["with"] for meeting in told["meetings"]} == {"Maya Chen", "Jon Park"}
    assert [vote["vote"] for vote in told["votes"]] == ["strong yes", "yes"]
    assert [mail["who_wrote"] for mail in told["mails"]] == ["we", "you"]
    assert told["said_about_you"][0]["from_1_to_5"] == 5
    assert told["said_by_you"][0]["colleague"] == "Maya Chen"
    assert told["declines"][0]["decided_by_a_person"][0].endswith("She smiled.")
    assert (told["asks"][0]["by"], told["asks"][0]["note"]) == ("Maya Chen", WORDS.body)
    assert told["names_you_gave"][0]["name"] == referral.vip.name
    assert told["kept_for_good"][0]["since"] == str(TODAY)
    assert told["about"]["held_by"] == "Acme"


def test_who_voted_is_not_told(ifnotyou, house):  # noqa: F811
    house.tell(usual_story().voted("ana", 1))
    told = exported(ifnotyou, "noor@example.com")
    assert len(told["votes"]) == 3
    assert "Ana" not in json.dumps(told)


def test_who_did_not_ask_is_not_told(ifnotyou, house):  # noqa: F811
    ask = house.hand("jon")
    asks.pass_on(ask, by=house.jon, now=NOW)
    assert "asks" not in exported(ifnotyou, "noor@example.com")


def test_the_document_is_the_same_whether_or_not_they_told_a_name_in_confidence(ifnotyou, house, ask):  # noqa: F811
    before = ifnotyou("export", "--person", "noor@example.com", "--format", "json").out
    assert "is not in this document" in before
    give(house, ask, Terms.CONFIDENTIAL)
    assert ifnotyou("export", "--person", "noor@example.com", "--format", "json").out == before


# --- somebody who was named


def test_somebody_named_learns_what_was_said_of_them_and_until_when_it_is_kept(ifnotyou, house, ask):  # noqa: F811
    give(house, ask, Terms.NAMED)
    told = exported(ifnotyou, "https://linkedin.com/in/Kim-Park/")
    (named,) = told["named"]
    assert (named["came"], named["erased_by_itself_on"]) == (str(TODAY), str(TODAY + timedelta(days=28)))
    assert told["suggestions"][0]["what_was_said_about_you"] == KIM.why
    assert told["suggestions"][0]["role"] == "Data Engineer"


def test_a_named_source_is_told(ifnotyou, house, ask):  # noqa: F811
    give(house, ask, Terms.NAMED)
    assert suggestion(ifnotyou)[0] == "Noor Haddad suggested you, and is happy for you to know."


def test_a_confidential_source_is_told_as_far_as_the_promise_allows_with_the_reasoning(
    ifnotyou,
    house,  # noqa: F811
    ask,
):
    referral = give(house, ask, Terms.CONFIDENTIAL)
    answer = ifnotyou("export", "--person", "kim@example.net", "--format", "json").out
    assert "Noor" not in answer
    assert "Maya" not in answer
    assert str(TODAY) not in json.dumps(json.loads(answer)["suggestions"])  # the week only
    sentence, reasoning = suggestion(ifnotyou)
    assert sentence.startswith("Somebody in your field")
    assert "weighed" in reasoning

    weighing = Weighing.objects.create(
        workspace=house.workspace, referral=referral, opened_on=TODAY, decision="tell", decided_on=TODAY
    )
    assert "in an answer of its own" not in suggestion(ifnotyou)[1]  # the referrer was not told yet
    weighing.referrer_told_on = TODAY
    weighing.save()
    assert "in an answer of its own" in suggestion(ifnotyou)[1]
    weighing.decision = "keep"
    weighing.save()
    assert "It is not passed on" in suggestion(ifnotyou)[1]
    assert "Noor" not in json.dumps(exported(ifnotyou, "kim@example.net"))


def test_an_anonymous_source_is_told_to_be_one(ifnotyou, house, ask):  # noqa: F811
    vip = referrals.intake(KIM, ask.decline.job, Terms.ANONYMOUS, TODAY)
    referrals.keep(vip, ask.decline.job, Terms.ANONYMOUS, "", TODAY, receipt_hash="a" * 64)
    referrals.announce(house.workspace, now=NOW)
    assert suggestion(ifnotyou)[0] == (
        "Your name came to us through our anonymous page for Data Engineer; by design we cannot trace who gave it."
    )


def test_a_source_that_was_erased_is_told_to_be_so(ifnotyou, house, ask):  # noqa: F811
    give(house, ask, Terms.NAMED)
    assert ifnotyou("erase", "--person", "noor@example.com", "--yes").code == 0
    assert "has been erased" in suggestion(ifnotyou)[0]


def test_a_name_is_not_told_before_it_may_be_seen(ifnotyou, house, ask):  # noqa: F811
    referrals.give(ask, KIM, Terms.CONFIDENTIAL, now=NOW)
    answer = ifnotyou("export", "--person", "Kim Park")
    assert (answer.code, answer.out) == (1, "")
    assert "Nobody is found" in answer.err


# --- a colleague


def test_a_colleague_gets_what_the_files_and_their_account_say(ifnotyou, house):  # noqa: F811
    told = exported(ifnotyou, "maya@example.org")
    assert told["colleague"][0]["title"] == ""
    assert "interviews you were in: 1" in told["colleague"][0]["evidence"]
    assert told["account"][0]["address"] == "maya@acme.example.org"


# --- finding them


def test_a_name_that_several_have_is_asked_back_with_what_finds_each(ifnotyou, house, ask):  # noqa: F811
    house.tell(usual_story().candidate("kim", name="Kim Park", email="other@example.com"))
    give(house, ask, Terms.NAMED)

    answer = ifnotyou("export", "--person", "kim park")

    assert (answer.code, answer.out) == (1, "")
    lines = [line.split("  ") for line in answer.err.splitlines() if "--person" in line]
    assert len(lines) == 2
    assert {line[2].split(", ")[1] for line in lines} == {"candidate", "named to us"}
    for line in lines:
        assert ifnotyou(*["export", *line[1].split()]).code == 0


@pytest.mark.parametrize("who", ["noor", "Noor Haddad", "NOOR@example.com", " noor@example.com "])
def test_they_are_found_by_record_name_and_address(ifnotyou, house, who):  # noqa: F811
    assert exported(ifnotyou, who)["person"] == "Noor Haddad"


@pytest.mark.parametrize(
    "who",
    ["", "nobody@example.com", "candidate:999999999999", "9" * 19, "name:9999999999999999999", "https://x/y"],
)
def test_nobody_found_is_said(ifnotyou, house, who):  # noqa: F811
    answer = ifnotyou("export", "--person", who)
    assert (answer.code, answer.out) == (1, "")
    assert answer.err.startswith("ifnotyou export: Nobody is found")


def test_the_text_is_for_people_and_the_book_says_that_it_was_printed(ifnotyou, house, ask):  # noqa: F811
    answer = ifnotyou("export", "--person", "noor@example.com")
    assert answer.code == 0
    assert answer.out.startswith("All that Acme holds about Noor Haddad\n")
    assert "\nMeetings\n--------\n" in answer.out
    assert "with: Maya Chen" in answer.out
    line = AuditEvent.objects.get(verb="exported")
    assert (line.actor, line.noun, line.detail) == (None, "candidate", {})


def test_another_company_is_another_matter(ifnotyou, house):  # noqa: F811
    found("Birch")
    assert ifnotyou("export", "--person", "noor").code == 2
    answer = ifnotyou("export", "--person", "noor", "--workspace", "Birch", "--format", "json")
    assert answer.json["company"] == "Birch"
    assert len(answer.json["records"]) == 1


# --- erasing them


def test_without_a_terminal_it_wants_yes_and_erases_nothing(ifnotyou, house, ask):  # noqa: F811
    answer = ifnotyou("erase", "--person", "noor@example.com")
    assert answer.code == 2
    assert "--yes" in answer.err
    assert (
        answer.out
        == "Noor Haddad, candidate, noor@example.com: 1 candidate record, 1 ask, with all that hangs on it.\n"
    )
    assert Candidate.objects.exists()


@pytest.mark.parametrize(("said", "code", "left"), [("no", 1, 1), ("", 1, 1), ("yes", 0, 0), ("Yes ", 0, 0)])
def test_on_a_terminal_it_asks(ifnotyou, house, monkeypatch, said, code, left):  # noqa: F811
    monkeypatch.setattr(sys.stdin, "isatty", lambda: True, raising=False)
    monkeypatch.setattr("builtins.input", lambda _question: said)
    assert ifnotyou("erase", "--person", "noor").code == code
    assert Candidate.objects.count() == left


def test_with_yes_they_are_gone(ifnotyou, house, ask):  # noqa: F811
    give(house, ask, Terms.NAMED)
    DataRequest.objects.create(
        workspace=house.workspace, vip=Vip.objects.get(), opened_on=TODAY, due_on=TODAY
    )

    answer = ifnotyou("erase", "--person", "Kim Park", "--yes")

    assert (answer.code, answer.err) == (0, "")
    assert "Erased: 1 name that was given to us." in answer.out
    assert (Vip.objects.count(), Referral.objects.count()) == (0, 0)
    assert Erasure.objects.count() == 3
    assert "Nobody is found" in ifnotyou("export", "--person", "Kim Park").err


def test_a_colleague_is_not_erased_and_told_why(ifnotyou, house):  # noqa: F811
    answer = ifnotyou("erase", "--person", "maya@example.org", "--yes")
    assert answer.code == 1
    assert "They work here" in answer.err


def test_without_a_company_it_says_so(ifnotyou, db):
    assert not Workspace.objects.exists()
    answer = ifnotyou("erase", "--person", "x", "--yes")
    assert answer.code == 1
    assert "There is no workspace yet" in answer.err


def test_outside_the_workspace_nothing_is_read(ifnotyou, house):  # noqa: F811
    birch = found("Birch")
    ifnotyou("erase", "--person", "noor", "--yes", "--workspace", "Birch")
    with scope(workspace=birch.workspace.pk):
        assert not Candidate.objects.exists()
    assert Candidate.objects.exists()
