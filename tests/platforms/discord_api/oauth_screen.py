"""Discord's consent screen: what an application asks for, and where it leads back to."""

import secrets
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.world import Grant, World

CODE_LIVES = 600.0
KNOWN = frozenset({"identify", "guilds", "guilds.join", "guilds.members.read", "email"})


def consent(world: World, user_id: int, url: str, *, allow: bool) -> str:
    """Return the address that the person is led back to, with a code or with an error."""
    asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
    scopes = _check(world, url, asked)
    answer = {"error": "access_denied"}
    answer["error_description"] = "The resource owner or authorization server denied the request"
    if allow:
        code = secrets.token_urlsafe(22)
        challenge = asked.get("code_challenge", "")
        until = world.now() + CODE_LIVES
        world.codes[code] = Grant(user_id, scopes, asked["redirect_uri"], challenge, until)
        answer = {"code": code}
    if "state" in asked:
        answer["state"] = asked["state"]
    joint = "&" if "?" in asked["redirect_uri"] else "?"
    return asked["redirect_uri"] + joint + urlencode(answer)


def _check(world: World, url: str, asked: dict[str, str]) -> frozenset[str]:
    """Return the scopes, or show what Discord shows instead of the screen."""
    if not urlsplit(url).path.endswith("/oauth2/authorize"):
        raise MayNot(f"{url} is not Discord's consent screen")
    if asked.get("client_id") != str(world.backend.application_id):
        raise MayNot("Unknown Application")
    if asked.get("response_type") != "code":
        raise MayNot("Unsupported response type")
    if asked.get("redirect_uri") not in world.redirects:
        raise MayNot("Invalid OAuth2 redirect_uri")
    scopes = frozenset(asked.get("scope", "").split())
    if not scopes or scopes - KNOWN:
        raise MayNot("The requested scope is invalid, unknown, or malformed.")
    if ("code_challenge" in asked) != (asked.get("code_challenge_method") == "S256"):
        raise MayNot("The code challenge must be made with S256")
    return scopes
