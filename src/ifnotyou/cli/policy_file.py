"""The policy that a command works with: the defaults, changed by a file."""

from __future__ import annotations

import argparse
import tomllib
from pathlib import Path

from ifnotyou.playbook.errors import PolicyError
from ifnotyou.playbook.policy import Policy, changed
from ifnotyou.playbook.reasons import ReasonReader
from ifnotyou.playbook.tone import ToneChecker


def add_policy_option(parser: argparse.ArgumentParser) -> None:
    """Let a command take `--policy FILE.toml`."""
    parser.add_argument("--policy", metavar="FILE.toml", help="settings that differ from `ifnotyou policy`")


def load_policy(path: str | None) -> Policy:
    """The defaults, or the defaults with the changes in the TOML file at `path`.

    Raises PolicyError, which names the file and the mend.
    """
    if path is None:
        return Policy()
    try:
        changes = tomllib.loads(Path(path).read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise PolicyError(f"{path}: the policy cannot be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise PolicyError(f"{path}: the policy is not UTF-8 text.") from error
    except tomllib.TOMLDecodeError as error:
        raise PolicyError(f"{path}: the policy is not TOML: {error}.") from error
    try:
        policy = changed(Policy(), changes)
        # Told now, not when some text first meets the phrase.
        ReasonReader(policy.reasons).check_phrases()
        ToneChecker(policy.tone).check_phrases()
    except PolicyError as error:
        raise PolicyError(f"{path}: {error}") from error
    return policy
