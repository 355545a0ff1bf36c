import pytest

from bot.actions import Address, is_person, platform_of
from bot.errors import Undeliverable
from bot.platforms.telegram import addresses


@pytest.mark.parametrize(
    ("address", "chat", "thread"),
    [
        (addresses.room(-1001), -1001, None),
        (addresses.room(-1001, 7), -1001, 7),
        (addresses.person(42), 42, None),
        (addresses.person(-1009), -1009, None),
    ],
)
def test_an_address_leads_back_to_its_numbers(
    address: Address, chat: int, thread: int | None
) -> None:
    assert platform_of(address) == "telegram"
    assert addresses.chat_of(address) == chat
    assert addresses.thread_of(address) == thread


def test_people_and_rooms_are_told_apart() -> None:
    assert is_person(addresses.person(42))
    assert not is_person(addresses.room(42))


@pytest.mark.parametrize("broken", ["telegram:", "telegram:@", "telegram:@ana", "telegram:1-2"])
def test_an_address_without_a_number_cannot_be_reached(broken: str) -> None:
    with pytest.raises(Undeliverable, match="no number"):
        addresses.chat_of(Address(broken))
