"""Referrals over HTTP, each as its terms allow; and what no answer of any operation ever tells anybody."""

import base64
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.api.access import RULES
from ifnotyou.api.operations import OPERATIONS
from ifnotyou.api.root import document
from ifnotyou.models import Ask, Import, Referral, RolePage, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import LetterKind
from ifnotyou.services import asks, hosting, referrals
from tests.api.told import refused, told
from tests.company import NOW, TODAY, clock, found, house, usual_story  # noqa: F401 - two are fixtures
from tests.hosted import give
from tests.letters import saved, tell_of_itself

SECRETS = ("Zebulon", "Quagmire", "wife", "Quebec")


@pytest.fixture
def recruiter(house, call):  # noqa: F811
    return call(house.recruiter)


def test_each_word_is_told_as_its_terms_allow(house, recruiter):  # noqa: F811
    named = give(house, "Kim Park", Terms.NAMED)
    veiled = give(house, "Ida Wells", Terms.CONFIDENTIAL)
    anonymous = give(house, "Jo Lin", Terms.ANONYMOUS)
    by_id = {one["id"]: one for one in told(recruiter.get("/referrals"))["items"]}

    assert set(by_id) == {str(one.pk) for one in (named, veiled, anonymous)}
    one = by_id[str(named.pk)]
    assert (one["referrer"], one["came"], one["by_week"]) == ("Noor Haddad", TODAY.isoformat(), False)
    for referral in (veiled, anonymous):
        one = told(recruiter.get(f"/referrals/{referral.pk}"))
        assert one == by_id[str(referral.pk)]
        assert (one["referrer"], one["came"], one["by_week"]) == (None, "2026-06-15", True)
        assert "Noor" not in str(one)
    assert [one["name"] for one in told(recruiter.get("/referrals", terms="anonymous"))["items"]] == [
        "Jo Lin"
    ]


def test_what_was_not_announced_is_not_there(house, recruiter):  # noqa: F811
    waiting = give(house, "Ida Wells", Terms.CONFIDENTIAL, announce=False)
    assert told(recruiter.get("/referrals"))["items"] == []
    refused(recruiter.get(f"/referrals/{waiting.pk}"), 404)
    refused(recruiter.get(f"/vips/{waiting.vip_id}"), 404)


def test_referrals_are_for_those_who_recruit_and_the_steward(house, call):  # noqa: F811
    referral = give(house)
    for user in (house.admin, house.recruiter, house.steward):
        told(call(user).get(f"/referrals/{referral.pk}"))
    for user in (house.maya, house.jon):
        refused(call(user).get("/referrals"), 403, "not_your_role")
        refused(call(user).get(f"/referrals/{referral.pk}"), 403, "not_your_role")


def test_another_companys_referral_is_not_there(house, call):  # noqa: F811
    referral, other = give(house), found("Globex")
    with scope(workspace=other.workspace.pk):
        theirs = call(other.recruiter)
    refused(theirs.get(f"/referrals/{referral.pk}"), 404)


def test_an_introduction_arrives_by_the_one_who_was_told(house, call, recruiter):  # noqa: F811
    introduction = give(house, "", Terms.INTRODUCE)
    one = told(recruiter.get(f"/referrals/{introduction.pk}"))
    assert (one["vip"], one["name"], one["referrer"]) == (None, "", "Noor Haddad")
    assert one["expected_on"] > TODAY.isoformat()
    path, body = f"/referrals/{introduction.pk}/arrived", {"name": "Kim Park", "works_at": "Acme"}

    refused(call(house.jon).post(path, body), 404)
    refused(call(house.maya).post(path, {"name": "+353 86 123 4567"}), 422)
    vip = Vip.objects.get(pk=told(call(house.maya).post(path, body))["vip"])
    assert (vip.name, vip.proposed) == ("Kim Park", house.maya)
    refused(recruiter.post(path, body), 409, "arrived")


def test_the_same_queries_for_one_as_for_many(house, recruiter):  # noqa: F811
    give(house, "Person A", Terms.ANONYMOUS)
    told(recruiter.get("/referrals"))
    with CaptureQueriesContext(connection) as one:
        told(recruiter.get("/referrals"))
    give(house, "Kim Park", Terms.NAMED)
    for letter in "BCDEF":
        give(house, f"Person {letter}", Terms.ANONYMOUS)
    with CaptureQueriesContext(connection) as many:
        assert len(told(recruiter.get("/referrals"))["items"]) == 7
    assert len(many) == len(one)


def planted(house):  # noqa: F811
    """Secrets: who gave a name in confidence, and why somebody declined; and much that lies around them."""
    story = usual_story()
    story.candidate("zeb", name="Zebulon Quagmire", email="zebulon@example.com")
    story.offer("zeb", candidate="zeb", decline_notes="Their wife is ill in Quebec")
    story.met("jon", candidate="zeb", minutes=60, kind="lunch").clicked("jon", 5, candidate="zeb")
    house.tell(story)
    tell_of_itself(house)
    ask = house.hand("jon", "zeb")
    asks.start_talking(ask, by=house.jon, now=NOW)
    referrals.give(
        ask, Given("Ida Wells", email="ida@example.net"), Terms.CONFIDENTIAL, by=house.jon, now=NOW
    )
    give(house, "Kim Park", Terms.NAMED, email="kim@example.net")
    give(house, "", Terms.INTRODUCE)
    give(house, "Jo Lin", Terms.ANONYMOUS, email="jo@example.net")
    for vip in Vip.objects.all():
        hosting.take(vip, by=house.maya, now=NOW)
        saved(Vip.objects.get(pk=vip.pk), by=house.maya)
    return ask


def paths_to_read(house):  # noqa: F811
    """Every operation that reads, with every row there is: its name and the path."""
    keys = {
        "ask_id": list(Ask.objects.values_list("pk", flat=True)),
        "decline_id": [house.decline().pk, house.decline("zeb").pk],
        "vip_id": list(Vip.objects.values_list("pk", flat=True)),
        "referral_id": list(Referral.objects.values_list("pk", flat=True)),
        "import_id": list(Import.objects.values_list("pk", flat=True)),
        "kind": [kind.value for kind in LetterKind],
    }
    assert document()["paths"]  # which declares all of them
    for name, operation in OPERATIONS.items():
        if operation.method != "GET":
            continue
        found_paths = [operation.path]
        for part in re.findall(r"\{[^}]*\}", operation.path):
            values = keys[part.strip("{}").rpartition(":")[2]]
            found_paths = [path.replace(part, str(value)) for path in found_paths for value in values]
        for path in found_paths:
            yield name, path


def openers():
    """What opens something for whoever has it, or leads to somebody."""
    tokens = {ask.page_token for ask in Ask.objects.all()} | {page.token for page in RolePage.objects.all()}
    for vip in Vip.objects.all():
        tokens |= {vip.forget_token, vip.forget_hash}
    for referral in Referral.objects.all():
        tokens |= {referral.receipt_hash, referral.source}
    return {token for token in tokens if token}


@pytest.mark.parametrize("who", ["admin", "recruiter", "steward", "maya", "jon"])
def test_nothing_planted_comes_out_of_any_operation(house, call, who):  # noqa: F811
    ask = planted(house)
    program, opening = call(getattr(house, who)), openers()
    read = set()
    for name, path in paths_to_read(house):
        answer = program.get(path)
        assert answer.status_code in {200, 403, 404, 409}, (path, answer.content)
        assert (answer.status_code == 403) == (program.user.role not in RULES[name].roles), path
        if answer.status_code == 200:
            read.add(name)
        text = answer.content.decode() + str(dict(answer.headers))
        text += "".join(_opened(cursor) for cursor in re.findall(r"cursor=([\w:.-]+)", text))
        assert not [token for token in opening if token in text], path
        # Whoever may see the decline, and the asker on their own card, know the candidate; nobody knows who named Ida.
        its_own = path.startswith("/asks") and who == "jon"
        on_a_decline = name.endswith(("declines", "decline"))
        if not (its_own or on_a_decline):
            assert not [word for word in SECRETS if word in text], path
        if its_own:
            assert not [word for word in (*SECRETS[2:], "Ida", str(_veiled().pk)) if word in text], path
        if "Ida" in text:
            assert "Zebulon" not in text, path
    assert {"get_me", "list_asks", "list_vips"} <= read
    assert ask.pk


def _veiled():
    return Referral.objects.get(terms=Terms.CONFIDENTIAL)


def _opened(cursor):
    """What stands in a signed cursor, for anybody to read."""
    coded = cursor.split(":")[0]
    return base64.urlsafe_b64decode(coded + "=" * (-len(coded) % 4)).decode(errors="replace")
