"""Small matrices."""

import random

import pytest

from ifnotyou.playbook.linear import inverse, least_within


def positive_definite(chance, size):
    rows = [[chance.gauss(0, 1) for _ in range(size)] for _ in range(size)]
    return [
        [sum(a * b for a, b in zip(one, other, strict=True)) + (one is other) for other in rows]
        for one in rows
    ]


def value(hessian, gradient, step):
    bent = sum(
        a * h * b for a, row in zip(step, hessian, strict=True) for h, b in zip(row, step, strict=True)
    )
    return sum(g * d for g, d in zip(gradient, step, strict=True)) + bent / 2


@pytest.mark.parametrize("size", range(7))
def test_a_matrix_times_its_inverse_is_one(size):
    matrix = positive_definite(random.Random(size), size)
    found = inverse(matrix)
    for i, row in enumerate(matrix):
        for j in range(size):
            product = sum(a * found[k][j] for k, a in enumerate(row))
            assert product == pytest.approx(float(i == j), abs=1e-9)


@pytest.mark.parametrize("seed", range(20))
def test_no_step_within_the_bounds_is_better(seed):
    chance = random.Random(seed)
    hessian, gradient = positive_definite(chance, 4), [chance.gauss(0, 3) for _ in range(4)]
    low, high = [-chance.random() for _ in range(4)], [chance.random() for _ in range(4)]
    step = least_within(hessian, gradient, low, high)
    assert all(a <= d <= b for a, d, b in zip(low, step, high, strict=True))
    for _ in range(200):
        other = [chance.uniform(a, b) for a, b in zip(low, high, strict=True)]
        assert value(hessian, gradient, step) <= value(hessian, gradient, other) + 1e-9


def test_without_bounds_in_the_way_it_is_the_newton_step():
    chance = random.Random(3)
    hessian, gradient = positive_definite(chance, 3), [1.0, -2.0, 0.5]
    newton = [-sum(a * g for a, g in zip(row, gradient, strict=True)) for row in inverse(hessian)]
    assert least_within(hessian, gradient, [-99.0] * 3, [99.0] * 3) == pytest.approx(newton, abs=1e-6)


def test_nothing_to_move_is_no_step():
    assert least_within([], [], [], []) == []
