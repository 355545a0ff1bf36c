"""Forms: what must be asked before a handler runs, and whether the answers can be used.

A modal on Discord, question by question on Telegram, a form on the web: the same data.
"""

from collections.abc import Callable
from datetime import date, time
from urllib.parse import urlsplit

from bot import text
from bot.actions import Form, Question
from bot.errors import BadInput


def check(form: Form, answers: dict[str, str]) -> dict[str, str]:
    """Return the answers as clean text, one for every question of the form.

    Raises BadInput naming the first question whose answer cannot be used.
    """
    return {
        question.name: check_one(question, answers.get(question.name, ""))
        for question in form.fields
    }


def check_one(question: Question, answer: str) -> str:
    """Return one answer as clean text; raises BadInput if it cannot be used."""
    answer = text.clean(answer).strip()
    if not answer:
        if question.required:
            raise BadInput(f"“{question.label}” needs an answer.", question.name)
        return ""
    if len(answer) > question.max:
        sentence = f"“{question.label}” is too long: at most {question.max} characters."
        raise BadInput(sentence, question.name)
    if problem := _kind_problem(question, answer):
        raise BadInput(f"“{question.label}” {problem}", question.name)
    return answer


def again(form: Form, answers: dict[str, str], problem: BadInput) -> Form:
    """Return the form filled with what was typed, and the problem beside its question."""
    fields = (
        question.model_copy(
            update={
                "value": answers.get(question.name, "")[: question.max],
                "error": text.plain(str(problem)) if question.name == problem.field else "",
            }
        )
        for question in form.fields
    )
    said = {question.name for question in form.fields}
    above = "" if problem.field in said else f"**{text.literal(text.plain(str(problem)))}**\n\n"
    return form.model_copy(update={"fields": tuple(fields), "intro": f"{above}{form.intro}"})


def _kind_problem(question: Question, answer: str) -> str:
    match question.kind:
        case "choice" if answer not in {choice.value for choice in question.options}:
            return "must be one of the choices."
        case "date" if not _reads(date.fromisoformat, answer):
            return "must be a date such as 2026-11-30."
        case "time" if not _reads(time.fromisoformat, answer):
            return "must be a time such as 09:30."
        case "number" if not (answer.isascii() and answer.isdecimal()):
            return "must be a whole number."
        case "url" if not _is_url(answer):
            return "must be a web address that begins with https://"
        case _:
            return ""


def _reads(parse: Callable[[str], object], answer: str) -> bool:
    try:
        parse(answer)
    except ValueError:
        return False
    return True


def _is_url(answer: str) -> bool:
    try:
        parts = urlsplit(answer)
    except ValueError:
        return False
    return parts.scheme == "https" and "." in parts.netloc and not any(map(str.isspace, answer))
