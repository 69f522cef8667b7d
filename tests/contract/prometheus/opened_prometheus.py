"""A Prometheus source as the settings open it, with time that passes only by waiting."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from bot.source import Ask, Page, Span, Stream
from integrations.http import Patience
from integrations.prometheus import Prometheus, PrometheusSettings
from integrations.settings import Opening
from tests.contract.prometheus.prometheus_server import ENVIRON

NOW = datetime(2026, 11, 25, 10, 20, tzinfo=UTC)


def objective(**changes: Any) -> dict[str, Any]:
    return {"service": "checkout", "objective": 0.999, "good": "good[$window]", "total": "total[$window]"} | changes


def settings(url: str = "http://prometheus.example.com", **changes: Any) -> PrometheusSettings:
    given = {"kind": "prometheus", "name": "slo", "url": url, "objectives": [objective()]}
    return PrometheusSettings.model_validate(given | changes)


def opened(url: str, **changes: Any) -> Prometheus:
    patience = Patience(now=NOW.timestamp, sleep=lambda _seconds: None)
    secret = {f"env:{name}": value for name, value in {**ENVIRON, "USER": "ada", "PASSWORD": "s3cret"}.items()}
    return settings(url, **changes).opened(Opening(secret=secret.__getitem__, patience=patience))


def the_stream(source: Prometheus) -> Stream:
    (stream,) = source.streams()
    return stream


def fetched(source: Prometheus, start: datetime = NOW - timedelta(days=3), end: datetime = NOW) -> Page:
    return the_stream(source).fetch(Ask(span=Span(start, end)))
