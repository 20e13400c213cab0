"""A company in the database: the story of tests/factories.py, and somebody for each role."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.db import transaction
from django.utils import timezone
from django_scopes import scope

from ifnotyou.models import Ask, Decline, Employee, Mailbox, Role, User, Workspace
from ifnotyou.services import asks, habits
from ifnotyou.services.declines import judge_stale, mark_stale
from ifnotyou.services.storing import store
from tests.factories import TODAY, Story

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)
PASSWORD = "a long enough password"
NOTE = """Hi Noor,

Thank you for telling us, and for the afternoon with the ferry timetables. I understand, and I am happy that we met.

May I ask you one thing? If not you, who should we talk to about the Data Engineer role? Only if you are free to say.

It is completely fine to ignore this; I will not ask again. And you need not be named: if you like, it stays between us.

All the best,
Maya
"""
WORDS = asks.Words("Thank you, and one question", NOTE)


@dataclass
class House:
    """A workspace with its people. Maya knows the candidate best; Jon has met them too; the boss has not."""

    workspace: Workspace
    admin: User
    recruiter: User
    steward: User
    maya: User
    jon: User

    def employee(self, key: str) -> Employee:
        return Employee.objects.get(external_id=key)

    def decline(self, offer: str = "offer") -> Decline:
        return Decline.objects.get(offer__external_id=offer)

    def tell(self, story: Story) -> None:
        """Take a story in, as an import does."""
        with transaction.atomic():
            counts = store(story.records())
            habits.refresh(self.workspace)
            mark_stale(counts.changed_candidates)
            judge_stale(self.workspace, TODAY)

    def hand(self, employee: str = "maya", offer: str = "offer") -> Ask:
        """A card for a colleague."""
        return asks.hand_over(self.decline(offer), self.employee(employee), by=self.recruiter, now=NOW)

    def connect(self, user: User, server, address: str = "maya@example.org") -> None:
        """The user's mailbox at a mail server of the tests."""
        self.workspace.smtp_host = server.host
        self.workspace.smtp_port = getattr(server, "smtp_port", 0) or server.port
        self.workspace.smtp_security = "none"
        self.workspace.save()
        Mailbox.objects.create(
            workspace=self.workspace,
            user=user,
            address=address,
            username=address,
            password=getattr(server, "password", "sesame"),
        )


def usual_story(**about) -> Story:
    """Noor declined; Maya had lunch with them and knows them best, Jon paired with them."""
    story = Story(**about)
    story.met("maya", minutes=60, kind="lunch").voted("maya", 5).clicked("maya", 5)
    story.met("jon", minutes=45, kind="pairing", days=13).voted("jon", 4)
    for key in ("maya", "jon", "sam", "ana", "boss"):
        story.employee(key, email=f"{key}@example.org", timezone="Europe/Berlin")
    return story


def found(name: str = "Acme", story: Story | None = None) -> House:
    """A company with that story in it, and users; call inside no scope."""
    workspace = Workspace.objects.create(name=name)
    domain = f"{name.lower()}.example.org"
    with scope(workspace=workspace.pk):
        users = {
            key: User.objects.create_user(
                f"{key}@{domain}", PASSWORD, name=key.title(), role=role, workspace=workspace
            )
            for key, role in [
                ("admin", Role.ADMIN),
                ("recruiter", Role.RECRUITER),
                ("steward", Role.STEWARD),
                ("maya", Role.MEMBER),
                ("jon", Role.MEMBER),
            ]
        }
        house = House(workspace, **users)
        house.tell(story or usual_story())
        for key in ("maya", "jon"):
            user = users[key]
            user.employee = house.employee(key)
            user.save()
    return house


@pytest.fixture
def clock(monkeypatch):
    """It is noon of the stories' day; `clock(moment)` sets another one."""

    def set_to(moment: datetime) -> None:
        monkeypatch.setattr(timezone, "now", lambda: moment)

    set_to(NOW)
    return set_to


@pytest.fixture
def house(db, clock):
    """The company, with its workspace open."""
    made = found()
    with scope(workspace=made.workspace.pk):
        yield made
