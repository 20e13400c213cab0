"""The playbook as a workspace has set it: the defaults, then what somebody adopted, then what is set by hand."""

from __future__ import annotations

import dataclasses
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ifnotyou.models import Workspace
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.policy import WEIGHTS, Policy, changed

Weights = tuple[tuple[str, float], ...]


def policy_of(workspace: Workspace) -> Policy:
    """The default playbook with the weights that were adopted and the workspace's changes, which win."""
    return read_policy(workspace.policy, tuple(sorted(adopted_weights(workspace).items())))


def adopted_weights(workspace: Workspace) -> dict[str, float]:
    """The weights that somebody adopted; a factor that the playbook no longer has is none."""
    adopted = workspace.learned.get("weights", {})
    return {code: float(weight) for code, weight in adopted.items() if code in WEIGHTS}


def weights_by_hand(workspace: Workspace) -> frozenset[str]:
    """The factors whose weight the workspace's own changes name: nothing that is learned touches them."""
    return frozenset(_read(workspace.policy).get("askers", {}).get("weights", {}))


def weights_without_learning(workspace: Workspace) -> Mapping[str, float]:
    """The default weights with those set by hand."""
    return read_policy(workspace.policy).askers.weights


@lru_cache(maxsize=16)
def read_policy(toml: str, adopted: Weights = ()) -> Policy:
    """The default playbook with these weights, then this TOML; raises PolicyError where that cannot be used."""
    policy = Policy()
    askers = dataclasses.replace(policy.askers, weights={**policy.askers.weights, **dict(adopted)})
    return changed(dataclasses.replace(policy, askers=askers), _read(toml))


def _read(toml: str) -> dict[str, Any]:
    try:
        return tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"This is not TOML: {error}.") from error
