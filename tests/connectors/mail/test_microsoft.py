"""Microsoft 365: every way an exchange can end, and what is said of the note."""

import json
import re
from pathlib import Path

import pytest

from ifnotyou.connectors.base import NotSent
from ifnotyou.connectors.http import Answer, HttpClient
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.providers.contract import App
from tests.connectors.graphserver import GraphServer
from tests.connectors.notes import a_note
from tests.connectors.oauthserver import CLIENT, SECRET, Heard
from tests.connectors.providercontract import Kept, ProviderContract, provider_at

PUBLISHED = json.loads((Path(__file__).parent / "published" / "graph.json").read_text(encoding="utf-8"))


def method_of(method, path):
    """The published method that a request is for; Graph does not tell small letters from capitals."""
    asked = path.removeprefix("/v1.0").casefold()
    for one, methods in PUBLISHED["paths"].items():
        if re.fullmatch(one.replace("{id}", "[a-z]+"), asked) and method in methods:
            return methods[method]
    raise AssertionError(f"Microsoft publishes no {method} {path}")


class TestMicrosoft(ProviderContract):
    slug = "microsoft"
    server = GraphServer

    def published(self, method, path):
        assert path.startswith("/v1.0/")
        one = method_of(method, path)
        return one["scopes"], ["text/plain"] if "text/plain" in one.get("content", ()) else None

    def test_its_stand_in_answers_with_the_published_status(self):
        access, _ = self.far.grant()
        box = provider_at("microsoft", self.far.url).mailbox(Kept(access))
        note = a_note()
        for does in (box.check, box.address, lambda: box.send(note), lambda: box.draft(note)):
            does()
        box.find_sent(note.message_id)
        for heard in list(self.far.heard):
            again = Heard(heard.method, heard.path, heard.query, heard.headers, heard.body)
            assert self.far.answer(again)[0] == method_of(heard.method, heard.path)["status"]

    def test_a_note_that_left_is_found_among_the_sent_ones(self, mailbox):
        note = a_note()
        mailbox.send(note)

        assert mailbox.find_sent(note.message_id) is True

    def test_not_to_find_it_proves_nothing(self, mailbox):
        self.far.keeps_ids = False
        note = a_note()
        mailbox.send(note)

        assert mailbox.find_sent(note.message_id) is None
        assert mailbox.find_sent(a_note().message_id) is None

    def test_where_nobody_may_look_nobody_can_tell(self, locked_out):
        assert locked_out.find_sent(a_note().message_id) is None

    @pytest.mark.parametrize(
        ("me", "address"),
        [
            ({"mail": None, "userPrincipalName": "maya@acme.example.com"}, "maya@acme.example.com"),
            ({"mail": "m@acme.example.com", "userPrincipalName": "maya"}, "m@acme.example.com"),
        ],
    )
    def test_the_address_is_that_of_the_mailbox_or_else_of_the_account(
        self, mailbox, monkeypatch, me, address
    ):
        monkeypatch.setattr(HttpClient, "send", lambda *_, **__: Answer(200, {}, json.dumps(me).encode(), ""))

        assert mailbox.address() == address

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>", b'{"userPrincipalName": "maya"}'])
    def test_an_account_without_an_address_is_told(self, mailbox, monkeypatch, body):
        monkeypatch.setattr(HttpClient, "send", lambda *_, **__: Answer(200, {}, body, ""))

        with pytest.raises(NotSent):
            mailbox.address()

    @pytest.mark.parametrize(
        ("tenant", "part"),
        [
            ("", "organizations"),
            ("0f1-2", "0f1-2"),
            ("acme.example.com", "acme.example.com"),
            ("a/b", "organizations"),
        ],
    )
    def test_the_tenant_is_part_of_the_addresses(self, tenant, part):
        provider = all_providers()["microsoft"](App(CLIENT, SECRET, {"tenant": tenant}), HttpClient())

        assert provider.token_address == f"https://login.microsoftonline.com/{part}/oauth2/v2.0/token"
        assert provider.consent_address == f"https://login.microsoftonline.com/{part}/oauth2/v2.0/authorize"
