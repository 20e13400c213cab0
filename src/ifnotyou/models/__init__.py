"""Tables, thin: fields, constraints, small properties on own fields."""

from ifnotyou.models.asks import Ask, Claim, Decision, Decline, OptOut
from ifnotyou.models.audit import AuditEvent
from ifnotyou.models.base import InWorkspace, Workspace
from ifnotyou.models.hiring import (
    Candidate,
    Import,
    Interview,
    Job,
    Message,
    Offer,
    Pulse,
    Scorecard,
)
from ifnotyou.models.jobs import QueuedJob, Schedule
from ifnotyou.models.people import Employee, Mailbox, Role, User

__all__ = [
    "Ask",
    "AuditEvent",
    "Candidate",
    "Claim",
    "Decision",
    "Decline",
    "Employee",
    "Import",
    "InWorkspace",
    "Interview",
    "Job",
    "Mailbox",
    "Message",
    "Offer",
    "OptOut",
    "Pulse",
    "QueuedJob",
    "Role",
    "Schedule",
    "Scorecard",
    "User",
    "Workspace",
]
