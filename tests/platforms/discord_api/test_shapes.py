"""JSON schemas, and the vendor's own where they are at hand."""

from pathlib import Path

import aiohttp
import pytest

from tests.platforms.discord_api import schema
from tests.platforms.discord_api.schema import spec
from tests.platforms.discord_api.shapes import Schema, Shapes
from tests.platforms.discord_server import DiscordServer

SHAPES = Shapes({"Id": {"type": "string", "format": "snowflake", "pattern": "^[0-9]+$"}})
REF: Schema = {"$ref": "#/components/schemas/Id"}
KIND: Schema = {
    "type": "object",
    "properties": {"id": REF, "kind": {"const": 1}, "names": {"type": "array", "items": REF}},
    "required": ["kind"],
    "additionalProperties": False,
}
OTHER: Schema = {"type": "object", "properties": {"kind": {"const": 2}}, "required": ["kind"]}


@pytest.mark.parametrize(
    ("value", "shape"),
    [
        (17, REF),
        ("17", REF),
        ("8", {"type": ["integer", "null"]}),
        ({"kind": 1, "id": 5, "names": ["1"]}, KIND),
        ({"kind": 2}, {"oneOf": [KIND, OTHER]}),
        ({"a": 1}, {"type": "object", "additionalProperties": {"type": "integer"}}),
        ("2026-01-01T00:00:00+00:00", {"type": "string", "format": "date-time"}),
        ("https://a.example", {"type": "string", "format": "uri"}),
        (True, {"type": "boolean", "enum": [True]}),
        (1.5, {"type": "number", "minimum": 1}),
        ([1, 2], {"type": "array", "uniqueItems": True, "minItems": 2}),
    ],
)
def test_what_fits(value: object, shape: Schema) -> None:
    assert SHAPES.check(value, shape) == []


@pytest.mark.parametrize(
    ("value", "shape", "wrong"),
    [
        ("x", REF, "breaks pattern"),
        (True, {"type": "integer"}, "is not integer"),
        ({}, KIND, ".kind: is missing"),
        ({"kind": 1, "more": 1}, KIND, ".more: is not known"),
        ({"kind": 1, "names": ["x"]}, KIND, ".names[0]: breaks pattern"),
        ({"kind": 1, "id": "x"}, {"oneOf": [KIND, OTHER]}, ".id: breaks pattern"),
        ({"kind": 3}, {"allOf": [OTHER]}, ".kind: is not 2"),
        ("abc", {"type": "string", "maxLength": 2}, "breaks maxLength 2"),
        ("", {"type": "string", "minLength": 1}, "breaks minLength 1"),
        ([1, 1], {"type": "array", "uniqueItems": True}, "breaks uniqueItems"),
        ([1, 1], {"type": "array", "maxItems": 1}, "breaks maxItems"),
        ({"a": 1}, {"type": "object", "maxProperties": 0}, "breaks maxProperties"),
        (3, {"type": "integer", "maximum": 2}, "breaks maximum"),
        (3, {"type": "integer", "enum": [1, 2]}, "is not one of"),
        ("soon", {"type": "string", "format": "date-time"}, "breaks format"),
        ("nowhere", {"type": "string", "format": "uri"}, "breaks format"),
        ({"a": "x"}, {"type": "object", "additionalProperties": {"type": "integer"}}, ".a: is not"),
    ],
)
def test_what_does_not_fit(value: object, shape: Schema, wrong: str) -> None:
    found = SHAPES.check(value, shape)
    assert len(found) == 1
    assert wrong in found[0]


async def test_without_the_vendors_file_nothing_is_checked(
    server: DiscordServer, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    spec.cache_clear()
    monkeypatch.setattr(schema, "SPEC", tmp_path / "missing.json")
    try:
        assert await _asked(server, "/users/@me/guilds?limit=999&odd=1") == 200
        assert server.violations == []
    finally:
        spec.cache_clear()


async def test_the_vendors_schema_is_held_against_every_request(server: DiscordServer) -> None:
    if spec() is None:
        pytest.skip("the vendor's schema is not at hand")
    assert await _asked(server, "/users/@me/guilds?limit=999&odd=1") == 400
    assert len(server.violations) == 2
    server.violations.clear()
    assert await _asked(server, "/users/@me/guilds?limit=100&with_counts=true") == 200
    assert server.violations == []


async def test_a_body_that_is_no_json_is_refused(server: DiscordServer) -> None:
    headers = {"Authorization": f"Bot {server.token}", "Content-Type": "application/json"}
    url = server.api_url + "/users/@me/channels"
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, data=b"{", headers=headers) as answer,
    ):
        assert (await answer.json())["code"] == 50109


async def _asked(server: DiscordServer, path: str) -> int:
    headers = {"Authorization": f"Bot {server.token}"}
    async with (
        aiohttp.ClientSession() as session,
        session.get(server.api_url + path, headers=headers) as answer,
    ):
        return answer.status
