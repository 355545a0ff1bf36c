"""Intents: what is asked of a helper that must not answer it, however near an item may be."""

import re

from bot.library.words import MAX_TEXT

_MEDICINE = (
    r"(?:[a-z]*(?:mab|nib|prine|purine|sone|solone|sonide|trexate|profen|cetamol|azine|mide)"
    r"|steroids?|tablets?|pills?|capsules?|medicines?|medications?|meds|drugs?|injections?"
    r"|aspirin|acetaminophen|tylenol|advil|imodium|mesalamine|humira|remicade|stelara|entyvio)"
)
_AMOUNT = re.compile(
    rf"""
      \bhow\ (?:much|many|often)\b .{{0,40}} \b(?:mg|mcg|milligrams?|grams?|ml|units?|{_MEDICINE})\b
    | \b(?:what|which|right|correct|safe|max|maximum|highest)\ (?:\w+\ ){{0,3}} do(?:se|sage)s?\b
    | \b(?:dose|dosage|dosing)\ (?:of|for)\b
    | \b(?:double|increase|reduce|lower|raise|up|halve|split|skip|taper)\ (?:off\ )?
      (?:my|the|his|her|your|our|a|this|that)?\ ?(?:\w+\ ){{0,1}}(?:dose|dosage|{_MEDICINE})\b
    | \b\d+(?:\.\d+)?\s?(?:mg|mcg|ml|g|units?|tablets?|pills?)\b
    """,
    re.VERBOSE | re.IGNORECASE,
)
_NOT_A_QUESTION = re.compile(
    r"""
      \b(?:ignore|disregard|forget)\ (?:\w+\ ){0,4}(?:instructions?|prompts?|rules|above|said)\b
    | \b(?:system|developer|hidden|initial)\ (?:prompt|message|instructions?)\b
    | \b(?:pretend|act|behave|role-?\ ?play)\ (?:\w+\ ){0,3}(?:to\ be|as|like|you)\b
    | \byou\ are\ now\b | \bjailbreak | \bdan\ mode\b
    | \b(?:write|compose|sing|draw|generate|translate|code)\b .{0,30}
      \b(?:poems?|songs?|story|stories|essays?|jokes?|haikus?|limericks?|code|program|script|rap
         |lyrics|emails?|letters?|tweets?|into)\b
    | \b(?:tell|give)\ (?:me|us)\ (?:an?|some)\ (?:\w+\ ){0,2}(?:joke|story|poem|riddle|song)s?\b
    """,
    re.VERBOSE | re.IGNORECASE,
)


def refused(query: str) -> bool:
    """Tell whether this asks for a dose, or for something else than an answer from the library."""
    plain = " ".join(query[:MAX_TEXT].split())
    return bool(_AMOUNT.search(plain) or _NOT_A_QUESTION.search(plain))
