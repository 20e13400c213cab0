"""Names that came back: each referral, and the pages on which somebody gives a name.

Ids are random: an id that counts up would tell which name came after which.
Dates of veiled names are Mondays. Nothing here leads from a confidential name
to its giver but `Referral.source`, which is encrypted, nor anything at all
from an anonymous one.
"""

from __future__ import annotations

from django.db import models

from ifnotyou.models.asks import Ask
from ifnotyou.models.base import InWorkspace
from ifnotyou.models.hiring import Candidate, Job
from ifnotyou.models.people import User
from ifnotyou.models.secret import SecretText
from ifnotyou.models.vips import Vip, random_id
from ifnotyou.playbook.disclosure import Terms


class RolePage(InWorkspace):
    """The anonymous page of a role: the same link for everybody who was sent it.

    `sealed` holds all that came in and was not released yet, encrypted with `SealKey.key` and always of the same
    length, so that an empty pool and a full one look alike (services/sealing.py). `released_on` is the Monday of the
    last release, or of what would have been one.
    """

    job = models.OneToOneField(Job, on_delete=models.CASCADE, related_name="page")
    token_hash = models.CharField(max_length=64, unique=True)
    token = SecretText()
    sealed = models.BinaryField()
    released_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"page of job {self.job_id}"


class SealKey(InWorkspace):
    """The key of a sealed pool, made anew whenever the pool is written. In a table of its own: no backup holds it."""

    page = models.OneToOneField(RolePage, on_delete=models.CASCADE, related_name="seal")
    key = SecretText()

    def __str__(self) -> str:
        return f"key of page {self.page_id}"


class Referral(InWorkspace):
    """One person's word for another, for one role, on the giver's terms.

    `vip` is empty where somebody makes the introduction themselves: then we know nothing of their friend.
    `expected_on` is when such an introduction may have come, `arrived_on` when it did and the person got their row.
    `wants_word`: the giver would like to read on their page that we have spoken.
    `ask` leads to the giver where they may be known (introduce, named); `source` is the encrypted key of the ask where
    only the asker may know (confidential); an anonymous one has neither, but the hash of a receipt.
    Until `announced_on` nobody sees it but the asker whom it was told.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    vip = models.ForeignKey(Vip, null=True, on_delete=models.CASCADE, related_name="referrals")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, related_name="referrals")
    terms = models.CharField(max_length=12)
    ask = models.ForeignKey(Ask, null=True, on_delete=models.CASCADE, related_name="referrals")
    source = SecretText(blank=True)
    receipt_hash = models.CharField(max_length=64, blank=True)
    why = models.TextField(blank=True)
    permission = models.JSONField(default=dict)
    came_on = models.DateField()
    announced_on = models.DateField(null=True)
    thanked_on = models.DateField(null=True)
    thanks_reminded_on = models.DateField(null=True)
    expected_on = models.DateField(null=True)
    arrived_on = models.DateField(null=True)
    wants_word = models.BooleanField(default=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(ask__isnull=True) | models.Q(terms__in=[Terms.INTRODUCE, Terms.NAMED]),
                name="veiled_means_no_way_back",
            ),
        )
        indexes = (
            models.Index(fields=["workspace", "terms"], name="referral_terms"),
            models.Index(fields=["workspace", "receipt_hash"], name="referral_receipt"),
        )

    def __str__(self) -> str:
        return f"referral {self.pk}"


class ReceiptLine(InWorkspace):
    """What was said on the page of a receipt: a question of the host, an answer or an addition of whoever holds it."""

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="lines")
    by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    from_host = models.BooleanField()
    text = models.TextField()
    said_on = models.DateField()

    def __str__(self) -> str:
        return "question" if self.from_host else "answer"


class Reply(InWorkspace):
    """A candidate's answer that an asker forwarded, until they have said what of it is to be kept.

    Belongs to the asker, not to an ask: which candidate wrote is in the encrypted text only.
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="replies")
    text = SecretText()
    message_hash = models.CharField(max_length=64)
    came_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "message_hash"], name="reply_once"),)

    def __str__(self) -> str:
        return f"reply {self.pk}"


class OffLimits(InWorkspace):
    """A company from which we do not hire: our own choice, a client's contract, or an order."""

    company = models.CharField(max_length=200)
    plain = models.CharField(max_length=200)
    kind = models.CharField(max_length=16)
    owner = models.CharField(max_length=200)
    reference = models.CharField(max_length=200)
    expires_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "plain"], name="off_limits_once"),)

    def __str__(self) -> str:
        return self.company


class DataRequest(InWorkspace):
    """Somebody asked what we hold about them. Until it is answered nothing about them is erased by the calendar."""

    vip = models.ForeignKey(Vip, null=True, on_delete=models.CASCADE, related_name="requests")
    candidate = models.ForeignKey(Candidate, null=True, on_delete=models.CASCADE, related_name="requests")
    opened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_on = models.DateField()
    due_on = models.DateField()
    answered_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"request {self.pk}"


class Weighing(InWorkspace):
    """The steward's recorded weighing of whether somebody named may learn who named them in confidence.

    `referrer_says` is "", "agrees", "objects" or "silent"; `decision` "", "tell" or "keep".
    """

    id = models.BigIntegerField(primary_key=True, default=random_id, editable=False)
    referral = models.ForeignKey(Referral, on_delete=models.CASCADE, related_name="weighings")
    opened_by = models.ForeignKey(User, null=True, on_delete=models.SET_NULL, related_name="+")
    opened_on = models.DateField()
    referrer_says = models.CharField(max_length=8, blank=True)
    referrer_why = SecretText(blank=True)
    vip_interest = models.TextField(blank=True)
    referrer_interest = models.TextField(blank=True)
    decision = models.CharField(max_length=8, blank=True)
    reasons = models.TextField(blank=True)
    decided_on = models.DateField(null=True)
    referrer_told_on = models.DateField(null=True)
    disclosed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"weighing {self.pk}"


class Erasure(InWorkspace):
    """Somebody who was erased, by keyed hash: applied again after a restore, and to every later import."""

    key = models.CharField(max_length=64)
    erased_on = models.DateField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=["workspace", "key"], name="erased_once"),)

    def __str__(self) -> str:
        return self.key
