"""The store: tables and migrations, the two doors of the database, events in and out."""

from __future__ import annotations
