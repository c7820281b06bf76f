"""The page: style, script and data in one HTML file.

The texts on it were written by others. They reach the page as JSON that no HTML parser can leave, the script hands
them to the browser as text only, and the policy of the page lets nothing run or load but that script and style.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Callable, Mapping
from hashlib import sha256
from importlib import resources
from pathlib import Path
from string import Template
from typing import Any

from qa_plugin.errors import SettingsError
from qa_plugin.evaluation.report.payload import payload_of
from qa_plugin.evaluation.runs import Run, System

_PAGE = resources.files(__package__) / "page"
_SCRIPTS = ("data", "dom", "text", "figures", "charts", "curves", "case", "filters", "cases", "comparison", "main")
"""In the order in which they use each other; one scope in the page."""
_UNSAFE = re.compile("[<>&\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff]")
"""What could end the data block, or change how an editor shows the file; lone surrogates have no UTF-8."""


def write_report(
    run: Run,
    path: Path,
    text_of: Callable[[str], str],
    *,
    against: Run | None = None,
    baseline: Mapping[str, Any] | None = None,
) -> None:
    """Write the page of a run.

    Args:
        run: What is shown.
        path: The HTML file; it is replaced.
        text_of: The text of a source as offsets count in it; empty where there is no such source.
        against: An earlier run of the same questions over the same articles, to compare with.
        baseline: Figures to compare with, by name: numbers, or tables with a `value`; they may stand under `figures`.

    Raises:
        SettingsError: The two runs are not of the same questions and articles, or the file cannot be written.
    """
    if against is not None:
        refuse_another_set(run.system, against.system)
    page = _document(payload_of(run, text_of, against, baseline))
    try:
        path.write_text(page, encoding="utf-8", newline="\n")
    except OSError as error:
        raise SettingsError(f"cannot write the report {path}: {error.strerror or error}") from error


def refuse_another_set(ours: System, theirs: System) -> None:
    """Say that two runs cannot stand side by side.

    Raises:
        SettingsError: They are of different questions or articles.
    """
    if theirs.digest != ours.digest:
        raise SettingsError(
            f"the runs of {ours.made} and {theirs.made} are of different questions or articles: "
            "measure one of them again"
        )


def _document(payload: Mapping[str, Any]) -> str:
    style = _read("page.css")
    script = "\n".join(['"use strict";', "(() => {", *(_read(f"{name}.js") for name in _SCRIPTS), "})();"])
    policy = "; ".join(
        [
            "default-src 'none'",
            f"script-src {_digest(script)}",
            f"style-src {_digest(style)}",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        ]
    )
    data = _embedded(payload)
    size = len(data.encode()) + len(script.encode()) + len(style.encode())
    return Template(_read("page.html")).substitute(
        policy=policy, style=style, script=script, data=data, size=f"{size / 1e6:.1f} MB"
    )


def _embedded(payload: Mapping[str, Any]) -> str:
    """JSON that is safe between the tags of a script element."""
    text = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _digest(text: str) -> str:
    return f"'sha256-{b64encode(sha256(text.encode()).digest()).decode()}'"


def _read(name: str) -> str:
    return (_PAGE / name).read_text("utf-8")
