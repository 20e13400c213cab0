"""A host's first message leaves once, with notice and links, whatever the mail server does; a goodbye parts."""

import re
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connections, transaction
from django_scopes import scope

from ifnotyou.jobs import tasks
from ifnotyou.models import (
    AuditEvent,
    Candidate,
    Letter,
    OffLimits,
    OptOut,
    Referral,
    Vip,
    Workspace,
)
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterKind, LetterState, Step, VipStage
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import (
    asks,
    erasure,
    hosting,
    mailboxes,
    notice,
    referrals,
    vip_letters,
    vip_page,
    vips,
)
from ifnotyou.services.restoring import mark_restored
from tests.company import NOW, TODAY, found
from tests.connectors.mailserver import Break, Fault, FaultySmtp
from tests.connectors.mailserver import Stage as At
from tests.letters import (
    FIRST,
    GOODBYE,
    MAIL,
    hosted,
    in_touch,
    name,
    referral_of,
    saved,
    tell_of_itself,
    written,
)

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def quick(monkeypatch, how):
    """A server that hangs costs a test little; any other answers, and may take its time."""
    if how is Break.HANG:
        monkeypatch.setattr(mailboxes, "TIMEOUT", 4.0)


@pytest.fixture
def acme(house):
    """The company, which has said what the notice needs."""
    tell_of_itself(house)
    return house


@contextmanager
def well_again(house):
    """A mail server as it should be, in place of the one that is not."""
    with FaultySmtp() as server:
        house.workspace.smtp_port = server.port
        house.workspace.save()
        yield server


def fresh(vip):
    return Vip.objects.get(pk=vip.pk)


def links_in(text):
    return re.findall(r"https?://\S+", text)


# --- the draft, and what arrives


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt"])
@pytest.mark.parametrize("terms", list(Terms))
def test_a_first_message_arrives_as_the_hosts_own_mail_with_notice_and_links(
    acme, mail_server, language, terms
):
    house = acme
    house.connect(house.jon, mail_server, "jon@example.org")
    address = f"kim-{language}-{terms}@example.net"
    vip = hosted(house, terms=Terms.NAMED if terms is Terms.INTRODUCE else terms, email=address)
    # Whoever is introduced has a row once they came; the word for them is the same.
    Referral.objects.update(terms=terms)
    words = written(vip, language=language)
    vip_letters.save_draft(vip, FIRST, words, by=house.jon, now=NOW)
    letter = vip_letters.send(vip, FIRST, by=house.jon, now=LATER)

    (mail,) = mail_server.messages(address)
    body = mail.get_content().replace("\r\n", "\n")
    told = vip_letters.told_of(vip, language)
    assert (letter.state, letter.body) == (LetterState.SENT, words.body)
    assert (mail["From"], mail["To"]) == ("Jon <jon@example.org>", f"Kim Park <{address}>")
    assert mail["Message-ID"] == letter.message_id
    assert told.sentence in body
    assert notice.text_of(vip, house.jon, language).strip() in body
    assert [link for link in links_in(body) if vip.forget_token in link] == [
        f"{settings.PUBLIC_URL}/v/{vip.forget_token}",
        f"{settings.PUBLIC_URL}/forget/{vip.forget_token}",
    ]
    for header in ("List-Unsubscribe", "Precedence", "X-Mailer", "Cc", "Bcc", "Sender", "Auto-Submitted"):
        assert mail[header] is None


def test_once_sent_the_contact_and_the_notice_are_on_record_and_it_is_their_turn(acme, mail_server):
    house = acme
    house.connect(house.jon, mail_server, "jon@example.org")
    vip = hosted(house, terms=Terms.ANONYMOUS, email="kim-record@example.net")
    saved(vip, language="de")
    vip_letters.send(vip, FIRST, by=house.jon, now=LATER)

    vip, letter = fresh(vip), Letter.objects.get()
    assert (vip.stage, vip.step, vip.contacted_at, vip.contacted_by) == (
        VipStage.CONTACTED,
        Step.WAIT,
        LATER,
        house.jon,
    )
    assert (vip.notice_how, vip.notice_version) == ("in_message", notice.NOTICE_VERSION)
    assert (vip.language, letter.sent_at, letter.notice_version) == ("de", LATER, notice.NOTICE_VERSION)
    assert referral_of(vip).thanked_on is not None
    assert "forget/" not in letter.body


def test_what_the_referrer_said_and_what_is_on_scorecards_is_not_in_the_draft(acme):
    vip = hosted(acme, why="The calmest person in a crisis.", works_at="Birch")
    for kind in LetterKind:
        draft = vip_letters.draft_of(vip, kind, "en", host=acme.jon)
        assert "calmest" not in draft.body
        assert "Birch" not in draft.body
        assert "Noor" not in draft.subject


def test_of_several_words_the_one_is_told_that_may_tell_most(acme):
    vip = name(acme, terms=Terms.ANONYMOUS)
    assert vip_letters.told_of(vip, "en").terms == Terms.ANONYMOUS
    name(acme, terms=Terms.CONFIDENTIAL)
    assert vip_letters.told_of(vip, "en").terms == Terms.CONFIDENTIAL
    name(acme, terms=Terms.NAMED)
    told = vip_letters.told_of(vip, "en")
    assert (told.referrer, told.sentence) == (
        "Noor Haddad",
        "Noor Haddad suggested you, and is happy for you to know.",
    )
    assert Referral.objects.filter(vip=vip).count() > 1
    body = vip_letters.draft_of(vip, FIRST, "en", host=acme.jon).body
    assert "anonymous" not in body
    assert "not to pass on" not in body


def test_of_a_word_that_was_not_announced_nothing_is_told(acme):
    vip = name(acme, terms=Terms.ANONYMOUS)
    ask = acme.hand() if not acme.decline().asks.exists() else acme.decline().asks.get()
    asks.start_talking(ask, by=acme.maya, now=NOW)
    referrals.give(ask, Given("Kim Park", email=MAIL), Terms.CONFIDENTIAL, by=acme.maya, now=NOW)
    assert vip_letters.told_of(vip, "en").terms == Terms.ANONYMOUS


def test_the_role_and_who_leads_it_stand_in_the_draft(acme):
    vip = hosted(acme)
    job = vip.job
    job.hiring_manager_external_id = "ana"
    job.save()
    body = vip_letters.draft_of(fresh(vip), FIRST, "en", host=acme.jon, offer="Any of these would do: …").body
    assert "Data Engineer, in Data. The team is led by Ana de la Cruz." in body
    assert "Any of these would do: …" in body
    job.hiring_manager_external_id = "jon"
    job.save()
    assert "led by" not in vip_letters.draft_of(fresh(vip), FIRST, "en", host=acme.jon).body


@pytest.mark.parametrize(
    ("language", "country", "begins"),
    [
        ("pt-BR", "", "pt"),
        ("", "AT", "de"),
        ("", "CH", "en"),
        ("nl", "FR", "en"),
        ("fr", "DE", "fr"),
        ("", "", "en"),
    ],
)
def test_a_letter_begins_in_their_language_as_far_as_it_is_known(acme, language, country, begins):
    vip = name(acme)
    vip.language, vip.country = language, country
    assert vip_letters.first_language(vip) == begins


def test_a_language_that_we_know_better_is_kept(acme):
    vip = hosted(acme)
    Vip.objects.update(language="pt-BR")
    saved(fresh(vip), language="pt")
    letter = vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW)
    vip_letters.say_sent(letter, by=acme.jon, now=NOW)
    assert fresh(vip).language == "pt-BR"


# --- who may write, and what holds a letter back


def refused(code, vip, kind=FIRST, *, by, now=NOW):
    with pytest.raises(Refusal) as caught:
        vip_letters.save_draft(vip, kind, written(vip, kind, by=by), by=by, now=now)
    assert caught.value.code == code
    return caught.value.text


def test_only_the_host_writes(acme):
    vip = name(acme)
    assert "take it first" in refused("no_host", vip, by=acme.recruiter)
    vip = hosting.take(vip, by=acme.jon, now=NOW)
    assert "Jon is their host" in refused("not_host", vip, by=acme.recruiter)
    assert not Letter.objects.exists()


def test_nobody_writes_to_whom_nobody_may(acme):
    vip = hosted(acme, works_at="Birch")
    entry = OffLimits.objects.create(
        workspace=acme.workspace,
        company="Birch",
        plain="birch",
        kind="own",
        owner="Bo Boss",
        reference="C-1",
        expires_on=TODAY + timedelta(days=30),
    )
    assert "Bo Boss" in refused("off_limits", vip, by=acme.jon)
    entry.delete()
    OptOut.objects.create(workspace=acme.workspace, key=vip_keys(vip, acme.workspace)[0])
    refused("opted_out", vip, by=acme.jon)
    OptOut.objects.all().delete()
    hosting.set_aside(vip, "colleague", by=acme.recruiter, now=NOW)
    refused("set_aside", fresh(vip), by=acme.jon)


def test_what_was_written_before_somebody_opted_out_does_not_leave(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, email="kim-out@example.net")
    saved(vip)
    Candidate.objects.create(
        workspace=acme.workspace,
        external_id="kim",
        name="Kim Park",
        mailbox="kim-out@example.net",
        do_not_contact=True,
    )
    for leave in (vip_letters.send, vip_letters.take_along):
        with pytest.raises(Refusal, match="not to be contacted"):
            leave(vip, FIRST, by=acme.jon, now=NOW)
    assert (Letter.objects.get().state, mail_server.messages("kim-out@example.net")) == (
        LetterState.DRAFT,
        [],
    )


@pytest.mark.parametrize(
    ("change", "code", "told"),
    [
        (lambda w: w._replace(body=""), "empty", "some words"),
        (lambda w: w._replace(subject="  "), "empty", "subject"),
        (
            lambda w: w._replace(body=w.body + " [one true thing about their work that you can point to]"),
            "gap",
            "gaps",
        ),
        (
            lambda w: w._replace(body=w.body.replace("Noor Haddad suggested you", "We found you")),
            "unkind",
            "exactly so",
        ),
        (lambda w: w._replace(subject="Noor sends me"), "unkind", "out of the subject"),
        (lambda w: w._replace(body=w.body + " There is a gift card in it for you."), "unkind", "reward"),
        (lambda w: w._replace(body=w.body + " Your manager knows that I write."), "unkind", "employer"),
        (
            lambda w: w._replace(body=w.body + " We heard that you are unhappy there."),
            "unkind",
            "how they feel",
        ),
        (lambda w: w._replace(language="nl"), "language", "Choose one"),
    ],
)
def test_a_letter_that_should_not_leave_does_not(acme, mail_server, change, code, told):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, email="kim-held@example.net")
    good = written(vip)
    words = change(_Words(good.subject, good.body, good.language))
    vip_letters.save_draft(vip, FIRST, vip_letters.Words(*words), by=acme.jon, now=NOW)
    for leave in (vip_letters.send, vip_letters.take_along):
        with pytest.raises(Refusal, match=told) as caught:
            leave(vip, FIRST, by=acme.jon, now=NOW)
        assert caught.value.code == code
    assert Letter.objects.get().state == LetterState.DRAFT
    assert mail_server.messages("kim-held@example.net") == []


def test_while_a_field_of_the_notice_is_empty_nothing_leaves_and_it_is_named(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, email="kim-notice@example.net")
    saved(vip)
    Workspace.objects.update(notice=acme.workspace.notice | {"authority": ""})
    for leave in (vip_letters.send, vip_letters.take_along):
        with pytest.raises(Refusal, match="authority") as caught:
            leave(vip, FIRST, by=acme.jon, now=NOW)
        assert caught.value.code == "notice"
    assert (Letter.objects.get().state, mail_server.messages("kim-notice@example.net")) == (
        LetterState.DRAFT,
        [],
    )


def test_nobody_is_written_to_at_work_nor_without_an_address(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, works_at="Birch & Sons", email="kim@birch.com")
    saved(vip)
    with pytest.raises(Refusal, match="at work"):
        vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    Vip.objects.update(email="", mailbox="", found_at="https://www.linkedin.com/in/kim")
    with pytest.raises(Refusal, match="No address"):
        vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    # The text can be taken to their profile.
    assert vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW).state == LetterState.TAKEN


def test_without_a_mailbox_nothing_is_claimed(acme):
    vip = hosted(acme)
    saved(vip)
    with pytest.raises(Refusal, match="not connected"):
        vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    assert Letter.objects.get().state == LetterState.DRAFT


# --- once


def test_a_second_try_is_refused_and_nothing_leaves(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, email="kim-twice@example.net")
    saved(vip)
    vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    for again in (
        lambda: saved(vip),
        lambda: vip_letters.send(vip, FIRST, by=acme.jon, now=NOW),
        lambda: vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW),
        lambda: vips.say_contacted(vip, vips.Contact(TODAY, "in_message", "2026-11"), by=acme.jon, now=NOW),
    ):
        with pytest.raises(Refusal, match=r"already|on record"):
            again()
    assert len(mail_server.messages("kim-twice@example.net")) == 1


def test_the_database_itself_holds_to_one_first_message(acme):
    vip = hosted(acme)
    Letter.objects.create(workspace=acme.workspace, vip=vip, kind=FIRST, state=LetterState.SENT)
    for state in (LetterState.SENDING, LetterState.TAKEN, LetterState.SENT, LetterState.UNCERTAIN):
        with pytest.raises(IntegrityError), transaction.atomic():
            Letter.objects.create(workspace=acme.workspace, vip=vip, kind=FIRST, state=state)


BEFORE = [
    (At.AUTH, "535 bad credentials"),
    (At.RCPT, "550 no such user"),
    (At.RCPT, Break.HANG),
    (At.END, "554 no"),
]
AFTER = [(At.CONTENT, Break.DROP), (At.END, Break.DROP), (At.END, Break.HANG), (At.END, "garbage")]


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("at", "how"), BEFORE)
def test_a_known_refusal_leaves_a_draft_and_says_why(acme, at, how):
    vip = hosted(acme)
    saved(vip)
    with FaultySmtp(Fault(at, how)) as server:
        acme.connect(acme.jon, server, "jon@example.org")
        letter = vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
        assert (letter.state, letter.claimed_at, letter.message_id, server.taken) == (
            LetterState.DRAFT,
            None,
            "",
            [],
        )
        assert letter.trouble
        assert fresh(vip).contacted_at is None
    with well_again(acme) as server:
        assert vip_letters.send(vip, FIRST, by=acme.jon, now=NOW).state == LetterState.SENT
        assert len(server.taken) == 1


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(("at", "how"), AFTER)
@pytest.mark.parametrize("kind", list(LetterKind))
def test_an_unclear_answer_is_uncertain_and_never_sent_again_by_itself(acme, clock, at, how, kind):
    vip = hosted(acme) if kind is FIRST else in_touch(acme)
    saved(vip, kind)
    with FaultySmtp(Fault(at, how)) as server:
        acme.connect(acme.jon, server, "jon@example.org")
        letter = vip_letters.send(vip, kind, by=acme.jon, now=NOW)
        for later in (timedelta(minutes=5), timedelta(days=1)):
            clock(NOW + later)
            tasks.run_the_day.func()
        for leave in (vip_letters.send, vip_letters.take_along):
            with pytest.raises(Refusal, match="not certain"):
                leave(vip, kind, by=acme.jon, now=NOW)
        letter = Letter.objects.get(pk=letter.pk)
        assert (letter.state, letter.trouble != "", server.taken) == (LetterState.UNCERTAIN, True, [])

    # Somebody looks, and says that it did not leave: then it may.
    vip_letters.say_not_sent(letter, by=acme.recruiter)
    with well_again(acme) as server:
        assert vip_letters.send(vip, kind, by=acme.jon, now=NOW).state == LetterState.SENT
        assert len(server.taken) == 1


def test_a_process_that_died_while_it_left_leaves_it_uncertain(acme, clock):
    vip = hosted(acme)
    letter = saved(vip)
    Letter.objects.filter(pk=letter.pk).update(state="sending", claimed_at=NOW, message_id="<x@example.org>")

    clock(NOW + timedelta(minutes=2))
    tasks.run_the_day.func()
    assert Letter.objects.get().state == LetterState.SENDING
    clock(NOW + timedelta(minutes=3))
    tasks.run_the_day.func()

    letter = Letter.objects.get()
    assert (letter.state, letter.trouble) == (LetterState.UNCERTAIN, vip_letters.LEFT_BEHIND)
    vip_letters.say_sent(letter, by=acme.jon, now=NOW + timedelta(days=1))
    assert (fresh(vip).stage, fresh(vip).contacted_at.date()) == (VipStage.CONTACTED, TODAY)


def test_the_outcome_of_an_earlier_try_says_nothing_about_a_later_one(acme):
    vip = hosted(acme)
    saved(vip)
    with FaultySmtp(Fault(At.END, Break.DROP)) as server:
        acme.connect(acme.jon, server, "jon@example.org")
        early = vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
        vip_letters.say_not_sent(early, by=acme.jon)
        again = vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    assert (again.state, early.message_id != again.message_id) == (LetterState.UNCERTAIN, True)

    vip_letters._finish(early, LetterState.DRAFT, "late", by=acme.jon, now=NOW)
    assert Letter.objects.get().state == LetterState.UNCERTAIN


def test_two_entries_of_one_address_get_one_message(acme):
    vip = hosted(acme)
    twin = name(acme, "K. Park", terms=Terms.ANONYMOUS, email="kim2@example.net")
    Vip.objects.filter(pk=twin.pk).update(mailbox=vip.mailbox, email=vip.email)
    twin = hosting.take(twin, by=acme.recruiter, now=NOW)
    saved(vip)
    saved(fresh(twin), by=acme.recruiter)
    vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW)

    with pytest.raises(Refusal, match="join the two first"):
        vip_letters.take_along(twin, FIRST, by=acme.recruiter, now=NOW)


def test_a_new_host_does_not_send_what_another_wrote_and_clears_up_what_may_have_left(acme):
    vip = hosted(acme)
    saved(vip)
    hosting.hand_on(vip, acme.maya, by=acme.recruiter, now=NOW)
    with pytest.raises(Refusal, match="Nothing is written yet"):
        vip_letters.take_along(vip, FIRST, by=acme.maya, now=NOW)
    saved(fresh(vip), by=acme.maya)
    letter = vip_letters.take_along(vip, FIRST, by=acme.maya, now=NOW)
    assert letter.by == acme.maya

    hosting.hand_on(fresh(vip), acme.jon, by=acme.recruiter, now=NOW)
    with pytest.raises(Refusal, match="say first whether it was sent"):
        vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW)
    vip_letters.say_sent(letter, by=acme.recruiter, now=NOW)
    assert (fresh(vip).contacted_by, fresh(vip).host) == (acme.maya, acme.jon)


def test_whoever_is_forgotten_while_a_letter_leaves_stays_forgotten(acme):
    vip = hosted(acme)
    saved(vip)
    letter = vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW)
    erasure.forget_named(vip, now=NOW)
    with pytest.raises(Refusal, match="no longer here"):
        vip_letters.say_sent(letter, by=acme.jon, now=NOW)
    assert (Vip.objects.count(), Letter.objects.count()) == (0, 0)


def test_what_has_left_is_kept_as_sent_also_where_somebody_opted_out_meanwhile(acme):
    vip = hosted(acme)
    saved(vip)
    letter = vip_letters.take_along(vip, FIRST, by=acme.jon, now=NOW)
    OptOut.objects.create(workspace=acme.workspace, key=vip_keys(vip, acme.workspace)[0])
    vip_letters.say_sent(letter, by=acme.jon, now=NOW)
    assert (Letter.objects.get().state, fresh(vip).contacted_at) == (LetterState.SENT, None)


def test_after_a_restore_nothing_leaves_that_may_have_left_since(acme):
    begun, bare, touched = (
        hosted(acme),
        name(acme, "Bo Bare", email=""),
        in_touch(acme, given="Di D", email="d@example.net"),
    )
    saved(begun)
    saved(touched, GOODBYE)
    hidden = referrals.intake(Given("Hy Hidden"), acme.decline().job, Terms.ANONYMOUS, TODAY)
    mark_restored(backup_at=datetime(2026, 6, 16, 9, tzinfo=UTC), now=NOW)
    assert set(Letter.objects.exclude(state="sent").values_list("vip", "kind", "state")) == {
        (begun.pk, "first", "uncertain"),
        (bare.pk, "first", "uncertain"),
        (hidden.pk, "first", "uncertain"),
        (touched.pk, "goodbye", "uncertain"),
    }
    with pytest.raises(Refusal, match="not certain"):
        vip_letters.take_along(begun, FIRST, by=acme.jon, now=NOW)
    assert "Restored from a backup of 16 June 2026" in Letter.objects.filter(vip=begun).get().trouble


def test_nothing_of_words_names_or_addresses_stands_in_the_book(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = hosted(acme, email="kim-book@example.net")
    saved(vip)
    vip_letters.send(vip, FIRST, by=acme.jon, now=NOW)
    told = str(list(AuditEvent.objects.values_list("verb", "detail")))
    assert not any(word in told for word in ("Kim", "Noor", "ferries", "example.net"))


# --- a goodbye


@pytest.mark.parametrize("stage", list(VipStage))
def test_a_goodbye_is_for_those_who_have_heard_from_us(acme, stage):
    vip = in_touch(acme)
    Vip.objects.update(stage=stage, host=acme.jon)
    vip = fresh(vip)
    if stage in {VipStage.CONTACTED, VipStage.TALKING, VipStage.IN_PROCESS}:
        assert saved(vip, GOODBYE).state == LetterState.DRAFT
    else:
        refused("stage", vip, GOODBYE, by=acme.jon)


def test_a_goodbye_that_left_parts_and_one_that_did_not_does_not(acme, mail_server):
    acme.connect(acme.jon, mail_server, "jon@example.org")
    vip = in_touch(acme, email="kim-bye@example.net")
    hosting.say_answered(vip, by=acme.jon, now=NOW)
    words = written(fresh(vip), GOODBYE)
    vip_letters.save_draft(vip, GOODBYE, words, by=acme.jon, now=NOW)
    assert fresh(vip).stage == VipStage.TALKING
    vip_letters.send(vip, GOODBYE, by=acme.jon, now=LATER)

    (mail,) = mail_server.messages("kim-bye@example.net")
    body = mail.get_content().replace("\r\n", "\n")
    vip = fresh(vip)
    assert (vip.stage, vip.closed_on, vip.due_at) == (VipStage.PARTED, TODAY, None)
    assert vip.retain_until is not None
    assert links_in(body) == [
        f"{settings.PUBLIC_URL}/v/{vip.forget_token}",
        f"{settings.PUBLIC_URL}/forget/{vip.forget_token}",
    ]
    assert "get in touch again" not in body
    with pytest.raises(Refusal, match="theirs to write again"):
        saved(vip, GOODBYE)


def test_the_door_is_only_said_to_be_open_where_they_said_yes(acme):
    vip = in_touch(acme)
    assert "get in touch again" not in written(vip, GOODBYE).body
    vip = hosting.keep_in_touch(vip, "Yes.", "2026-11", now=NOW)
    assert "get in touch again" in written(vip, GOODBYE).body


def test_after_parting_and_coming_back_there_can_be_another_goodbye(acme):
    vip = in_touch(acme)
    for _ in range(2):
        hosting.say_answered(vip, by=acme.jon, now=NOW)
        saved(fresh(vip), GOODBYE)
        letter = vip_letters.take_along(vip, GOODBYE, by=acme.jon, now=NOW)
        vip_letters.say_sent(letter, by=acme.jon, now=NOW)
        assert fresh(vip).stage == VipStage.PARTED
    assert Letter.objects.filter(kind=GOODBYE, state="sent").count() == 2


def test_whoever_was_hired_while_a_goodbye_was_under_way_is_not_parted_with(acme):
    vip = in_touch(acme)
    hosting.say_applied(vip, by=acme.jon, now=NOW)
    saved(fresh(vip), GOODBYE)
    letter = vip_letters.take_along(vip, GOODBYE, by=acme.jon, now=NOW)
    hosting.say_hired(vip, by=acme.jon, now=NOW)
    vip_letters.say_sent(letter, by=acme.jon, now=NOW)
    assert (fresh(vip).stage, Letter.objects.get(kind=GOODBYE).state) == (VipStage.HIRED, LetterState.SENT)


def test_a_goodbye_does_not_part_with_somebody_who_wrote_while_it_was_under_way(acme):
    vip = in_touch(acme)
    saved(vip, GOODBYE)
    letter = vip_letters.take_along(vip, GOODBYE, by=acme.jon, now=NOW)
    vip_page.want_more(vip, now=LATER)
    due = fresh(vip).due_at
    vip_letters.say_sent(letter, by=acme.jon, now=LATER + timedelta(days=1))

    vip = fresh(vip)
    assert (vip.stage, vip.step, vip.due_at, vip.closed_on) == (VipStage.TALKING, Step.ANSWER, due, None)
    saved(vip, GOODBYE)
    letter = vip_letters.take_along(vip, GOODBYE, by=acme.jon, now=LATER + timedelta(days=1))
    vip_letters.say_sent(letter, by=acme.jon, now=LATER + timedelta(days=1))
    assert fresh(vip).stage == VipStage.PARTED


def test_a_goodbye_needs_no_notice(acme):
    vip = in_touch(acme)
    Workspace.objects.update(notice={})
    saved(fresh(vip), GOODBYE)
    assert vip_letters.take_along(vip, GOODBYE, by=acme.jon, now=NOW).state == LetterState.TAKEN


# --- many hands at once


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("kind", list(LetterKind))
def test_of_many_who_send_the_same_letter_one_does(mail_server, clock, kind):
    house = found()
    address = f"kim-many-{kind}@example.net"
    with scope(workspace=house.workspace.pk):
        tell_of_itself(house)
        vip = hosted(house, email=address) if kind is FIRST else in_touch(house, email=address)
        saved(vip, kind)
        house.connect(house.jon, mail_server, "jon@example.org")
    said, start = [], threading.Barrier(6)

    def attempt(take):
        try:
            with scope(workspace=house.workspace.pk):
                start.wait()
                leave = vip_letters.take_along if take else vip_letters.send
                said.append(str(leave(vip, kind, by=house.jon, now=NOW).state))
        except Refusal as refusal:
            said.append(refusal.code)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=attempt, args=(number % 3 == 2,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    left = [one for one in said if one in {"sent", "taken"}]
    assert len(left) == 1, said
    assert set(said) - set(left) <= {"too_late", "contacted", "stage"}
    assert len(mail_server.messages(address)) == (left == ["sent"])


class _Words(vip_letters.Words):
    def _replace(self, **changes):
        return [changes.get(field, getattr(self, field)) for field in ("subject", "body", "language")]
