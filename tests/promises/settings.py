"""For a sending process beside the tests: on the tests' database."""

import os

from tests.settings import *  # noqa: F403
from tests.settings import DATABASES

DATABASES["default"]["NAME"] = os.environ["PROMISES_DATABASE"]
