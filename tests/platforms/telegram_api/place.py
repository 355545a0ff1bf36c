"""A few rooms to try refusals in, and a way to ask without any library."""

from typing import Any

import aiohttp

from tests.platforms.telegram_server import Chat, Person, TelegramServer


class Place:
    """Rooms and people by one letter each."""

    def __init__(self, server: TelegramServer, session: aiohttp.ClientSession) -> None:
        self.server = server
        self.session = session
        self.ana: Person = server.person("Ana")
        self.ben: Person = server.person("Ben")
        self.ana.writes("hello")
        room = server.group("R", forum=True, members=[self.ben])
        server.add_bot(room, rights=[*room.members[server.bot.id].rights, "can_manage_tags"])
        plain = server.group("P", bot="member", forum=True, members=[self.ben])
        silent = server.group("S", bot="member")
        silent.permissions = frozenset()
        small = server.group("G", kind="group", members=[self.ben])
        self.names: dict[str, int] = {
            "R": room.id,
            "P": plain.id,
            "S": silent.id,
            "G": small.id,
            "A": self.ana.id,
            "B": self.ben.id,
            "T": server.topic(room, "Sleep"),
        }
        self.topics(plain)

    def topics(self, plain: Chat) -> None:
        while self.names["T"] not in plain.topics:
            self.server.topic(plain, "Closed")
        plain.topics[self.names["T"]].closed = True

    async def ask(self, method: str, params: dict[str, Any]) -> dict[str, Any]:
        def named(value: Any) -> Any:  # noqa: ANN401
            if isinstance(value, dict):
                return {key: named(one) for key, one in value.items()}
            return self.names.get(value, value) if isinstance(value, str) else value

        url = f"{self.server.api_url}{self.server.token}/{method}"
        async with self.session.post(url, json=named(params)) as answer:
            body: dict[str, Any] = await answer.json()
            return body
