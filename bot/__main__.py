"""The command line: `roundtable`, or `python -m bot`."""

from bot.cli.app import app


def main() -> None:
    """Run the command that was typed."""
    app(prog_name="roundtable")


if __name__ == "__main__":
    main()
