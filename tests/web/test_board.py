"""The board: who sees whom, in what words, and one step at a time."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.models import AuditEvent, Job, Referral, User, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.playbook.hosting import VipStage, may_move
from ifnotyou.queries.board import SHOWN
from ifnotyou.services import hosting, referrals
from ifnotyou.web.board_cards import MOVES
from tests.company import NOW, TODAY, clock, found, house  # noqa: F401 - two are fixtures
from tests.hosted import at, give, in_every_stage, many, named

HTMX = {"HX-Request": "true"}


@pytest.fixture
def browser_of(house):  # noqa: F811
    def browser(who="recruiter"):
        client = Client()
        client.force_login(getattr(house, who))
        return client

    return browser


@pytest.fixture
def recruiter(browser_of):
    return browser_of()


def text_of(answer):
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return " ".join(
        html.unescape(re.sub(r"<[^>]+>", " ", found[0] if found else answer.content.decode())).split()
    )


def columns_of(answer):
    """By column, the names on its cards from top to bottom."""
    sections = re.findall(r'<section id="(\w+)"(.*?)</section>', answer.content.decode(), re.DOTALL)
    return {stage: re.findall(r'<a id="card-\d+"[^>]*>([^<]*)</a>', inside) for stage, inside in sections}


def card_of(answer, vip):
    found = re.search(rf'<li class="vip[^>]*id="vip-{vip.pk}".*?</li>', answer.content.decode(), re.DOTALL)
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", found[0])).split()) if found else ""


def move(client, vip, stage, *, query="", **headers):
    return client.post(f"/board/move/{query}", {"move": f"{vip.pk} {stage}"}, headers=headers)


def stage_of(vip):
    return Vip.objects.get(pk=vip.pk).stage


# --- what is to be seen


@pytest.mark.parametrize(
    ("who", "words"),
    [
        ("recruiter", "It begins with one sincere ask"),
        ("steward", "It begins with one sincere ask"),
        ("maya", "Nobody needs you as a host right now."),
    ],
)
def test_an_empty_board_says_how_it_begins(browser_of, who, words):
    assert words in text_of(browser_of(who).get("/board/"))


def test_every_stage_is_a_column_with_its_people(house, recruiter):  # noqa: F811
    there = in_every_stage(house)
    page = recruiter.get("/board/")
    assert columns_of(page) == {stage.value: [vip.name] for stage, vip in there.items()}
    for heading in ("Named 1", "In process 1", "Parted as friends 1", "No promise is broken."):
        assert heading in text_of(page)


def test_a_card_says_who_what_for_by_when_who_hosts_and_the_source(house, recruiter):  # noqa: F811
    vip = named(house, terms=Terms.NAMED)
    hosting.hand_on(vip, house.jon, by=house.recruiter, now=NOW)
    card = card_of(recruiter.get("/board/"), vip)
    assert card.startswith("KP Kim Park Data Engineer")
    assert "First message by 12:00 tomorrow, your time" in card
    assert "Jon? Nobody has taken it yet" in card
    assert "Noor Haddad suggested them, and may be named" in card


@pytest.mark.parametrize(
    ("terms", "words"), [(Terms.CONFIDENTIAL, "Named in confidence"), (Terms.ANONYMOUS, "Named anonymously")]
)
@pytest.mark.parametrize("who", ["recruiter", "admin", "steward", "jon"])
def test_a_veiled_name_tells_nothing_of_who_gave_it(house, browser_of, terms, words, who):  # noqa: F811
    vip = named(house, terms=terms)
    hosting.take(vip, by=house.jon, now=NOW)
    page = browser_of(who).get("/board/")
    assert words in card_of(page, vip)
    for secret in ("Noor", "Haddad", "Maya"):
        assert secret not in text_of(page)


def test_two_words_for_one_person_are_one_card_with_both(house, recruiter):  # noqa: F811
    vip = named(house, terms=Terms.NAMED, email="kim@example.net")
    give(house, "K. Park", Terms.ANONYMOUS, email="kim@example.net")
    page = recruiter.get("/board/")
    assert columns_of(page)["named"] == ["Kim Park"]
    assert "Named anonymously Noor Haddad suggested them, and may be named" in card_of(page, vip)


def test_a_name_is_not_seen_before_it_is_announced_nor_does_the_board_change(house, recruiter):  # noqa: F811
    named(house, "Kim Park")
    page = recruiter.get("/board/")
    give(house, "Secret Friend", Terms.CONFIDENTIAL, announce=False)
    again = recruiter.get("/board/")
    assert "Secret" not in text_of(again)
    assert page.context["board"].version == again.context["board"].version
    seen = page.context["board"].version
    assert recruiter.get(f"/board/?seen={seen}", headers=HTMX).status_code == 204
    referrals.announce(house.workspace, now=NOW)
    assert "Secret Friend" in recruiter.get(f"/board/?seen={seen}", headers=HTMX).content.decode()


def test_a_word_that_is_not_announced_is_not_told_beside_one_that_is(house, recruiter):  # noqa: F811
    vip = named(house, email="kim@example.net")
    before = recruiter.get("/board/")
    give(house, "K. Park", Terms.CONFIDENTIAL, announce=False, email="kim@example.net")
    assert Vip.objects.count() == 1
    after = recruiter.get("/board/")
    assert card_of(after, vip) == card_of(before, vip)
    assert before.context["board"].version == after.context["board"].version


@pytest.mark.parametrize(
    ("at_hour", "words"),
    [
        (0, "by 12:00 tomorrow, your time"),
        (12, "by 12:00 today, your time"),
        (25, "was due at 12:00 today, your time"),
        (37, "was due yesterday"),
        (24 * 4, "was due on 18 June"),
    ],
)
def test_when_something_is_due_is_told_in_words(house, recruiter, clock, at_hour, words):  # noqa: F811
    vip = named(house)
    clock(NOW + timedelta(hours=at_hour))
    assert words in card_of(recruiter.get("/board/"), vip)


def test_due_times_are_those_of_whoever_looks(house, recruiter):  # noqa: F811
    vip = named(house)
    Vip.objects.update(due_at=datetime(2026, 6, 19, 22, 30, tzinfo=UTC))
    for zone, words in (
        ("", "by Friday, 22:30 your time"),
        ("Asia/Tokyo", "by Saturday, 07:30 your time"),
        ("America/Los_Angeles", "by Friday, 15:30 your time"),
    ):
        User.objects.filter(pk=house.recruiter.pk).update(timezone=zone)
        assert words in card_of(recruiter.get("/board/"), vip)
    Vip.objects.update(due_at=datetime(2027, 1, 4, 9, tzinfo=UTC))
    assert "by 4 January 2027" in card_of(recruiter.get("/board/"), vip)


@pytest.mark.parametrize("who", ["recruiter", "admin", "steward", "jon"])
def test_a_broken_promise_is_marked_for_everybody(house, browser_of, clock, who):  # noqa: F811
    vip = at(house, "taken")
    assert "broken." in text_of(browser_of(who).get("/board/"))
    assert "No promise is broken." in text_of(browser_of(who).get("/board/"))
    clock(NOW + timedelta(days=2))
    page = browser_of(who).get("/board/")
    assert "⚠ Promise broken" in card_of(page, vip)
    assert "⚠ 1 promise is broken." in text_of(page)
    assert "Taken 1 ⚠ 1 late" in text_of(page)


def test_whose_turn_it_is_is_said_to_each_in_their_way(house, browser_of):  # noqa: F811
    waits, answers = at(house, "contacted", "Ada One"), at(house, "talking", "Ada Two")
    for who, turn, hosts in (
        ("jon", "Your turn Answer by", "You host"),
        ("recruiter", "Our turn Answer by", "Jon hosts"),
    ):
        page = browser_of(who).get("/board/")
        assert "Their turn until" in card_of(page, waits)
        assert turn in card_of(page, answers)
        assert hosts in card_of(page, answers)


def test_what_is_due_first_stands_first_and_what_is_set_aside_last(house, recruiter):  # noqa: F811
    late, soon, aside, later = (named(house, f"Ada {word}") for word in ("Late", "Soon", "Aside", "Later"))
    for vip, hours in ((late, -5), (soon, 2), (later, 90)):
        Vip.objects.filter(pk=vip.pk).update(due_at=NOW + timedelta(hours=hours))
    hosting.set_aside(aside, "colleague", by=house.recruiter, now=NOW)
    page = recruiter.get("/board/")
    assert columns_of(page)["named"] == ["Ada Late", "Ada Soon", "Ada Later", "Ada Aside"]
    assert "Set aside: they work here. Nobody writes" in card_of(page, aside)
    assert f'value="{aside.pk} taken"' not in page.content.decode()


def test_an_introduction_is_a_quiet_card_and_can_be_recorded(house, browser_of):  # noqa: F811
    referral = give(house, "", Terms.INTRODUCE)
    Referral.objects.update(expected_on=TODAY + timedelta(days=14))
    for who, may in (("recruiter", True), ("maya", True), ("steward", False), ("jon", None)):
        page = browser_of(who).get("/board/")
        seen = "Noor Haddad is introducing somebody; expected by 1 July; nothing to do." in text_of(page)
        assert seen is (may is not None)
        assert (f"/introductions/{referral.pk}/arrived/" in page.content.decode()) is bool(may)
    Referral.objects.update(arrived_on=TODAY)
    assert "introducing" not in text_of(browser_of().get("/board/"))


def test_long_and_strange_names_stay_text(house, recruiter):  # noqa: F811
    vip = named(house, '<script>alert("x")</script> O\'Neil & "Co"')
    Job.objects.update(title="<b>Boss</b>")
    page = recruiter.get("/board/").content.decode()
    assert "<script>alert" not in page
    assert "<b>Boss" not in page
    assert "O&#x27;Neil &amp; &quot;Co&quot;" in page
    assert vip.name in card_of(recruiter.get("/board/"), vip)


# --- who sees whom


def test_members_see_those_whom_they_host_or_are_to_host(house, browser_of):  # noqa: F811
    hosted = at(house, "talking", "Ada Hosted")
    proposed, other = named(house, "Ada Proposed"), named(house, "Ada Other")
    hosting.hand_on(proposed, house.jon, by=house.recruiter, now=NOW)
    hosting.hand_on(other, house.maya, by=house.recruiter, now=NOW)
    shown = columns_of(browser_of("jon").get("/board/"))
    assert {name for names in shown.values() for name in names} == {hosted.name, proposed.name}


def test_the_steward_reads_and_moves_nothing(house, browser_of):  # noqa: F811
    vip = at(house, "talking")
    steward = browser_of("steward")
    page = steward.get("/board/").content.decode()
    assert "Kim Park" in page
    assert "board/move" not in page
    assert "data-to" not in page
    assert "<button form" not in page
    assert move(steward, vip, "in_process").status_code == 403
    assert stage_of(vip) == "talking"


def test_somebody_elses_card_is_as_one_that_there_is_not(house, browser_of):  # noqa: F811
    vip, maya = at(house, "talking"), browser_of("maya")
    foreign, unknown = move(maya, vip, "in_process"), maya.post("/board/move/", {"move": "77 in_process"})
    assert (foreign.status_code, unknown.status_code) == (404, 404)
    assert "This one is no longer with you" in text_of(foreign)
    assert text_of(foreign) == text_of(unknown)
    assert stage_of(vip) == "talking"


def test_mine_are_those_whom_i_host_or_am_to_host(house, recruiter):  # noqa: F811
    at(house, "talking", "Ada Theirs")
    at(house, "contacted", "Ada Mine", host=house.recruiter)
    proposed = named(house, "Ada Proposed")
    hosting.hand_on(proposed, house.recruiter, by=house.admin, now=NOW)
    shown = columns_of(recruiter.get("/board/?mine=1"))
    assert {name for names in shown.values() for name in names} == {"Ada Mine", "Ada Proposed"}


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("park", {"Kim Park"}),
        ("kim pa", {"Kim Park"}),
        ("engineer ada", {"Ada Berg"}),
        ("nobody", set()),
        ("%", set()),
    ],
)
def test_somebody_is_found_by_name_or_role(house, recruiter, words, found):  # noqa: F811
    named(house, "Kim Park")
    at(house, "talking", "Ada Berg")
    page = recruiter.get("/board/", {"q": words})
    assert {name for names in columns_of(page).values() for name in names} == found
    if not found:
        assert "Nobody found." in text_of(page)


# --- one step at a time


def test_a_card_goes_from_column_to_column_and_back_by_its_buttons(house, recruiter):  # noqa: F811
    vip = named(house)
    for stage, words in (
        ("taken", "Kim Park: taken."),
        ("named", "Kim Park: named."),
        ("taken", "Kim Park: taken."),
    ):
        page = recruiter.get("/board/")
        assert f'value="{vip.pk} {stage}"' in page.content.decode()
        answer = recruiter.post("/board/move/", {"move": f"{vip.pk} {stage}"}, follow=True)
        assert words in text_of(answer)
        assert stage_of(vip) == stage


@pytest.mark.parametrize(
    ("was", "ways"),
    [
        ("contacted", ["talking", "contacted", "talking", "in_process", "talking"]),
        ("contacted", ["in_process", "hired", "in_process", "talking"]),
        ("parted", ["talking", "in_process", "hired"]),
    ],
)
def test_a_card_walks_on_and_back(house, recruiter, was, ways):  # noqa: F811
    vip = at(house, was)
    for stage in ways:
        assert move(recruiter, vip, stage).status_code == 302
        assert stage_of(vip) == stage
    assert AuditEvent.objects.filter(noun="vip", noun_id=vip.pk, actor=house.recruiter).count() >= len(ways)


@pytest.mark.parametrize(
    ("was", "to", "kind"),
    [
        ("taken", "contacted", "first"),
        ("contacted", "parted", "goodbye"),
        ("talking", "parted", "goodbye"),
        ("in_process", "parted", "goodbye"),
    ],
)
def test_what_wants_a_letter_leads_to_where_it_is_written(house, recruiter, was, to, kind):  # noqa: F811
    vip = at(house, was)
    answer = move(recruiter, vip, to)
    assert (answer.status_code, answer["Location"]) == (302, f"/names/{vip.pk}/{kind}/")
    answer = move(recruiter, vip, to, **HTMX)
    assert (answer.status_code, answer["HX-Redirect"]) == (200, f"/names/{vip.pk}/{kind}/")
    assert stage_of(vip) == was


def test_where_no_way_leads_it_is_said_and_nothing_moves(house, recruiter):  # noqa: F811
    there = in_every_stage(house)
    for was, vip in there.items():
        for to in set(VipStage) - {was}:
            if may_move(was, to):
                assert to in MOVES[was]
                continue
            assert to not in MOVES[was]
            answer = move(recruiter, vip, to)
            assert answer.status_code == 409, (was, to)
            assert answer.context["refusal"].text in text_of(answer)
            told = move(recruiter, vip, to, **HTMX)
            assert told.status_code == 200
            assert 'role="alert"' in told.content.decode()
            assert stage_of(vip) == was


def test_of_two_who_take_it_the_second_is_told(house, browser_of):  # noqa: F811
    vip = named(house)
    hosting.take(vip, by=house.jon, now=NOW)
    assert "Jon has taken it already." in text_of(move(browser_of(), vip, "taken"))
    assert "You have it already." in text_of(move(browser_of("jon"), vip, "taken"))
    assert Vip.objects.get().host == house.jon


def test_nobody_takes_somebody_who_was_set_aside(house, recruiter):  # noqa: F811
    vip = named(house)
    hosting.set_aside(vip, "colleague", by=house.recruiter, now=NOW)
    answer = move(recruiter, vip, "taken")
    assert (answer.status_code, stage_of(vip)) == (409, "named")
    assert "nobody writes to them" in text_of(answer)


@pytest.mark.parametrize("sent", ["", "x", "5", "5 gone", "5 taken more", "-5 taken", "9" * 25 + " taken"])
def test_what_no_button_sends_is_not_found(house, recruiter, sent):  # noqa: F811
    assert recruiter.post("/board/move/", {"move": sent}).status_code == 404


def test_after_a_move_one_sees_what_one_saw(house, recruiter):  # noqa: F811
    vip = named(house)
    answer = move(recruiter, vip, "taken", query="?q=kim&mine=1")
    assert answer["Location"] == "/board/?q=kim&mine=1"
    named(house, "Ada Berg")
    answer = move(recruiter, vip, "named", query="?q=kim", **HTMX)
    assert columns_of(answer)["named"] == ["Kim Park"]
    assert "Kim Park: named." in answer.content.decode()


# --- many, and live


def test_a_column_shows_the_first_and_leads_to_all_of_them(house, recruiter):  # noqa: F811
    people = many(house, 7 * 60)
    page = recruiter.get("/board/")
    assert all(len(names) == SHOWN for names in columns_of(page).values())
    assert "Talking 60" in text_of(page)
    assert '<a href="?stage=talking" aria-label="Show all 60: talking">' in page.content.decode()
    first, second = (columns_of(recruiter.get(f"/board/?stage=talking&page={n}")) for n in (1, 2))
    assert list(first) == ["talking"]
    assert first["talking"] + second["talking"] == [p.name for p in people if p.stage == "talking"]
    assert columns_of(page)["talking"] == first["talking"][:SHOWN]


@pytest.mark.parametrize(
    "query", ["?page=-1", "?stage=nowhere", "?stage=named&page=9999", "?mine=x&q=%00", "?seen=x"]
)
def test_nonsense_in_the_address_is_no_error(house, recruiter, query):  # noqa: F811
    named(house)
    assert recruiter.get(f"/board/{query}").status_code == 200


@pytest.mark.parametrize("who", ["recruiter", "jon"])
@pytest.mark.parametrize("query", ["", "?q=person", "?mine=1", "?stage=talking"])
def test_the_board_asks_the_database_as_often_for_many_as_for_one(house, browser_of, who, query):  # noqa: F811
    def queries(client):
        client.get("/board/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get(f"/board/{query}").status_code == 200
        return len(seen)

    client = browser_of(who)
    counts = []
    for more in (1, 2, 297):
        many(house, more)
        counts.append(queries(client))
    assert counts[0] == counts[1] == counts[2]


def test_looking_again_is_answered_only_where_something_changed(house, recruiter, clock):  # noqa: F811
    vip = named(house)
    seen = recruiter.get("/board/").context["board"].version

    def look():
        return recruiter.get(f"/board/?seen={seen}", headers=HTMX)

    assert look().status_code == 204
    hosting.take(vip, by=house.jon, now=NOW)
    assert columns_of(look())["taken"] == ["Kim Park"]
    seen = look().context["board"].version
    clock(NOW + timedelta(minutes=16))  # words like "today" change by the clock alone
    assert look().status_code == 200


def test_a_member_sees_nothing_change_that_is_not_theirs(house, browser_of):  # noqa: F811
    at(house, "talking", "Ada Hosted")
    other = named(house, "Ada Other")
    hosting.hand_on(other, house.maya, by=house.recruiter, now=NOW)
    jon = browser_of("jon")
    seen = jon.get("/board/").context["board"].version
    hosting.take(other, by=house.maya, now=NOW)
    assert jon.get(f"/board/?seen={seen}", headers=HTMX).status_code == 204


def test_one_company_does_not_see_the_other(house, recruiter):  # noqa: F811
    named(house, "Kim Park")
    other = found("Birch")
    with scope(workspace=other.workspace.pk):
        theirs = named(other, "Their Friend")
    assert "Their Friend" not in text_of(recruiter.get("/board/"))
    assert move(recruiter, theirs, "taken").status_code == 404
