"""The floor on Discord: the gateway, one call for each command, and nothing else."""

import asyncio
import json
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse

from tests.bench.contestants.target import COMMAND, DiscordTarget

SIDE_BY_SIDE = 64
HEARTBEAT, IDENTIFY, HELLO = 1, 2, 10
SAYS, EPHEMERAL = 4, 1 << 6
PROPERTIES = {"os": "linux", "browser": "floor", "device": "floor"}


async def run(target: DiscordTarget) -> None:
    """Hear and answer until killed."""
    data = {"content": target.reply, "flags": EPHEMERAL}
    body = json.dumps({"type": SAYS, "data": data}).encode()
    places = asyncio.Semaphore(SIDE_BY_SIDE)
    tasks: set[asyncio.Task[None]] = set()
    headers = {"Authorization": f"Bot {target.token}", "Content-Type": "application/json"}

    async with ClientSession(headers=headers) as session:

        async def reply(number: str, token: str) -> None:
            address = f"{target.url}/interactions/{number}/{token}/callback"
            async with places, session.post(address, data=body) as answer:
                await answer.read()

        listed = json.dumps([{"name": COMMAND, "description": "Show it", "type": 1}])
        async with session.put(
            f"{target.url}/applications/{target.application}/commands", data=listed
        ) as answer:
            answer.raise_for_status()
        async with session.ws_connect(target.gateway_url) as gateway:
            async for event in _events(gateway, target.token):
                if event["t"] == "INTERACTION_CREATE":
                    task = asyncio.create_task(reply(event["d"]["id"], event["d"]["token"]))
                    tasks.add(task)
                    task.add_done_callback(tasks.discard)


async def _events(gateway: ClientWebSocketResponse, token: str) -> Any:  # noqa: ANN401 - as told
    """Log in, and give what the gateway tells."""
    told = {"token": token, "intents": 0, "properties": PROPERTIES}
    beating: asyncio.Task[None] | None = None
    async for message in gateway:
        event = json.loads(message.data)
        if event["op"] == HELLO:
            beating = asyncio.create_task(_beat(gateway, event["d"]["heartbeat_interval"] / 1000))
            await gateway.send_json({"op": IDENTIFY, "d": told})
        yield event
    if beating is not None:
        beating.cancel()


async def _beat(gateway: ClientWebSocketResponse, seconds: float) -> None:
    while True:
        await asyncio.sleep(seconds)
        await gateway.send_json({"op": HEARTBEAT, "d": None})


if __name__ == "__main__":
    asyncio.run(run(DiscordTarget.given()))
