"""HTML that a scraper left in a text, blanked out so that nothing reads it and every place stays where it is.

Tags around words (`<b>`, `<a href=…>`) become invisible marks, which folding leaves out; tags between blocks and whole
scripts become an empty line, so that no sentence, name or speaker reaches over them; `&nbsp;` becomes what it stands
for, and colours of a terminal are left out. The result is as long as the text: offsets in the one are offsets in the
other, and quotes are cut from the text.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from html import unescape

VERSION = "1"
"""Part of the index's fingerprint: raise it when any text is blanked out otherwise."""
UNSEEN = "\u200b"
"""Stands where nothing is read; folding leaves it out, and it is never shown."""
_INLINE = (
    "a|abbr|acronym|b|bdi|bdo|big|cite|code|data|del|dfn|em|font|i|ins|kbd|label|mark|q|s|samp|small|span|strike|strong"
    "|sub|sup|time|tt|u|var|wbr"
)
_BLOCK = (
    "address|amp-[a-z-]+|area|article|aside|audio|base|blockquote|body|br|button|canvas|caption|center|col|colgroup|dd"
    "|details|dialog|div|dl|dt|embed|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hgroup|hr"
    "|html|img|input|legend|li|link|main|map|menu|meta|nav|object|ol|optgroup|option|output|p|param|picture|pre"
    "|progress|section|select|source|summary|table|tbody|td|textarea|tfoot|th|thead|title|tr|track|ul|video"
)
_HIDDEN = "iframe|math|noscript|script|style|svg|template"
"""Elements of which no content is text either."""
_ATTRIBUTES = r"""(?:[^<>"']|"[^"<]{0,2000}"|'[^'<]{0,2000}'){0,2000}"""
_TAG = re.compile(
    rf"<!--|<(?P<end>/)?(?P<name>{_INLINE}|{_BLOCK}|{_HIDDEN})(?=[\s/>])(?:{_ATTRIBUTES}|[^<>]{{0,2000}})>"
    r"|<!doctype[^<>]{0,500}>|<\?xml[^<>]{0,500}>|<!\[cdata\[|\]\]>|\x1b\[[0-?]{0,20}[ -/]{0,4}[@-~]",
    re.IGNORECASE,
)
_ENTITY = re.compile(r"&(?:#\d{2,7}|#x[\da-f]{2,6}|[a-z]{2,8}\d{0,2});", re.IGNORECASE)
_LINE_END = re.compile(r"[\r\n]")
_SIGNS = ("<", "&", "\x1b")
"""Characters without which there is no markup."""
_INLINE_NAMES, _HIDDEN_NAMES = frozenset(_INLINE.split("|")), frozenset(_HIDDEN.split("|"))


def without_markup(text: str) -> str:
    """The text with its markup blanked out, as long as it was."""
    # Most texts have no markup, and to look for three characters takes next to no time.
    if not any(sign in text for sign in _SIGNS) or not (_TAG.search(text) or _ENTITY.search(text)):
        return text
    return _blanked(text)


@lru_cache(maxsize=64)  # an article is read in many pieces, each of which asks for the whole
def _blanked(text: str) -> str:
    pieces: list[str] = []
    done = 0
    for start, end, filling in _places(text):
        pieces += (text[done:start], filling)
        done = end
    return _ENTITY.sub(_character, "".join([*pieces, text[done:]]))


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    """Where markup stands, and what stands there instead."""
    lowered = text.lower() if len(text.lower()) == len(text) else text
    unclosed: set[str] = set()
    at = 0
    while found := _TAG.search(text, at):
        start, at = found.span()
        name: str = (found["name"] or found.group()).lower()
        if name in _HIDDEN_NAMES | {"<!--"} and not found["end"]:
            at = _content_end(lowered, at, name, unclosed)
        inline = name in _INLINE_NAMES or name[0] in "\x1b]" or name == "<!--"
        yield start, at, UNSEEN * (at - start) if inline else _empty_line(at - start)


def _content_end(text: str, at: int, name: str, unclosed: set[str]) -> int:
    """Where an element ends of which nothing is text; with no end in sight, its line does."""
    closing = "-->" if name == "<!--" else f"</{name}"
    close = -1 if name in unclosed else text.find(closing, at)
    if close < 0:
        unclosed.add(name)
        line = _LINE_END.search(text, at)
        return line.start() if line else len(text)
    end: int = close + len(closing)
    return end if name == "<!--" else max(text.find(">", end) + 1, end)


def _empty_line(length: int) -> str:
    return "\n" + " " * (length - 2) + "\n"


def _character(entity: re.Match[str]) -> str:
    """What an entity stands for, on as many places as it takes; what stands for none stays."""
    written = entity.group()
    meant = unescape(written)
    if meant == written or len(meant) > len(written):
        return written
    return (meant if meant.isprintable() or meant.isspace() else UNSEEN) + UNSEEN * (len(written) - len(meant))
