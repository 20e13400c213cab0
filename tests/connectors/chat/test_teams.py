"""Teams, held to the contract, and what is its own."""

import pytest

from ifnotyou.connectors.base import ConnectorError
from ifnotyou.connectors.chat import all_chats
from ifnotyou.connectors.chat.contract import Settings, Unreachable
from tests.chatserver import ChatServer
from tests.connectors.chat.contract import CARD, HERE, MESSAGE, ChatContract, chat_waits  # noqa: F401
from tests.connectors.webserver import Said


class TestTeams(ChatContract):
    slug = "teams"

    def settings(self, far):
        return Settings()

    def to(self, far):
        return far.workflow

    def said(self, far):
        return far.cards


@pytest.fixture
def far(chat_waits):  # noqa: F811
    with ChatServer() as server:
        yield server


@pytest.fixture
def here(far):
    return all_chats()["teams"](Settings(), HERE)


def test_the_buttons_of_a_card_are_links_to_its_pages(here, far):
    here.post(far.workflow, CARD)

    (card,) = far.cards
    assert [action["url"] for action in card["actions"]] == [CARD.link, CARD.card.write_link]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_workflow_that_is_gone_is_the_persons_own_trouble(here, far, status):
    far.fail(Said(status))
    with pytest.raises(Unreachable, match="enter its address again"):
        here.post(far.workflow, MESSAGE)


@pytest.mark.parametrize(
    "address", ["", "nonsense", "ftp://example.com/x", "http://example.com/workflow?sig=1"]
)
def test_what_is_no_address_is_told_in_words(here, address):
    with pytest.raises(ConnectorError) as caught:
        here.post(address, MESSAGE)
    assert caught.value.permanent
