"""Declines, the one ask that may come of each, and what makes it one."""

from __future__ import annotations

from django.db import models

from ifnotyou.models.base import InWorkspace
from ifnotyou.models.hiring import Candidate, Job, Offer
from ifnotyou.models.people import Employee, User
from ifnotyou.models.secret import SecretText
from ifnotyou.playbook.asking import CLAIMED, LIVE, AskState


class Decline(InWorkspace):
    """A declined offer with what the playbook said of it on `judged_on`.

    `because` is a list of {"code", "text"}; `stage` says in which part of the inbox it stands; `sorted_at` is
    when it was declined, long ago where nobody knows: databases do not agree on where nothing sorts.
    """

    offer = models.OneToOneField(Offer, on_delete=models.CASCADE, related_name="decline")
    candidate = models.ForeignKey(
        Candidate, on_delete=models.CASCADE, related_name="declines", db_index=False
    )
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="+")
    declined_at = models.DateTimeField(null=True)
    sorted_at = models.DateTimeField()
    stage = models.CharField(max_length=12)
    verdict = models.CharField(max_length=8)
    because = models.JSONField(default=list)
    category = models.CharField(max_length=16)
    certainty = models.FloatField(default=0.0)
    first_asker = models.ForeignKey(Employee, null=True, on_delete=models.SET_NULL, related_name="+")
    confidence = models.CharField(max_length=8, blank=True)
    channel = models.CharField(max_length=12)
    judged_on = models.DateField()

    class Meta:
        indexes = (
            # The inbox: one part of it, the newest first.
            models.Index(fields=["workspace", "stage", "-sorted_at", "-id"], name="decline_inbox"),
            models.Index(fields=["workspace", "-sorted_at", "-id"], name="decline_newest"),
            # What has to be looked at again because a day has passed.
            models.Index(fields=["workspace", "judged_on"], name="decline_judged"),
            models.Index(fields=["candidate", "workspace"], name="decline_of"),
        )

    def __str__(self) -> str:
        return f"decline {self.pk}"


class Decision(InWorkspace):
    """A person's yes or no where the playbook leaves it to a person, with the reason, kept."""

    decline = models.ForeignKey(Decline, on_delete=models.CASCADE, related_name="decisions")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    yes = models.BooleanField()
    reason = models.TextField()

    def __str__(self) -> str:
        return "yes" if self.yes else "no"


class Ask(InWorkspace):
    """A card handed to one colleague, and what came of it (states: playbook/asking.py).

    `because` says why it is theirs, in the words of the day it was handed over; `quiet` which of the quiet
    lines go with the note; `page_hash` is what finds the candidate's personal page by its token. What a candidate
    gave stands in Referral: an ask does not tell of a name given in confidence.
    """

    decline = models.ForeignKey(Decline, on_delete=models.CASCADE, related_name="asks")
    candidate = models.ForeignKey(Candidate, on_delete=models.CASCADE, related_name="asks", db_index=False)
    asker = models.ForeignKey(Employee, on_delete=models.PROTECT, related_name="asks")
    handed_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    handed_at = models.DateTimeField()
    state = models.CharField(max_length=12, default=AskState.WAITING)
    because = models.JSONField(default=list)
    channel = models.CharField(max_length=12, blank=True)
    quiet = models.JSONField(default=list)
    subject = models.CharField(max_length=200, blank=True)
    body = models.TextField(blank=True)
    message_id = models.CharField(max_length=300, blank=True)
    claimed_at = models.DateTimeField(null=True)
    asked_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    trouble = models.TextField(blank=True)
    page_hash = models.CharField(max_length=64, blank=True)
    page_token = SecretText(blank=True)
    reminded_at = models.DateTimeField(null=True)
    recruiter_told_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            # Two colleagues never hold a card for the same decline.
            models.UniqueConstraint(
                fields=["decline"], name="one_live_ask", condition=models.Q(state__in=sorted(LIVE))
            ),
            # Whoever was asked, or may have been, was claimed first.
            models.CheckConstraint(
                condition=~models.Q(state__in=sorted(CLAIMED)) | models.Q(claimed_at__isnull=False),
                name="asked_means_claimed",
            ),
        )
        indexes = (
            models.Index(fields=["workspace", "asker", "state"], name="ask_of_asker"),
            models.Index(fields=["workspace", "state", "handed_at"], name="ask_waiting"),
            models.Index(fields=["candidate", "workspace"], name="ask_of"),
            models.Index(fields=["page_hash"], name="ask_page"),
        )

    def __str__(self) -> str:
        return f"ask {self.pk}"


class Claim(InWorkspace):
    """That a human being is asked, by keyed hashes of every address, profile and record that we know them by.

    The unique key is what makes "once" hold: whoever comes second cannot insert.
    It outlives the erasure of the ask.
    """

    key = models.CharField(max_length=64)
    ask = models.ForeignKey(Ask, null=True, on_delete=models.SET_NULL, related_name="claims")
    claimed_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="asked_once"),)

    def __str__(self) -> str:
        return self.key


class OptOut(InWorkspace):
    """A human being who asked not to be contacted, by the same keyed hashes. For ever."""

    key = models.CharField(max_length=64)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="opted_out_once"),)

    def __str__(self) -> str:
        return self.key
