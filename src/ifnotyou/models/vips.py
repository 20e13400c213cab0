"""The people named, what their host writes to them, and when they talk (playbook rule 7).

Ids are random: an id that counts up would tell which name came after which.
"""

from __future__ import annotations

import secrets

from django.db import models

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.hiring import Job
from ifnotyou.models.people import User
from ifnotyou.models.secret import SecretText
from ifnotyou.playbook.hosting import ENDED, HOSTED, LetterState, VipStage


def random_id() -> int:
    """A key that says nothing: 62 random bits, always with the same number of digits in a database page."""
    return 2**61 + secrets.randbelow(2**61)


class Vip(InWorkspace):
    """Somebody who was named. Holds what rule 6 allows and nothing else.

    `mailbox`, `profile` and `namesake` are compared as those of a candidate are (playbook/people.py).
    `country` and `language` are empty while nobody knows. `retain_until` is when the calendar erases this row,
    None while somebody is in touch with them (playbook/retention.py).

    From `clock_from` on, when those who recruit could first see the name, somebody is to write to them: `proposed`
    until a `host` takes it (playbook/hosting.py). `job` is the role that they are talked with about. `step` is what
    comes next, by `due_at`; `first_due_at` by when the first contact was promised. `set_aside` says why nobody may
    write. `host_told_at` and `recruiter_told_at` are of this step. `changed_at` is of the hosting alone: when a name
    came in is no finer than its day, and its week where it is veiled.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    name = models.CharField(max_length=200)
    found_at = models.CharField(max_length=500, blank=True)
    email = models.CharField(max_length=254, blank=True)
    works_at = models.CharField(max_length=200, blank=True)
    mailbox = models.CharField(max_length=254, blank=True)
    profile = models.CharField(max_length=500, blank=True)
    namesake = models.CharField(max_length=420, blank=True)
    country = models.CharField(max_length=2, blank=True)
    language = models.CharField(max_length=8, blank=True)
    basis = models.CharField(max_length=40, default="legitimate_interest")
    came_on = models.DateField()
    notice_due = models.DateField()
    notice_given_at = models.DateTimeField(null=True)
    notice_how = models.CharField(max_length=40, blank=True)
    notice_version = models.CharField(max_length=20, blank=True)
    contacted_at = models.DateTimeField(null=True)
    contacted_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    answered_on = models.DateField(null=True)
    closed_on = models.DateField(null=True)
    applied_on = models.DateField(null=True)
    keep_consent_until = models.DateField(null=True)
    steward_told_on = models.DateField(null=True)
    retain_until = models.DateField(null=True)
    forget_hash = models.CharField(max_length=64, blank=True)
    forget_token = SecretText(blank=True)
    stage = models.CharField(max_length=12, default=VipStage.NAMED)
    job = models.ForeignKey(Job, null=True, on_delete=models.PROTECT, related_name="+")
    host = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="hosted")
    proposed = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    proposed_because = models.CharField(max_length=20, blank=True)
    clock_from = models.DateTimeField(null=True)
    taken_at = models.DateTimeField(null=True)
    step = models.CharField(max_length=12, blank=True)
    step_words = models.CharField(max_length=200, blank=True)
    due_at = models.DateTimeField(null=True)
    first_due_at = models.DateTimeField(null=True)
    host_told_at = models.DateTimeField(null=True)
    recruiter_told_at = models.DateTimeField(null=True)
    set_aside = models.CharField(max_length=20, blank=True)
    more_wanted_on = models.DateField(null=True)
    keep_permission = models.JSONField(default=dict)
    hired_on = models.DateField(null=True)
    exported_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Rule 7: nobody falls into a hole. Whoever is on the board and not parted has a date.
            models.CheckConstraint(
                condition=models.Q(clock_from__isnull=True)
                | models.Q(stage__in=sorted(ENDED))
                | ~models.Q(set_aside="")
                | models.Q(due_at__isnull=False),
                name="vip_has_a_date",
            ),
            models.CheckConstraint(
                condition=~models.Q(stage__in=sorted(HOSTED)) | models.Q(host__isnull=False),
                name="vip_has_a_host",
            ),
        )
        indexes = (
            # The board (queries/board.py): a column in its order; and all that its counts read, without the table.
            models.Index(
                fields=[
                    "workspace",
                    "stage",
                    "set_aside",
                    "due_at",
                    "-closed_on",
                    "id",
                    "step",
                    "clock_from",
                ],
                name="vip_board",
            ),
            models.Index(fields=["workspace", "host", "stage"], name="vip_of_host"),
            models.Index(fields=["workspace", "mailbox"], name="vip_mailbox"),
            models.Index(fields=["workspace", "profile"], name="vip_profile"),
            models.Index(fields=["workspace", "namesake"], name="vip_namesake"),
            models.Index(fields=["workspace", "retain_until"], name="vip_retained"),
            models.Index(fields=["forget_hash"], name="vip_forget"),
        )

    def __str__(self) -> str:
        return self.name


class VipMark(InWorkspace):
    """What somebody is, or was once, known by, as a keyed hash: they are known again by a former address, too.

    Kept from the first correction or joining on, of `kind` "mailbox", "profile" or "namesake". It tells neither the
    address nor when it came.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    vip = models.ForeignKey(Vip, on_delete=models.CASCADE, related_name="marks", db_index=False)
    kind = models.CharField(max_length=8)
    key = models.CharField(max_length=64)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["vip", "key"], name="vip_mark_once"),)
        indexes = (models.Index(fields=["workspace", "key"], name="vip_mark_key"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.vip_id}"


class Letter(InWorkspace):
    """What a host writes to somebody named: the first message, or a goodbye; at most once (services/vip_letters.py).

    The text is the host's own; the privacy notice and the links are put to it when it leaves.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    vip = models.ForeignKey(Vip, on_delete=models.CASCADE, related_name="letters")
    kind = models.CharField(max_length=8)
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    state = models.CharField(max_length=12, default=LetterState.DRAFT)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    language = models.CharField(max_length=8, blank=True)
    notice_version = models.CharField(max_length=20, blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    claimed_at = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)

    class Meta:
        constraints = (
            # One live draft or letter of a kind; and the first message is written to nobody twice.
            models.UniqueConstraint(
                fields=["vip", "kind"],
                name="one_live_letter",
                condition=~models.Q(state=LetterState.SENT),
            ),
            models.UniqueConstraint(
                fields=["vip"],
                name="first_message_once",
                condition=models.Q(kind="first") & ~models.Q(state=LetterState.DRAFT),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} letter {self.pk}"


class Talk(InWorkspace):
    """A conversation that a host and somebody named have agreed on; `uid` and `sequence` are the invitation's."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    vip = models.ForeignKey(Vip, on_delete=models.CASCADE, related_name="talks")
    host = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    starts_at = models.DateTimeField()
    minutes = models.PositiveSmallIntegerField()
    place = models.CharField(max_length=300, blank=True)
    uid = models.CharField(max_length=64, unique=True)
    sequence = models.PositiveSmallIntegerField(default=0)
    cancelled = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"talk {self.pk}"
