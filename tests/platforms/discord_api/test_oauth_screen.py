from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

from tests.platforms.discord_api.maynot import MayNot
from tests.platforms.discord_api.people import Person
from tests.platforms.discord_api.world import World

BACK = "https://clinic.example/joined"


@pytest.fixture
def ana() -> Person:
    world = World("token", "secret")
    world.redirects.add(BACK)
    return Person(world, world.backend.make_user("Ana"))


def asking(ana: Person, **changes: str | None) -> str:
    query = {
        "client_id": str(ana.world.backend.application_id),
        "response_type": "code",
        "redirect_uri": BACK,
        "scope": "identify guilds.join",
        "state": "s 1",
        "code_challenge": "c",
        "code_challenge_method": "S256",
        **changes,
    }
    kept = {name: value for name, value in query.items() if value is not None}
    return "https://discord.example/oauth2/authorize?" + urlencode(kept)


def test_who_allows_it_is_led_back_with_a_code(ana: Person) -> None:
    back = urlsplit(ana.authorizes(asking(ana)))
    assert f"{back.scheme}://{back.netloc}{back.path}" == BACK
    query = parse_qs(back.query)
    assert query["state"] == ["s 1"]
    grant = ana.world.codes[query["code"][0]]
    assert (grant.user_id, grant.redirect_uri, grant.challenge) == (ana.id, BACK, "c")
    assert grant.scopes == {"identify", "guilds.join"}
    assert grant.until > ana.world.now()


def test_who_cancels_is_led_back_without_one(ana: Person) -> None:
    query = parse_qs(urlsplit(ana.declines(asking(ana, state=None))).query)
    assert query["error"] == ["access_denied"]
    assert "state" not in query
    assert ana.world.codes == {}


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"client_id": "1"}, "Unknown Application"),
        ({"response_type": "token"}, "Unsupported response type"),
        ({"redirect_uri": "https://elsewhere.example"}, "redirect_uri"),
        ({"scope": ""}, "scope is invalid"),
        ({"scope": "identify everything"}, "scope is invalid"),
        ({"code_challenge_method": "plain"}, "S256"),
        ({"code_challenge": None}, "S256"),
    ],
)
def test_a_wrong_request_shows_no_screen(
    ana: Person, changes: dict[str, str | None], why: str
) -> None:
    with pytest.raises(MayNot, match=why):
        ana.authorizes(asking(ana, **changes))


def test_a_proof_key_is_not_demanded(ana: Person) -> None:
    url = asking(ana, code_challenge=None, code_challenge_method=None)
    assert "code=" in ana.authorizes(url)
    with pytest.raises(MayNot, match="consent screen"):
        ana.authorizes("https://discord.example/login")
