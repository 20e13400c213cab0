"""Teamtailor, against answers of our own in the shapes that its documents and public clients show."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import ClassVar

import pytest

from ifnotyou.connectors.ats.contract import Dossier, Ending, LastOffer
from ifnotyou.connectors.base import ConnectorError, Trouble
from ifnotyou.playbook.offers import Doubt, EndedBy, OfferState, outcome
from ifnotyou.playbook.records import Candidate, Interview, InterviewStatus, Job, JobStatus, OfferStatus
from tests.connectors.ats.contract import AtsContract, told
from tests.connectors.ats.far import REFUSED, RecordedFar
from tests.connectors.webserver import Said

KEY = "tt-0123456789abcdef"
STILL_OPEN, NEVER_OFFERED, UNCLEAR = "94", "95", "96"
INCLUDED = {"candidate": "candidates", "job": "jobs", "stage": "stages", "reject-reason": "reject-reasons"}


class Far(RecordedFar):
    slug = "teamtailor"
    settings: ClassVar[Mapping[str, str]] = {"key": KEY, "region": "eu", "offers": "yes"}
    declined, open, long_ago, gone = "91", "92", "93", "99"
    expected = Dossier(
        application_id="91",
        candidate=Candidate(
            id="81",
            name="Dana Berg",
            email="dana@berg.example",
            linkedin_url="https://www.linkedin.com/in/dana-b",
        ),
        job=Job(id="71", title="Staff Engineer"),
        offer=LastOffer(
            OfferState.DECLINED,
            "rejected",
            datetime(2026, 3, 5, 10, tzinfo=UTC),
            datetime(2026, 3, 8, 19, tzinfo=UTC),
        ),
        ending=Ending(EndedBy.CANDIDATE, datetime(2026, 3, 9, 8, tzinfo=UTC), "Took another job"),
        interviews=tuple(
            Interview(
                id=id_,
                candidate_id="81",
                job_id="71",
                employee_id=user,
                kind="interview",
                started_at=datetime(2026, 2, 20, 10, tzinfo=UTC),
                minutes=30.0,
                status=status,
            )
            for id_, user, status in (
                ("b1", "31", InterviewStatus.COMPLETED),
                ("b2", "32", InterviewStatus.CANCELLED),
            )
        ),
    )

    def scope_of(self, path):
        return "Job offers" if "job-offers" in path else "Admin, Read"

    def answer(self, path, query, headers):
        if headers.get("Authorization") != f"Token token={KEY}":
            return Said(REFUSED, '{"errors": [{"title": "Not authorized"}]}')
        assert len(headers["X-Api-Version"]) == len("20240404")
        match path.removeprefix("/v1/").split("/"):
            case ["job-applications", id_]:
                return self._application(id_)
            case ["candidates", id_, "interviews"]:
                return {"data": self.recorded("interviews").get(id_, [])}
            case [("users" | "candidates" | "reject-reasons" | "job-applications" | "job-offers") as name]:
                return self._page(name, query)
        return Said(404, "{}")

    def _application(self, id_):
        found = next((one for one in self.recorded("job-applications") if one["id"] == id_), None)
        if found is None:
            return Said(404, '{"errors": [{"title": "Record not found"}]}')
        if id_ in self.garbled:
            found["attributes"]["rejected-at"] = ["neither", "this"]
        related = [(name, found["relationships"][name]["data"]) for name in INCLUDED]
        return {
            "data": found,
            "included": [self._find(INCLUDED[name], data["id"]) for name, data in related if data],
        }

    def _find(self, name, id_):
        return next(one for one in self.recorded(name) if one["id"] == id_)

    def _page(self, name, query):
        """Four on a page; the filter of offers is ignored, as one that we got wrong would be."""
        rows = [
            one
            for one in self.recorded(name)
            if one["attributes"].get("updated-at", "") >= query.get("filter[updated-at][from]", "")
        ]
        if 4 * int(query.get("page[number]", 1)) - 4 > len(rows):
            return Said(404, "{}")
        number, said = int(query.get("page[number]", 1)), {"data": rows, "links": {}}
        said["data"] = rows[4 * number - 4 : 4 * number]
        if len(rows) > 4 * number:
            kept = "".join(f"&{key}={value}" for key, value in query.items() if key != "page[number]")
            said["links"]["next"] = f"{{here}}/v1/{name}?page[number]={number + 1}{kept}"
        if query.get("include") == "stage":
            said["included"] = self.recorded("stages")
        return said


class TestTeamtailor(AtsContract):
    slug = "teamtailor"
    names_who_left = False
    tells_confidential = False

    @pytest.fixture
    def far(self):
        with Far() as far:
            yield far

    def without_offers(self, far):
        far.settings = {**far.settings, "offers": "no"}
        far.deny("Job offers")
        return self.connector(far)

    def test_a_refusal_counts_only_where_the_candidate_ended_it(self, here):
        still_open, unclear = here.read([STILL_OPEN, UNCLEAR])

        assert still_open.offer.state is unclear.offer.state is OfferState.UNKNOWN
        assert outcome(still_open.offer.state, EndedBy.NOBODY).status is OfferStatus.OPEN
        assert unclear.ending.by is EndedBy.UNKNOWN
        assert outcome(unclear.offer.state, unclear.ending.by).doubt is Doubt.STATE_UNKNOWN

    def test_an_offer_that_is_out_is_out(self, far, here):
        (waiting,) = here.read([far.open])

        assert waiting.offer.state is OfferState.SENT

    def test_whoever_never_had_an_offer_is_not_read_by_themselves(self, far, here):
        assert NEVER_OFFERED not in told(list(here.changes({}, far.now)))
        (dossier,) = here.read([NEVER_OFFERED])
        assert dossier.offer is None

    def test_an_application_that_left_the_stage_is_found_by_its_offer(self, far, here):
        assert STILL_OPEN in told(list(here.changes({}, far.now)))

    def test_later_it_looks_at_offers_that_are_out_or_were_just_answered(self, far, here):
        """An answer need not touch the application."""
        later = datetime(2026, 6, 1, tzinfo=UTC)

        *_, last = pages = list(here.changes({"since": "2026-05-31T00:00:00+00:00"}, later))
        lately = told(list(here.changes({"since": "2026-03-09T12:00:00+00:00"}, later)))

        assert told(pages) == {far.open, far.declined}  # of whom one has an older offer that nobody answered
        assert last.cursor == {"since": later.isoformat()}
        assert STILL_OPEN in lately
        assert far.long_ago not in lately

    def test_a_first_reading_that_broke_off_reads_only_the_rest(self, far, here):
        pages = list(here.changes({}, far.now))

        for read, page in enumerate(pages[:-1], start=1):
            assert list(self.connector(far).changes(page.cursor, far.now)) == pages[read:]

    def test_a_page_that_is_not_there_any_more_starts_over(self, far, here):
        stale = {"next": f"{far.url}/v1/job-applications?page[number]=99", "began": far.now.isoformat()}

        assert {far.declined, far.long_ago} <= told(list(here.changes(stale, far.now)))

    def test_pages_in_a_circle_come_to_an_end(self, far, here, monkeypatch):
        circle = {"data": [], "links": {"next": f"{far.url}/v1/users?page[number]=1"}}
        monkeypatch.setattr(far, "_page", lambda *_: circle)

        with pytest.raises(ConnectorError, match="circles"):
            list(here.colleagues())

    def test_without_the_add_on_a_person_decides(self, far):
        here = self.without_offers(far)

        (dossier,) = here.read([far.declined])

        assert here.missing() == []
        assert {far.declined, far.open, far.long_ago} <= told(list(here.changes({}, far.now)))
        assert dossier.offer == LastOffer(OfferState.UNKNOWN, "offer")
        assert outcome(dossier.offer.state, dossier.ending.by).doubt is Doubt.STATE_UNKNOWN
        assert not [path for path in far.asked if "job-offers" in path]

    def test_how_long_an_interview_is_says_the_customer(self, far):
        far.answers = {"minutes": "45"}

        (dossier,) = self.connector(far).read([far.declined])

        assert {one.minutes for one in dossier.interviews} == {45.0}

    def test_whoever_wants_no_messages_is_not_written_to(self, here):
        (dossier,) = here.read([UNCLEAR])

        assert dossier.candidate.do_not_contact

    def test_an_archived_job_is_closed(self, far, here):
        (dossier,) = here.read([far.long_ago])

        assert dossier.job == Job("72", "Lamplighter", status=JobStatus.CLOSED)

    def test_a_wrong_address_takes_nobody_for_gone(self, far, monkeypatch):
        monkeypatch.setattr(far, "answer", lambda *_: Said(404, "{}"))

        with pytest.raises(ConnectorError) as failed:
            list(self.connector(far).read([far.declined]))
        assert failed.value.reason_code == Trouble.NOT_FOUND

    def test_without_a_region_it_says_so(self, far):
        here = self.connector(far)
        here.settings = type(here.settings)({"key": KEY})

        with pytest.raises(ConnectorError, match="Choose where"):
            here.missing()
