"""Compile the lexicon's rows into `data/compiled/`: run `python -m qa_plugin.language.lexicon_build`.

`--data FOLDER` compiles the rows of a folder that adds to the data, together with the package's, so that both number
concepts alike. Country names come from CLDR, by way of Babel (Unicode licence). Forms are kept folded, in the shapes
under which `lexicon.concepts` looks them up.
"""

from __future__ import annotations

import argparse
import hashlib
import json
from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import combinations
from pathlib import Path
from typing import Any

from qa_plugin.data import names, read_package_text
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.lexicon import BARE, MAX_CONCEPTS, STEM, package_version
from qa_plugin.language.stems import ARTICLES, CLITIC, stem

_SHIPPED = ("en", "pt", "fr", "ar", "fa")
Row = dict[str, list[str]]
_PLACE_FILES = frozenset({"geo.txt", "places.txt"})
"""The files whose every row is a place, in an added folder too; so are the countries of CLDR."""
_AGREEING = 2
"""Families of languages in which two concepts share a form before they count as related."""
_LONG_ADJECTIVE = 5
_SHORT_NAME = 4
"""Letters of an Arabic place's name up to which other words are taken for it where its article may be missing."""
_FAMILY = {"pt": "romance", "fr": "romance", "ar": "arabic script", "fa": "arabic script"}
"""Languages that have many words, and with them homonyms, in common."""


def _rank(name: str) -> tuple[int, str]:
    """The order of files: topics, then words, then further forms; so the commonest senses of a form come first."""
    return (("words_", "forms_").index(name[:6]) + 1 if name[:6] in {"words_", "forms_"} else 0), name


def rows() -> list[Row]:
    """All rows of the package, each a mapping of language to forms."""
    return [row for row, _ in _package_rows()]


def _package_rows() -> list[tuple[Row, bool]]:
    """The rows of the package, and whether each is a place."""
    listed = sorted(names("lexicon"), key=_rank)
    return [
        (row, name in _PLACE_FILES) for name in listed for row in _rows_of(name, read_package_text(f"lexicon/{name}"))
    ]


def _added_rows(folder: Path) -> list[tuple[Row, bool]]:
    """The rows of a folder that adds to the package's, and whether each is a place."""
    listed = sorted((folder / "lexicon").glob("*.txt"), key=lambda file: _rank(file.name))
    return [(row, file.name in _PLACE_FILES) for file in listed for row in _rows_of(str(file), file.read_text("utf-8"))]


def _rows_of(name: str, text: str) -> list[Row]:
    """The rows of one file; its first line names the columns."""
    found: list[Row] = []
    lines = text.splitlines()
    columns = [column.strip() for column in lines[0].split("|")] if lines else []
    if "en" not in columns:
        message = f"{name}: the first line must name the columns, en among them, as in en|de"
        raise ValueError(message)
    for line in lines[1:]:
        if line.strip() and not line.startswith("#"):
            cells = line.split("|")
            if len(cells) != len(columns):
                message = f"{name}: {len(cells)} cells where {len(columns)} columns are named: {line}"
                raise ValueError(message)
            row = {c: [f.strip() for f in cell.split(",") if f.strip()] for c, cell in zip(columns, cells, strict=True)}
            if not row["en"]:
                message = f"{name}: a row needs an English form, which names the concept: {line}"
                raise ValueError(message)
            found.append(row)
    return found


def _cldr_rows(languages: Sequence[str]) -> list[tuple[Row, bool]]:
    """The names of countries and territories; each is a place."""
    from babel import Locale, UnknownLocaleError

    locales: dict[str, Any] = {}
    for code in languages:
        with suppress(UnknownLocaleError, ValueError):  # a language that CLDR does not know has no country names
            locales[code] = Locale.parse(code)
    # Jersey would be taken for the shirt.
    left_out = {"EU", "EZ", "JE", "UN", "XA", "XB", "ZZ"}
    territories = [t for t in locales["en"].territories if len(str(t)) == 2 and t not in left_out]
    found = [{c: [locales[c].territories[t]] for c in locales if t in locales[c].territories} for t in territories]
    for row in found:
        for code, forms in row.items():
            row[code] = [f.partition("(")[0].strip() for f in forms]
    return [(row, True) for row in found]


def _key_forms(form: str, language: str, *, place: bool = False) -> list[tuple[str, ...]]:
    """The shapes of one written form: its words as keys; a joiner may be written, dropped, or be a blank.

    A place's name is not conjugated: no other word that has its stem is a form of it (minha of Minho, Martin of
    Martinique). Its adjectives are, where their masculine is their stem (parisien, parisienne).
    """
    shapes = [form]
    if "\u200c" in form:
        shapes.append(form.replace("\u200c", " "))
    if language in CLITIC and " " in form:
        shapes.append(form.replace(" ", ""))
    found: list[tuple[str, ...]] = []
    for shape in shapes:
        words = tuple(fold_text(shape).replace("-", " ").replace("'", " ").split())
        if language == "ar":
            words = _without_articles(shape, words)
        if language in CLITIC:
            found.append(tuple(bare(w) for w in words))
        elif len(words) == 1:
            written, plain = words[0], bare(words[0])
            stemmed = stem(written, language)
            found += [(written,)] + [(STEM + stemmed,)] * (not place or stemmed == plain)
            found += [(BARE + plain,)] * (plain != written)
        else:
            found += [tuple(bare(w) for w in words)]
            found += [tuple(stem(w, language) for w in words)] * (not place)
    return list(dict.fromkeys(found))


def _without_articles(form: str, words: tuple[str, ...]) -> tuple[str, ...]:
    """The folded words without ال; one that was written with a hamza (إلقاء, ألعاب) is part of the word."""
    radical = {fold_text(word) for word in form.replace("-", " ").split() if word[0] in "أإآ"}
    return tuple(w[2:] if w.startswith("ال") and len(w) > 4 and w not in radical else w for w in words)


def build(folder: Path | None = None) -> dict[str, object]:
    """The compiled lexicon as plain values, with the rows of a folder that adds to it."""
    added = _added_rows(folder) if folder is not None else []
    more = sorted({code for row, _ in added for code in row} - set(_SHIPPED))
    languages = [*_SHIPPED, *more]
    concepts: list[str] = []
    by_english: dict[str, int] = {}
    places: set[int] = set()
    tables: dict[str, dict[str, dict[str, list[object]]]] = {
        code: {"words": defaultdict(list), "phrases": defaultdict(list)} for code in languages
    }
    # What is added comes last, so that the package's concepts keep their numbers.
    listed = [*_package_rows(), *_cldr_rows(_SHIPPED), *added, *(_cldr_rows(["en", *more]) if more else [])]
    for row, place in listed:
        concept = _concept(row, concepts, by_english)
        if place:
            places.add(concept)
        _add(row, concept, tables, place=place)
    _keep_articles([row for row, place in listed if place], places, by_english, tables["ar"]["words"])
    _complete_adjectives(tables["ar"]["words"])
    for table in tables.values():
        for phrases in table["phrases"].values():
            phrases.sort(key=lambda row: (-len(row[0]), row[0], row[1]))  # type: ignore[index]
        # A word of very many concepts finds everything; its first rows, the commonest senses, stay.
        table["words"] = {w: ids[:MAX_CONCEPTS] for w, ids in sorted(table["words"].items())}
        table["phrases"] = dict(sorted(table["phrases"].items()))
    content = {"concepts": concepts, "related": _related(tables), "places": sorted(places), "languages": tables}
    digest = hashlib.sha256(json.dumps(content, ensure_ascii=False, sort_keys=True).encode()).hexdigest()[:12]
    return {"version": digest, **content}


def _keep_articles(
    rows: list[Row], places: set[int], by_english: dict[str, int], words: dict[str, list[object]]
) -> None:
    """Let Arabic places be known with their article alone where the rest is short or a word of its own.

    الرمادي is a city and رمادي grey; of الرياض nothing but رياض is left, which is in رياضيين (athletes) too.
    """
    for row in rows:
        concept = by_english[fold_text(row["en"][0])]
        listed = {fold_text(form): form for form in row.get("ar", []) if " " not in form}
        for form in listed:
            if not form.startswith("ال") or len(form) <= 4 or (name := form[2:]) in listed:
                continue
            senses = words.get(name, [])
            if concept in senses and (len(name) <= _SHORT_NAME or any(sense not in places for sense in senses)):
                senses.remove(concept)
                for whole in (fold_text(article) + name for article in ARTICLES):
                    words[whole] = list(dict.fromkeys([concept, *words.get(whole, []), *senses]))
                if not senses:
                    del words[name]


def _complete_adjectives(words: dict[str, list[object]]) -> None:
    """Give Arabic feminine adjectives the senses of the masculine: إنسانية is humanity, and humanitarian too."""
    for form in [form for form in words if form.endswith("ی") and len(form) >= _LONG_ADJECTIVE]:
        feminine = words[f"{form}ه"]
        feminine += [concept for concept in words[form] if concept not in feminine]


def _related(tables: dict[str, Any]) -> dict[str, list[int]]:
    """For each concept those that share a form with it in two families of languages or more.

    A form that two rows share in one may be a homonym (the bank of a river); where two agree, the rows mean nearly
    the same (leave and quit, union and trade union).
    """
    shared: dict[tuple[int, int], set[str]] = defaultdict(set)
    for language, table in tables.items():
        for form, ids in table["words"].items():
            if form[0] not in {STEM, BARE}:
                for first, second in combinations(sorted(ids), 2):
                    shared[first, second].add(_FAMILY.get(language, language))
    found: dict[str, list[int]] = defaultdict(list)
    for (first, second), families in sorted(shared.items()):
        if len(families) >= _AGREEING:
            found[str(first)].append(second)
            found[str(second)].append(first)
    return dict(found)


def _concept(row: Row, concepts: list[str], by_english: dict[str, int]) -> int:
    """The concept of a row: the one that has its first English form already, or a new one."""
    english = [fold_text(f) for f in row.get("en", [])]
    known = next((by_english[f] for f in english[:1] if f in by_english), None)
    concept = len(concepts) if known is None else known
    if known is None:
        concepts.append(row["en"][0])
    for form in english:
        by_english.setdefault(form, concept)
    return concept


def _add(row: Row, concept: int, tables: dict[str, dict[str, dict[str, list[object]]]], *, place: bool) -> None:
    for code, forms in row.items():
        for form in forms:
            for words in _key_forms(form, code, place=place):
                if len(words) == 1 and concept not in tables[code]["words"][words[0]]:
                    tables[code]["words"][words[0]].append(concept)
                elif len(words) > 1 and [list(words[1:]), concept] not in tables[code]["phrases"][words[0]]:
                    tables[code]["phrases"][words[0]].append([list(words[1:]), concept])


def files(folder: Path | None = None) -> dict[str, dict[str, object]]:
    """The compiled files by name: the concepts, which all languages share, and the words of each language."""
    built: dict[str, Any] = build(folder)
    concepts = {
        "version": built["version"],
        "languages": list(built["languages"]),
        "names": built["concepts"],
        "related": {concept: " ".join(map(str, others)) for concept, others in built["related"].items()},
        "places": " ".join(map(str, built["places"])),
    }
    if folder is not None:
        concepts["package"] = package_version()
    tables = {language: _as_text(table) for language, table in built["languages"].items()}
    return {"concepts": concepts, **tables}


def _as_text(table: dict[str, Any]) -> dict[str, object]:
    """A language's words and phrases with their concepts as text, the form in which `lexicon` keeps them."""
    words = {form: " ".join(map(str, ids)) for form, ids in table["words"].items()}
    phrases = {
        first: "|".join(" ".join([*rest, str(concept)]) for rest, concept in rows)
        for first, rows in table["phrases"].items()
    }
    return {"words": words, "phrases": phrases}


def main(arguments: Sequence[str] | None = None) -> None:
    """Write the compiled files; into an added folder only those that differ from the package's."""
    parser = argparse.ArgumentParser(prog="python -m qa_plugin.language.lexicon_build", description=main.__doc__)
    parser.add_argument("--data", type=Path, metavar="FOLDER", help="a folder that adds to the package's data")
    added: Path | None = parser.parse_args(arguments).data
    if added is not None and not (added / "lexicon").is_dir():
        parser.error(f"{added} has no folder lexicon/ with rows")
    folder = (added or Path(__file__).parent.parent / "data") / "compiled"
    folder.mkdir(exist_ok=True)
    try:
        compiled = files(added)
    except ValueError as error:
        parser.error(str(error))
    for name, content in compiled.items():
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"
        if added is not None and name in _SHIPPED and text == read_package_text(f"compiled/{name}.json"):
            (folder / f"{name}.json").unlink(missing_ok=True)
        else:
            (folder / f"{name}.json").write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
