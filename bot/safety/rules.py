"""The rules of screening: what a person's words are looked at for.

Each rule carries sentences that it must catch and sentences that it must let through; the tests
read them. Rules look for plain words in English. They never decide anything about a person.
"""

import re
import unicodedata
from dataclasses import dataclass

import phonenumbers


@dataclass(frozen=True, slots=True)
class Rule:
    """A pattern, and its own good and bad sentences."""

    name: str
    pattern: re.Pattern[str]
    bad: tuple[str, ...]
    good: tuple[str, ...]

    def finds(self, words: str) -> bool:
        """Tell whether the rule catches these words."""
        return self.pattern.search(words) is not None


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile(r"\b(?:" + "|".join(patterns) + r")\b", re.IGNORECASE)


_MINE = r"(?:my|my own)"
_NOT = r"(?:don['’]?t|do not|dont|didn['’]?t|can['’]?t|cannot)"

_DRUGS = (
    r"(?:meds?|medicines?|medication|tablets|pills|injections?|infusions?|steroids|biologics?"
    r"|drugs)"
)

CRISIS = Rule(
    "crisis",
    _any(
        r"suicid(?:e|al)",
        r"(?:kill|killing|hang|hanging|drown|drowning) myself",
        rf"(?:end|ending|take|taking) {_MINE} life",
        r"end(?:ing)? it all",
        r"(?:want|wanted|wanting|going|ready|wish i could|rather) (?:to )?(?:just )?die",
        r"wish i (?:was|were) dead",
        r"wish i (?:had never|['’]?d never|was never|were never) (?:been )?born",
        rf"{_NOT} (?:really )?(?:want|wish) to (?:wake up|exist|go on living|be alive)",
        rf"{_NOT} (?:really )?(?:want|wish) to live(?! (?:on|in|off|near)\b)",
        rf"{_NOT} (?:really )?want to be (?:here|around) (?:any ?more|any longer)",
        r"(?:no|any) (?:reason|point) (?:to|in) (?:live|living|being alive|carrying on living)",
        r"better off (?:dead|without me|if i (?:was|were) (?:dead|gone))",
        r"(?:hurt|hurting|harm|harming|cut|cutting) myself (?:on purpose|again|to|so|when|because)",
        r"(?:want|going|urge|thinking (?:of|about)) (?:to )?(?:hurt|hurting|harm|harming) myself",
        r"self[ -]?harm(?:ed|ing)?",
        r"(?:take|taking|took|swallow) (?:all|a whole|the whole|an overdose|too many)"
        r" (?:of )?(?:my |the |box of |bottle of )*(?:pills|tablets|meds|medication|overdose)?"
        r"(?: (?:to|and) (?:end|die|never|sleep forever))",
        r"overdose on purpose",
        r"nobody would (?:miss|notice if i)",
    ),
    bad=(
        "I want to die",
        "some days i just want to kill myself",
        "I am thinking about suicide",
        "I don’t want to be here anymore",
        "dont want to live like this",
        "everyone would be better off without me",
        "I keep thinking of ending my life",
        "there is no reason to live",
        "I wish I was dead",
        "I feel like hurting myself again",
        "I have been self-harming",
        "I can't see any point in living",
    ),
    good=(
        "This prep drink is killing me, it is so sweet",
        "I could murder a curry but I know better",
        "My phone died during the infusion",
        "I am dying for a coffee",
        "I don't want to be in hospital any more",
        "The fatigue knocks me out",
        "I cut myself shaving, does that heal slower on steroids?",
        "My grandmother died of bowel cancer",
        "I don't want to live on soup for ever",
    ),
)

MEDICINE = Rule(
    "medicine advice",
    _any(
        r"(?:you|u|everyone|everybody|we) (?:should|must|need to|can|have to|ought to|could) "
        r"(?:just |all |really |safely )?(?:stop|quit|come off|ditch|drop|skip|throw away)"
        r" (?:taking )?(?:your|the|those|all|that|these|any|our)?\s?"
        rf"(?:\w+ ){{0,2}}{_DRUGS}",
        r"(?:just |so )?(?:stop|quit|ditch) taking (?:your|those|these|all) (?:\w+ ){0,2}"
        rf"{_DRUGS}",
        r"(?:cure|cures|cured|curing|heals?|healed) (?:your |my |you of |me of |any |the )?"
        r"(?:crohn['’]?s|colitis|ibd|gut disease)",
        r"(?:miracle|secret|natural|guaranteed) cure",
        r"(?:take|double|triple) (?:double|twice|triple) (?:your|the) (?:dose|tablets|pills|meds)",
        r"double (?:your|the) (?:dose|tablets|pills|meds)",
        r"you (?:don['’]?t|do not) (?:really )?need (?:your |any |the |those )"
        rf"(?:\w+ ){{0,2}}{_DRUGS}",
    ),
    bad=(
        "You should stop taking your meds and try juice",
        "Just stop taking those steroids",
        "This tea cured my Crohn's",
        "There is a natural cure they hide from us",
        "double your dose when it hurts",
        "You don't need your medication, only willpower",
        "everyone should ditch the biologics",
    ),
    good=(
        "My consultant told me to stop taking prednisolone slowly",
        "Please do not stop taking your tablets without asking",
        "Is there a cure for this?",
        "There is no cure yet, but the new medicine helps me",
        "I forgot my dose, who should I ask?",
        "They doubled my dose after the scan",
    ),
)

DOSING = Rule(
    "dosing advice",
    re.compile(
        r"(?:^|[.!?,;:]\s*|\b(?:should|could|must|just|please|can)\s+)"
        r"(?:take|try|use|inject)\s+(?:about\s+|up to\s+)?\d+(?:[.,]\d+)?\s?"
        r"(?:mg|mcg|µg|g|ml|milligrams?|units?|tablets?|pills?|capsules?)\b",
        re.IGNORECASE,
    ),
    bad=(
        "take 40 mg prednisolone",
        "Hi Ben, try 20mg and see",
        "you should take 4 tablets at night",
        "It helps. Take up to 8 pills.",
    ),
    good=(
        "I take 40 mg prednisolone at the moment",
        "They told me to take 2 tablets, is that normal?",
        "I was on 5 mg for a year",
        "use 2 pillows for your back",
    ),
)

EMAIL = Rule(
    "e-mail address",
    re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}"),
    bad=("write to me: ana.b@example.com", "ANA+ibd@clinic.example.org"),
    good=("see you @ the clinic", "the @nurse will answer", "5 @ 2.50"),
)

_REFUSING = re.compile(r"\b(?:not|never|n['’]t)\b[^.!?]{0,40}$", re.IGNORECASE)
LONGEST = 20_000
PHONE = "phone number"
FEWEST_DIGITS = 9
_GROUPED = re.compile(r"\d{3}[-. ]\d{3}[-. ]\d{4}")
# Signs without a width that Unicode does not count among the formatting ones, and the apostrophes
# that keyboards give besides the two that the rules know.
_UNSEEN = dict.fromkeys((0x34F, 0x115F, 0x1160, 0x2800, 0x3164, *range(0xFE00, 0xFE10)))
_APOSTROPHES = dict.fromkeys(map(ord, "`´ʼ‘′＇"), "'")


def plain(words: str) -> str:
    """Return words as a reader sees them: letters of any width plain, unseen signs gone."""
    typed = words[:LONGEST].translate(_APOSTROPHES)
    seen = unicodedata.normalize("NFKC", typed)[:LONGEST].translate(_UNSEEN)
    return "".join(letter for letter in seen if unicodedata.category(letter) != "Cf")


def _flowing(words: str) -> str:
    """Return plain words with one space between them, whatever lines they were typed on."""
    return " ".join(plain(words).split())


def crisis(words: str) -> bool:
    """Tell whether somebody may be thinking of harming themselves."""
    return CRISIS.finds(_flowing(words))


def medicine(words: str) -> bool:
    """Tell whether somebody may be advising others to start, stop or change a medicine."""
    words = _flowing(words)
    found = MEDICINE.pattern.search(words) or DOSING.pattern.search(words)
    return found is not None and not _REFUSING.search(words[: found.start()])


def contact(words: str, country: str) -> str:
    """Return `e-mail address` or `phone number` if the words hold one, else an empty text."""
    words = plain(words)
    if EMAIL.finds(words):
        return EMAIL.name
    valid = phonenumbers.PhoneNumberMatcher(words, country)
    if any(True for _ in valid):
        return PHONE
    likely = phonenumbers.PhoneNumberMatcher(words, country, phonenumbers.Leniency.POSSIBLE)
    return PHONE if any(_written_as_phone(match.raw_string) for match in likely) else ""


def _written_as_phone(number: str) -> bool:
    """Tell a number that looks like a phone's, in use or not, from a date or a laboratory value."""
    digits = sum(map(str.isdigit, number))
    return digits >= FEWEST_DIGITS and (
        number[0] in "0+(" or _GROUPED.fullmatch(number) is not None
    )
