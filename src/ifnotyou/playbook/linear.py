"""A little linear algebra for small matrices, kept as lists of rows."""

from __future__ import annotations

from collections.abc import Sequence

Vector = list[float]
Matrix = list[list[float]]

SWEEPS = 200
SETTLED = 1e-10


def inverse(matrix: Sequence[Sequence[float]]) -> Matrix:
    """The inverse of a symmetric, positive definite matrix (Gauss and Jordan; such a one needs no pivots)."""
    size = len(matrix)
    rows = [[*row, *(float(i == j) for j in range(size))] for i, row in enumerate(matrix)]
    for i in range(size):
        pivot = rows[i][i]
        rows[i] = [value / pivot for value in rows[i]]
        for j in range(size):
            if j != i and (factor := rows[j][i]):
                rows[j] = [value - factor * own for value, own in zip(rows[j], rows[i], strict=True)]
    return [row[size:] for row in rows]


def least_within(
    hessian: Sequence[Sequence[float]],
    gradient: Sequence[float],
    low: Sequence[float],
    high: Sequence[float],
) -> Vector:
    """The step d from `low` to `high` at which gradient x d + d x hessian x d / 2 is least.

    One coordinate after the other, again and again, until none moves: the
    hessian is positive definite, so there is one such step and this finds it.
    """
    step = [0.0] * len(gradient)
    for _ in range(SWEEPS):
        moved = 0.0
        for k, row in enumerate(hessian):
            slope = gradient[k] + sum([h * d for h, d in zip(row, step, strict=True)])
            new = min(high[k], max(low[k], step[k] - slope / row[k]))
            moved = max(moved, abs(new - step[k]))
            step[k] = new
        if moved < SETTLED:
            break
    return step
