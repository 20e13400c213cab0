"""People's own doors, tried: how many are shut and why, within a minute (operations/test_doctor_tries.py has all)."""

import pytest
from django_scopes import scope

from ifnotyou.models import Calendar, User, Workspace
from ifnotyou.services import doors


@pytest.fixture
def workspace(transactional_db):
    """Five hosts whose calendars are nowhere that may be asked, and one who has left."""
    made = Workspace.objects.create(name="Acme")
    with scope(workspace=made.pk):
        for number in range(6):
            user = User.objects.create_user(
                f"u{number}@example.org", name="Planted", workspace=made, is_active=number < 5
            )
            url = f"https://127.0.0.{number + 1}/planted.ics"
            Calendar.objects.create(workspace=made, user=user, kind="feed", url=url)
    return made


def test_reasons_are_told_and_no_more_than_anybody_reads(workspace):
    (found,) = doors.tried(workspace)

    assert found.code == "calendars"
    assert found.text.startswith(
        "5 of 5 calendars cannot be read. They are told: “127.0.0.1 is not on the public"
    )
    assert found.text.endswith(" And more.")
    assert found.text.count("“") == 3
    assert "lanted" not in found.text


def test_what_there_was_no_time_for_is_told_as_that(workspace, monkeypatch):
    monkeypatch.setattr(doors, "TOGETHER", -1.0)

    (found,) = doors.tried(workspace)

    assert found.code == "calendars_untried"
    assert found.text.startswith("5 of 5 could not be tried within a minute")
