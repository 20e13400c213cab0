"""The playbook as a workspace has set it."""

from __future__ import annotations

import tomllib
from functools import lru_cache

from ifnotyou.models import Workspace
from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.policy import Policy, changed


def policy_of(workspace: Workspace) -> Policy:
    """The default playbook with the workspace's changes."""
    return read_policy(workspace.policy)


@lru_cache(maxsize=8)
def read_policy(toml: str) -> Policy:
    """The default playbook with the changes of this TOML; raises PolicyError where it cannot be used."""
    try:
        return changed(Policy(), tomllib.loads(toml))
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"This is not TOML: {error}.") from error
