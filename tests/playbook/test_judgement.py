"""The right person asks: on generated companies whose truth is known, and on real short meetings where at hand."""

import pytest

from bench.judgement import ALL, ELIGIBLE, SILENT, SPEED_DATING, judge, judge_meetings

BASELINES = [
    "at random",
    "the most senior",
    "the hiring manager",
    "the longest talk",
    "the highest raw rating",
]


@pytest.fixture(scope="module")
def rows():
    return {(row.among, row.ranking): row for row in judge(range(101, 107))}


@pytest.mark.parametrize("among", [ELIGIBLE, SILENT, ALL])
@pytest.mark.parametrize("baseline", BASELINES)
def test_ours_beats_every_baseline(rows, among, baseline):
    ours, theirs = rows[among, "ifnotyou"], rows[among, baseline]
    assert ours.first_right.low > theirs.first_right.high
    assert ours.first_best.low > theirs.first_best.high
    assert ours.reciprocal_rank.low > theirs.reciprocal_rank.high
    assert ours.names.value > theirs.names.value
    assert ours.regret.high < theirs.regret.low


@pytest.mark.parametrize("among", [ELIGIBLE, SILENT, ALL])
def test_nobody_beats_the_oracle(rows, among):
    oracle = rows[among, "oracle"]
    assert oracle.first_best.value > 0.95
    assert all(row.regret.value >= oracle.regret.value for (a, _), row in rows.items() if a == among)


def test_the_baselines_stand_where_the_evidence_has_them(rows):
    """Rank is no better than chance, and a raw rating a little (docs/playbook.md)."""
    right = {ranking: rows[ELIGIBLE, ranking].first_right for ranking in BASELINES}
    assert right["the most senior"].low < right["at random"].high
    assert right["the highest raw rating"].low > right["at random"].high


@pytest.mark.skipif(not SPEED_DATING.is_file(), reason="the speed-dating data are not on this machine")
def test_the_features_find_whom_somebody_liked():
    rows = {row.ranking: row for row in judge_meetings() or []}
    two = rows["record + 0.2 × centred rating"]
    assert two.first_right.value >= 0.40
    assert two.auc.value >= 0.68
