"""Letters over HTTP: from somebody named to the goodbye, and each of them once."""

import threading

import pytest
from django.db import connections
from django_scopes import scope

from ifnotyou.models import AuditEvent, Letter, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import LetterState
from ifnotyou.playbook.vip_letters import GAPS
from tests.api.told import refused, told
from tests.company import NOTE, TODAY, WORDS, clock, found, house  # noqa: F401 - two are fixtures
from tests.connectors.mailserver import Break, Fault, FaultySmtp, Stage, mail_server  # noqa: F401
from tests.letters import MAIL, hosted, saved, tell_of_itself
from tests.promises.slow_smtp import SlowSmtp


@pytest.fixture
def company(house):  # noqa: F811
    """One that has said what the privacy notice needs."""
    tell_of_itself(house)
    return house


@pytest.fixture
def jon(company, call):
    """A program that speaks for Jon, the host."""
    return call(company.jon)


def at(vip, suffix="", kind="first"):
    return f"/vips/{vip.pk}/letters/{kind}{suffix}"


def filled(draft):
    """A draft with its gaps filled, to be saved."""
    body = draft["body"]
    for gap in GAPS:
        body = body.replace(gap, "the timetable of the night ferries")
    return {"subject": draft["subject"], "body": body, "language": draft["language"]}


def written(program, vip, kind="first"):
    """The letter is written from its draft."""
    return told(program.put(at(vip, kind=kind), filled(told(program.get(at(vip, kind=kind)))["draft"])))


def previewed(program, vip, kind="first"):
    """The letter is written and looked at; the confirmation."""
    written(program, vip, kind)
    return told(program.get(at(vip, "/preview", kind)))["confirmation"]


def test_the_whole_way_from_a_card_to_a_goodbye(company, call, jon, mail_server):  # noqa: F811
    company.connect(company.maya, mail_server)
    company.connect(company.jon, mail_server, "jon@example.org")
    maya, recruiter = call(company.maya), call(company.recruiter)
    ask = f"/asks/{company.hand().pk}"
    told(maya.put(f"{ask}/note", {"subject": WORDS.subject, "body": NOTE}))
    shown = told(maya.get(f"{ask}/note/preview"))
    assert told(maya.post(f"{ask}/note/send", {"confirmation": shown["confirmation"]}))["state"] == "asked"
    person = {"name": "Kim Park", "works_at": "Acme", "email": MAIL, "terms": "named"}
    told(maya.post(f"{ask}/answer", {"people": [person]}))
    told(maya.post(f"{ask}/thanks"))

    (row,) = told(recruiter.get("/vips"))["items"]
    vip = Vip.objects.get(pk=row["id"])
    (host,) = told(recruiter.get(f"/vips/{vip.pk}/hosts", q="Jon"))["items"]
    told(recruiter.post(f"/vips/{vip.pk}/hand-on", {"to": host["key"]}), 204)
    told(jon.post(f"/vips/{vip.pk}/take"))
    confirmation = previewed(jon, vip)
    sent = told(jon.post(at(vip, "/send"), {"confirmation": confirmation}))
    assert (sent["state"], sent["trouble"], sent["yours"]) == ("sent", "", True)
    seen = told(jon.get(f"/vips/{vip.pk}"))
    assert (seen["stage"], seen["held"]["notice_how"], len(seen["letters"])) == ("contacted", "in_message", 1)
    refused(jon.post(at(vip, "/send"), {"confirmation": confirmation}), 409, "contacted")

    told(jon.post(f"/vips/{vip.pk}/say", {"said": "answered", "seen": "contacted"}))
    talk = {"starts_at": "2026-06-18T10:00:00+02:00", "place": "Jon calls"}
    told(jon.put(f"/vips/{vip.pk}/talk", talk))
    goodbye = previewed(jon, vip, "goodbye")
    parted = told(jon.post(at(vip, "/send", "goodbye"), {"confirmation": goodbye}))
    assert parted["state"] == "sent"
    assert told(jon.get(f"/vips/{vip.pk}"))["stage"] == "parted"
    assert len(mail_server.messages(MAIL)) == 2
    verbs = list(AuditEvent.objects.filter(noun="letter").order_by("pk").values_list("verb", flat=True))
    assert verbs == ["sending", "sent"] * 2


def test_a_draft_tells_only_what_may_be_told(company, jon):
    vip = hosted(company, terms=Terms.CONFIDENTIAL, why="Wrote the ferry engine with Noor.")
    letter = told(jon.get(at(vip)))
    assert (letter["state"], letter["by"], letter["written"], letter["why_not"]) == (None, "", None, None)
    assert "Somebody in your field" in letter["may_be_told"]
    assert letter["may_be_told"] in letter["draft"]["body"]
    assert "Noor" not in str(letter)
    assert told(jon.get(at(vip), language="de"))["draft"]["body"].startswith("Guten Tag")
    refused(jon.get(at(vip, kind="postcard")), 422)


def test_the_preview_is_the_whole_letter_but_for_what_opens_something(company, jon, mail_server):  # noqa: F811
    company.connect(company.jon, mail_server, "jon@example.org")
    vip = hosted(company, email="whole@example.net")
    written(jon, vip)
    shown = told(jon.get(at(vip, "/preview")))
    assert (shown["recipient_address"], shown["sender_address"]) == ("whole@example.net", "jon@example.org")
    assert vip.forget_token not in str(shown)
    assert "Data Protection Commission" in shown["body"]
    told(jon.post(at(vip, "/send"), {"confirmation": shown["confirmation"]}))

    (mail,) = mail_server.messages("whole@example.net")
    arrived = mail.get_content().replace("\r\n", "\n")
    assert arrived.count(vip.forget_token) >= 2
    assert arrived.replace(vip.forget_token, "…").strip() == shown["body"].strip()


def test_nothing_leaves_that_nobody_has_seen(company, jon):
    vip = hosted(company)
    with FaultySmtp() as smtp:
        company.connect(company.jon, smtp, "jon@example.org")
        refused(jon.get(at(vip, "/preview")), 409, "empty")
        refused(jon.post(at(vip, "/send"), {"confirmation": "x"}), 409, "empty")
        seen = previewed(jon, vip)
        letter = told(jon.get(at(vip)))["written"]
        told(jon.put(at(vip), letter | {"body": letter["body"].replace("night", "day")}))
        refused(jon.post(at(vip, "/send"), {"confirmation": seen}), 409, "not_confirmed")
        refused(jon.post(at(vip, "/take-along"), {"confirmation": seen}), 409, "not_confirmed")
        told(jon.put(at(vip), letter))
        Vip.objects.update(email="somebody.else@example.net")
        refused(jon.post(at(vip, "/send"), {"confirmation": seen}), 409, "not_confirmed")
        assert smtp.commands == []
        Vip.objects.update(email=MAIL)
        assert told(jon.post(at(vip, "/send"), {"confirmation": seen}))["state"] == "sent"
        assert len(smtp.taken) == 1


def test_what_is_held_back_says_why(house, call):  # noqa: F811
    vip, jon = hosted(house), call(house.jon)
    letter = written(jon, vip)
    assert letter["missing"]
    shown = told(jon.get(at(vip, "/preview")))
    assert (shown["held_back"]["code"], shown["confirmation"]) == ("notice", None)
    tell_of_itself(house)
    gap = told(jon.get(at(vip)))["draft"]
    told(jon.put(at(vip), gap))
    shown = told(jon.get(at(vip, "/preview")))
    assert (shown["held_back"]["code"], shown["confirmation"]) == ("gap", None)
    refused(jon.post(at(vip, "/send"), {"confirmation": "x"}), 409)


@pytest.mark.parametrize(
    ("fault", "state"),
    [(Fault(Stage.RCPT, "550 nobody here"), "draft"), (Fault(Stage.END, Break.DROP), "uncertain")],
)
def test_what_became_of_it_is_an_answer(company, jon, fault, state):
    vip = hosted(company)
    with FaultySmtp(fault) as smtp:
        company.connect(company.jon, smtp, "jon@example.org")
        letter = told(jon.post(at(vip, "/send"), {"confirmation": previewed(jon, vip)}))
    assert letter["state"] == state
    assert letter["trouble"]
    if state == "uncertain":
        refused(jon.post(at(vip, "/send"), {"confirmation": "x"}), 409, "too_late")
        assert told(jon.post(at(vip, "/say"), {"said": "sent"}))["state"] == "sent"
        assert Vip.objects.get().stage == "contacted"


def test_a_letter_that_is_taken_along(company, jon):
    vip = hosted(company, email="")
    seen = previewed(jon, vip)
    shown = told(jon.get(at(vip, "/preview")))
    assert (shown["not_by_us"]["code"], shown["recipient_address"]) == ("no_address", "")
    assert told(jon.post(at(vip, "/take-along"), {"confirmation": seen}))["state"] == "taken"
    assert told(jon.post(at(vip, "/say"), {"said": "not_sent"}))["state"] == "draft"
    told(jon.post(at(vip, "/take-along"), {"confirmation": seen}))
    assert told(jon.post(at(vip, "/say"), {"said": "sent", "linked": True}))["state"] == "sent"
    assert Vip.objects.get().notice_how == "linked"


def test_words_are_checked_and_nothing_is_kept(company, jon):
    vip = hosted(company)
    words = {"subject": "Hello", "body": "There is a referral bonus. [one true thing about their work]"}
    answer = told(jon.post(at(vip, "/check"), words))
    assert any(one["holds_back"] for one in answer["findings"])
    assert not Letter.objects.exists()
    refused(jon.post(at(vip, "/check"), words | {"language": "xx"}), 422)


def test_only_the_host_writes_and_only_they_read_what_has_not_left(company, call, jon):
    vip, recruiter = hosted(company), call(company.recruiter)
    saved(vip)
    letter = told(recruiter.get(at(vip)))
    assert (letter["state"], letter["yours"], letter["written"], letter["draft"]) == (
        "draft",
        False,
        None,
        None,
    )
    assert letter["why_not"]["code"] == "not_host"
    refused(recruiter.get(at(vip, "/preview")), 409, "not_host")
    refused(recruiter.put(at(vip), filled(told(jon.get(at(vip)))["draft"])), 409, "not_host")
    refused(recruiter.post(at(vip, "/send"), {"confirmation": "x"}), 409, "not_host")
    refused(call(company.maya).get(at(vip)), 404)
    refused(call(company.steward).get(at(vip)), 403)
    refused(recruiter.post(at(vip, "/say", "goodbye"), {"said": "sent"}), 409, "empty")
    refused(jon.put(at(vip), {"subject": " ", "body": "x", "language": "en"}), 422)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("keyed", [True, False], ids=["with a key", "without a key"])
def test_sent_by_many_at_once_one_letter_arrives(clock, call, keyed):  # noqa: F811
    made = found()
    with SlowSmtp() as smtp, scope(workspace=made.workspace.pk):
        tell_of_itself(made)
        made.connect(made.jon, smtp, "jon@example.org")
        vip, jon = hosted(made), call(made.jon)
        seen = previewed(jon, vip)
        answers, begin = [], threading.Barrier(10)

        def send():
            begin.wait()
            answers.append(jon.post(at(vip, "/send"), {"confirmation": seen}, key="one-key" if keyed else ""))
            connections.close_all()

        threads = [threading.Thread(target=send) for _ in range(10)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        smtp.wait_until_quiet()

        assert smtp.mails == {MAIL: 1}
        assert {answer.status_code for answer in answers} <= {200, 409}
        assert Letter.objects.get().state == LetterState.SENT
        assert Vip.objects.get().contacted_at.date() == TODAY
