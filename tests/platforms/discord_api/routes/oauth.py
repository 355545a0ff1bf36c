"""OAuth2: a code becomes a token, and a token tells whose it is."""

import base64
import hashlib
import secrets
from dataclasses import replace
from typing import Any

from simcord.backend import serializers
from simcord.backend.errors import BackendError
from simcord.http.routes import application as simcord_application

from tests.platforms.discord_api.calls import Answer, Call, route
from tests.platforms.discord_api.routes.application import told
from tests.platforms.discord_api.world import Grant

WEEK = 7 * 86400


@route("POST", "/oauth2/token")
def exchange(call: Call) -> Answer:
    """Exchange a code (or a refresh token) for a token."""
    form: dict[str, str] = call.json if isinstance(call.json, dict) else {}
    if not _is_client(call, form):
        return _refused(401, "invalid_client", "")
    kind = form.get("grant_type")
    if kind == "authorization_code":
        grant = call.world.codes.pop(form.get("code", ""), None)
        if grant is None or grant.until < call.world.now() or not _is_proven(grant, form):
            return _refused(400, "invalid_grant", 'Invalid "code" in request.')
        if grant.redirect_uri != form.get("redirect_uri"):
            return _refused(400, "invalid_grant", 'Invalid "redirect_uri" in request.')
    elif kind == "refresh_token":
        grant = call.world.refreshers.pop(form.get("refresh_token", ""), None)
        if grant is None:
            return _refused(400, "invalid_grant", 'Invalid "refresh_token" in request.')
    else:
        return _refused(400, "unsupported_grant_type", "Grant type None is not supported")
    return Answer(200, _issue(call, grant))


def _is_client(call: Call, form: dict[str, str]) -> bool:
    name, secret = form.get("client_id", ""), form.get("client_secret", "")
    if call.authorization.startswith("Basic "):
        name, _, secret = base64.b64decode(call.authorization[6:]).decode().partition(":")
    world = call.world
    return name == str(world.backend.application_id) and secret == world.client_secret


def _is_proven(grant: Grant, form: dict[str, str]) -> bool:
    if not grant.challenge:
        return True
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    return base64.urlsafe_b64encode(digest).decode().rstrip("=") == grant.challenge


def _issue(call: Call, grant: Grant) -> dict[str, Any]:
    token, refresher = secrets.token_urlsafe(22), secrets.token_urlsafe(22)
    fresh = replace(grant, until=call.world.now() + WEEK)
    call.world.bearers[token] = fresh
    call.world.refreshers[refresher] = fresh
    return {
        "token_type": "Bearer",
        "access_token": token,
        "expires_in": WEEK,
        "refresh_token": refresher,
        "scope": " ".join(sorted(grant.scopes)),
    }


def _refused(status: int, error: str, words: str) -> Answer:
    body = {"error": error}
    return Answer(status, body | ({"error_description": words} if words else {}))


@route("POST", "/oauth2/token/revoke")
def revoke(call: Call) -> Answer:
    """Take a token back."""
    form: dict[str, str] = call.json if isinstance(call.json, dict) else {}
    if not _is_client(call, form):
        return _refused(401, "invalid_client", "")
    call.world.bearers.pop(form.get("token", ""), None)
    call.world.refreshers.pop(form.get("token", ""), None)
    return Answer(200, {})


@route("GET", "/users/@me")
def me(call: Call) -> Any:  # noqa: ANN401
    """Tell who asks: the bot, or the person whose token it is."""
    if call.bearer is None:
        return simcord_application.me(call)
    if "identify" not in call.bearer.scopes:
        raise BackendError(401, 0, "401: Unauthorized")
    return dict(serializers.user_payload(call.backend.get_user(call.bearer.user_id)))


@route("GET", "/users/@me/guilds")
def guilds(call: Call) -> list[dict[str, Any]]:
    """List the guilds of the bot, or of the person whose token it is."""
    if call.bearer is not None and "guilds" not in call.bearer.scopes:
        raise BackendError(401, 0, "401: Unauthorized")
    whose = call.world.bot.id if call.bearer is None else call.bearer.user_id
    first, most = int(call.params.get("after", 0)), int(call.params.get("limit", 200))
    found = [one for one in call.backend.guilds.values() if whose in one.members and one.id > first]
    return [
        {
            "id": str(one.id),
            "name": one.name,
            "icon": None,
            "banner": None,
            "owner": one.owner_id == whose,
            "permissions": str(call.backend.compute_permissions(one.id, whose)),
            "features": [],
        }
        for one in sorted(found, key=lambda one: one.id)[:most]
    ]


@route("GET", "/oauth2/@me")
def authorization(call: Call) -> dict[str, Any]:
    """Tell what a person's token allows."""
    if call.bearer is None:
        raise BackendError(401, 0, "401: Unauthorized")
    whose = serializers.user_payload(call.backend.get_user(call.bearer.user_id))
    known = {"user": whose} if "identify" in call.bearer.scopes else {}
    return {"application": told(call.world), "scopes": sorted(call.bearer.scopes), **known}
