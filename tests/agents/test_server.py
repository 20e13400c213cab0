"""`ifnotyou mcp` to the programs of people: what an agent is given, and that sending is a person's."""

import copy
import json
import os
import subprocess
import sys

import pytest
from mcp.shared.exceptions import MCPError

from tests.agents.apiserver import DOCUMENT, TOKEN, running_company
from tests.agents.client import ERAS, a_person_who, with_agent, with_agent_here, words_of

NOTE = {"ask_id": "5"}


@pytest.fixture
def company():
    with running_company() as running:
        yield running


async def listed(client):
    return {tool.name: tool for tool in (await client.list_tools()).tools}


def tools_of(company, **options):
    return with_agent_here(company.address, TOKEN, listed, **options)


def called(company, name, arguments=None, *, by=with_agent_here, **options):
    async def do(client):
        return await client.call_tool(name, arguments or {})

    return by(company.address, TOKEN, do, **options)


@pytest.mark.parametrize("era", ERAS)
def test_an_agent_is_told_the_rules_before_it_begins(company, era):
    async def do(client):
        return client.instructions, client.server_info.name, client.protocol_version

    rules, *told = with_agent(company.address, TOKEN, do, era=era)

    assert told == ["ifnotyou", "2025-11-25" if era == "legacy" else "2026-07-28"]
    for rule in (
        "Never invent what the two talked about",
        "Sending always asks the person",
        "never try again",
    ):
        assert rule in rules


def test_tools_are_what_the_token_and_its_person_may_do(company):
    assert set(tools_of(company)) == {
        "get_me",
        "list_declines",
        "decide_decline",
        "preview_note",
        "send_note",
    }

    company.me = {"role": "recruiter", "scopes": ["declines:read", "asks:read"]}
    assert set(tools_of(company)) == {"get_me", "list_declines", "preview_note"}

    company.me = {"role": "member", "scopes": ["declines:read", "declines:write", "asks:read"]}
    assert set(tools_of(company)) == {"get_me", "preview_note"}


def test_read_only_leaves_out_what_writes_whatever_the_token_may(company):
    given = with_agent(company.address, TOKEN, listed, "--read-only")
    assert set(given) == {"get_me", "list_declines", "preview_note"}


def test_a_tool_says_what_it_takes_and_what_it_does(company):
    tools = tools_of(company)

    assert tools["list_declines"].input_schema == {
        "type": "object",
        "properties": {"limit": {"type": "integer", "maximum": 100, "description": "How many at once."}},
        "required": [],
        "additionalProperties": False,
    }
    assert tools["list_declines"].description == "Declines\n\nThe newest first."
    assert tools["list_declines"].annotations.read_only_hint is True
    sending = tools["send_note"]
    assert set(sending.input_schema["properties"]) == {"ask_id"}
    assert (sending.annotations.read_only_hint, sending.annotations.destructive_hint) == (False, True)
    deciding = tools["decide_decline"]
    assert deciding.annotations.destructive_hint is False
    assert deciding.input_schema["properties"]["reason"] == {"type": "string", "maxLength": 100}
    assert deciding.input_schema["properties"]["decline_id"]["type"] == "string"
    assert deciding.input_schema["required"] == ["ask", "decline_id"]


def test_a_tool_does_what_the_interface_does(company):
    told = called(company, "list_declines", {"limit": 3}, by=with_agent)

    assert told.is_error is False
    assert told.structured_content == {"items": [{"id": 7, "candidate": "Noor"}], "next": None}
    assert json.loads(words_of(told)) == told.structured_content
    assert ("/api/v1/declines?limit=3", None) in company.asked("GET")

    called(company, "decide_decline", {"decline_id": "7", "ask": True})
    assert company.asked("POST") == [("/api/v1/declines/7/decide", {"ask": True})]


@pytest.mark.parametrize("era", ERAS)
def test_a_program_that_cannot_ask_its_person_sends_nothing(company, era):
    refused = called(company, "send_note", NOTE, era=era, by=with_agent)

    assert refused.is_error
    assert f"Nothing was sent. They can send it themselves on the page: {company.address}/" in words_of(
        refused
    )
    assert company.asked("POST") == []


NO = [
    a_person_who("decline"),
    a_person_who("cancel"),
    a_person_who("accept"),
    a_person_who("accept", yes=False),
]


@pytest.mark.parametrize("era", ERAS)
@pytest.mark.parametrize("person", NO, ids=lambda person: f"{person.says.action}-{person.says.content}")
def test_anything_but_a_yes_sends_nothing(company, era, person):
    refused = called(company, "send_note", NOTE, era=era, person=person)

    assert refused.is_error
    assert "nothing was sent" in words_of(refused)
    assert ("/api/v1/asks/5/preview", None) in company.asked("GET")
    assert company.asked("POST") == []


SHOWN = """\
Send this now, from your own mailbox? It goes to them once.

To: Noor <noor@example.net>
From: Maria <maria@example.org>
Subject: Hello

If not you, who?

Maria

What could be kinder:
- Take the deadline out."""


@pytest.mark.parametrize("era", ERAS)
def test_a_person_who_saw_the_whole_of_it_and_says_yes_sends_it_once(company, era):
    person = a_person_who("accept", yes=True)

    sent = called(company, "send_note", NOTE, era=era, person=person, by=with_agent)

    assert (sent.is_error, sent.structured_content) == (False, {"state": "asked"})
    (shown,) = person.shown
    assert shown.message == SHOWN
    assert shown.requested_schema["properties"]["yes"]["type"] == "boolean"
    assert list(company.sent.values()) == ["/api/v1/asks/5/send"]
    again = called(company, "send_note", NOTE, era=era, person=person)
    assert again.is_error
    assert "They were asked already. (already_asked)" in words_of(again)
    assert len(company.sent) == 1


def test_words_that_changed_while_the_person_read_are_not_sent(company):
    async def ask(_context, _params):
        company.preview |= {"confirmation": "another mark", "body": "Something else"}
        return person.says

    person = a_person_who("accept", yes=True)
    person.ask = ask
    refused = called(company, "send_note", NOTE, person=person)

    assert (refused.is_error, words_of(refused)) == (True, "Nobody has seen these words. (not_confirmed)")
    assert company.sent == {}


@pytest.mark.parametrize("why", ["held_back", "not_by_us"])
def test_what_may_not_leave_is_not_asked_for(company, why):
    company.preview |= {why: {"code": "x", "detail": "Your mailbox is not connected."}}
    person = a_person_who("accept", yes=True)

    refused = called(company, "send_note", NOTE, person=person)

    assert (refused.is_error, person.shown) == (True, [])
    assert words_of(refused) == "Nothing was sent. Your mailbox is not connected."


def test_one_yes_counts_once_however_often_a_program_says_it(company):
    async def do(client):
        session = client.session
        first = await session.call_tool("send_note", NOTE, allow_input_required=True)
        answers = dict.fromkeys(first.input_requests, person.says)
        return [
            await session.call_tool(
                "send_note", NOTE, input_responses=answers, request_state=first.request_state
            )
            for _ in range(2)
        ]

    person = a_person_who("accept", yes=True)
    sent = with_agent_here(company.address, TOKEN, do, person=person)

    assert [one.is_error for one in sent] == [False, False]
    assert len(company.sent) == 1


@pytest.mark.parametrize(
    ("arguments", "state"),
    [
        ({"ask_id": "6"}, None),
        (NOTE, '["the mark", "key"]'),
        (NOTE, "v1.forged"),
    ],
    ids=["another ask", "plain", "forged"],
)
def test_a_yes_is_for_what_was_shown(company, arguments, state):
    async def do(client):
        session = client.session
        first = await session.call_tool("send_note", NOTE, allow_input_required=True)
        answers = dict.fromkeys(first.input_requests, person.says)
        with pytest.raises(MCPError, match="Invalid or expired requestState"):
            await session.call_tool(
                "send_note", arguments, input_responses=answers, request_state=state or first.request_state
            )

    person = a_person_who("accept", yes=True)
    with_agent_here(company.address, TOKEN, do, person=person)
    assert company.sent == {}


def test_a_model_cannot_confirm_and_is_not_told_the_mark(company):
    refused = called(company, "send_note", NOTE | {"confirmation": "the mark"}, person=NO[0])
    assert (refused.is_error, words_of(refused)) == (True, "It takes no confirmation.")

    shown = called(company, "preview_note", NOTE)
    assert shown.structured_content["body"] == company.preview["body"]
    assert "the mark" not in words_of(shown) + str(shown.structured_content)
    assert company.sent == {}


def problem(status, headers=None, **said):
    return status, {"Content-Type": "application/problem+json", **(headers or {})}, said


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (problem(401, title="No"), "The token in IFNOTYOU_TOKEN is not known"),
        (problem(403, title="Forbidden", detail="It lacks asks:read."), "It lacks asks:read."),
        (problem(404, title="Not found"), "Not found"),
        (problem(409, detail="It is handed over.", code="handed"), "It is handed over. (handed)"),
        (
            problem(422, detail="Not like this.", errors=[{"pointer": "/limit", "detail": "too many"}]),
            "Not like this.\n- /limit: too many",
        ),
        (problem(429, {"Retry-After": "17"}, title="Too many"), "Too many calls. Try again in 17 seconds."),
        (problem(500), "ifnotyou has trouble of its own (500)."),
        ((502, {}, b"<html>"), "ifnotyou has trouble of its own (502)."),
        ((200, {}, b"<html>"), "The answer is not what ifnotyou says."),
        ((302, {"Location": "https://elsewhere.example/"}, b""), "leads on to elsewhere.example"),
    ],
)
def test_what_goes_wrong_is_told_in_words_without_the_token(company, answer, words):
    company.answers["GET", "/api/v1/declines"] = answer

    told = called(company, "list_declines")

    assert told.is_error
    assert words in words_of(told)
    assert TOKEN not in words_of(told)


@pytest.mark.parametrize("way", ["torn", 500, 502])
def test_what_may_have_been_done_is_told_as_that_and_not_tried_again(company, way):
    path = "/api/v1/asks/5/send"
    if way == "torn":
        company.torn.add(path)
    else:
        company.answers["POST", path] = problem(way)

    told = called(company, "send_note", NOTE, person=a_person_who("accept", yes=True))

    assert told.is_error
    assert "Whether it was done cannot be told from here: look before you try again." in words_of(told)
    assert company.asked("POST") == [(path, {"confirmation": "the mark"})]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({}, "It needs ask. It needs decline_id."),
        ({"decline_id": "1", "ask": True, "x": 1}, "It takes no x."),
    ],
)
def test_arguments_that_do_not_fit_are_told(company, arguments, words):
    told = called(company, "decide_decline", arguments)

    assert (told.is_error, words_of(told)) == (True, words)
    assert company.asked("POST") == []


def test_no_argument_leads_to_another_place(company):
    called(company, "decide_decline", {"decline_id": "../asks/5/send?x=", "ask": True})
    for nothing in (".", ".."):
        assert called(company, "decide_decline", {"decline_id": nothing, "ask": True}).is_error

    assert [path for path, _ in company.asked("POST")] == [
        "/api/v1/declines/..%2Fasks%2F5%2Fsend%3Fx%3D/decide"
    ]


def started(**settings):
    return subprocess.run(
        [sys.executable, "-m", "ifnotyou.cli", "mcp"],
        env={name: value for name, value in os.environ.items() if not name.startswith("IFNOTYOU")} | settings,
        input="",
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )


def test_it_does_not_start_without_an_address_and_a_token(company):
    for settings in ({}, {"IFNOTYOU_URL": company.address}, {"IFNOTYOU_TOKEN": TOKEN}):
        assert "Set IFNOTYOU_URL to the address" in started(**settings).stderr

    refused = started(IFNOTYOU_URL="http://ask.example.com", IFNOTYOU_TOKEN=TOKEN)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Without encryption others could read along." in refused.stderr

    unknown = started(IFNOTYOU_URL=company.address, IFNOTYOU_TOKEN="ifny_other")
    assert (unknown.returncode, unknown.stdout) == (1, "")
    assert "The token in IFNOTYOU_TOKEN is not known" in unknown.stderr
    assert "ifny_other" not in unknown.stderr


def with_body(schema):
    told = copy.deepcopy(DOCUMENT)
    sending = told["paths"]["/api/v1/asks/{ask_id}/send"]["post"]
    sending["requestBody"]["content"]["application/json"]["schema"] = schema
    told["components"]["schemas"]["Circle"] = {"items": {"$ref": "#/components/schemas/Circle"}}
    return told


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"$ref": "#/components/schemas/Nothing"}, "names #/components/schemas/Nothing, which is not in it."),
        ({"$ref": "#/components/schemas/Circle"}, "leads in circles at #/components/schemas/Circle."),
        ({"properties": {"ask_id": {}}}, "has two arguments of one name for send_note."),
    ],
)
def test_a_document_that_cannot_be_used_is_told_at_the_start(company, schema, words):
    company.answers["GET", "/api/v1/openapi.json"] = (200, {}, with_body(schema))

    refused = started(IFNOTYOU_URL=company.address, IFNOTYOU_TOKEN=TOKEN)

    assert (refused.returncode, refused.stdout) == (1, "")
    assert words in refused.stderr


def test_it_needs_neither_django_nor_a_database():
    seen = subprocess.run(
        [
            sys.executable,
            "-c",
            "import sys, ifnotyou.cli.mcp, ifnotyou.agents.server; print([m for m in sys.modules if 'django' in m])",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert seen.stdout == "[]\n"
