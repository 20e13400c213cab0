"""Draws docs/plan.svg: the first ask of the sample company, as a terminal shows it. Run by `./run docs`."""

import io
from datetime import date
from pathlib import Path

from rich.console import Console

from ifnotyou.cli.shown import Shown
from ifnotyou.playbook.plan import make_plan
from ifnotyou.playbook.policy import Policy
from ifnotyou.playbook.verdict import Verdict
from ifnotyou.sample.world import generate

TODAY = date(2026, 1, 31)
TARGET = Path(__file__).parent / "plan.svg"

# Without the web font of rich's own frame: a picture of ours asks nobody for anything.
FRAME = """<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg" role="img">
<title>One declined offer, as ifnotyou plans it</title>
<style>
.{unique_id}-matrix {{ font-family: ui-monospace, Menlo, Consolas, monospace; font-size: {char_height}px;
line-height: {line_height}px; font-variant-east-asian: full-width; }}
{styles}
</style>
<defs><clipPath id="{unique_id}-clip-terminal">
<rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" /></clipPath>{lines}</defs>
{chrome}
<g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
{backgrounds}
<g class="{unique_id}-matrix">{matrix}</g>
</g>
</svg>
"""


def main() -> None:
    """Plan the sample company and draw its first ask that is no toss-up."""
    world = generate(seed=1, declines=120, employees=80, today=TODAY)
    plan = make_plan(world.records, Policy(), TODAY)
    shown = Shown(io.StringIO())
    shown.console = Console(
        record=True, width=100, file=io.StringIO(), force_terminal=True, highlight=False, markup=False
    )
    ask = next(p for p in plan if p.verdict is Verdict.ASK and p.confidence == "clear")
    shown.ask(ask)
    svg = shown.console.export_svg(title="ifnotyou plan", code_format=FRAME, unique_id="plan")
    TARGET.write_text("\n".join(line.rstrip() for line in svg.splitlines()) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
