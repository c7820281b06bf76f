"""What a text says of days, weeks, months and years, word by word: its dates before they are reckoned."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from itertools import accumulate

from qa_plugin.language import date_words as kinds
from qa_plugin.language.calendars import GREGORIAN, JALALI, is_day
from qa_plugin.language.date_words import Anchor, DateWords, ordinal, plain
from qa_plugin.language.folding import Folded
from qa_plugin.language.numbers import find_numbers
from qa_plugin.language.periods import CENTURY, DAY, DECADE, MONTH, SEASON, WEEKEND, YEAR

WEEKDAY, DAYS, NUMBER = "weekday", "days", "number of a day"
_WORDS = re.compile(r"([^\W\d_]+)")
FEW = (2, 9)
"""How many "a few" and "several" can be."""


@dataclass(frozen=True, slots=True)
class Item:
    """A place that speaks of time, and what it says."""

    start: int
    end: int
    unit: str
    year: int | None = None
    """Of a decade or a century: its first year."""
    month: int | None = None
    day: int | None = None
    calendar: str = GREGORIAN
    weekday: int | None = None
    season: int | None = None
    relation: int | None = None
    """-1 is last, 0 this, 1 next."""
    away: tuple[int, int] | None = None
    """So many units before (negative) or after the day of the text, at least and at most."""
    through: bool = False
    """Whether it means all the time from there to the day of the text."""
    part: tuple[int, int] | None = None
    certain: bool = True
    """Whether it stands without a date beside it."""
    fixed: bool = False
    """Whether its days are known without the day of the text, though no one year is its own."""


def read_items(folded: Folded, words: DateWords, language: str) -> list[Item]:
    """What the words of the language say, in order; the dates that are written out are not among it."""
    pieces = _WORDS.split(folded.text)
    anchors = words.anchors
    hits = [at for at, word in enumerate(pieces[1::2]) if word in anchors]
    reader = _Reader(folded, words, language)
    found = list(reader.bare_years())
    if not hits:
        return found
    places = list(accumulate(map(len, pieces)))
    end = 0
    for hit in hits:
        start, stop = places[2 * hit], places[2 * hit + 1]
        if start < end:
            continue
        item = reader.at(start, stop, anchors[pieces[2 * hit + 1]])
        if item is not None:
            found.append(item)
            end = item.end
    return found


class _Reader:
    def __init__(self, folded: Folded, words: DateWords, language: str) -> None:
        self.folded = folded
        self.text = folded.text
        self.words = words
        self.language = language
        self.readers: dict[str, Callable[[int, int, Anchor], Item | None]] = {
            kinds.WEEKDAY: self._weekday,
            kinds.DAYS: self._days,
            kinds.SPAN: self._span,
            kinds.UNIT: self._unit,
            kinds.SEASON: self._season,
            kinds.MONTH: self._month,
            kinds.DECADE: self._decade,
            kinds.TENS: self._tens,
            kinds.PLURAL_YEAR: self._plural_year,
        }

    def at(self, start: int, stop: int, anchors: list[Anchor]) -> Item | None:
        text = self.text
        for anchor in anchors:
            end = stop + len(anchor.rest)
            if anchor.rest and (not text.startswith(anchor.rest, stop) or text[end : end + 1].isalpha()):
                continue
            item = self.readers[anchor.kind](start + anchor.joined, end, anchor)
            if item is not None:
                return item
        return None

    def bare_years(self) -> Iterator[Item]:
        """Years that only a season or a part before them, or a year before a range, shows to be such."""
        calendar = self.words.calendar
        previous: re.Match[str] | None = None
        for match in (_JALALI_YEAR if calendar == JALALI else _JOINED_YEAR).finditer(self.text):
            start = match.start()
            ranged = previous is not None and self.words.fills("ranges", self.text, previous.end(), start)
            if ranged or self.before("parts", start) or self.before("seasons", start):
                yield Item(start, match.end(), YEAR, year=int(match.group()), calendar=calendar)
            previous = match if ranged or _YEAR_WORD.search(self.text, max(0, start - 12), start) else None

    # ---------------------------------------------------------------- what stands beside

    def before(self, name: str, start: int) -> re.Match[str] | None:
        return self.words.ends_at(name, self.text, start)

    def after(self, name: str, end: int) -> re.Match[str] | None:
        return self.words.begins_at(name, self.text, end)

    def _capital(self, start: int) -> bool:
        return self.folded.original[self.folded.offset(start)].isupper()

    def _is_name(self, start: int) -> bool:
        """Whether a word is capitalised behind another that is, so that both are a name: USA Today."""
        before = _LAST_WORD.search(self.text, max(0, start - 48), start)
        return before is not None and self._capital(start) and self._capital(before.start("word"))

    def _relation(self, start: int, end: int) -> tuple[int, int, int | None]:
        for name, relation in RELATIONS:
            if match := self.after(name, end):
                return start, match.end(), relation
        for name, relation in RELATIONS:
            if match := self.before(name, start):
                return match.start("word"), end, relation
        return start, end, None

    def _is_led(self, start: int) -> bool:
        return any(self.before(name, start) for name in ("leads", "parts", "between"))

    # ---------------------------------------------------------------- kinds of anchors

    def _weekday(self, start: int, end: int, anchor: Anchor) -> Item | None:
        if self.before("names", start) or self.after("names", end):
            return None
        if self.before("habit", start) and not _NUMBER_AFTER.match(self.text, end):
            return None
        if "capitals" not in self.words.habits and "-" not in anchor.rest and self._is_name(start):
            return None
        first, last, relation = self._relation(start, end)
        certain = anchor.certain or relation is not None
        if not certain and self.before("weekday_leads", start):
            followed = _STOP.match(self.text, end) or self.after("weak", end)
            certain = self.words.after["weak"] is None or followed is not None
        if match := self.after("dayparts", last):
            last = match.end()
        day = _DAY_AFTER.match(self.text, last)
        if day and (_STOP.match(self.text, day.end()) or self.after("ranges", day.end())):
            return Item(first, day.end(), NUMBER, day=int(day["day"]), weekday=anchor.value, certain=certain)
        return Item(first, last, WEEKDAY, weekday=anchor.value, relation=relation, certain=certain)

    def _days(self, start: int, end: int, anchor: Anchor) -> Item | None:
        if self.before("day_names", start) or self.after("day_names", end) or self._is_name(start):
            return None
        if anchor.rest and self.before("number", start):
            return None  # "seven days past", where a day past is yesterday
        return Item(start, end, DAYS, away=anchor.value)

    def _span(self, start: int, end: int, anchor: Anchor) -> Item | None:
        unit, away = anchor.value
        return Item(start, end, unit, away=(away, away), calendar=self.words.calendar)

    def _season(self, start: int, end: int, anchor: Anchor) -> Item | None:
        first, last, relation = self._relation(start, end)
        certain = relation is not None or self._is_led(start)
        if self._is_name(start):
            return None
        calendar = self.words.calendar
        return Item(first, last, SEASON, season=anchor.value, relation=relation, certain=certain, calendar=calendar)

    def _month(self, start: int, end: int, anchor: Anchor) -> Item | None:
        month, calendar, level = anchor.value
        if self.text[start].isascii() and self._capital(start) != ("capitals" in self.words.habits):
            return None
        first, last, relation = self._relation(start, end)
        called = self.before("month_words", start)
        if match := self.after("month_words", end):
            called, last = match, max(last, match.end())
        certain = level == kinds.ALONE or called is not None or self.before("ordinals", start) is not None
        if level in {kinds.LED, kinds.CALLED}:
            certain = certain or relation in {-1, 1} or self.before("parts", start) is not None
        if level == kinds.LED:
            certain = certain or relation == 0 or self._is_led(start)
        item = Item(first, last, MONTH, month=month, calendar=calendar, relation=relation, certain=certain)
        day_end = called.start("word") if called and called.end() <= start else start
        day = _DAY_BEFORE.search(self.text, max(0, start - 24), day_end)
        if day and calendar == JALALI and is_day(None, month, int(day["day"]), calendar):
            certain = certain or self.before("leads", day.start()) is not None
            return replace(item, start=day.start(), unit=DAY, day=int(day["day"]), certain=certain)
        return item

    def _decade(self, start: int, end: int, anchor: Anchor) -> Item | None:
        match = self.after("decade", end)
        if match is None:
            return None
        calendar, last = self._era(match.end())
        if match["year"]:
            year = int(match["year"])
            calendar = JALALI if calendar == JALALI and 1250 <= year <= 1420 else GREGORIAN
            return Item(start, last, DECADE, year=year, calendar=calendar)
        tens = int(match["tens"]) if match["tens"] else self.words.decades[plain(match["word"])]
        return Item(start, last, DECADE, year=_decade_of(tens, calendar), calendar=calendar)

    def _tens(self, start: int, end: int, anchor: Anchor) -> Item | None:
        if self.text[start].isascii() and not _THE.search(self.text, max(0, start - 10), start):
            return None
        return Item(start, end, DECADE, year=_decade_of(anchor.value, GREGORIAN))

    def _plural_year(self, start: int, end: int, _: Anchor) -> Item | None:
        match = _PLURAL_YEAR.search(self.text, max(0, start - 16), start)
        if match is None:
            return None
        if match["year"]:
            return Item(match.start("year"), end, DECADE, year=int(match["year"]))
        return Item(match.start("tens"), end, DECADE, year=_decade_of(int(match["tens"]), GREGORIAN))

    def _century(self, start: int, end: int) -> Item | None:
        match = self.after("century", end)
        first, last = (start, match.end()) if match else (start, end)
        if match is None:
            match = self.before("century", start)
            if match is None:
                return None
            first = match.start("word")
        number = ordinal(plain(match["word"]), self.words.ordinals)
        if number is None or not 1 <= number <= 21 or self.after("before_era", last):
            return None
        return Item(first, last, CENTURY, year=100 * number - 99)

    # ---------------------------------------------------------------- so many units

    def _unit(self, start: int, end: int, anchor: Anchor) -> Item | None:
        unit, _ = anchor.value
        if unit == CENTURY and (item := self._century(start, end)):
            return item
        if self.before("unit_names", start):
            return None
        item = self._counted(start, end, anchor) or self._quarter(start, end, unit)
        if item is not None and unit == _HOUR:
            item = _in_days(item)
        if item is None:
            return None
        calendar, last = self._era(item.end)
        return replace(item, end=last, calendar=calendar)

    def _quarter(self, start: int, end: int, unit: str) -> Item | None:
        """A quarter ("the first quarter") of the year in which the text was written or of the one before."""
        for phrase, (at, count) in self.words.parts.items() if unit in _PARTS_OF_YEAR else ():
            if self.text.endswith(phrase, 0, end):
                return Item(end - len(phrase), end, YEAR, part=(at, count))
            if self.text.startswith(phrase, start):
                return Item(start, start + len(phrase), YEAR, part=(at, count))
        return None

    def _era(self, end: int) -> tuple[str, int]:
        """The calendar that is meant, and where the word for it ends, if there is one."""
        match = self.after("gregorian_era", end)
        return (GREGORIAN, match.end()) if match else (self.words.calendar, end)

    def _counted(self, start: int, end: int, anchor: Anchor) -> Item | None:
        unit, count = anchor.value
        first, last, found = self._beside(start, end, count)
        number: int | None = found.get("number")
        if number is None and "few" not in found and count == 2:
            number = 2
        if "ago" in found or "ahead" in found:
            return self._away(first, last, anchor, number, found)
        if "past" in found and number is None and count == 1:
            return Item(first, last, unit, away=(-1, -1), through=True)
        relation = next((found[name] for name, _ in _PAST_RELATIONS if name in found), None)
        if relation is None and unit == WEEKEND and self.before("weekend_leads", start):
            return Item(start, end, unit)
        if relation is None:
            return self._of_now(start, end, anchor)
        if number is not None or "few" in found:
            few = (number, number) if number is not None else FEW
            if not relation or (number is not None and number > 999):
                return None
            away = (-few[1], -few[0]) if relation < 0 else few
            return Item(first, last, unit, away=away, through=True)
        if unit == DAY or count is None or (first < start and self.after("of", end)):
            return None
        return Item(first, last, unit, relation=relation)

    def _of_now(self, start: int, end: int, anchor: Anchor) -> Item | None:
        """The unit in which the text was written: "the end of the year"."""
        unit, count = anchor.value
        part = self.before("parts", start)
        if unit == DAY or count != 1 or part is None or _NUMBER_AFTER.match(self.text, end):
            return None
        linked = start - part.end("word") > 1 or not self.text[start].isascii()
        return Item(start, end, unit, relation=0) if linked else None

    def _away(self, first: int, last: int, anchor: Anchor, number: int | None, found: dict[str, int]) -> Item | None:
        unit, count = anchor.value
        joined = "ago" in found and found["ago"] == 0
        if (
            number is None
            and "few" not in found
            and joined
            and count == 1
            and self.after("last", last - found["length"])
        ):
            return Item(first, last, unit, relation=-1) if unit != DAY else None
        if number is None and "few" not in found and count == 1:
            number = 1 if not joined else None
        if (
            number is None
            and "few" not in found
            and (count is not None or (joined and "plural_ago" not in self.words.habits))
        ):
            return None
        if self.before("compound", first) or self.before("halves", first):
            return None
        if self.after("ago_not", last) or _NUMBER_AFTER.match(self.text, last):
            return None
        low, high = (number, number) if number is not None else FEW
        away = (low, high) if "ahead" in found else (-high, -low)
        return Item(first, last, unit, away=away)

    def _beside(self, start: int, end: int, count: int | None) -> tuple[int, int, dict[str, int]]:
        """What numbers and relations stand around a unit, and how far they reach."""
        found: dict[str, int] = {}
        numbered_after = count is None and "number_follows" in self.words.habits
        for name, value in _ON_THE_RIGHT * 2:
            if name not in found and (match := self.after(name, end)):
                if name == "number" and not numbered_after:
                    continue
                known = self._number(match["word"]) if name == "number" else value
                if known is not None:
                    found[name], end = known, match.end()
                    found["length"] = match.end() - match.start()
        single = count == 1 and found.keys().isdisjoint(_RELATED)
        for name, value in _ON_THE_LEFT * 3:
            if single and name in {"number", "few"} and not found.keys().isdisjoint(_RELATED):
                continue  # "killed 13 last month"
            if name not in found and (match := self.before(name, start)):
                known = self._number(match["word"]) if name == "number" else value
                if known is not None and not (name == "number" and "few" in found):
                    found[name], start = known, match.start("word")
        return start, end, found

    def _number(self, word: str) -> int | None:
        if word in self.words.ones:
            return 1
        numbers = find_numbers(word.removeprefix("ال"), self.language)
        if len(numbers) != 1 or numbers[0].value != int(numbers[0].value):
            return None
        return int(numbers[0].value)


_HOUR, _HOURS = "hour", 24
_PARTS_OF_YEAR = frozenset({"quarter", "half"})
RELATIONS = (("last", -1), ("next", 1), ("this", 0))
_RELATED = frozenset({"last", "next", "this", "past"})
_PAST_RELATIONS = (("past", -1), *RELATIONS)
_ON_THE_RIGHT = (("number", 0), ("ago", 0), ("ahead", 0), *RELATIONS)
_ON_THE_LEFT = (("few", 0), ("number", 0), ("about", 0), ("ago", 1), ("ahead", 1), *_PAST_RELATIONS)
_LAST_WORD = re.compile(r"(?<!\w)(?P<word>[^\W\d_]+)[ -]$")
_NUMBER_AFTER = re.compile(r",?\s\d")
_DAY_AFTER = re.compile(r",?\s(?:dia |le )?(?P<day>[12]?\d|3[01])(?![\d.:/]\d|\d)")
_STOP = re.compile(r"\s?(?:[.,;:()!?\n\"](?!\d)|$)")
_DAY_BEFORE = re.compile(r"(?<![\d.,:/])(?P<day>\d{1,2})(?:\s?(?:ام|م))?\s$")
_THE = re.compile(r"(?<!\w)(?:the|early|mid|late)[ -]$")
_YEAR_WORD = re.compile(r"(?<!\w)سال(?:های)?\s$")
_JOINED_YEAR = re.compile(r"(?<=-)(?:19|20)\d\d(?![\w%]|[.,:/-]\d)")
_JALALI_YEAR = re.compile(r"(?<![\w.,:/-])1[34]\d\d(?![\w%]|[.,:/]\d)")
_PLURAL_YEAR = re.compile(
    r"(?<![\w.,$€£/])(?P<year>1[5-9]\d0|20\d0)'?$"
    r"|(?:(?<=the )|(?<=mid-)|(?<=late )|(?<=early )|(?<!\w)')(?P<tens>\d0)'?$"
)


def _in_days(hours: Item) -> Item | None:
    """Hours as the days they can lie in: three hours ago was today or yesterday."""
    if hours.away is None:
        return None
    low, high = hours.away
    return replace(hours, unit=DAY, away=(low // _HOURS, -(-high // _HOURS)))


def _decade_of(tens: int, calendar: str) -> int:
    """The last decade of that name which is behind us or has begun."""
    if calendar == JALALI:
        return 1300 + tens if tens else 1400
    return (1900 if tens >= 30 else 2000) + tens
