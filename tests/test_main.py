import asyncio

import pytest
from structlog.testing import capture_logs

from bot import main


async def test_an_ear_or_a_postman_that_meets_a_bug_is_logged_and_starts_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(main, "PAUSE_SECONDS", 0)
    starts, running = 0, asyncio.Event()

    async def work() -> None:
        nonlocal starts
        starts += 1
        if starts == 1:
            raise ZeroDivisionError
        running.set()
        await asyncio.Event().wait()

    with capture_logs() as logs:
        task = asyncio.create_task(main._for_good(work, "paper"))
        async with asyncio.timeout(5):
            await running.wait()
    assert starts == 2
    assert [(one["event"], one["platform"], one["fault"]) for one in logs] == [
        ("work failed", "paper", "ZeroDivisionError")
    ]
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
