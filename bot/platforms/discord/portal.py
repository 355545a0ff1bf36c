"""The portal: whether the application is set up as it should be in Discord's developer portal."""

from collections.abc import Iterator, Mapping
from typing import Any

import aiohttp
import discord

from bot.platforms import Finding
from bot.platforms.discord import permissions
from bot.platforms.discord.oauth import AGENT, PATIENCE
from bot.settings import Discord, Settings
from bot.text import plural

BACK = "/discord/back"
FEW_STARTS = 20
IN_USERS_OWN = "1"  # Discord's number for an application that people add to their own account
UNAUTHORIZED = 401


def account(name: str, told: Mapping[str, Any], settings: Discord) -> Iterator[Finding]:
    """Say as whom the token speaks, and by which link it is added to a server."""
    yield Finding("ok", f"The token is valid: it is “{name}”.")
    number = str(told.get("id") or "")
    if settings.application_id and number and number != settings.application_id:
        what = "The token is of another application than [discord] application_id."
        advice = "Take the Application ID from General Information, of the token's application."
        yield Finding("wrong", what, advice)
    elif number:
        known = settings.model_copy(update={"application_id": number})
        link = permissions.install_link(known)
        yield Finding("ok", f"Add it to your server with: {link}")
    if settings.content_mode:
        what = "content_mode is on: the bot reads every message in its rooms."
        advice = (
            "The consent text says so. If that is not meant, set [discord] content_mode = false."
        )
        yield Finding("warn", what, advice)


def choices(settings: Discord) -> Iterator[Finding]:
    """Look at settings that are allowed, and that somebody should have thought about."""
    if settings.content_mode:
        what = "content_mode is on: the bot reads every message in its rooms."
        advice = "The consent text says so. If it is not meant: [discord] content_mode = false."
        yield Finding("warn", what, advice)
    if settings.gateway_url and settings.api_url == Discord().api_url:
        what = "gateway_url is set, so the token is shown to another server than Discord names."
        yield Finding("warn", what, "Empty [discord] gateway_url, unless that is meant.")


def intents(told: Mapping[str, Any], settings: Discord) -> Iterator[Finding]:
    """Look at the three privileged intents: what Discord would tell the bot, or a thief."""
    if not isinstance(told.get("flags"), int):
        yield Finding("warn", "Discord does not say which intents are switched on.", _SEE)
        return
    found = list(_intents(told["flags"], settings))
    yield from found or [Finding("ok", "The right intents are switched on, and no others.")]


def _intents(flags: int, settings: Discord) -> Iterator[Finding]:
    if not _has(flags, "gateway_guild_members"):
        what = "Server Members Intent is off: the bot cannot see who comes in, or goes, by hand."
        yield Finding("warn", what, "Developer portal, Bot: switch Server Members Intent on.")
    if _has(flags, "gateway_presence"):
        what = "Presence Intent is on, which tells when people are online. Nothing needs that."
        yield Finding("warn", what, "Developer portal, Bot: switch Presence Intent off.")
    reads = _has(flags, "gateway_message_content")
    if settings.content_mode and not reads:
        what = "content_mode is on, but Message Content Intent is off: Discord shuts the bot out."
        advice = "Developer portal, Bot: switch it on; or set [discord] content_mode = false."
        yield Finding("wrong", what, advice)
    if reads and not settings.content_mode:
        what = "Message Content Intent is on: whoever has the token could read what members write."
        yield Finding("warn", what, "Developer portal, Bot: switch Message Content Intent off.")


def _has(flags: int, name: str) -> bool:
    """Tell whether an intent is on: as it is for small applications, or for reviewed ones."""
    bits = discord.ApplicationFlags.VALID_FLAGS
    return bool(flags & (bits[name] | bits[f"{name}_limited"]))


def doors(told: Mapping[str, Any]) -> Iterator[Finding]:
    """Look who else can add the bot, and whether Discord sends what people do elsewhere."""
    if told.get("bot_public"):
        what = "The bot is public: anybody can add it to a server of their own."
        advice = (
            "Developer portal, Installation: set Install Link to None. Then Bot: switch Public Bot "
            "off."
        )
        yield Finding("warn", what, advice)
    elif "bot_public" in told:
        yield Finding("ok", "The bot is private: nobody but its owner can add it to a server.")
    if told.get("bot_require_code_grant"):
        what = "Requires OAuth2 Code Grant is on, so the link above does not add the bot."
        yield Finding("wrong", what, "Developer portal, Bot: switch it off.")
    if told.get("interactions_endpoint_url"):
        what = "Discord sends all commands and buttons to an Interactions Endpoint URL, not here."
        yield Finding("wrong", what, "Developer portal, General Information: empty that field.")
    if (told.get("integration_types_config") or {}).get(IN_USERS_OWN) is not None:
        what = "People can add the bot to their own account, and take it anywhere."
        yield Finding("warn", what, "Developer portal, Installation: switch User Install off.")


async def way_in(told: Mapping[str, Any], settings: Settings) -> list[Finding]:
    """Look whether people can join from the clinic's own page."""
    if not settings.discord.client_secret:
        what = "People join with /join in the server's lobby. From the clinic's page they cannot."
        return [Finding("ok", what, "For that, set [discord] client_secret (docs/discord.md).")]
    found = []
    back = settings.site.address + BACK
    if "redirect_uris" not in told:
        what = "Discord does not say to which addresses it leads people back."
        found.append(Finding("warn", what, f"Developer portal, OAuth2: look for {back}"))
    elif back not in told["redirect_uris"]:
        what = f"Discord does not lead people back to {back}, so joining from the page fails."
        advice = "Developer portal, OAuth2, Redirects: add exactly that address."
        found.append(Finding("wrong", what, advice))
    if not await _is_known(settings.discord):
        what = "Discord does not know this client_secret."
        advice = "Developer portal, OAuth2: Reset Secret, and put the new one into the settings."
        found.append(Finding("wrong", what, advice))
    return found or [Finding("ok", "People can join from the clinic's page.")]


async def _is_known(settings: Discord) -> bool:
    """Tell whether the secret is right, by asking for a token with a code that nobody got."""
    login = aiohttp.encode_basic_auth(settings.application_id, settings.client_secret)
    headers = {"Authorization": login, "User-Agent": AGENT}
    form = {"grant_type": "authorization_code", "code": "none", "redirect_uri": "https://none"}
    async with (
        aiohttp.ClientSession(timeout=PATIENCE, headers=headers) as session,
        session.post(f"{settings.api_url}/oauth2/token", data=form, allow_redirects=False) as said,
    ):
        return said.status != UNAUTHORIZED


async def gateway(http: discord.http.HTTPClient, settings: Discord) -> list[Finding]:
    """Look how often the bot may still connect today, and with how many connections."""
    shards, _, limit = await http.get_bot_gateway()
    found = []
    left = limit.get("remaining", FEW_STARTS)
    if left < FEW_STARTS:
        what = f"The bot can connect only {plural(left, 'more time', 'more times')} today."
        advice = "Something starts it again and again; two programs on one token may. Read the log."
        found.append(Finding("warn" if left else "wrong", what, advice))
    if settings.shards and settings.shards < shards:
        what = f"Discord advises {plural(shards, 'shard')}; [discord] shards is {settings.shards}."
        found.append(Finding("warn", what, "Set it to 0, and Discord's advice is followed."))
    return found


_SEE = "Look in the developer portal, under Bot."
