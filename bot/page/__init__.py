"""What a report says, in the order in which every surface shows it."""

from bot.page.answer import Listing, Page, page
from bot.page.charts import Chart, Series
from bot.page.rows import Row

__all__ = ["Chart", "Listing", "Page", "Row", "Series", "page"]
