"""Workable, against answers of our own in the shapes that its documents print."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import ClassVar

import pytest

from ifnotyou.connectors.ats.contract import Dossier, Ending, Gone, Hint, LastOffer
from ifnotyou.connectors.base import ConnectorError, NotFromThem, Trouble
from ifnotyou.playbook.offers import Doubt, EndedBy, OfferState, outcome
from ifnotyou.playbook.records import (
    Candidate,
    Interview,
    InterviewStatus,
    Job,
    OfferStatus,
)
from tests.connectors.ats.contract import AtsContract, CallsContract, told
from tests.connectors.ats.far import REFUSED, RecordedFar
from tests.connectors.webserver import Said

KEY = "wk-0123456789abcdef"
PUBLISHED = Path(__file__).parents[4] / "shared" / "facts" / "payloads" / "workable"
APPROVER_REFUSED, NEVER_OFFERED, UNCLEAR, TOLD_WHY = "2f1c05", "2f1c06", "2f1c07", "2f1c08"
SCOPES = {"candidates": "r_candidates", "disqualification_reasons": "r_candidates"}


class Far(RecordedFar):
    slug = "workable"
    settings: ClassVar[Mapping[str, str]] = {"subdomain": "lanternworks", "key": KEY}
    declined, open, long_ago, gone, confidential = "2f1c01", "2f1c02", "2f1c03", "2f1cff", "2f1c04"
    expected = Dossier(
        application_id="2f1c01",
        candidate=Candidate(
            id="2f1c01",
            name="Dana Berg",
            email="dana@berg.example",
            linkedin_url="https://www.linkedin.com/in/dana-b",
            current_company="Brightwater",
            current_title="Engineer",
            past_employers=("Quillon",),
            schools=("University of Lund",),
        ),
        job=Job(id="7D1A55C0FE", title="Staff Engineer", department="Platform"),
        offer=LastOffer(OfferState.DECLINED, "rejected"),
        ending=Ending(EndedBy.CANDIDATE, datetime(2026, 3, 9, 8, tzinfo=UTC), reason="Turned our offer down"),
        interviews=(
            Interview(
                id="10a1-4c01",
                candidate_id="2f1c01",
                job_id="7D1A55C0FE",
                employee_id="4c01",
                kind="interview",
                started_at=datetime(2026, 2, 20, 10, tzinfo=UTC),
                minutes=45.0,
                status=InterviewStatus.COMPLETED,
            ),
            Interview(
                id="10a2-4c03",
                candidate_id="2f1c01",
                job_id="7D1A55C0FE",
                employee_id="4c03",
                kind="call",
                started_at=datetime(2026, 2, 18, 10, tzinfo=UTC),
                minutes=30.0,
                status=InterviewStatus.CANCELLED,
            ),
        ),
    )

    def scope_of(self, path):
        return "r_offers" if path.endswith("/offer") else SCOPES.get(path.split("/")[3], "r_jobs")

    def answer(self, path, query, headers):
        if headers.get("Authorization") != f"Bearer {KEY}":
            return Said(REFUSED, '{"error": "Not authorized"}')
        match path.removeprefix("/spi/v3/").split("/"):
            case ["candidates"]:
                return self._page(query)
            case ["candidates", id_]:
                found = next((one for one in self.recorded("candidates") if one["id"] == id_), None)
                if id_ in self.garbled and found:
                    found["disqualified"] = ["neither", "this"]
                return {"candidate": found} if found else Said(404, '{"error": "Not found"}')
            case ["candidates", id_, "offer"]:
                return self.recorded("offers").get(id_) or Said(404, "{}")
            case ["jobs", shortcode]:
                return self.recorded("jobs").get(shortcode) or Said(404, "{}")
            case [("stages" | "members" | "events" | "disqualification_reasons") as name]:
                return self.recorded(name)
        return Said(404, "{}")

    def _page(self, query):
        """Two on a page, from since_id on, as the interface's own addresses of the next page say."""
        rows = [
            {name: one[name] for name in ("id", "name", "stage", "disqualified", "updated_at")}
            for one in self.recorded("candidates")
            if one["updated_at"] >= query.get("updated_after", "")
            and one["stage"].lower() == query.get("stage", one["stage"].lower())
        ]
        ids = [one["id"] for one in rows]
        if "since_id" in query and query["since_id"] not in ids:
            return Said(404, "{}")
        begins = ids.index(query["since_id"]) if "since_id" in query else 0
        paging = {}
        if len(rows) > begins + 2:
            same = "".join(f"&{name}={query[name]}" for name in ("updated_after", "stage") if name in query)
            paging["next"] = f"{{here}}/spi/v3/candidates?limit=2&since_id={rows[begins + 2]['id']}{same}"
        return {"candidates": rows[begins : begins + 2], "paging": paging}

    def call(self, application, secret):
        body = json.dumps(
            {
                "event_type": "candidate_moved",
                "fired_at": "2026-03-09T08:00:00Z",
                "id": "37",
                "resource_type": "candidate",
                "data": {"id": application, "stage": "Offer"},
            }
        ).encode()
        return self.sign(body, secret)

    def sign(self, body, secret):
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {"X-Workable-Signature": digest}


class TestWorkable(CallsContract, AtsContract):
    slug = "workable"

    @pytest.fixture
    def far(self):
        with Far() as far:
            yield far

    def test_rejected_without_a_candidate_who_withdrew_is_never_a_clear_decline(self, here):
        """It may be that one of us refused to approve the offer."""
        refused, unclear = here.read([APPROVER_REFUSED, UNCLEAR])

        assert refused.offer == LastOffer(OfferState.UNKNOWN, "rejected")
        assert refused.ending is None
        assert outcome(refused.offer.state, EndedBy.NOBODY).status is OfferStatus.OPEN
        assert unclear.ending.by is EndedBy.UNKNOWN  # two reasons are called "Other", and differ
        assert outcome(unclear.offer.state, unclear.ending.by).doubt is Doubt.STATE_UNKNOWN

    def test_a_word_that_we_never_met_is_kept_and_is_no_decline(self, far, here):
        (waiting,) = here.read([far.open])

        assert waiting.offer == LastOffer(OfferState.UNKNOWN, "pending")

    def test_whoever_never_had_an_offer_is_not_read_by_themselves(self, far, here):
        pages = list(here.changes({}, far.now))
        (dossier,) = here.read([NEVER_OFFERED])

        assert NEVER_OFFERED not in {one for page in pages for one in page.sure}
        assert dossier.offer is None

    def test_whoever_has_an_open_offer_is_looked_at_each_time_and_nobody_who_is_done(self, far, here):
        """Their documents do not say that a decision changes when a candidate was updated."""
        later = datetime(2026, 6, 1, tzinfo=UTC)

        *_, last = pages = list(here.changes({"since": "2026-05-31T00:00:00+00:00"}, later))

        assert told(pages) == {far.open, APPROVER_REFUSED}
        assert last.cursor == {"since": later.isoformat()}

    def test_a_first_reading_that_broke_off_reads_only_the_rest(self, far, here):
        pages = list(here.changes({}, far.now))

        for read, page in enumerate(pages[:-1], start=1):
            assert list(self.connector(far).changes(page.cursor, far.now)) == pages[read:]

    def test_a_page_that_is_not_there_any_more_starts_over(self, far, here):
        stale = {"next": f"{far.url}/spi/v3/candidates?since_id=0000", "began": far.now.isoformat()}

        assert {far.declined, far.long_ago} <= told(list(here.changes(stale, far.now)))

    def test_pages_in_a_circle_come_to_an_end(self, far, here, monkeypatch):
        circle = {"candidates": [], "paging": {"next": f"{far.url}/spi/v3/candidates?since_id=1"}}
        monkeypatch.setattr(far, "_page", lambda *_: circle)

        with pytest.raises(ConnectorError, match="circles"):
            list(here.changes({}, far.now))

    def test_a_reason_in_somebodys_own_words_is_not_kept(self, here):
        (dossier,) = here.read([TOLD_WHY])

        assert dossier.ending.reason == ""
        assert dossier.ending.by is EndedBy.UNKNOWN

    def test_a_signature_in_base64_is_taken_too(self, far, here):
        body, headers = far.call(far.declined, far.hook_secret)
        digest = bytes.fromhex(headers["X-Workable-Signature"])

        hint = here.read_call(body, {"X-Workable-Signature": base64.b64encode(digest).decode()}, far.now)

        assert hint.applications == (far.declined,)
        with pytest.raises(NotFromThem):
            here.read_call(body, {"X-Workable-Signature": digest.hex()[:-1] + "é\udcff"}, far.now)

    def test_calls_about_employees_are_of_no_interest(self, far, here):
        body = b'{"event_type": "employee_created", "data": {"id": "1"}}'

        assert isinstance(hint := self.heard(here, far, *far.sign(body, far.hook_secret)), Hint)
        assert hint.applications == ()

    def test_a_wrong_subdomain_takes_nobody_for_gone(self, far, monkeypatch):
        """There every path is unknown, and every candidate too."""
        monkeypatch.setattr(far, "answer", lambda *_: Said(404, "{}"))

        with pytest.raises(ConnectorError) as failed:
            list(self.connector(far).read([far.declined]))
        assert failed.value.reason_code == Trouble.NOT_FOUND

    def test_each_job_is_asked_for_once(self, far, here):
        assert Gone not in {type(one) for one in here.read([far.declined, far.open, far.long_ago])}
        assert far.asked.count("/spi/v3/jobs/7D1A55C0FE") == 1

    @pytest.mark.parametrize("subdomain", ["", "acme.workable.com/x", "https://acme"])
    def test_what_is_no_subdomain_is_said(self, far, subdomain):
        here = self.connector(far)
        here.settings = type(here.settings)({"subdomain": subdomain, "key": KEY})

        with pytest.raises(ConnectorError, match="no subdomain"):
            here.missing()


class Published(Far):
    """With what others have recorded of real accounts, as far as there is any: no offer is among it."""

    def recorded(self, name):
        event = self._published("recorded_event")
        match name:
            case "members" | "disqualification_reasons":
                return self._published(f"recorded_{name}")
            case "events":
                return {"events": [event]}
            case "offers":
                return {event["candidate"]["id"]: self._published("recorded_candidate_offer_none")}
            case "candidates":
                return [{**super().recorded(name)[0], "id": event["candidate"]["id"], "job": event["job"]}]
        return super().recorded(name)

    @staticmethod
    def _published(name):
        return json.loads((PUBLISHED / f"{name}.json").read_text(encoding="utf-8"))


@pytest.mark.where(PUBLISHED.is_dir(), "the published samples lie beside the project")
@pytest.mark.parametrize(
    ("reason", "by"), [("Rejected offer", EndedBy.CANDIDATE), ("Unsuccessful interview", EndedBy.COMPANY)]
)
def test_what_others_have_recorded_is_read(reason, by, monkeypatch):
    with Published() as far:
        (candidate,) = far.recorded("candidates")
        monkeypatch.setattr(
            far,
            "answer",
            lambda path, *rest: (
                {"candidate": {**candidate, "disqualification_reason": reason}}
                if path.endswith(candidate["id"])
                else Published.answer(far, path, *rest)
            ),
        )
        here = TestWorkable().connector(far)
        (dossier,) = here.read([candidate["id"]])
        colleagues = list(here.colleagues())

    assert dossier.offer is None
    assert dossier.ending.by is by
    assert [(one.kind, one.minutes, one.employee_id) for one in dossier.interviews] == [
        ("call", 30.0, "1f3961")
    ]
    assert len(colleagues) == 6
