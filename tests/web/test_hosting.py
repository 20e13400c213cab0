"""What a host does for somebody named, from the first tap to a hire, and what nobody can do."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_scopes import scope

from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import AuditEvent, Job, Letter, OptOut, Referral, Role, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.playbook.hosting import LetterKind, LetterState, Step, VipStage
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import ats, hosting, imports, vip_letters, vips
from ifnotyou.services.referrals import intake
from ifnotyou.services.vips import Contact
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, found, house, usual_story  # noqa: F401 - two are fixtures
from tests.files.written import write
from tests.web.test_names import another_ask, contact, give, text_of

CONTACT = Contact(on=TODAY, notice_how="in_message", notice_version="2026-11")
NEXT = {"words": "Tell them about the team", "day": "2026-06-19", "turn": "ours"}


@pytest.fixture
def browser_of_role(house):  # noqa: F811
    def browser(role="recruiter"):
        client = Client()
        client.force_login(getattr(house, role))
        return client

    return browser


@pytest.fixture
def recruiter(browser_of_role):
    return browser_of_role()


@pytest.fixture
def maya(browser_of_role):
    return browser_of_role("maya")


@pytest.fixture
def jon(browser_of_role):
    return browser_of_role("jon")


def managed_by(house, key="jon"):  # noqa: F811
    """The role has a hiring manager: they are proposed as the host."""
    house.tell(usual_story(notes="Moves to the heron colony.").job(hiring_manager_id=key))


def at_stage(house, stage, host=None, **about):  # noqa: F811
    """Kim, so far on their way."""
    host = host or house.recruiter
    vip = give(house, **about).vip
    if stage == VipStage.NAMED:
        return vip
    hosting.take(vip, by=host, now=NOW)
    if stage != VipStage.TAKEN:
        vips.say_contacted(vip, CONTACT, by=host, now=NOW)
    if stage in {VipStage.TALKING, VipStage.IN_PROCESS, VipStage.HIRED}:
        hosting.say_answered(vip, by=host, now=NOW)
    if stage in {VipStage.IN_PROCESS, VipStage.HIRED}:
        hosting.say_applied(vip, by=host, now=NOW)
    if stage == VipStage.HIRED:
        hosting.say_hired(vip, by=host, now=NOW)
    vip.refresh_from_db()
    if stage == VipStage.PARTED:
        hosting.part(vip, now=NOW)
        vip.save()
    return vip


def post(client, vip, what, **form):
    return client.post(f"/names/{vip.pk}/{what}/", form)


def say(client, vip, said, seen=None):
    return post(client, vip, f"say/{said}", seen=seen or vip.stage)


def page(client, vip):
    return text_of(client.get(f"/names/{vip.pk}/"))


# --- who hosts


def test_the_page_says_who_is_proposed_why_and_by_when(house, recruiter, jon):  # noqa: F811
    managed_by(house)
    vip = give(house).vip
    shown = page(recruiter, vip)
    assert "Nobody is their host yet" in shown
    assert "Jon is proposed as the hiring manager of this role. Nobody has taken it yet." in shown
    assert "By 12:00 tomorrow, your time" in shown
    assert "By 14:00 tomorrow, your time" in page(jon, vip)
    assert "Will you be their host?" in page(jon, vip)


def test_one_tap_takes_it_and_a_second_one_changes_nothing(house, recruiter):  # noqa: F811
    vip = give(house).vip
    for _ in range(2):
        assert post(recruiter, vip, "take").status_code == 302
    vip.refresh_from_db()
    assert (vip.stage, vip.host, vip.step) == (VipStage.TAKEN, house.recruiter, Step.WRITE)
    assert AuditEvent.objects.filter(verb="hosts").count() == 1
    shown = page(recruiter, vip)
    assert "You are their host" in shown
    assert f'href="/names/{vip.pk}/first/">Write the first message</a>' in shown


def test_who_comes_second_is_told_who_was_first(house, recruiter, browser_of_role):  # noqa: F811
    vip = give(house).vip
    post(recruiter, vip, "take")
    answer = post(browser_of_role("admin"), vip, "take")
    assert answer.status_code == 409
    assert "They have a host already" in text_of(answer)
    assert "Recruiter is their host" in text_of(answer)


def test_nobody_takes_somebody_who_asked_to_be_left_alone(house, recruiter):  # noqa: F811
    vip = give(house, email="kim@example.net").vip
    OptOut.objects.create(workspace=house.workspace, key=vip_keys(vip, house.workspace)[0])
    assert "Take it" not in page(recruiter, vip)
    assert post(recruiter, vip, "take").status_code == 409


def test_a_colleague_sees_only_whom_they_host_or_are_to_host(house, jon, maya):  # noqa: F811
    managed_by(house)
    vip = give(house).vip
    assert jon.get(f"/names/{vip.pk}/").status_code == 200
    assert maya.get(f"/names/{vip.pk}/").status_code == 404
    assert post(maya, vip, "take").status_code == 404
    hosting.take(vip, by=house.recruiter, now=NOW)
    assert jon.get(f"/names/{vip.pk}/").status_code == 404
    assert jon.get("/names/").status_code == 403


@pytest.mark.parametrize("terms", [Terms.NAMED, Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_a_colleague_who_hosts_sees_the_person_and_nothing_of_the_ask(house, jon, terms):  # noqa: F811
    managed_by(house)
    vip = give(house, terms=terms, why="Calm in a crisis.", works_at="Birch").vip
    give(house, "Kim Park", Terms.ANONYMOUS, ask=another_ask(house), email="x@example.net")
    post(jon, vip, "take")
    shown = page(jon, vip)
    for there in ("Calm in a crisis.", "Put something right", "What we hold"):
        assert there in shown
    secrets = ["heron", "/declines/", "/cards/", "Join the two", "Ask whoever gave", "weigh", "Maya"]
    if terms is not Terms.NAMED:
        secrets += ["Noor", "17 June", "Ida"]
    for secret in secrets:
        assert secret not in without_chance(shown), secret
    assert post(jon, vip, "join", other=1).status_code == 403
    assert post(jon, vip, "question").status_code == 403
    assert post(jon, vip, "set-aside", why="colleague").status_code == 403


def test_the_steward_reads_and_does_nothing(house, browser_of_role):  # noqa: F811
    steward = browser_of_role("steward")
    for stage in VipStage:
        vip = at_stage(house, stage, given=f"Name {stage}")
        shown = page(steward, vip)
        assert "<button" not in shown
        assert "/correct/" not in shown
        Vip.objects.filter(pk=vip.pk).delete()
    vip = at_stage(house, VipStage.TALKING)
    for what in ("take", "give-back", "hand-on", "say/applied", "next", "correct", "role"):
        assert post(steward, vip, what).status_code == 403, what
    assert post(steward, vip, "set-aside").status_code == 403


def test_whoever_cannot_gives_it_back_and_somebody_else_is_proposed(house, jon, recruiter):  # noqa: F811
    managed_by(house)
    vip = give(house).vip
    post(jon, vip, "take")
    answer = post(jon, vip, "give-back")
    assert answer.url == "/board/"
    assert jon.get(f"/names/{vip.pk}/").status_code == 404
    vip.refresh_from_db()
    assert (vip.stage, vip.host, vip.proposed) == (VipStage.NAMED, None, house.recruiter)


def test_whoever_is_proposed_may_say_not_me(house, jon):  # noqa: F811
    managed_by(house)
    vip = give(house).vip
    assert "Not me" in page(jon, vip)
    assert post(jon, vip, "give-back").url == "/board/"
    vip.refresh_from_db()
    assert vip.proposed == house.recruiter


# --- handing on


def test_a_colleague_is_found_by_name_and_hosts_from_then_on(house, recruiter, jon):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    listed = text_of(recruiter.get(f"/names/{vip.pk}/hand-on/?q=jon"))
    (key,) = re.findall(r'name="who" value="([^"]+)"', listed)
    answer = recruiter.post(f"/names/{vip.pk}/hand-on/", {"who": key}, follow=True)
    assert "Jon hears of it at once." in text_of(answer)
    assert 'name="who"' not in text_of(recruiter.get(f"/names/{vip.pk}/hand-on/?q=jon"))
    vip.refresh_from_db()
    assert (vip.host, vip.stage) == (house.jon, VipStage.TALKING)
    assert jon.get(f"/names/{vip.pk}/").status_code == 200


def test_only_colleagues_who_are_there_can_be_chosen(house, recruiter):  # noqa: F811
    story = usual_story()
    story.employee("gone", name="Zed Gone", email="gone@example.org", active=False)
    story.employee("away", name="Zed Away", email="away@example.org")
    story.employee("mute", name="Zed Mute", email="")
    story.employee("here", name="Zed Here", email="here@example.org")
    house.tell(story)
    away = house.employee("away")
    away.away_until = TODAY
    away.save()
    vip = at_stage(house, VipStage.TAKEN)
    assert recruiter.get(f"/names/{vip.pk}/hand-on/?q=%00").status_code == 200
    listed = text_of(recruiter.get(f"/names/{vip.pk}/hand-on/?q=zed"))
    assert [name for name in ("Gone", "Away", "Mute", "Here") if f"Zed {name}" in listed] == ["Here"]
    assert "Steward" not in text_of(recruiter.get(f"/names/{vip.pk}/hand-on/?q=steward"))
    for key in (
        f"colleague-{away.pk}",
        f"account-{house.steward.pk}",
        "",
        "x",
        "colleague-",
        "account-²",
        "9" * 400,
    ):
        answer = post(recruiter, vip, "hand-on", who=key)
        assert answer.status_code == 409, key
        assert "Please choose somebody else." in text_of(answer)
    vip.refresh_from_db()
    assert vip.host == house.recruiter


def test_somebody_who_never_signed_in_is_invited(house, recruiter, mailoutbox):  # noqa: F811
    vip = at_stage(house, VipStage.TAKEN)
    sam = house.employee("sam")
    for _ in range(2):  # a double click
        assert post(recruiter, vip, "hand-on", who=f"colleague-{sam.pk}").status_code == 302
    vip.refresh_from_db()
    assert (vip.host.email, vip.host.role) == ("sam@example.org", Role.MEMBER)
    assert AuditEvent.objects.filter(verb="handed_on").count() == 1


def test_the_proposal_is_handed_on_too_and_the_day_stays(house, recruiter):  # noqa: F811
    vip = give(house).vip
    post(recruiter, vip, "hand-on", who=f"colleague-{house.jon.employee.pk}")
    vip.refresh_from_db()
    assert (vip.stage, vip.host, vip.proposed) == (VipStage.NAMED, None, house.jon)
    assert "Jon is proposed. Nobody has taken it yet." in page(recruiter, vip)


@pytest.mark.parametrize("stage", [VipStage.HIRED, VipStage.PARTED])
def test_nobody_is_handed_on_at_the_end(house, recruiter, stage):  # noqa: F811
    vip = at_stage(house, stage)
    answer = post(recruiter, vip, "hand-on", who=f"colleague-{house.jon.employee.pk}")
    assert (answer.status_code, "Nothing more is promised" in text_of(answer)) == (409, True)


# --- from contact to a hire


def test_the_whole_way_from_a_name_to_a_hire(house, recruiter):  # noqa: F811
    vip = give(house).vip
    post(recruiter, vip, "take")
    contact(recruiter, vip)
    assert "Nobody reminds them" in page(recruiter, vip)
    for said, after, words in (
        ("answered", VipStage.TALKING, "An answer: they wrote to us"),
        ("applied", VipStage.IN_PROCESS, "Tell them what happens next"),
        ("hired", VipStage.HIRED, "They are one of us, since 17 June 2026"),
    ):
        vip.refresh_from_db()
        assert say(recruiter, vip, said).status_code == 302
        seen = vip.stage
        vip.refresh_from_db()
        assert vip.stage == after
        assert words in page(recruiter, vip)
        assert say(recruiter, vip, said, seen).status_code == 302  # a double click
        vip.refresh_from_db()
        assert vip.stage == after


def test_a_double_click_on_a_slip_goes_back_one_stage_and_not_two(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.HIRED)
    for _ in range(2):
        assert say(recruiter, vip, "back", VipStage.HIRED).status_code == 302
    vip.refresh_from_db()
    assert vip.stage == VipStage.IN_PROCESS
    assert say(recruiter, vip, "back").status_code == 302
    vip.refresh_from_db()
    assert vip.stage == VipStage.TALKING
    assert say(recruiter, vip, "silent").status_code == 302
    vip.refresh_from_db()
    assert vip.stage == VipStage.CONTACTED


@pytest.mark.parametrize("seen", [VipStage.NAMED, VipStage.HIRED, "", "nonsense", "x" * 500])
def test_a_page_that_is_old_moves_nobody(house, recruiter, seen):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED)
    answer = post(recruiter, vip, "say/applied", seen=seen)
    assert answer.status_code == 409
    assert "Something happened meanwhile." in text_of(answer)
    vip.refresh_from_db()
    assert vip.stage == VipStage.CONTACTED


@pytest.mark.parametrize("said", ["answered", "silent", "applied", "hired", "back"])
@pytest.mark.parametrize("stage", [VipStage.NAMED, VipStage.TAKEN])
def test_nothing_is_said_of_whom_nobody_contacted(house, recruiter, stage, said):  # noqa: F811
    vip = at_stage(house, stage)
    assert say(recruiter, vip, said).status_code == 409
    vip.refresh_from_db()
    assert vip.stage == stage


def test_no_way_of_the_page_parts_with_anybody(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    shown = page(recruiter, vip)
    assert f'href="/names/{vip.pk}/goodbye/">Write a goodbye</a>' in shown
    assert "parting wants a personal note" in shown
    assert not re.search(r'action="[^"]*(?:goodbye|close|part|reject)[^"]*"', shown)
    assert recruiter.post(f"/names/{vip.pk}/say/parted/").status_code == 404


def test_after_the_goodbye_it_is_theirs_to_write_again(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.PARTED)
    shown = page(recruiter, vip)
    assert "Parted as friends on 17 June 2026" in shown
    assert "They wrote again" in shown
    assert say(recruiter, vip, "answered").status_code == 302
    vip.refresh_from_db()
    assert vip.stage == VipStage.TALKING


def test_letters_that_left_can_be_read_and_drafts_are_nobody_elses(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED)
    for kind, state, body in (
        (LetterKind.FIRST, LetterState.SENT, "The lighthouse talk was lovely."),
        (LetterKind.GOODBYE, LetterState.DRAFT, "Half a thought"),
    ):
        Letter.objects.create(
            workspace=house.workspace,
            vip=vip,
            kind=kind,
            state=state,
            body=body,
            by=house.recruiter,
            sent_at=NOW,
        )
    shown = page(recruiter, vip)
    assert "The lighthouse talk was lovely." in shown
    assert "Half a thought" not in shown
    assert "Go on with the goodbye" in shown


# --- the next step


def test_the_next_step_has_words_a_day_and_whose_turn_it_is(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    for _ in range(2):
        assert post(recruiter, vip, "next", **NEXT).status_code == 302
    vip.refresh_from_db()
    assert (vip.step, vip.step_words) == (Step.OWN, "Tell them about the team")
    assert vip.due_at == datetime(2026, 6, 19, 17, 30, tzinfo=UTC)
    shown = page(recruiter, vip)
    for words in ("Tell them about the team", "By Friday, 17:30 your time", "<dd>Yours</dd>"):
        assert words in shown
    post(recruiter, vip, "next", **NEXT | {"turn": "theirs"})
    assert "Until 19 June 2026" in page(recruiter, vip)
    assert "<dd>Theirs</dd>" in page(recruiter, vip)


def test_a_day_ends_when_the_hosts_does(house, recruiter):  # noqa: F811
    house.jon.timezone = "Asia/Kolkata"
    house.jon.save()
    vip = at_stage(house, VipStage.TALKING, host=house.jon)
    post(recruiter, vip, "next", **NEXT)
    vip.refresh_from_db()
    assert vip.due_at == datetime(2026, 6, 19, 12, tzinfo=UTC)


def test_today_is_possible_even_after_work(house, recruiter, clock):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    clock(NOW.replace(hour=20))
    assert post(recruiter, vip, "next", **NEXT | {"day": "2026-06-17"}).status_code == 302
    vip.refresh_from_db()
    assert vip.due_at == NOW.replace(hour=23, minute=59)


@pytest.mark.parametrize(
    "wrong",
    [
        {"words": ""},
        {"words": "   "},
        {"words": "x" * 201},
        {"words": "Call them on +49 170 1234567"},
        {"words": "Write to kim@example.net"},
        {"day": ""},
        {"day": "2026-06-16"},
        {"day": "2026-12-24"},
        {"day": "soon"},
        {"day": "9999-12-31"},
        {"day": "0001-01-01"},
        {"turn": ""},
        {"turn": "nobody"},
    ],
)
def test_a_step_without_a_date_or_with_a_number_is_not_kept(house, recruiter, wrong):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    before = vip.due_at
    answer = post(recruiter, vip, "next", **NEXT | wrong)
    assert answer.status_code == 400
    assert "Nothing was kept yet" in text_of(answer)
    vip.refresh_from_db()
    assert (vip.due_at, vip.step) == (before, Step.ANSWER)


@pytest.mark.parametrize("stage", [VipStage.NAMED, VipStage.TAKEN, VipStage.HIRED, VipStage.PARTED])
def test_before_the_first_message_and_after_the_end_there_is_no_next_step(house, recruiter, stage):  # noqa: F811
    assert post(recruiter, at_stage(house, stage), "next", **NEXT).status_code == 409


def test_a_broken_promise_is_said_plainly_to_everybody(house, recruiter, browser_of_role, clock):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    assert "A promise is broken" not in page(recruiter, vip)
    clock(NOW + timedelta(days=2))
    for role in ("recruiter", "steward", "admin"):
        assert "A promise is broken:</strong> it was due yesterday." in page(browser_of_role(role), vip)


# --- nobody may write


def test_a_name_is_set_aside_for_what_we_know_and_taken_up_again(house, recruiter):  # noqa: F811
    vip = give(house, email="maya@example.org").vip
    assert "Set aside: nobody may write" in page(recruiter, vip)
    assert post(recruiter, vip, "set-aside", why="colleague").status_code == 302
    vip.refresh_from_db()
    assert (vip.set_aside, vip.stage) == ("colleague", VipStage.NAMED)
    shown = page(recruiter, vip)
    assert (
        "They work here already: nobody writes to them. The name is erased by itself on 15 July 2026."
        in shown
    )
    assert "Take it<" not in shown
    assert post(recruiter, vip, "take").status_code == 409
    for _ in range(2):
        assert post(recruiter, vip, "set-aside", again="1").status_code == 302
    vip.refresh_from_db()
    assert (vip.set_aside, vip.step) == ("", Step.TAKE)


@pytest.mark.parametrize("why", ["colleague", "opted_out", "off_limits", "bored", "", "perhaps_same"])
def test_nobody_is_set_aside_for_what_does_not_hold(house, recruiter, why):  # noqa: F811
    vip = at_stage(house, VipStage.TAKEN)
    assert "Set aside" not in page(recruiter, vip)
    assert post(recruiter, vip, "set-aside", why=why).status_code == 400
    vip.refresh_from_db()
    assert (vip.set_aside, vip.stage) == ("", VipStage.TAKEN)


def test_taking_up_again_does_nothing_to_whom_was_not_set_aside(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TAKEN)
    post(recruiter, vip, "set-aside", again="1")
    vip.refresh_from_db()
    assert vip.stage == VipStage.TAKEN


def test_whoever_heard_from_us_is_not_set_aside(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING, email="maya@example.org")
    assert post(recruiter, vip, "set-aside", why="colleague").status_code == 409


# --- putting it right, and other roles

RIGHT = {
    "name": "Kim Parker",
    "works_at": "Willow Ltd",
    "found_at": "linkedin.com/in/kimparker/?utm_source=x",
    "email": "Kim.P@example.net",
    "country": "DE",
    "language": "de",
}


def test_what_we_hold_is_put_right_with_all_that_they_are_known_by(house, recruiter):  # noqa: F811
    vip = give(house, works_at="Birch").vip
    form = text_of(recruiter.get(f"/names/{vip.pk}/correct/"))
    assert 'value="Birch"' in form
    assert post(recruiter, vip, "correct", **RIGHT).status_code == 302
    vip.refresh_from_db()
    assert (vip.name, vip.works_at, vip.found_at) == (
        "Kim Parker",
        "Willow Ltd",
        "https://www.linkedin.com/in/kimparker",
    )
    assert (vip.mailbox, vip.profile, vip.namesake) == ("kim.p@example.net", "kimparker", "kim parker|willow")
    assert (vip.country, vip.language) == ("DE", "de")
    event = AuditEvent.objects.get(verb="corrected")
    assert set(event.detail["fields"]) == set(RIGHT)
    assert "Kim" not in str(event.detail)
    post(recruiter, vip, "correct", **RIGHT)
    assert AuditEvent.objects.filter(verb="corrected").count() == 1


def test_what_their_host_put_right_brings_nobody_new_by_the_former_address(house, jon):  # noqa: F811
    managed_by(house)
    vip = give(house, email="kim@example.net", found_at="https://birch.example/kim").vip
    post(jon, vip, "correct", **RIGHT)
    for former in ({"email": "kim@example.net"}, {"found_at": "https://birch.example/kim"}):
        given = Given("K. Park", **former)
        assert intake(given, Job.objects.get(), Terms.ANONYMOUS, TODAY) == vip
    assert Vip.objects.count() == 1


def test_whoever_hosts_may_put_it_right(house, jon):  # noqa: F811
    managed_by(house)
    vip = give(house).vip
    assert post(jon, vip, "correct", **RIGHT).status_code == 302


def test_a_telephone_number_is_taken_out(house, recruiter):  # noqa: F811
    vip = give(house).vip
    post(recruiter, vip, "correct", **RIGHT | {"works_at": "Willow +49 170 1234567"})
    vip.refresh_from_db()
    assert "170" not in vip.works_at


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"name": "+49 170 1234567"},
        {"name": "x" * 201},
        {"email": "not an address"},
        {"found_at": "see their badge"},
        {"country": "XX"},
        {"language": "German"},
    ],
)
def test_what_cannot_be_right_is_not_kept(house, recruiter, wrong):  # noqa: F811
    vip = give(house).vip
    assert post(recruiter, vip, "correct", **RIGHT | wrong).status_code == 400
    vip.refresh_from_db()
    assert vip.name == "Kim Park"


def more_roles(house):  # noqa: F811
    for key, title, status in (
        ("z", "Zoologist", "open"),
        ("a", "Astronomer", "open"),
        ("c", "Closed", "closed"),
    ):
        Job.objects.create(workspace=house.workspace, external_id=key, title=title, status=status, level=9)


def test_other_roles_are_listed_by_title_and_one_is_chosen(house, recruiter):  # noqa: F811
    more_roles(house)
    vip = at_stage(house, VipStage.TALKING)
    form = text_of(recruiter.get(f"/names/{vip.pk}/role/"))
    options = re.findall(r'<option value="(\d+)">([^<]+)<', form)
    assert [title for _, title in options] == ["Astronomer", "Zoologist"]
    assert post(recruiter, vip, "role", job=options[1][0]).status_code == 302
    vip.refresh_from_db()
    assert (vip.job.title, vip.stage) == ("Zoologist", VipStage.TALKING)
    shown = page(recruiter, vip)
    assert "<dt>Role</dt><dd>Zoologist</dd>" in shown
    assert Referral.objects.get().job.title == "Data Engineer"


@pytest.mark.parametrize("job", ["", "x", "0", "9" * 30])
def test_a_role_that_is_none_is_not_chosen(house, recruiter, job):  # noqa: F811
    more_roles(house)
    vip = give(house).vip
    for wrong in (job, Job.objects.get(external_id="c").pk):
        assert post(recruiter, vip, "role", job=wrong).status_code == 400
    vip.refresh_from_db()
    assert vip.job.title == "Data Engineer"


def test_at_the_end_there_is_no_other_role(house, recruiter):  # noqa: F811
    more_roles(house)
    vip = at_stage(house, VipStage.PARTED)
    assert post(recruiter, vip, "role", job=Job.objects.get(external_id="a").pk).status_code == 409


# --- into the company's own system


def export(client, method="get"):
    answer = getattr(client, method)("/board/names.csv")
    assert answer.status_code == 200
    assert answer.headers["Content-Disposition"] == 'attachment; filename="names-2026-06-17.csv"'
    return list(csv.DictReader(io.StringIO(answer.content.decode())))


@pytest.mark.parametrize("stage", VipStage)
def test_only_whom_a_host_took_and_contacted_is_exported(house, recruiter, stage):  # noqa: F811
    vip = at_stage(house, stage)
    there = {VipStage.CONTACTED, VipStage.TALKING, VipStage.IN_PROCESS, VipStage.HIRED}
    assert [row["stage"] for row in export(recruiter)] == ([stage] if stage in there else [])
    Vip.objects.filter(pk=vip.pk).update(exported_at=NOW)
    assert bool(export(recruiter)) == (stage in there | {VipStage.PARTED})


def test_the_row_has_an_owner_the_permitted_source_and_a_link_back(house, recruiter, settings):  # noqa: F811
    settings.PUBLIC_URL = "https://ask.example.com"
    vip = at_stage(house, VipStage.TALKING, email="kim@example.net", works_at="Birch", why="Calm.")
    (row,) = export(recruiter)
    assert row == {
        "external_key": f"ifnotyou-{vip.pk}",
        "candidate_name": "Kim Park",
        "email": "kim@example.net",
        "profile": "",
        "company": "Birch",
        "job_id": "job",
        "job_title": "Data Engineer",
        "owner_name": "Recruiter",
        "owner_email": "recruiter@acme.example.org",
        "source": "Noor Haddad suggested you, and is happy for you to know.",
        "tag": "vip",
        "link": f"https://ask.example.com/names/{vip.pk}/",
        "first_contact_on": "2026-06-17",
        "stage": "talking",
        "exported_on": "",
    }


@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_the_source_of_a_veiled_name_is_its_sentence_and_no_more(house, recruiter, terms):  # noqa: F811
    at_stage(house, VipStage.TALKING, terms=terms)
    told = recruiter.get("/board/names.csv").content.decode()
    assert "Noor" not in told
    assert "Maya" not in told
    (row,) = export(recruiter)
    begins = {
        Terms.CONFIDENTIAL: "Somebody in your field",
        Terms.ANONYMOUS: "Your name came to us through our anonymous",
    }
    assert row["source"].startswith(begins[terms])


def test_the_file_tells_the_same_source_as_the_first_message(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING, terms=Terms.CONFIDENTIAL)
    # Somebody named them openly too; what we held about that giver is erased.
    Referral.objects.create(
        workspace=house.workspace,
        vip=vip,
        job=vip.job,
        terms=Terms.NAMED,
        came_on=TODAY,
        announced_on=TODAY,
    )
    (row,) = export(recruiter)
    assert row["source"].startswith("Somebody in your field")
    assert row["source"] == vip_letters.told_of(vip, "en").sentence


def test_a_name_is_no_formula(house, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING, works_at="@SUM(A1:A9)")
    Vip.objects.filter(pk=vip.pk).update(
        name='=HYPERLINK("http://example.net")', found_at=" +1+1", email="-1"
    )
    (row,) = export(recruiter)
    assert row["candidate_name"] == '\'=HYPERLINK("http://example.net")'
    assert (row["company"], row["profile"], row["email"]) == ("'@SUM(A1:A9)", "' +1+1", "'-1")


@pytest.mark.parametrize("by", ["their own word", "the files"])
def test_whoever_asked_to_be_left_alone_is_not_exported(house, recruiter, by):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING, email="kim@example.net")
    if by == "the files":
        house.tell(usual_story().candidate("kim", name="K", email="kim@example.net", do_not_contact=True))
    else:
        OptOut.objects.create(workspace=house.workspace, key=vip_keys(vip, house.workspace)[0])
    assert export(recruiter) == []


def test_looking_marks_nothing_and_handing_over_marks_once(house, recruiter, clock):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING)
    for _ in range(2):
        assert [row["exported_on"] for row in export(recruiter)] == [""]
    assert [row["exported_on"] for row in export(recruiter, "post")] == [""]
    clock(NOW + timedelta(hours=3))
    assert [row["exported_on"] for row in export(recruiter, "post")] == ["2026-06-17"]
    vip.refresh_from_db()
    assert vip.exported_at == NOW
    assert [event.detail["fresh"] for event in AuditEvent.objects.filter(verb="exported").order_by("pk")] == [
        1,
        0,
    ]


def test_the_list_leads_to_the_file_for_those_who_may_have_it(house, browser_of_role):  # noqa: F811
    at_stage(house, VipStage.TALKING)
    form = 'method="post" action="/board/names.csv"'
    assert form in text_of(browser_of_role("recruiter").get("/names/"))
    assert form not in text_of(browser_of_role("steward").get("/names/"))


def test_only_those_who_recruit_export(house, browser_of_role):  # noqa: F811
    for role in ("maya", "steward"):
        for method in ("get", "post"):
            assert getattr(browser_of_role(role), method)("/board/names.csv").status_code == 403


def test_a_long_export_asks_the_database_as_often_as_a_short_one(house, recruiter):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as seen:
            rows = export(recruiter)
        return len(rows), len(seen)

    at_stage(house, VipStage.CONTACTED, email="a@example.net", found_at="https://www.linkedin.com/in/a")
    queries()
    one, few = queries()
    for number in range(5):
        at_stage(
            house,
            VipStage.CONTACTED,
            given=f"Ada {number}",
            terms=Terms.ANONYMOUS,
            email=f"a{number}@example.net",
            found_at=f"https://www.linkedin.com/in/a{number}",
        )
    assert (one, queries()) == (1, (6, few))


# --- and back from it


def tell_of_kim(house, *, interview=None, accepted=None, email="kim@example.net", status="completed"):  # noqa: F811
    """The files know Kim as a candidate: an interview and an accepted offer so many days after today."""
    story = usual_story().candidate("kim", name="K. Park", email=email)
    if interview is not None:
        story.met("jon", candidate="kim", days=-interview, status=status)
    if accepted is not None:
        story.offer("o9", candidate="kim", status="accepted", days=-accepted)
    house.tell(story)


@pytest.mark.parametrize(
    ("facts", "after"),
    [
        ({"interview": 2}, VipStage.IN_PROCESS),
        ({"accepted": 3}, VipStage.HIRED),
        ({"interview": 2, "accepted": 3}, VipStage.HIRED),
        ({}, VipStage.CONTACTED),
        ({"interview": -2}, VipStage.CONTACTED),
        ({"accepted": -2}, VipStage.CONTACTED),
        ({"interview": 2, "status": "cancelled"}, VipStage.CONTACTED),
        ({"interview": 2, "email": "another@example.net"}, VipStage.CONTACTED),
    ],
)
def test_what_happened_since_in_the_other_system_moves_them_on(house, facts, after):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED, email="kim@example.net")
    tell_of_kim(house, **facts)
    for _ in range(2):
        ats.follow(house.workspace, now=NOW + timedelta(days=4))
    vip.refresh_from_db()
    assert vip.stage == after
    assert (
        AuditEvent.objects.filter(verb__in=["applied", "hired"], actor=None).count()
        == {
            VipStage.CONTACTED: 0,
            VipStage.IN_PROCESS: 1,
            VipStage.HIRED: 2,
        }[VipStage(after)]
    )


@pytest.mark.parametrize("stage", [VipStage.NAMED, VipStage.TAKEN, VipStage.PARTED])
def test_nobody_moves_whom_we_are_not_in_touch_with(house, stage):  # noqa: F811
    vip = at_stage(house, stage, email="kim@example.net")
    tell_of_kim(house, interview=2, accepted=3)
    assert ats.follow(house.workspace, now=NOW + timedelta(days=4)) == 0
    vip.refresh_from_db()
    assert vip.stage == stage


def test_what_a_person_took_back_stays_taken_back_until_it_happens_again(house, recruiter, clock):  # noqa: F811
    vip = at_stage(house, VipStage.TALKING, email="kim@example.net")
    tell_of_kim(house, interview=1)
    clock(NOW + timedelta(days=2))
    assert ats.follow(house.workspace, now=NOW + timedelta(days=2)) == 1
    say(recruiter, vip, "back", VipStage.IN_PROCESS)
    assert ats.follow(house.workspace, now=NOW + timedelta(days=2)) == 0
    tell_of_kim(house, interview=3)
    assert ats.follow(house.workspace, now=NOW + timedelta(days=4)) == 1


def test_another_company_is_not_followed(house):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED, email="kim@example.net")
    other = found("Other")
    with scope(workspace=other.workspace.pk):
        tell_of_kim(other, interview=2)
        assert ats.follow(other.workspace, now=NOW) == 0
    assert ats.follow(house.workspace, now=NOW) == 0
    vip.refresh_from_db()
    assert vip.stage == VipStage.CONTACTED


def test_an_import_brings_it_along(house, tmp_path, recruiter):  # noqa: F811
    vip = at_stage(house, VipStage.CONTACTED, email="kim@example.net")
    files = {
        "employees": [["id", "name", "email"], ["jon", "Jon Park", "jon@example.org"]],
        "candidates": [["id", "name", "email"], ["kim", "K. Park", "kim@example.net"]],
        "jobs": [["id", "title"], ["job", "Data Engineer"]],
        "offers": [["id", "candidate_id", "job_id", "status"]],
        "interviews": [
            ["id", "candidate_id", "job_id", "employee_id", "kind", "started_at", "minutes", "status"],
            ["i1", "kim", "job", "jon", "pairing", "2026-06-17T15:00:00Z", "45", "completed"],
        ],
    }
    imports.bring_in(write(tmp_path, files))
    run_due_jobs()
    vip.refresh_from_db()
    assert vip.stage == VipStage.IN_PROCESS
    assert "Tell them what happens next" in page(recruiter, vip)


# --- introductions

WHO = {"name": "Lee Fox", "works_at": "Birch", "email": "lee@example.net"}


def introduced(house):  # noqa: F811
    return give(house, "", Terms.INTRODUCE)


@pytest.mark.parametrize("role", ["recruiter", "admin", "maya"])
def test_when_an_introduction_arrives_the_clock_starts(house, browser_of_role, recruiter, role):  # noqa: F811
    referral = introduced(house)
    client = browser_of_role(role)
    address = f"/introductions/{referral.pk}/arrived/"
    assert "Noor Haddad introduced somebody for Data Engineer." in text_of(client.get(address))
    answer = client.post(address, WHO)
    vip = Vip.objects.get()
    assert answer.status_code == 302
    assert (vip.name, vip.mailbox, vip.clock_from) == ("Lee Fox", "lee@example.net", NOW)
    assert vip.due_at is not None
    assert "Noor Haddad introduces them" in page(recruiter, vip)
    again = client.post(address, WHO)
    assert (again.status_code, Vip.objects.count()) == (409, 1)
    assert "It arrived on 17 June 2026." in text_of(client.get(address))


def test_an_introduction_is_of_no_concern_to_others(house, browser_of_role):  # noqa: F811
    referral = introduced(house)
    named = give(house, terms=Terms.NAMED)
    for role, wanted in (("jon", referral), ("steward", referral), ("recruiter", named), ("maya", named)):
        client = browser_of_role(role)
        for key in (wanted.pk, 1):
            assert client.get(f"/introductions/{key}/arrived/").status_code == 404, role
            assert client.post(f"/introductions/{key}/arrived/", WHO).status_code == 404, role


def test_the_list_leads_to_an_introduction(house, recruiter):  # noqa: F811
    referral = introduced(house)
    assert f'href="/introductions/{referral.pk}/arrived/">It arrived</a>' in text_of(recruiter.get("/names/"))


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"name": "+49 170 1234567"}, {"email": "x"}, {"found_at": "x y"}]
)
def test_an_introduction_without_a_name_is_not_kept(house, recruiter, wrong):  # noqa: F811
    referral = introduced(house)
    assert recruiter.post(f"/introductions/{referral.pk}/arrived/", WHO | wrong).status_code == 400
    assert not Vip.objects.exists()


def test_who_asked_to_be_left_alone_is_not_kept_and_nobody_is_told(house, recruiter):  # noqa: F811
    vip = give(house, email="lee@example.net").vip
    OptOut.objects.create(workspace=house.workspace, key=vip_keys(vip, house.workspace)[0])
    vip.delete()
    referral = introduced(house)
    answer = recruiter.post(f"/introductions/{referral.pk}/arrived/", WHO, follow=True)
    assert "the introduction is on record" in text_of(answer)
    assert not Vip.objects.exists()


@pytest.mark.parametrize("key", ["9" * 19, "0", "1"])
def test_a_number_that_is_nobody_is_not_found(house, recruiter, key):  # noqa: F811
    for what in ("", "take/", "say/answered/", "next/", "correct/", "role/", "hand-on/", "set-aside/"):
        assert recruiter.post(f"/names/{key}/{what}").status_code in {404, 405}, what
