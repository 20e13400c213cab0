"""Gmail: every way an exchange can end, and what is said of the note."""

import json
import re
from pathlib import Path

import pytest

from ifnotyou.connectors.base import NotSent, Uncertain
from ifnotyou.connectors.http import Answer, HttpClient
from tests.connectors.gmailserver import GmailServer
from tests.connectors.notes import a_note
from tests.connectors.oauthserver import Heard
from tests.connectors.providercontract import Kept, ProviderContract, provider_at

PUBLISHED = json.loads((Path(__file__).parent / "published" / "gmail.json").read_text(encoding="utf-8"))


def method_of(method, path):
    """The published method that a request is for."""
    for one in PUBLISHED["methods"]:
        if one["httpMethod"] == method and re.fullmatch("/" + one["path"].replace("{userId}", "me"), path):
            return one
    raise AssertionError(f"Google publishes no {method} {path}")


class TestGmail(ProviderContract):
    slug = "gmail"
    server = GmailServer

    def published(self, method, path):
        return method_of(method, path)["scopes"], ["application/json"] if method == "POST" else None

    def test_what_is_posted_has_the_published_shape(self, mailbox):
        mailbox.send(a_note())
        mailbox.draft(a_note())

        for heard in self.far.heard:
            schema = PUBLISHED["schemas"][method_of(heard.method, heard.path)["request"]["$ref"]]
            posted = json.loads(heard.body)
            message = posted.get("message", posted)
            assert set(posted) <= set(schema["properties"])
            assert set(message) == {"raw"} <= set(PUBLISHED["schemas"]["Message"]["properties"])

    def test_its_stand_in_answers_in_the_published_shape(self):
        """A stand-in that answers something else than Google does would prove nothing."""
        access, _ = self.far.grant()
        provider_at("gmail", self.far.url).mailbox(Kept(access)).draft(a_note())
        (posted,) = self.far.heard
        for method in PUBLISHED["methods"]:
            path = "/" + method["path"].replace("{userId}", "me")
            body = (
                posted.body
                if path.endswith("drafts")
                else json.dumps(json.loads(posted.body)["message"]).encode()
            )
            status, told = self.far.answer(Heard(method["httpMethod"], path, {}, posted.headers, body))
            assert (
                status,
                set(told) - set(PUBLISHED["schemas"][method["response"]["$ref"]]["properties"]),
            ) == (200, set())

    def test_the_mailbox_cannot_be_looked_into(self, mailbox):
        note = a_note()
        mailbox.send(note)
        before = len(self.far.heard)

        assert mailbox.find_sent(note.message_id) is None
        assert len(self.far.heard) == before

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>"])
    def test_a_yes_that_is_not_gmails_is_uncertain(self, mailbox, monkeypatch, body):
        monkeypatch.setattr(HttpClient, "send", lambda *_, **__: Answer(200, {}, body, ""))

        for does in (mailbox.send, mailbox.draft):
            with pytest.raises(Uncertain):
                does(a_note())

    @pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"<html>"])
    def test_a_profile_without_an_address_is_told(self, mailbox, monkeypatch, body):
        monkeypatch.setattr(HttpClient, "send", lambda *_, **__: Answer(200, {}, body, ""))

        with pytest.raises(NotSent):
            mailbox.check()
