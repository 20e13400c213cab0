"""A small company to tell stories with: one candidate, one job, colleagues as they are wanted.

story = Story().met("maya", minutes=50, kind="lunch").voted("maya", 5)
story.plan()[0].verdict
"""

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from ifnotyou.playbook.people import People
from ifnotyou.playbook.plan import make_plan
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.records import (
    Candidate,
    Employee,
    Interview,
    InterviewStatus,
    Job,
    Message,
    Offer,
    OfferStatus,
    Passed,
    PastAsk,
    Pulse,
    Records,
    Scorecard,
)

TODAY = date(2026, 6, 17)  # a Wednesday
NAMES = {
    "maya": "Maya Chen",
    "jon": "Jon Park",
    "sam": "Sam Okafor",
    "ana": "Ana de la Cruz",
    "boss": "Bo Boss",
}


def ago(days: float, hour: int = 10) -> datetime:
    """A moment so many days before TODAY."""
    return datetime.combine(TODAY, time(hour), UTC) - timedelta(days=days)


class Story:
    """Facts as they are told one by one; each call returns the story, so that it reads as one sentence."""

    def __init__(
        self, declined_days_ago: float | None = 5, reason: str = "Accepted another job", notes: str = ""
    ) -> None:
        self.employees = {
            key: Employee(key, name, level=5, department="Sales") for key, name in NAMES.items()
        }
        self.employees["boss"] = replace(self.employees["boss"], executive=True, level=10)
        # A company of more than fifty, so that the executive rule of small companies stays out of the way.
        self.employees |= {f"other{i}": Employee(f"other{i}", f"Other {i}") for i in range(60)}
        self.candidates = {"noor": Candidate("noor", "Noor Haddad", email="noor@example.com", level=5)}
        self.jobs = {"job": Job("job", "Data Engineer", department="Data", level=5)}
        self.offers = [
            Offer(
                "offer",
                "noor",
                "job",
                OfferStatus.DECLINED,
                None if declined_days_ago is None else ago(declined_days_ago + 4),
                None if declined_days_ago is None else ago(declined_days_ago),
                reason,
                notes,
            )
        ]
        self.interviews: list[Interview] = []
        self.scorecards: list[Scorecard] = []
        self.messages: list[Message] = []
        self.pulses: list[Pulse] = []
        self.asks: list[PastAsk] = []
        self.passes: list[Passed] = []
        self.restored_at: datetime | None = None

    def met(
        self, *employees, candidate="noor", days=12, minutes=45, kind="pairing", hour=10, status="completed"
    ):
        """One meeting with the candidate of all these employees together."""
        for employee in employees:
            number = f"i{len(self.interviews)}"
            self.interviews.append(
                Interview(
                    number,
                    candidate,
                    "job",
                    employee,
                    kind,
                    ago(days, hour),
                    minutes,
                    InterviewStatus(status),
                )
            )
        return self

    def voted(self, employee, overall, *, candidate="noor", days=11):
        self.scorecards.append(
            Scorecard(f"s{len(self.scorecards)}", candidate, "job", employee, ago(days), overall)
        )
        return self

    def wrote(self, employee, *, days, candidate="noor", hour=10):
        """The employee to the candidate."""
        self.messages.append(Message(candidate, employee, ago(days, hour), from_candidate=False))
        return self

    def answered(self, employee, *, days, candidate="noor", hour=12):
        """The candidate to the employee."""
        self.messages.append(Message(candidate, employee, ago(days, hour), from_candidate=True))
        return self

    def clicked(self, employee, score, *, candidate="noor", days=10):
        """The employee's own answer."""
        self.pulses.append(Pulse(candidate, employee, by_candidate=False, score=score, said_at=ago(days)))
        return self

    def enjoyed(self, employee, score=None, *, candidate="noor", days=4):
        """The candidate's answer; no score means that they named this person."""
        self.pulses.append(Pulse(candidate, employee, by_candidate=True, score=score, said_at=ago(days)))
        return self

    def asked(self, employee, *, candidate="noor", days=10, **changes):
        self.asks.append(PastAsk(candidate, employee, ago(days))._replace(**changes))
        return self

    def passed(self, employee, *, candidate="noor"):
        """The employee would rather not ask."""
        self.passes.append(Passed(candidate, employee))
        return self

    def restored(self, *, days):
        """The database comes from a backup."""
        self.restored_at = ago(days)
        return self

    def candidate(self, key="noor", **changes):
        """Another candidate, or changes to one."""
        known = self.candidates.get(key, Candidate(key, key.title() + " Example"))
        self.candidates[key] = replace(known, **changes)
        return self

    def employee(self, key, **changes):
        self.employees[key] = replace(self.employees.get(key, Employee(key, key.title())), **changes)
        return self

    def job(self, **changes):
        self.jobs["job"] = replace(self.jobs["job"], **changes)
        return self

    def offer(self, key, candidate="noor", status="declined", days: float | None = 5, **changes):
        """A further offer."""
        at = None if days is None else ago(days)
        offer = Offer(key, candidate, "job", OfferStatus(status), at, at, "Accepted another job")
        self.offers.append(replace(offer, **changes))
        return self

    def records(self) -> Records:
        return Records(
            self.employees,
            self.candidates,
            self.jobs,
            self.offers,
            self.interviews,
            self.scorecards,
            self.messages,
            self.pulses,
            self.asks,
            self.passes,
            self.restored_at,
        )

    def plan(self, policy: Policy | None = None, today: date = TODAY):
        """What the playbook says of every decline."""
        return make_plan(self.records(), policy or Policy(), today)

    def the(self, offer="offer", policy: Policy | None = None, today: date = TODAY):
        """What the playbook says of one decline."""
        return next(p for p in self.plan(policy, today) if p.decline.offer.id == offer)


def facts_of(candidate_id: str, records: Records, people: People) -> Records:
    """The records cut down to what bears on one human being, as an application would fetch it."""
    own = set(people.same[candidate_id])
    namesakes = {
        member for one in own for other in people.perhaps.get(one, ()) for member in people.same[other]
    }

    def theirs(facts):
        return [fact for fact in facts if fact.candidate_id in own]

    facts = [
        theirs(each) for each in (records.interviews, records.scorecards, records.messages, records.pulses)
    ]
    met = {fact.employee_id for each in facts for fact in each}
    offers = [offer for offer in records.offers if offer.candidate_id in own | namesakes]
    return Records(
        {key: records.employees[key] for key in met},
        {key: records.candidates[key] for key in own | namesakes},
        {offer.job_id: records.jobs[offer.job_id] for offer in offers},
        offers,
        *facts,
        [ask for ask in records.asks if ask.candidate_id in own | namesakes or ask.employee_id in met],
        theirs(records.passes),
        records.restored_at,
    )


def codes(reasons):
    """The codes of a list of reasons."""
    return [reason.code for reason in reasons]


def askers(planned):
    """The ids of those who may ask, in order."""
    return [asker.employee.id for asker in planned.connections.askers]


def left_out(planned):
    """By id, the code for which somebody may not ask."""
    return {p.employee.id: p.code for p in planned.connections.passed_over}
