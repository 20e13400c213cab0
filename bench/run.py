"""How fast, how large, how well judged: measured, printed as a table, written to bench/results.md.

    ./run bench            all of it
    ./run bench speed      speed and memory only
    ./run bench judgement  who-should-ask only

Times are of whole processes. This machine may be noisy, so each figure is paired with a floor measured in the same
round, and the median of the ratios is what counts.
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench.big import write_company  # noqa: E402
from bench.judgement import judgement_rows, speed_dating_rows  # noqa: E402

PLAN = [str(ROOT / ".venv" / "bin" / "ifnotyou"), "plan"]
TONE = [str(ROOT / ".venv" / "bin" / "ifnotyou"), "tone"]
TODAY = "2026-06-17"

FLOOR = """
import csv, sys
from pathlib import Path
csv.field_size_limit(10**8)
kept = [list(csv.reader(path.open(encoding="utf-8", newline=""))) for path in sorted(Path(sys.argv[1]).glob("*.csv"))]
"""

GOOD_NOTE = """Hi Noor,

thank you for telling us. I still think of our talk about the ferries. If not you, who should we talk to about the
data role? It is fine to ignore this, and you need not be named.

Maya
"""


@dataclass
class Run:
    seconds: float
    megabytes: float


def measured(command, **options):
    """Wall seconds and peak memory of one process, which must succeed."""
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, **options)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0, (command, process.returncode)
    # ru_maxrss is in kilobytes on Linux, in bytes on macOS.
    return Run(seconds, usage.ru_maxrss / (1024 if sys.platform.startswith("linux") else 1024**2))


def plan_and_floor(folder, rounds):
    """The runs of the plan and of only reading the same files, in turn."""
    plans, floors = [], []
    for _ in range(rounds):
        floors.append(measured([sys.executable, "-c", FLOOR, str(folder)]))
        plans.append(measured([*PLAN, str(folder), "--today", TODAY, "--format", "json"]))
    return plans, floors


def median(runs):
    return statistics.median(run.seconds for run in runs)


def plan_row(what, plans, floors):
    ratio = statistics.median(p.seconds / f.seconds for p, f in zip(plans, floors, strict=True))
    peak = max(run.megabytes for run in plans)
    return [what, f"{median(plans):.2f}", f"{median(floors):.2f}", f"{ratio:.1f}", f"{peak:.0f}"]


def speed(rounds):
    """Tables of speed and memory."""
    yield f"## Speed and memory\n\nWhole processes, median of {rounds} rounds, plan and floor in turn."
    work = Path(tempfile.mkdtemp(prefix="ifnotyou-bench-"))
    try:
        rows = []
        for declines in (1_000, 3_000, 10_000, 30_000):
            folder = write_company(work / f"d{declines}", declines=declines, employees=2_000, today=TODAY)
            rows.append(plan_row(f"{declines:,} declines, 2,000 employees", *plan_and_floor(folder, rounds)))
        for employees in (200, 20_000):
            folder = write_company(work / f"e{employees}", declines=10_000, employees=employees, today=TODAY)
            rows.append(
                plan_row(f"10,000 declines, {employees:,} employees", *plan_and_floor(folder, rounds))
            )
        head = ["plan", "seconds", "floor: csv.reader", "ratio", "peak MB"]
        yield table(head, rows)
        yield growth(rows)
        yield tone_times(work, rounds * 4)
    finally:
        shutil.rmtree(work)


def growth(rows):
    """How much longer ten times the declines take; the floor's own growth beside it."""
    small, large = rows[0], rows[2]
    return (
        f"Ten times the declines (1,000 to 10,000) take {float(large[1]) / float(small[1]):.1f} times the time "
        f"(the floor: {float(large[2]) / float(small[2]):.1f}); three times (10,000 to 30,000) "
        f"{float(rows[3][1]) / float(large[1]):.1f}."
    )


def tone_times(work, rounds):
    note = work / "note.txt"
    note.write_text(GOOD_NOTE, encoding="utf-8")
    tones = [measured([*TONE, str(note)]) for _ in range(rounds)]
    floors = [measured([sys.executable, "-c", "import argparse"]) for _ in range(rounds)]
    return (
        f"`ifnotyou tone` on one message, process and all: {median(tones) * 1000:.0f} ms "
        f"(a Python that imports argparse: {median(floors) * 1000:.0f} ms), {rounds} runs."
    )


def judgement(seeds):
    """Tables of how well the first-ranked asker is chosen."""
    yield f"## Judgement\n\nGenerated companies with a hidden truth, {seeds} seeds."
    head, *rows = judgement_rows(range(1, seeds + 1))
    yield table(head, rows)
    head, *rows = speed_dating_rows(ROOT)
    yield "Speed-dating data, one person left out at a time (Fisman, Iyengar, Kamenica, Simonson 2006):"
    yield table(head, rows)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def main():
    parser = argparse.ArgumentParser(prog="./run bench", description="Measure speed, memory and judgement.")
    parser.add_argument("part", nargs="?", choices=("all", "speed", "judgement"), default="all")
    parser.add_argument("--rounds", type=int, default=5, help="runs of each command (default: 5)")
    parser.add_argument("--seeds", type=int, default=20, help="generated companies (default: 20)")
    args = parser.parse_args()
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    parts = ["# Results", f"Written by `./run bench` on {machine}, Python {platform.python_version()}."]
    if args.part in {"all", "speed"}:
        parts += speed(args.rounds)
    if args.part in {"all", "judgement"}:
        parts += judgement(args.seeds)
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    print(text)
    if args.part == "all":
        (ROOT / "bench" / "results.md").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
