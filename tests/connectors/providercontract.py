"""What a mailbox at a provider has to do besides what every mailbox does, and each provider.

class TestGmail(ProviderContract):
    slug, server = "gmail", GmailServer
    ...
"""

import re

import pytest

from ifnotyou.connectors.base import NotSent, Trouble, Uncertain
from ifnotyou.connectors.http import HttpClient
from ifnotyou.connectors.mail.message import as_eml
from ifnotyou.connectors.mail.providers import all_providers
from ifnotyou.connectors.mail.providers.contract import App, Tokens
from tests.connectors.contract import MailboxContract
from tests.connectors.notes import a_note
from tests.connectors.oauthserver import CLEAR, CLIENT, SECRET, UNCLEAR, How
from tests.ports import HOST, free_ports

PATIENCE = 40  # seconds; a busy machine is not a broken connection
HASTE = 4  # seconds; what a server that never answers costs each test


class Kept(Tokens):
    """Tokens that a test hands out; `used_up` are those that were refused."""

    def __init__(self, *tokens):
        self.tokens, self.used_up = list(tokens), []

    def current(self):
        return self.tokens[0]

    def instead_of(self, refused):
        self.used_up.append(refused)
        if len(self.tokens) == 1:
            raise NotSent(Trouble.SIGN_IN_REFUSED, "The consent was taken back.", permanent=True)
        return self.tokens.pop(1)


def provider_at(slug, url, **client):
    """The provider, with everything at one address."""
    settings = {
        "timeout": PATIENCE,
        "deadline": PATIENCE,
        "networks": ("127.0.0.0/8",),
        "follows": False,
    } | client
    return all_providers()[slug](App(CLIENT, SECRET, {}, url), HttpClient(**settings))


class ProviderContract(MailboxContract):
    """The tests. Say which provider, what stands in for it, and what the provider publishes of a request."""

    slug: str
    server: type
    password = "access-that-was-never-given"

    def published(self, method, path):
        """The scopes any of which will do, and the content types (None: no body), of one published method."""
        raise NotImplementedError

    @pytest.fixture(autouse=True)
    def _far(self):
        with self.server() as far:
            self.far = far
            yield

    def _at(self, tokens, url=None, **client):
        return provider_at(self.slug, url or self.far.url, **client).mailbox(tokens)

    @pytest.fixture
    def mailbox(self):
        access, _ = self.far.grant()
        return self._at(Kept(access))

    @pytest.fixture
    def locked_out(self):
        return self._at(Kept(self.password))

    @pytest.fixture
    def unreachable(self):
        (port,) = free_ports(1)
        return self._at(Kept(self.password), f"http://{HOST}:{port}")

    @pytest.fixture
    def unclear(self):
        with self.server() as far:
            far.fault = How.CUT
            yield provider_at(self.slug, far.url).mailbox(Kept(*far.grant()[:1]))

    @pytest.fixture
    def refusing(self):
        with self.server() as far:
            far.fault = 400
            yield provider_at(self.slug, far.url).mailbox(Kept(*far.grant()[:1]))

    def arrived(self, address):
        return self.far.messages(address)

    def test_what_leaves_or_becomes_a_draft_is_ours_to_the_byte(self, mailbox):
        note = a_note(recipient_name="Kim Álvarez, PhD", body="Zażółć\n.\n" + "long " * 300)
        mailbox.send(note)
        mailbox.draft(note)

        assert self.far.sent == self.far.drafts == [as_eml(note, draft=False)]
        assert b"X-Unsent" not in self.far.drafts[0]

    def test_a_draft_sends_nothing(self, mailbox):
        mailbox.draft(a_note())

        assert (self.far.sent, len(self.far.drafts)) == ([], 1)

    @pytest.mark.parametrize("does", ["send", "draft"])
    @pytest.mark.parametrize("took_it", [True, False])
    @pytest.mark.parametrize("how", UNCLEAR, ids=str)
    def test_whatever_leaves_it_unclear_is_uncertain_and_asked_once(self, does, took_it, how):
        self.far.fault, self.far.took_it = how, took_it
        access, _ = self.far.grant()
        hasty = {"timeout": HASTE, "deadline": HASTE} if how in {How.HANG, How.DRIP} else {}
        mailbox = self._at(Kept(access), **hasty)

        with pytest.raises(Uncertain) as failed:
            getattr(mailbox, does)(a_note())

        self.assert_discreet(failed.value, a_note())
        assert len(self.far.heard) == 1
        assert len(self.far.sent + self.far.drafts) == int(took_it)

    @pytest.mark.parametrize("does", ["send", "draft"])
    @pytest.mark.parametrize("status", CLEAR)
    def test_a_clear_no_is_not_sent_and_asked_once(self, mailbox, does, status):
        self.far.fault = status

        with pytest.raises(NotSent) as failed:
            getattr(mailbox, does)(a_note())

        assert failed.value.permanent == (status not in {403, 429})
        assert str(status) in failed.value.text
        assert (len(self.far.heard), self.far.sent, self.far.drafts) == (1, [], [])

    @pytest.mark.parametrize("does", ["send", "draft"])
    def test_a_token_that_has_ended_is_renewed_once_and_the_note_is_taken_once(self, does):
        access, _ = self.far.grant()
        tokens = Kept("ended", access)

        getattr(self._at(tokens), does)(a_note())

        assert tokens.used_up == ["ended"]
        assert len(self.far.sent + self.far.drafts) == 1

    def test_two_tokens_that_are_refused_are_a_refused_sign_in(self):
        tokens = Kept("ended", "ended as well")

        with pytest.raises(NotSent) as failed:
            self._at(tokens).send(a_note())

        assert (failed.value.reason_code, failed.value.permanent) == (Trouble.SIGN_IN_REFUSED, True)
        assert len(self.far.heard) == 2

    def test_the_unforeseen_after_the_call_began_is_uncertain(self, mailbox, monkeypatch):
        monkeypatch.setattr(HttpClient, "_once", lambda *_: 1 // 0)

        with pytest.raises(Uncertain):
            mailbox.send(a_note())

    def test_the_address_of_the_account_is_learnt(self, mailbox):
        assert mailbox.address() == self.far.address

    def test_every_request_is_one_that_the_provider_publishes_with_a_scope_that_we_ask_for(self, mailbox):
        note = a_note()
        mailbox.check()
        mailbox.address()
        mailbox.send(note)
        mailbox.draft(note)
        mailbox.find_sent(note.message_id)

        ours = {scope.name for scope in all_providers()[self.slug].scopes}
        for heard in self.far.heard:
            scopes, content = self.published(heard.method, heard.path)
            assert {one for one in ours if one in scopes or one.rpartition("/")[2] in scopes}, heard.path
            assert heard.headers.get("content-type") in (content or [None]), heard.path
        used = {scope for heard in self.far.heard for scope in self.published(heard.method, heard.path)[0]}
        needed = {one for one in ours if one != "offline_access"}
        assert not {one for one in needed if not {one, one.rpartition("/")[2]} & used}, (
            "a scope that nothing needs"
        )

    def test_the_provider_says_all_that_a_page_needs(self):
        kind = all_providers()[self.slug]
        assert kind.slug == self.slug
        assert all(scope.name and scope.why for scope in kind.scopes)
        assert any("{back}" in step for step in kind.steps)
        assert kind.never
        assert kind.take_back

    def test_everything_is_encrypted_where_it_usually_is(self):
        provider = all_providers()[self.slug](App(CLIENT, SECRET), HttpClient())
        places = [provider.consent_address, provider.token_address, provider.revocation_address]
        assert all(re.match(r"https://[a-z0-9.]+\.com/", place) for place in places if place)
