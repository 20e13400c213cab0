"""What the company's files and people tell: the playbook's records as rows (playbook/records.py).

`external_id` or `key` is how an import finds a row again, `digest` whether it
changed. Notes of scorecards and bodies of messages have no column.
"""

from __future__ import annotations

from django.db import models

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.people import Employee, User


class Candidate(InWorkspace):
    """One record of somebody who was offered a job; several may be one human being.

    `mailbox`, `profile` and `namesake` are what playbook/people.py compares.
    """

    external_id = models.CharField(max_length=200)
    name = models.CharField(max_length=200)
    email = models.CharField(max_length=254, blank=True)
    linkedin_url = models.CharField(max_length=500, blank=True)
    current_company = models.CharField(max_length=200, blank=True)
    current_title = models.CharField(max_length=200, blank=True)
    past_employers = models.JSONField(default=list)
    schools = models.JSONField(default=list)
    level = models.SmallIntegerField(null=True)
    do_not_contact = models.BooleanField(default=False)
    digest = models.CharField(max_length=32, blank=True)
    mailbox = models.CharField(max_length=254, blank=True)
    profile = models.CharField(max_length=500, blank=True)
    namesake = models.CharField(max_length=420, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "external_id"], name="candidate_once"),)
        # Whole ones: a partial index without the empty texts is one that SQLite does not dare to take.
        indexes = (
            models.Index(fields=["workspace", "mailbox"], name="candidate_mailbox"),
            models.Index(fields=["workspace", "profile"], name="candidate_profile"),
            models.Index(fields=["workspace", "namesake"], name="candidate_namesake"),
        )

    def __str__(self) -> str:
        return self.name


class Job(InWorkspace):
    """A seat."""

    external_id = models.CharField(max_length=200)
    title = models.CharField(max_length=300, blank=True)
    department = models.CharField(max_length=200, blank=True)
    level = models.SmallIntegerField(null=True)
    status = models.CharField(max_length=8, default="open")
    hiring_manager_external_id = models.CharField(max_length=200, blank=True)
    recruiter_external_id = models.CharField(max_length=200, blank=True)
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "external_id"], name="job_once"),)

    def __str__(self) -> str:
        return self.title or "a role"


class Offer(InWorkspace):
    """One offer of one job to one candidate; what came by an interface is one for each application.

    `doubt` says why nobody can tell whether it was declined (playbook/offers.py). `read_at` is when it was last read
    by an interface, None for what came in files: what was read later is never overwritten by what was read before.
    """

    external_id = models.CharField(max_length=200)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="offers", db_index=False)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="offers")
    status = models.CharField(max_length=10)
    sent_at = models.DateTimeField(null=True)
    resolved_at = models.DateTimeField(null=True)
    decline_reason = models.TextField(blank=True)
    decline_notes = models.TextField(blank=True)
    doubt = models.CharField(max_length=24, blank=True)
    read_at = models.DateTimeField(null=True)
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "external_id"], name="offer_once"),)
        indexes = (
            models.Index(fields=["candidate", "workspace"], name="offer_of"),
            models.Index(fields=["workspace", "read_at"], name="offer_read"),
        )

    def __str__(self) -> str:
        return f"offer {self.external_id}"


class Fact(InWorkspace):
    """Something between one candidate and one colleague; `key` finds it again."""

    key = models.CharField(max_length=420)
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="+", db_index=False)
    employee = models.ForeignKey(Employee, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=32, blank=True)

    class Meta:
        abstract = True
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="%(class)s_once"),)
        # With the workspace in it, so that no database takes the key above for the better way to a candidate's facts.
        indexes = (models.Index(fields=["candidate", "workspace"], name="%(class)s_of"),)

    def __str__(self) -> str:
        return f"{self._meta.model_name} {self.key}"


class Interview(Fact):
    """One interviewer's part in one interview. `external_id` is empty where the files name none."""

    external_id = models.CharField(max_length=200, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    kind = models.CharField(max_length=200, blank=True)
    started_at = models.DateTimeField()
    minutes = models.FloatField(default=0.0)
    status = models.CharField(max_length=10)


class Scorecard(Fact):
    """An interviewer's vote, 1 to 5; never its notes."""

    external_id = models.CharField(max_length=200, blank=True)
    job = models.ForeignKey(Job, null=True, on_delete=models.SET_NULL, related_name="+")
    submitted_at = models.DateTimeField(null=True)
    overall = models.SmallIntegerField()


class Message(Fact):
    """That a message was sent and when; never what it said."""

    sent_at = models.DateTimeField()
    from_candidate = models.BooleanField()


class Pulse(Fact):
    """An answer to "did you two click?"; from a candidate without a score: they named this colleague."""

    by_candidate = models.BooleanField()
    score = models.SmallIntegerField(null=True)
    said_at = models.DateTimeField(null=True)


class Import(InWorkspace):
    """Files on their way into the workspace: looked at, shown to a person, then taken in all at once or not at all."""

    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    started_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True)
    name = models.CharField(max_length=255)
    path = models.CharField(max_length=1000, blank=True)
    state = models.CharField(max_length=12, default="reading")
    counts = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    problem_count = models.PositiveIntegerField(default=0)
    error = models.TextField(blank=True)

    def __str__(self) -> str:
        return self.name
