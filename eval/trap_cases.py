"""Trap cases: a small folder of articles, one question, and what an exact reader of the contract answers.

python -m eval.trap_cases [FILE] [--misses]
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa_plugin.evaluation.matching import occurs
from qa_plugin.evaluation.numbers import stated_values
from qa_plugin.settings import Settings

CASES = Path(__file__).resolve().parent / "traps" / "traps.jsonl"

Trap = Mapping[str, Any]


def load_traps(path: Path = CASES) -> list[Trap]:
    """The cases of a file, one JSON object a line."""
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def ask_trap(trap: Trap, settings: Settings | None = None) -> dict[str, Any]:
    """The answer to a trap's question, from its articles alone, in a store that is thrown away.

    The settings are those of the environment unless given.
    """
    from qa_plugin.plugin import QAPlugin

    with tempfile.TemporaryDirectory(prefix="qa-plugin-trap-", ignore_cleanup_errors=True) as folder:
        articles = Path(folder) / "articles"
        for name, text in trap["articles"].items():
            path = articles / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
        with QAPlugin(articles, store=Path(folder) / "store", settings=settings) as plugin:
            return plugin.ask(trap["question"]).to_dict()


def faults_of(trap: Trap, answer: Mapping[str, Any]) -> list[str]:
    """What an answer does not have that the case expects of it; empty where it is right."""
    expect = trap["expect"]
    faults: list[str] = []
    if answer["status"] != expect["status"]:
        faults.append(f"status {answer['status']} instead of {expect['status']}")
        return faults
    text = str(answer["answer"])
    faults += [
        f"none of {expect[form]} in the answer"
        for form in ("values", "names")
        if expect.get(form) and not any(_holds(text, value) for value in expect[form])
    ]
    for form in ("forbidden_values", "forbidden_names"):
        faults += [f"{value} in the answer" for value in expect.get(form, ()) if _holds(text, value)]
    faults += _citation_faults(expect, answer)
    faults += _position_faults(expect, answer)
    faults += _history_faults(expect, answer)
    wanted = expect.get("independent")
    if wanted is not None and expect["status"] == "answered" and answer["independent_sources"] != wanted:
        faults.append(f"{answer['independent_sources']} independent sources instead of {wanted}")
    return faults


def _holds(text: str, value: object) -> bool:
    """Whether a value, or one of its forms, stands in a text."""
    if isinstance(value, list):
        return any(_holds(text, form) for form in value)
    number = str(value).replace(",", "")
    if number.replace(".", "", 1).isdecimal():
        return round(float(number), 6) in stated_values(text)
    return occurs(str(value), text)


def _citation_faults(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    cited = {c["source"] for c in answer["citations"]}
    held = cited | {copy for c in answer["citations"] for copy in c["copies"]}
    faults = []
    for wanted in expect.get("must_cite", ()):
        names = [wanted] if isinstance(wanted, str) else wanted
        if not held & set(names):
            faults.append(f"none of {names} cited")
    faults += [f"{name} cited" for name in expect.get("must_not_cite", ()) if name in cited]
    return faults


def _position_faults(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    stated = [p for conflict in answer["conflicts"] for p in conflict["positions"]]
    faults = []
    for wanted in expect.get("positions", ()):
        forms = [form for form in (wanted.get("value"), *wanted.get("statement", ())) if form is not None]
        mine = [p for p in stated if not forms or any(_holds(str(p["statement"]), form) for form in forms)]
        if not mine:
            faults.append(f"no position of {forms}")
            continue
        who = wanted.get("by") or wanted.get("attributed_to") or []
        said = " ".join(f"{p['statement']} {p['attributed_to'] or ''}" for p in mine)
        if who and not any(occurs(name, said) for name in who):
            faults.append(f"the position of {forms} is of none of {who}")
    return faults


def _history_faults(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> list[str]:
    stated = [str(former["statement"]) for former in answer["history"]]
    faults = []
    for wanted in expect.get("history", ()):
        value = wanted.get("value") if isinstance(wanted, dict) else wanted
        forms = [value] if value is not None else list(wanted.get("statement", ()))
        if not any(_holds(text, form) for text in stated for form in forms):
            faults.append(f"{forms} not in the history")
    return faults


def main(argv: Sequence[str] | None = None) -> int:
    """Ask every case; the exit status is 1 where one is not as expected."""
    parser = argparse.ArgumentParser(prog="python -m eval.trap_cases", description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, default=CASES)
    parser.add_argument("--misses", action="store_true", help="print what is wrong with each")
    arguments = parser.parse_args(argv)
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace")  # type: ignore[union-attr]
    wrong = list(_wrong(load_traps(arguments.file)))
    for trap, answer, faults in wrong if arguments.misses else ():
        print(f"{trap['id']} [{trap['kind']}] {trap['question']}\n  {answer['status']}: {answer['answer']}")
        print("".join(f"  - {fault}\n" for fault in faults) + f"  ({trap['expect'].get('why', '')})")
    total = len(load_traps(arguments.file))
    print(f"{total - len(wrong)} of {total} as expected; not: {' '.join(t['id'] for t, _, _ in wrong) or 'none'}")
    return 1 if wrong else 0


def _wrong(traps: Iterable[Trap]) -> Iterable[tuple[Trap, dict[str, Any], list[str]]]:
    for trap in traps:
        answer = ask_trap(trap)
        faults = faults_of(trap, answer)
        if faults:
            yield trap, answer, faults


if __name__ == "__main__":
    sys.exit(main())
