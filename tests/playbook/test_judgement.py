"""The right person asks: the playbook's choice, against the hidden truth and against real short meetings."""

import re

import pytest

from bench import judgement
from bench.judgement import ALL, ELIGIBLE, LEAST_AUC, LEAST_FIRST_RIGHT, RANKINGS, SILENT


@pytest.fixture(scope="module")
def rows():
    return {(row.among, row.ranking): row for row in judgement.judge(range(201, 206))}


def test_there_is_a_row_for_every_ranking_among_everybody(rows):
    assert set(rows) == {(among, ranking) for among in (ELIGIBLE, SILENT, ALL) for ranking in RANKINGS}
    assert rows[ELIGIBLE, "ifnotyou"].declines > 1300
    assert 0.6 < rows[SILENT, "ifnotyou"].declines / rows[ELIGIBLE, "ifnotyou"].declines < 0.8


@pytest.mark.parametrize("among", [ELIGIBLE, SILENT, ALL])
def test_the_playbook_beats_everything_that_knows_no_truth(rows, among):
    ours = rows[among, "ifnotyou"]
    for ranking in RANKINGS:
        if ranking not in {"ifnotyou", "oracle"}:
            other = rows[among, ranking]
            assert ours.first_right.low > other.first_right.high
            assert ours.first_best.low > other.first_best.high
            assert ours.reciprocal_rank.low > other.reciprocal_rank.high
            assert ours.names.low > other.names.high
            assert ours.regret.high < other.regret.low


def test_the_playbook_finds_the_best_one_twice_as_often_as_chance(rows):
    assert rows[ELIGIBLE, "ifnotyou"].first_best.value > 1.8 * rows[ELIGIBLE, "at random"].first_best.value
    assert rows[ELIGIBLE, "ifnotyou"].first_right.value > 0.55
    assert rows[SILENT, "ifnotyou"].first_right.value > 0.45


def test_the_oracle_is_always_right_and_regrets_nothing(rows):
    for among in (ELIGIBLE, SILENT, ALL):
        oracle = rows[among, "oracle"]
        assert oracle.first_right == oracle.first_best == oracle.reciprocal_rank == (1, 1, 1)
        assert oracle.regret.value < 0.1


def test_figures_lie_within_their_intervals(rows):
    for row in rows.values():
        for figure in row[3:]:
            assert figure.low <= figure.value <= figure.high


@pytest.mark.where(judgement.SPEED_DATING.exists(), "the data of real meetings are not ours to ship")
def test_the_features_find_whom_people_liked_in_real_meetings():
    found = judgement.judge_meetings()
    assert found is not None
    rows = {row.ranking: row for row in found}
    assert rows["record"].people == 551
    two = rows["record + 0.2 × centred rating"]
    assert two.first_right.value >= LEAST_FIRST_RIGHT
    assert two.auc.value >= LEAST_AUC
    centred, raw = rows["rating less the rater's own habit"], rows["raw rating"]
    assert centred.first_right.value > raw.first_right.value
    assert centred.auc.value > raw.auc.value
    assert rows["at random"].auc.value == 0.5


def test_absent_data_is_told(tmp_path):
    assert judgement.judge_meetings(tmp_path / "absent.csv.gz") is None
    assert "absent" in judgement.speed_dating_rows(tmp_path)[1][0]


def test_tables_have_a_head_and_full_rows():
    head, *rows = judgement.judgement_rows([301])
    assert len(rows) == 3 * len(RANKINGS)
    assert all(len(row) == len(head) for row in rows)
    assert rows[0][:2] == [ELIGIBLE, "at random"]
    assert re.fullmatch(r"0\.\d{3} \[0\.\d{3}, 0\.\d{3}\]", rows[0][3])
    head, *rows = judgement.speed_dating_rows()
    assert all(len(row) == len(head) for row in rows)


def test_a_tie_counts_as_the_average_of_its_orders():
    assert judgement.first_is_right([1, 1, 0], [7, 5, 9]) == 0
    assert judgement.first_is_right([1, 1, 0], [9, 5, 9]) == 0.5
    assert judgement.reciprocal_rank([1, 1, 0], [9, 5, 1]) == 0.75
    assert judgement.reciprocal_rank([3, 2, 1], [1, 9, 1]) == 0.5
    assert judgement.expected_at_top([1, 1, 0], [0.2, 0.4, 0.9]) == pytest.approx(0.3)
    assert judgement.pairwise([3, 2, 2], [9, 5, 5]) == (2, 2)
    assert judgement.pairwise([2, 2, 1], [9, 5, 1]) == (2.5, 3)
