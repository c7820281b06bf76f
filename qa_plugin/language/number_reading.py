"""One number read from a place in the tokens: digits, words and scales that belong together, and what kind it is."""

from __future__ import annotations

import unicodedata
from typing import NamedTuple

from qa_plugin.language.number_tokens import Tokens, added_to_group, digit_value, number_words


class Number(NamedTuple):
    """A number and its place in the folded text that was searched; a tuple, since a text has many of them."""

    start: int
    end: int
    value: float
    kind: str
    """`cardinal`, `ordinal`, `fraction` (of a whole), `collective` (a dozen), `vague` (dozens), `dual` (a noun)."""
    digits: bool
    """Whether it is written in digits."""
    weak: bool = False
    """A word that is more often something else, such as an article: a number only where one is expected."""
    high: float | None = None
    """The largest value, for vague numbers."""
    bare_digits: bool = False
    """Digits only, without separators or scale: what a year or an identifier looks like."""
    scale: float = 1.0
    """The last scale word's value: it also holds for the lower end of a range (10 to 15 thousand)."""


def _vague_range(order: float) -> tuple[float, float]:
    """Dozens are 24 to 99, hundreds 200 to 999; thousands may be tens of thousands too."""
    if order < 100:
        return (24.0 if order == 12 else order * 2), 99.0
    return order * 2, order * (100 if order >= 1000 else 10) - 1


class NumberReader:
    """Reads one number from a place in the tokens."""

    def __init__(self, tokens: Tokens, language: str, at: int) -> None:
        self.text, self.shapes, self.starts, self.ends = tokens.text, tokens.shapes, tokens.starts, tokens.ends
        self.words, self.first, self.at = number_words(language), at, at

    def read(self) -> tuple[Number, int] | None:
        """The number that begins here, if one does, and the token behind it."""
        token = self.shapes[self.at].plain
        if token[0].isdecimal():
            return self._cardinal()
        if token not in self.words.all:
            return None
        if token in self.words.halves:
            return self._half()
        if token in self.words.several:
            return self._several()
        if token in self.words.whole | self.words.owned and (fraction := self._fraction(1.0)):
            return fraction
        if token in self.words.vague and not (token in self.words.scales and self._preceded_by_number()):
            return self._vague()
        cardinal = self._cardinal()
        if cardinal is not None:
            return cardinal
        self.at = self.first + 1
        if token in self.words.dozens:
            return self._made(self.words.dozens[token] * self._times(), "collective")
        if token in self.words.ordinals:
            return self._made(self.words.ordinals[token] + self._tens_of_ordinal(), "ordinal")
        return None

    def _tens_of_ordinal(self) -> float:
        """The rest of a compound ordinal: الثانية والأربعين, the 42nd; الثالث عشر, the 13th."""
        tens = self.words.units.get(self._token(), 0.0)
        joined = self.at < len(self.shapes) and self.shapes[self.at].joined
        if not self.words.article or self._gap() != " " or not (tens == 10 if not joined else 20 <= tens <= 90):
            return 0.0
        self.at += 1
        return tens

    # ------------------------------------------------------------ looking around

    def _token(self, ahead: int = 0) -> str:
        at = self.at + ahead
        return self.shapes[at].plain if at < len(self.shapes) else ""

    def _gap(self, ahead: int = 0) -> str:
        """What stands between the token before the one `ahead` and it."""
        at = self.at + ahead
        return self.text[self.ends[at - 1] : self.starts[at]] if 0 < at < len(self.shapes) else "."

    def _adjacent(self, ahead: int = 0) -> bool:
        return self._gap(ahead) in {" ", "-", "", " -", "\u200c"}

    def _preceded_by_number(self) -> bool:
        return self.at > 0 and self._adjacent() and self.shapes[self.at - 1].plain in self.words.units

    def _made(self, value: float, kind: str, *, high: float | None = None) -> tuple[Number, int]:
        start, end = self.starts[self.first], self.ends[self.at - 1]
        first = self.shapes[self.first].plain
        return Number(start, end, value, kind, first[0].isdecimal(), high=high), self.at

    # ------------------------------------------------------------ the forms

    def _half(self) -> tuple[Number, int] | None:
        """Half a million, meio milhão, meia dúzia, نصف مليون; a half of something is a fraction."""
        self.at += 1
        skip = 1 if self._token() in {"a", "de", "d"} and self._adjacent() else 0
        word = self._token(skip)
        if word and self._adjacent(skip):
            factor = self.words.scales.get(word) or self.words.dozens.get(word)
            if factor:
                self.at += skip + 1
                return self._made(0.5 * factor, "cardinal")
        number, at = self._made(0.5, "fraction")
        return number._replace(weak=self._gap() == "-"), at  # a demi-finale is no half

    def _several(self) -> tuple[Number, int] | None:
        """Several thousand, چند هزار, a few hundred: from two to ten of them."""
        self.at += 1
        self.at += self._of_words()
        words, word = self.words, self._token()
        order = words.scales.get(word) or words.dozens.get(word) or words.vague.get(word)
        if word in words.hundred or words.units.get(word) == 100:
            order = 100.0
        if order is None or not self._adjacent() or word in words.glued:
            return None
        self.at += 1
        factor = self._times() if order < 1000 else 1.0
        low, high = _vague_range(order) if order < 100 else (2 * order, 10 * order - 1)
        return self._made(low * factor, "vague", high=high * factor)

    def _vague(self) -> tuple[Number, int]:
        """Dozens, tens of thousands, مئات الآلاف."""
        low, high = _vague_range(self.words.vague[self._token()])
        self.at += 1
        factor = self._times()
        return self._made(low * factor, "vague", high=high * factor)

    def _of_words(self) -> int:
        return 1 if self._token() in {"of", "de", "d"} else 0

    def _times(self) -> float:
        """What the scale after a vague word multiplies it by: tens of thousands."""
        skip = self._of_words()
        word = self._token(skip)
        factor = 1.0
        if word and self._adjacent(skip):
            factor = self.words.scales.get(word) or self.words.vague.get(word) or 1.0
        if factor < 1000:
            return 1.0
        self.at += skip + 1
        return factor

    def _fraction(self, numerator: float) -> tuple[Number, int] | None:
        """A part of a whole, or of a scale: a quarter of households, ثلث السكان, ربع مليون."""
        words, token = self.words, self._token()
        value = numerator / words.fractions[token]
        ahead = 1 + (self._token(1) in words.parted)
        ahead += self._token(ahead) in words.articles
        scale = words.scales.get(self._token(ahead), 0.0)
        if scale >= 1e5:
            self.at += ahead + 1
            return self._made(value * scale, "cardinal")
        if not self._is_part(token, numerator):
            return None
        self.at += 1
        return self._made(value, "fraction")

    def _is_part(self, token: str, numerator: float) -> bool:
        """Whether a denominator's word is one here: a room (um quarto) and the third man are none."""
        words, follows = self.words, self._token(1) if self._gap(1) == " " else ""
        if token in words.owned:
            return True
        if token in words.strict:
            return follows in words.parted and follows != "de"
        if self.at > self.first:
            article = self.shapes[self.first].plain in words.articles
            return numerator != 1 or not article or token not in words.ordinals or follows in words.parted
        if words.article and self._gap(1) == " ":
            behind = self.starts[self.at + 1]
            definite = self.text.startswith(words.article, self.starts[self.at])
            return not definite and (self.text.startswith(words.article, behind) or follows in words.parted)
        return follows in words.parted and self.at > 0 and self._token(-1) in words.whole_after

    def _cardinal(self) -> tuple[Number, int] | None:
        value = self._component()
        if value is None:
            return None
        total, last = value
        scaled = last >= 1000
        while True:
            mark = self.at
            following = self._next_component(last)
            if following is None:
                self.at = mark
                shared = self._shared_scale(total, last)
                if shared is not None:
                    total, last = shared
                    continue
                self.at = mark
                break
            part, last_scale = following
            multiplied = part >= last >= 1000  # mil milhões
            total, last = (total * part, last * last_scale) if multiplied else (total + part, last_scale)
        total = self._and_a_half(total, last if scaled else 1.0)
        first = self.shapes[self.first].plain
        if not scaled and total < 10 and not first[0].isdecimal() and self._adjacent():
            token = self._token()
            if token in self.words.fractions and (fraction := self._fraction(total)):
                return fraction
            dozen = self.words.dozens.get(token) or self.words.vague.get(token)
            if dozen and token not in self.words.scales:
                self.at += 1
                return self._made(total * dozen * self._times(), "collective")
        number, at = self._made(total, "cardinal")
        single = at == self.first + 1
        weak = single and first in self.words.weak
        bare_digits = single and first.isdecimal()
        found = number._replace(weak=weak, bare_digits=bare_digits, scale=last if scaled else 1.0)
        return found, at

    def _next_component(self, last: float) -> tuple[float, float] | None:
        """A further part of the number: smaller than the last scale, joined by a word or standing next to it."""
        if self.at >= len(self.shapes) or last < 1000:
            return None
        joined = self.shapes[self.at].joined
        word = self._token()
        if word in self.words.scales and self._adjacent() and self.words.scales[word] >= last:
            self.at += 1  # mil milhões, هزار میلیارد
            return self.words.scales[word], self.words.scales[word]
        if word in self.words.inner_joiners and self._adjacent():
            self.at += 1
            joined = True
        if not joined and not self._adjacent():
            return None
        digits = self._token()[:1].isdecimal()
        if digits and not joined:
            return None
        decimal = any(
            not shape.plain.isdecimal() and shape.plain[0].isdecimal() for shape in self.shapes[self.first : self.at]
        )
        if digits and decimal:
            return None
        component = self._component()
        if component is None or component[0] >= last or (self._token() in self.words.scales and self._adjacent()):
            return None
        if digits and component[1] < 1000 and not 100 <= component[0] < 1000:
            return None
        return component

    def _shared_scale(self, total: float, last: float) -> tuple[float, float] | None:
        """The scale behind the second part of 31 هزار و 200 میلیارد, which both parts share."""
        if last != 1000 or self.at >= len(self.shapes):
            return None
        if self._token() == "و" and self._adjacent():
            self.at += 1
        elif not self.shapes[self.at].joined:
            return None
        group = self._group()
        scale = self.words.scales.get(self._token(), 0.0) if self._adjacent() else 0.0
        if group is None or not 0 < group < 1000 or scale < 1e6:
            return None
        self.at += 1
        return (total + group) * scale, scale

    def _and_a_half(self, total: float, scale: float) -> float:
        """One and a half million; um milhão e meio; مليون ونصف; دو و نیم میلیون."""
        skip = 0
        while self._token(skip) in self.words.joiners and skip < 2:
            skip += 1
        at = self.at + skip
        if at >= len(self.shapes) or self._gap(skip).strip() or self._token(skip) not in self.words.halves:
            return total
        if not skip and not self.shapes[at].joined:
            return total
        after = self._token(skip + 1)
        if after in self.words.scales:
            self.at = at + 2
            if self.words.scales[after] == scale:
                return total + 0.5 * scale  # مليار ونصف المليار
            return (total + 0.5) * self.words.scales[after]
        self.at = at + 1
        return total + 0.5 * scale

    def _component(self) -> tuple[float, float] | None:
        """A group and the scale behind it: 50 thousand, cinquante mille, خمسة آلاف; its value and the scale."""
        group = self._group()
        scale = self._scale(first=group is None)
        if group is None and scale is None:
            return None
        if scale is None:
            assert group is not None  # noqa: S101 - for the type checker
            return group, 1.0
        return (1.0 if group is None else group) * scale[0], scale[1]

    def _scale(self, *, first: bool) -> tuple[float, float] | None:
        words, token = self.words, self._token()
        if not token or (not first and not self._adjacent()):
            return None
        if first and token in words.duals and self.at == self.first and self._is_dual(token):
            self.at += 1
            return words.duals[token], words.duals[token] / 2
        if not first and token in words.before_currency and self._before_currency():
            self.at += 1
            return words.before_currency[token], words.before_currency[token]
        if token not in words.scales or (token in words.glued and (first or self._gap() not in {"", " "})):
            return None
        if token in words.glued and self._gap() == " " and len(token) == 1:
            return None  # 5 m are metres
        if first and token in words.vague:
            return None
        self.at += 1
        return words.scales[token], words.scales[token]

    def _before_currency(self) -> bool:
        end = self.ends[self.at]
        return unicodedata.category(self.text[end]) == "Sc" if end < len(self.text) else False

    def _is_dual(self, token: str) -> bool:
        """Whether a word is a dual; مليونا is a single one, in the accusative, unless what it counts follows."""
        if token not in self.words.scales:
            return True
        follows = self.at + 1 < len(self.shapes) and self._gap(1) == " "
        ahead = self.text[self.starts[self.at + 1] : self.ends[self.at + 1]] if follows else ""
        return bool(ahead) and ahead[0] != "و" and ahead not in self.words.uncounted

    def _group(self) -> float | None:
        """Digits, or words below a thousand."""
        token = self._token()
        if token[:1].isdecimal():
            following = self._token(1)
            scaled = following in self.words.scales and self._adjacent(1)
            value = digit_value(token, self.words.decimal, scaled=scaled)
            if value is not None:
                self.at += 1
            return value
        return self._word_group()

    def _word_group(self) -> float | None:
        words = self.words
        group: float | None = None
        last = 1000.0
        while self.at < len(self.shapes):
            skip = 0
            token = self._token()
            if group is not None:
                if not self._adjacent():
                    break
                if token in words.inner_joiners and self._adjacent(1):
                    skip = 1
                    token = self._token(1)
            if token in words.hundred:
                if group is not None and not 1 <= group <= 99:
                    break
                group = max(group or 1.0, 1.0) * 100
                last = 100.0
            elif token in words.units:
                value = words.units[token]
                step = added_to_group(group, last, value, joined=bool(skip) or self.shapes[self.at].joined)
                if step is None:
                    break
                group, last = step
            else:
                break
            self.at += skip + 1
        return group
