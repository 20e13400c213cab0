"""A call that was answered with 2xx is kept and worked on, whenever web and worker are killed."""

import json
from datetime import UTC, datetime

from tests.operations.conftest import migrated, port, site  # noqa: F401 - fixtures
from tests.promises.storm import SECRET, company, happenings, storm

CALLS = 200
KILLS = 6
PEOPLE = 10

CONNECTED = """
workspace = Workspace.objects.create(name="Acme")
connection = Connection.objects.create(workspace=workspace, system="greenhouse", address={address!r}, {fields})
answer = [connection.pk, connection.hook_token]
"""

AT_THE_END = """
from collections import Counter
from django.utils import timezone
from django_scopes import scope
from ifnotyou.services import deliveries
connection = Connection.objects.get()
with scope(workspace=connection.workspace_id):
    deliveries.work(connection, now=timezone.now() + 2 * deliveries.LEASE)
calls = Delivery.objects.exclude(key__startswith="gone:").exclude(key__startswith="record:")
answer = [dict(Counter(calls.values_list("state", flat=True))), Decline.objects.count(), Offer.objects.count()]
"""


def test_call_that_was_answered_survives_sigkill_at_any_moment(site, port):  # noqa: F811 - the fixtures
    site.environment["REACHABLE_NETWORKS"] = "127.0.0.0/8"
    with company(PEOPLE, datetime.now(UTC)) as there:
        calls = happenings(there, CALLS)
        fields = f"secrets={json.dumps(there.settings())!r}, hook_secret={SECRET!r}"
        connection, token = site.look(CONNECTED.format(address=there.url, fields=fields))
        path = f"/hooks/greenhouse/{connection}/{token}/"

        callers, died = storm(site.environment, site.folder, port, path, calls, kills=KILLS, longest=2.5)
        states, declines, offers = site.look(AT_THE_END)

    assert callers.wrong == []
    assert sum(died.values()) == KILLS
    assert len(callers.taken) == len(calls)
    different = len({call.body for call in calls})
    assert sum(states.values()) == different
    assert set(states) <= {"done", "of_no_interest"}
    assert (declines, offers) == (PEOPLE, PEOPLE)
    assert token not in site.log
