"""The page of somebody named: all that we hold and may tell, and what its buttons do, once."""

import html
import re
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.test import Client
from django.urls import reverse
from django_scopes import scopes_disabled
from icalendar import Calendar

from ifnotyou.models import AuditEvent, Job, Letter, QueuedJob, Referral, Talk, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.hosting import LetterState, Step, VipStage
from ifnotyou.playbook.retention import add_months
from ifnotyou.services import asks, hosting, notice, referrals, vip_letters, vips
from ifnotyou.services.restoring import mark_restored
from ifnotyou.services.vips import Contact
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, house  # noqa: F401 - fixtures
from tests.letters import FIRST, hosted, saved, tell_of_itself
from tests.services.test_notice import COMPLETE

KIM = Given(
    "Kim Park",
    found_at="https://birch.example/kim",
    email="kim@example.net",
    works_at="Birch",
    why="The calmest person in a crisis.",
)


@pytest.fixture(autouse=True)
def _nothing_counted_yet(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    caches["process"].clear()


def named(house, terms=Terms.NAMED, given=KIM):  # noqa: F811
    """Kim, whom Noor named; those who recruit can see it."""
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, Job.objects.get(), terms, TODAY)
        referrals.keep(vip, Job.objects.get(), terms, given.why, TODAY, receipt_hash="r" * 64)
    else:
        ask = house.decline().asks.first() or house.hand()
        if ask.state == "waiting":
            asks.start_talking(ask, by=house.maya, now=NOW)
        vip = referrals.give(ask, given, terms, by=house.maya, now=NOW).vip
    referrals.announce(house.workspace, now=NOW)
    return Vip.objects.get(pk=vip.pk)


def contacted(house, vip, *, now=NOW, **about):  # noqa: F811
    """Jon has taken it and written."""
    hosting.take(vip, by=house.jon, now=now)
    vips.say_contacted(vip, Contact(now.date(), "in_message", "2026-11", **about), by=house.jon, now=now)
    return Vip.objects.get(pk=vip.pk)


@pytest.fixture
def kim(house):  # noqa: F811
    return contacted(house, named(house))


@pytest.fixture
def browser():
    return Client(enforce_csrf_checks=True)


def address(vip):
    return reverse("vip_page", args=[vip.forget_token])


def text_of(answer):
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)[0]
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found)).split())


def everything():
    """All rows that a visit could leave behind."""
    with scopes_disabled():
        kinds = (Vip, Referral, AuditEvent, QueuedJob, Talk)
        return [list(kind.objects.order_by("pk").values()) for kind in kinds]


# --- what it says


def test_it_tells_who_thought_of_them_what_we_hold_and_who_is_there(house, kim, browser):  # noqa: F811
    house.jon.booking_link = "https://times.example/jon"
    house.jon.save()
    text = text_of(browser.get(address(kim)))
    for words in (
        "For Kim Park, from Acme",
        "Noor Haddad suggested you, and is happy for you to know.",
        "https://birch.example/kim",
        "kim@example.net",
        "Birch",
        "17 June 2026, Data Engineer",
        "“The calmest person in a crisis.”",
        "First message to you 17 June 2026",
        "legitimate interest",
        "Erased by itself 16 August 2026",
        "Jon",
        "jon@acme.example.org",
        "Choose a time for a conversation",
        "Tell me more",
        "No thanks, delete me",
        "Not now",
    ):
        assert words in text, words
    assert "Maya" not in text


@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "pt"])
def test_a_veiled_name_stays_veiled(house, browser, terms, language):  # noqa: F811
    vip = contacted(house, named(house, terms), now=NOW + timedelta(days=1), language=language)
    page = without_chance(browser.get(address(vip)).content.decode())
    for secret in ("Noor", "Maya", "17 June", "17. Juni", "17 juin", "17 de jun", "/r/", "/d/", "/cards/"):
        assert secret not in page, secret
    assert notice.sources_of(vip, language)[0] in html.unescape(page)
    assert "15" in page  # the Monday of that week


def test_every_word_for_them_is_shown_and_each_source_once(house, kim, browser):  # noqa: F811
    named(house, Terms.ANONYMOUS, Given("Kim Park", email="kim@example.net", why="Always right."))
    text = text_of(browser.get(address(kim)))
    assert "Always right." in text
    assert "by design we cannot trace who gave it" in text
    assert "in the week of 15 June 2026" in text
    assert text.count("Noor Haddad suggested you") == 1


def test_what_is_not_announced_is_not_told_yet(house, browser):  # noqa: F811
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    vip = referrals.give(ask, KIM, Terms.CONFIDENTIAL, by=house.maya, now=NOW).vip
    text = text_of(browser.get(address(vip)))
    assert "calmest" not in text
    assert "in your field" not in text


def test_the_notice_is_there_once_it_is_complete(house, kim, browser):  # noqa: F811
    assert "Our privacy notice" not in text_of(browser.get(address(kim)))
    notice.change(house.workspace, COMPLETE, by=house.admin)
    notice.confirm(house.workspace, "A", "B", "C", by=house.admin, today=TODAY)
    text = text_of(browser.get(address(kim)))
    for words in (
        "Our privacy notice",
        "Your right to object",
        "The Hamburg commissioner",
        "privacy@acme.example",
    ):
        assert words in text


def test_before_anybody_wrote_it_says_so(house, browser):  # noqa: F811
    text = text_of(browser.get(address(named(house))))
    assert "Nobody has written to you yet." in text
    assert "Nobody yet: somebody who knows the work" in text
    assert "No thanks, delete me" in text


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Jemand hat an Sie gedacht"),
        ("fr", "Quelqu’un a pensé à vous"),
        ("es", "Alguien pensó en usted"),
        ("pt-BR", "Alguém pensou em si"),
        ("en", "Somebody thought of you"),
    ],
)
def test_it_speaks_the_language_that_we_know_of_them(house, browser, language, title):  # noqa: F811
    vip = contacted(house, named(house), language=language)
    answer = browser.get(address(vip), headers={"accept-language": "fr" if language != "fr" else "de"})
    assert answer.headers["Content-Language"] == language[:2]
    assert f'<html lang="{language[:2]}">' in answer.content.decode()
    assert title in text_of(answer)
    assert {"de": "Sprache Deutsch", "fr": "Langue Français", "en": "Language English"}.get(
        language, ""
    ) in text_of(answer)


@pytest.mark.parametrize("language", ["", "nl"])
def test_without_one_of_ours_it_speaks_their_browsers(house, browser, language):  # noqa: F811
    vip = contacted(house, named(house), language=language)
    answer = browser.get(address(vip), headers={"accept-language": "de-AT"})
    assert "Jemand hat an Sie gedacht" in text_of(answer)
    answer = browser.get(address(vip))
    assert answer.headers["Content-Language"] == "en"
    assert ("Language nl" in text_of(answer), "<dt>Language" in answer.content.decode()) == (
        bool(language),
    ) * 2


def test_the_talk_that_is_agreed_on_is_shown_until_it_is_over(house, kim, browser, clock):  # noqa: F811
    house.jon.timezone = "Europe/Berlin"
    house.jon.save()
    starts = NOW + timedelta(days=1)
    about = {"workspace": house.workspace, "vip": kim, "host": house.jon, "minutes": 30}
    Talk.objects.create(starts_at=starts, place="By video", uid="a", **about)
    Talk.objects.create(starts_at=NOW + timedelta(hours=1), uid="b", cancelled=True, **about)
    answer = browser.get(f"{address(kim)}/talk.ics")
    (event,) = Calendar.from_ical(answer.content).walk("VEVENT")
    assert (str(event["uid"]), event.decoded("dtstart")) == ("a", starts)
    assert answer["Content-Type"].startswith("text/calendar")
    text = text_of(browser.get(address(kim)))
    assert "You talk on 18 June 2026 at 14:00 (Europe/Berlin). By video" in text
    clock(starts + timedelta(minutes=29))
    assert "You talk on" in text_of(browser.get(address(kim)))
    clock(starts + timedelta(minutes=31))
    assert "You talk on" not in text_of(browser.get(address(kim)))
    answer = browser.get(f"{address(kim)}/talk.ics")
    assert (answer.status_code, "Somebody thought of you" in text_of(answer)) == (404, True)


# --- looking leaves nothing


def test_looking_changes_nothing_and_is_written_down_nowhere(kim, browser, caplog):
    before = everything()
    for method in (browser.get, browser.head, browser.get):
        answer = method(address(kim))
        assert answer.status_code == 200
    assert everything() == before
    assert not answer.cookies
    assert kim.forget_token not in caplog.text


def test_its_head_is_as_strict_as_that_of_the_other_pages(kim, browser):
    answer = browser.get(address(kim))
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert (answer["Referrer-Policy"], answer["Cache-Control"]) == ("no-referrer", "no-store")
    assert b"<script" not in answer.content


@pytest.mark.parametrize("path", ["/v/made-up", "/v/made-up/talk.ics"])
def test_an_unknown_address_explains_itself(db, browser, path):
    answer = browser.get(path)
    assert answer.status_code == 404
    assert "This link leads nowhere any more" in text_of(answer)


def test_the_hash_that_is_kept_opens_nothing(kim, browser):
    assert browser.get(f"/v/{kim.forget_hash}").status_code == 404


# --- more


def test_tell_me_more_is_a_promise_to_them_and_pressing_again_moves_nothing(kim, browser, clock):  # noqa: F811
    answer = browser.post(address(kim), {"do": "more"})
    assert (answer.status_code, answer["Location"]) == (303, address(kim))
    kim.refresh_from_db()
    assert (kim.stage, kim.step, kim.more_wanted_on) == (VipStage.TALKING, Step.ANSWER, TODAY)
    kept = Vip.objects.values().get()
    clock(NOW + timedelta(hours=3))
    browser.post(address(kim), {"do": "more"})
    assert Vip.objects.values().get() == kept
    assert AuditEvent.objects.filter(verb="answered_host").count() == 1
    text = text_of(browser.get(address(kim)))
    assert "You would like to hear more: thank you. Jon writes to you personally, by 18 June 2026." in text
    assert "Tell me more" not in text
    assert "No thanks, delete me" in text


def test_an_answer_that_is_owed_already_stays_due_when_it_was(house, kim, browser):  # noqa: F811
    hosting.say_answered(kim, by=house.jon, now=NOW - timedelta(hours=2))
    due = Vip.objects.get().due_at
    browser.post(address(kim), {"do": "more"})
    kim.refresh_from_db()
    assert (kim.due_at, kim.more_wanted_on) == (due, TODAY)


def test_more_before_the_first_message_is_kept_for_whoever_writes(house, browser):  # noqa: F811
    vip = named(house)
    for _ in range(2):
        browser.post(address(vip), {"do": "more"})
    vip.refresh_from_db()
    assert (vip.stage, vip.more_wanted_on) == (VipStage.NAMED, TODAY)
    assert AuditEvent.objects.filter(verb="wanted_more").count() == 1
    assert "You would like to hear more" in text_of(browser.get(address(vip)))


def test_where_nobody_may_write_nothing_is_promised(house, browser):  # noqa: F811
    vip = named(house)
    hosting.set_aside(vip, "colleague", by=house.recruiter, now=NOW)
    text = text_of(browser.get(address(vip)))
    assert ("Tell me more" in text, "Somebody will" in text, "No thanks, delete me" in text) == (
        False,
        False,
        True,
    )
    assert browser.post(address(vip), {"do": "more"}).status_code == 409


def test_after_we_parted_they_can_come_back(kim, browser):
    Vip.objects.update(stage=VipStage.PARTED, closed_on=TODAY, step="", due_at=None)
    browser.post(address(kim), {"do": "more"})
    kim.refresh_from_db()
    assert (kim.stage, kim.step, kim.closed_on) == (VipStage.TALKING, Step.ANSWER, None)


def test_who_is_one_of_us_is_not_asked(kim, browser):
    Vip.objects.update(stage=VipStage.HIRED, closed_on=TODAY, step="", due_at=None)
    assert "Tell me more" not in text_of(browser.get(address(kim)))
    for do in ("more", "not_now"):
        answer = browser.post(address(kim), {"do": do})
        assert answer.status_code == 409
        assert "nothing was changed" in text_of(answer)


# --- not now


def test_not_now_keeps_nothing_for_later_and_expects_nothing(kim, browser, clock):  # noqa: F811
    page = browser.get(address(kim)).content.decode()
    assert not re.search(r"<input[^>]* checked", page)
    browser.post(address(kim), {"do": "not_now"})
    kim.refresh_from_db()
    assert (kim.stage, kim.step, kim.answered_on, kim.closed_on) == (
        VipStage.TALKING,
        Step.WAIT,
        TODAY,
        TODAY,
    )
    assert (kim.keep_consent_until, kim.keep_permission) == (None, {})
    assert kim.retain_until == add_months(TODAY, 6)
    kept = Vip.objects.values().get()
    clock(NOW + timedelta(days=3))
    browser.post(address(kim), {"do": "not_now"})
    assert Vip.objects.values().get() == kept
    text = text_of(browser.get(address(kim)))
    assert "Not now, then, and that is fine" in text
    browser.post(address(kim), {"do": "more"})
    kim.refresh_from_db()
    assert (kim.step, kim.closed_on) == (Step.ANSWER, None)


def test_only_a_yes_keeps_them_in_mind_and_it_can_be_taken_back(kim, browser):
    browser.post(address(kim), {"do": "not_now", "keep": "on"})
    kim.refresh_from_db()
    until = add_months(TODAY, 24)
    assert (kim.keep_consent_until, kim.retain_until) == (until, until)
    assert kim.keep_permission["wording"].startswith("You may get in touch with me again later.")
    assert kim.keep_permission["version"]
    assert "You said that we may get in touch again, until 17 June 2028 at most." in text_of(
        browser.get(address(kim))
    )
    for _ in range(2):
        browser.post(address(kim), {"do": "stop_keeping"})
    kim.refresh_from_db()
    assert (kim.keep_consent_until, kim.keep_permission) == (None, {})
    assert kim.retain_until == add_months(TODAY, 6)
    assert AuditEvent.objects.filter(verb="may_not_keep_in_touch").count() == 1


def test_before_the_first_message_there_is_nothing_that_could_wait(house, browser):  # noqa: F811
    vip = named(house)
    assert 'value="not_now"' not in browser.get(address(vip)).content.decode()
    before = everything()
    assert browser.post(address(vip), {"do": "not_now", "keep": "on"}).status_code == 409
    assert everything() == before


# --- an answer proves that the letter arrived


@pytest.fixture(params=[LetterState.TAKEN, LetterState.SENDING, LetterState.UNCERTAIN, "restored"])
def doubtful(request, house):  # noqa: F811
    """Kim, of whom nobody here knows whether Jon's first message has left."""
    tell_of_itself(house)
    vip = hosted(house)
    saved(vip)
    if request.param == "restored":
        mark_restored(backup_at=NOW - timedelta(days=1), now=NOW)
    else:
        Letter.objects.update(state=request.param, claimed_at=NOW)
    return vip


@pytest.mark.parametrize("keep", [{}, {"keep": "on"}])
def test_a_not_now_to_a_letter_in_doubt_is_heard_and_the_letter_has_left(house, doubtful, browser, keep):  # noqa: F811
    page = browser.get(address(doubtful)).content.decode()
    assert 'value="not_now"' in page
    assert browser.post(address(doubtful), {"do": "not_now"} | keep).status_code == 303
    vip, letter = Vip.objects.get(), Letter.objects.get()
    assert (vip.stage, vip.closed_on, vip.host, vip.contacted_by) == (
        VipStage.TALKING,
        TODAY,
        house.jon,
        house.jon,
    )
    assert bool(vip.keep_consent_until) == bool(keep)
    assert (letter.state, vip.contacted_at) == (LetterState.SENT, NOW)
    assert AuditEvent.objects.filter(verb="sent", noun_id=letter.pk, actor=None).count() == 1
    with pytest.raises(Refusal, match="left already"):
        vip_letters.say_not_sent(letter, by=house.jon)


def test_tell_me_more_to_a_letter_in_doubt_is_an_answer_that_is_owed(house, doubtful, browser):  # noqa: F811
    for _ in range(2):
        assert browser.post(address(doubtful), {"do": "more"}).status_code == 303
    vip, letter = Vip.objects.get(), Letter.objects.get()
    assert (vip.stage, vip.step, vip.answered_on) == (VipStage.TALKING, Step.ANSWER, TODAY)
    assert letter.state == LetterState.SENT
    with pytest.raises(Refusal):
        vip_letters.take_along(vip, FIRST, by=house.jon, now=NOW)


def test_whom_only_a_draft_is_meant_for_has_not_heard_from_us(house, browser):  # noqa: F811
    tell_of_itself(house)
    vip = hosted(house)
    saved(vip)
    browser.post(address(vip), {"do": "more"})
    assert browser.post(address(vip), {"do": "not_now"}).status_code == 409
    assert (Letter.objects.get().state, Vip.objects.get().contacted_at) == (LetterState.DRAFT, None)


# --- delete me


def test_delete_me_is_two_taps_at_the_same_size(kim, browser):
    page = browser.get(address(kim)).content.decode()
    buttons = re.search(r'<div class="actions same">.*?</div>', page, re.DOTALL)[0]
    assert len(re.findall(r"<button(?: name=\"do\" value=\"more\")?>", buttons)) == 2
    (way,) = re.findall(r'<form action="([^"]+)">', buttons)
    assert "Forget me now" in text_of(browser.get(way))
    assert Vip.objects.exists()
    assert browser.post(way).status_code == 200
    assert not Vip.objects.exists()
    for answer in (browser.get(address(kim)), browser.post(address(kim), {"do": "more"})):
        assert answer.status_code == 404


# --- something is wrong

RIGHT = {
    "do": "correct",
    "name": "Kim Park-Lee",
    "email": "Kim.Lee@example.net",
    "found_at": "birch.example/kim-lee",
    "works_at": "Cedar",
    "language": "de",
}


def test_they_put_right_what_we_hold_at_once(kim, browser):
    answer = browser.post(address(kim), RIGHT)
    assert answer.status_code == 200
    assert "Danke: Was wir über Sie haben, ist berichtigt." in text_of(answer)
    kim.refresh_from_db()
    told = (kim.name, kim.email, kim.found_at, kim.works_at, kim.language)
    assert told == ("Kim Park-Lee", "kim.lee@example.net", "https://birch.example/kim-lee", "Cedar", "de")
    assert (kim.mailbox, kim.profile) == ("kim.lee@example.net", "birch.example/kim-lee")
    line = AuditEvent.objects.get(verb="corrected")
    assert line.actor is None
    assert "Kim" not in str(line.detail)
    browser.post(address(kim), RIGHT)
    assert AuditEvent.objects.filter(verb="corrected").count() == 1


def test_what_they_leave_empty_is_no_longer_kept(kim, browser):
    browser.post(address(kim), {"do": "correct", "name": "Kim"})
    kim.refresh_from_db()
    assert (kim.name, kim.email, kim.found_at, kim.works_at, kim.mailbox, kim.profile) == ("Kim", *[""] * 5)


def test_a_telephone_number_is_taken_out_and_it_says_so(kim, browser):
    answer = browser.post(address(kim), RIGHT | {"works_at": "Cedar, tel. +49 30 1234567", "language": ""})
    assert "We left out what looked like a telephone number" in text_of(answer)
    assert Vip.objects.get().works_at == "Cedar"


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": " "}, "A name is needed here"),
        ({"name": "+49 30 1234567"}, "A name is needed here"),
        ({"name": "x" * 201}, "Please make it shorter."),
        ({"email": "nobody"}, "This is not a mail address."),
        ({"found_at": "not an address"}, "This is not the address of a public profile."),
        ({"found_at": "http://127.0.0.1/"}, "This is not the address of a public profile."),
        ({"language": "klingon"}, "Select a valid choice."),
    ],
)
def test_what_cannot_be_right_is_told_beside_its_field(kim, browser, changes, words):
    answer = browser.post(address(kim), RIGHT | changes)
    assert answer.status_code == 400
    assert words in text_of(answer)
    assert 'href="#correct"' in answer.content.decode()
    assert Vip.objects.get().name == "Kim Park"


def test_a_finer_language_stays_where_nobody_changed_it(house, browser):  # noqa: F811
    vip = contacted(house, named(house), language="pt-BR")
    browser.post(address(vip), RIGHT | {"language": "pt"})
    assert Vip.objects.get().language == "pt-BR"


def test_a_button_that_there_is_none_changes_nothing(kim, browser):
    before = everything()
    for form in ({}, {"do": "hire"}):
        assert browser.post(address(kim), form).status_code == 400
    assert everything() == before


@pytest.mark.usefixtures("same_hour")
def test_so_many_buttons_are_pressed_by_no_person(kim, browser):
    answers = [browser.post(address(kim), {"do": "hire"}).status_code for _ in range(22)]
    assert answers[:20] == [400] * 20
    assert answers[20:] == [429] * 2


def test_put_right_and_then_forgotten_they_do_not_come_back_by_the_former_address(house, kim, browser):  # noqa: F811
    browser.post(address(kim), RIGHT)
    kim.refresh_from_db()
    assert kim.email == "kim.lee@example.net"

    assert named(house, Terms.ANONYMOUS) == kim  # by what they were known by before
    browser.post(reverse("forget_me", args=[kim.forget_token]))
    for former in (Given("Kim P.", email=KIM.email), Given("Kim P.", found_at=KIM.found_at)):
        assert referrals.intake(former, Job.objects.get(), Terms.ANONYMOUS, TODAY) is None
    assert not Vip.objects.exists()
