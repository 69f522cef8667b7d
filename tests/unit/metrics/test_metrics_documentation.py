from __future__ import annotations

import re
from pathlib import Path

from bot.metrics import change_facts, failures, spans, visibility
from bot.metrics.facts import LEAD_STAGES
from bot.metrics.measure import Metric
from bot.teams import Bands

PAGE = (Path(__file__).parents[3] / "docs" / "metrics.md").read_text(encoding="utf-8")


def section(title: str) -> str:
    return PAGE.split(f"\n## {title}\n")[1].split("\n## ")[0]


def test_the_documented_bands_are_the_defaults() -> None:
    rows = re.findall(r"^\| [^|]+ \| ([^|]+) \|", section("Bands"), re.MULTILINE)[2:]
    assert rows == [
        f"at least {Bands().deployment_frequency_per_week:g} planned deployment a week",
        f"median of at most {Bands().lead_time_days:g} days",
        f"at most {Bands().change_failure_rate:.0%}",
        f"median of at most {Bands().recovery_hours:g} hours",
        "objectives met",
    ]


def test_each_metric_has_its_heading() -> None:
    headings = [heading.lower() for heading in re.findall(r"^## (.+)$", PAGE, re.MULTILINE)]
    for metric in Metric:
        words = {"lead_time": "lead time for changes", "recovery_time": "time to recovery"}
        assert words.get(metric.value, metric.value.replace("_", " ")) in headings


def test_each_stage_of_the_lead_time_is_documented() -> None:
    rows = re.findall(r"^\| ([a-z ]+) \|", section("Lead time for changes"), re.MULTILINE)
    assert {row.replace(" ", "_") for row in rows} - {"stage"} == set(LEAD_STAGES)


def test_the_documented_figures_are_those_of_the_code() -> None:
    assert f"within {failures.REVERT_REACH / 86_400:g} days" in PAGE
    assert f"{change_facts.LONG_GAP / 86_400:g} days or more" in PAGE
    assert f"above {change_facts.MOST_COMMITS:,} commits" in PAGE
    assert f"last {visibility.SIGHT_WEEKS} weeks" in PAGE
    assert f"at least {spans.SHORTEST_DAYS} days" in PAGE


def test_the_eighteen_edge_cases_are_listed_and_tested() -> None:
    listed = [int(number) for number in re.findall(r"^(\d+)\. ", section("Edge cases"), re.MULTILINE)]
    tests = (Path(__file__).parent / "test_edge_cases.py").read_text(encoding="utf-8")
    tested = {int(number) for number in re.findall(r"^def test_(\d+)_", tests, re.MULTILINE)}
    assert listed == sorted(tested) == list(range(1, 19))
