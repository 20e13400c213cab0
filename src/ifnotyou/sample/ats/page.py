"""The stand-in's one page for people: who has an offer, and a button with which they say no."""

from __future__ import annotations

from html import escape

from ifnotyou.sample.ats.world import OfferStep, World

_PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{label}, made up</title>
<style>body{{font:16px/1.5 system-ui,sans-serif;max-width:44rem;margin:2rem auto;padding:0 1rem}}
li{{margin:1rem 0}}button{{font:inherit;padding:.3rem .8rem;margin-right:.5rem}}</style>
<h1>{label}, made up</h1>
<p>This stands in for your {label}. Decline an offer here, and watch the card appear in ifnotyou.</p>
<ul>{offers}</ul>"""
_OFFER = """<li><strong>{name}</strong>, {job}: {state}
<form method="post" action="/_world/decline">
<input type="hidden" name="application" value="{id}">{button}</form></li>"""
_BUTTON = "<button>They decline the offer</button>"


def page(world: World, label: str) -> str:
    """Every application with an offer, those that are out first."""
    lines = []
    for one in world.applications.values():
        if one.offer is None:
            continue
        is_out = one.ended_at is None and one.offer.step is OfferStep.SENT
        lines.append(
            (
                not is_out,
                _OFFER.format(
                    name=escape(world.candidates[one.candidate].name),
                    job=escape(world.jobs[one.job].title),
                    state="the offer is out" if is_out else escape(one.offer.step.value),
                    id=one.id,
                    button=_BUTTON if is_out else "",
                ),
            )
        )
    return _PAGE.format(label=escape(label), offers="".join(line for _, line in sorted(lines)))
