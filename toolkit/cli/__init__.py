"""The command line: arguments in, tables and files out, and the one place where errors become messages."""

from __future__ import annotations


def main() -> None:
    """Run ``intercoder``."""
    from toolkit.cli.boundary import run

    run()
