"""A Prometheus as its HTTP API answers, with daily or hourly windows of one objective."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping
from datetime import datetime

from werkzeug import Request, Response

HOUR = 3_600
GOOD = 'sum(increase(http_requests_total{code!~"5.."}[1h]))'
TOTAL = "sum(increase(http_requests_total[1h]))"

SETTINGS: Mapping[str, object] = {
    "kind": "prometheus",
    "token": "env:PROMETHEUS_TOKEN",
    "objectives": [
        {
            "service": "checkout",
            "objective": 0.999,
            "window": "1h",
            "good": GOOD.replace("1h", "$window"),
            "total": TOTAL.replace("1h", "$window"),
        }
    ],
}
ENVIRON: Mapping[str, str] = {"PROMETHEUS_TOKEN": "prometheus-token"}


def server(items: int, now: datetime) -> Callable[[Request], Response]:
    """The last `items` complete hours before `now` have samples; hours before them have none."""
    last = math.floor(now.timestamp() / HOUR) * HOUR
    first = last - (items - 1) * HOUR

    def answer(request: Request) -> Response:
        if request.headers.get("Authorization") != "Bearer prometheus-token":
            return Response("Unauthorized\n", 401)
        if request.path == "/api/v1/label/job/values":
            return success(["checkout", "node"])
        if request.path == "/api/v1/query_range":
            return ranged(request, first, last)
        return Response("404 page not found\n", 404)

    return answer


def ranged(request: Request, first: int, last: int) -> Response:
    """As the server does it: start, start + step, … up to and with end."""
    share = {GOOD: 0.9995, TOTAL: 1.0}.get(request.args["query"])
    if share is None:
        return failure(400, "bad_data", 'invalid parameter "query": 1:1: parse error: unexpected end of input')
    start, end, step = (int(request.args[name]) for name in ("start", "end", "step"))
    if (end - start) // step > 11_000:
        return failure(400, "bad_data", "exceeded maximum resolution of 11,000 points per timeseries.")
    values = [[at, str(requests_until(at) * share)] for at in range(start, end + 1, step) if first <= at <= last]
    return success({"resultType": "matrix", "result": [{"metric": {}, "values": values}] if values else []})


def requests_until(at: int) -> int:
    return 1_000 + at // HOUR % 24 * 100


def success(data: object, **more: object) -> Response:
    return Response(json.dumps({"status": "success", "data": data, **more}), content_type="application/json")


def failure(status: int, kind: str, why: str) -> Response:
    body = {"status": "error", "errorType": kind, "error": why}
    return Response(json.dumps(body), status, content_type="application/json")
