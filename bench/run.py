"""How fast, how large, how well judged, and whether what must never happen does not: printed, and kept in results.md.

    ./run bench            all of it
    ./run bench speed      speed and memory of the plan
    ./run bench judgement  who should ask
    ./run bench learning   what the candidates' answers teach, and what it costs
    ./run bench web        the web application under many browsers
    ./run bench sending    many who send the same ask, and senders that are killed
    ./run bench import     large files into the database
    ./run bench reading    the first reading of a system for applicants against bulk loading the same rows
    ./run bench api        the interface for programs under many callers
    ./run bench calls      calls of a system for applicants: how many, none lost, how soon the card is there

A part replaces its own sections of bench/results.md and leaves the others alone. Times are of whole processes. This
machine may be noisy, so each figure is paired with a floor measured in the same round, and the median of the ratios is
what counts. No time is too long for the exit code; it is 1 where something came out wrong.
"""

import argparse
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from bench import calls, importing, interface, sending, syncing, underload, web  # noqa: E402
from bench.big import write_company  # noqa: E402
from bench.client import CONNECTIONS  # noqa: E402
from bench.databases import BrokenPromise  # noqa: E402
from bench.judgement import judgement_rows, speed_dating_rows  # noqa: E402
from bench.learning import MARGIN, learning_rows  # noqa: E402
from bench.processes import measured  # noqa: E402

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


def learning():
    """Table of what weights from the candidates' own answers are worth."""
    yield (
        "## Learning\n\nGenerated companies with a hidden truth: names lost per 100 asks against always asking the "
        "best person, as answers come in, with the weights as they were and with those proposed. Learning must "
        f"never cost more than {MARGIN} (the upper end of the 95 % interval of the difference)."
    )
    head, *rows = learning_rows()
    yield table(head, rows)


BROKEN = []
"""What was measured to the end and still must not be."""


def web_pages(rounds, seconds=2):
    """Tables of the pages under many browsers, and of their queries."""
    yield (
        f"## Web\n\n`ifnotyou serve` with its usual two processes of four threads, {CONNECTIONS} signed-in browsers on "
        f"persistent connections, each asking again as soon as it has its answer; client and server share the machine. "
        f"Pages in turn, {seconds} seconds each, median of {rounds} rounds. The floor is an empty page that passes the "
        "same middleware with the same session; beside it the same page for somebody who is not signed in, which asks "
        "the database nothing, and one with the frame that every page has. On the board stand 5,000 people who were "
        "named. A send claim is the POST with which a colleague takes on the one ask, on a card that is "
        "fresh each time. Every answer is checked for its status and content, every claim in the database; at the end "
        f"{web.CLAIMS_ON_ONE_CARD} claims go to one card: one is taken, all others are told why."
    )
    found = underload.measured("bench.web", rounds, seconds)
    yield from _under_load(found, "page", web.PAGES, web.FLOORS, web.COUNTED)


def programs(rounds, seconds=2):
    """Tables of the interface for programs under many callers, and of its queries."""
    yield (
        f"## Interface for programs\n\n`ifnotyou serve` with its usual two processes of four threads, {CONNECTIONS} "
        "callers with a token each on persistent connections, each calling again as soon as it has its answer; client "
        f"and server share the machine. Calls in turn, {seconds} seconds each, median of {rounds} rounds. Two floors: "
        "an empty view that asks the database nothing, and get_me, which costs what every call costs: looking the "
        "token up, and counting the call for the rate limit, which is a write. Lists hold 50 declines where nothing "
        "else is said. Every answer is checked for its status and content."
    )
    found = underload.measured("bench.interface", rounds, seconds)
    counted = [call for call in interface.CALLS if call != interface.BARE]
    yield from _under_load(found, "call", interface.CALLS, interface.FLOORS, counted)


def _under_load(found, kind, names, floors, counted):
    """Rates, then queries; a wrong answer breaks the promise."""
    head, *rows = underload.rate_rows(found, kind, names, floors)
    yield table(head, rows)
    head, *rows = underload.query_rows(found, kind, counted)
    yield table(head, rows)
    if wrong := underload.wrong_answers(found):
        BROKEN.append(f"{wrong} answers were wrong where every {kind} was asked for: see above.")


def sending_once(attempts=200, kills=200):
    """Tables of races for one ask, and of senders that were killed."""
    yield (
        f"## Once\n\nEight processes send the same ask at the same time: {attempts} attempts on one ask, then eight on "
        "each of 25 fresh ones. A mail counts as taken once its last line is at the server, which waits 4 ms before "
        "each of its answers."
    )
    found = sending.measured(attempts, kills)
    head, *rows = sending.race_rows(found)
    yield table(head, rows)
    yield (
        f"{kills} processes are killed with SIGKILL while they send, at random moments; "
        f"{sending.AT_THE_END:.0%} of them right after the server took the mail. How the asks stood then; afterwards "
        "each is sent again (done where it was still waiting, else refused), given up after three minutes (from then "
        "on uncertain, for a person to look), and sent again (refused)."
    )
    head, *rows = sending.kill_rows(found)
    yield table(head, rows)


def large_imports(rounds):
    """Table of `ifnotyou import` beside the database's own bulk load."""
    yield (
        f"## Import\n\n`ifnotyou import` of all eight files, a whole process, into an empty database; the same files "
        "again; and the floor: the rows that the import made, loaded into the same empty tables with their keys and "
        "indexes in one transaction, by executemany on SQLite and by COPY on PostgreSQL (only the loading is timed). "
        f"Median of {rounds} rounds, in turn; reading the files with csv.reader is told for comparison."
    )
    head, *rows = importing.rows_of_table(importing.measured(rounds))
    yield table(head, rows)


def ats_calls(rounds, deliveries=10_000, kills=100):
    """Tables of calls taken, calls in a storm of kills, and of how soon a decline is a card."""
    yield (
        f"## Calls\n\n`ifnotyou serve` with its usual two processes of four threads and {CONNECTIONS} callers on "
        f"persistent connections, {calls.CALLS:,} calls of Greenhouse's kind a round, each another one, verified, kept "
        "and queued before it is answered; in turn with an empty view that asks the database nothing. "
        f"Median of {rounds} rounds; afterwards all are counted in the table."
    )
    found = calls.measured(rounds, deliveries, kills)
    head, *rows = calls.rate_rows(found)
    yield table(head, rows)
    yield (
        f"{deliveries:,} calls come in while web and worker are killed with SIGKILL at random moments, {kills} times, "
        "and start again; whoever calls tries until the answer is 2xx. Then what is left is worked on, and all is "
        "counted. Kept are different calls: what was tried again is the same one."
    )
    head, *rows = calls.storm_rows(found)
    yield table(head, rows)
    yield (
        "From the moment when an offer is declined over there (the stand-in, asked by HTTP on loopback) to the card in "
        "the inbox, one after the other: told by a call to `ifnotyou serve` with `ifnotyou worker` beside it; and how "
        "long a round of reading takes that finds one decline. Such a round begins every five minutes."
    )
    head, *rows = calls.card_rows(found)
    yield table(head, rows)


def first_reading():
    """The table of a whole history read out of a system for applicants."""
    few, many = syncing.CANDIDATES
    yield (
        "## First reading\n\nThe first reading of a stand-in for Greenhouse, in a process of its own and without a "
        f"limit on calls, with {few:,} and {many:,} candidates who each have an offer. Statements: the seconds that "
        "the database worked, commits included; transactions: with the rows made and the declines judged in them. The "
        "floor: the same rows loaded into the same empty tables with their keys and indexes, by executemany on SQLite "
        "and by COPY on PostgreSQL. One round."
    )
    head, *rows = syncing.rows_of_table(syncing.measured(1))
    yield table(head, rows)


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(map(str, line)) + " |" for line in lines)


def kept(old, new):
    """The old results with the sections of the new ones in place of theirs, in the usual order."""
    sections = {**by_title(old), **by_title(new)}
    order = sorted(sections, key=lambda title: ORDER.index(title) if title in ORDER else len(ORDER))
    return "\n\n".join(sections[title].strip() for title in order) + "\n"


def by_title(text):
    """Sections by their title; what stands before the first has none."""
    return {
        part.partition("\n")[0].removeprefix("## ") if part.startswith("## ") else "": part
        for part in re.split(r"^(?=## )", text, flags=re.MULTILINE)
    }


ORDER = [
    "",
    "Speed and memory",
    "Judgement",
    "Learning",
    "Web",
    "Once",
    "Import",
    "First reading",
    "Calls",
    "Interface for programs",
]


def main():
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Measure speed, memory, judgement and promises."
    )
    names = ("all", "speed", "judgement", "learning", "web", "sending", "import", "reading", "calls", "api")
    parser.add_argument("part", nargs="?", choices=names, default="all")
    parser.add_argument(
        "--rounds", type=int, default=5, help="rounds of what is timed (default: 5; imports: 3 at most)"
    )
    parser.add_argument("--seeds", type=int, default=20, help="generated companies (default: 20)")
    args = parser.parse_args()
    measure = {
        "speed": lambda: speed(args.rounds),
        "judgement": lambda: judgement(args.seeds),
        "learning": learning,
        "web": lambda: web_pages(args.rounds),
        "sending": sending_once,
        "import": lambda: large_imports(min(args.rounds, 3)),
        "reading": first_reading,
        "calls": lambda: ats_calls(args.rounds),
        "api": lambda: programs(args.rounds),
    }
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores"
    parts = ["# Results", f"Written by `./run bench` on {machine}, Python {platform.python_version()}."]
    try:
        for name in measure if args.part == "all" else [args.part]:
            parts += measure[name]()
    except BrokenPromise as broken:
        sys.stderr.write(f"./run bench: {broken}\n")
        return 1
    text = "\n\n".join(part.strip() for part in parts) + "\n"
    print(text)
    results = ROOT / "bench" / "results.md"
    results.write_text(kept(results.read_text(encoding="utf-8"), text), encoding="utf-8")
    for broken in BROKEN:
        sys.stderr.write(f"./run bench: {broken}\n")
    return 1 if BROKEN else 0


if __name__ == "__main__":
    sys.exit(main())
