import re

import pytest

from bot.platforms import Capabilities, Status
from bot.store import audit, invites
from bot.store.people import Role
from tests.world import World

FORM = {"role": "member", "label": "", "days": "7", "uses": "1"}


def code_of(answer: str) -> str:
    found = re.search(r"Code: `([\w-]+)`", answer)
    assert found is not None
    return found[1]


async def test_an_admin_makes_an_invite_that_opens_the_door(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    form = await world.says("sam", "/invite")
    assert "How many days is it open?" in form
    answer = await world.answers("sam", role="member", label="", days="7", uses="1")
    code = code_of(answer)
    assert f"http://127.0.0.1:8080/join/{code}" in answer
    assert "lets in 1 person as member until Tuesday 1 December" in answer
    assert "cannot be shown again" in answer
    joined = await world.says("ana", f"/join {code}", form={"name": "Ana", "consent": "yes"})
    assert "Welcome" in joined


async def test_only_the_asker_sees_the_code(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    await world.person("ana")
    answer = await world.says("sam", "/invite", form=dict(FORM))
    assert code_of(answer) not in world.seen_by("ana")


async def test_the_audit_log_holds_no_code_and_no_note(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    answer = await world.says("sam", "/invite", form=FORM | {"label": "secret"})
    async with world.db.read() as db:
        entry = (await audit.every(db, world.group.id))[-1]
        made = (await invites.every(db, world.group.id))[0]
    assert (entry.action, entry.subject) == ("invite made", made.id)
    assert entry.detail == "member, for 1 person"
    assert code_of(answer) not in entry.model_dump_json()
    assert "secret" not in entry.model_dump_json()


async def test_an_invite_for_many_is_made_with_a_warning(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    answer = await world.says("sam", "/invite", form=FORM | {"uses": "20"})
    assert "whoever gets this link can come in, until 20 people have used it" in answer


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"days": "0"}, "1 to 365 days"),
        ({"days": "366"}, "1 to 365 days"),
        ({"uses": "0"}, "1 to 500 people"),
        ({"uses": "501"}, "1 to 500 people"),
        ({"uses": "2", "role": "clinician"}, "for one person only"),
        ({"label": "20 tablets"}, "simpler note"),
        ({"role": "admin"}, "one of the choices"),
        ({"role": "owner"}, "one of the choices"),
    ],
)
async def test_what_cannot_be_made_is_said_in_one_sentence(
    world: World, change: dict[str, str], sentence: str
) -> None:
    await world.person("sam", Role.ADMIN)
    await world.says("sam", "/invite", form=FORM | change)
    assert world.last is not None
    assert world.last.status is Status.REFUSED
    assert sentence in world.last.sentence
    async with world.db.read() as db:
        assert await invites.every(db, world.group.id) == []


async def test_only_an_owner_invites_admins(world: World) -> None:
    await world.person("olu", Role.OWNER)
    answer = await world.says("olu", "/invite", form=FORM | {"role": "admin"})
    assert "as admin" in answer


async def test_members_do_not_invite(world: World) -> None:
    await world.person("ana")
    assert "other roles" in await world.says("ana", "/invite", form=dict(FORM))
    assert "other roles" in await world.says("ana", "/invites")


async def test_the_list_tells_what_became_of_each_invite(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    assert "no invites yet" in await world.says("sam", "/invites")
    answer = await world.says("sam", "/invite", form=FORM | {"label": "ward <3>"})
    await world.says("ana", f"/join {code_of(answer)}", form={"name": "Ana", "consent": "yes"})
    await world.says("sam", "/invite", form=dict(FORM))
    listed = await world.says("sam", "/invites")
    assert "1. **member**: open, used 0 of 1" in listed
    assert r"2. **member** “ward \<3\>”: used, used 1 of 1" in listed
    assert "[Revoke 1]" in listed
    assert "[Revoke 2]" not in listed
    assert code_of(answer) not in listed


async def test_a_long_list_is_cut_and_says_so(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    for _ in range(12):
        await world.says("sam", "/invite", form=dict(FORM))
    assert "And 2 more." in await world.says("sam", "/invites")


async def test_a_revoked_invite_opens_nothing(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    code = code_of(await world.says("sam", "/invite", form=dict(FORM)))
    await world.says("sam", "/invites")
    assert "no longer open" in await world.presses("sam", "Revoke 1")
    assert "revoked" in await world.says("sam", "/invites")
    alone = world.address("eve")
    assert "private service" in await world.says("eve", f"/join {code}", alone)
    async with world.db.read() as db:
        assert (await audit.every(db))[-1].action == "invite revoked"


async def test_an_invite_that_is_not_there_cannot_be_revoked(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    assert "no such invite" in await world.says("sam", "/invites revoke nothing")


def test_no_code_can_look_like_an_amount_of_medicine() -> None:
    assert not {"m", "i", "0"} & set(invites.ALPHABET)


async def test_an_invite_shows_how_to_come_in_on_other_platforms(both: World) -> None:
    await both.person("sam", Role.ADMIN)
    answer = await both.says("sam", "/invite", form=dict(FORM))
    code = code_of(answer)
    link = f"https://chat.example/bot?start={code}"
    assert f"On Letter: [{link}]({link})" in answer
    assert "On Paper" not in answer
    assert f"Code: `{code}`" in answer


async def test_where_nothing_leads_in_by_a_link_the_code_is_typed(world: World) -> None:
    await world.person("sam", Role.ADMIN)
    others = {"letter": Capabilities(secures=True), "pigeon": Capabilities(door="coo:{code}")}
    world.bot.app.capabilities = lambda: {"paper": world.paper.capabilities, **others}
    said = await world.says("sam", "/invite", form=dict(FORM))
    code = code_of(said)
    assert f"On Letter: type `/join {code}` in the lobby" in said
    assert f"On Pigeon: [coo:{code}]" in said
