import asyncio
import json
import os
import signal
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from bot import demo, main
from bot.cli.running import told_to_stop
from bot.errors import ConfigError
from bot.store import bookings, content, groups, people
from bot.store.people import Role
from tests import processes


async def look(data: Path) -> dict[str, object]:
    """Return what a demo's folder holds."""
    database = main.open_database(demo.settings(1, data))
    try:
        async with database.read() as db:
            group = await groups.find(db, demo.SLUG)
            assert group is not None
            members = await people.members(db, group.id)
            now = datetime.now(UTC)
            plan = await db.get(content.TipPlan, group.id)
            free = await bookings.free(db, group.id, "nobody", now)
            return {
                "group": group.id,
                "people": {people.name_of(db, who): place.role for who, place in members},
                "ids": {who.id for who, _ in members},
                "free": len(free),
                "weekdays": {slot.starts_at.isoweekday() for slot in free},
                "tip due": plan is not None and plan.next_due_at is not None,
            }
    finally:
        await database.close()


async def once_more(data: Path) -> tuple[int | None, str]:
    """Start a demo that cannot run and return its exit code and what it complained of."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "bot", "demo", "--port", "0", "--data", str(data)),
        cwd=processes.ROOT,
        stderr=asyncio.subprocess.PIPE,
    )
    _, said = await asyncio.wait_for(process.communicate(), 30)
    return process.returncode, said.decode()


async def test_the_first_start_makes_a_whole_group(tmp_path: Path) -> None:
    await demo.prepare(demo.settings(1, tmp_path))
    found = await look(tmp_path)
    assert found["people"] == {
        "Ana": Role.MEMBER,
        "Dr. Okafor": Role.CLINICIAN,
        "Sam": Role.OWNER,
    }
    assert found["free"] == 10
    assert found["weekdays"] <= {1, 2, 3, 4, 5}  # type: ignore[operator]
    assert found["tip due"]


async def test_a_second_start_keeps_what_is_there(tmp_path: Path) -> None:
    known = demo.settings(1, tmp_path)
    await demo.prepare(known)
    before = await look(tmp_path)
    await demo.prepare(known)
    assert await look(tmp_path) == before


async def test_whoever_left_is_there_again_and_times_never_run_out(tmp_path: Path) -> None:
    known = demo.settings(1, tmp_path)
    await demo.prepare(known)
    database = main.open_database(known)
    try:
        async with database.write() as db:
            group = await groups.find(db, demo.SLUG)
            assert group is not None
            for person, place in await people.members(db, group.id):
                if people.name_of(db, person) == "Ana":
                    place.left_at = datetime.now(UTC)
                    db.add(place)
            then = datetime.now(UTC) + timedelta(days=30)
            for slot in await bookings.between(db, group.id, datetime.now(UTC), then):
                slot.state = bookings.CLOSED
                db.add(slot)
    finally:
        await database.close()
    await demo.prepare(known)
    found = await look(tmp_path)
    assert set(found["people"]) == set(demo.CAST)  # type: ignore[call-overload]
    assert found["free"] == 10


async def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    known = demo.settings(1, tmp_path)
    await demo.prepare(known)
    (tmp_path / "key" / "master.key").unlink()
    with pytest.raises(ConfigError, match="key_file"):
        await demo.prepare(known)


def test_the_zone_is_the_machines_or_utc(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    assert demo.zone() == "Asia/Tokyo"
    monkeypatch.delenv("TZ")
    there = tmp_path / "zoneinfo" / "Europe" / "Madrid"
    there.parent.mkdir(parents=True)
    there.touch()
    (tmp_path / "localtime").symlink_to(there)
    assert demo.zone(tmp_path / "localtime") == "Europe/Madrid"
    assert demo.zone(tmp_path / "nothing") == "UTC"


def test_a_free_port_is_found() -> None:
    assert demo.settings(0, Path("x")).site.port > 0


async def test_the_demo_answers_keeps_its_data_and_stops_when_told(tmp_path: Path) -> None:
    async with processes.demo(tmp_path) as running:
        async with httpx.AsyncClient() as browser:
            assert (await browser.get(running.url)).status_code == 200
            for link in (*running.links.values(), running.invite):
                assert link.startswith(f"{running.url}/")
                assert (await browser.get(link)).status_code == 200
        code, said = await once_more(tmp_path)
        assert code == 2
        assert "another Roundtable is running" in said
        assert said.count("\n") == 1
    assert running.process.returncode == 0
    before = await look(tmp_path)
    async with processes.demo(tmp_path) as second:
        assert set(second.links) == {"patient", "clinician", "admin"}
        assert second.links != running.links
    assert second.process.returncode == 0
    assert await look(tmp_path) == before


async def test_the_tickets_say_who_where_and_what_to_try(tmp_path: Path) -> None:
    links = demo.Links("http://p", "http://c", "http://a")
    tickets = demo.Tickets("http://here", links, "http://i")
    said = tickets.words(tmp_path)
    assert all(word in said for word in ("http://p", "http://c", "http://a", "http://i", "/ask"))
    assert json.loads(tickets.json())["links"]["patient"] == "http://p"


async def test_a_second_signal_is_left_to_the_system() -> None:
    stop = told_to_stop()
    os.kill(os.getpid(), signal.SIGTERM)
    await asyncio.wait_for(stop.wait(), 5)
    assert not asyncio.get_running_loop().remove_signal_handler(signal.SIGTERM)
    asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
