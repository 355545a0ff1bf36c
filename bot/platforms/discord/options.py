"""Options: what may follow a command, as Discord asks for it and as the bot's handlers read it.

A handler reads one line of words. Here stands, for each command, into which options that line is
parted; `line` puts what was given together again, in the order in which it stands here.

Topics are words to type and not a list to choose from: a list would tell anybody who can see the
server which condition its groups are about.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.routing import Route

MOST, LONGEST = 25, 6_000  # of one command, and of what somebody types into one of them
WORDS = "words"
STRING = 3  # the number by which Discord calls an option of text


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a command; with `choices` (their words stand in the line) nothing is typed."""

    name: str
    help: str
    required: bool = False
    longest: int = 100
    choices: tuple[tuple[str, str], ...] = ()


_TOPIC = (Option("topic", "A topic, in a word or two"),)

OPTIONS: Mapping[str, tuple[Option, ...]] = {
    "ask": (Option("question", "What you would like to know", required=True, longest=300),),
    "research": _TOPIC,
    "tip": _TOPIC,
    "tips": (
        Option(
            "change",
            "What to change; only the clinic’s team can",
            choices=(
                ("on", "Turn tips on"),
                ("off", "Turn tips off"),
                ("at", "Say when they come"),
                ("zone", "Set the time zone"),
                ("pause", "Pause for some days"),
                ("resume", "Go on after a pause"),
                ("quiet", "Set the quiet hours"),
                ("next", "See the next ten"),
            ),
        ),
        Option("to", "Such as: weekdays at 18:30, Europe/London, 7 days, 22:00-08:00"),
    ),
    "case": (
        Option(
            "action",
            "What happened",
            required=True,
            choices=(
                ("seen", "Seen by the team"),
                ("answered", "Answered"),
                ("close", "Closed"),
            ),
        ),
        Option("ref", "The reference, such as R-7K2M9", required=True, longest=20),
    ),
    "timezone": (Option("zone", "A city or a zone, such as Europe/London", longest=60),),
    "join": (Option("code", "The code of your invite", required=True),),
    "setup": (Option("code", "The code for this room"),),
}


def of(route: Route) -> tuple[Option, ...]:
    """Return the options of a route; one that is not named here takes words as they are typed."""
    known = OPTIONS.get(route.name)
    if known is None and route.usage:
        return (Option(WORDS, "What to say with it", required=not route.usage.startswith("[")),)
    return known or ()


def line(name: str, given: Mapping[str, str]) -> str:
    """Return the words that follow a command's name, of the options that somebody gave."""
    named = [option.name for option in OPTIONS.get(name, ())] or [WORDS]
    words = (given.get(option, "").strip() for option in named)
    return " ".join(filter(None, words))
