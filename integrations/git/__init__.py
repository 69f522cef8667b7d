"""A local git repository as a source: releases or merges as deployments, and what they brought as changes.

No network and no credentials. What git can't know (reviews, pipelines, incidents, objectives) stays unknown.
"""

from integrations.git.history import History, read_history

__all__ = ["History", "read_history"]
