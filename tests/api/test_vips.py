"""The people named over HTTP: what each role sees of them, and the whole way of one from the name to the end."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.models import AuditEvent, Job, OffLimits, ReceiptLine, Talk, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import VipStage
from tests.api.told import refused, told
from tests.company import NOW, TODAY, clock, found, house  # noqa: F401 - two are fixtures
from tests.hosted import at as standing
from tests.hosted import give, in_every_stage, many, named


@pytest.fixture
def jon(house, call):  # noqa: F811
    """A program that speaks for Jon, a member."""
    return call(house.jon)


@pytest.fixture
def recruiter(house, call):  # noqa: F811
    return call(house.recruiter)


def of(vip, suffix=""):
    return f"/vips/{vip.pk}{suffix}"


def names_in(program, **query):
    return {one["name"] for one in told(program.get("/vips", **query))["items"]}


def test_somebody_named_from_the_name_to_one_of_us(house, jon, recruiter):  # noqa: F811
    vip = named(house, works_at="Acme")
    refused(jon.get(of(vip)), 404)
    told(recruiter.post(of(vip, "/take")))
    host = told(recruiter.get(of(vip, "/hosts"), q="Jon"))["items"][0]
    assert host["name"] == "Jon Park"
    assert told(recruiter.post(of(vip, "/hand-on"), {"to": host["key"]}), 204) is None

    seen = told(jon.get(of(vip)))
    assert (seen["host"], seen["stage"], seen["may_write"]) == ({"name": "Jon", "you": True}, "taken", True)
    assert seen["next"]["step"] == "write"
    contact = {"on": TODAY.isoformat(), "notice_how": "in_message", "country": "DE", "language": "de"}
    assert told(jon.post(of(vip, "/contacted"), contact))["stage"] == "contacted"
    refused(jon.post(of(vip, "/contacted"), contact), 409, "contacted")

    said = {"said": "answered", "seen": "contacted"}
    assert told(jon.post(of(vip, "/say"), said))["stage"] == "talking"
    assert told(jon.post(of(vip, "/say"), said))["stage"] == "talking"
    refused(jon.post(of(vip, "/say"), {"said": "answered", "seen": "taken"}), 409, "old_page")
    step = {"words": "Answer about the team", "day": (TODAY + timedelta(days=2)).isoformat()}
    planned = told(jon.put(of(vip, "/next"), step))
    assert planned["next"]["words"] == "Answer about the team"
    assert planned["next"]["due_at"].startswith(step["day"])
    theirs = told(jon.put(of(vip, "/next"), step | {"turn": "theirs"}))
    assert theirs["next"]["step"] == "wait"

    starts = (NOW + timedelta(days=1)).isoformat()
    talk = told(jon.put(of(vip, "/talk"), {"starts_at": starts, "minutes": 45, "place": "Jon calls"}))
    assert told(jon.get(of(vip)))["talk"] == talk
    assert told(jon.post(of(vip, f"/talk/{talk['id']}/call-off")), 204) is None
    assert Talk.objects.get().cancelled
    assert told(jon.get(of(vip)))["talk"] is None

    assert told(jon.post(of(vip, "/say"), {"said": "applied", "seen": "talking"}))["stage"] == "in_process"
    hired = told(jon.post(of(vip, "/say"), {"said": "hired", "seen": "in_process"}))
    assert (hired["stage"], hired["hired_on"]) == ("hired", TODAY.isoformat())
    assert told(jon.post(of(vip, "/say"), {"said": "back", "seen": "hired"}))["stage"] == "in_process"
    verbs = set(AuditEvent.objects.filter(noun="vip", actor=house.jon).values_list("verb", flat=True))
    assert {"saw", "contacted", "answered_host", "planned", "agreed_talk", "applied", "hired"} <= verbs


def test_whoever_is_proposed_may_take_it_or_say_that_they_cannot(house, call):  # noqa: F811
    vip = named(house)
    Vip.objects.filter(pk=vip.pk).update(proposed=house.jon)
    jon = call(house.jon)
    row = told(jon.get("/vips", mine="true"))["items"][0]
    assert (row["proposed"], row["host"]) == ({"name": "Jon", "you": True}, None)
    told(jon.post(of(vip, "/give-back")), 204)
    refused(jon.get(of(vip)), 404)
    refused(jon.post(of(vip, "/take")), 404)
    assert Vip.objects.get().proposed != house.jon


def test_each_role_sees_whom_the_page_shows_them(house, call):  # noqa: F811
    everybody = {vip.name for vip in in_every_stage(house).values()}
    for user in (house.admin, house.recruiter, house.steward):
        assert names_in(call(user)) == everybody
    hosted = {vip.name for vip in Vip.objects.filter(host=house.jon)}
    assert names_in(call(house.jon)) == hosted
    assert names_in(call(house.maya)) == {
        vip.name for vip in Vip.objects.filter(proposed=house.maya, stage="named")
    }
    assert names_in(call(house.recruiter), stage="talking") == {"Ada Talking"}
    assert names_in(call(house.recruiter), q="ada hired") == {"Ada Hired"}
    assert names_in(call(house.recruiter), q="data engineer") == everybody


def test_the_steward_reads_and_does_nothing(house, call):  # noqa: F811
    vip, steward = named(house), call(house.steward)
    seen = told(steward.get(of(vip)))
    assert (seen["may_act"], seen["may_write"]) == (False, False)
    refused(steward.post(of(vip, "/take")), 403, "not_your_role")


def test_another_companys_people_are_not_there(house, call):  # noqa: F811
    vip, other = named(house), found("Globex")
    with scope(workspace=other.workspace.pk):
        theirs = call(other.recruiter)
    refused(theirs.get(of(vip)), 404)
    assert told(theirs.get("/vips"))["items"] == []


def test_only_what_may_be_told_of_the_source_is_told(house, recruiter):  # noqa: F811
    open_one = named(house, "Kim Park", Terms.NAMED)
    veiled = named(house, "Ida Wells", Terms.CONFIDENTIAL, why="Wrote the ferry engine.")
    (word,) = told(recruiter.get(of(open_one)))["words"]
    assert (word["referrer"], word["came"], word["by_week"]) == ("Noor Haddad", TODAY.isoformat(), False)
    assert word["may_be_told"] == "Noor Haddad suggested you, and is happy for you to know."

    answer = recruiter.get(of(veiled))
    (word,) = told(answer)["words"]
    assert (word["referrer"], word["came"], word["by_week"]) == (None, "2026-06-15", True)
    assert word["why"] == "Wrote the ferry engine."
    for secret in ("Noor", veiled.forget_token, veiled.forget_hash, "receipt_hash"):
        assert secret not in answer.content.decode()


def test_what_to_know_before_anybody_writes_and_setting_aside(house, recruiter):  # noqa: F811
    vip = named(house, works_at="Zenith")
    refused(recruiter.put(of(vip, "/aside"), {"why": "off_limits"}), 409, "why")
    OffLimits.objects.create(
        workspace=house.workspace,
        company="Zenith",
        plain="zenith",
        kind="contract",
        owner="Ana",
        reference="7",
        expires_on=TODAY + timedelta(days=9),
    )
    seen = told(recruiter.get(of(vip)))
    assert seen["notices"] == [{"code": "off_limits", "sure": True, "until": "2026-06-26"}]
    assert seen["may_be_set_aside_for"] == ["off_limits"]
    assert told(recruiter.put(of(vip, "/aside"), {"why": "off_limits"}))["set_aside"] == "off_limits"
    refused(recruiter.post(of(vip, "/take")), 409)
    assert told(recruiter.put(of(vip, "/aside"), {"why": None}))["set_aside"] is None


def test_what_we_hold_is_put_right_without_numbers(house, jon):  # noqa: F811
    vip = standing(house, VipStage.TAKEN)
    about = {
        "name": "Kim Parker +353 86 123 4567",
        "works_at": "Acme",
        "email": "kim@example.net",
        "country": "IE",
    }
    held = told(jon.put(of(vip, "/about"), about))
    assert (held["name"], held["works_at"], held["held"]["email"]) == (
        "Kim Parker",
        "Acme",
        "kim@example.net",
    )
    assert held["held"]["country"] == "IE"
    for field, wrong in {
        "name": "+353 86 123 4567",
        "found_at": "no link",
        "email": "no address",
        "country": "XX",
        "language": "german",
    }.items():
        problem = refused(jon.put(of(vip, "/about"), about | {field: wrong}), 422, "invalid")
        assert [one["pointer"] for one in problem["errors"]] == [f"/{field}"]


def test_a_step_has_a_day_in_sight_and_no_number(house, jon):  # noqa: F811
    vip = standing(house, VipStage.TALKING)
    good = {"words": "Answer", "day": TODAY.isoformat()}
    assert told(jon.put(of(vip, "/next"), good))["next"]["late"] is False
    for wrong in (
        {"day": "2026-06-16"},
        {"day": "9999-12-31"},
        {"day": "soon"},
        {"words": ""},
        {"words": "Ring +353 86 123 4567"},
        {"turn": "nobody's"},
    ):
        problem = refused(jon.put(of(vip, "/next"), good | wrong), 422, "invalid")
        assert problem["errors"][0]["pointer"] == f"/{next(iter(wrong))}"


def test_another_role_that_is_open(house, jon):  # noqa: F811
    vip = standing(house, VipStage.TAKEN)
    rows = {"workspace": house.workspace, "title": "Ferry Captain"}
    other = Job.objects.create(**rows, external_id="other", status="open")
    closed = Job.objects.create(**rows, external_id="closed", status="closed")
    roles = told(jon.get(of(vip, "/roles")))["items"]
    assert {"id": other.pk, "title": "Ferry Captain"} in roles
    assert not {closed.pk, vip.job_id} & {role["id"] for role in roles}
    assert told(jon.put(of(vip, "/role"), {"role": other.pk}))["role"]["id"] == other.pk
    refused(jon.put(of(vip, "/role"), {"role": closed.pk}), 409, "role_over")
    for unknown in (0, 10**9, 2**70):
        refused(jon.put(of(vip, "/role"), {"role": unknown}), 422)


def test_two_that_are_one_person_are_joined(house, recruiter):  # noqa: F811
    first, second, other = named(house), named(house), named(house, "Ida Wells")
    seen = told(recruiter.get(of(first)))
    assert seen["perhaps_same"] == [str(second.pk)]
    refused(recruiter.post(of(first, "/join"), {"other": str(other.pk)}), 409, "not_same")
    joined = told(recruiter.post(of(first, "/join"), {"other": str(second.pk)}))
    assert (joined["id"], len(joined["words"])) == (str(first.pk), 2)
    refused(recruiter.get(of(second)), 404)


def test_a_question_goes_by_way_of_the_receipt(house, recruiter):  # noqa: F811
    referral = give(house, terms=Terms.ANONYMOUS)
    known = give(house, "Ida Wells", Terms.NAMED)
    asked = {"referral": str(referral.pk), "text": "Which of the two teams?"}
    (word,) = told(recruiter.post(of(referral.vip, "/question"), asked))["words"]
    assert word["said"] == [{"by": "us", "text": "Which of the two teams?", "week": "2026-06-15"}]
    assert word["may_be_asked"] is True
    refused(
        recruiter.post(of(known.vip, "/question"), asked | {"referral": str(known.pk)}), 409, "not_anonymous"
    )
    assert ReceiptLine.objects.count() == 1


def test_free_times_by_the_hosts_hours(house, jon):  # noqa: F811
    vip = standing(house, VipStage.TAKEN)
    free = told(jon.get(of(vip, "/free-times"), minutes=45, language="de"))
    assert (free["host"], free["minutes"], free["calendar"], len(free["times"])) == ("Jon", 45, False, 3)
    assert free["offer"].startswith("Wenn Sie reden mögen")
    refused(jon.get(of(vip, "/free-times"), minutes=31), 422)


def test_a_talk_is_for_somebody_who_has_heard_from_us(house, jon):  # noqa: F811
    body = {"starts_at": (NOW + timedelta(days=1)).isoformat()}
    refused(jon.put(of(standing(house, VipStage.TAKEN), "/talk"), body), 409, "not_in_touch")
    vip = standing(house, VipStage.CONTACTED, "Ida Wells")
    for wrong in ("2026-06-18T10:00:00", "9999-12-31T23:59:59-12:00", "0001-01-01T00:00:00+14:00", 1):
        answer = jon.put(of(vip, "/talk"), {"starts_at": wrong})
        assert answer.status_code in {409, 422}, answer.content
    refused(jon.put(of(vip, "/talk"), body | {"minutes": 31}), 422)
    assert not Talk.objects.exists()


def test_numbers_that_no_row_has_are_not_there(recruiter):
    for number in (0, 2**63 - 1, 2**63, 2**200):
        refused(recruiter.get(f"/vips/{number}"), 404)


def test_the_list_goes_page_by_page_with_the_same_queries_however_many(house, recruiter):  # noqa: F811
    many(house, 3)
    told(recruiter.get("/vips"))
    with CaptureQueriesContext(connection) as few:
        told(recruiter.get("/vips"))
    many(house, 30)
    with CaptureQueriesContext(connection) as all_of_them:
        assert len(told(recruiter.get("/vips"))["items"]) == 33
    assert len(all_of_them) == len(few)

    seen, cursor = [], ""
    while cursor is not None:
        page = told(recruiter.get("/vips", limit=10, cursor=cursor))
        seen += [one["id"] for one in page["items"]]
        cursor = page["next"]
    assert sorted(map(int, seen)) == sorted(Vip.objects.values_list("pk", flat=True))
    assert len(set(seen)) == 33


def test_the_same_queries_for_somebody_with_many_words(house, recruiter):  # noqa: F811
    vip = named(house, email="kim@example.net")
    told(recruiter.get(of(vip)))
    with CaptureQueriesContext(connection) as few:
        told(recruiter.get(of(vip)))
    for _ in range(4):
        named(house, email="kim@example.net")
    with CaptureQueriesContext(connection) as more:
        assert len(told(recruiter.get(of(vip)))["words"]) == 5
    assert len(more) == len(few)
