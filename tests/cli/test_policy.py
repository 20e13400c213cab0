"""`ifnotyou policy`: every setting, as a file to keep and change."""

import tomllib

from ifnotyou.playbook.policy import Policy, changed


def test_what_is_printed_is_a_policy_file(ifnotyou, tmp_path):
    answer = ifnotyou("policy")
    assert (answer.code, answer.err) == (0, "")
    assert changed(Policy(), tomllib.loads(answer.out)) == Policy()


def test_every_setting_stands_under_its_reason(ifnotyou):
    lines = ifnotyou("policy").out.splitlines()
    at = lines.index("max_age_days = 45")
    assert lines[at - 1].startswith("# Days after the decline")


def test_changes_are_printed_too(ifnotyou, tmp_path):
    policy = tmp_path / "policy.toml"
    policy.write_text('[ask]\nmax_age_days = 30\n[askers.kinds]\n"karaoke night" = 1.0\n', encoding="utf-8")
    answer = ifnotyou("policy", "--policy", policy)
    printed = tomllib.loads(answer.out)
    assert printed["ask"]["max_age_days"] == 30
    assert printed["askers"]["kinds"]["karaoke night"] == 1.0
