"""A worker process for the tests: python -m tests.jobs.hands [until-idle]."""

import sys

import django

django.setup()

from ifnotyou.jobs.worker import work  # noqa: E402
from tests.jobs.example_tasks import SELDOM  # noqa: E402

work(until_idle="until-idle" in sys.argv, calendar=[SELDOM])
