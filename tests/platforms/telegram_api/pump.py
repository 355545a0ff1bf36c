"""Updates sent to the bot's own web address, in order, until it takes them."""

import asyncio
import time

import aiohttp

from tests.platforms.telegram_api.world import World

FIRST_PAUSE = 0.05
LONGEST_PAUSE = 1.0


class Pump:
    """Sends one update after the other while a webhook is set."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.tries = 0

    async def run(self) -> None:
        """Go on until cancelled."""
        pause = FIRST_PAUSE
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as session:
            while True:
                updates = self._world.updates
                await updates.arrived.wait()
                if not updates.webhook or await self._send(session):
                    pause = FIRST_PAUSE
                    await asyncio.sleep(0 if updates.webhook else FIRST_PAUSE)
                else:
                    await asyncio.sleep(pause)
                    pause = min(2 * pause, LONGEST_PAUSE)

    async def _send(self, session: aiohttp.ClientSession) -> bool:
        web, updates = self._world.web, self._world.updates
        if not updates.waiting:
            return True
        number, body = updates.waiting[0]
        headers = {"Content-Type": "application/json"}
        if web.get("secret"):
            headers["X-Telegram-Bot-Api-Secret-Token"] = web["secret"]
        self.tries += 1
        updates.handed_out += 1
        try:
            async with session.post(web["url"], data=body, headers=headers) as answer:
                if 200 <= answer.status < 300:
                    updates.confirm(number + 1)
                    return True
                self._failed(f"Wrong response from the webhook: {answer.status} {answer.reason}")
        except (aiohttp.ClientError, TimeoutError) as error:
            self._failed(f"Connection failed: {type(error).__name__}")
        return False

    def _failed(self, text: str) -> None:
        self._world.web |= {"last_error_date": int(time.time()), "last_error_message": text}
