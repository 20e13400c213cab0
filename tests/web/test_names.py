"""The people named, as those who recruit and the steward see them; and the list of off-limits companies."""

import html
import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ifnotyou.models import AuditEvent, DataRequest, Job, OffLimits, OptOut, ReceiptLine, Referral, Vip
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.humans import vip_keys
from ifnotyou.services import asks, referrals
from tests.chance import without_chance
from tests.company import NOW, TODAY, clock, house, usual_story  # noqa: F401 - two are fixtures

ASKER, REFERRER = "Maya", "Noor"


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


def text_of(answer):
    """What a page says, without the frame around it."""
    found = re.search(r"<main.*</main>", answer.content.decode(), re.DOTALL)
    return " ".join(html.unescape(found[0]).split())


def another_ask(house):  # noqa: F811
    """Ida turned us down as well, and talks with Jon."""
    story = usual_story().candidate("ida", name="Ida Berg", email="ida@example.com")
    story.offer("o2", candidate="ida").met("jon", candidate="ida", minutes=60, kind="lunch", days=6)
    house.tell(story)
    return house.hand("jon", "o2")


def give(house, given="Kim Park", terms=Terms.NAMED, *, now=NOW, announce=True, ask=None, **about):  # noqa: F811
    """A name that Noor told Maya, or that came out of a sealed pool."""
    given = Given(given, **about)
    if terms is Terms.ANONYMOUS:
        vip = referrals.intake(given, Job.objects.get(), terms, now.date())
        referral = referrals.keep(vip, Job.objects.get(), terms, given.why, now.date(), receipt_hash="r" * 64)
    else:
        ask = ask or house.decline().asks.first() or house.hand()
        if ask.state == "waiting":
            asks.start_talking(ask, by=house.maya, now=NOW)
        referral = referrals.give(ask, given, terms, by=house.maya, now=now)
    if announce:
        referrals.announce(house.workspace, now=now)
    return referral


def contact(client, vip, **changes):
    form = {"on": "2026-06-17", "notice_how": "in_message", "notice_version": "2026-11"} | changes
    return client.post(f"/names/{vip.pk}/contacted/", form)


# --- the list


def test_without_names_the_list_says_how_it_begins(recruiter):
    assert "No name has come in yet." in text_of(recruiter.get("/names/"))


def test_the_list_says_who_why_on_which_terms_and_what_happens_by_itself(house, recruiter):  # noqa: F811
    give(house, works_at="Birch", why="The calmest person in a crisis.")
    text = text_of(recruiter.get("/names/"))

    for words in (
        "Kim Park",
        "Birch",
        "Data Engineer",
        "Noor Haddad suggested them, and may be named",
        "Came on 17 June 2026",
        "Nobody has been in touch: erased by itself on 15 July 2026.",
    ):
        assert words in text


def test_an_introduction_is_a_line_without_a_person(house, recruiter):  # noqa: F811
    give(house, "", Terms.INTRODUCE)
    assert "Noor Haddad is introducing somebody for Data Engineer" in text_of(recruiter.get("/names/"))


@pytest.mark.parametrize("role", ["recruiter", "admin", "steward"])
@pytest.mark.parametrize("terms", [Terms.CONFIDENTIAL, Terms.ANONYMOUS])
def test_a_veiled_name_shows_neither_asker_nor_referrer_nor_ask_nor_day(house, browser_of_role, terms, role):  # noqa: F811
    referral = give(house, terms=terms)
    client = browser_of_role(role)
    for page in ("/names/", f"/names/{referral.vip_id}/"):
        text = without_chance(text_of(client.get(page)))
        assert "Kim Park" in text
        assert "in the week of 15 June 2026" in text
        for secret in (ASKER, REFERRER, "17 June", "/cards/", "/declines/"):
            assert secret not in text, (page, secret)


def test_nothing_is_seen_before_it_is_announced(house, recruiter):  # noqa: F811
    referral = give(house, terms=Terms.CONFIDENTIAL, announce=False)
    assert "Kim Park" not in text_of(recruiter.get("/names/"))
    assert recruiter.get(f"/names/{referral.vip_id}/").status_code == 404
    assert contact(recruiter, referral.vip).status_code == 404


def test_what_is_not_announced_is_not_seen_beside_what_is(house, recruiter):  # noqa: F811
    open_one = give(house, email="kim@example.net", why="Calm.")
    give(
        house,
        "Kim P.",
        Terms.CONFIDENTIAL,
        ask=another_ask(house),
        email="kim@example.net",
        why="A marked secret.",
        announce=False,
    )
    assert (Vip.objects.count(), Referral.objects.count()) == (1, 2)
    for page in ("/names/", f"/names/{open_one.vip_id}/"):
        assert "marked secret" not in text_of(recruiter.get(page))
        assert "In confidence" not in text_of(recruiter.get(page))


def test_one_person_with_two_referrals_is_one_line(house, recruiter):  # noqa: F811
    give(house, email="kim@example.net")
    give(house, "K. Park", Terms.ANONYMOUS, email="kim@example.net")
    (line,) = recruiter.get("/names/").context["page"].rows
    assert {one.referral.terms for one in line.given} == {Terms.NAMED, Terms.ANONYMOUS}


def test_the_newest_week_comes_first_and_pages_hold_twenty_five(house, recruiter):  # noqa: F811
    for number in range(30):
        give(house, f"Name {number}", Terms.ANONYMOUS, now=NOW - timedelta(days=number))
    first, second = (recruiter.get(f"/names/?page={page}").context["page"] for page in (1, 2))
    weeks = [line.vip.came_on for line in [*first.rows, *second.rows]]
    assert (len(first.rows), len(second.rows)) == (25, 5)
    assert weeks == sorted(weeks, reverse=True)
    assert (first.has_next, second.has_next) == (True, False)


@pytest.mark.parametrize("query", ["?page=-1", "?page=x", "?page=999999"])
def test_nonsense_in_the_address_is_no_error(recruiter, query):
    assert recruiter.get(f"/names/{query}").status_code == 200


def test_the_list_asks_the_database_as_often_for_many_names_as_for_one(house, recruiter):  # noqa: F811
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert recruiter.get("/names/").status_code == 200
        return len(seen)

    about = {"works_at": "Birch", "email": "a0@example.net", "found_at": "https://www.linkedin.com/in/a0"}
    give(house, "Ada One", **about)
    recruiter.get("/names/")
    few = queries()
    give(house, "", Terms.INTRODUCE)
    for number in range(1, 12):
        give(
            house,
            f"Ada {number}",
            Terms.ANONYMOUS,
            works_at=f"Birch {number}",
            email=f"a{number}@example.net",
            found_at=f"https://www.linkedin.com/in/a{number}",
        )
    assert queries() == few


# --- one of them


def test_the_page_says_what_we_hold_why_and_what_may_be_told(house, recruiter, settings):  # noqa: F811
    settings.PUBLIC_URL = "https://ask.example.com"
    vip = give(house, works_at="Birch", why="Calm in a crisis.", email="kim@example.net").vip
    text = text_of(recruiter.get(f"/names/{vip.pk}/"))

    for words in (
        "Calm in a crisis.",
        "Noor Haddad suggested you, and is happy for you to know.",
        "Legitimate interest",
        "With the first message, at the latest on 15 July 2026",
        f"https://ask.example.com/forget/{vip.forget_token}",
        "kim@example.net, said to be welcome",
    ):
        assert words in text
    assert AuditEvent.objects.filter(verb="saw", noun="vip", noun_id=vip.pk).count() == 1


@pytest.mark.parametrize(
    ("terms", "sentence"),
    [
        (Terms.CONFIDENTIAL, "Somebody in your field who recently talked with us suggested you"),
        (Terms.ANONYMOUS, "Your name came to us through our anonymous page for Data Engineer"),
    ],
)
def test_each_referral_has_its_own_sentence_and_none_tells_of_the_others(house, recruiter, terms, sentence):  # noqa: F811
    vip = give(house, email="kim@example.net").vip
    give(house, "Kim", terms, ask=another_ask(house), email="kim@example.net")
    told = {
        one["given"].referral.terms: one["given"].sentence
        for one in recruiter.get(f"/names/{vip.pk}/").context["told"]
    }
    assert told[Terms.NAMED].startswith("Noor Haddad suggested you")
    assert told[terms].startswith(sentence)
    assert not {REFERRER, "Ida", "Jon"} & set(told[terms].replace(",", " ").split())


def test_the_steward_reads_and_changes_nothing(house, browser_of_role):  # noqa: F811
    vip = give(house).vip
    steward = browser_of_role("steward")
    assert "Keep that we wrote" not in text_of(steward.get(f"/names/{vip.pk}/"))
    assert contact(steward, vip).status_code == 403


# --- contact


def test_contact_is_kept_with_the_notice_and_a_new_date(house, recruiter):  # noqa: F811
    vip = give(house).vip
    answer = contact(recruiter, vip, country="DE", language="de")

    vip.refresh_from_db()
    assert answer.status_code == 302
    assert (vip.contacted_at, vip.contacted_by, vip.notice_given_at) == (NOW, house.recruiter, NOW)
    assert (vip.notice_how, vip.notice_version, vip.country, vip.language) == (
        "in_message",
        "2026-11",
        "DE",
        "de",
    )
    assert vip.retain_until == TODAY + timedelta(days=60)
    assert "version 2026-11" in text_of(recruiter.get(f"/names/{vip.pk}/"))
    assert AuditEvent.objects.get(verb="contacted").detail == {}


def test_after_contact_the_giver_cannot_take_the_name_back(house, recruiter):  # noqa: F811
    vip = give(house).vip
    contact(recruiter, vip)
    with pytest.raises(referrals.Refusal, match="been in touch"):
        referrals.take_back(house.decline().asks.get(), now=NOW, by=house.maya)
    assert Vip.objects.get() == vip


def test_contact_is_kept_once(house, recruiter):  # noqa: F811
    vip = give(house).vip
    contact(recruiter, vip)
    assert contact(recruiter, vip, notice_version="other").status_code == 409
    vip.refresh_from_db()
    assert vip.notice_version == "2026-11"


@pytest.mark.parametrize(
    "wrong",
    [
        {"on": "2026-06-18"},
        {"on": "2026-06-16"},
        {"on": ""},
        {"notice_version": ""},
        {"notice_how": ""},
        {"notice_how": "by pigeon"},
        {"country": "XX"},
        {"language": "German, please"},
    ],
)
def test_a_contact_without_a_notice_or_on_a_day_that_cannot_be_is_not_kept(house, recruiter, wrong):  # noqa: F811
    vip = give(house).vip
    assert contact(recruiter, vip, **wrong).status_code == 400
    vip.refresh_from_db()
    assert vip.contacted_at is None


def test_whoever_gave_the_name_anonymously_reads_thanks_from_the_contact_on(house, recruiter):  # noqa: F811
    referral = give(house, terms=Terms.ANONYMOUS)
    contact(recruiter, referral.vip)
    referral.refresh_from_db()
    assert referral.thanked_on == date(2026, 6, 15)


@pytest.mark.parametrize("by", ["their own word", "the files"])
def test_nobody_is_contacted_who_opted_out_since(house, recruiter, by):  # noqa: F811
    vip = give(house, email="kim@example.net").vip
    if by == "the files":
        house.tell(usual_story().candidate("kim", name="K", email="kim@example.net", do_not_contact=True))
    else:
        for key in vip_keys(vip, house.workspace):
            OptOut.objects.create(workspace=house.workspace, key=key)
    page = text_of(recruiter.get(f"/names/{vip.pk}/"))
    assert "Asked us not to be contacted." in page
    assert "Keep that we wrote" not in page
    assert "/forget/" not in page
    assert contact(recruiter, vip).status_code == 409


# --- what one should know first


def notices(recruiter, vip):
    page = recruiter.get(f"/names/{vip.pk}/")
    (listed,) = (line for line in recruiter.get("/names/").context["page"].rows if line.vip == vip)
    assert list(listed.notices) == list(page.context["line"].notices)
    return [(one.code, one.sure) for one in listed.notices], text_of(page)


@pytest.mark.parametrize(
    ("about", "expected"),
    [
        ({"given": "Kim Park"}, []),
        ({"given": "Somebody", "email": "MAYA@example.org"}, [("colleague", True)]),
        ({"given": "Dr. Maya Chén"}, [("colleague", False)]),
        ({"given": "N. Haddad", "email": "noor@example.com"}, [("declined", True)]),
        ({"given": "Ida Berg", "email": "ida@example.com"}, [("in_process", True)]),
        ({"given": "Ida Berg", "works_at": "Harbour Ltd"}, [("in_process", False)]),
        ({"given": "Ida Berg", "works_at": "Elsewhere"}, []),
        ({"given": "Old Friend", "email": "old@example.com"}, []),
        ({"given": "Quiet One", "email": "quiet@example.com"}, [("opted_out", True)]),
        ({"given": "Kim Park", "works_at": "BIRCH Inc."}, [("off_limits", True)]),
        ({"given": "Kim Park", "works_at": "Willow"}, []),
    ],
)
def test_what_one_should_know_is_told_without_telling_who_gave_the_name(house, recruiter, about, expected):  # noqa: F811
    story = usual_story()
    story.candidate("ida", name="Ida Berg", email="ida@example.com", current_company="Harbour")
    story.met("jon", candidate="ida", days=30)
    story.candidate("old", name="Old Friend", email="old@example.com").offer("o2", candidate="old", days=400)
    story.candidate("quiet", name="Quiet One", email="quiet@example.com", do_not_contact=True)
    house.tell(story)
    for company, until in (("Birch", TODAY), ("Willow", TODAY - timedelta(days=1))):
        OffLimits.objects.create(
            workspace=house.workspace,
            company=company,
            plain=company.lower(),
            kind="contract",
            owner="Bo",
            reference="1",
            expires_on=until,
        )
    told, text = notices(recruiter, give(house, terms=Terms.CONFIDENTIAL, **about).vip)

    assert told == expected
    assert ASKER not in without_chance(text).replace("Maya Chén", "")
    assert "Noor Haddad" not in text


def test_the_same_name_at_another_known_employer_is_another_person(house, recruiter):  # noqa: F811
    kim, other = give(house, works_at="Birch").vip, give(house, terms=Terms.ANONYMOUS, works_at="Willow").vip
    assert notices(recruiter, kim)[0] == []
    answer = recruiter.post(f"/names/{kim.pk}/join/", {"other": other.pk})
    assert answer.status_code == 409
    assert Vip.objects.count() == 2


# --- the same person twice


def test_two_names_that_are_one_person_are_joined(house, recruiter):  # noqa: F811
    kim = give(house, works_at="Birch", why="First words.").vip
    later_on = NOW + timedelta(days=7)
    other = give(house, "Dr. Kim Park", Terms.ANONYMOUS, email="kim@example.net", now=later_on).vip
    DataRequest.objects.create(workspace=house.workspace, vip=other, opened_on=TODAY, due_on=TODAY)
    assert notices(recruiter, kim)[0] == [("perhaps_same", False)]

    answer = recruiter.post(f"/names/{kim.pk}/join/", {"other": other.pk})

    assert answer.url == f"/names/{kim.pk}/"
    joined = Vip.objects.get()
    assert (joined.pk, joined.came_on, joined.retain_until) == (kim.pk, TODAY, date(2026, 7, 6))
    assert (joined.email, joined.mailbox, joined.works_at) == ("kim@example.net", "kim@example.net", "Birch")
    assert set(Referral.objects.values_list("terms", "vip")) == {
        (Terms.NAMED, kim.pk),
        (Terms.ANONYMOUS, kim.pk),
    }
    assert DataRequest.objects.get().vip == joined
    assert "Kim" not in str(AuditEvent.objects.get(verb="joined").detail)


def test_the_one_that_was_written_to_is_kept_and_two_of_those_stay_apart(house, recruiter):  # noqa: F811
    kim, other, third = (give(house, terms=Terms.ANONYMOUS, works_at=at).vip for at in ("", "", "Birch"))
    contact(recruiter, other)
    answer = recruiter.post(f"/names/{kim.pk}/join/", {"other": other.pk})
    assert answer.url == f"/names/{other.pk}/"
    assert not Vip.objects.filter(pk=kim.pk).exists()

    contact(recruiter, third)
    assert recruiter.post(f"/names/{other.pk}/join/", {"other": third.pk}).status_code == 409
    assert Vip.objects.count() == 2


def test_a_name_that_is_not_announced_cannot_be_joined_nor_seen(house, recruiter):  # noqa: F811
    kim = give(house).vip
    hidden = give(house, terms=Terms.ANONYMOUS, works_at="Birch", announce=False).vip
    assert notices(recruiter, kim)[0] == []
    assert recruiter.post(f"/names/{kim.pk}/join/", {"other": hidden.pk}).status_code == 409


def test_after_joining_each_giver_takes_back_only_their_own(house, recruiter):  # noqa: F811
    kim = give(house).vip
    other = give(house, "Kim Park", Terms.ANONYMOUS, works_at="Birch").vip
    recruiter.post(f"/names/{kim.pk}/join/", {"other": other.pk})
    referrals.take_back(house.decline().asks.get(), now=NOW, by=house.maya)
    assert Referral.objects.get().terms == Terms.ANONYMOUS
    assert Vip.objects.get() == kim


# --- a question by way of the receipt


def test_a_question_waits_at_the_receipt(house, recruiter):  # noqa: F811
    referral = give(house, terms=Terms.ANONYMOUS)
    page = f"/names/{referral.vip_id}/"
    answer = recruiter.post(
        f"{page}question/",
        {"referral": referral.pk, f"question-{referral.pk}-text": "Where did you two work?"},
    )
    assert answer.status_code == 302
    line = ReceiptLine.objects.get()
    assert (line.text, line.from_host, line.by, line.said_on) == (
        "Where did you two work?",
        True,
        house.recruiter,
        date(2026, 6, 15),
    )
    text = text_of(recruiter.get(page))
    assert "Where did you two work?" in text
    assert "or never come, and that is fine" in text


def test_an_empty_question_is_shown_again_and_one_to_others_is_refused(house, recruiter):  # noqa: F811
    anonymous = give(house, terms=Terms.ANONYMOUS)
    named = give(house, "Ada Named")
    path = f"/names/{anonymous.vip_id}/question/"
    assert recruiter.post(path, {"referral": anonymous.pk}).status_code == 400
    assert recruiter.post(path, {"referral": named.pk}).status_code == 409
    assert recruiter.post(path, {"referral": "x" * 500}).status_code == 409
    assert not ReceiptLine.objects.exists()


# --- the decline


def test_the_page_of_a_decline_shows_known_names_only(house, recruiter):  # noqa: F811
    give(house, "Kim Park")
    give(house, "Secret Friend", Terms.CONFIDENTIAL)
    text = text_of(recruiter.get(f"/declines/{house.decline().pk}/"))
    assert "<strong>Kim Park</strong></a>; Noor Haddad may be named as the source." in text
    assert "Secret Friend" not in text
    assert "confidence" not in text


# --- off limits

ENTRY = {
    "company": "Birch GmbH",
    "kind": "contract",
    "owner": "Bo Boss",
    "reference": "Contract 7",
    "expires_on": "2028-06-17",
}


@pytest.mark.parametrize("role", ["steward", "admin"])
def test_a_company_is_put_on_the_list_with_a_warning_and_taken_off(house, browser_of_role, role):  # noqa: F811
    client = browser_of_role(role)
    answer = client.post("/off-limits/", ENTRY, follow=True)
    assert "On the list. Remember: an agreement with another employer" in text_of(answer)
    entry = OffLimits.objects.get()
    assert (entry.plain, entry.kind, entry.expires_on) == ("birch", "contract", date(2028, 6, 17))
    assert client.post("/off-limits/", ENTRY | {"company": "birch"}).status_code == 409
    assert client.post(f"/off-limits/{entry.pk}/remove/").status_code == 302
    assert not OffLimits.objects.exists()
    verbs = set(AuditEvent.objects.values_list("verb", flat=True))
    assert {"put_off_limits", "took_off_limits_back"} <= verbs


def test_recruiters_read_the_list_and_do_not_change_it(house, recruiter):  # noqa: F811
    assert recruiter.get("/off-limits/").status_code == 200
    answer = recruiter.post("/off-limits/", ENTRY)
    assert (answer.status_code, OffLimits.objects.count()) == (409, 0)
    assert "Put it on the list" not in text_of(answer)


@pytest.mark.parametrize("field", ENTRY)
def test_every_field_is_needed(house, browser_of_role, field):  # noqa: F811
    assert browser_of_role("steward").post("/off-limits/", ENTRY | {field: ""}).status_code == 400


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "mutual"},
        {"expires_on": "2029-06-18"},
        {"expires_on": "2026-06-17"},
        {"company": "…"},
    ],
)
def test_what_has_no_place_on_the_list(house, browser_of_role, wrong):  # noqa: F811
    assert browser_of_role("steward").post("/off-limits/", ENTRY | wrong).status_code == 400
    assert not OffLimits.objects.exists()


def test_three_years_ahead_is_the_most(house, browser_of_role, clock):  # noqa: F811
    assert (
        browser_of_role("steward").post("/off-limits/", ENTRY | {"expires_on": "2029-06-17"}).status_code
        == 302
    )
    clock(datetime(2028, 2, 29, 12, tzinfo=UTC))  # a day that three years later there is not
    answer = browser_of_role("steward").post(
        "/off-limits/", ENTRY | {"company": "Willow", "expires_on": "2031-02-28"}
    )
    assert answer.status_code == 302
