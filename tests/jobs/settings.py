"""For a worker process beside the tests: on the tests' database, and quick to take a worker for dead.

How quick, a test may say: whoever holds no lease that is to run out must outlive a stall of the machine.
"""

import os
from datetime import timedelta

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["JOBS_TEST_DATABASE"]
if connection_timeout := os.environ.get("JOBS_TEST_TIMEOUT"):
    DATABASES["default"]["OPTIONS"]["timeout"] = float(connection_timeout)
JOBS_LEASE = timedelta(seconds=float(os.environ.get("JOBS_TEST_LEASE", "3")))
JOBS_FIRST_WAIT = timedelta(0)
