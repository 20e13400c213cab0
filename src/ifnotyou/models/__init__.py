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
from ifnotyou.models.people import Calendar, Employee, Mailbox, Role, User
from ifnotyou.models.referrals import (
    DataRequest,
    Erasure,
    OffLimits,
    ReceiptLine,
    Referral,
    Reply,
    RolePage,
    SealKey,
    Weighing,
)
from ifnotyou.models.tallies import Tally
from ifnotyou.models.vips import Letter, Talk, Vip

__all__ = [
    "Ask",
    "AuditEvent",
    "Calendar",
    "Candidate",
    "Claim",
    "DataRequest",
    "Decision",
    "Decline",
    "Employee",
    "Erasure",
    "Import",
    "InWorkspace",
    "Interview",
    "Job",
    "Letter",
    "Mailbox",
    "Message",
    "OffLimits",
    "Offer",
    "OptOut",
    "Pulse",
    "QueuedJob",
    "ReceiptLine",
    "Referral",
    "Reply",
    "Role",
    "RolePage",
    "Schedule",
    "Scorecard",
    "SealKey",
    "Talk",
    "Tally",
    "User",
    "Vip",
    "Weighing",
    "Workspace",
]
