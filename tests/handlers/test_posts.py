from datetime import date

import pytest

from bot import events
from bot.actions import Edit, Priority, Send
from bot.store import audit, content
from bot.store.content import Post
from bot.store.people import Role
from tests.world import World

FILLED = {
    "kind": "research",
    "title": "Yoga and tiredness",
    "body": "A small study asked whether yoga eases tiredness.\n\nAsk your team first.",
    "url": "https://journal.example.org/yoga",
    "source": "Journal of Examples",
    "topic": "tiredness",
}


@pytest.fixture
async def team(world: World) -> None:
    """Dr. Okafor and Dr. Lind, a reviewer, an admin and a patient."""
    await world.person("okafor", Role.CLINICIAN)
    await world.person("lind", Role.CLINICIAN)
    await world.person("rey", Role.REVIEWER)
    await world.person("sam", Role.ADMIN)
    await world.person("ana")


async def write(world: World, **changed: str) -> str:
    """Let Dr. Okafor write a post in the staff room and return what they see."""
    return await world.says("okafor", "/post", world.staff_room, form=FILLED | changed)


async def the_post(world: World) -> Post:
    async with world.db.read() as db:
        (post,) = await content.posts(db, world.group.id)
        return post


async def notes(world: World) -> list[str]:
    async with world.db.read() as db:
        return [entry.action for entry in await audit.every(db)]


async def publish(world: World, **changed: str) -> Post:
    await write(world, **changed)
    await world.presses("lind", "Approve", world.staff_room)
    return await the_post(world)


@pytest.mark.usefixtures("team")
async def test_a_post_is_read_by_a_second_person_and_then_by_the_group(world: World) -> None:
    assert "Write a post" in await world.says("okafor", "/post", world.staff_room)
    seen = await world.answers("okafor", world.staff_room, **FILLED)
    assert "waits for a second person" in seen
    assert "**To approve: a research link by Okafor**" in seen
    assert "[Approve]" in seen
    assert "Yoga" not in await world.says("ana", "/research tiredness")

    assert "Approved." in await world.presses("lind", "Approve", world.staff_room)
    seen = world.seen_by("ana")
    assert "**New research**" in seen
    assert "**Yoga and tiredness**" in seen
    assert "[Journal of Examples](https://journal.example.org/yoga)" in seen
    assert "Reviewed 24 November 2026 by a clinician of this group." in seen
    assert "was approved. The group can read it now." in world.seen_by("okafor")
    post = await the_post(world)
    assert post.state == content.PUBLISHED
    assert post.review_by == date(2027, 11, 24)
    (public,) = [action for action in world.paper.done if action.key == f"post:{post.id}:0"]
    assert isinstance(public, Send)
    assert (public.cites, public.priority) == ((post.id,), Priority.ADVISORY)
    assert await notes(world) == ["post written", "post approved"]


@pytest.mark.usefixtures("team")
async def test_a_published_post_is_found_listed_and_shared(world: World) -> None:
    await publish(world)
    assert "Yoga and tiredness" in await world.says("ana", "/research tiredness")
    assert "Yoga and tiredness" in await world.says("ana", "/latest")
    world.seen_by("ana")
    assert "yoga eases" in await world.says("ana", "/ask does yoga ease tiredness")
    assert "Your name is not with it" in await world.presses("ana", "Share with the group")


@pytest.mark.usefixtures("team")
async def test_a_published_tip_comes_with_the_planned_ones(world: World) -> None:
    post = await publish(world, kind="tip", topic="")
    assert "**A tip from the clinic’s team**" in world.seen_by("ana")
    async with world.db.read() as db:
        assert (await content.post(db, "another group", post.id)) is None
    pool = world.bot.library.tips("crohns", today=date(2026, 11, 24), scope=world.group.id)
    assert post.id not in {item.id for item in pool}  # the shelf is filled when it is asked for
    await world.says("ana", "/tip")
    pool = world.bot.library.tips("crohns", today=date(2026, 11, 24), scope=world.group.id)
    assert post.id in {item.id for item in pool}


@pytest.mark.usefixtures("team")
async def test_a_post_expires_after_a_year(world: World) -> None:
    post = await publish(world)
    world.clock.advance(days=366)
    assert "not in the library any more" in await world.says("ana", f"/show {post.id}")


@pytest.mark.usefixtures("team")
async def test_nobody_approves_their_own_post(world: World) -> None:
    await write(world)
    seen = await world.presses("okafor", "Approve", world.staff_room)
    assert "A second person has to approve" in seen
    assert (await the_post(world)).state == content.IN_REVIEW


@pytest.mark.usefixtures("team")
async def test_a_second_decision_is_told_who_made_the_first(world: World) -> None:
    await write(world)
    post = await the_post(world)
    await world.presses("rey", "Approve", world.staff_room)
    for command in ("approve", "return", "show"):
        seen = await world.says("lind", f"/review {command} {post.id}", world.staff_room)
        assert "was approved by Rey on Tuesday 24 November, 10:00." in seen
    assert await notes(world) == ["post written", "post approved"]


@pytest.mark.usefixtures("team")
async def test_the_preview_loses_its_buttons_once_it_is_decided(world: World) -> None:
    await write(world)
    await world.presses("rey", "Approve", world.staff_room)
    (edit,) = [action for action in world.paper.done if isinstance(action, Edit)]
    assert edit.to == world.staff_room
    assert "was approved by Rey" in edit.text
    assert edit.buttons == ()


@pytest.mark.usefixtures("team")
async def test_a_post_is_sent_back_with_a_note_for_its_writer_only(world: World) -> None:
    await write(world)
    post = await the_post(world)
    await world.says("rey", f"/review return {post.id} Please name *the* study", world.staff_room)
    post = await the_post(world)
    assert (post.state, post.note) == (content.RETURNED, "Please name *the* study")
    seen = world.seen_by("okafor")
    assert "came back and was not published" in seen
    assert r"Please name \*the\* study" in seen
    assert "study" not in world.seen_by("ana")
    assert await notes(world) == ["post written", "post returned"]
    assert "was sent back by Rey" in await world.says("lind", f"/review show {post.id}")


@pytest.mark.usefixtures("team")
async def test_a_note_holds_no_amounts_and_is_not_needed(world: World) -> None:
    await write(world)
    post = await the_post(world)
    seen = await world.says("rey", f"/review return {post.id} say 40 mg", world.staff_room)
    assert "leave amounts of medicines out" in seen
    assert (await the_post(world)).state == content.IN_REVIEW
    assert "Sent back." in await world.presses("rey", "Send back", world.staff_room)
    assert "The note says" not in world.seen_by("okafor")


@pytest.mark.parametrize("args", ["", "approve", "approve nothing", "frobnicate {id}"])
@pytest.mark.usefixtures("team")
async def test_a_review_of_nothing_says_where_to_look(world: World, args: str) -> None:
    await write(world)
    post = await the_post(world)
    command = f"/review {args.format(id=post.id)}"
    assert "`/posts` lists" in await world.says("rey", command, world.staff_room)
    assert (await the_post(world)).state == content.IN_REVIEW


@pytest.mark.parametrize(
    ("field", "words", "problem"),
    [
        ("body", "Take 40 mg in the morning.", "leave out amounts"),
        ("title", "Why 5 tablets", "leave out amounts"),
        ("body", "Write to me at okafor@clinic.example.org", "an e-mail address"),
        ("body", "Ring 020 7946 0958 for more", "a phone number"),
        ("body", "You should stop taking your steroids.", "stop or change a medicine"),
        ("source", "The miracle cure society", "the promise of a cure"),
        ("body", "", "needs an answer"),
        ("title", "x" * 121, "too long"),
        ("url", "http://journal.example.org", "https://"),
        ("kind", "poem", "one of the choices"),
        ("topic", "cars", "one of the choices"),
    ],
)
@pytest.mark.usefixtures("team")
async def test_what_must_not_be_posted_is_refused_in_plain_words(
    world: World, field: str, words: str, problem: str
) -> None:
    assert problem in await write(world, **{field: words})
    async with world.db.read() as db:
        assert await content.posts(db, world.group.id) == []


@pytest.mark.usefixtures("team")
async def test_the_same_source_is_not_posted_twice(world: World) -> None:
    await write(world)
    again = "https://www.Journal.example.org/yoga/#results"
    assert "waiting for approval already" in await write(world, url=again)
    await world.presses("lind", "Approve", world.staff_room)
    assert "published already" in await write(world)
    assert "waits for a second" in await write(world, url="https://journal.example.org/other")


@pytest.mark.usefixtures("team")
async def test_what_was_sent_back_may_be_written_again(world: World) -> None:
    await write(world)
    await world.presses("rey", "Send back", world.staff_room)
    assert "waits for a second person" in await write(world)


@pytest.mark.parametrize(
    ("who", "command"),
    [
        ("ana", "/post"),
        ("sam", "/post"),
        ("rey", "/post"),
        ("ana", "/posts"),
        ("sam", "/review approve x"),
        ("ana", "/review approve x"),
        ("ana", "/recall x"),
    ],
)
@pytest.mark.usefixtures("team")
async def test_each_role_does_only_what_is_its_own(world: World, who: str, command: str) -> None:
    assert "for other roles" in await world.says(who, command)


@pytest.mark.usefixtures("team")
async def test_staff_see_what_waits_and_what_they_wrote(world: World) -> None:
    assert "Nothing." in await world.says("sam", "/posts", world.staff_room)
    await write(world)
    seen = await world.says("lind", "/posts", world.staff_room)
    assert "- Yoga and tiredness (in review)" in seen
    assert "**Written by you**\n\nNothing." in seen
    seen = await world.presses("lind", "Read: Yoga and tiredness", world.staff_room)
    assert "**To approve:" in seen
    assert "[Approve]" in seen
    assert "[Read: " not in await world.says("sam", "/posts", world.staff_room)
    await world.presses("lind", "Approve", world.staff_room)
    seen = await world.says("okafor", "/posts", world.staff_room)
    assert "- Yoga and tiredness (published)" in seen
    assert "[Recall: Yoga and tiredness]" in seen
    assert "[Recall: " in await world.says("rey", "/posts", world.staff_room)
    assert "[Recall: " not in await world.says("sam", "/posts", world.staff_room)


@pytest.mark.usefixtures("team")
async def test_a_recalled_post_is_taken_back_wherever_it_stands(world: World) -> None:
    post = await publish(world, kind="tip")
    await world.says("ana", f"/share {post.id}")
    await world.says("okafor", "/posts", world.staff_room)
    assert "cannot be undone" in await world.presses(
        "okafor", "Recall: Yoga and tiredness", world.staff_room
    )
    assert "The post stays." in await world.presses("okafor", "Keep it", world.staff_room)
    assert "Recalled." in await world.presses("okafor", "Recall it", world.staff_room)
    edits = [action for action in world.paper.done if isinstance(action, Edit)]
    edits = [edit for edit in edits if edit.to == world.room]
    shown = [
        number
        for number, action in enumerate(world.paper.done, start=1)
        if isinstance(action, Send) and action.to == world.room and action.cites == (post.id,)
    ]
    assert {edit.message for edit in edits} == {f"m{number}" for number in shown}
    assert len(shown) == 2
    assert {edit.text for edit in edits} == {"*This post was recalled.*"}
    assert "not in the library any more" in await world.says("ana", f"/show {post.id}")
    assert "yoga eases" not in await world.says("ana", "/ask does yoga ease tiredness")
    assert await notes(world) == ["post written", "post approved", "post recalled"]
    assert "it is recalled" in await world.says("rey", f"/recall {post.id}", world.staff_room)
    assert "recalled since" in await world.says("rey", f"/review show {post.id}")


@pytest.mark.usefixtures("team")
async def test_a_post_that_came_as_a_planned_tip_is_taken_back_there_too(world: World) -> None:
    post = await publish(world, kind="tip")
    await world.says("sam", "/tips at 0 * * * *")
    await world.says("sam", "/tips quiet off")
    for _ in range(61):  # as many as there are tips: each comes once
        await world.tick(hours=1)
    tips = [action for action in world.paper.done if action.priority == Priority.TIP]
    (key,) = {tip.key for tip in tips if isinstance(tip, Send) and tip.cites == (post.id,)}
    await world.says("rey", f"/recall {post.id} yes", world.staff_room)
    edited = [action.of for action in world.paper.done if isinstance(action, Edit)]
    assert key in edited


@pytest.mark.usefixtures("team")
async def test_the_writer_is_told_when_somebody_else_recalls_a_post(world: World) -> None:
    post = await publish(world)
    world.seen_by("okafor")
    await world.says("rey", f"/recall {post.id} yes", world.staff_room)
    assert "was recalled" in world.seen_by("okafor")


@pytest.mark.usefixtures("team")
async def test_lines_too_old_to_change_are_answered_with_a_notice(world: World) -> None:
    post = await publish(world)
    world.clock.advance(days=60)
    await world.tick()  # the records of what was sent are forgotten by now
    world.seen_by("ana")
    await world.says("rey", f"/recall {post.id} yes", world.staff_room)
    assert "A post was recalled: “Yoga and tiredness”." in world.seen_by("ana")


@pytest.mark.usefixtures("team")
async def test_a_recall_needs_a_published_post_and_the_right_person(world: World) -> None:
    await write(world)
    post = await the_post(world)
    seen = await world.says("rey", f"/recall {post.id}", world.staff_room)
    assert "it is in review" in seen
    assert "cannot find that post" in await world.says("rey", "/recall nothing", world.staff_room)
    seen = await world.says("sam", f"/recall {post.id}", world.staff_room)
    assert "Its writer, a clinician or a reviewer" in seen


@pytest.mark.usefixtures("team")
async def test_a_line_that_still_waits_to_be_sent_is_never_shown(world: World) -> None:
    await write(world)
    post = await the_post(world)
    approve, recall = f"/review approve {post.id}", f"/recall {post.id} yes"
    for number, command in enumerate((approve, recall)):
        name, _, args = command.removeprefix("/").partition(" ")
        event = world.base("lind", world.staff_room, f"paper:late{number}")
        outcome = await world.bot.app.handle(
            events.Command.model_validate(event | {"name": name, "args": args, "answers": None})
        )
        assert outcome.ok
    world.seen_by("ana")
    await world.bot.deliver()
    assert world.seen_by("ana") == ""
