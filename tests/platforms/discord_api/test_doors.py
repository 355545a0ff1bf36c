import pytest

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.parlour import Parlour


@pytest.fixture
def parlour() -> Parlour:
    return Parlour()


def test_an_invite_lets_so_many_in_and_gives_its_roles(parlour: Parlour) -> None:
    backend, told = parlour.world.backend, []
    role = parlour.stage.role(parlour.guild, "Member")
    invite = backend.create_invite(parlour.room.id, parlour.ana.id, max_uses=2)
    parlour.world.invite_roles[invite.code] = [role.id]
    backend.subscribers.append(lambda event, payload: told.append((event, dict(payload))))
    cleo, dan, eve = (parlour.stage.person(name) for name in ("Cleo", "Dan", "Eve"))
    assert cleo.follows(invite.code) == parlour.guild.id
    assert [event for event, _ in told] == ["GUILD_MEMBER_ADD"]
    assert told[0][1]["roles"] == [str(role.id)]
    assert cleo.follows(invite.code) == parlour.guild.id  # a second time it counts for nothing
    dan.follows(f"https://discord.gg/{invite.code}/")
    assert [event for event, _ in told[1:]] == ["INVITE_DELETE", "GUILD_MEMBER_ADD"]
    assert dan.channels(parlour.guild) == ["room", "desk"]
    assert parlour.world.invite_roles == {}
    with pytest.raises(MayNot, match="invalid or has expired"):
        eve.follows(invite.code)


def test_an_invite_expires_and_lets_no_banned_person_in(parlour: Parlour) -> None:
    backend = parlour.world.backend
    invite = backend.create_invite(parlour.room.id, parlour.ana.id, max_age=60)
    cleo = parlour.stage.person("Cleo")
    parlour.stage.ban(parlour.guild, parlour.ben)
    with pytest.raises(MayNot, match="banned"):
        parlour.ben.follows(invite.code)
    backend.advance_clock(61)
    with pytest.raises(MayNot, match="expired"):
        cleo.follows(invite.code)


def test_private_messages_can_be_closed(parlour: Parlour) -> None:
    parlour.ben.closes_dms()
    assert parlour.world.closed == {parlour.ben.id}
    parlour.ben.opens_dms()
    assert parlour.world.closed == set()
