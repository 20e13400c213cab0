"""Chance that is the same everywhere.

Python promises the same sequence on every version only for `random()`, so
everything is drawn from that alone, in here.
"""

from __future__ import annotations

import math
import random
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from itertools import accumulate
from typing import Generic, TypeVar

T = TypeVar("T")


class Odds(Generic[T]):
    """Things to choose from, some likelier than others: `Odds({"tea": 3, "coffee": 1})`."""

    def __init__(self, weights: Mapping[T, float]) -> None:
        self.things = tuple(weights)
        self.bounds = tuple(accumulate(weights.values()))


class Dice:
    """One stream of chance, named by a seed and a purpose: drawing more from one leaves the others alone."""

    def __init__(self, seed: int, purpose: str) -> None:
        # Text is hashed by SHA-512 in there, not by hash(), which changes from run to run.
        self.random = random.Random(f"{seed}/{purpose}").random  # noqa: S311 - a sample, not a secret
        self._spare: float | None = None

    def chance(self, probability: float) -> bool:
        """True with this probability."""
        return self.random() < probability

    def whole(self, least: int, most: int) -> int:
        """A whole number, both ends included."""
        return least + int(self.random() * (most - least + 1))

    def between(self, least: float, most: float) -> float:
        """Any number in between."""
        return least + (most - least) * self.random()

    def pick(self, things: Sequence[T]) -> T:
        """One of them, each as likely as the other."""
        return things[int(self.random() * len(things))]

    def among(self, odds: Odds[T]) -> T:
        """One of them by weight."""
        return odds.things[bisect_right(odds.bounds, self.random() * odds.bounds[-1])]

    def some(self, things: Sequence[T], count: int) -> list[T]:
        """So many different ones, in any order; all of them where there are fewer."""
        pool = list(things)
        count = min(count, len(pool))
        for place in range(count):
            other = place + int(self.random() * (len(pool) - place))
            pool[place], pool[other] = pool[other], pool[place]
        return pool[:count]

    def normal(self) -> float:
        """Of the normal distribution with mean 0 and variance 1 (Box and Muller: two at a time)."""
        if self._spare is not None:
            value, self._spare = self._spare, None
            return value
        radius = math.sqrt(-2.0 * math.log(1.0 - self.random()))
        angle = 2.0 * math.pi * self.random()
        self._spare = radius * math.sin(angle)
        return radius * math.cos(angle)

    def count(self, mean: float) -> int:
        """How often something happens that happens `mean` times on average (Poisson)."""
        limit = math.exp(-mean)
        product = self.random()
        times = 0
        while product > limit:
            product *= self.random()
            times += 1
        return times
