"""What is searched for, for a question.

That is the question itself; or a follow-up made to stand by itself, the parts of two questions in one, and what the
words are in the languages of the articles. Words alone tell what pays. A language model is then asked once for all of
it; without one, a follow-up takes over words of the question before it. Whatever goes wrong, there is a question to
search for: a plan is no condition.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from qa_plugin.answering.following import Turn, carried, is_fragment, named_by
from qa_plugin.errors import BudgetExceeded, ModelError
from qa_plugin.language.dialogue import (
    MAX_PARTS,
    Leaning,
    asks_reason,
    asks_source,
    asks_speaker,
    leaning,
    names_in,
    opening,
    parts_of,
)
from qa_plugin.language.folding import cleaned
from qa_plugin.language.phrases import phrase
from qa_plugin.language.questions import Question, Slot, read_question
from qa_plugin.language.readings import merge, unknown_slots
from qa_plugin.language.terms import keys
from qa_plugin.ports import ChatModel, Completion, Message
from qa_plugin.prompting import Prompts, load_prompts
from qa_plugin.records import SourceInfo
from qa_plugin.settings import Settings

LANGUAGES = {"en": "English", "pt": "Portuguese", "fr": "French", "ar": "Arabic", "fa": "Persian"}
"""Those that can be searched in, by their English names."""
MAX_QUESTION_CHARACTERS = 600
"""A longer text has words enough to be searched by."""
_MAX_REPLY_TOKENS = 1500
_SHARE_OF_DEADLINE = 0.25
_MOST, _TIMES = 200, 4
"""What a plan words anew may have this many characters, or this many times those that it was made from."""
_TURNS_TOLD, _CHARACTERS_TOLD = 3, 300

Task = Literal["answer", "speaker", "sources"]


@dataclass(frozen=True, slots=True)
class Plan:
    """What is searched for, and what of the question's calls and time it took to know."""

    question: Question
    """So that it stands by itself, with the readings that translations add."""
    parts: tuple[Question, ...] = ()
    """Where it asks several things; else none."""
    told: tuple[str, ...] = ()
    """The parts in the words in which they were asked."""
    task: Task = "answer"
    """Whether the sources answer, or the last answer is asked about: who states it, where it is written."""
    leaning: Leaning = Leaning.NONE
    reason: bool = False
    """Whether nothing but a reason is asked for."""
    instead: Question | None = None
    """What is asked where the question, with what it took over, is not answered."""
    named: tuple[Slot, ...] = ()
    """The names of a mere fragment ("and in Lisbon?"), which the article that answers must have."""
    nouns: tuple[Slot, ...] = ()
    """What else it names ("and the weather?"), which the sentence that answers must have."""
    topic: str = ""
    """The question that those after this one go on from, where it is another."""
    context: str = ""
    """What it took over from the one before, where it names nothing itself."""
    preferred: frozenset[str] = frozenset()
    """The files that the last answer cites, where the question goes on from it."""
    texts: Mapping[str, str] = field(default_factory=dict)
    """The translations."""
    warnings: tuple[str, ...] = ()
    seconds: float = 0.0
    calls: int = 0

    @property
    def asked(self) -> tuple[Question, ...]:
        """The questions whose passages are looked for; the whole too where its words were translated."""
        whole = (self.question,) if self.texts or not self.parts else ()
        return (*self.parts, *whole)


def planned(
    question: Question,
    past: Sequence[Turn],
    *,
    model: ChatModel | None,
    settings: Settings,
    articles: Callable[[], Iterable[SourceInfo]],
) -> Plan:
    """Say what is searched for.

    Args:
        question: As it was read.
        past: The conversation before it, the last turn at the end.
        model: The language model; None leaves it to the words.
        settings: Say when to translate. By `auto` that is where the lexicon does not know a word of the question.
        articles: Those that are searched, for their languages; asked only where it matters.
    """
    plan = by_words(question, past)
    if model is None or len(question.text) > MAX_QUESTION_CHARACTERS or plan.task == "sources":
        return plan
    into = _into(question, settings, articles)
    if not (into or plan.parts or plan.leaning):
        return plan
    started = time.monotonic()
    try:
        done = _ask(question, past, into, model, settings, started + _SHARE_OF_DEADLINE * settings.deadline_seconds)
    except (ModelError, BudgetExceeded) as error:
        missing = "translation" if into and not (plan.parts or plan.leaning) else "plan"
        warning = _warning(model, f"no {missing} of it came ({error})", plan)
        calls = 0 if isinstance(error, BudgetExceeded) else 1  # what was refused was never made
        return replace(plan, warnings=(warning,), seconds=time.monotonic() - started, calls=calls)
    planned = _Checked(question, past, plan, model, into).plan(done.text)
    return replace(planned, seconds=time.monotonic() - started, calls=1)


def by_words(question: Question, past: Sequence[Turn]) -> Plan:
    """What the words of a question and of the one before it tell, without a model."""
    if past:
        lean = leaning(question)
        last = read_question(past[-1].base, past[-1].language)
        if lean is Leaning.MAYBE:
            return replace(_parted(question), leaning=lean)
        if lean is not Leaning.NONE:
            return _leaning(question, last, past[-1], lean)
    return _parted(question)


def _leaning(question: Question, last: Question, before: Turn, lean: Leaning) -> Plan:
    text, language = question.text, question.language
    how = Plan(last, leaning=lean, preferred=before.sources)
    if asks_speaker(text, language):
        return replace(how, task="speaker")
    if asks_source(text, language):
        return replace(how, task="sources")
    if is_fragment(question):
        named = names_in(question)
        nouns = [slot for slot in named_by(question) if slot not in named]
        return replace(how, question=_whole(question, last)[0], named=tuple(named), nouns=tuple(nouns))
    reason = asks_reason(text, language)
    other = read_question(before.context, last.language) if before.context else last
    first = parts_of(text, language)[0]
    # Of several questions in one it is the first that takes over; the others lean on it.
    alone, context = _whole(read_question(first, language) if first != text else question, other)
    parted = _parted(question, alone if first != text else None)
    whole = alone if first == text else read_question(text.replace(first, alone.text.rstrip("?؟ "), 1), language)
    return replace(
        how,
        question=whole,
        parts=parted.parts,
        told=parted.told,
        reason=reason,
        instead=question if lean is Leaning.LIKELY else None,
        topic=last.text if reason else parted.topic,
        context="" if reason or names_in(question) else context,
    )


def _whole(question: Question, last: Question) -> tuple[Question, str]:
    text, context = carried(question, last)
    return read_question(text, question.language), context


def _parted(question: Question, first: Question | None = None) -> Plan:
    """The questions in one, each with what it takes over from the others; `first` is how the first one reads.

    What comes after goes on from the last of them that says by itself what it is about: not from "when was it?".
    """
    texts = parts_of(question.text, question.language)
    if len(texts) == 1:
        return Plan(question)
    parts = [read_question(text, question.language) for text in texts]
    whole: list[Question] = []
    for at, part in enumerate(parts):
        if at == 0 and first is not None:
            whole.append(first)
            continue
        # What stands before is what a part leans on; the first one leans on what follows.
        other = whole[at - 1] if at else parts[1]
        leans = not names_in(part) and (at > 0 or names_in(other))
        whole.append(_whole(part, other)[0] if leans else part)
    telling = [full for part, full in zip(parts, whole, strict=True) if leaning(part) is not Leaning.WHOLE]
    return Plan(question, tuple(whole), texts, topic=(telling or whole)[-1].text)


def _into(question: Question, settings: Settings, articles: Callable[[], Iterable[SourceInfo]]) -> list[str]:
    """The languages to translate into; none where that does not pay."""
    if settings.translate == "never" or (settings.translate == "auto" and not unknown_slots(question)):
        return []
    return sorted(LANGUAGES.keys() & {info.language for info in articles()} - {question.language})


def _warning(model: ChatModel, reason: str, plan: Plan) -> str:
    name = "note_searched_before" if plan.leaning else "note_searched_plain"
    return phrase(plan.question.language, name, m=model.name, e=reason)


def _ask(
    question: Question,
    past: Sequence[Turn],
    into: Sequence[str],
    model: ChatModel,
    settings: Settings,
    deadline: float,
) -> Completion:
    prompts = load_prompts(override=settings.prompts)
    messages = _messages(question, past, into, prompts)
    return model.complete(messages, schema=_schema(into), max_tokens=_MAX_REPLY_TOKENS, deadline=deadline)


def _messages(question: Question, past: Sequence[Turn], into: Sequence[str], prompts: Prompts) -> tuple[Message, ...]:
    told = [
        f"\n- {_line(turn.understood)}\n  {_line(turn.answer.text)[:_CHARACTERS_TOLD]}" for turn in past[-_TURNS_TOLD:]
    ]
    languages = ", ".join(f"{LANGUAGES[code]} ({code})" for code in into) or "no other language"
    user = prompts.plan_user.fill(
        question=_line(question.text), languages=languages, earlier="".join(told) or "nothing."
    )
    return (Message("system", prompts.plan_system.fill()), Message("user", user))


def _line(text: str) -> str:
    return " ".join(cleaned(text).split())


def _schema(into: Sequence[str]) -> dict[str, Any]:
    from qa_plugin.answering.messages import plan_schema  # loaded only where a model is asked

    return plan_schema(into)


# ---------------------------------------------------------------- what a reply must hold to


@dataclass(frozen=True, slots=True)
class _Checked:
    """A reply, taken as far as it keeps to the question."""

    question: Question
    past: Sequence[Turn]
    fallback: Plan
    model: ChatModel
    into: Sequence[str]

    def plan(self, reply: str) -> Plan:
        """The plan; what fails is as the words alone have it."""
        from qa_plugin.answering.messages import find_object
        from qa_plugin.errors import ModelUnreadable

        try:
            value = find_object(reply, ("question", "parts", "translations"))
        except ModelUnreadable as error:
            return self._warned(self.fallback, [str(error).rstrip(".")])
        if self.fallback.leaning > Leaning.MAYBE and self._adds_nothing(value.get("question")):
            whole = self.fallback.leaning is Leaning.WHOLE  # else it may be right that it stands by itself
            return self._warned(self.fallback, ["the question still leans on what was said before"] if whole else [])
        problems: list[str] = []
        plan = self._parted(self._alone(value.get("question"), problems), value.get("parts"), problems)
        texts, others = self._translations(value.get("translations"), plan.question)
        plan = replace(plan, question=merge(plan.question, texts), texts=texts)
        return self._warned(plan, problems + ([] if texts else others))

    def _warned(self, plan: Plan, problems: Sequence[str]) -> Plan:
        lines = (_warning(self.model, "; ".join(problems), self.fallback),) if problems else ()
        return replace(plan, warnings=(*plan.warnings, *lines))

    def _adds_nothing(self, said: object) -> bool:
        """Whether a plan only echoes a question that leans on the conversation, or leans on it as much."""
        text = _line(said) if isinstance(said, str) else ""
        asked = read_question(text, self.question.language)
        own = {key for slot in self.question.slots for key in slot.keys}
        if text and all(own.intersection(slot.keys) for slot in asked.slots):
            return True
        return opening(text, asked.language) > 0 and leaning(asked) is Leaning.WHOLE

    def _alone(self, said: object, problems: list[str]) -> Plan:
        """The question standing by itself."""
        if not self.fallback.leaning:
            return replace(self.fallback, parts=(), told=())
        text = _line(said) if isinstance(said, str) else ""
        problem = self._problem([text])
        if problem:
            problems.append(f"the question {problem}")
            return self.fallback
        asked = read_question(text, self.question.language)
        sources = self.past[-1].sources if self.past else frozenset()
        meta = self.fallback.reason or self.fallback.task != "answer"
        topic = self.past[-1].base if self.past and meta else ""
        return Plan(asked, leaning=self.fallback.leaning, topic=topic, preferred=sources)

    def _parted(self, plan: Plan, said: object, problems: list[str]) -> Plan:
        """The plan with the parts of the question; those of the words alone where the reply's do not hold."""
        listed = said if isinstance(said, list) else []
        texts = [_line(part) for part in listed if isinstance(part, str)]
        if len(texts) < 2 or plan.task != "answer":
            return plan
        problem = "are too many" if len(texts) > MAX_PARTS else self._problem(texts)
        if problem:
            problems.append(f"the parts {problem.replace('is ', 'are ').replace('has ', 'have ')}")
            return replace(plan, parts=self.fallback.parts, told=self.fallback.told)
        parts = tuple(read_question(text, self.question.language) for text in texts)
        return replace(plan, parts=parts, told=tuple(texts))

    def _problem(self, texts: Sequence[str]) -> str | None:
        """What speaks against texts that together stand for the question."""
        asked, language = self.question, self.question.language
        before = " ".join(f"{turn.understood} {turn.answer.text}" for turn in self.past)
        if not all(texts):
            return "is missing"
        if any(len(text) > max(_MOST, _TIMES * len(asked.text)) for text in texts):
            return "is too long"
        if any(_arabic(text) != _arabic(asked.text) for text in texts):
            return "is in another script"
        said = set().union(*(_numbers(text, language) for text in texts))
        own, known = _numbers(asked.text, language), _numbers(before, language)
        if not own <= said <= own | known:
            return "has other numbers"
        found = {key for text in texts for key in keys(text, language)}
        if not all(found.intersection(slot.keys) for slot in names_in(asked)):
            return "lacks a name"
        return None

    def _translations(self, said: object, asked: Question) -> tuple[dict[str, str], list[str]]:
        """The translations that can be used, and what is wrong with the others."""
        value = said if isinstance(said, dict) else {}
        texts: dict[str, str] = {}
        problems: list[str] = []
        for code in self.into:
            given = value.get(code)
            text = _line(given) if isinstance(given, str) else ""
            problem = _translation_problem(text, code, asked)
            if problem:
                problems.append(f"the {LANGUAGES[code]} {problem}")
            else:
                texts[code] = text
        return texts, problems


def _translation_problem(text: str, language: str, question: Question) -> str | None:
    if not text:
        return "is missing"
    if len(text) > max(_MOST, _TIMES * len(question.text)):
        return "is too long"
    if _arabic(text) != (language in {"ar", "fa"}):
        return "is in another script"
    if not _numbers(question.text, question.language) <= _numbers(text, language):
        return "has other numbers"
    return None


def _arabic(text: str) -> bool:
    letters = [c for c in text if c.isalpha()]
    return 2 * sum("\u0600" <= c <= "\u06ff" for c in letters) > len(letters)


def _numbers(text: str, language: str) -> set[str]:
    return {key for key in keys(text, language) if key[0] == "v"}
