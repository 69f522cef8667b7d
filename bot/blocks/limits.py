"""Slack's limits, in characters and items, and the part of them that an answer gives to each of its pieces.

Sources: https://docs.slack.dev/reference/block-kit/blocks (section, context, table, rich_text),
https://docs.slack.dev/reference/block-kit/blocks/data-visualization-block (charts),
https://github.com/slackapi/bolt-js/issues/2509 (the text of all blocks together).
Where sources differ the lower value stands.
"""

from __future__ import annotations

SECTION_TEXT = 3_000
CONTEXT_ELEMENTS = 10
TABLE_ROWS = 100
TABLE_COLUMNS = 20
CHARTS = 2
CHART_TITLE = 50
CHART_SERIES = 6
CHART_POINTS = 20
CHART_LABEL = 20
AXIS_LABEL = 50
# Slack advises 4,000 for `text`, and cuts far beyond.
FALLBACK_TEXT = 3_900
# What a notification shows.
SUMMARY_TEXT = 1_200

# The answer's own shares. Slack refuses about 13,200 characters over all blocks: together, with labels and charts,
# these stay below 12,000. An answer has at most 21 of the 50 blocks, and one table, which is all that Slack takes.
HEADLINE = 400
PATTERN = 250
INVESTMENT = 150
FIRST_STEP = 450
NET = 450
LINE = 270
SHORT_LINE = 235
CELL = 40
LAST_CELL = 180
# Of one list: characters, and items however short they are.
LIST = 1_450
SHORT_LIST = 700
SIDE_LIST = 420
ITEMS = 12
