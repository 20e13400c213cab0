from datetime import date

import pytest

from ifnotyou.playbook.channel import Channel, choose_channel
from ifnotyou.playbook.policy import ChannelPolicy

WEDNESDAY = date(2026, 6, 17)


def channel(declined, today=WEDNESDAY, has_address=True):
    chosen, why = choose_channel(declined, today, has_address, ChannelPolicy())
    return chosen, why.code


@pytest.mark.parametrize(
    ("declined", "chosen"),
    [
        (date(2026, 6, 17), Channel.CONVERSATION),
        (date(2026, 6, 16), Channel.CONVERSATION),
        (date(2026, 6, 15), Channel.EMAIL),
        (date(2026, 5, 10), Channel.EMAIL),
        (None, Channel.EMAIL),
    ],
)
def test_in_conversation_first_then_by_mail(declined, chosen):
    assert channel(declined)[0] == chosen


def test_without_an_address_it_is_a_conversation():
    assert channel(date(2026, 6, 1), has_address=False) == (Channel.CONVERSATION, "no_address")


@pytest.mark.parametrize(
    ("declined", "today", "words"),
    [
        (date(2026, 6, 15), date(2026, 6, 17), "now is a good time"),
        (date(2026, 6, 17), date(2026, 6, 19), "best on Monday, 2026-06-22"),  # not on a Friday
        (date(2026, 6, 18), date(2026, 6, 20), "best on Monday, 2026-06-22"),
        (date(2026, 6, 1), date(2026, 6, 17), "soon"),
    ],
)
def test_a_mail_comes_after_a_thank_you_and_not_before_a_weekend(declined, today, words):
    _, why = choose_channel(declined, today, has_address=True, policy=ChannelPolicy())
    assert words in why.text
    assert "separate thank-you" in why.text
