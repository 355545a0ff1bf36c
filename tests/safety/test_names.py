import pytest

from bot.safety import names


@pytest.mark.parametrize(
    "name",
    ["Ana", "José María", "Ana-Lucía", "李小龍", "Зоя", "أمل", "Bear 🐻", "J", "Moderna", "Ana B."],
)
def test_a_plain_name_can_be_used(name: str) -> None:
    assert names.problem(names.tidy(name), "GB") == ""


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("", "1 to 40"),
        ("a" * 41, "1 to 40"),
        ("🐻🐻", "at least one letter"),
        ("\u200b\u200b", "at least one letter"),
        ("@everyone", "an @"),
        ("ana@example.com", "an @"),
        ("see https://x.example", "web address"),
        ("buy at pills.com", "web address"),
        ("call 020 7946 0958", "phone number"),
        ("50 mg", "medicine"),
        ("Admin", "clinic’s team"),
        ("Nurse Jane", "clinic’s team"),
        ("Dr. Okafor", "clinic’s team"),
        ("ＤＲ Okafor", "clinic’s team"),
        ("Àdmin", "clinic’s team"),
        ("the_bot", "clinic’s team"),
    ],
)
def test_a_name_that_misleads_or_leads_away_is_refused(name: str, reason: str) -> None:
    assert reason in names.problem(names.tidy(name), "GB")


def test_the_clinics_own_people_may_say_what_they_are() -> None:
    assert names.problem("Dr. Okafor", "GB", staff=True) == ""


def test_a_name_is_put_on_one_line_without_signs_that_turn_text() -> None:
    assert names.tidy("  Ana \n\u202eB ") == "Ana B"
