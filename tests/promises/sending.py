"""What the tests of "once" and bench/sending.py share: a company with many cards, and processes that send."""

from contextlib import contextmanager

from ifnotyou.models import Ask, Claim, Workspace
from ifnotyou.playbook.asking import AskState
from tests.company import found, usual_story
from tests.promises.killable import Killable

CARRIES_MANY = "[gates]\nmost_open_asks = 1000\n[askers.weights]\nrecent_asks = 0\n"


def address(number):
    return f"candidate{number}@example.com"


def company_with_cards(number):
    """A company where Maya holds so many cards, each for another human being; call inside no scope."""
    story = usual_story()
    for n in range(number):
        key = f"c{n}"
        name = "".join("abcdefghij"[int(digit)] for digit in str(n)).title()
        story.candidate(key, name=f"Candi {name}", email=address(n))
        story.offer(f"offer-{key}", candidate=key).met("maya", candidate=key, minutes=60, kind="lunch")
    house = found(story=story)
    Workspace.objects.filter(pk=house.workspace.pk).update(policy=CARRIES_MANY)
    house.workspace.refresh_from_db()
    return house


def hand_all(house, number):
    """The asks, in the order of `address`."""
    return [house.hand(offer=f"offer-c{n}") for n in range(number)]


class Hands(Killable):
    """A process that sends, by children that can be killed. `end` tells None for a child killed too soon."""

    def __init__(self):
        super().__init__("tests.promises.hands")

    def begin(self, ask, user, times=1):
        """Start an attempt, or several, one right after the other."""
        super().begin("send", ask.pk, user.pk, times)

    def send(self, ask, user):
        """A whole attempt, and what came of it."""
        self.begin(ask, user)
        (said,) = self.end()
        return said


@contextmanager
def hands(number=1):
    """So many sending processes."""
    started = [Hands() for _ in range(number)]
    try:
        yield started
    finally:
        for one in started:
            one.close()


def what_stands(ask, mails):
    """How an ask stands in the database after its sender was killed, in words; fails on what must never be.

    `mails`: how many the mail server took for it.
    """
    state = AskState(Ask.objects.values_list("state", flat=True).get(pk=ask.pk))
    claimed = Claim.objects.filter(ask=ask).exists()
    assert mails <= 1, f"{mails} mails for one ask"
    assert claimed == (state != AskState.WAITING), f"{state}, but claimed: {claimed}"
    if mails:
        assert state != AskState.WAITING, "the mail left, and the ask looks unsent"
    match state, mails:
        case AskState.WAITING, 0:
            return "not begun: still waiting"
        case AskState.SENDING, 0:
            return "claimed, and nothing had left"
        case AskState.SENDING, 1:
            return "left, and not yet written down"
        case AskState.ASKED, 1:
            return "left, and written down"
    raise AssertionError(f"{state} with {mails} mails")
