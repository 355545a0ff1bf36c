"""Everything that breaks the gateway, on demand."""

import asyncio
import time
from collections.abc import Callable

from tests.platforms.discord_api.pipes import Pipe
from tests.platforms.discord_api.sessions import Session

RECONNECT, INVALID = 7, 9
NOT_RESUMABLE = frozenset({1000, 1001, 4007, 4009})


class Breaks:
    """Sessions whose connections fail; `shard` is which, all of them unless said."""

    def __init__(self) -> None:
        self.sessions: list[Session] = []
        self._closing: set[asyncio.Task[None]] = set()

    def _living(self, shard: int | None) -> list[Session]:
        chosen = [one for one in self.sessions if shard is None or one.shard[0] == shard]
        return [one for one in chosen if one.connected]

    def drop(self, code: int = 4000, *, shard: int | None = None) -> None:
        """Close the connections with a code; after 4007 and 4009 nothing can be resumed."""
        for session in self._living(shard):
            self._cut(session, lambda pipe: self._close(pipe, code))
            if code in NOT_RESUMABLE:
                self.sessions.remove(session)

    def reset(self, *, shard: int | None = None) -> None:
        """Tear the connections without a word."""
        for session in self._living(shard):
            self._cut(session, Pipe.tear)

    def silence(self, seconds: float, *, shard: int | None = None) -> None:
        """Say and acknowledge nothing for a while; events are kept."""
        for session in self._living(shard):
            if session.pipe is not None:
                session.pipe.silent_until = time.monotonic() + seconds

    def reconnect(self, *, shard: int | None = None) -> None:
        """Ask the clients to come back over another connection."""
        for session in self._living(shard):
            if session.pipe is not None:
                session.pipe.say(RECONNECT)

    def invalidate(self, *, resumable: bool = False, shard: int | None = None) -> None:
        """Tell the clients that their sessions are not valid any more."""
        for session in self._living(shard):
            if session.pipe is not None:
                session.pipe.say(INVALID, data=resumable)
            if not resumable:
                session.pipe = None
                self.sessions.remove(session)

    def _cut(self, session: Session, how: Callable[[Pipe], object]) -> None:
        if session.pipe is not None:
            how(session.pipe)
            session.pipe = None

    def _close(self, pipe: Pipe, code: int) -> None:
        closing = asyncio.create_task(pipe.close(code))
        self._closing.add(closing)
        closing.add_done_callback(self._closing.discard)
