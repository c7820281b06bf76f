"""The encoding rule: which characters a file's bytes are.

In this order: a byte order mark (left in the text as U+FEFF); UTF-16 and UTF-32 without one, known by where
their NUL bytes stand; bytes that are no text are refused; strict UTF-8; then the legacy encodings, of which one is
taken only when the text it gives reads as a language. What stays unclear is refused, not guessed. Line ends stay as
they are, and so does a stray NUL, which makes no text binary: offsets hold, and no door shows it.
"""

from __future__ import annotations

import codecs
import logging
import re
import unicodedata

from qa_plugin.errors import ArticlesError
from qa_plugin.language.detection import UNDETERMINED, best_guess, letters_of

_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_FORMATS = (
    (b"%PDF-", "a PDF document"),
    (b"{\\rtf", "an RTF document"),
    (b"PK\x03\x04", "a ZIP archive or Office document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"\x89PNG", "an image"),
    (b"\xff\xd8\xff", "an image"),
    (b"GIF8", "an image"),
    (b"\x7fELF", "a program"),
    (b"SQLite format 3\x00", "a database"),
)
_USUAL = ("cp1252", "cp1256", "iso8859-15", "iso8859-6", "cp1250", "cp1254")
_RARE = ("mac-roman", "cp850", "cp720")
"""Tried in this order; a later one is taken only when it reads better."""
_OTHER_SCRIPTS = ("cp1251", "koi8_r", "cp1253", "cp1255")
_OTHER_SCRIPT_LETTERS = re.compile(r"[Ͱ-ϿЀ-ӿ֐-׿]")
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_MOST_CONTROL = 0.01
_ROOM_FOR_ONE = 40
"""From so many bytes on, one NUL is a slip in a text, however short; other control characters count by their share."""
_LEAST_LETTERS = 20
"""With fewer letters nothing can be told of a legacy encoding."""
_LEAST_READABILITY = 0.85
_RARE_ENCODING_LEAD = 0.15
"""How much better than the usual encodings an unusual one must read."""
_PUNCTUATION = frozenset("\u00a0«»“”„‘’‹›–—…°ºª€£§©®·•½¼²³¿¡™،؛؟٪٫٬\u200c\u200d\u200e\u200fـ" + "ًٌٍَُِّْ")
"""What news is written with beyond letters; anything else speaks against an encoding."""
_BROKEN_WORD = re.compile(
    r"[^\W\d_][«»“”„‘‹›–…°ºª€£§©®•½¼²³¿¡™—][^\W\d_]"  # a mark inside a word
    r"|(?<=[a-zß-öø-ÿ])[À-ÖØ-Þ](?![A-ZÀ-ÖØ-Þ])"  # a capital inside a word
    r"|[a-zß-öø-ÿ][،؛؟ء-ْ\u200e\u200f]|[،؛؟ء-ي][a-zß-öø-ÿ]"
)
_SAMPLE_CHARACTERS = 60_000


class UnreadableFile(ArticlesError):  # noqa: N818 - reads as what is the case
    """One file could not be read as text; `reason` says why, for the list of failures."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def decode(data: bytes) -> tuple[str, str]:
    """A file's text and the name of its encoding.

    Raises:
        UnreadableFile: The bytes are no text, or it is not clear which.
    """
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _strictly(data, encoding), encoding
    for magic, kind in _FORMATS:
        if data.startswith(magic):
            raise UnreadableFile(f"it is {kind}, not plain text")
    if b"\x00" in data and (wide := _wide(data)) is not None:
        return wide
    allowed = max(_MOST_CONTROL * len(data), 1 if b"\x00" in data and len(data) >= _ROOM_FOR_ONE else 0)
    if len(_CONTROL.findall(data)) > allowed:
        held = "NUL bytes" if b"\x00" in data else "control characters"
        raise UnreadableFile(f"it is binary (it holds {held}), not plain text")
    try:
        return data.decode("utf-8"), "utf-8"
    except UnicodeDecodeError as error:
        _refuse_damaged_utf8(data, error.start)
    return _legacy(data)


def _strictly(data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableFile(
            f"it begins as {encoding.upper()}, but the byte at {error.start} does not belong there: "
            "save it again as UTF-8"
        ) from error


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 or UTF-32 without a mark, if it is that: every ASCII character leaves its NUL bytes at the same side."""
    for encoding, width, nul_side in (
        ("utf-32-le", 4, 3),
        ("utf-32-be", 4, 0),
        ("utf-16-le", 2, 1),
        ("utf-16-be", 2, 0),
    ):
        if len(data) % width:
            continue
        on_side = data[nul_side::width].count(0)
        if width == 2 and (on_side < 0.02 * len(data) / 2 or data.count(0) > on_side):
            continue
        if width == 4 and on_side < len(data) / 4:
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _reads_as_text(text):
            return text, encoding
    return None


def _reads_as_text(text: str) -> bool:
    """Whether all characters are assigned and none control, and most are of the scripts read here."""
    odd = sum(unicodedata.category(c) in {"Cc", "Cn", "Co", "Cs"} and c not in "\t\n\r\f\v" for c in text)
    plain = sum(c.isspace() or c.isascii() or "\u00a0" <= c <= "\u06ff" for c in text)
    return odd == 0 and plain > 0.8 * len(text)


def _refuse_damaged_utf8(data: bytes, first: int) -> None:
    """A file that is UTF-8 save for a few bytes would become gibberish in any other encoding."""
    replaced = data.decode("utf-8", errors="replace")
    bad = replaced.count("\ufffd")
    good = sum(not c.isascii() for c in replaced) - bad
    if good > 2 * bad:
        places = "1 place" if bad == 1 else f"{bad} places"
        raise UnreadableFile(f"it is UTF-8, but damaged in {places} (first at byte {first}): save it again as UTF-8")


def _legacy(data: bytes) -> tuple[str, str]:
    best: tuple[float, str, str] = (0.0, "", "")
    for encoding in (*_USUAL, *_RARE):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _readability(text)
        lead = _RARE_ENCODING_LEAD if encoding in _RARE else 0.01
        if score > best[0] + lead:
            best = score, text, encoding
    if best[0] >= _LEAST_READABILITY:
        return best[1], best[2]
    return _other_script(data)


def _readability(text: str) -> float:
    """From 0 (gibberish) to 1: how well a text holds together as text of the language it seems to be in."""
    sample = text[:_SAMPLE_CHARACTERS]
    beyond = [c for c in sample if not c.isascii()]
    if sum(c.isalpha() for c in sample) < _LEAST_LETTERS or not beyond:
        return 0.0
    language = best_guess(sample)
    alphabet = letters_of(language)
    if language == UNDETERMINED or not alphabet:
        return 0.0
    odd = sum(c.lower() not in alphabet and c not in _PUNCTUATION for c in beyond)
    broken = len(_BROKEN_WORD.findall(sample))
    return max(0.0, 1.0 - (odd + broken) / len(beyond))


def _other_script(data: bytes) -> tuple[str, str]:
    """Cyrillic, Greek and Hebrew, which the word lists do not know."""
    from charset_normalizer import from_bytes  # seldom needed, and slow to import

    logging.getLogger("charset_normalizer").setLevel(logging.WARNING)
    match = from_bytes(data[:_SAMPLE_CHARACTERS], cp_isolation=list(_OTHER_SCRIPTS)).best()
    if match is not None:
        text = data.decode(match.encoding, errors="replace")
        letters = [c for c in text if c.isalpha() and not c.isascii()]
        own = sum(bool(_OTHER_SCRIPT_LETTERS.match(c)) for c in letters)
        if match.coherence > 0.3 and own > 0.98 * len(letters) and "\ufffd" not in text:
            return text, match.encoding
    raise UnreadableFile("its encoding could not be told with certainty: save it as UTF-8")
