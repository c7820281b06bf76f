"""A running server for tests: in this process, or as the command that people run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from qa_plugin.http_server import Serving, server
from qa_plugin.plugin import QAPlugin
from tests.conftest import REPOSITORY

ARTICLES = {
    "rio.pt.txt": "Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n"
    "A cheia do Rio Verde deixou 41 mortos, segundo os bombeiros.",
    "verde.ar.txt": "فيضان ريو فيردي\n\n3 مارس 2026\n\nأدى فيضان ريو فيردي إلى مقتل ٣٠ شخصا، وفق الشرطة.",
    "agency/rail.en.txt": "Rail strike\n\nMarch 9, 2025\n\nThe rail strike ended after 12 days, the union said. "
    "Some 4,000 drivers took part in the rail strike. \U0001f686 The trains run again.",
    "hostile.fr.txt": "Le pont\u202e de Lunel ![vu](http://198.51.100.7/x) fermé\n\n4 avril 2026\n\n"
    "Le pont de Lunel est fermé\x1b[2J par <img src=x onerror=alert(1)> 7 barrières, selon la mairie. "
    "Les habitants passent par le pont du Moulin, à deux kilomètres, depuis le début du mois.",
}
STRIKE = "How many drivers took part in the rail strike?"
DAYS = "After how many days did the rail strike end?"
DEATHS = "How many people died in the Rio Verde flood?"
BRIDGE = "Combien de barrières ferment le pont de Lunel ?"
NOTHING = "Who won the chess olympiad?"


def write_articles(folder: Path) -> Path:
    """The articles as files."""
    for name, text in ARTICLES.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode())
    return folder


@contextmanager
def serving(plugin: QAPlugin, **options: Any) -> Iterator[str]:
    """A server in a thread; its address."""
    running = server(plugin, Serving(port=0, **options), version="1.2.3")
    thread = threading.Thread(target=running.run)
    thread.start()
    try:
        yield running.url
    finally:
        running.stop()
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def command(*options: str, folder: Path, **variables: str) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """`qa-plugin serve` as a process of its own, on a free port: its address, and the process.

    Another interpreter than this one's may run it, so that clients of other versions can be tried against it.
    """
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("OPENAI_", "QA_PLUGIN_", "PYTHON"))}
    with (folder / "stderr.txt").open("w") as told:
        process = subprocess.Popen(
            [
                os.environ.get("SERVER_PYTHON", sys.executable),
                "-m",
                "qa_plugin",
                "serve",
                "--json",
                "--port",
                "0",
                *options,
            ],
            cwd=folder,
            env=kept | {"PYTHONPATH": str(REPOSITORY), **variables},
            stdout=subprocess.PIPE,
            stderr=told,
            text=True,
        )
    assert process.stdout is not None
    try:
        line = process.stdout.readline()
        assert line, (folder / "stderr.txt").read_text("utf-8")
        yield str(json.loads(line)["page"]).rstrip("/"), process
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()
