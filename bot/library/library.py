"""Library: what the bot may say, by condition; expired content is never among it."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date
from types import MappingProxyType

from bot.errors import ConfigError
from bot.library.items import Condition, Helpline, Item, LineKind, RedFlag, Topic, served
from bot.library.search import Found, Index

EU = "EU"
# The emergency number 112 holds in every one of these; other lines do not cross a border.
_EU_CODES = "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK"
EU_COUNTRIES = frozenset(_EU_CODES.split())


class Library:
    """The packs that were loaded, and each group's own posts beside them.

    `scope` is a group's id everywhere: what a group's clinicians posted is for that group alone.
    To be used from one thread.
    """

    def __init__(self, conditions: Iterable[Condition], helplines: Iterable[Helpline] = ()) -> None:
        """Keep the packs and index them for search."""
        self._conditions = MappingProxyType({one.id: one for one in conditions})
        self._helplines = tuple(helplines)
        self._items = {
            one.id: {item.id: item for item in one.items} for one in self._conditions.values()
        }
        self._posts: dict[tuple[str, str], dict[str, Item]] = {}
        self._index = Index(self._conditions.values())

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """Return every condition there is a pack for."""
        return tuple(self._conditions.values())

    def condition(self, condition: str) -> Condition:
        """Return a condition by its id; raises ConfigError when there is no pack for it."""
        if condition not in self._conditions:
            known = ", ".join(self._conditions) or "none"
            raise ConfigError(f"there is no content for {condition!r}; there is: {known}")
        return self._conditions[condition]

    def topics(self, condition: str) -> tuple[Topic, ...]:
        """Return the topics of a condition, in the pack's order."""
        return self.condition(condition).topics

    def item(self, condition: str, item: str, *, scope: str | None = None) -> Item | None:
        """Return one item by its id, expired or not; None when this group has no such item."""
        self.condition(condition)
        posts = self._posts.get((scope or "", condition), {})
        return posts.get(item) or self._items[condition].get(item)

    def search(
        self,
        condition: str,
        query: str,
        *,
        today: date,
        scope: str | None = None,
        kinds: Collection[str] | None = None,
        limit: int = 5,
    ) -> Found:
        """Find the items that best cover a question in a person's own words.

        Any text is safe to search for. When the result is not `confident`, nothing in the library
        answers the question (or it asks for a dose): say so, and show no hit as an answer.
        """
        self.condition(condition)
        return self._index.search(
            condition, query, today=today, scope=scope, kinds=kinds, limit=limit
        )

    def latest(
        self, condition: str, *, today: date, scope: str | None = None, limit: int = 5
    ) -> Sequence[Item]:
        """Return the newest research, by year and then by the day of its review."""
        return self._research(condition, today, scope)[:limit]

    def research(
        self,
        condition: str,
        topic: str,
        *,
        today: date,
        scope: str | None = None,
        limit: int = 5,
    ) -> Sequence[Item]:
        """Return the research on one topic, the newest first."""
        found = self._research(condition, today, scope)
        return [item for item in found if topic in item.topics][:limit]

    def tips(
        self,
        condition: str,
        *,
        today: date,
        topics: Collection[str] | None = None,
        scope: str | None = None,
    ) -> Sequence[Item]:
        """Return the tips, of some topics or all, in a fixed order."""
        return [
            item
            for item in self._served(condition, today, scope)
            if item.kind == "tip" and (topics is None or set(topics) & set(item.topics))
        ]

    def red_flags(self, condition: str, *, today: date) -> Sequence[RedFlag]:
        """Return the signs that need help, those for an emergency first."""
        flags = [flag for flag in self.condition(condition).red_flags if served(flag, today)]
        return sorted(flags, key=lambda flag: flag.act != "emergency")

    def helplines(self, country: str, kind: LineKind | None = None) -> Sequence[Helpline]:
        """Return a country's lines; in the European Union its emergency number always among them.

        There is never another country's line: nobody may be sent to a number that does not answer.
        """
        here = {"UK": "GB"}.get(country.upper(), country.upper())
        own = [line for line in self._helplines if line.country == here]
        if here in EU_COUNTRIES and not any(line.kind == "emergency" for line in own):
            shared = [line for line in self._helplines if line.country == EU]
            own += [line for line in shared if line.kind == "emergency"]
        return [line for line in own if kind in {None, line.kind}]

    def sync(self, scope: str, condition: str, items: Iterable[Item]) -> None:
        """Replace what one group's clinicians posted; each item must carry that group's scope."""
        self.condition(condition)
        posts = {item.id: item for item in items}
        if not scope or any(item.scope != scope for item in posts.values()):
            raise ValueError("a post must carry the scope of its own group")
        if posts == self._posts.get((scope, condition), {}):
            return
        self._posts[scope, condition] = posts
        self._index.sync(scope, condition, posts.values())

    def _research(self, condition: str, today: date, scope: str | None) -> list[Item]:
        found = [item for item in self._served(condition, today, scope) if item.kind == "research"]
        return sorted(found, key=_newest_first)

    def _served(self, condition: str, today: date, scope: str | None) -> list[Item]:
        posts = self._posts.get((scope or "", condition), {})
        everything = (*posts.values(), *self.condition(condition).items)
        return [item for item in everything if served(item, today)]


def _newest_first(item: Item) -> tuple[int, int]:
    return -(item.year or item.reviewed_on.year), -item.reviewed_on.toordinal()
