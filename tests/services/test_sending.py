"""The one note leaves once, whatever the mail server does."""

import re
from datetime import timedelta

import pytest

from ifnotyou.models import Ask, AuditEvent, Claim, Mailbox
from ifnotyou.playbook.asking import AskState, Stage
from ifnotyou.playbook.errors import Refusal
from ifnotyou.services import asks, mailboxes, pages, sending
from ifnotyou.services.notices import run_the_day
from tests.company import NOW, WORDS
from tests.connectors.mailserver import Break, Fault, FaultySmtp
from tests.connectors.mailserver import Stage as Step


@pytest.fixture
def quick(monkeypatch, how):
    """A server that hangs costs a test little; any other answers, and may take its time."""
    if how is Break.HANG:
        monkeypatch.setattr(mailboxes, "TIMEOUT", 4.0)


def connected(house, server):
    house.connect(house.maya, server)
    return house.hand()


def test_the_note_arrives_as_the_askers_own_mail(house, mail_server):
    ask = house.hand()
    house.connect(house.maya, mail_server)
    before = len(mail_server.messages("noor@example.com"))
    ask = sending.send(ask, WORDS, by=house.maya, now=NOW)

    (mail,) = mail_server.messages("noor@example.com")[before:]
    assert (ask.state, house.decline().stage) == (AskState.ASKED, Stage.ASKED)
    assert (mail["From"], mail["To"]) == ("Maya Chen <maya@example.org>", "Noor Haddad <noor@example.com>")
    assert (mail["Subject"], mail["Message-ID"]) == (WORDS.subject, ask.message_id)
    assert mail.get_content_type() == "text/plain"
    body = mail.get_content().replace("\r\n", "\n").strip()
    assert body == asks.whole_note(ask, WORDS).body.strip()
    # The two quiet links are in the text as they are, to our own pages, and nothing else is a link.
    assert re.findall(r"https?://\S+", body) == list(pages.links_of(ask))
    assert not any("http" in value for value in mail.values())
    assert "http" not in Ask.objects.get().body


def test_lines_that_the_asker_takes_out_do_not_go_along(house, mail_server):
    ask = house.hand()
    ask.quiet = []
    ask.save()
    house.connect(house.maya, mail_server)
    sending.send(ask, WORDS, by=house.maya, now=NOW)

    mail = mail_server.messages("noor@example.com")[-1]
    assert mail.get_content().replace("\r\n", "\n").strip() == WORDS.body.strip()


def test_headers_of_the_note_are_those_of_a_persons_mail(house, mail_server):
    house.connect(house.maya, mail_server)
    sending.send(house.hand(), WORDS, by=house.maya, now=NOW)

    mail = mail_server.messages("noor@example.com")[-1]
    for header in (
        "List-Unsubscribe",
        "Precedence",
        "X-Mailer",
        "User-Agent",
        "Cc",
        "Bcc",
        "Sender",
        "Auto-Submitted",
    ):
        assert mail[header] is None


def test_a_second_try_is_refused_and_nothing_leaves(house, mail_server):
    ask = house.hand()
    house.connect(house.maya, mail_server)
    before = len(mail_server.messages("noor@example.com"))
    sending.send(ask, WORDS, by=house.maya, now=NOW)
    for again in (
        lambda: sending.send(ask, WORDS, by=house.maya, now=NOW),
        lambda: asks.take_along(ask, WORDS, by=house.maya, now=NOW),
        lambda: asks.start_talking(ask, by=house.maya, now=NOW),
    ):
        with pytest.raises(Refusal, match="Once is the rule"):
            again()
    assert len(mail_server.messages("noor@example.com")) == before + 1


BEFORE = [
    (Step.BANNER, Break.DROP),
    (Step.EHLO, "500 no"),
    (Step.AUTH, "535 bad credentials"),
    (Step.AUTH, Break.DROP),
    (Step.MAIL, "550 not you"),
    (Step.RCPT, "550 no such user"),
    (Step.RCPT, Break.HANG),
    (Step.DATA, "451 later"),
    (Step.END, "554 refused"),
    (Step.END, "451 try later"),
]
AFTER = [
    (Step.CONTENT, Break.DROP),
    (Step.END, Break.DROP),
    (Step.END, Break.RESET),
    (Step.END, Break.HANG),
    (Step.END, Break.HALF),
    (Step.END, "garbage"),
]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("step", "how"), BEFORE)
def test_a_known_refusal_frees_the_claim_and_says_why(house, step, how):
    with FaultySmtp(Fault(step, how)) as server:
        ask = sending.send(connected(house, server), WORDS, by=house.maya, now=NOW)

    assert (ask.state, Claim.objects.count(), server.taken) == (AskState.WAITING, 0, [])
    assert ask.trouble
    assert house.decline().stage == Stage.HANDED


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("step", "how"), AFTER)
def test_an_unclear_answer_is_uncertain_and_never_sent_again_by_itself(house, step, how):
    with FaultySmtp(Fault(step, how)) as server:
        ask = sending.send(connected(house, server), WORDS, by=house.maya, now=NOW)
        server.fault = None
        for later in (NOW + timedelta(minutes=5), NOW + timedelta(days=5), NOW + timedelta(days=60)):
            run_the_day(house.workspace, now=later)
        with pytest.raises(Refusal, match="not certain"):
            sending.send(ask, WORDS, by=house.maya, now=NOW)

    assert Ask.objects.get().state == AskState.UNCERTAIN
    assert Claim.objects.filter(ask=ask).exists()
    assert (ask.trouble != "", server.taken) == (True, [])


def test_after_looking_a_person_says_what_became_of_it(house):
    with FaultySmtp(Fault(Step.END, Break.DROP)) as server:
        ask = sending.send(connected(house, server), WORDS, by=house.maya, now=NOW)
        asks.say_not_asked(ask, by=house.maya, now=NOW)
        server.fault = None
        ask = sending.send(ask, WORDS, by=house.maya, now=NOW)

    assert (ask.state, len(server.taken)) == (AskState.ASKED, 1)


def test_a_process_that_died_while_sending_leaves_an_uncertain_ask(house):
    ask = house.hand()
    Ask.objects.filter(pk=ask.pk).update(state=AskState.SENDING, claimed_at=NOW, message_id="<x@example.org>")

    run_the_day(house.workspace, now=NOW + timedelta(minutes=2))
    assert Ask.objects.get().state == AskState.SENDING
    run_the_day(house.workspace, now=NOW + timedelta(minutes=3))

    assert (Ask.objects.get().state, Ask.objects.get().trouble) == (AskState.UNCERTAIN, sending.DIED)


def test_without_a_mailbox_nothing_is_claimed(house):
    ask = house.hand()
    with pytest.raises(Refusal, match="not connected"):
        sending.send(ask, WORDS, by=house.maya, now=NOW)
    assert not Claim.objects.exists()


def test_a_candidate_without_an_address_cannot_be_written_to(house, mail_server):
    house.connect(house.maya, mail_server)
    ask = house.hand()
    ask.candidate.email = ""
    ask.candidate.save()
    with pytest.raises(Refusal, match="No address"):
        sending.send(ask, WORDS, by=house.maya, now=NOW)
    assert not Claim.objects.exists()


def test_neither_password_nor_words_nor_names_stand_in_the_book_or_in_the_trouble(house):
    with FaultySmtp(Fault(Step.AUTH, "535 wrong password secret-of-maya")) as server:
        house.connect(house.maya, server)
        Mailbox.objects.update(username="maya")
        ask = sending.send(house.hand(), WORDS, by=house.maya, now=NOW)

    told = str(list(AuditEvent.objects.values_list("verb", "detail"))) + ask.trouble
    assert not any(word in told for word in (server.host, "Noor", "ferry", "sesame"))


def with_imap(house, server):
    """The workspace's IMAP server is that of the tests, and the asker has a Sent folder."""
    house.connect(house.maya, server)
    house.workspace.imap_host, house.workspace.imap_port = server.host, server.imap_port
    house.workspace.imap_security = "none"
    house.workspace.save()
    server.create_folder("maya@example.org", "Sent")


def test_a_copy_lies_in_the_askers_sent_folder(house, mail_server):
    with_imap(house, mail_server)
    ask = sending.send(house.hand(), WORDS, by=house.maya, now=NOW)

    ids = [mail["Message-ID"] for mail in mail_server.messages("maya@example.org", "Sent")]
    assert ids.count(ask.message_id) == 1
    assert sending.is_in_sent_folder(ask, by=house.maya) is True


def test_a_note_that_is_not_in_the_sent_folder_is_told_so(house, mail_server):
    with_imap(house, mail_server)
    ask = house.hand()
    ask.message_id = "<nowhere@example.org>"

    assert sending.is_in_sent_folder(ask, by=house.maya) is False


def test_trouble_with_the_copy_is_no_trouble_with_the_note(house, mail_server):
    house.connect(house.maya, mail_server)
    house.workspace.imap_host, house.workspace.imap_port = mail_server.host, 1
    house.workspace.imap_security = "none"
    house.workspace.save()

    ask = sending.send(house.hand(), WORDS, by=house.maya, now=NOW)

    assert (ask.state, ask.trouble) == (AskState.ASKED, "")
    assert sending.is_in_sent_folder(ask, by=house.maya) is None


def test_a_name_that_cannot_stand_in_a_mail_is_told_before_anything_is_claimed(house, mail_server):
    house.connect(house.maya, mail_server)
    ask = house.hand()
    with pytest.raises(Refusal, match="subject"):
        sending.send(ask, asks.Words("Two\nlines", WORDS.body), by=house.maya, now=NOW)
    assert not Claim.objects.exists()


def test_the_outcome_of_an_earlier_try_says_nothing_about_a_later_one(house):
    """A send that comes back late, after a person has said that it did not leave and has tried again."""
    ask = house.hand()
    with FaultySmtp(Fault(Step.END, Break.DROP)) as server:
        house.connect(house.maya, server)
        early = sending.send(ask, WORDS, by=house.maya, now=NOW)
        asks.say_not_asked(early, by=house.maya, now=NOW)
        again = sending.send(early, WORDS, by=house.maya, now=NOW)
    assert (again.state, early.message_id != again.message_id) == (AskState.UNCERTAIN, True)

    sending._finish(early, AskState.WAITING, "late", by=house.maya, now=NOW)

    assert Ask.objects.get().state == AskState.UNCERTAIN
    assert Claim.objects.filter(ask=ask).exists()
