"""Adopting what the candidates' answers propose, going back, and leaving it alone (playbook rule 9).

A person decides; the machine only proposes. Every decline is judged anew with other weights.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from ifnotyou.models import Decline, User, Workspace
from ifnotyou.playbook.errors import Refusal
from ifnotyou.playbook.learning import Proposal
from ifnotyou.queries.learning import choices_in, proposal_from
from ifnotyou.services import audit
from ifnotyou.services.declines import mark_stale
from ifnotyou.services.later import later


def fingerprint(proposal: Proposal) -> str:
    """A proposal as a line of text: who adopts it sends back what they saw."""
    weights = " ".join(f"{code}={weight:.2f}" for code, weight in sorted(proposal.weights.items()))
    return f"{weights} answers={proposal.answers}"


def adopt(workspace: Workspace, shown: str, *, by: User, now: datetime) -> None:
    """Have the proposed weights count from now on; refused where they are not those that `shown` tells of."""
    if workspace.learning_frozen:
        raise Refusal("frozen", "Learning is frozen, so nothing is proposed. Let it learn again first.")
    proposal = proposal_from(choices_in(workspace), workspace)
    if proposal is None or not proposal.changes or fingerprint(proposal) != shown:
        raise Refusal(
            "changed_meanwhile",
            "The answers, or the playbook, changed since you opened this page. Look at the new proposal below.",
        )
    learned = {"weights": proposal.weights, "answers": proposal.answers, "adopted_at": now.isoformat()}
    with transaction.atomic():
        # What was proposed stood on the row as it was: if somebody changed it since, they saw something else.
        row = Workspace.objects.select_for_update().get(pk=workspace.pk)
        same = (row.learned, row.policy) == (workspace.learned, workspace.policy)
        if not same or row.learning_frozen:
            raise Refusal("changed_meanwhile", "Somebody else changed the weights just now. Look again.")
        _keep(workspace, learned)
        audit.write(by, "adopted_weights", workspace, answers=proposal.answers, weights=fingerprint(proposal))
        _judge_anew(workspace)


@transaction.atomic
def reset(workspace: Workspace, *, by: User) -> None:
    """Go back to the default weights; what is set by hand stays as it is."""
    Workspace.objects.select_for_update().get(pk=workspace.pk)
    if not workspace.learned:
        return
    _keep(workspace, {})
    audit.write(by, "reset_weights", workspace)
    _judge_anew(workspace)


@transaction.atomic
def freeze(workspace: Workspace, *, frozen: bool, by: User) -> None:
    """Propose nothing any more, or again. The weights in force stay."""
    if workspace.learning_frozen == frozen:
        return
    workspace.learning_frozen = frozen
    workspace.save(update_fields=["learning_frozen"])
    audit.write(by, "froze_learning" if frozen else "resumed_learning", workspace)


def _keep(workspace: Workspace, learned: dict[str, object]) -> None:
    workspace.learned = learned
    workspace.save(update_fields=["learned"])


def _judge_anew(workspace: Workspace) -> None:
    mark_stale(Decline.objects.values_list("candidate_id", flat=True).distinct())
    later("judge_stale", once=f"judge-{workspace.pk}", workspace_id=workspace.pk)
