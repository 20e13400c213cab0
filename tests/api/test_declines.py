"""Declines over HTTP: what the inbox and the page of a decline do, by the same rules."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.models import Ask, AuditEvent, Candidate, Decline, Offer, OptOut
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.person import find
from ifnotyou.services import asks, erasure, referrals
from tests.company import NOW, clock, found, house, usual_story  # noqa: F401 - two are fixtures
from tests.factories import ago

CRITIQUE = "The process was disorganised and nobody answered my questions."


@pytest.fixture
def program(house, call):  # noqa: F811
    return call(house.recruiter)


def at(house, suffix="", offer="offer"):  # noqa: F811
    return f"/declines/{house.decline(offer).pk}{suffix}"


def many(count, **about):
    """A story with so many declines more, each with a connection."""
    story = usual_story(**about)
    for number in range(count):
        key = f"c{number}"
        story.candidate(key, name=f"Candidate {number:03}", email=f"{key}@example.com")
        story.offer(f"o{number}", candidate=key, days=1 + number % 30).met("jon", candidate=key, days=40)
    return story


def problem(answer, status):
    assert answer.status_code == status, answer.content
    assert answer["Content-Type"] == "application/problem+json"
    return answer.json()


def told(answer, status=200):
    assert answer.status_code == status, answer.content
    return answer.json()


def test_the_list_tells_what_the_inbox_shows(house, program):  # noqa: F811
    answer = told(program.get("/declines", stage="to_ask"))

    assert answer["next"] is None
    assert answer["items"] == [
        {
            "id": house.decline().pk,
            "offer_id": "offer",
            "candidate_id": "noor",
            "candidate": "Noor Haddad",
            "job_id": "job",
            "job": "Data Engineer",
            "declined_at": "2026-06-12T10:00:00Z",
            "reason": {"category": "other_offer", "confidence": 0.9},
            "stage": "to_ask",
            "verdict": "ask",
            "because": [
                {
                    "code": "reason_other_offer",
                    "text": "Noor declined for another opportunity: a reason of their own.",
                },
                {"code": "fresh", "text": "Declined 5 days ago."},
                {
                    "code": "by_mail",
                    "text": "A personal mail, after a separate thank-you: now is a good time.",
                },
            ],
            "first_asker": {"employee_id": "maya", "name": "Maya Chen"},
            "confidence": house.decline().confidence,
            "channel": "email",
            "page": f"http://testserver/declines/{house.decline().pk}/",
        }
    ]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ({}, ["Noor Haddad"]),
        ({"q": "haddad"}, ["Noor Haddad"]),
        ({"q": " noor  engineer "}, ["Noor Haddad"]),
        ({"q": "nobody"}, []),
        ({"reason": "other_offer", "q": "noor"}, ["Noor Haddad"]),
        ({"reason": "founding"}, []),
        ({"stage": "never"}, []),
        ({"since": "2026-06-12"}, ["Noor Haddad"]),
        ({"since": "2026-06-13"}, []),
    ],
)
def test_filters(program, query, names):
    assert [one["candidate"] for one in told(program.get("/declines", **query))["items"]] == names


@pytest.mark.parametrize(
    ("query", "where"),
    [
        ({"stage": "soon"}, "query/stage"),
        ({"reason": "';--"}, "query/reason"),
        ({"since": "yesterday"}, "query/since"),
        ({"q": "a" * 101}, "query/q"),
        ({"limit": "0"}, "query/limit"),
        ({"cursor": "x"}, "query/cursor"),
    ],
)
def test_a_filter_that_cannot_be_is_told(program, query, where):
    assert [e["pointer"] for e in problem(program.get("/declines", **query), 422)["errors"]] == [where]


def test_all_pages_together_hold_every_decline_once_the_newest_first(house, program):  # noqa: F811
    house.tell(many(23))
    seen, cursor = [], ""
    while cursor is not None:
        page = told(program.get("/declines", limit=5, cursor=cursor))
        seen += page["items"]
        cursor = page["next"]
    assert [one["id"] for one in seen] == list(
        Decline.objects.order_by("-sorted_at", "-id").values_list("pk", flat=True)
    )


def test_a_decline_of_an_unknown_day_is_listed_too(house, program):  # noqa: F811
    house.tell(many(3).offer("someday", candidate="c1", days=None))
    first = told(program.get("/declines", limit=4))
    last = told(program.get("/declines", limit=4, cursor=first["next"]))
    assert [one["declined_at"] for one in last["items"]] == [None]


def queries(program, path, **query):
    program.get(path, **query)  # the first look of the day goes into the book
    with CaptureQueriesContext(connection) as seen:
        told(program.get(path, **query))
    return len(seen)


def test_the_list_asks_the_database_as_often_for_many_declines_as_for_one(house, program):  # noqa: F811
    few = queries(program, "/declines", limit=100)
    house.tell(many(40))
    assert queries(program, "/declines", limit=100) == few


def test_a_decline_asks_the_database_as_often_for_many_facts_as_for_few(house, program):  # noqa: F811
    ask = house.hand()
    few = queries(program, at(house)), queries(program, at(house, "/askers"))
    story = many(40)
    for number in range(20):
        story.met("maya", days=14 + number, hour=8).employee(f"other{number}", email=f"o{number}@example.org")
        story.met(f"other{number}", days=12, hour=9 + number % 8)
    house.tell(story)
    asks.start_talking(ask, by=house.maya, now=NOW)
    for name in ("Kim Park", "Lee Novak"):
        referrals.give(ask, Given(name), Terms.NAMED, by=house.maya, now=NOW)
    assert (queries(program, at(house)), queries(program, at(house, "/askers"))) == few


def test_a_decline_tells_who_should_ask_and_why_and_who_may_not(house, program):  # noqa: F811
    story = usual_story().met("sam", minutes=5, days=14)
    house.tell(story)
    one = told(program.get(at(house)))

    assert [asker["employee_id"] for asker in one["askers"]] == ["maya", "jon"]
    assert one["askers"][0]["name"] == "Maya Chen"
    assert {"code": "conversation", "text": "You talked once, 60 minutes: lunch."} in one["askers"][0][
        "because"
    ]
    assert one["passed_over"] == [
        {
            "employee_id": "sam",
            "name": "Sam Okafor",
            "code": "no_direct_interaction",
            "text": "Sam Okafor saw Noor only briefly or in a large panel.",
        }
    ]
    assert (one["may_hand_over"], one["ask"], one["names"], one["decisions"]) == (True, None, [], [])
    askers = told(program.get(at(house, "/askers")))
    assert askers == {key: one[key] for key in ("confidence", "may_hand_over", "askers", "passed_over")}


def test_looking_is_in_the_book_once_a_day(house, program):  # noqa: F811
    program.get(at(house))
    program.get(at(house, "/askers"))
    assert AuditEvent.objects.filter(verb="saw", noun="decline", actor=house.recruiter).count() == 1


def test_no_answer_holds_the_candidates_words_a_score_a_vote_or_who_gave_a_name_in_confidence(house, program):  # noqa: F811
    story = (
        usual_story(notes=CRITIQUE).voted("ana", 1).met("ana", days=13).met("sam", days=11).clicked("sam", 1)
    )
    house.tell(story)
    answers = [program.get(at(house)), program.get(at(house, "/askers")), program.get("/declines")]
    answers.append(program.post(at(house, "/decision"), {"yes": True, "reason": "We talked it over."}))
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    referrals.give(ask, Given("Ida Wells"), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    answers += [program.get(at(house)), program.get("/declines")]
    said = " ".join(json.dumps(told(answer)) for answer in answers)

    assert '"critique"' in said
    for word in ("disorganised", "nobody answered", "score", "vote", "weight", "in confidence", "Ida"):
        assert word not in said
    assert "We talked it over" not in said
    passed_over = {one["employee_id"]: one for one in told(answers[0])["passed_over"]}
    assert {key: one["code"] for key, one in passed_over.items()} == {
        "ana": "told_on_the_page",
        "sam": "told_on_the_page",
    }


def test_the_whole_way_of_a_decline(house, program):  # noqa: F811
    body = {
        "candidate": "Ida Wells",
        "job": "data engineer",
        "declined_on": "2026-06-17",
        "talked_with": "jon",
        "minutes": 45,
        "reason": CRITIQUE,
        "email": "ida@example.com",
    }
    answer = program.post("/declines", body)
    one = told(answer, 201)
    where = f"/declines/{one['id']}"
    assert answer["Location"] == f"/api/v1{where}"
    assert (one["candidate"], one["job_id"], one["stage"], one["verdict"]) == (
        "Ida Wells",
        "job",
        "to_decide",
        "decide",
    )
    assert problem(program.post(f"{where}/hand-over", {"employee_id": "jon"}), 409)["code"] == "undecided"

    one = told(program.post(f"{where}/decision", {"yes": True, "reason": "They laughed about it since."}))
    assert (one["stage"], one["may_hand_over"]) == ("to_ask", True)
    assert [(d["by"], d["yes"]) for d in one["decisions"]] == [("Recruiter", True)]
    assert [asker["employee_id"] for asker in told(program.get(f"{where}/askers"))["askers"]] == ["jon"]

    card = told(program.post(f"{where}/hand-over", {"employee_id": "jon"}), 201)
    ask = Ask.objects.get()
    assert card == {"id": ask.pk, "state": "waiting", "employee_id": "jon", "name": "Jon Park"}
    one = told(program.get(where))
    assert (one["stage"], one["ask"], one["may_hand_over"]) == ("handed", card, False)
    assert [(e.verb, e.actor) for e in AuditEvent.objects.filter(noun="ask")] == [
        ("handed_over", house.recruiter)
    ]

    one = told(program.post(f"{where}/take-back"))
    assert (one["stage"], one["ask"]) == ("to_ask", None)
    assert problem(program.post(f"{where}/take-back"), 409)["code"] == "no_card"

    one = told(program.post(f"{where}/opt-out"))
    assert (one["stage"], one["verdict"]) == ("never", "never")
    assert OptOut.objects.exists()
    assert problem(program.post(f"{where}/hand-over", {"employee_id": "jon"}), 409)["code"] == "never"


def test_whom_they_enjoyed_meeting_is_asked_first(house, program):  # noqa: F811
    one = told(program.post(at(house, "/enjoyed"), {"employee_ids": ["jon", "maya", "jon"]}))
    assert [asker["employee_id"] for asker in one["askers"]] == ["jon", "maya"]
    assert one["first_asker"]["employee_id"] == "jon"


def test_whom_they_never_met_they_cannot_have_enjoyed_meeting(house, program):  # noqa: F811
    answer = problem(program.post(at(house, "/enjoyed"), {"employee_ids": ["jon", "boss"]}), 422)
    assert [e["pointer"] for e in answer["errors"]] == ["/employee_ids/1"]
    assert house.decline().first_asker == house.employee("maya")


def test_a_card_is_handed_over_once(house, program):  # noqa: F811
    told(program.post(at(house, "/hand-over"), {"employee_id": "maya"}), 201)
    again = problem(program.post(at(house, "/hand-over"), {"employee_id": "jon"}), 409)
    assert again["code"] == "already_handed"
    assert again["detail"] == "A colleague has this card already."
    assert Ask.objects.get().asker == house.employee("maya")


@pytest.mark.parametrize(("employee", "status"), [("sam", 409), ("nobody", 404), ("", 404)])
def test_only_those_who_met_them_get_a_card(house, program, employee, status):  # noqa: F811
    problem(program.post(at(house, "/hand-over"), {"employee_id": employee}), status)
    assert not Ask.objects.exists()


def test_a_card_is_not_taken_back_once_somebody_talks(house, program):  # noqa: F811
    asks.start_talking(house.hand(), by=house.maya, now=NOW)
    assert problem(program.post(at(house, "/take-back")), 409)["code"] == "too_late"
    assert Ask.objects.get().state == AskState.TALKING


def test_there_is_nothing_to_decide_about_a_clear_case(house, program):  # noqa: F811
    answer = program.post(at(house, "/decision"), {"yes": True, "reason": "Why not"})
    assert problem(answer, 409)["code"] == "nothing_to_decide"


def test_who_was_named_openly_is_told_with_the_decline(house, program):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    referrals.give(ask, Given("Kim Park"), Terms.NAMED, by=house.maya, now=NOW)
    [name] = told(program.get(at(house)))["names"]
    assert (name["name"], name["terms"], name["vip_id"].isdigit()) == ("Kim Park", "named", True)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("candidate", ""),
        ("candidate", "  "),
        ("candidate", "x" * 201),
        ("candidate", 7),
        ("job", ""),
        ("job", None),
        ("declined_on", "2026-06-18"),
        ("declined_on", "soon"),
        ("declined_on", "0001-01-01"),
        ("email", "no address"),
        ("reason", "x" * 2001),
        ("talked_with", "nobody"),
        ("minutes", 0),
        ("minutes", "30"),
        ("colour", "blue"),
    ],
)
def test_what_cannot_be_recorded_says_which_field(program, field, value):
    body = {"candidate": "Ida Wells", "job": "Engineer", "declined_on": "2026-06-17"} | {field: value}
    answer = problem(program.post("/declines", body), 422)
    assert [error["pointer"] for error in answer["errors"]] == [f"/{field}"]
    assert Decline.objects.count() == 1


def test_somebody_who_left_cannot_be_the_one_who_talked_with_them(house, program):  # noqa: F811
    gone = house.employee("jon")
    gone.active = False
    gone.save()
    body = {"candidate": "Ida", "job": "Engineer", "declined_on": "2026-06-17", "talked_with": "jon"}
    assert problem(program.post("/declines", body), 422)["errors"][0]["pointer"] == "/talked_with"


def test_the_same_address_is_the_same_person(house, program):  # noqa: F811
    body = {
        "candidate": "N. H.",
        "job": "Data Engineer",
        "declined_on": "2026-06-16",
        "email": "noor@example.com",
    }
    assert told(program.post("/declines", body), 201)["candidate_id"] == "noor"


def test_nobody_records_whoever_asked_to_be_forgotten(house, program, settings, tmp_path):  # noqa: F811
    settings.DATA_DIR = tmp_path
    (noor,) = find("noor@example.com", house.workspace)
    erasure.erase(noor, house.workspace, by=house.steward, now=NOW)
    body = {"candidate": "N. H.", "job": "Nurse", "declined_on": "2026-06-16", "email": "noor@example.com"}
    assert problem(program.post("/declines", body), 409)["code"] == "forgotten"
    assert not any(model.objects.exists() for model in (Candidate, Offer, Decline))


def test_the_same_call_with_the_same_key_records_once(house, program):  # noqa: F811
    body = {"candidate": "Ida Wells", "job": "Data Engineer", "declined_on": "2026-06-17"}
    first, again = (program.post("/declines", body, key="once") for _ in range(2))
    assert told(first, 201) == told(again, 201)
    assert Decline.objects.filter(candidate__name="Ida Wells").count() == 1


WRITES = {
    "/decision": {"yes": True, "reason": "Why not"},
    "/hand-over": {"employee_id": "maya"},
    "/take-back": None,
    "/enjoyed": {"employee_ids": ["maya"]},
    "/opt-out": None,
}


def test_another_companys_declines_are_not_there(house, program):  # noqa: F811
    other = found("Other")
    with scope(workspace=other.workspace.pk):
        theirs = other.decline().pk
    for suffix in ("", "/askers"):
        problem(program.get(f"/declines/{theirs}{suffix}"), 404)
    for suffix, body in WRITES.items():
        problem(program.post(f"/declines/{theirs}{suffix}", body), 404)
    assert [one["id"] for one in told(program.get("/declines"))["items"]] == [house.decline().pk]


def test_what_is_no_number_of_a_decline_is_not_found(program):
    for one in ("0", "99999999999999999999999999", "x", "-1"):
        problem(program.get(f"/declines/{one}"), 404)


@pytest.mark.parametrize("who", ["maya", "steward"])
def test_only_those_who_recruit(house, call, who):  # noqa: F811
    theirs = call(getattr(house, who))
    answers = [theirs.get("/declines"), theirs.get(at(house)), theirs.get(at(house, "/askers"))]
    answers += [theirs.post(at(house, suffix), body) for suffix, body in WRITES.items()]
    assert {problem(answer, 403)["code"] for answer in answers} == {"not_your_role"}


def test_who_may_read_may_not_write(house, call):  # noqa: F811
    reader = call(house.recruiter, scopes=["declines:read"])
    told(reader.get(at(house)))
    for suffix, body in WRITES.items():
        assert problem(reader.post(at(house, suffix), body), 403)["code"] == "scope_missing"
    assert house.decline().stage == Stage.TO_ASK
    writer = call(house.recruiter, scopes=["declines:write"])
    assert problem(writer.get("/declines"), 403)["code"] == "scope_missing"


def test_the_day_counts_as_it_is_when_somebody_asks(house, call, clock):  # noqa: F811
    clock(NOW + timedelta(days=60))
    program = call(house.recruiter)
    assert told(program.get("/declines"))["items"][0]["declined_at"] == ago(5).isoformat().replace(
        "+00:00", "Z"
    )
    assert problem(program.post(at(house, "/hand-over"), {"employee_id": "maya"}), 409)["code"]
