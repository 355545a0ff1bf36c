"""The vendor's own schema of every request, where its OpenAPI file is at hand."""

import json
import os
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from tests.platforms.discord_api.calls import Call
from tests.platforms.discord_api.shapes import Shapes

SPEC = Path(
    os.environ.get("DISCORD_OPENAPI")
    or Path(__file__).parents[4] / "shared" / "data" / "specs" / "discord-openapi.json"
)

_ELSEWHERE = frozenset({("oauth2", "token")})
"""What the vendor describes in another place."""


class Operation(NamedTuple):
    """What the vendor says of one method of one path."""

    body: dict[str, Any] | None
    query: dict[str, dict[str, Any]]
    needed: frozenset[str]


class Spec(NamedTuple):
    """All operations, by method and path with its names left out."""

    shapes: Shapes
    operations: dict[tuple[str, tuple[str, ...]], Operation]


@cache
def spec() -> Spec | None:
    """Return the vendor's schema, or None where it is not at hand."""
    if not SPEC.exists():
        return None
    data = json.loads(SPEC.read_text())
    shapes = Shapes(data["components"]["schemas"])
    operations = {}
    for path, methods in data["paths"].items():
        shared = methods.get("parameters", [])
        for method, told in methods.items():
            if method != "parameters":
                key = (method.upper(), _bare(tuple(path.strip("/").split("/"))))
                operations[key] = _operation(told, shared)
    return Spec(shapes, operations)


def _operation(told: dict[str, Any], shared: list[dict[str, Any]]) -> Operation:
    content = told.get("requestBody", {}).get("content", {})
    body = content.get("application/json") or content.get("multipart/form-data") or {}
    query = [one for one in shared + told.get("parameters", []) if one.get("in") == "query"]
    return Operation(
        body.get("schema"),
        {one["name"]: one["schema"] for one in query},
        frozenset(one["name"] for one in query if one.get("required")),
    )


def _bare(template: tuple[str, ...]) -> tuple[str, ...]:
    return tuple("{}" if part[0] == "{" else part for part in template)


def check(method: str, template: tuple[str, ...], call: Call) -> list[str]:
    """Return what the vendor's schema has against a request."""
    known = spec()
    if known is None:
        return []
    operation = known.operations.get((method, _bare(template)))
    if operation is None:
        return [] if template[:2] in _ELSEWHERE else ["the vendor's schema has no such path"]
    wrong = [f"?{name}: is missing" for name in operation.needed - call.params.keys()]
    for name, value in call.params.items():
        shape = operation.query.get(name)
        if shape is None:
            wrong.append(f"?{name}: is not known")
        else:
            wrong += known.shapes.check(_unpacked(value, shape), shape, f"?{name}")
    if operation.body is not None and (call.json is not None or not call.files):
        body = {} if call.json is None else call.json
        wrong += known.shapes.check(body, operation.body)
    return wrong


def _unpacked(value: str, schema: dict[str, Any]) -> Any:  # noqa: ANN401
    """Read a query's text as what it stands for."""
    words = json.dumps(schema)
    if value.lstrip("-").isdecimal() and '"integer"' in words and len(value) < 16:
        return int(value)
    if value.lower() in {"true", "false", "1", "0"} and '"boolean"' in words:
        return value.lower() in {"true", "1"}
    return value
