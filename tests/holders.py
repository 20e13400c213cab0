"""A role whose anonymous page several people hold, for the tests of that page."""

from datetime import UTC, datetime

from ifnotyou.models import Ask, RolePage
from ifnotyou.playbook.asking import AskState
from ifnotyou.playbook.channel import Channel
from tests.company import NOW, House, usual_story

TUESDAY = datetime(2026, 6, 16, 10, 5, tzinfo=UTC)
MONDAYS = [datetime(2026, 6, day, 5, 0, 30, tzinfo=UTC) for day in (22, 29)]
"""The quiet hours that begin the two weeks after it."""


def sent_to(house: House, people: int) -> RolePage:
    """The page of the role "job", whose link so many people were sent."""
    story = usual_story()
    askers = ["maya", "jon", "sam", "ana"]
    for number in range(1, people):
        key = f"holder{number}"
        story.candidate(key, name=f"Holder {number}", email=f"{key}@example.com")
        story.offer(key, candidate=key, days=5)
        story.met(askers[number % 4], candidate=key, minutes=60, kind="lunch")
    house.tell(story)
    for number in range(people):
        offer = f"holder{number}" if number else "offer"
        ask = house.hand(askers[number % 4] if number else "maya", offer)
        Ask.objects.filter(pk=ask.pk).update(state=AskState.ASKED, channel=Channel.EMAIL, claimed_at=NOW)
    return RolePage.objects.select_related("job", "workspace").get()
