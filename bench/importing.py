"""The import of large files, against the database's own bulk load: `python -m bench.importing ROUNDS FOLDER...`.

On the database of DATABASE_URL, which has to be empty. The floor is the very
rows that the import made, loaded into the same empty tables with their keys and
indexes: executemany in one transaction on SQLite, COPY on PostgreSQL. Of the
floor only the loading is timed; the import is a whole process that also reads,
checks and joins the files. Prints one JSON document.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.big import write_company
from bench.databases import BOTH, on
from bench.processes import measured as measured_process

TODAY = "2026-06-17"
EMPLOYEES = 2_000
DECLINES = (4_950, 19_800)
"""A quarter of a million rows, and a million."""

READING = """
import csv, sys
from pathlib import Path
for path in sorted(Path(sys.argv[1]).glob("*.csv")):
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.reader(file):
            pass
"""


def measured(rounds):
    """Both databases and both sizes: what each run printed."""
    work = Path(tempfile.mkdtemp(prefix="ifnotyou-bench-"))
    try:
        folders = [
            write_company(work / str(n), declines=n, employees=EMPLOYEES, today=TODAY) for n in DECLINES
        ]
        return {database: on(database, "bench.importing", rounds, *folders) for database in BOTH}
    finally:
        shutil.rmtree(work)


def rows_of_table(found):
    yield [
        "database",
        "rows",
        "import s",
        "bulk load s",
        "ratio",
        "csv.reader s",
        "the same files again s",
        "peak MB",
        "peak MB again",
    ]
    for database, sizes in found.items():
        for size in sizes:
            rounds = size["rounds"]
            ratio = statistics.median(r["import"] / r["load"] for r in rounds)
            seconds = [
                f"{statistics.median(r[key] for r in rounds):.1f}"
                for key in ("import", "load", "reading", "again")
            ]
            peaks = [f"{max(r[key] for r in rounds):.0f}" for key in ("megabytes", "megabytes_again")]
            yield [database, f"{size['rows']:,}", *seconds[:2], f"{ratio:.1f}", *seconds[2:], *peaks]


# --- in a process of its own, with Django


def main():
    rounds, folders = int(sys.argv[1]), sys.argv[2:]
    os.environ["DJANGO_SETTINGS_MODULE"] = "ifnotyou.settings"
    ifnotyou = [sys.executable, "-m", "ifnotyou.cli"]
    subprocess.run([*ifnotyou, "migrate"], check=True, stdout=sys.stderr)
    import django  # noqa: PLC0415

    django.setup()
    from bench.tables import count, empty, take_out  # noqa: PLC0415 - needs Django
    from ifnotyou.models import Workspace  # noqa: PLC0415

    Workspace.objects.create(name="Bench")
    sizes = []
    for folder in folders:
        dump = Path(os.environ["DATA_DIR"]) / "rows"
        figures = []
        for number in range(rounds):
            reading = measured_process([sys.executable, "-c", READING, folder])
            empty()
            report = Path(os.environ["DATA_DIR"]) / "report.json"
            first = _import(ifnotyou, folder, report)
            told = json.loads(report.read_text(encoding="utf-8"))
            rows = sum(tally["new"] for tally in told["tables"].values())
            assert told["committed"], told
            # Made-up messages of the same second are the only thing to tell.
            problems = [one for one in told["problems"] if "It counts once" not in one["text"]]
            assert not problems, problems[:3]
            assert count() == rows, f"{count()} rows are there, {rows} were told"
            again = _import(ifnotyou, folder, report)
            told = json.loads(report.read_text(encoding="utf-8"))
            assert sum(tally["unchanged"] for tally in told["tables"].values()) == rows, told["tables"]
            if not number:
                take_out(dump)
            empty()
            load = subprocess.run(
                [sys.executable, "-m", "bench.bulk_load", str(dump)], check=True, stdout=subprocess.PIPE
            )
            assert count() == rows, f"{count()} rows loaded, of {rows}"
            figures.append(
                {
                    "import": first.seconds,
                    "again": again.seconds,
                    "load": float(load.stdout),
                    "reading": reading.seconds,
                    "megabytes": first.megabytes,
                    "megabytes_again": again.megabytes,
                }
            )
        sizes.append({"rows": rows, "rounds": figures})
        shutil.rmtree(dump)
    print(json.dumps(sizes))


def _import(ifnotyou, folder, report):
    with report.open("w", encoding="utf-8") as output:
        return measured_process([*ifnotyou, "import", folder, "--format", "json"], stdout=output)


if __name__ == "__main__":
    main()
