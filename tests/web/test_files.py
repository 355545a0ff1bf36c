"""Files: taken for what they hold, shown only to who sees their line, harmless when opened."""

import uuid

import httpx
import pytest

from bot.store.people import Role
from tests.web.house import Browser, House, Json, Talk

PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 64
WEBP = b"RIFF\x10\0\0\0WEBPVP8 "


async def _sends(
    browser: Browser, talk: Talk, content: bytes, name: str = "cat.png", **fields: str
) -> Json:
    page = (await browser.get("/chat")).text
    csrf = page.partition('csrf-token" content="')[2].partition('"')[0]
    values = {"room": talk.room, "id": str(uuid.uuid4()), "text": ""} | fields
    answer = await browser.client.post(
        "/chat/files", data=values, files={"file": (name, content)},
        headers={"X-CSRF-Token": csrf, "Accept": "application/json"},
    )  # fmt: skip
    told: Json = answer.json()
    return told


async def _file(talk: Talk, name: str) -> Json:
    await talk.until(lambda: any((line["file"] or {}).get("name") == name for line in talk.lines))
    return next(line for line in talk.lines if (line["file"] or {}).get("name") == name)


async def test_a_picture_is_seen_by_the_room_and_by_nobody_else(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        assert await _sends(ana, hers, PNG, text="look") == {
            "t": "ack", "id": (await _file(hers, "cat.png"))["client_id"], "ok": True,
        }  # fmt: skip
        line = await _file(his, "cat.png")
    seen = await ben.get(line["file"]["href"])
    assert (line["text"], seen.content, seen.headers["content-type"]) == ("look", PNG, "image/png")
    assert seen.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert seen.headers["x-content-type-options"] == "nosniff"
    assert seen.headers["content-disposition"].startswith("inline")
    assert (await small.browser().get(line["file"]["href"])).status_code == 401


async def test_a_file_of_the_staff_room_is_for_staff(small: House) -> None:
    ana, eze = await small.enters("ana"), await small.enters("eze", Role.CLINICIAN)
    async with eze.talks(room=small.staff_room) as staff:
        await _sends(eze, staff, b"%PDF-1.7", "scan.pdf")
        href = (await _file(staff, "scan.pdf"))["file"]["href"]
        refused = await _sends(ana, staff, PNG)
    assert (await ana.get(href)).status_code == 404
    assert (await eze.get(href)).headers["content-disposition"].startswith("attachment")
    assert refused["why"] == "You are not in this room any more."


@pytest.mark.parametrize(
    ("content", "kind", "name"),
    [
        (b"\xff\xd8\xff\xe0", "image/jpeg", "page.html.jpg"),
        (b"GIF89a...", "image/gif", "page.html.gif"),
        (WEBP, "image/webp", "page.html.webp"),
        ("Grüße <script>".encode(), "text/plain; charset=utf-8", "page.html.txt"),
    ],
)
async def test_what_a_file_is_and_ends_with_depends_on_what_it_holds(
    small: House, content: bytes, kind: str, name: str
) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await _sends(ana, talk, content, "page.html")
        href = (await _file(talk, name))["file"]["href"]
    assert (await ana.get(href)).headers["content-type"] == kind


@pytest.mark.parametrize(
    ("content", "fields", "words"),
    [
        (b"MZ\x90\0", {}, "kind of file"),
        (b"\xff\xfe\x00", {}, "kind of file"),
        (b"", {}, "empty"),
        (b"x" * (8 * 1024 * 1024 + 1), {}, "too large"),
        (PNG, {"id": "x"}, "did not arrive whole"),
        (PNG, {"text": "x" * 4001}, "too long"),
        (PNG, {"room": "elsewhere"}, "not in this room"),
        (PNG, {"text": "call ana@example.org"}, "e-mail address"),
        (PNG, {"name": "ana@example.org.png"}, "e-mail address"),
    ],
)
async def test_what_cannot_be_taken_gets_a_sentence(
    small: House, content: bytes, fields: dict[str, str], words: str
) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        told = await _sends(ana, talk, content, **fields)
    assert told["ok"] is False
    assert words in told["why"]


async def test_far_too_large_is_refused_before_it_is_read(small: House) -> None:
    ana = await small.enters("ana")
    try:
        async with ana.talks() as talk:
            told = await _sends(ana, talk, b"x" * (9 * 1024 * 1024))
        assert "8 megabytes" in told["why"]
    except (httpx.WriteError, httpx.ReadError):  # the server hung up in mid-send, as it may
        assert (await ana.get("/chat")).status_code == 200


async def test_the_same_file_twice_is_one_line(small: House) -> None:
    ana, same = await small.enters("ana"), str(uuid.uuid4())
    async with ana.talks() as talk:
        for content in (PNG, PNG + b"other"):
            assert (await _sends(ana, talk, content, id=same))["ok"]
        href = (await _file(talk, "cat.png"))["file"]["href"]
        await small.settled()
    assert len(talk.lines) == 1
    assert (await ana.get(href)).content == PNG


async def test_a_file_taken_back_is_gone(small: House) -> None:
    ana = await small.enters("ana")
    async with ana.talks() as talk:
        await _sends(ana, talk, PNG, "../../etc/\u202egnp.exe")
        line = await _file(talk, "gnp.exe.png")
        await talk.act("delete", line=line["id"])
        await talk.until(lambda: talk.lines[0]["deleted"])
    assert talk.lines[0]["file"] is None
    assert (await ana.get(line["file"]["href"])).status_code == 404


async def test_the_bots_file_is_for_one_person(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as talk:
        await talk.says("/file")
        line = await _file(talk, "note.ics")
    answer = await ana.get(line["file"]["href"])
    assert (answer.content, answer.headers["content-type"]) == (
        b"BEGIN:VCALENDAR",
        "text/calendar; charset=utf-8",
    )
    assert "Your file" in line["html"]
    assert (await ben.get(line["file"]["href"])).status_code == 404


async def test_nobody_alone_fills_the_disk(small: House) -> None:
    ana, ben = await small.enters("ana"), await small.enters("ben")
    async with ana.talks() as hers, ben.talks() as his:
        told = [await _sends(ana, hers, PNG) for _ in range(11)]
        other = await _sends(ben, his, PNG)
    assert [one["ok"] for one in told] == [True] * 10 + [False]
    assert "many files" in told[-1]["why"]
    assert other["ok"]
