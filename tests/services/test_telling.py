"""Colleagues are told as they chose, one way for each word; and nothing that is nobody's business goes by chat."""

import json
from pathlib import Path

import pytest
from django.db import connection

import ifnotyou
from ifnotyou.jobs.worker import run_due_jobs
from ifnotyou.models import Ask, Chat, ChatAddress, Referral, User, Vip
from ifnotyou.playbook.disclosure import Terms
from ifnotyou.services import asks, chats, host_notices, hosting, notices, referrals
from tests.chatserver import SIGNING_SECRET, TOKEN, buttons_of, chat_server, choose, connect_slack, words_of  # noqa: F401
from tests.company import NOW, found, usual_story
from tests.connectors.webserver import Said
from tests.hosts import told, written_to

PLANTED = ("thistle", "sallow", "bracken", "Haddad", "Quillfeather", "bramble", "noor@example.com")
"""Their reason and its notes, why this asker, a last name, who was named, why, and an address."""

KINDS = sorted(
    path.stem for path in (Path(ifnotyou.__file__).parent / "web" / "templates" / "chat").glob("*.txt")
)


@pytest.fixture
def planted(house):
    """A company in which words stand that must not leave by a chat."""
    story = usual_story(reason="The thistle reason", notes="My sallow wife is ill")
    house.tell(story)
    return house


def hand(house):
    """A card with words of their talks on it."""
    ask = house.hand()
    Ask.objects.filter(pk=ask.pk).update(because=["A scorecard full of bracken"])
    return Ask.objects.get(pk=ask.pk)


def vip_of(house, *, terms=Terms.CONFIDENTIAL):
    """Somebody whom Noor named."""
    ask = house.decline().asks.first() or hand(house)
    if ask.state == "waiting":
        asks.start_talking(ask, by=house.maya, now=NOW)
    vip = told(ask, "Quin Quillfeather", terms=terms, works_at="bramble")
    referrals.announce(house.workspace, now=NOW)
    return Vip.objects.get(pk=vip.pk)


def thank(house):
    vip = vip_of(house)
    referral = Referral.objects.get(vip=vip)
    Referral.objects.filter(pk=referral.pk).update(thanks_reminded_on=NOW.date())
    notices.remind_of_thanks(Referral.objects.get(pk=referral.pk))


def card_back(house):
    ask = hand(house)
    asks.pass_on(ask, by=house.maya, now=NOW)
    run_due_jobs()


def host(house):
    vip = hosting.take(vip_of(house, terms=Terms.NAMED), by=house.maya, now=NOW)
    for about in host_notices.SUBJECTS:
        host_notices.tell_host(vip, house.maya.pk, about)
    written_to(vip, house.maya)


def promise_due(house, tell, field):
    vip = hosting.take(vip_of(house), by=house.maya, now=NOW)
    Vip.objects.filter(pk=vip.pk).update(**{field: NOW})
    tell(Vip.objects.get(pk=vip.pk))


def digest(house):
    hand(house)
    notices.send_digest(User.objects.get(pk=house.maya.pk))
    notices.send_digest(User.objects.get(pk=house.recruiter.pk))


NUDGES = {
    "card": lambda house: notices.tell_asker(hand(house)),
    "reminder": lambda house: notices.remind(hand(house)),
    "recruiter": card_back,
    "names": lambda house: notices.tell_of_names(house.workspace, [vip_of(house).job_id]),
    "thanks": thank,
    "digest": digest,
    "host": host,
    "host_due": lambda house: promise_due(house, host_notices.tell_host_due, "host_told_at"),
    "recruiter_due": lambda house: promise_due(house, host_notices.tell_recruiters_due, "recruiter_told_at"),
}


def test_every_nudge_stands_in_the_table():
    assert sorted(NUDGES) == KINDS


@pytest.mark.parametrize("system", ["slack", "teams"])
@pytest.mark.parametrize("kind", NUDGES)
def test_no_nudge_tells_a_reason_a_vote_or_who_was_named(planted, chat_server, mailoutbox, system, kind):  # noqa: F811
    connect_slack(planted, chat_server)
    for user in (planted.maya, planted.jon, planted.recruiter, planted.admin):
        choose(user, system, chat_server)
    mailoutbox.clear()

    NUDGES[kind](planted)
    run_due_jobs()

    said = chat_server.posted if system == "slack" else chat_server.cards
    assert said, "nothing was said at all"
    assert mailoutbox == [], "it went by mail too"
    heard = chat_server.heard
    assert [word for word in PLANTED if word.encode() in heard] == []
    if "host" in kind or kind in {"names", "thanks", "recruiter_due"}:
        about = [one for one in said if "card for you" not in words_of(one).lower()]
        assert not any("Noor" in words_of(one) for one in about), "who named them"
    for one in said:
        assert "http://testserver/" in json.dumps(one), "no way to the page"


@pytest.fixture
def slack(house, chat_server):  # noqa: F811
    """Maya is told in Slack."""
    chat = connect_slack(house, chat_server)
    choose(house.maya, "slack", chat_server)
    return chat


def test_a_card_comes_in_slack_with_its_buttons_and_not_by_mail(house, slack, chat_server, mailoutbox):  # noqa: F811
    ask = house.hand()
    run_due_jobs()

    (said,) = chat_server.posted
    assert said["channel"] == "U0MAYA"
    assert said["text"] == "A card for you: Noor"
    buttons = buttons_of(said)
    assert buttons["I’ll ask in conversation"]["value"] == str(ask.pk)
    assert buttons["Write a note"]["url"] == f"http://testserver/cards/{ask.pk}/write/"
    assert mailoutbox == []


def test_where_a_candidate_has_no_address_no_note_is_offered(house, slack, chat_server):  # noqa: F811
    house.tell(usual_story().candidate("noor", email=""))
    house.hand()
    run_due_jobs()

    assert "Write a note" not in buttons_of(chat_server.posted[0])


def test_whoever_wants_no_nudges_gets_none_anywhere(house, slack, chat_server, mailoutbox):  # noqa: F811
    chats.choose(house.maya, "")
    house.hand()
    run_due_jobs()

    assert (chat_server.posted, mailoutbox) == ([], [])
    assert not ChatAddress.objects.exists()


def test_what_somebody_turned_off_does_not_come_in_the_chat_either(house, slack, chat_server, mailoutbox):  # noqa: F811
    User.objects.update(wants_cards=False)
    house.hand()
    run_due_jobs()

    assert (chat_server.posted, mailoutbox) == ([], [])


@pytest.mark.parametrize("told_by", ["", "slack"])
def test_what_the_law_wants_is_always_a_mail(house, slack, chat_server, mailoutbox, told_by):  # noqa: F811
    User.objects.filter(pk=house.steward.pk).update(told_by=told_by)
    notices.tell_stewards(house.workspace, 2)
    notices.tell_of_records_elsewhere(house.workspace, ["Greenhouse, 17"])

    assert [mail.to for mail in mailoutbox] == [[house.steward.email]] * 2
    assert chat_server.posted == []


FAULTS = {
    "gone": Said(200, '{"ok": false, "error": "channel_not_found"}'),
    "not permitted": Said(200, '{"ok": false, "error": "missing_scope", "needed": "chat:write"}'),
    "wrong token": Said(200, '{"ok": false, "error": "invalid_auth"}'),
    "their trouble": Said(503),
    "torn": Said(200, "{"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_where_the_chat_fails_it_goes_by_mail_once_and_the_trouble_is_told(
    house,
    slack,
    chat_server,  # noqa: F811
    mailoutbox,
    fault,
):
    chat_server.fail(*[FAULTS[fault]] * 3)
    house.hand()
    run_due_jobs()

    assert [mail.to for mail in mailoutbox] == [[house.maya.email]]
    assert chat_server.posted == []
    address, chat = ChatAddress.objects.get(), Chat.objects.get()
    assert address.trouble
    assert bool(chat.trouble) == (fault in {"not permitted", "wrong token"}), (
        "the admins' trouble, or hers alone"
    )
    assert TOKEN not in address.trouble + chat.trouble


def test_once_it_works_again_nothing_is_said_of_the_trouble(house, slack, chat_server, mailoutbox):  # noqa: F811
    ChatAddress.objects.update(trouble="It was broken.")
    house.hand()
    run_due_jobs()

    assert ChatAddress.objects.get().trouble == ""
    assert mailoutbox == []


def test_where_nobody_knows_any_more_where_they_are_it_goes_by_mail(house, slack, chat_server, mailoutbox):  # noqa: F811
    ChatAddress.objects.all().delete()
    house.hand()
    run_due_jobs()

    assert [mail.to for mail in mailoutbox] == [[house.maya.email]]


def test_a_chat_that_is_no_more_ends_in_mails(house, slack, chat_server, mailoutbox):  # noqa: F811
    chats.remove(slack, by=house.admin)
    house.hand()
    run_due_jobs()

    assert [mail.to for mail in mailoutbox] == [[house.maya.email]]
    assert not ChatAddress.objects.exists()


def test_another_companys_slack_forgets_who_was_who(house, slack, chat_server):  # noqa: F811
    chat_server.team = "T0OTHER"
    chats.check(slack, now=NOW)

    assert Chat.objects.get().team == "T0OTHER"
    assert not ChatAddress.objects.exists()
    assert User.objects.get(pk=house.maya.pk).told_by == "mail"


def test_secrets_are_not_to_be_read_in_the_database(house, slack, chat_server):  # noqa: F811
    choose(house.jon, "teams", chat_server)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secrets FROM ifnotyou_chat")
        kept = str(cursor.fetchall())
        cursor.execute("SELECT secret FROM ifnotyou_chataddress")
        kept += str(cursor.fetchall())
    assert "hush-plover-9034" not in kept
    assert not any(secret in kept for secret in (TOKEN, SIGNING_SECRET))


def test_the_chat_of_another_workspace_is_not_offered(house, slack):
    other = found("Birch")
    assert chats.open_to(house.workspace) == ["teams", "slack"]
    assert chats.open_to(other.workspace) == ["teams"]
