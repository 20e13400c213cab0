"""The settings of the program as it is run, with two empty pages besides to measure the others against."""

from ifnotyou.settings import *  # noqa: F403

ROOT_URLCONF = "bench.urls"
API_PER_MINUTE = 1_000_000
"""Nobody else calls as often as a benchmark does."""
