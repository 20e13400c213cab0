"""An agent at a real company: what token and role give it, one note by a person's yes, and nothing that is secret."""

import pytest
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from django_scopes import scope

from ifnotyou.agents.operations import PAGES, PREVIEWS
from ifnotyou.api.access import RULES
from ifnotyou.models import Ask, AuditEvent, Referral, Vip
from ifnotyou.playbook.asking import AskState
from ifnotyou.services.tokens import SCOPES, make_token, scopes_of
from tests.agents.client import ERAS, a_person_who, with_agent, with_agent_here, words_of
from tests.api.test_letters import filled
from tests.api.test_referrals import SECRETS, planted
from tests.company import NOTE, NOW, WORDS, clock, found  # noqa: F401 - one is a fixture
from tests.connectors.mailserver import Break, Fault, FaultySmtp, Stage
from tests.letters import MAIL, hosted, tell_of_itself
from tests.promises.slow_smtp import SlowSmtp

ROLES = ["admin", "recruiter", "steward", "maya"]
LEFT_OUT = {"upload_import", "ask_referrer"}
"""What an agent is not given: a file is not its business, and there is no preview of a question to ask about."""
"""Takes a file, not JSON."""


@pytest.fixture
def house(transactional_db, live_server, clock, settings):  # noqa: F811
    """The company, with its workspace open, and its ifnotyou at an address."""
    settings.PUBLIC_URL = live_server.url
    cache.clear()
    made = found()
    with scope(workspace=made.workspace.pk):
        yield made


@pytest.fixture
def given(live_server, house):
    """given(user, do): what `do(client)` returns of an agent with a token of theirs, for all scopes or only these."""

    def agent(user, do, *words, scopes=SCOPES, by=with_agent_here, **options):
        own = set(scopes_of(user)) & set(scopes)
        _, secret = make_token(user, name="agent", scopes=own, days=3, now=timezone.now())
        return by(live_server.url, secret, do, *words, **options)

    return agent


def calling(name, **arguments):
    async def do(client):
        return await client.call_tool(name, arguments)

    return do


async def names(client):
    return {tool.name for tool in (await client.list_tools()).tools}


def allowed(role, scopes):
    return {
        name
        for name, rule in RULES.items()
        if role in rule.roles and (not rule.scope or rule.scope in scopes)
    } - LEFT_OUT


@pytest.fixture
def ask(house):
    made = house.hand()
    made.subject, made.body = WORDS.subject, NOTE
    made.save()
    return made


def test_a_program_lists_declines(house, given):
    listed = given(house.recruiter, calling("list_declines"), by=with_agent)

    assert listed.is_error is False
    (decline,) = listed.structured_content["items"]
    assert decline["candidate"] == "Noor Haddad"


@pytest.mark.parametrize("who", ROLES)
def test_an_agent_is_given_what_token_and_role_both_allow(house, given, who):
    user = getattr(house, who)
    reading = {name for name in SCOPES if name.endswith(":read")}

    assert given(user, names) == allowed(user.role, SCOPES)
    assert (
        given(user, names, read_only=True)
        == given(user, names, scopes=reading)
        == allowed(user.role, reading)
    )
    assert given(user, names, scopes=["asks:read"]) == allowed(user.role, {"asks:read"})


def test_a_token_that_only_reads_changes_nothing(house, given):
    refused = given(
        house.recruiter,
        calling("decide_decline", decline_id=str(house.decline().pk), yes=False),
        scopes=["declines:read"],
    )

    assert (refused.is_error, words_of(refused)) == (
        True,
        "There is no tool called decide_decline for this token.",
    )


def test_every_operation_that_sends_has_a_preview_and_a_page():
    assert {name for name, rule in RULES.items() if rule.sends} - LEFT_OUT == set(PREVIEWS)
    assert set(PREVIEWS.values()) == set(PAGES) <= set(RULES)
    assert PAGES["preview_note"].format(ask_id=7) == reverse("card", args=[7])
    assert PAGES["preview_letter"].format(vip_id=7) == reverse("name", args=[7])


@pytest.mark.parametrize("era", ERAS)
def test_a_program_that_cannot_ask_its_person_is_refused_and_nothing_leaves(
    house, given, ask, live_server, era
):
    with SlowSmtp() as smtp:
        house.connect(house.maya, smtp)
        refused = given(house.maya, calling("send_note", ask_id=str(ask.pk)), by=with_agent, era=era)

    assert refused.is_error
    assert words_of(refused).endswith(f"on the page: {live_server.url}/cards/{ask.pk}/")
    assert smtp.mails == {}
    assert Ask.objects.get().state == AskState.WAITING


@pytest.mark.parametrize("action", ["decline", "cancel"])
def test_a_person_who_does_not_want_it_sends_nothing(house, given, ask, action):
    with SlowSmtp() as smtp:
        house.connect(house.maya, smtp)
        given(house.maya, calling("send_note", ask_id=str(ask.pk)), person=a_person_who(action))

    assert smtp.mails == {}
    assert Ask.objects.get().state == AskState.WAITING


@pytest.mark.parametrize("era", ERAS)
def test_a_person_who_says_yes_sends_one_note_and_never_a_second(house, given, ask, era):
    person = a_person_who("accept", yes=True)

    async def twice(client):
        return [await client.call_tool("send_note", {"ask_id": str(ask.pk)}) for _ in range(2)]

    with SlowSmtp() as smtp:
        house.connect(house.maya, smtp)
        sent, again = given(house.maya, twice, by=with_agent, person=person, era=era)

    assert (sent.is_error, sent.structured_content["state"]) == (False, "asked")
    assert again.is_error
    assert smtp.mails == {"noor@example.com": 1}
    (shown,) = person.shown
    assert "To: Noor Haddad <noor@example.com>" in shown.message
    written, greeting = NOTE.strip().split("\n\nAll the best,")
    assert written in shown.message
    assert f"All the best,{greeting}\n\nA link that ends in “/…” is whole in the mail." in shown.message
    assert AuditEvent.objects.filter(verb="sent", noun="ask").count() == 1


def test_a_note_to_take_along_asks_too_and_counts_as_the_one_ask(house, given, ask):
    person = a_person_who("accept", yes=True)

    taken = given(house.maya, calling("take_note_along", ask_id=str(ask.pk)), person=person)

    assert taken.is_error is False
    assert Ask.objects.get().state == AskState.TAKEN
    assert person.shown[0].message.startswith("Take this along, to send it with your own mail program?")


def test_a_host_has_a_letter_written_and_says_yes_to_it_themselves(house, given):
    tell_of_itself(house)
    vip, person = hosted(house), a_person_who("accept", yes=True)
    which = {"vip_id": str(vip.pk), "kind": "first"}

    async def write_and_send(client):
        read = await client.call_tool("get_letter", which)
        saved = await client.call_tool("save_letter", which | filled(read.structured_content["draft"]))
        return [saved] + [await client.call_tool("send_letter", which) for _ in range(2)]

    with SlowSmtp() as smtp:
        house.connect(house.jon, smtp, "jon@example.org")
        saved, sent, again = given(house.jon, write_and_send, person=person)

    assert [one.is_error for one in (saved, sent, again)] == [False, False, True]
    assert smtp.mails == {MAIL: 1}
    assert f"<{MAIL}>" in person.shown[0].message
    assert vip.forget_token not in person.shown[0].message + words_of(saved) + words_of(sent)


def test_what_is_uncertain_is_told_as_that(house, given, ask):
    with FaultySmtp(Fault(Stage.END, Break.DROP)) as smtp:
        house.connect(house.maya, smtp)
        told = given(
            house.maya, calling("send_note", ask_id=str(ask.pk)), person=a_person_who("accept", yes=True)
        )

    assert told.structured_content["state"] == "uncertain"


def arguments_to_read(house, tool):
    """The arguments of a tool that reads, for every row there is."""
    keys = {
        "ask_id": [str(ask.pk) for ask in Ask.objects.all()],
        "decline_id": [str(house.decline(key).pk) for key in ("offer", "zeb")],
        "vip_id": [str(vip.pk) for vip in Vip.objects.all()],
        "referral_id": [str(one.pk) for one in Referral.objects.all()],
        "import_id": [],
        "kind": ["first", "goodbye"],
    }
    found_ones = [{}]
    for name in tool.input_schema["required"]:
        found_ones = [one | {name: value} for one in found_ones for value in keys.get(name, [])]
    return found_ones


@pytest.mark.parametrize("who", ROLES)
def test_no_tool_tells_who_gave_a_name_in_confidence_or_why_somebody_declined(house, given, who):
    planted(house)
    ways = {}

    async def tell(client):
        tools = (await client.list_tools()).tools
        for tool in tools:
            if tool.annotations.read_only_hint:
                ways[tool.name] = [await client.call_tool(tool.name, one) for one in told[tool.name]]

    async def ask_for(client):
        return {tool.name: tool for tool in (await client.list_tools()).tools}

    told = {
        name: arguments_to_read(house, tool) for name, tool in given(getattr(house, who), ask_for).items()
    }
    given(getattr(house, who), tell)

    assert any(not one.is_error for one in ways["list_vips"])
    for name, answers in ways.items():
        for answer in answers:
            text = words_of(answer)
            if "decline" not in name:  # whoever may see a decline knows the candidate
                assert [word for word in SECRETS if word in text] == [], name
            assert not ("Ida" in text and "Zebulon" in text), name
