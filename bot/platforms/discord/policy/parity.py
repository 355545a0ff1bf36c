"""Parity: what Discord's filter does of what screening does elsewhere, and what it cannot do."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Literal

from sqlalchemy.ext.asyncio import AsyncSession

from bot.platforms import Finding
from bot.platforms.discord.policy.compiled import Compiled, Kind, Rule, Watch, compiled
from bot.store import groups
from bot.text import plural

Strength = Literal["before", "after", "never"]
STRENGTH: Mapping[Kind, Strength] = {"crisis": "after", "contact": "before", "medicine": "after"}
WORDS: Mapping[Strength, str] = {
    "before": "blocked before anybody reads it",
    "after": "it stands there, and the team is told at once",
    "never": "not looked for",
}
ALWAYS: Mapping[str, str] = {
    "phone number": "Numbers are known by how they are written, not by which are in use.",
}
NEVER: Mapping[str, str] = {
    "names of files": "Discord’s filter reads what is typed, not what files are called.",
    "unseen signs": "Letters of other widths, and signs that cannot be seen, hide words from it.",
    "people in charge": "It looks at nothing by people who may manage the server.",
}
DISCORD = "discord"


@dataclass(frozen=True, slots=True)
class Parity:
    """What becomes of one rule: how strong it is on Discord, and what was lost.

    `missed` are the rule's own bad sentences that Discord lets through, and `caught` its own good
    ones that Discord catches.
    """

    rule: str
    strength: Strength
    lost: tuple[str, ...] = ()
    missed: tuple[str, ...] = ()
    caught: tuple[str, ...] = ()

    def row(self) -> dict[str, object]:
        """Return it as plain data, ready for JSON."""
        return asdict(self)

    def lines(self) -> Iterator[str]:
        """Yield it in words."""
        yield f"{self.rule}: {WORDS[self.strength]}."
        yield from (f"  - {loss}" for loss in self.lost)
        yield from (f"  - Lets through: {words}" for words in self.missed)
        yield from (f"  - Catches without need: {words}" for words in self.caught)


def report(watched: Sequence[Watch]) -> list[Parity]:
    """Return what becomes of every rule, and what is not looked for at all."""
    found = [
        _rule(rule, made)
        for watch in watched
        for made in (compiled(watch),)
        for rule in watch.rules
    ]
    return [*found, *(Parity(what, "never", (why,)) for what, why in NEVER.items())]


async def gaps(db: AsyncSession) -> list[str]:
    """Return the groups in whose rooms on Discord nobody is told of a crisis, in sentences."""
    return [
        f"{group.title} has no staff room on Discord: nobody is told of words of crisis or of "
        "unsafe advice about medicines in its room there."
        for group in await groups.every(db)
        if await _on_discord(db, group.id, groups.GROUP)
        and not await _on_discord(db, group.id, groups.STAFF)
    ]


async def findings(db: AsyncSession, watched: Sequence[Watch]) -> list[Finding]:
    """Return what a check-up says of Discord's filter."""
    advice = "Bind one: roundtable group bind SLUG --purpose staff, then /setup CODE in a channel."
    found = [Finding("wrong", gap, advice) for gap in await gaps(db)]
    weak = [one.rule for one in report(watched) if one.missed or one.caught]
    if weak:
        what = f"Discord’s filter is not as good as the bot’s own for: {', '.join(weak)}."
        found.append(Finding("warn", what, "See how: roundtable parity"))
    return found or [Finding("ok", "Discord’s filter looks for what the bot looks for.")]


async def _on_discord(db: AsyncSession, group_id: str, purpose: str) -> bool:
    every = await groups.rooms(db, group_id, purpose)
    return any(room.startswith(f"{DISCORD}:") for room in every)


def _rule(rule: Rule, made: Compiled) -> Parity:
    return Parity(
        rule.name,
        STRENGTH[made.kind],
        tuple(_lost(rule, made)),
        tuple(words for words in rule.bad if not made.catches(words)),
        tuple(words for words in rule.good if made.catches(words)),
    )


def _lost(rule: Rule, made: Compiled) -> Iterator[str]:
    if rule.name in ALWAYS:
        yield ALWAYS[rule.name]
    if made.lost:
        yield f"There is no room for {plural(len(made.lost), 'pattern')}: {'; '.join(made.lost)}"
    if made.strict:
        yield f"{plural(made.strict, 'pattern')} of “{made.kind}” take single spaces only."
    if made.blunt:
        yield f"{plural(made.blunt, 'pattern')} of “{made.kind}” do not see a “not” before them."
