"""The work that is done on a schedule, or at once by a command."""
