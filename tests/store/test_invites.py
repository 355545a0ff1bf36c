from datetime import timedelta

from bot.store import invites, links
from bot.store.invites import Invite
from bot.store.people import Role
from tests.world import World


async def issue(world: World, uses: int = 1) -> tuple[Invite, str]:
    async with world.db.write() as db:
        now = world.clock.now()
        return await invites.issue(
            db, "g1", Role.MEMBER, now=now, expires_at=now + timedelta(days=7), uses=uses
        )


async def redeem(world: World, code: str) -> bool:
    async with world.db.write() as db:
        return await invites.redeem(db, code, world.clock.now()) is not None


async def test_an_invite_opens_once_however_it_is_typed(world: World) -> None:
    _, code = await issue(world)
    assert await redeem(world, f"  {code.upper().replace('-', ' ')} ")
    assert not await redeem(world, code)


async def test_an_invite_for_many_opens_as_often_as_it_says(world: World) -> None:
    _, code = await issue(world, uses=2)
    assert [await redeem(world, code) for _ in range(3)] == [True, True, False]


async def test_an_expired_or_revoked_invite_opens_nothing(world: World) -> None:
    invite, code = await issue(world)
    _, late = await issue(world)
    async with world.db.write() as db:
        assert await invites.revoke(db, "g1", invite.id, world.clock.now())
        assert await invites.revoke(db, "g2", invite.id, world.clock.now()) is None
    assert not await redeem(world, code)
    world.clock.advance(days=8)
    assert not await redeem(world, late)
    async with world.db.read() as db:
        states = {row.state(world.clock.now()) for row in await invites.every(db, "g1")}
    assert states == {"revoked", "expired"}


async def test_the_code_is_nowhere_in_the_database(world: World) -> None:
    _, code = await issue(world)
    raw = b"".join(file.read_bytes() for file in world.db.path.parent.iterdir())
    assert code.encode() not in raw
    assert invites.tidy(code).encode() not in raw


async def test_a_one_time_link_signs_in_once(world: World) -> None:
    who = world.address("ana")
    async with world.db.write() as db:
        path = await links.issue(db, who, "/care", world.clock.now())
    token = path.removeprefix("/in/")
    async with world.db.write() as db:
        assert await links.find(db, token, world.clock.now())
        assert await links.use(db, token, world.clock.now()) == (who, "/care")
        assert await links.use(db, token, world.clock.now()) is None
        late = (await links.issue(db, who, "/care", world.clock.now())).removeprefix("/in/")
        assert await links.use(db, late, world.clock.now() + timedelta(hours=2)) is None
        assert await links.use(db, "x" * 10_000, world.clock.now()) is None
