"""What a candidate answered: pasted, forwarded or typed, looked at, and kept on their terms."""

import html
import re

import pytest
from django.test import Client

from ifnotyou.models import Ask, AuditEvent, OptOut, Referral, Reply, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.disclosure import Given, Terms
from ifnotyou.queries.humans import keyed
from ifnotyou.services import asks, referrals
from tests.company import NOW, clock, house  # noqa: F401 - fixtures
from tests.factories import TODAY

REPLY = """Hi Maya,

thanks for asking so kindly. Talk to Ida Wells at Brightloom (+49 171 2345678), she rebuilt our whole ingestion.
Or Jan Berg, jan.berg@example.net. He is unhappy there.

Best,
Noor

On Mon, 8 Jun 2026 at 10:12, Maya <maya@example.org> wrote:
> If not you, who should we talk to? Sam Brown says hi.
"""


@pytest.fixture
def maya(house):  # noqa: F811
    client = Client()
    client.force_login(house.maya)
    return client


@pytest.fixture
def asked(house):  # noqa: F811
    """Maya asked Noor."""
    ask = house.hand()
    asks.start_talking(ask, by=house.maya, now=NOW)
    asks.say_asked(ask, by=house.maya, now=NOW)
    return Ask.objects.get(pk=ask.pk)


def page(response):
    return html.unescape(response.content.decode())


def filled(*people, **more):
    """The form of the people as it is posted."""
    data = {"person-TOTAL_FORMS": str(len(people)), "person-INITIAL_FORMS": str(len(people)), **more}
    for index, person in enumerate(people):
        for field, value in {"keep": "on", "terms": "confidential", **person}.items():
            data[f"person-{index}-{field}"] = value
    return data


def as_posted(response):
    """The form of a page as a browser posts it back, untouched."""
    data = {}
    for form in [*response.context["people"].forms, response.context["people"].management_form]:
        for field in form:
            value = field.value()
            if value not in {None, False, ""}:
                data[field.html_name] = "on" if value is True else str(value)
    return data


def test_a_pasted_reply_is_offered_for_confirmation_and_nothing_is_kept(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/reply/", {"text": REPLY})

    people = [form.initial for form in response.context["people"].forms]
    assert [(p["name"], p["works_at"]) for p in people] == [("Ida Wells", "Brightloom"), ("Jan Berg", "")]
    assert "rebuilt our whole ingestion" in people[0]["why"]
    assert "Jan Berg" not in people[0]["why"]
    assert not Referral.objects.exists()
    assert not Vip.objects.exists()
    text = page(response)
    assert "A telephone number was taken out." in text
    assert "A mail address was taken out" in text
    assert "“unhappy”: this tells of how they feel where they work" in text
    assert "2345678" not in "".join(str(p) for p in people)
    assert "Sam Brown" not in text


def test_what_is_confirmed_is_kept_and_several_names_become_several_referrals(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/reply/", {"text": REPLY})
    data = as_posted(response) | {"person-1-terms": "named"}
    maya.post(f"/cards/{asked.pk}/names/", data)

    kept = {one.vip.name: one.terms for one in Referral.objects.select_related("vip")}
    assert kept == {"Ida Wells": "confidential", "Jan Berg": "named"}
    assert Ask.objects.get().state == AskState.NAMED


def test_unanswered_means_confidential_and_the_ask_tells_nothing(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "terms": ""}), follow=True)

    assert Referral.objects.get().terms == Terms.CONFIDENTIAL
    assert Ask.objects.get().state == AskState.ASKED
    assert not AuditEvent.objects.filter(verb="answered").exists()
    text = page(response)
    assert "Ida Wells" in text
    assert "in confidence, nobody but you sees who it came from" in text
    assert "If they answer" in text


def test_anonymous_is_not_offered_for_a_name_that_was_told(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "terms": "anonymous"}))
    assert response.status_code == 400
    assert not Referral.objects.exists()


def test_what_is_left_out_is_not_kept_and_all_left_out_is_said(asked, maya):
    two = filled({"name": "Ida Wells"}, {"name": "Jan Berg", "keep": ""})
    maya.post(f"/cards/{asked.pk}/names/", two)
    assert [vip.name for vip in Vip.objects.all()] == ["Ida Wells"]

    none = maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Kim Park", "keep": ""}))
    assert none.status_code == 400
    assert "Tick whom to keep" in page(none)


def test_all_or_none_of_the_names_are_kept(asked, maya):
    for name in ("One Ash", "Two Birch"):
        referrals.give(asked, Given(name), Terms.CONFIDENTIAL, now=NOW)
    response = maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells"}, {"name": "Jan Berg"}))

    assert response.status_code == 409
    assert "3 names are plenty" in page(response)
    assert Referral.objects.count() == 2


def test_a_form_sent_twice_keeps_one(asked, maya):
    for terms in ("named", "introduce"):
        for _ in range(2):
            maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "terms": terms}))
    assert sorted(one.terms for one in Referral.objects.all()) == ["introduce", "named"]


def test_an_introduction_keeps_nothing_of_the_friend(asked, maya):
    response = maya.post(
        f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "terms": "introduce"}), follow=True
    )
    assert Referral.objects.get().vip is None
    assert not Vip.objects.exists()
    assert "whom they introduce themselves" in page(response)


def test_on_a_card_with_an_introduction_to_come_a_confirmed_name_is_its_arrival(house, asked, maya):  # noqa: F811
    referrals.give(asked, Given(""), Terms.INTRODUCE, now=NOW)
    shown = page(maya.post(f"/cards/{asked.pk}/reply/", {"text": "Meet Ida Wells, in copy."}))
    assert "This is the introduction: they are in copy, or wrote themselves" in shown
    maya.post(
        f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "here": "on", "terms": "confidential"})
    )
    referral = Referral.objects.get()
    assert (referral.terms, referral.vip.name, referral.arrived_on) == ("introduce", "Ida Wells", TODAY)
    assert referral.vip.proposed == house.maya


def test_a_second_promise_to_introduce_somebody_is_no_arrival(asked, maya):
    referrals.give(asked, Given(""), Terms.INTRODUCE, now=NOW)
    maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "terms": "introduce"}))
    assert Referral.objects.get().arrived_on is None
    assert not Vip.objects.exists()


def test_where_no_introduction_is_to_come_none_can_arrive(asked, maya):
    assert "This is the introduction" not in page(
        maya.post(f"/cards/{asked.pk}/reply/", {"text": "Meet Ida Wells, in copy."})
    )
    maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "here": "on", "terms": "introduce"}))
    assert not Vip.objects.exists()


def test_an_address_is_kept_only_where_it_is_said_to_be_welcome(asked, maya):
    people = [
        {"name": "Ida Wells", "email": "Ida@Example.org"},
        {"name": "Jan Berg", "why": "jan@example.org"},
    ]
    response = maya.post(f"/cards/{asked.pk}/names/", filled(*people), follow=True)

    assert {vip.name: vip.email for vip in Vip.objects.all()} == {
        "Ida Wells": "ida@example.org",
        "Jan Berg": "",
    }
    assert "A mail address was taken out" in page(response)
    assert "jan@example.org" not in str(Referral.objects.values_list("why"))


def test_a_telephone_number_typed_at_the_last_moment_is_taken_out_and_told(asked, maya):
    ask_names = filled({"name": "Ida Wells", "why": "Strong in Kafka, call 0171 234 5678"})
    response = maya.post(f"/cards/{asked.pk}/names/", ask_names, follow=True)

    assert Referral.objects.get().why == "Strong in Kafka"
    assert "A telephone number was taken out." in page(response)


def test_a_sensitive_remark_is_pointed_out_once_and_then_a_person_decides(asked, maya):
    remark = filled({"name": "Ida Wells", "why": "She is on parental leave until May."})
    first = maya.post(f"/cards/{asked.pk}/names/", remark)
    assert first.status_code == 400
    assert "this tells of their private life" in page(first)
    assert not Referral.objects.exists()

    shown = re.search(r'name="person-0-pointed_out" value="([^"]*)"', first.content.decode()).group(1)
    maya.post(f"/cards/{asked.pk}/names/", remark | {"person-0-pointed_out": html.unescape(shown)})
    assert Referral.objects.get().why == "She is on parental leave until May."


def test_what_is_no_link_is_said_rather_than_lost(asked, maya):
    response = maya.post(
        f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells", "found_at": "ask her brother"})
    )
    assert response.status_code == 400
    assert "no link to a public profile" in page(response)


@pytest.mark.parametrize(
    "text",
    [
        "Ida Wells, Jan Berg, Kim Park, Lee Brown",
        "name\ttitle\tphone\nIda Wells\tCTO\t1\nJan Berg\tVP\t2\nKim Park\tHead\t3",
        "Ida Wells;Acme;CTO\nJan Berg;Acme;VP\nKim Park;Acme;Lead\nLee Brown;Acme;Lead",
    ],
)
def test_a_list_is_turned_away_kindly(asked, maya, text):
    response = maya.post(f"/cards/{asked.pk}/reply/", {"text": text})
    assert response.status_code == 400
    assert "one to three people, those they thought of first" in page(response)


def test_where_no_name_is_found_there_is_room_to_type_it(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/reply/", {"text": "let me think about it"})
    assert "No name was found in these words" in page(response)
    assert len(response.context["people"].forms) == 1


def test_the_wish_to_be_left_alone_is_offered_as_an_opt_out(asked, maya):
    response = maya.post(f"/cards/{asked.pk}/reply/", {"text": "Please leave me alone."})
    assert f'action="/cards/{asked.pk}/say/opted-out/"' in page(response)
    assert Ask.objects.get().state == AskState.ASKED
    maya.post(f"/cards/{asked.pk}/say/opted-out/")
    assert OptOut.objects.exists()

    other = maya.post(f"/cards/{asked.pk}/reply/", {"text": "Please leave it with me."})
    assert "Would Noor rather be left in peace?" not in page(other)


def test_somebody_who_asked_us_to_leave_them_alone_is_thanked_for_as_always(house, asked, maya):  # noqa: F811
    (key,) = keyed(["profile:ida"], house.workspace)
    OptOut.objects.create(workspace=house.workspace, key=key)
    data = filled({"name": "Ida Wells", "found_at": "https://linkedin.com/in/ida"})
    refused = page(maya.post(f"/cards/{asked.pk}/names/", data, follow=True))
    assert not Vip.objects.exists()
    kept = page(maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Jan Berg"}), follow=True))

    for text in (refused, kept):
        assert "Thank you for passing it on, on their terms." in text
        assert "asked us" not in text


def test_names_can_be_taken_back_until_somebody_was_in_touch(house, asked, maya):  # noqa: F811
    maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells"}))
    text = page(maya.post(f"/cards/{asked.pk}/take-back/", follow=True))
    assert "Taken back: nothing of it is kept." in text
    assert not Vip.objects.exists()

    maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Jan Berg", "terms": "named"}))
    Vip.objects.update(contacted_at=NOW)
    assert "/take-back/" not in page(maya.get(f"/cards/{asked.pk}/"))
    refused = page(maya.post(f"/cards/{asked.pk}/take-back/", follow=True))
    assert "in touch with the person already" in refused
    assert Vip.objects.get().name == "Jan Berg"


def test_after_three_names_no_more_are_asked_for(asked, maya):
    maya.post(f"/cards/{asked.pk}/names/", filled(*[{"name": name} for name in ("Ida W", "Jan B", "Kim P")]))
    assert Referral.objects.count() == 3
    assert "Read it" not in page(maya.get(f"/cards/{asked.pk}/"))


# --- in conversation, one field


def test_the_one_field_reads_a_name_with_an_employer_and_a_link(house, maya):  # noqa: F811
    ask = house.hand()
    maya.post(f"/cards/{ask.pk}/talk/")
    maya.post(
        f"/cards/{ask.pk}/answer/",
        {"name": "Ida Wells, Acme https://de.linkedin.com/in/ida-wells?trk=1", "terms": "named"},
    )

    vip = Vip.objects.get()
    assert (vip.name, vip.works_at, vip.found_at) == (
        "Ida Wells",
        "Acme",
        "https://www.linkedin.com/in/ida-wells",
    )


def test_two_names_in_the_one_field_are_two_referrals_and_a_number_is_taken_out(house, maya):  # noqa: F811
    ask = house.hand()
    maya.post(f"/cards/{ask.pk}/talk/")
    text = page(
        maya.post(f"/cards/{ask.pk}/answer/", {"name": "Ida Wells and Jan Berg 0171 2345678"}, follow=True)
    )
    assert sorted(vip.name for vip in Vip.objects.all()) == ["Ida Wells", "Jan Berg"]
    assert "A telephone number was taken out." in text


def test_a_remark_in_the_one_field_is_looked_at_first(house, maya):  # noqa: F811
    ask = house.hand()
    maya.post(f"/cards/{ask.pk}/talk/")
    response = maya.post(f"/cards/{ask.pk}/answer/", {"name": "Ida Wells, she is on parental leave"})
    assert "this tells of their private life" in page(response)
    assert not Referral.objects.exists()


def test_nobody_in_mind_stays_a_word(asked, maya):
    maya.post(f"/cards/{asked.pk}/answer/")
    assert Ask.objects.get().state == AskState.NOBODY


# --- forwarded


@pytest.fixture
def reply(house, asked):  # noqa: F811
    text = "FYI\n\n---------- Forwarded message ---------\nFrom: Noor Haddad <noor@example.com>\n" + (
        "Date: Tue, 9 Jun 2026 at 08:00\nSubject: Re: Thank you\nTo: Maya <maya@example.org>\n\n" + REPLY
    )
    return Reply.objects.create(
        workspace=house.workspace, user=house.maya, text=text, message_hash="1", came_on=TODAY
    )


def test_a_forwarded_reply_finds_its_card_is_confirmed_and_gone(asked, maya, reply):
    assert "1 reply you forwarded waits" in page(maya.get("/cards/"))
    assert f"/replies/{reply.pk}/" in page(maya.get("/replies/"))
    shown = maya.get(f"/replies/{reply.pk}/")
    assert shown.context["form"].initial == {"card": asked.pk}

    confirm = maya.post(f"/replies/{reply.pk}/", {"card": asked.pk})
    assert [f.initial["name"] for f in confirm.context["people"].forms] == ["Ida Wells", "Jan Berg"]
    assert Reply.objects.exists()
    maya.post(f"/cards/{asked.pk}/names/", as_posted(confirm) | {"reply": str(reply.pk)})
    assert Referral.objects.count() == 2
    assert not Reply.objects.exists()


def test_a_forwarded_reply_can_be_thrown_away(maya, reply):
    maya.post(f"/replies/{reply.pk}/throw-away/")
    assert not Reply.objects.exists()
    assert "No reply waits for you." in page(maya.get("/replies/"))


def test_a_reply_is_its_askers_alone(house, asked, maya, reply):  # noqa: F811
    for user in (house.jon, house.recruiter, house.steward, house.admin):
        client = Client()
        client.force_login(user)
        assert "No reply waits" in page(client.get("/replies/"))
        assert client.get(f"/replies/{reply.pk}/").status_code == 404
        assert client.post(f"/replies/{reply.pk}/", {"card": asked.pk}).status_code == 404
        assert client.post(f"/replies/{reply.pk}/throw-away/").status_code == 404
        for suffix in ("reply", "names", "take-back"):
            assert client.post(f"/cards/{asked.pk}/{suffix}/", {"text": "Ida Wells"}).status_code == 404
    assert Reply.objects.exists()


def test_somebody_elses_reply_is_not_deleted_by_a_crafted_form(house, asked, maya, reply):  # noqa: F811
    Reply.objects.update(user=house.jon)
    maya.post(f"/cards/{asked.pk}/names/", filled({"name": "Ida Wells"}, reply=str(reply.pk)))
    assert Reply.objects.exists()
    assert Referral.objects.exists()


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"person-TOTAL_FORMS": "x"},
        {"person-TOTAL_FORMS": "9999", "person-INITIAL_FORMS": "0"},
        filled({"name": "\x00"}),
        filled({"name": "a" * 5000}),
        filled({"name": "Ida", "found_at": "https://["}),
        filled({"name": "Ida"}, reply="9" * 40),
        filled({"name": "Ida"}, reply="²"),
    ],
)
def test_a_crafted_form_is_answered_without_an_error(asked, maya, data):
    assert maya.post(f"/cards/{asked.pk}/names/", data).status_code in {302, 400}


def test_looking_keeps_and_deletes_nothing(asked, maya, reply):
    for path in ("/replies/", f"/replies/{reply.pk}/", f"/cards/{asked.pk}/"):
        assert maya.get(path).status_code == 200
    for path in (
        f"/cards/{asked.pk}/reply/",
        f"/cards/{asked.pk}/names/",
        f"/replies/{reply.pk}/throw-away/",
    ):
        assert maya.get(path).status_code == 405
    assert Reply.objects.exists()
