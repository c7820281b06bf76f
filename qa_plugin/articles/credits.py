"""Which agencies and outlets a text credits as its source.

A credit stands outside the story: in the dateline, at a paragraph's end after its last stop, on a line of its
own, in front matter, or in an aggregator's notice. "As X told Reuters" is no credit.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from qa_plugin.articles.lines import WORDS, Line, data, folded_pattern, front_matter, lines_of, segments
from qa_plugin.language.folding import bare, cleaned, fold, fold_text
from qa_plugin.records import Span

_LONGEST_CREDIT_LINE = 120
_LONGEST_BYLINE, _MOST_BYLINE_WORDS = 80, 10
_LONGEST_UNLISTED = 40
_MOST_UNLISTED_WORDS = 5
_MOST_REPORTED_WORDS = 3
_MOST_OUTLET_WORDS, _MOST_OUTLET_WORDS_LATIN = 7, 4
_DATELINE_ROOM = 120
_PLACE_WORDS, _PLACE_WORDS_LATIN = 5, 8
_MOST_CREDITED = 4
_EDGE_LINES = 12
_LEADING_PARAGRAPHS = 4

_SPLIT = re.compile(r"\s*(?:[/,&+؛;،|]| and | et | e | y | avec | com | with | مع | و )\s*")
_ARABIC_AND = re.compile(r"\s+و(?=\S)")
_DATELINE_BRACKETS = re.compile(r"(?P<place>[^\n!?؟]{0,80}?)\(\s*(?P<names>[^()\n]{2,60}?)\s*\)\s*(?:[-–—ـ/:]|\.\s|$)")
_DATELINE_SLASHES = re.compile(r"(?P<place>[^\n!?؟]{0,80}?)/\s*(?P<names>[^/\n]{2,40}?)\s*/")
_DATELINE_DASH = re.compile(
    r"(?:(?P<place>[^\n.!?؟:()]{2,40}?)\s*(?:\s[-–—ـ/]|[-–—ـ/]\s)\s*)?(?P<names>[^\n!?؟:()–—]{2,45}?)\s+(?:[-–—ـ]{1,2}|//)\s"
)
_TRAILING_BRACKETS = re.compile(
    r"(?P<stop>[.!?…؟\"”»:]\s*)?[(\[]\s*(?P<names>[^()\[\]\n]{2,60}?)\s*[)\]](?P<end>\s*\.?)$"
)
_TRAILING_BARE = re.compile(
    r"(?:[.!?…؟][\"”»’)]*\s+|[\"”»]\s+|\s(?:[-–—|]|//?)\s?|[.!?]\s?/{1,2}\s?)(?P<names>[^.!?…؟()\n\"”»|–—]{2,45}?)\s*[.]?$"
)
_REPORTED = re.compile(r"به (?:گزارش|نقل از)\s+(?P<names>[^,;:.\n]{2,70}?)\s*[,;:]")
_QUOTED_FROM = re.compile(r"\s*(?:و )?به نقل از\s*")
_OPEN_BRACKET = re.compile(r"[(\[](?P<names>[^()\[\]]{2,60})[)\]]?$")
_BESIDE = re.compile(r"\s*/\s*|\s+و(?=\S)")
_SENTENCE_END = re.compile(r"[.!?؟…][\"”»)]*$")
_NOTICES = tuple(
    folded_pattern(pattern)
    for pattern in (
        r"^(?P<name>[^\n\-:|]{3,40}?)\s*[-:|]\s*متابعات",
        r"من\s+(?P<name>[^\n،.]{3,40}?)\s+ونود التنويه",
        r"قام فريق التحرير (?:في|بموقع|ب)\s?(?P<name>[^\n،.]{3,40}?)\s+(?:بالتأكد|ب)",
        r"\bthe post .{1,200} (?:appeared first|first appeared) on (?P<name>[^\n]{2,40}?)\.?$",
        r"^this (?:article|story|post|item) (?:was |has been |is )?(?:originally|first) (?:published|appeared)"
        r" (?:on|in|by|at) (?P<name>[^\n,.]{2,40})",
        r"^(?:publicado|publicada) originalmente (?:em|no|na|por) (?P<name>[^\n,.]{2,40})",
        r"\bapareceu primeiro (?:em|no|na) (?P<name>[^\n]{2,40}?)\.?$",
        r"\best apparu en premier sur (?P<name>[^\n]{2,40}?)\.?$",
    )
)


# ---------------------------------------------------------------- names


def _key(name: str) -> str:
    return "".join(bare(word) for word in WORDS.findall(fold_text(name)))


@cache
def _names() -> dict[str, str]:
    return {_key(form): name for name, forms in data("agencies")["names"].items() for form in [name, *forms]}


@cache
def _short_names() -> frozenset[str]:
    """Short names in capitals, which mean something else in small letters (MAP, SPA, AP)."""
    forms = [form for listed in data("agencies")["names"].values() for form in listed]
    capitals = {_key(form) for form in forms if form.isascii() and form.isupper()}
    return frozenset(capitals - {_key(form) for form in forms if form.isascii() and not form.isupper()})


@cache
def _words(section: str, name: str) -> frozenset[str]:
    return frozenset(" ".join(WORDS.findall(fold_text(phrase))) for phrase in data("agencies")[section][name])


@lru_cache(maxsize=4096)
def agency(name: str) -> str | None:
    """The English name of an agency or outlet that is written in any of its forms, else None."""
    words = WORDS.findall(unicodedata.normalize("NFKC", name))
    while words:
        key = _key(" ".join(words))
        found = _names().get(key)
        if found and (key not in _short_names() or "".join(words).isupper()):
            return found
        shorter = _without_outer(words)
        if shorter == words:
            return None
        words = shorter
    return None


def _without_outer(words: list[str]) -> list[str]:
    folded = [fold_text(word) for word in words]
    for length in (4, 3, 2, 1):
        if len(words) > length and " ".join(folded[:length]) in _words("words", "before"):
            return words[length:]
        if len(words) > length and " ".join(folded[-length:]) in _words("words", "after"):
            return words[:-length]
    return words


def _listed(segment: str) -> list[str]:
    """The agencies in a segment, when it names nothing else; else none."""
    whole = agency(segment)
    if whole:
        return [whole]
    pieces = [piece for piece in _SPLIT.split(segment) if piece.strip()]
    if len(pieces) == 1:
        pieces = _ARABIC_AND.split(segment)
    found = [agency(piece) for piece in pieces]
    return [name for name in found if name] if len(pieces) > 1 and all(found) else []


def _unlisted(segment: str, most_words: int = _MOST_UNLISTED_WORDS) -> list[str]:
    """A name as it is written, if it can be the name of an outlet."""
    name = " ".join(cleaned(unicodedata.normalize("NFKC", segment)).strip(" .,;:*-–—\"'«»“”()[]").split())
    words = [fold_text(word) for word in WORDS.findall(name)]
    if not words or len(words) > most_words or len(name) > _LONGEST_UNLISTED or "/" in name or "@" in name:
        return []
    if " ".join(words) in _words("labels", "nowhere") or words[0] in _words("labels", "officials"):
        return []
    if _words("labels", "generic") & {*words}:
        return []
    return [name]


def is_outlet_name(words: str) -> bool:
    """Whether a few words are the name of a paper or site: a listed one, or one that says what it is."""
    listed = [word for word in WORDS.findall(fold_text(words)) if word not in _words("words", "before")]
    if not listed or agency(words):
        return bool(listed)
    most = _MOST_OUTLET_WORDS_LATIN if listed[0].isascii() else _MOST_OUTLET_WORDS
    return len(listed) <= most and bool(
        _words("labels", "outlets") & {listed[0], listed[-1], fold_text(words).split()[0]}
    )


# ---------------------------------------------------------------- lines


def is_credit_line(line: Line) -> bool:
    """Whether a whole line is nothing but a credit."""
    return bool(_line_credits(line, at_edge=True))


def is_byline(line: Line) -> bool:
    """Whether a line names its writer: "By Jane Doe", "Par Jean Dupont, à Paris (avec AFP)"."""
    words = _OPEN_BRACKET.sub("", line.raw).split()
    if len(line.raw) > _LONGEST_BYLINE or not 2 <= len(words) <= _MOST_BYLINE_WORDS:
        return False
    if fold_text(words[0]) not in _words("labels", "byline") or line.raw[-1] in ".!?:؟":
        return False
    passed = _words("labels", "in_bylines") | _words("words", "after")
    names = [word for word in words[1:] if fold_text(word).strip(",") not in passed]
    return bool(names) and all(not word[0].islower() for word in names)


def _line_credits(line: Line, *, at_edge: bool) -> list[str]:
    if len(line.raw) > _LONGEST_CREDIT_LINE:
        return []
    raw = line.raw.strip(" *()[]—–-•.")
    if at_edge and (found := _listed(raw)):
        return found
    label, separator, value = _split_label(raw)
    if label is None:
        return _byline_credits(line) or _tail_credits(raw)
    if found := _listed(value) or _reported_line(label, value):
        return found
    if not separator:
        return _byline_credits(line)
    pieces = [piece for piece in _SPLIT.split(value) if piece.strip()][:_MOST_CREDITED]
    unlisted = label in _words("labels", "unlisted")
    return [name for piece in pieces for name in (_listed(piece) or (_unlisted(piece) if unlisted else []))]


def _parted_credits(line: Line) -> list[str]:
    """The credits of a line that holds other things too: "13/07/2025 — Lusa / Gazeta", "By Jane Doe (with AP)"."""
    parts = segments(line.raw)
    if len(line.raw) > _LONGEST_CREDIT_LINE or len(parts) > _MOST_CREDITED or _SENTENCE_END.search(line.raw):
        return []
    found: list[str] = []
    for part in parts:
        if len(parts) > 1:
            found += _line_credits(_line(part), at_edge=True)
        if bracket := _OPEN_BRACKET.search(part):
            found += _line_credits(_line(bracket["names"]), at_edge=True)
        pieces = _BESIDE.split(part)
        if 1 < len(pieces) <= _MOST_CREDITED and len(part) <= _LONGEST_UNLISTED:
            found += [name for piece in pieces if (name := agency(piece))]
    return found


def _line(raw: str) -> Line:
    return Line(0, len(raw), raw, fold_text(raw))


def _split_label(raw: str) -> tuple[str | None, str, str]:
    """The label that a line begins with, the colon after it (or nothing), and the rest."""
    head, separator, value = raw.partition(":")
    label = " ".join(WORDS.findall(fold_text(head)))
    if separator and label in _words("labels", "source"):
        return label, separator, value.strip()
    words = list(WORDS.finditer(raw))
    for count in (4, 3, 2, 1):
        if len(words) <= count:
            continue
        label = " ".join(fold_text(word.group()) for word in words[:count])
        if label in _words("labels", "source"):
            return label, "", raw[words[count].start() :]
    return None, "", ""


def _reported_line(label: str, value: str) -> list[str]:
    """A line like "به گزارش خبرگزاری …", with no sentence after it."""
    if label not in {fold_text("به گزارش"), fold_text("به نقل از")}:
        return []
    return _unlisted(value)


def _byline_credits(line: Line) -> list[str]:
    if not is_byline(line):
        return []
    pieces = re.split(r"\s*(?:[,|/]| - | for | and | e | et | avec | com | with )\s*", line.raw.partition(" ")[2])
    return [name for piece in pieces if (name := agency(piece))]


def _tail_credits(raw: str) -> list[str]:
    """The credits of "Le Figaro avec AFP" and "Jane Doe with Reuters"."""
    match = re.fullmatch(r"(?P<first>.{0,40}?)(?:^|\s)(?:avec|com|with|مع)\s+(?P<names>.{2,40})", raw, re.IGNORECASE)
    found = _listed(match["names"]) if match else []
    return [*_listed(match["first"]), *found] if match and found else []


# ---------------------------------------------------------------- paragraphs


def _dateline_credits(paragraph: str) -> list[str]:
    head = paragraph[:_DATELINE_ROOM]
    for pattern in (_DATELINE_BRACKETS, _DATELINE_SLASHES, _DATELINE_DASH):
        match = pattern.match(head)
        if match and _is_place(match["place"]):
            found = _line_credits(_line(match["names"]), at_edge=True)
            if found:
                return found
    return []


def _is_place(place: str | None) -> bool:
    """Whether the words before an agency can be a town and a date; the beginning of a sentence cannot."""
    words = [word for word in WORDS.findall(place or "") if not word.isdigit()]
    latin = [word for word in words if word.isascii()]
    small = sum(word[0].islower() for word in latin)
    return len(words) <= (_PLACE_WORDS_LATIN if latin else _PLACE_WORDS) and small <= max(2, len(latin) // 2)


def _trailing_credits(paragraph: str, *, last: bool) -> list[str]:
    tail = paragraph[-120:]
    match = _TRAILING_BRACKETS.search(tail)
    if match:
        # "(KCNA)." before the stop explains a name; "(AFP)" after it is the credit.
        if not match["stop"] and (match["end"].strip() or not last):
            return []
        return _line_credits(_line(match["names"]), at_edge=True)
    match = _TRAILING_BARE.search(tail) if last else None
    if match is None:
        return []
    return _line_credits(_line(match["names"]), at_edge=True)


def _reported_credits(paragraph: str) -> list[str]:
    """Whom a story names as its source in its first words: "به گزارش خبرگزاری مهر به نقل از تاس،"."""
    folded = fold(paragraph[:_DATELINE_ROOM])
    match = _REPORTED.match(folded.text)
    if match is None:
        return []
    start, end = folded.span(match.start("names"), match.end("names"))
    pieces = _QUOTED_FROM.split(unicodedata.normalize("NFKC", folded.original[start:end]))
    return [name for piece in pieces if piece.strip() for name in _reported_name(piece)]


def begins_with_report(words: str) -> bool:
    """Whether words begin with whom the story comes from ("به گزارش …"), which no headline does."""
    return fold_text(words).startswith(("به گزارش ", "به نقل از "))


def _reported_name(piece: str) -> list[str]:
    words = piece.split()
    for count in range(len(words), 0, -1):  # "گروه بین‌الملل خبرگزاری فارس": the name stands last
        if found := agency(" ".join(words[-count:])):
            return [found]
    return _unlisted(piece, _MOST_REPORTED_WORDS)


def _notice_credits(lines: Iterable[Line]) -> list[str]:
    found: list[str] = []
    for line in lines:
        for pattern in _NOTICES:
            match = pattern.search(line.folded)
            if match:
                start, end = fold(line.raw).span(match.start("name"), match.end("name"))
                found += _listed(line.raw[start:end]) or _unlisted(line.raw[start:end])
    return found


# ---------------------------------------------------------------- all


def credits(text: str, body: Sequence[Span]) -> tuple[str, ...]:  # noqa: A001 - the field's own word
    """The agencies and outlets that a text credits, by their English names where known, without doubles."""
    fields, start = front_matter(text)
    lines = lines_of(text, start)
    found: list[str] = []
    for name in ("source", "agency", "credit", "credits", "outlet", "publisher"):
        if value := fields.get(name):
            found += _listed(value) or _unlisted(value)
    edges = {*range(_EDGE_LINES), *range(len(lines) - _EDGE_LINES, len(lines))}
    for number, line in enumerate(lines):
        found += _line_credits(line, at_edge=number in edges)
        if number in edges:
            found += _parted_credits(line)
    paragraphs = [text[span.start : span.end] for span in body]
    for paragraph in paragraphs[:_LEADING_PARAGRAPHS]:
        found += _dateline_credits(paragraph)
    for paragraph in _lead(paragraphs):
        found += _reported_credits(paragraph)
    for number, paragraph in enumerate(paragraphs):
        found += _trailing_credits(paragraph, last=number >= len(paragraphs) - 2)
    found += _notice_credits([line for number, line in enumerate(lines) if number in edges])
    return tuple(dict.fromkeys(found))


def _lead(paragraphs: Sequence[str]) -> Sequence[str]:
    """The first two paragraphs of the story, and a headline before them."""
    long = [number for number, paragraph in enumerate(paragraphs) if len(paragraph) > _LONGEST_CREDIT_LINE]
    return paragraphs[: min(long[1] + 1 if len(long) > 1 else 1, _LEADING_PARAGRAPHS)]
