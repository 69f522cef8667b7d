"""`quintet`, and `python -m bot`.

Every process that the command starts begins here as well: what a command needs is loaded where it runs.
"""

from __future__ import annotations


def main() -> None:
    from bot.cli import main as command  # noqa: PLC0415  see above

    command()


if __name__ == "__main__":
    main()
