"""`python -m ifnotyou.cli` is `ifnotyou`."""

import sys

from ifnotyou.cli.main import main

sys.exit(main())
