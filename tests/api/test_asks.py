"""Asks over HTTP: a card from its note to the thanks, each of its ways, and once."""

import threading

import pytest
from django.db import connection, connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.models import Ask, AuditEvent, Candidate, Referral, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.services import asks, referrals
from tests.api.told import refused, told
from tests.company import NOTE, NOW, WORDS, clock, found, house, usual_story  # noqa: F401 - two are fixtures
from tests.connectors.mailserver import Break, Fault, FaultySmtp, Stage, mail_server  # noqa: F401
from tests.promises.slow_smtp import SlowSmtp

NOTE_IN = {"subject": WORDS.subject, "body": NOTE, "quiet": ["page", "free"]}


@pytest.fixture
def maya(house, call):  # noqa: F811
    """A program that speaks for Maya."""
    return call(house.maya)


@pytest.fixture
def ask(house):  # noqa: F811
    return house.hand()


def at(ask, suffix=""):
    return f"/asks/{ask.pk}{suffix}"


def previewed(program, ask):
    """The note is written and looked at; the confirmation."""
    told(program.put(at(ask, "/note"), NOTE_IN))
    return told(program.get(at(ask, "/note/preview")))["confirmation"]


def asked(program, ask):
    """They were asked in conversation."""
    told(program.post(at(ask, "/talk")))
    return told(program.post(at(ask, "/say"), {"what": "asked"}))


def test_a_card_tells_why_it_is_yours_and_how_to_begin(house, maya, ask):  # noqa: F811
    card = told(maya.get(at(ask)))

    assert told(maya.get("/asks"))["items"] == [
        {key: card[key] for key in told(maya.get("/asks"))["items"][0]}
    ]
    assert (card["state"], card["candidate"], card["job"]) == ("waiting", "Noor Haddad", "Data Engineer")
    assert card["because"] == ask.because
    assert card["reason_known"] is True
    assert [talk["kind"] for talk in card["talks"]] == ["lunch"]
    assert card["doorway"]["ask"].startswith("If not you, who should we talk to")
    assert card["draft"]["body"].startswith("Hi Noor,")
    assert card["note"] == {"subject": "", "body": "", "quiet": ["reply", "page", "anonymous", "free"]}
    assert (card["named"], card["in_confidence"], card["room"]) == ([], 0, 3)
    assert card["page"].endswith(f"/cards/{ask.pk}/")
    assert AuditEvent.objects.filter(actor=house.maya, verb="saw", noun="ask", noun_id=ask.pk).count() == 1


def test_a_card_says_no_more_than_its_page(house, call):  # noqa: F811
    story = usual_story(reason="Relocation", notes="His wife is ill, and the salary would not have done")
    story.voted("jon", 1)
    house.tell(story)
    card = call(house.maya).get(at(house.hand())).content.decode()
    for secret in ("Jon", "Sam", "Ana", "wife", "salary", "voted", "pairing"):
        assert secret not in card


def test_a_colleagues_card_is_not_there(house, call, maya, ask):  # noqa: F811
    for program in (call(house.jon), call(house.recruiter), call(house.admin), call(house.steward)):
        assert told(program.get("/asks"))["items"] == []
        for suffix in ("", "/note/preview"):
            refused(program.get(at(ask, suffix)), 404, "not_found")
        for suffix, body in {
            "/talk": None,
            "/pass": None,
            "/close": None,
            "/thanks": None,
            "/names/take-back": None,
            "/note/check": {"body": "Hi"},
            "/note/send": {"confirmation": "x"},
            "/note/take-along": {"confirmation": "x"},
            "/say": {"what": "asked"},
            "/answer": {"people": [{"name": "Kim Park"}]},
        }.items():
            refused(program.post(at(ask, suffix), body), 404)
        refused(program.put(at(ask, "/note"), NOTE_IN), 404)
    assert Ask.objects.get().state == AskState.WAITING


def test_another_companys_card_is_not_there(house, call, ask):  # noqa: F811
    other = found("Globex")
    with scope(workspace=other.workspace.pk):
        theirs = call(other.maya)
    refused(theirs.get(at(ask)), 404)


def test_words_are_checked_and_nothing_is_kept(maya, ask):
    answer = told(maya.post(at(ask, "/note/check"), {"body": NOTE + "There is a referral bonus."}))

    assert [(one["category"], one["holds_back"]) for one in answer["findings"]] == [("incentive", True)]
    assert answer["read"] is True
    assert Ask.objects.get().body == ""


def test_the_preview_is_what_arrives_but_for_what_opens_something(house, maya, ask, mail_server):  # noqa: F811
    house.connect(house.maya, mail_server)
    before = len(mail_server.messages("noor@example.com"))
    told(maya.put(at(ask, "/note"), NOTE_IN))
    shown = told(maya.get(at(ask, "/note/preview")))

    assert (shown["sender_address"], shown["recipient_address"]) == ("maya@example.org", "noor@example.com")
    assert (shown["held_back"], shown["not_by_us"]) == (None, None)
    assert ask.page_token not in str(shown)
    sent = told(maya.post(at(ask, "/note/send"), {"confirmation": shown["confirmation"]}))

    assert (sent["state"], sent["trouble"], sent["channel"]) == ("asked", "", "email")
    *earlier, mail = mail_server.messages("noor@example.com")
    assert len(earlier) == before
    arrived = mail.get_content().replace("\r\n", "\n")
    assert arrived.replace(ask.page_token, "…").strip() == shown["body"].strip()
    assert (mail["Subject"], mail["From"]) == (shown["subject"], "Maya Chen <maya@example.org>")
    assert "/r/…" in shown["body"]
    verbs = list(AuditEvent.objects.filter(noun="ask").order_by("pk").values_list("verb", flat=True))
    assert verbs[-2:] == ["sending", "sent"]


def test_nothing_leaves_that_nobody_has_seen(house, maya, ask):  # noqa: F811
    with FaultySmtp() as smtp:
        house.connect(house.maya, smtp)
        refused(maya.post(at(ask, "/note/send"), {"confirmation": "x"}), 409, "empty")
        told(maya.put(at(ask, "/note"), NOTE_IN))
        refused(maya.post(at(ask, "/note/send"), {}), 422, "invalid")
        refused(maya.post(at(ask, "/note/send"), {"confirmation": "x"}), 409, "not_confirmed")
        seen = previewed(maya, ask)

        told(maya.put(at(ask, "/note"), NOTE_IN | {"body": NOTE + "\n\nPS: And greetings."}))
        refused(maya.post(at(ask, "/note/send"), {"confirmation": seen}), 409, "not_confirmed")
        told(maya.put(at(ask, "/note"), NOTE_IN | {"quiet": []}))
        refused(maya.post(at(ask, "/note/take-along"), {"confirmation": seen}), 409, "not_confirmed")
        told(maya.put(at(ask, "/note"), NOTE_IN))
        Candidate.objects.update(email="somebody.else@example.com")
        refused(maya.post(at(ask, "/note/send"), {"confirmation": seen}), 409, "not_confirmed")
        Candidate.objects.update(email="noor@example.com")

        assert smtp.commands == []
        assert told(maya.post(at(ask, "/note/send"), {"confirmation": seen}))["state"] == "asked"
        assert len(smtp.taken) == 1


def test_one_confirmation_is_nothing_for_another_card(house, call):  # noqa: F811
    story = usual_story()
    story.candidate("noor2", name="Noor Haddad", email="other@example.com").offer("second", candidate="noor2")
    story.met("maya", candidate="noor2", minutes=60, kind="lunch")
    house.tell(story)
    maya, first, second = call(house.maya), house.hand(), house.hand(offer="second")
    seen = previewed(maya, first)
    previewed(maya, second)
    refused(maya.post(at(second, "/note/send"), {"confirmation": seen}), 409, "not_confirmed")


def test_what_is_held_back_gets_no_confirmation(house, maya, ask):  # noqa: F811
    told(maya.put(at(ask, "/note"), NOTE_IN | {"body": NOTE + "There is a referral bonus."}))
    shown = told(maya.get(at(ask, "/note/preview")))

    assert (shown["held_back"]["code"], shown["confirmation"]) == ("unkind", None)
    assert shown["not_by_us"]["code"] == "no_mailbox"
    refused(maya.post(at(ask, "/note/send"), {"confirmation": "x"}), 409, "unkind")


@pytest.mark.parametrize(
    ("fault", "state"),
    [
        (Fault(Stage.RCPT, "550 nobody here"), "waiting"),
        (Fault(Stage.END, Break.DROP), "uncertain"),
        (Fault(Stage.END, "451 not now"), "waiting"),
    ],
)
def test_what_became_of_it_is_an_answer(house, maya, ask, fault, state):  # noqa: F811
    with FaultySmtp(fault) as smtp:
        house.connect(house.maya, smtp)
        answer = told(maya.post(at(ask, "/note/send"), {"confirmation": previewed(maya, ask)}))

    assert answer["state"] == state
    assert answer["trouble"]
    if state == "uncertain":
        refused(maya.post(at(ask, "/note/send"), {"confirmation": "x"}), 409, "too_late")
        assert told(maya.post(at(ask, "/say"), {"what": "not_asked"}))["state"] == "waiting"


def test_without_a_mailbox_the_note_is_taken_along(house, maya, ask):  # noqa: F811
    seen = previewed(maya, ask)
    refused(maya.post(at(ask, "/note/send"), {"confirmation": seen}), 409, "no_mailbox")
    taken = told(maya.post(at(ask, "/note/take-along"), {"confirmation": seen}))

    assert taken["state"] == "taken"
    assert told(maya.post(at(ask, "/say"), {"what": "asked"}))["state"] == "asked"
    refused(maya.post(at(ask, "/note/take-along"), {"confirmation": seen}), 409, "too_late")


def test_in_conversation_and_back(maya, ask):
    assert told(maya.post(at(ask, "/talk")))["state"] == "talking"
    refused(maya.post(at(ask, "/talk")), 409, "too_late")
    assert told(maya.post(at(ask, "/say"), {"what": "not_asked"}))["state"] == "waiting"
    assert told(maya.post(at(ask, "/pass")), 204) is None
    refused(maya.get(at(ask)), 404)
    assert Ask.objects.get().state == AskState.PASSED


def test_they_would_rather_not_be_contacted(maya, ask):
    told(maya.post(at(ask, "/talk")))
    assert told(maya.post(at(ask, "/say"), {"what": "opted_out"}))["state"] == "opted_out"
    assert Candidate.objects.get(external_id="noor").do_not_contact
    refused(maya.post(at(ask, "/thanks")), 409, "nothing_named")


def test_they_had_nobody_in_mind(maya, ask):
    asked(maya, ask)
    closed = told(maya.post(at(ask, "/close")))
    assert (closed["state"], closed["room"]) == ("nobody", 3)
    assert [one["id"] for one in told(maya.get("/asks", open="false"))["items"]] == [ask.pk]
    assert told(maya.get("/asks", open="true"))["items"] == []
    assert told(maya.get("/asks", state="nobody"))["items"]


def test_a_name_that_may_be_told_comes_back_and_is_thanked_for(maya, ask):
    asked(maya, ask)
    person = {"name": "Kim Park", "works_at": "Acme", "why": "Built the night ferries.", "terms": "named"}
    answer = told(maya.post(at(ask, "/answer"), {"people": [person]}))

    card, referral = answer["ask"], Referral.objects.get()
    assert (card["state"], card["in_confidence"], card["room"]) == ("named", 0, 2)
    assert card["named"] == [
        {"referral": str(referral.pk), "terms": "named", "name": "Kim Park", "in_touch": False}
    ]
    assert card["thanks"]["due"] is True
    assert "Noor" in card["thanks"]["draft"]["body"]
    assert told(maya.post(at(ask, "/thanks")))["thanks"]["due"] is False
    assert (referral.vip.works_at, referral.why) == ("Acme", "Built the night ferries.")
    assert told(maya.post(at(ask, "/names/take-back")))["state"] == "asked"
    assert not Vip.objects.exists()


def test_unanswered_means_confidential_and_the_name_never_comes_out_again(maya, ask):
    asked(maya, ask)
    person = {"name": "Ida Wells", "works_at": "Zenith", "why": "Wrote the ferry engine."}
    answer = maya.post(at(ask, "/answer"), {"people": [person]}, key="once-only")
    card = told(answer)["ask"]

    assert Referral.objects.get().terms == Terms.CONFIDENTIAL
    assert (card["state"], card["in_confidence"], card["named"]) == ("asked", 1, [])
    again = maya.post(at(ask, "/answer"), {"people": [person]}, key="once-only")
    for text in (answer, again, maya.get(at(ask)), maya.get("/asks")):
        assert not [word for word in ("Ida", "Wells", "Zenith", "engine") if word in text.content.decode()]
    assert Referral.objects.count() == 1


def test_telephone_numbers_are_taken_out_and_an_address_is_kept_if_it_is_welcome(maya, ask):
    asked(maya, ask)
    people = [
        {"name": "Ida Wells +353 86 123 4567", "why": "Write to ida@example.net", "terms": "named"},
        {"name": "Kim Park", "email": "kim@example.net", "terms": "named"},
    ]
    answer = told(maya.post(at(ask, "/answer"), {"people": people}))

    assert answer["taken_out"] == ["address", "telephone"]
    assert set(Vip.objects.values_list("name", "email")) == {
        ("Ida Wells", ""),
        ("Kim Park", "kim@example.net"),
    }


def test_what_had_better_not_be_kept_is_pointed_out_first(maya, ask):
    asked(maya, ask)
    people = [{"name": "Ida Wells", "why": "She is pregnant and earns 90k, but great with ferries."}]
    problem = refused(maya.post(at(ask, "/answer"), {"people": people}), 409, "look_first")

    assert "(person 1)" in problem["detail"]
    assert not [word for word in ("Ida", "pregnant", "90k") if word in problem["detail"]]
    assert not Vip.objects.exists()
    told(maya.post(at(ask, "/answer"), {"people": people, "looked": True}))
    assert Vip.objects.get().name == "Ida Wells"


@pytest.mark.parametrize(
    "people",
    [
        [],
        [{"name": f"Person {letter}"} for letter in "ABCD"],
        [{"name": "Ida, Jo, Kim, Lee"}],
        [{"name": ""}],
        [{"name": "+353 86 123 4567"}],
        [{"name": "Ida Wells", "found_at": "no link"}],
        [{"name": "Ida Wells", "email": "no address"}],
        [{"name": "Ida Wells", "terms": "anonymous"}],
        [{"name": "Ida Wells", "telephone": "1"}],
    ],
)
def test_what_cannot_be_kept_is_told_by_field_and_nothing_is_kept(maya, ask, people):
    asked(maya, ask)
    problem = refused(maya.post(at(ask, "/answer"), {"people": people}), 422, "invalid")
    assert all(one["pointer"].startswith("/people") for one in problem["errors"])
    assert "Ida" not in str(problem)
    assert not Vip.objects.exists()


def test_an_introduction_keeps_nobody_until_it_comes(maya, ask):
    asked(maya, ask)
    here = [{"name": "Kim Park", "terms": "introduce", "here": True}]
    refused(maya.post(at(ask, "/answer"), {"people": here}), 409, "not_expected")
    card = told(maya.post(at(ask, "/answer"), {"people": [{"name": "Kim Park", "terms": "introduce"}]}))[
        "ask"
    ]

    assert [(one["terms"], one["name"]) for one in card["named"]] == [("introduce", "")]
    assert not Vip.objects.exists()
    told(maya.post(at(ask, "/answer"), {"people": here}))
    assert Referral.objects.get().vip.name == "Kim Park"


def test_names_are_kept_all_or_none(maya, ask):
    asked(maya, ask)
    told(maya.post(at(ask, "/answer"), {"people": [{"name": f"Person {x}", "terms": "named"} for x in "AB"]}))
    more = [{"name": f"Person {x}", "terms": "named"} for x in "CD"]
    refused(maya.post(at(ask, "/answer"), {"people": more}), 409, "enough")
    assert Vip.objects.count() == 2


def test_a_note_that_is_none_is_told_by_field(maya, ask):
    for wrong in (
        {"subject": " "},
        {"body": ""},
        {"subject": "x" * 151},
        {"body": "x" * 5001},
        {"quiet": ["loud"]},
        {"body": 5},
    ):
        problem = refused(maya.put(at(ask, "/note"), NOTE_IN | wrong), 422, "invalid")
        assert problem["errors"][0]["pointer"].startswith(f"/{next(iter(wrong))}")
    assert (
        told(maya.put(at(ask, "/note"), NOTE_IN | {"subject": "Two\n lines"}))["note"]["subject"]
        == "Two lines"
    )


def test_the_same_queries_for_one_card_as_for_many(house, call):  # noqa: F811
    maya, first = call(house.maya), house.hand()
    maya.get("/asks")
    with CaptureQueriesContext(
        connection,
    ) as one:
        told(maya.get("/asks"))
    house.workspace.policy = "[gates]\nmost_open_asks = 1000\n[askers.weights]\nrecent_asks = 0\n"
    house.workspace.save()
    story = usual_story()
    for number in range(3):
        story.candidate(f"c{number}", email=f"c{number}@example.com", name=f"Candi {'abc'[number]}")
        story.offer(f"o{number}", candidate=f"c{number}")
        story.met("maya", candidate=f"c{number}", minutes=60, kind="lunch")
    house.tell(story)
    for number in range(3):
        house.hand(offer=f"o{number}")
    with CaptureQueriesContext(connection) as many:
        assert len(told(maya.get("/asks"))["items"]) == 4
    assert len(many) == len(one)

    asks.start_talking(first, by=house.maya, now=NOW)
    referrals.give(first, Given("Kim Park"), Terms.NAMED, by=house.maya, now=NOW)
    told(maya.get(at(first)))
    with CaptureQueriesContext(connection) as one:
        told(maya.get(at(first)))
    for name in ("Ida Wells", "Jo Lin"):
        referrals.give(first, Given(name), Terms.CONFIDENTIAL, by=house.maya, now=NOW)
    with CaptureQueriesContext(connection) as many:
        assert told(maya.get(at(first)))["in_confidence"] == 2
    assert len(many) == len(one)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without a key"])
def test_sent_by_many_at_once_and_by_the_page_one_mail_arrives(clock, call, keyed):  # noqa: F811
    made = found()
    with SlowSmtp() as smtp, scope(workspace=made.workspace.pk):
        made.connect(made.maya, smtp)
        ask, maya = made.hand(), call(made.maya)
        seen = previewed(maya, ask)
        browser = Client()
        browser.force_login(made.maya)
        answers, begin = [], threading.Barrier(11)

        def by_api():
            begin.wait()
            body = {"confirmation": seen}
            answers.append(maya.post(at(ask, "/note/send"), body, key="one-key" if keyed else ""))
            connections.close_all()

        def by_page():
            begin.wait()
            answers.append(browser.post(f"/cards/{ask.pk}/send/"))
            connections.close_all()

        threads = [threading.Thread(target=by_api) for _ in range(10)] + [threading.Thread(target=by_page)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        smtp.wait_until_quiet()

        assert smtp.mails == {"noor@example.com": 1}
        assert {answer.status_code for answer in answers} <= {200, 302, 409}
        assert Ask.objects.get().state == AskState.ASKED
        assert told(maya.get(at(ask)))["state"] == "asked"
