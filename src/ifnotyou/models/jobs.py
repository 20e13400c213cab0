"""Work that waits: the embedded engine's queue, and when the calendar's tasks are due next.

Neither table belongs to a workspace: a task that needs one opens it.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone


class QueuedJob(models.Model):
    """One call of a task, waiting, running or done.

    `locked_by` names one claim, not one worker: whoever comes back after the
    lease ran out holds an old name and can change nothing any more.
    """

    class State(models.TextChoices):
        """Where a job stands. READY and RUNNING are live, the other two are final."""

        READY = "READY"
        RUNNING = "RUNNING"
        SUCCESSFUL = "SUCCESSFUL"
        FAILED = "FAILED"

    LIVE = (State.READY, State.RUNNING)

    task = models.CharField(max_length=200)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=State, default=State.READY)
    priority = models.SmallIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    max_attempts = models.PositiveSmallIntegerField()
    dedup = models.CharField(max_length=200, blank=True)
    enqueued_at = models.DateTimeField(default=timezone.now)
    run_at = models.DateTimeField(default=timezone.now)
    locked_by = models.CharField(max_length=32, blank=True)
    locked_until = models.DateTimeField(null=True)
    last_error = models.TextField(blank=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        """One live job for a key; and quick ways to what is next, what is lost, and what is old."""

        constraints = (
            models.UniqueConstraint(
                fields=["dedup"],
                condition=Q(state__in=["READY", "RUNNING"]) & ~Q(dedup=""),
                name="one_live_job_per_dedup",
            ),
        )
        indexes = (
            models.Index(
                fields=["-priority", "run_at"], condition=Q(state="READY"), name="jobs_that_are_ready"
            ),
            models.Index(fields=["locked_until"], condition=Q(state="RUNNING"), name="jobs_that_are_running"),
            models.Index(fields=["finished_at"], name="jobs_by_end"),
        )

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"


class Schedule(models.Model):
    """When a task of the calendar is due next: one row each, claimed by moving `next_at` on."""

    name = models.CharField(max_length=200, primary_key=True)
    next_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
