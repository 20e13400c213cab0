"""What the numbers say: the page of those who recruit, its figures as CSV and its pictures as SVG and PNG."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from ifnotyou.files.spreadsheet import written
from ifnotyou.playbook.figures import Count, Cut
from ifnotyou.queries.insights import insights
from ifnotyou.web.insight_charts import Chart, chart_of, charts_of


@require_GET
def show_insights(request: HttpRequest) -> HttpResponse:
    """The last twelve months in some sentences and pictures."""
    figures = insights(timezone.now())
    promises = {
        kind.value: figures.of(Cut.PROMISE, "", kind) for kind in (Count.KEPT, Count.BROKEN, Count.OPEN)
    }
    context = {
        "charts": charts_of(figures),
        "first": figures.months[-1],
        "last": figures.months[0],
        **{count.value: figures.total(count) for count in (Count.DECLINED, Count.ASKED, Count.MISSED)},
        **promises,
        "due": promises[Count.KEPT] + promises[Count.BROKEN],
    }
    return render(request, "insights/insights.html", context)


@require_GET
def data(_request: HttpRequest, chart: str) -> HttpResponse:
    """The table of a chart, to go on working with."""
    head, *rows = _chart(chart).table.cells
    answer = HttpResponse(written(head, rows), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{chart}.csv"'
    return answer


@require_GET
def picture(_request: HttpRequest, chart: str, ending: str) -> HttpResponse:
    """A chart by itself, to show elsewhere."""
    drawn = _chart(chart).picture
    if ending == "svg":
        answer = HttpResponse(drawn.svg(alone=True), content_type="image/svg+xml; charset=utf-8")
    else:
        answer = HttpResponse(drawn.png(), content_type="image/png")
    answer["Content-Disposition"] = f'attachment; filename="{chart}.{ending}"'
    return answer


def _chart(name: str) -> Chart:
    chart = chart_of(insights(timezone.now()), name)
    if chart is None:
        raise Http404
    return chart
