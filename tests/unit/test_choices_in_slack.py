"""The window in which weekday, hour, zone and kinds are chosen: what it shows, and what may come back from it."""

from __future__ import annotations

import json
from typing import Any, cast
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.blocks import subscriptions
from bot.blocks.buttons import About, Act
from bot.demo.slack_standin.verdict import verdict
from bot.demo.slack_standin.windows import Modal, values
from bot.schedule import ORGANISATION, Kind, Slot, Subscription
from bot.slack.choices import DAY, HOUR, ZONE, Choice, choice_window, chosen
from bot.slack.views import Carried

UNKNOWN = "I know no time zone of that name."
zones = st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"})).map(ZoneInfo)
slots = st.builds(Slot, st.integers(0, 6), st.integers(0, 23), zones)
kinds = st.frozensets(st.sampled_from(Kind))
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["selected_option", "selected_options", "value", "text"]), inner, max_size=3)
    ),
    max_leaves=6,
)


def carried(team: str = "team-x") -> Carried:
    return Carried(act=Act.CHANGE, about=About(team=team), channel="C0", name="delivery", response_url="https://a")


def sent(day: object = "0", hour: object = "9", zone: object = "UTC") -> dict[str, Any]:
    given = {
        DAY: {"selected_option": {"value": day}},
        HOUR: {"selected_option": {"value": hour}},
        ZONE: {"value": zone},
    }
    return {"state": {"values": {name: {name: each} for name, each in given.items()}}}


def as_it_stands(view: dict[str, Any]) -> dict[str, Any]:
    """The window as it comes back when nobody touches it."""
    shown: dict[str, object] = {}
    for block in view["blocks"]:
        element = block["element"]
        ticked = [each["value"] for each in element.get("initial_options", ())]
        shown[block["block_id"]] = element.get("initial_value") or element.get("initial_option", {}).get(
            "value", ticked
        )
    return {"state": {"values": values(view, lambda block, _: shown[block])}}


@settings(max_examples=50)
@given(slots, kinds, st.sampled_from(("team-x", "x" * 200, "<!channel>", ORGANISATION)))
def test_slack_takes_the_window_and_what_nobody_touches_comes_back_as_it_is(
    slot: Slot, wanted: frozenset[Kind], team: str
) -> None:
    asked = carried(team)
    view = choice_window(asked, Subscription(team, "#delivery", slot, wanted))
    assert Modal.model_validate_json(json.dumps(view))
    back = chosen(asked, as_it_stands(view))
    assert back == Choice(asked, slot, frozenset({Kind.DIGEST}) if team == ORGANISATION else wanted)


@pytest.mark.parametrize("typed", ["America/New_York", "america/new york", "  AMERICA/NEW_YORK "])
def test_a_zone_is_known_in_any_case_and_with_spaces(typed: str) -> None:
    back = chosen(carried(), sent(zone=typed))
    assert isinstance(back, Choice)
    assert back.slot.zone.key == "America/New_York"


@pytest.mark.parametrize(
    ("given", "wrong"),
    [
        ({"zone": "Mars/Olympus Mons"}, {ZONE: UNKNOWN}),
        ({"zone": "New York"}, {ZONE: f"{UNKNOWN} Did you mean America/New_York?"}),
        ({"zone": "Europe/Berln"}, {ZONE: f"{UNKNOWN} Did you mean Europe/Berlin, "}),
        ({"zone": ""}, {ZONE: f"{UNKNOWN} Names look like Europe/Berlin."}),
        ({"zone": "../../../etc/passwd"}, {ZONE: f"{UNKNOWN} Names look like Europe/Berlin."}),
        ({"zone": "/usr/share/zoneinfo/UTC"}, {ZONE: UNKNOWN}),
        ({"zone": "Europe/../UTC"}, {ZONE: UNKNOWN}),
        ({"zone": "localtime"}, {ZONE: UNKNOWN}),
        ({"zone": "\0"}, {ZONE: UNKNOWN}),
        ({"zone": None}, {ZONE: UNKNOWN}),
        ({"day": "7"}, {DAY: "Choose a day of the week."}),
        ({"hour": "24"}, {HOUR: "Choose an hour."}),
        ({"day": None, "hour": "-1", "zone": ["UTC"]}, {DAY: "Choose", HOUR: "Choose", ZONE: UNKNOWN}),
    ],
)
def test_what_is_none_of_what_there_is_is_told_beside_its_field(given: dict[str, Any], wrong: dict[str, str]) -> None:
    told = chosen(carried(), sent(**given))
    assert isinstance(told, dict)
    assert told.keys() == wrong.keys()
    assert all(told[name].startswith(sentence) for name, sentence in wrong.items())


@given(anything, anything, anything, anything)
def test_whatever_comes_back_is_a_choice_or_is_told_by_field(day: Any, hour: Any, zone: Any, ticked: Any) -> None:
    fields = {"day": day, "hour": hour, "zone": zone, "kinds": ticked}
    state = {name: {name: cast("object", each)} for name, each in fields.items()}
    back = chosen(carried(), {"state": {"values": state}})
    assert isinstance(back, Choice) or back.keys() <= {DAY, HOUR, ZONE}


@settings(max_examples=40)
@given(
    st.lists(st.sampled_from((ORGANISATION, "team-x", "<!channel>", "&" * 80, "x" * 3_000)), max_size=60), slots, kinds
)
def test_slack_takes_the_list_of_a_channel_however_much_comes_to_it(
    teams: list[str], slot: Slot, wanted: frozenset[Kind]
) -> None:
    here = [Subscription(team, "#delivery", slot, wanted | {Kind.DIGEST}) for team in teams]
    message = subscriptions.listed(here, [(team, team) for team in teams if team], here)
    assert verdict(message.text, message.blocks) == verdict("taken", None)
