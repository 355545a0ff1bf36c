"""The desk: the clinic's own people see who waits; each role sees what is its own."""

import re

from sqlmodel import select

from bot.actions import Address, Send
from bot.store import audit, content, outbox, people
from bot.store.bookings import Slot
from bot.store.cases import Case
from bot.store.people import Role
from tests.web.house import Browser, House

TIMES = {"date": "2026-11-26", "from": "09:00", "to": "10:00", "minutes": "20", "place": "Room 4"}


async def _asks(home: House, name: str = "ana") -> Browser:
    """A patient asks for help and says why."""
    ana = await home.enters(name)
    await ana.send("/care/request", page="/care", kind="routine")
    await ana.send("/care/details", page="/care", reason="It <b>hurts</b>", phone="020 7946 0000")
    return ana


async def test_the_desk_is_for_staff(home: House) -> None:
    ana = await home.enters("ana")
    answer = await ana.get("/desk")
    assert answer.status_code == 403
    assert "Crohn" not in answer.text
    assert (await home.browser().get("/desk")).status_code == 401


async def test_a_clinician_sees_who_waits_and_why(home: House) -> None:
    await _asks(home)
    eze = await home.enters("eze", Role.CLINICIAN)
    home.clock.advance(hours=3)
    shown = await eze.get("/desk")
    for words in ("Ana", "Routine appointment", "It &lt;b&gt;hurts", "+44 20", "for 3 hours"):
        assert words in shown.text
    assert "(1) Desk" in shown.text


async def test_who_reads_details_is_noted_once_a_day(home: House) -> None:
    await _asks(home)
    eze, sam = await home.enters("eze", Role.CLINICIAN), await home.enters("sam", Role.ADMIN)
    for _ in range(3):
        await eze.get("/desk")
        await sam.get("/desk")
    assert await _views(home) == 1
    home.clock.advance(days=1)
    await eze.get("/desk")
    assert await _views(home) == 2


async def test_a_mistake_on_the_desk_is_no_way_to_read_without_a_note(home: House) -> None:
    await _asks(home)
    eze = await home.enters("eze", Role.CLINICIAN)
    page = (await eze.get("/chat")).text
    csrf = page.partition('csrf-token" content="')[2].partition('"')[0]
    answer = await eze.post("/desk/case", {"csrf": csrf, "action": "seen", "ref": "R-00000"})
    assert answer.status_code == 422
    assert "hurts" in answer.text
    assert await _views(home) == 1


async def _views(home: House) -> int:
    async with home.bot.db.read() as db:
        return [entry.action for entry in await audit.every(db)].count("case viewed")


async def test_an_admin_sees_requests_without_what_the_patient_wrote(home: House) -> None:
    await _asks(home)
    sam = await home.enters("sam", Role.ADMIN)
    shown = await sam.get("/desk")
    assert "Ana" in shown.text
    assert "hurts" not in shown.text
    assert "+44 20" not in shown.text
    assert "I have seen it" not in shown.text


async def test_a_case_goes_step_by_step(home: House) -> None:
    ana, eze = await _asks(home), await home.enters("eze", Role.CLINICIAN)
    for action, words in (("seen", "Answered"), ("answered", "Close")):
        ref = re.findall(r'name="ref" value="([^"]+)"', (await eze.get("/desk")).text)[0]
        answer = await eze.send("/desk/case", page="/desk", ref=ref, action=action)
        assert answer.headers["location"] == "/desk?group=crohns&done=case"
        shown = await eze.get(answer.headers["location"])
        assert "The request was updated" in shown.text
        assert words in shown.text
    await eze.send("/desk/case", page="/desk", ref=ref, action="close")
    assert "Nobody is waiting" in (await eze.get("/desk")).text
    async with ana.talks() as talk:
        await talk.sees("was seen by the team")


async def test_a_step_that_cannot_be_done_is_said(home: House) -> None:
    eze = await home.enters("eze", Role.CLINICIAN)
    answer = await eze.send("/desk/case", page="/desk", ref="R-NONE", action="seen")
    assert answer.status_code == 422
    assert "no request with that reference" in answer.text


async def test_times_are_opened_shown_in_their_week_and_closed(home: House) -> None:
    sam = await home.enters("sam", Role.ADMIN)
    answer = await sam.send("/desk/slots", page="/desk", **TIMES)
    assert answer.headers["location"] == "/desk?group=crohns&done=slots&week=2026-11-26"
    shown = await sam.get(answer.headers["location"])
    assert shown.text.count('class="slot free"') == 3
    assert "09:00–09:20" in shown.text
    following = re.findall(r'id="week-next" href="([^"]+)"', shown.text)[0].replace("&amp;", "&")
    assert 'class="slot free"' not in (await sam.get(following)).text
    slot = re.findall(r'name="slot" value="([^"]+)"', shown.text)[0]
    week = re.findall(r'name="week" value="([^"]+)"', shown.text)[0]
    closed = await sam.send("/desk/slots/close", page="/desk", slot=slot, week=week)
    assert closed.headers["location"].endswith("done=close&week=2026-11-23")
    async with home.bot.db.read() as db:
        states = sorted(one.state for one in (await db.execute(select(Slot))).scalars())
    assert states == ["closed", "free", "free"]


async def test_times_that_make_no_sense_are_refused_in_words(home: House) -> None:
    sam = await home.enters("sam", Role.ADMIN)
    answer = await sam.send("/desk/slots", page="/desk", **TIMES | {"to": "25:00"})
    assert answer.status_code == 422
    assert "must be a time" in answer.text
    for typed in ("2026-11-26", "09:00", "25:00", "Room 4"):
        assert f'value="{typed}"' in answer.text


async def test_a_booked_time_shows_whose_it_is(home: House) -> None:
    eze, ana = await home.enters("eze", Role.CLINICIAN), await _asks(home)
    await eze.send("/desk/slots", page="/desk", **TIMES | {"date": "2026-11-24", "to": "12:00"})
    shown = await ana.get("/care")
    slot = re.findall(r'name="slot" value="([^"]+)"', shown.text)[0]
    await ana.send("/care/book", page="/care", slot=slot)
    shown = await eze.get("/desk")
    assert "Ana, Room 4" in shown.text
    assert re.search(r"Booked today</dt><dd>1</dd>", shown.text)


async def test_a_week_that_is_no_week_is_this_week(home: House) -> None:
    eze = await home.enters("eze", Role.CLINICIAN)
    for week in ("nonsense", "0001-01-01", "9999-12-31", ""):
        shown = await eze.get("/desk", params={"week": week})
        assert "23 November to 29 November 2026" in shown.text


async def test_posts_wait_for_somebody_else_to_approve_them(home: House) -> None:
    eze, ife = await home.enters("eze", Role.CLINICIAN), await home.enters("ife", Role.REVIEWER)
    sam = await home.enters("sam", Role.ADMIN)
    async with home.bot.db.write() as db:
        author = await people.find(db, eze.address)
        assert author is not None
        for number, writer in enumerate([author.id]):
            db.add(
                content.Post(
                    id=f"p{number}", group_id="g1", kind="tip", title="Rest", body="**Rest** well",
                    url="https://example.org/", source="A site", author_id=writer,
                    created_at=home.clock.now(),
                )
            )  # fmt: skip
    pages = [(await one.get("/desk")).text for one in (eze, ife, sam)]
    assert [page.count('action="/desk/review"') for page in pages] == [0, 1, 0]
    assert "You wrote this" in pages[0]
    assert "**Rest** well" in pages[1]  # letter by letter, as the group will see it
    assert "A clinician or a reviewer approves this." in pages[2]


async def test_only_admins_see_how_much_was_not_delivered(home: House) -> None:
    sam, eze = await home.enters("sam", Role.ADMIN), await home.enters("eze", Role.CLINICIAN)
    async with home.bot.db.write() as db:
        lost = Send(to=Address("web:@nobody"), text="hello", key="lost")
        await outbox.put(db, lost, "g1", home.clock.now())
    await home.settled()
    shown = [(await one.get("/desk")).text for one in (sam, eze)]
    assert re.search(r'class="bad"><dt>Messages not delivered</dt><dd>1</dd>', shown[0])
    assert "Messages not delivered" not in shown[1]


async def test_a_review_is_given_to_the_ring(home: House) -> None:
    eze = await home.enters("eze", Role.CLINICIAN)
    answer = await eze.send("/desk/review", page="/desk", id="nothing", decision="approve")
    assert answer.status_code == 422


async def test_urgent_cases_come_first(home: House) -> None:
    await _asks(home)
    ben, eze = await home.enters("ben"), await home.enters("eze", Role.CLINICIAN)
    await ben.send("/care/request", page="/care", kind="urgent")
    async with home.bot.db.read() as db:
        urgent = [case.ref for case in (await db.execute(select(Case))).scalars() if case.urgent]
    shown = (await eze.get("/desk")).text
    assert re.findall(r'data-case="([^"]+)"', shown)[0] == urgent[0]


async def test_a_request_waits_until_it_is_answered(home: House) -> None:
    await _asks(home)
    eze = await home.enters("eze", Role.CLINICIAN)
    home.clock.advance(hours=1)
    assert "Waiting for 1 hour" in (await eze.get("/desk")).text
    async with home.bot.db.read() as db:
        ref = (await db.execute(select(Case.ref))).scalar_one()
    await eze.send("/desk/case", page="/desk", action="answered", ref=ref)
    shown = (await eze.get("/desk")).text
    assert "Asked 1 hour ago" in shown
    assert "Waiting for" not in shown
