"""Whatever is imported first: no module of ours needs another one to have been there before it."""

import os
import subprocess
import sys

ONE_AFTER_THE_OTHER = """
import importlib, pkgutil, sys
from ifnotyou.cli.django_start import start_django
start_django(migrated=False)
import ifnotyou.services as services
broken = []
for module in pkgutil.walk_packages(services.__path__, "ifnotyou.services."):
    for name in [name for name in sys.modules if name.startswith("ifnotyou.services.")]:
        del sys.modules[name]
    try:
        importlib.import_module(module.name)
    except ImportError as error:
        broken.append(f"{module.name}: {error}")
print("\\n".join(broken))
"""


def test_every_service_can_be_imported_first(tmp_path):
    environment = {
        **os.environ,
        "DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite3",
        "SECRET_KEY": "Xq7vKz-" * 8,
    }
    environment.pop("DJANGO_SETTINGS_MODULE", None)

    done = subprocess.run(
        [sys.executable, "-c", ONE_AFTER_THE_OTHER],
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip(), done.stderr) == (0, "", "")
