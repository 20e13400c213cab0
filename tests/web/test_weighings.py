"""The steward's weighing: five steps, none can be skipped, and before the last nobody learns who it was."""

import html
import itertools
import re

import pytest
from django.test import Client

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, DataRequest, Referral, Weighing
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, house, usual_story  # noqa: F401 - two are fixtures

REFERRER = "Noor"
INTERESTS = {"step": "interests", "vip_interest": "They feel watched.", "referrer_interest": "A mere wish."}
TELL = {"step": "decision", "decision": "tell", "reasons": "Something hurtful was said."}
KEEP = {"step": "decision", "decision": "keep", "reasons": "A covenant binds them."}
DISCLOSE = {"step": "disclose"}
AGREES = {"says": "agrees", "why": "They do not mind any more."}
TOLD = {"step": "tell_first"}


@pytest.fixture
def referral(house):  # noqa: F811
    """Noor told Maya a name in confidence."""
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    given = referrals.give(ask, Given("Kim Park"), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    referrals.announce(house.workspace, now=NOW)
    return given


def browser_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def steward(house):  # noqa: F811
    return browser_of(house.steward)


@pytest.fixture
def maya(house):  # noqa: F811
    return browser_of(house.maya)


def text_of(answer):
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return without_chance(" ".join(html.unescape(found[0]).split()))


def begin(steward, referral):
    answer = steward.post(f"/privacy/names/{referral.vip_id}/weigh/", {"referral": referral.pk})
    assert answer.status_code == 302, answer.content
    return Weighing.objects.get(pk=int(answer.url.split("/")[3]))


def ways(referral, weighing):
    """By step, who posts what where."""
    ask = Ask.objects.get()
    to_steward, to_asker = f"/privacy/weighing/{weighing.pk}/", f"/cards/{ask.pk}/weighing/{weighing.pk}/"
    return {
        "agrees": ("maya", to_asker, AGREES),
        "interests": ("steward", to_steward, INTERESTS),
        "tell": ("steward", to_steward, TELL),
        "told": ("maya", to_asker, TOLD),
        "disclose": ("steward", to_steward, DISCLOSE),
    }


STEPS = ("agrees", "interests", "tell", "told", "disclose")


def test_all_five_steps_lead_to_the_name_on_record(house, steward, maya, referral, mailoutbox):  # noqa: F811
    weighing = begin(steward, referral)
    assert DataRequest.objects.get().vip == referral.vip
    clients = {"steward": steward, "maya": maya}
    for step in STEPS:
        assert REFERRER not in text_of(steward.get(f"/privacy/weighing/{weighing.pk}/")), step
        who, address, form = ways(referral, weighing)[step]
        assert clients[who].post(address, form).status_code == 302, step

    page = text_of(steward.get(f"/privacy/weighing/{weighing.pk}/"))
    assert "It was <strong>Noor Haddad</strong>. Shown on 17 June 2026" in page
    weighing.refresh_from_db()
    assert (weighing.referrer_says, weighing.decision) == ("agrees", "tell")
    assert (weighing.decided_on, weighing.disclosed_on) == (TODAY, TODAY)
    (event,) = AuditEvent.objects.filter(verb="disclosed")
    assert (event.noun, event.noun_id, event.actor) == ("referral", referral.pk, house.steward)
    assert REFERRER not in str(event.detail)


@pytest.mark.parametrize("done", range(len(STEPS)))
def test_no_step_can_be_skipped(steward, maya, referral, done):
    """After the first `done` steps, every later one but the next is refused, from whomever, and changes nothing."""
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    for step in STEPS[:done]:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    before = Weighing.objects.values().get()
    for step in STEPS[done + 1 :]:
        who, address, form = ways(referral, weighing)[step]
        answer = clients[who].post(address, form)
        assert answer.status_code == 409, step
        assert Weighing.objects.values().get() == before
        assert "Noor Haddad" not in text_of(steward.get(f"/privacy/weighing/{weighing.pk}/"))
    assert not AuditEvent.objects.filter(verb="disclosed").exists()


def test_in_no_order_of_the_steps_but_theirs_a_name_is_shown_early(steward, maya, referral):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    fresh = Weighing.objects.values().get()
    for order in [*itertools.permutations(STEPS)][::4]:
        Weighing.objects.update(**fresh)
        for step in order:
            who, address, form = ways(referral, weighing)[step]
            clients[who].post(address, form)
            now = Weighing.objects.get()
            page = text_of(steward.get(f"/privacy/weighing/{weighing.pk}/"))
            recorded = now.referrer_says and now.reasons and now.decision == "tell" and now.referrer_told_on
            assert (REFERRER in page) == bool(now.disclosed_on)
            assert recorded or not now.disclosed_on


@pytest.mark.parametrize("field", ["vip_interest", "referrer_interest"])
@pytest.mark.parametrize("value", ["", "   "])
def test_both_sides_have_to_be_heard(steward, maya, referral, field, value):
    weighing = begin(steward, referral)
    maya.post(ways(referral, weighing)["agrees"][1], AGREES)
    answer = steward.post(f"/privacy/weighing/{weighing.pk}/", INTERESTS | {field: value})
    assert answer.status_code == 400
    assert Weighing.objects.get().vip_interest == ""


@pytest.mark.parametrize("wrong", [{"reasons": ""}, {"decision": ""}, {"decision": "perhaps"}])
def test_a_decision_needs_its_reasons(steward, maya, referral, wrong):
    weighing = begin(steward, referral)
    for step in STEPS[:2]:
        who, address, form = ways(referral, weighing)[step]
        {"steward": steward, "maya": maya}[who].post(address, form)
    assert steward.post(f"/privacy/weighing/{weighing.pk}/", TELL | wrong).status_code == 400
    assert Weighing.objects.get().decision == ""


def test_a_name_that_is_kept_is_never_shown(steward, maya, referral):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    for step in STEPS[:2]:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    assert steward.post(f"/privacy/weighing/{weighing.pk}/", KEEP).status_code == 302
    for step in STEPS:
        who, address, form = ways(referral, weighing)[step]
        assert clients[who].post(address, form).status_code == 409, step
    assert REFERRER not in text_of(steward.get(f"/privacy/weighing/{weighing.pk}/"))
    assert "decided to keep it in confidence" in text_of(maya.get(ways(referral, weighing)["told"][1]))
    assert Weighing.objects.get().disclosed_on is None
    # A fresh request later is weighed afresh.
    assert begin(steward, referral).pk != weighing.pk


def test_what_was_decided_cannot_be_changed(steward, maya, referral):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    for step in STEPS[:3]:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    before = Weighing.objects.values().get()
    _, to_asker, _ = ways(referral, weighing)["agrees"]
    assert maya.post(to_asker, {"says": "objects"}).status_code == 409
    assert steward.post(f"/privacy/weighing/{weighing.pk}/", KEEP).status_code == 409
    assert steward.post(f"/privacy/weighing/{weighing.pk}/", INTERESTS).status_code == 409
    assert Weighing.objects.values().get() == before


def test_beginning_twice_is_one_weighing_and_one_request(steward, referral):
    assert begin(steward, referral) == begin(steward, referral)
    assert (Weighing.objects.count(), DataRequest.objects.count()) == (1, 1)


def test_an_open_request_is_not_opened_again(house, steward, referral):  # noqa: F811
    DataRequest.objects.create(workspace=house.workspace, vip=referral.vip, opened_on=TODAY, due_on=TODAY)
    begin(steward, referral)
    assert DataRequest.objects.count() == 1


def test_where_the_way_back_was_erased_nobody_can_tell_and_that_is_said(steward, referral):
    Referral.objects.update(source="")
    answer = steward.post(f"/privacy/names/{referral.vip_id}/weigh/", {"referral": referral.pk})
    assert answer.status_code == 409
    assert "erased on schedule" in text_of(answer)
    assert not Weighing.objects.exists()


def test_the_way_back_erased_meanwhile_ends_it(steward, maya, referral):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    for step in STEPS[:4]:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    Referral.objects.update(source="")
    assert steward.post(f"/privacy/weighing/{weighing.pk}/", DISCLOSE).status_code == 409
    assert Weighing.objects.get().disclosed_on is None


@pytest.mark.parametrize("terms", [Terms.NAMED, Terms.ANONYMOUS])
def test_only_a_confidential_name_is_weighed(house, steward, referral, terms):  # noqa: F811
    Referral.objects.filter(pk=referral.pk).update(terms=terms)
    answer = steward.post(f"/privacy/names/{referral.vip_id}/weigh/", {"referral": referral.pk})
    assert answer.status_code == 404


@pytest.mark.parametrize("role", ["recruiter", "admin", "maya"])
def test_nobody_but_the_steward_weighs(house, steward, referral, role):  # noqa: F811
    weighing = begin(steward, referral)
    client = browser_of(getattr(house, role))
    for form in (INTERESTS, TELL, DISCLOSE):
        assert client.post(f"/privacy/weighing/{weighing.pk}/", form).status_code == 403
    assert client.get(f"/privacy/weighing/{weighing.pk}/").status_code == 403
    assert client.post(f"/privacy/names/{referral.vip_id}/weigh/").status_code == 403


def test_the_question_is_on_the_card_of_the_asker_alone(house, steward, maya, referral):  # noqa: F811
    story = usual_story().candidate("ida", name="Ida Berg", email="ida@example.com")
    story.offer("o2", candidate="ida").met("maya", "jon", candidate="ida", days=6)
    story.candidate("eli", name="Eli Roth", email="eli@example.com")
    story.offer("o3", candidate="eli").met("jon", candidate="eli", days=6)
    house.tell(story)
    mine, other, of_jon = Ask.objects.get(), house.hand("maya", "o2"), house.hand("jon", "o3")
    weighing = begin(steward, referral)

    assert "a question that only you can answer" in text_of(maya.get("/cards/"))
    assert f"/cards/{mine.pk}/weighing/{weighing.pk}/" in text_of(maya.get(f"/cards/{mine.pk}/"))
    assert "only you can answer" not in text_of(maya.get(f"/cards/{other.pk}/"))
    # Neither by another card of the same asker, nor by anybody else.
    assert maya.get(f"/cards/{other.pk}/weighing/{weighing.pk}/").status_code == 404
    assert maya.post(f"/cards/{other.pk}/weighing/{weighing.pk}/", AGREES).status_code == 404
    jon = browser_of(house.jon)
    assert "only you can answer" not in text_of(jon.get("/cards/"))
    for ask in (mine, of_jon):
        assert jon.get(f"/cards/{ask.pk}/weighing/{weighing.pk}/").status_code == 404
        assert jon.post(f"/cards/{ask.pk}/weighing/{weighing.pk}/", AGREES).status_code == 404
    assert Weighing.objects.get().referrer_says == ""


def test_an_answer_of_nothing_is_asked_for_again(steward, maya, referral):
    weighing = begin(steward, referral)
    _, to_asker, _ = ways(referral, weighing)["agrees"]
    for form in ({}, {"says": ""}, {"says": "shouts"}, {"step": "nonsense"}):
        assert maya.post(to_asker, form).status_code == 400, form
    assert Weighing.objects.get().referrer_says == ""


def test_the_mails_say_only_that_there_is_a_question(steward, maya, referral, mailoutbox):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    run_due_jobs()
    for step in STEPS[:3]:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    run_due_jobs()

    assert {(mail.subject, *mail.to) for mail in mailoutbox if "question" in mail.subject} == {
        ("A question about a card of yours", "maya@acme.example.org")
    }
    for mail in (mail for mail in mailoutbox if "question" in mail.subject):
        assert mail.body.split("Hi Maya")[1].count("http") == 1
        for word in ("Noor", "Kim", "Data Engineer", str(weighing.pk), f"/cards/{Ask.objects.get().pk}"):
            assert word not in mail.body
    assert len([mail for mail in mailoutbox if "question" in mail.subject]) == 2


def test_what_the_asker_records_leaves_no_line_and_no_day(house, steward, maya, referral):  # noqa: F811
    weighing = begin(steward, referral)
    lines = AuditEvent.objects.count()
    _, to_asker, _ = ways(referral, weighing)["agrees"]
    maya.get(to_asker)
    maya.post(to_asker, AGREES)
    assert AuditEvent.objects.count() == lines
    for step in STEPS[1:3]:
        _, address, form = ways(referral, weighing)[step]
        steward.post(address, form)
    lines = AuditEvent.objects.count()
    maya.post(to_asker, TOLD)
    assert AuditEvent.objects.count() == lines
    assert Weighing.objects.get().referrer_told_on.isoformat() == "2026-06-15"
    for event in AuditEvent.objects.filter(noun="weighing"):
        assert event.actor == house.steward


def test_the_book_holds_no_words_of_a_weighing(steward, maya, referral):
    weighing = begin(steward, referral)
    clients = {"steward": steward, "maya": maya}
    for step in STEPS:
        who, address, form = ways(referral, weighing)[step]
        clients[who].post(address, form)
    told = " ".join(str(event.detail) for event in AuditEvent.objects.all())
    for words in ("watched", "mere wish", "hurtful", "mind any more", "Kim", REFERRER):
        assert words not in told
