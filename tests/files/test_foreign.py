"""Files as other systems export them."""

from datetime import UTC, datetime

import pytest

from ifnotyou.files.chosen import plain
from ifnotyou.files.layout import LAYOUTS, Kind
from ifnotyou.playbook import foreign
from ifnotyou.playbook.records import InterviewStatus, OfferStatus
from tests.files.written import COMPANY, changed, read, told, with_cell

GREENHOUSE = {
    "users": "id,first_name,last_name,primary_email,job_title,deactivated\n"
    "11,Ann,Lee,ann@us.example,Engineer,false\n12,Bo,Diaz,bo@us.example,CEO,true\n",
    "candidates": "id,first_name,last_name,company,title,can_email\n"
    "21,Kim,Roe,Globex,Dev,true\n22,Max,Poe,,,false\n",
    "jobs": "id,name,status,requisition_id\n31,Data Engineer,open,R1\n",
    "applications": "id,candidate_id,job_id,status,rejection_reason,rejection_reason_type\n"
    "41,21,31,rejected,Didn't like offer,They rejected us\n42,22,31,rejected,Other,We rejected them\n",
    "offers": "id,application_id,version,status,sent_on,resolved_at\n"
    "51,41,1,Deprecated,2026-02-01,2026-02-02T00:00:00Z\n52,41,2,Rejected,2026-02-03,2026-03-01T10:00:00Z\n"
    "53,42,1,Rejected,,2026-03-01T10:00:00Z\n",
    "scheduled_interviews": "id,application_id,start,end,status\n"
    "61,41,2026-02-01T10:00:00Z,2026-02-01T10:45:00Z,complete\n62,41,2026-04-01T10:00:00Z,2026-04-01T10:45:00Z,scheduled\n",
    "scheduled_interviewer": "interviewer_id,scheduled_interview_id,scorecard_id\n11,61,71\n12,61,72\n11,62,73\n",
    "scorecards": "id,application_id,overall_recommendation,submitted_at,submitted_by_user_id,public_notes\n"
    "71,41,strong_yes,2026-02-01T12:00:00Z,11,secret\n72,41,no_decision,2026-02-01T12:00:00Z,12,secret\n",
}

ASHBY = {
    "users": "id,firstName,lastName,email,isEnabled\nu1,Ann,Lee,ann@us.example,true\nu2,Bo,Diaz,bo@us.example,false\n",
    "candidates": "id,name,primaryEmailAddress.value\nk1,Kim Roe,kim@them.example\n",
    "jobs": "id,title,status\nj1,Data Engineer,Open\n",
    "applications": "Application ID,Candidate ID,Job ID,Status,Archive reason,archiveReason.reasonType\n"
    "a1,k1,j1,Archived,Took another offer,RejectedByCandidate\n",
    "offers": "Offer ID,Application ID,acceptanceStatus,offerStatus,approvalStatus,decidedAt\n"
    "o1,a1,Declined,CandidateRejected,Approved,2026-03-01T10:00:00.000Z\n"
    "o2,a1,Pending,WaitingOnOfferApproval,Declined,\n",
    "interview_events": "id,applicationId,interviewerUserIds,startTime,endTime,status\n"
    "v1,a1,u1; u2,2026-02-01T10:00:00.000Z,2026-02-01T11:00:00.000Z,Complete\n",
}

APPLICATIONS = ["id,opportunity_id,posting_id\nx1,p1,j1\n", "opportunity_id,posting_id\np1,j1\n"]

LEVER = {
    "users": "id,name,email,jobTitle,managerId,deactivatedAt\n"
    "u1,Ann Lee,ann@us.example,Engineer,u2,\nu2,Bo Diaz,bo@us.example,CEO,,1769904000000\n",
    "opportunities": "id,name,emails,headline\np1,Kim Roe,kim@them.example,Dev\n",
    "postings": "id,text,state\nj1,Data Engineer,published\n",
    "offers": "id,opportunity_id,status,sentAt,declinedAt\no1,p1,denied,1769904000000,1772323200000\n"
    "o2,p1,approval-sent,,\n",
    "interviews": "id,opportunity_id,subject,date,duration,canceled_at\n"
    "v1,p1,Coffee,1769904000000,30,\nv2,p1,Panel,1769904000000,30,1769800000000\nv3,p1,Talk,1785000000000,30,\n",
    "interviewer_user": "interview_id,user_id\nv1,u1\nv2,u1\nv3,u1\n",
    "feedback_form": "id,opportunity_id,creator_id,completed_at,deleted_at,score_system_value,text\n"
    "f1,p1,u1,1769990400000,,4 - Strong Hire,secret\nf2,p1,u1,1769990400000,1769990500000,1 - Strong No Hire,secret\n",
}


def test_greenhouse(tmp_path):
    records, problems = read(tmp_path, GREENHOUSE)
    assert [(e.name, e.email, e.title, e.active) for e in records.employees.values()] == [
        ("Ann Lee", "ann@us.example", "Engineer", True),
        ("Bo Diaz", "bo@us.example", "CEO", False),
    ]
    assert [(c.name, c.do_not_contact) for c in records.candidates.values()] == [
        ("Kim Roe", False),
        ("Max Poe", True),
    ]
    assert [(o.id, o.candidate_id, o.job_id, o.status, o.decline_reason) for o in records.offers] == [
        ("52", "21", "31", OfferStatus.DECLINED, "Didn't like offer")
    ]
    assert [(i.id, i.employee_id, i.candidate_id, i.minutes) for i in records.interviews] == [
        ("61", "11", "21", 45),
        ("61", "12", "21", 45),
    ]
    assert [(s.employee_id, s.overall) for s in records.scorecards] == [("11", 5)]
    assert [(p.file, p.row, p.column) for p in problems if p.row] == [("offers.csv", 4, "status")]
    assert "secret" not in repr(records)


def test_ashby(tmp_path):
    records, problems = read(tmp_path, ASHBY)
    assert [e.active for e in records.employees.values()] == [True, False]
    assert [(o.id, o.candidate_id, o.status, o.decline_reason) for o in records.offers] == [
        ("o1", "k1", OfferStatus.DECLINED, "Took another offer"),
        ("o2", "k1", OfferStatus.OPEN, "Took another offer"),
    ]
    assert [(i.employee_id, i.minutes, i.status) for i in records.interviews] == [
        ("u1", 60, InterviewStatus.COMPLETED),
        ("u2", 60, InterviewStatus.COMPLETED),
    ]
    assert not any(problem.row for problem in problems)


@pytest.mark.parametrize("applications", APPLICATIONS)
def test_lever(tmp_path, applications):
    records, problems = read(tmp_path, {**LEVER, "applications": applications})
    assert [(e.active, e.manager_id) for e in records.employees.values()] == [(True, "u2"), (False, "")]
    assert [(o.id, o.candidate_id, o.job_id, o.status) for o in records.offers] == [
        ("o1", "p1", "j1", OfferStatus.DECLINED)
    ]
    assert records.offers[0].resolved_at == datetime(2026, 3, 1, tzinfo=UTC)
    assert [(i.id, i.employee_id, i.kind, i.status) for i in records.interviews] == [
        ("v1", "u1", "Coffee", InterviewStatus.COMPLETED),
        ("v2", "u1", "Panel", InterviewStatus.CANCELLED),
    ]
    assert [(s.id, s.overall) for s in records.scorecards] == [("f1", 5)]
    assert not any(problem.row for problem in problems)


@pytest.mark.parametrize("word", ["Rejected", "DENIED", "CandidateRejected", "declined"])
def test_a_refusal_by_the_candidate(tmp_path, word):
    records, _ = read(tmp_path, with_cell("offers", "status", word))
    assert records.offers[0].status is OfferStatus.DECLINED


@pytest.mark.parametrize(
    "word",
    [
        "Created",
        "Deprecated",
        "draft",
        "approval-sent",
        "OfferCancelled",
        "Cancelled",
        "withdrawn",
        "approved",
        "WaitingOnApprovalStart",
        "superseded",
        "rescinded",
        "Pending",
    ],
)
def test_what_is_no_refusal_by_the_candidate(tmp_path, word):
    records, problems = read(tmp_path, with_cell("offers", "status", word))
    assert OfferStatus.DECLINED not in [offer.status for offer in records.offers]
    assert problems == ()


@pytest.mark.parametrize(
    ("word", "kept"),
    [
        ("RejectedByOrg", 0),
        ("We rejected them", 0),
        ("SECURITY_CONCERN", 0),
        ("They rejected us", 1),
        ("", 1),
        ("?", 1),
    ],
)
def test_a_refusal_that_the_company_ended_is_contradictory(tmp_path, word, kept):
    header = [*COMPANY["offers"][0], "rejection_reason.type.key"]
    records, problems = read(tmp_path, changed("offers", [*COMPANY["offers"][1], word], header=header))
    assert len(records.offers) == kept
    assert told(problems) == {0: [("offers.csv", 2, "status")], 1: []}[kept] or word == "?"


@pytest.mark.parametrize(
    ("word", "vote"),
    [("Strong No", 1), ("2 - No Hire", 2), ("3 - Hire", 4), ("strong_hire", 5), ("definitely no", 1)],
)
def test_votes_of_other_systems(tmp_path, word, vote):
    records, problems = read(tmp_path, with_cell("scorecards", "overall", word))
    assert records.scorecards[0].overall == vote
    assert problems == ()


def test_a_number_is_no_vote_as_long_as_nobody_says_of_how_many(tmp_path):
    _, problems = read(tmp_path, with_cell("scorecards", "overall", "4"))
    assert told(problems) == [("scorecards.csv", 2, "overall")]


def test_problems_name_the_header_that_the_file_has(tmp_path):
    files = {
        **ASHBY,
        "offers": "Offer ID,Application ID,acceptanceStatus,decidedAt\no1,a1,Perhaps,2026-02-30\n",
    }
    _, problems = read(tmp_path, files)
    assert [p.column for p in problems if p.row] == ["acceptanceStatus", "decidedAt"]


def test_the_only_application_of_a_candidate_says_nothing_about_another_job(tmp_path):
    applications = "id,candidate_id,job_id,archive_reason_type\na1,c1,j2,RejectedByOrg\n"
    records, problems = read(tmp_path, {**COMPANY, "applications": applications})
    assert len(records.offers) == 2
    assert problems == ()
    records, problems = read(tmp_path, {**COMPANY, "applications": applications.replace("j2", "j1")})
    assert [offer.id for offer in records.offers] == ["o2"]
    assert told(problems) == [("offers.csv", 2, "status")]


def test_an_end_before_the_start_costs_the_row(tmp_path):
    header = ["id", "candidate_id", "employee_id", "started_at", "ended_at", "status"]
    row = ["i1", "c1", "e1", "2026-02-01T10:00:00Z", "2026-02-01T09:00:00Z", "completed"]
    records, problems = read(tmp_path, changed("interviews", row, header=header))
    assert records.interviews == []
    assert told(problems) == [("interviews.csv", 2, "ended_at")]


def test_a_policy_can_name_every_file_column_and_value():
    columns = {
        f"{table}.{column.name}": column for table, layout in LAYOUTS.items() for column in layout.all_columns
    }
    values = {
        f"{name}.{word}"
        for name, column in columns.items()
        for word in (("true", "false") if column.kind is Kind.FLAG else column.words)
    }
    assert set(foreign.FILES) == set(LAYOUTS)
    assert set(foreign.HEADERS) == set(columns)
    assert set(foreign.VALUES) == values


def test_no_foreign_word_has_two_meanings():
    words: dict[tuple[str, str], set[str]] = {}
    for name, others in foreign.VALUES.items():
        column, _, value = name.rpartition(".")
        for word in (value, *others):
            words.setdefault((column, plain(word)), set()).add(value)
    own_none = {key: meanings for key, meanings in words.items() if len(meanings) > 1 and key[1] != "none"}
    assert own_none == {}
