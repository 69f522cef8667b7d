"""A bare scan: every stored event, read with the driver in the order in which they are stored, and not looked at.

python benchmarks/refresh_scan.py quintet.db
"""

from __future__ import annotations

import sqlite3
import sys
from contextlib import closing

from cost import told

_ROWS_AT_ONCE = 1_000


def main() -> None:
    with closing(sqlite3.connect(f"file:{sys.argv[1]}?mode=ro", uri=True)) as connection, told() as tells:
        rows = connection.execute("SELECT number, body FROM events ORDER BY number")
        tells["rows"] = sum(map(len, iter(lambda: rows.fetchmany(_ROWS_AT_ONCE), [])))


if __name__ == "__main__":
    main()
