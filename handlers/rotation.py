"""Rotation: which tip's turn it is. None comes again before every other one has come."""

import hashlib
from collections.abc import Sequence
from datetime import UTC, datetime

from bot.library import Item
from bot.store.content import TipSent

_NEVER = datetime.min.replace(tzinfo=UTC)


class Rotation:
    """One group's order of tips: those it never had first, then the one it had longest ago.

    Those it never had come as if drawn by lot, but always in the same order.
    """

    def __init__(self, group_id: str, sent: Sequence[TipSent]) -> None:
        """Take what the group has had, in the order it had it."""
        self.group_id = group_id
        self._last = {row.item_id: row.sent_at for row in sent}
        self._round = {row.item_id: row.round for row in sent}

    def next(self, pool: Sequence[Item]) -> Item | None:
        """Return the item of the pool whose turn it is; None if the pool is empty."""
        return min(pool, key=self._turn, default=None)

    def give(self, item: Item, moment: datetime) -> TipSent:
        """Count an item as given and return the row that says so."""
        self._last[item.id] = moment
        self._round[item.id] = self._round.get(item.id, 0) + 1
        return TipSent(
            group_id=self.group_id,
            item_id=item.id,
            round=self._round[item.id],
            sent_at=moment,
        )

    def _turn(self, item: Item) -> tuple[datetime, bytes]:
        lot = hashlib.sha256(f"{self.group_id} {item.id}".encode()).digest()
        return self._last.get(item.id, _NEVER), lot
