"""The candidate's own page, as somebody uses it who has no account, no cookie and no script."""

import html
import re
import threading
from datetime import timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, AuditEvent, Job, OptOut, QueuedJob, Referral, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.confidences import ask_of_confidence
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import asks, referrals, thanks
from tests.chance import without_chance
from tests.company import NOW, WORDS, clock, house  # noqa: F401 - fixtures

SHOWN = re.compile(r"<(style|title)>.*?</\1>|<[^>]+>", re.DOTALL)


@pytest.fixture(autouse=True)
def _nothing_counted_yet():
    caches["process"].clear()


@pytest.fixture
def asked(house):  # noqa: F811
    """Noor was asked by Maya, by mail."""
    ask = house.hand()
    asks.take_along(ask, WORDS, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    ask.refresh_from_db()
    return ask


class Visitor:
    """Somebody with the link, and nothing else."""

    def __init__(self, ask, language="en"):
        self.client = Client(headers={"accept-language": language, "cookie": "ifnotyou=made-up"})
        self.address = f"/r/{ask.page_token}"

    def read(self, status=200):
        answer = self.client.get(self.address)
        assert answer.status_code == status
        return words_of(answer)

    def press(self, do, status=303, **fields):
        answer = self.client.post(self.address, {"do": do} | fields)
        assert answer.status_code == status, words_of(answer)
        if status == 303:
            assert answer.headers["Location"] == self.address
            return self.read()
        return words_of(answer)

    def give(self, who="Ida Wells", status=303, **fields):
        return self.press("name", status, who=who, **fields)


@pytest.fixture
def noor(asked):
    return Visitor(asked)


def words_of(answer):
    """What can be read on a page, the titles of its buttons too."""
    return " ".join(html.unescape(SHOWN.sub(" ", answer.content.decode())).split())


def state():
    return Ask.objects.get().state


# --- Opening it


def test_the_page_says_who_asks_for_which_role_and_that_nothing_follows_from_it(noor):
    page = noor.read()
    for words in (
        "Maya Chen of Acme asks, for the role Data Engineer:",
        "If not you, who should we talk to?",
        "Only if you are free to",
        "Leave out anybody your agreements cover; there is no need to tell us.",
        "has no consequence for you, and nobody will remind you",
        "For a role like Data Engineer: who is the strongest person you have worked with, even years ago?",
        "why the figures were wrong",
    ):
        assert words in page


def test_the_four_ways_come_with_their_limits_the_easiest_first_and_none_is_chosen(asked, noor):
    page = noor.read()
    places = [
        page.index(way)
        for way in (
            "I’ll introduce you",
            "You may say it was me",
            "Keep my name between us",
            "Don’t let anybody know",
        )
    ]
    assert places == sorted(places)
    assert "You can take this back until we have told them." in page
    assert (
        "unless the law obliges us to, and then we ask you first. This holds if you choose nothing." in page
    )
    assert "Not on this page, for it is yours and could not be anonymous." in page
    source = noor.client.get(noor.address).content.decode()
    assert " checked" not in source
    assert "never tell" not in page


def test_the_anonymous_page_is_told_as_text_and_not_as_a_link(asked, noor):
    source = noor.client.get(noor.address).content.decode()
    token = asked.decline.job.page.token
    assert f"http://testserver/d/{token}</p>" in source
    assert not re.search(r"<a [^>]*href=\"(?!#)", source)
    assert "holders" not in source
    assert "people were sent" not in words_of(noor.client.get(noor.address))


@pytest.mark.parametrize("method", ["get", "head"])
def test_opening_it_changes_nothing(asked, noor, method):
    before = everything()
    for _ in range(3):
        assert getattr(noor.client, method)(noor.address).status_code == 200
    assert everything() == before


def everything():
    return [
        list(model.objects.order_by("pk").values())
        for model in (Ask, Referral, Vip, AuditEvent, OptOut, QueuedJob)
    ]


def test_other_methods_do_nothing(noor):
    for method in ("put", "delete", "patch", "options"):
        assert getattr(noor.client, method)(noor.address).status_code == 405


# --- A name


def test_a_name_is_kept_in_confidence_where_nothing_is_chosen(asked, noor):
    before = AuditEvent.objects.count(), QueuedJob.objects.count()
    page = noor.give("Ida Wells, Birch", why="The calmest person on call.")

    kept = Referral.objects.get()
    assert (kept.terms, kept.ask, kept.announced_on) == (Terms.CONFIDENTIAL, None, None)
    assert (kept.vip.name, kept.vip.works_at, kept.why) == (
        "Ida Wells",
        "Birch",
        "The calmest person on call.",
    )
    assert ask_of_confidence(kept) == asked
    assert (AuditEvent.objects.count(), QueuedJob.objects.count()) == before
    assert state() == AskState.ASKED
    assert "Thank you" in page
    assert "You gave one name, in confidence." in page
    assert "Only Maya Chen knows that it came from you." in page


def test_a_name_that_may_be_told_keeps_the_sentence_of_the_permission(asked, noor):
    page = noor.give(terms="named")

    kept = Referral.objects.get()
    assert (kept.terms, kept.ask) == (Terms.NAMED, asked)
    assert kept.permission["wording"] == (
        "You may say it was me: When we write to them, we tell them that you suggested them. "
        "You can take this back until we have told them."
    )
    assert kept.permission["at"] == NOW.isoformat()
    assert kept.permission["version"]
    assert state() == AskState.NAMED
    assert "we may say that it came from you" in page


@pytest.mark.parametrize("terms", ["named", "confidential"])
def test_the_same_form_twice_keeps_one_name(noor, terms):
    noor.give("https://www.linkedin.com/in/ida-wells/", terms=terms)
    page = noor.give("Ida Wells, linkedin.com/in/Ida-Wells?trk=1", terms=terms, why="Kind, and exact.")
    assert "You gave one name" in page
    assert Referral.objects.get().why == "Kind, and exact."
    assert Vip.objects.count() == 1


def test_of_the_same_name_on_other_terms_the_last_word_counts(noor):
    noor.give(terms="named")
    assert "You gave one name, in confidence." in noor.give(terms="confidential")
    assert (Referral.objects.get().terms, Referral.objects.get().ask) == (Terms.CONFIDENTIAL, None)
    assert state() == AskState.ASKED
    noor.give(terms="named")
    assert (Referral.objects.get().terms, state()) == (Terms.NAMED, AskState.NAMED)


def test_another_name_that_may_be_told_stays_told(noor):
    noor.give(terms="named")
    noor.give("Jo Bell", terms="named")
    noor.give(terms="confidential")
    assert state() == AskState.NAMED
    assert sorted(Referral.objects.values_list("terms", flat=True)) == ["confidential", "named"]


def test_what_was_written_is_not_changed_once_a_host_has_been_in_touch(noor):
    noor.give(why="Kind.")
    Vip.objects.update(contacted_at=NOW)
    noor.give(why="Kind, and exact.")
    assert Referral.objects.get().why == "Kind."
    assert "no longer be changed" in noor.give(terms="named", status=409)


def test_up_to_three_names_and_no_more(noor):
    for who in ("Ida Wells", "Jo Bell", "Kim Park"):
        page = noor.give(who)
    assert "You gave 3 names, in confidence." in page
    assert "Somebody else comes to mind" not in page
    assert "as many names as we take" in noor.give("Lee Brown", status=409)
    assert Referral.objects.count() == 3


def test_no_name_is_ever_shown_again(noor):
    for terms in ("named", "confidential"):
        page = noor.give(f"{terms.title()} Wells, Birch", terms=terms, why="The kindest reviews.")
    for words in ("Wells", "Birch", "kindest"):
        assert words not in without_chance(page)


def test_without_a_name_the_field_says_what_is_missing(noor):
    answer = noor.client.post(noor.address, {"do": "name", "who": " ", "why": "So kind"})
    source = answer.content.decode()
    assert answer.status_code == 400
    assert "Somebody has to be named here." in words_of(answer)
    assert re.search(
        r'<input[^>]*name="who"[^>]*aria-invalid="true"[^>]*aria-describedby="[^"]*who_error', source
    )
    assert 'id="who_error"' in source
    assert "So kind</textarea>" in source
    assert Referral.objects.count() == 0


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"who": "x" * 301}, "too long for a name"),
        ({"who": "Ida", "why": "x" * 501}, "make it shorter"),
        ({"who": "Ida", "works_at": "x" * 201}, "few words are enough"),
        ({"who": "Ida", "terms": "whatever"}, "Please choose one of the ways."),
        ({"who": "Ida\0Wells"}, "Please look at this again below"),
        ({"who": "Ida Wells, Jo Bell, Kim Park, Lee Brown"}, "please name one person"),
        ({"who": "+49 171 2345678"}, "We keep no telephone numbers"),
        ({"who": "ida@example.org"}, "only if you tick that it is welcome"),
    ],
)
def test_what_cannot_be_kept_is_said_beside_the_field(noor, fields, told):
    assert told in noor.press("name", 400, **fields)
    assert Referral.objects.count() == 0


@pytest.mark.parametrize("terms", ["introduce", "anonymous"])
def test_a_name_typed_with_a_way_that_needs_none_is_not_kept(noor, terms):
    assert "Nothing was kept" in noor.give(terms=terms, status=400)
    assert Referral.objects.count() == 0


def test_an_address_is_kept_where_they_would_be_glad_of_mail(noor):
    noor.give("Ida Wells, ida@example.org", welcome="on")
    assert Vip.objects.get().email == "ida@example.org"


def test_what_is_taken_out_is_said_before_anything_is_kept(noor):
    fields = {"who": "Ida Wells", "why": "Call her on +49 171 2345678, she is great."}
    page = noor.give(status=200, **fields)
    assert "Nothing is kept yet." in page
    assert "We leave out what looks like a telephone number" in page
    assert Referral.objects.count() == 0
    noor.give(as_it_is="1", **fields)
    assert "2345678" not in Referral.objects.get().why


def test_remarks_better_not_written_down_are_pointed_out_once(noor):
    page = noor.give(why="She is on parental leave, and very good.", terms="named", status=200)
    assert "Some words may be more than they would like" in page
    assert "parental leave" in page
    assert Referral.objects.count() == 0

    noor.give(why="Very good.", terms="named")
    assert (Referral.objects.get().why, Referral.objects.get().terms) == ("Very good.", "named")


def test_remarks_are_kept_where_they_say_so(noor):
    noor.give(why="She is on parental leave, and very good.", as_it_is="1")
    assert "parental leave" in Referral.objects.get().why


def test_somebody_who_wants_to_be_forgotten_is_not_kept_and_the_page_says_what_it_always_says(house, noor):  # noqa: F811
    gone = Vip(
        workspace=house.workspace, mailbox="ida@example.org", email="ida@example.org", name="Ida Wells"
    )
    for key in vip_keys(gone, house.workspace):
        OptOut.objects.create(workspace=house.workspace, key=key)
    page = noor.give("Ida Wells, ida@example.org", welcome="on", status=200)
    assert Vip.objects.count() == Referral.objects.count() == 0

    usual = noor.give("Jo Bell, jo@example.org", welcome="on")
    assert page == usual


# --- The other ways


def test_an_introduction_comes_with_words_to_pass_on_and_an_address_to_put_in_copy(asked, noor):
    first = noor.read()
    assert "I got to know Acme a little" in first
    assert "maya@example.org" in first
    page = noor.press("introduce")
    noor.press("introduce")

    kept = Referral.objects.get()
    assert (kept.terms, kept.ask, kept.vip) == (Terms.INTRODUCE, asked, None)
    assert state() == AskState.NAMED
    assert "You said that you will introduce us." in page
    assert "I got to know Acme a little" in page
    source = noor.client.get(noor.address).content.decode()
    assert "mailto:" not in source
    assert set(re.findall(r'<(?:input|textarea)[^>]* name="(\w+)"', source)) == {
        "terms",
        "who",
        "works_at",
        "why",
        "welcome",
        "word",
    }


def test_nobody_is_an_answer_and_can_be_changed(noor):
    page = noor.press("nobody")
    noor.press("nobody")
    assert state() == AskState.NOBODY
    assert "that is a good answer" in page
    assert "Somebody has come to mind after all" in page
    noor.give(terms="named")
    assert state() == AskState.NAMED


def test_nobody_after_a_name_is_asked_back(noor):
    noor.give()
    assert "You have given a name already." in noor.press("nobody", 409)
    assert state() == AskState.ASKED


def test_please_do_not_ask_me_again_is_for_good(house, noor):  # noqa: F811
    page = noor.press("never")
    assert "We will not ask you again" in page
    assert noor.press("never") == page
    assert state() == AskState.OPTED_OUT
    assert OptOut.objects.exists()
    assert "not possible any more" in noor.give(status=409)


def test_names_can_be_taken_back_after_the_wish_for_peace_too(noor):
    noor.give()
    page = noor.press("never")
    assert "You gave one name, in confidence." in page
    noor.press("take_back")
    assert Referral.objects.count() == Vip.objects.count() == 0
    assert state() == AskState.OPTED_OUT


# --- Taking it back


def test_what_was_given_can_be_taken_back_and_is_gone(noor):
    noor.give(terms="named")
    noor.give("Jo Bell")
    page = noor.press("take_back")
    assert "If not you, who should we talk to?" in page
    assert Referral.objects.count() == Vip.objects.count() == 0
    assert state() == AskState.ASKED
    assert noor.press("take_back") == page


def test_once_a_host_has_been_in_touch_it_cannot_be_taken_back(noor):
    noor.give()
    Vip.objects.update(contacted_at=NOW)
    assert "cannot be taken back here any more" in noor.read()
    assert "no longer be changed or taken back here. They can tell us" in noor.press("take_back", 409)
    assert Referral.objects.count() == 1


# --- "Tell me when you have spoken"

SPOKEN = "we have been in touch with them. Thank you."
WILL_READ = "You will read here when we have spoken with them."
OFFER = "Let me read here when you have spoken"


def test_unasked_nobody_reads_of_it_and_the_tick_is_not_set(noor):
    assert 'name="word" id="word" checked' not in noor.client.get(noor.address).content.decode()
    page = noor.give()
    assert OFFER in page
    assert WILL_READ not in page
    Vip.objects.update(contacted_at=NOW)
    page = noor.read()
    assert SPOKEN not in page
    assert OFFER in page


@pytest.mark.parametrize("terms", ["named", "confidential"])
@pytest.mark.parametrize("tick", [True, False], ids=["with the name", "afterwards"])
def test_who_wants_to_know_reads_that_we_have_spoken_and_no_more(noor, mailoutbox, terms, tick):
    page = noor.give(terms=terms, **({"word": "on"} if tick else {}))
    if not tick:
        page = noor.press("tell_me")
    assert WILL_READ in page
    assert OFFER not in page
    Vip.objects.update(contacted_at=NOW, answered_on=NOW.date())
    page = noor.read()
    assert SPOKEN in page
    assert WILL_READ not in page
    assert "Ida" not in without_chance(page)
    run_due_jobs()
    assert not any("example.com" in address for mail in mailoutbox for address in mail.recipients())


def test_whoever_would_rather_not_know_after_all_reads_nothing(noor):
    noor.give(word="on")
    assert OFFER in noor.press("never_mind")
    Vip.objects.update(contacted_at=NOW)
    assert SPOKEN not in noor.read()


def test_where_only_one_of_two_was_reached_the_page_does_not_say_which(noor):
    noor.give("Ida Wells", word="on")
    noor.give("Jo Bell", word="on", terms="named")
    Vip.objects.filter(name="Jo Bell").update(contacted_at=NOW)
    assert "we have been in touch with somebody whom you named. Thank you." in noor.read()


def test_the_wish_of_a_confidential_name_stands_in_no_column(house, asked, noor):  # noqa: F811
    noor.give(word="on")
    row = Referral.objects.values().get()
    assert row["wants_word"] is False
    assert ask_of_confidence(Referral.objects.get()) == asked
    thanks.say_thanked(asked, by=house.maya, now=NOW)
    assert WILL_READ in noor.read()
    noor.press("never_mind")
    assert thanks.was_thanked(referrals.names_of(asked))


def test_the_wish_changes_the_encrypted_cell_of_every_confidential_name_alike(house, noor):  # noqa: F811
    noor.give()
    other = referrals.keep(
        Vip.objects.get(), Job.objects.get(), Terms.CONFIDENTIAL, "", NOW.date(), ask=Ask.objects.get()
    )
    Referral.objects.filter(pk=other.pk).update(source=f"{999:020d}00")
    before = dict(Referral.objects.values_list("pk", "source"))
    noor.press("tell_me")
    after = dict(Referral.objects.values_list("pk", "source"))
    assert after[other.pk] == before[other.pk]  # what it says; it is encrypted anew all the same
    assert {len(source) for source in after.values()} == {len(source) for source in before.values()}


def test_somebody_who_wants_to_be_forgotten_is_promised_a_word_as_anybody_else(house, noor):  # noqa: F811
    gone = Vip(
        workspace=house.workspace, mailbox="ida@example.org", email="ida@example.org", name="Ida Wells"
    )
    for key in vip_keys(gone, house.workspace):
        OptOut.objects.create(workspace=house.workspace, key=key)
    page = noor.give("Ida Wells, ida@example.org", welcome="on", word="on", status=200)
    assert not Vip.objects.exists()
    assert page == noor.give("Jo Bell, jo@example.org", welcome="on", word="on")


def test_whoever_introduces_somebody_is_promised_nothing_and_thanked_when_it_arrives(house, asked, noor):  # noqa: F811
    page = noor.press("introduce")
    assert OFFER not in page
    referral = Referral.objects.get()
    referrals.introduction_arrived(referral, Given("Ida Wells"), by=house.maya, now=NOW)
    page = noor.read()
    assert "Your introduction has reached us. Thank you." in page
    assert "You said that you will introduce us." not in page
    assert "Ida" not in without_chance(page)
    assert "no longer be changed or taken back here." in noor.press("take_back", 409)


# --- Closed


def test_a_page_that_leads_nowhere_says_nothing_about_anybody(house, asked, noor, clock):  # noqa: F811
    noor.read()
    unknown = Client().get("/r/made-up")
    assert unknown.status_code == 404
    for name in ("Noor", "Maya", "Acme", "Data Engineer"):
        assert name not in unknown.content.decode()

    clock(NOW + timedelta(days=91))
    gone = noor.client.get(noor.address)
    assert (gone.status_code, gone.content) == (410, unknown.content)
    assert noor.client.post(noor.address, {"do": "name", "who": "Ida Wells"}).status_code == 410

    clock(NOW)
    Ask.objects.update(state=AskState.WAITING, asked_at=None)
    waiting = noor.client.get(noor.address)
    assert (waiting.status_code, waiting.content) == (404, unknown.content)
    assert noor.client.post(noor.address, {"do": "never"}).status_code == 404
    assert (Referral.objects.count(), OptOut.objects.count()) == (0, 0)


@pytest.mark.parametrize("status", ["filled", "closed"])
def test_a_role_that_is_no_longer_open_takes_no_names_but_still_the_wish_for_peace(noor, status):
    Job.objects.update(status=status)
    assert "This role is no longer open" in noor.read()
    assert "nothing was kept" in noor.give(status=409)
    assert "nothing was kept" in noor.press("introduce", 409)
    assert Referral.objects.count() == 0
    noor.press("never")
    assert state() == AskState.OPTED_OUT


def test_names_given_before_the_role_was_filled_can_still_be_taken_back(noor):
    noor.give()
    Job.objects.update(status="filled")
    assert "Take it back" in noor.read()
    noor.press("take_back")
    assert Referral.objects.count() == 0


# --- What nobody should get through


def test_the_page_of_one_is_not_the_page_of_another(house, asked, noor):  # noqa: F811
    referrals.give(asked, Given("Ida Wells"), Terms.NAMED, now=NOW)
    assert "made-up" not in Client().get("/r/made-up").content.decode()
    assert Client().post(f"/r/{asked.page_hash}", {"do": "take_back"}).status_code == 404
    assert Referral.objects.count() == 1


def test_an_unknown_button_does_nothing(noor):
    before = everything()
    for do in ("", "delete", "name "):
        noor.press(do, 400)
    assert everything() == before


@pytest.mark.usefixtures("same_hour")
def test_more_than_a_person_would_press_is_held_off_for_the_hour(noor):
    for _ in range(20):
        noor.press("nobody")
    assert "A little too often" in noor.press("nobody", 429)
    assert noor.read()


def test_what_people_type_is_shown_as_text(asked, noor):
    asked.asker.name = "<b>Maya</b>"
    asked.asker.save()
    answer = noor.client.post(noor.address, {"do": "name", "who": " ", "why": "</textarea><b>x</b>"})
    assert "<b>" not in answer.content.decode()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("fields", "referrals_kept", "state_then"),
    [
        ({"do": "name", "who": "Ida Wells"}, 1, AskState.ASKED),
        ({"do": "name", "who": "Ida Wells", "terms": "named"}, 1, AskState.NAMED),
        ({"do": "introduce"}, 1, AskState.NAMED),
        ({"do": "nobody"}, 0, AskState.NOBODY),
        ({"do": "never"}, 0, AskState.OPTED_OUT),
    ],
)
def test_a_button_pressed_twice_at_once_counts_once(noor, fields, referrals_kept, state_then):
    start, answers = threading.Barrier(3), []

    def press():
        start.wait()
        try:
            answers.append(Client().post(noor.address, fields).status_code)
        finally:
            connection.close()

    fingers = [threading.Thread(target=press) for _ in range(3)]
    for finger in fingers:
        finger.start()
    for finger in fingers:
        finger.join()
    assert answers == [303] * 3
    assert (Referral.objects.count(), state()) == (referrals_kept, state_then)
