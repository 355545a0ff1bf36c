"""The connection to Discord, begun anew."""

import asyncio
from pathlib import Path

from tests.platforms.discord.clinic import clinic


async def test_hearing_that_ended_by_a_fault_begins_again(tmp_path: Path) -> None:
    async with clinic(tmp_path) as here:
        ana = await here.enters("ana")
        ended = here._tasks[0]
        ended.cancel()
        await asyncio.gather(ended, return_exceptions=True)
        here._tasks[0] = asyncio.create_task(here.discord.run(here.bot.app.handle))
        before = here.server.gateway.identified
        async with asyncio.timeout(15):
            while here.server.gateway.identified == before:
                await asyncio.sleep(0.01)
        await here.server.connected()
        answer = await ana.runs(here.group, "help")
        assert answer.kind == "message"
