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
        ("D\u200br Okafor", "clinic’s team"),
        ("\u0405t\u0430ff", "clinic’s team"),  # Cyrillic letters that look like S and a
        ("\u3164\u3164", "at least one letter"),
    ],
)
def test_a_name_that_misleads_or_leads_away_is_refused(name: str, reason: str) -> None:
    assert reason in names.problem(names.tidy(name), "GB")


def test_the_clinics_own_people_may_say_what_they_are() -> None:
    assert names.problem("Dr. Okafor", "GB", staff=True) == ""


def test_a_name_is_put_on_one_line_without_signs_that_turn_text() -> None:
    assert names.tidy("  Ana \n\u202eB ") == "Ana B"


@pytest.mark.parametrize("name", ["SÁM", "S a m", "Sam.", "S\u0430m", "Sa\u00adm"])
def test_a_name_that_looks_like_another_is_the_same(name: str) -> None:
    assert names.same(name, "Sam")
    assert not names.same(f"{name}i", "Sam")
