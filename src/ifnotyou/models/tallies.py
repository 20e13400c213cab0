"""Counts that outlive what they count."""

from __future__ import annotations

from django.db import models

from ifnotyou.models.base import InWorkspace


class Tally(InWorkspace):
    """What is left of asks and names that were erased: how many, in which month. Counts are nobody's data.

    `cut` is what is counted by (month, role, relation, ...), `group` one value of it, `step` how far it came.
    """

    month = models.DateField()
    cut = models.CharField(max_length=12)
    group = models.CharField(max_length=300, blank=True)
    step = models.CharField(max_length=12)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["workspace", "month", "cut", "group", "step"], name="tally_once"),
        )

    def __str__(self) -> str:
        return f"{self.cut} {self.group} {self.step}"
