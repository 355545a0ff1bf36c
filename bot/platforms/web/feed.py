"""The feed: what one connection has heard, and what is new for it.

Nothing is queued for anybody. Each look reads what changed after the cursors, so a slow browser
costs nothing, and a line is neither missed nor sent twice.
"""

from collections.abc import Sequence

from sqlalchemy.ext.asyncio import AsyncSession

from bot.platforms.web import lines, wire
from bot.platforms.web.tables import WebLine
from bot.platforms.web.viewers import Place, Viewer
from bot.routing import Table

BATCH = 200
FAR_BEHIND = 500


class Feed:
    """The cursors of one connection, and the frames that follow from them."""

    def __init__(self, table: Table, bot_name: str, told: dict[str, int]) -> None:
        """Take what is shown of the bot, and how far the browser says it has heard."""
        self._table, self._bot_name, self._told = table, bot_name, told
        self._cursors: dict[str, int] = {}
        self._places: Sequence[Place] | None = None
        self._settled = False

    def follows(self, streams: frozenset[str]) -> bool:
        """Tell whether one of these streams is followed."""
        return not streams.isdisjoint(self._cursors)

    async def news(self, db: AsyncSession, viewer: Viewer) -> tuple[list[wire.Json], bool]:
        """Return the next frames and whether there may be more; the cursors move behind them."""
        news: list[wire.Json] = []
        if viewer.places != self._places:
            news += await self._rooms(db, viewer)
        rows = await lines.after(db, self._cursors, BATCH)
        news += self._shown(db, rows, viewer)
        for row in rows:
            self._cursors[row.stream] = row.rev
        more = len(rows) == BATCH
        if not more and not self._settled:
            self._settled = True
            news.append({"t": "caught_up"})
        return news, more

    async def _rooms(self, db: AsyncSession, viewer: Viewer) -> list[wire.Json]:
        """Say which rooms there are now, and begin each stream that is new to this connection."""
        self._places, self._settled = viewer.places, False
        news = [await wire.hello(db, viewer, self._table)]
        old, self._cursors = self._cursors, {}
        for stream in (viewer.stream, *(place.room for place in viewer.places)):
            if stream in old:
                self._cursors[stream] = old[stream]
            else:
                news += await self._begin(db, viewer, stream)
        return news

    async def _begin(self, db: AsyncSession, viewer: Viewer, stream: str) -> list[wire.Json]:
        """Go on where the browser left off, or afresh with the last lines if that is too far."""
        name, newest = wire.stream_name(viewer, stream), await lines.newest(db, stream)
        heard = self._told.pop(name, 0)
        if heard and newest - FAR_BEHIND <= heard <= newest:
            self._cursors[stream] = heard
            return []
        self._cursors[stream] = newest
        news: list[wire.Json] = [{"t": "reset", "stream": name}] if heard else []
        return news + self._shown(db, await lines.latest(db, stream), viewer)

    def _shown(self, db: AsyncSession, rows: Sequence[WebLine], viewer: Viewer) -> list[wire.Json]:
        shown = (wire.line(db, row, viewer, self._bot_name) for row in rows)
        return [frame for frame in shown if frame is not None]
