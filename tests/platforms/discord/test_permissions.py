import discord

from bot.platforms.discord import permissions
from bot.settings import Discord

NEVER = ("administrator", "ban_members", "kick_members", "mention_everyone", "manage_webhooks")


def test_the_bot_asks_for_nothing_that_it_does_not_need() -> None:
    asked = discord.Permissions(permissions.NUMBER)
    assert not any(getattr(asked, name) for name in (*NEVER, "manage_channels", "manage_threads"))
    assert len(permissions.NEEDS) == permissions.NUMBER.bit_count() == 15


def test_each_permission_has_its_reason_and_its_name_in_discord() -> None:
    for need in permissions.NEEDS:
        assert need.why
        assert need.label[0].isupper()
        assert getattr(discord.Permissions(need.bit), need.flag)


def test_what_is_missing_is_named() -> None:
    have = discord.Permissions(permissions.NUMBER & ~permissions.NEEDS[-1].bit)
    lacks = permissions.missing(have)
    assert permissions.labels(lacks) == "“Create Events”"
    assert permissions.missing(discord.Permissions(permissions.NUMBER)) == []


def test_the_link_asks_for_just_that() -> None:
    link = permissions.install_link(Discord(application_id="42"))
    assert link == (
        "https://discord.com/oauth2/authorize?client_id=42"
        f"&scope=bot+applications.commands&permissions={permissions.NUMBER}"
    )
    assert permissions.install_link(Discord()) == ""
