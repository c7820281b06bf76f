"""Articles and clients for the tests of the MCP server."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from mcp import Client
from mcp.client.stdio import StdioServerParameters

from tests.conftest import REPOSITORY

Result = TypeVar("Result")

ERAS = {"auto": "2026-07-28", "legacy": "2025-11-25"}
"""The ways in which a client may begin, and the era of the protocol that it comes to."""

HOSTILE = "hostile\u202e\x1b[2J.fr.txt"
ARTICLES = {
    "rio.pt.txt": "Cheia no Rio Verde\n\nPublicado em 3 de março de 2026\n\n"
    "A cheia deixou 41 mortos, segundo os bombeiros.",
    "nil.ar.txt": "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى الفيضان إلى مقتل ٤١ شخصا في الوادي.",
    "shiraz.fa.txt": "زلزله شیراز\n\n۱۲ تیر ۱۴۰۴\n\nدر زلزله شیراز ۱۷ نفر کشته شدند.",
    "agency/rail.en.txt": "Rail strike\n\nMarch 9, 2025\n\nThe rail strike ended after 12 days, the union said.",
    "dam-one.en.txt": "Lumar dam\n\nMay 2, 2026\n\nThe Lumar dam holds 30 million litres, the ministry said.",
    "dam-two.en.txt": "Lumar dam\n\nMay 2, 2026\n\nThe Lumar dam holds 55 million litres, engineers said.",
    HOSTILE: "Le pont\u202e fermé\n\nLe pont est fermé\x1b[2J depuis lundi, selon la mairie de Port-Clair\u2066. "
    "Les ouvriers\u200f travaillent jour et nuit.",
}
QUESTIONS = (
    "How many people died in the flood?",
    "Quantos dias durou a greve ferroviária?",
    "Combien de personnes sont mortes dans le séisme de Chiraz ?",
    "كم عدد القتلى في الفيضان؟",
    "در زلزله شیراز چند نفر کشته شدند؟",
    "How many litres does the Lumar dam hold?",
    "Who won the chess olympiad?",
)


def write_articles(folder: Path) -> Path:
    """The articles in a folder of their own."""
    for name, text in ARTICLES.items():
        path = folder / "articles" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder / "articles"


def environment(**more: str) -> dict[str, str]:
    """What a host starts a server with: next to nothing."""
    return {"PYTHONPATH": str(REPOSITORY), "PATH": os.environ["PATH"], **more}


def command(*arguments: str | Path) -> list[str]:
    """The command line of the server."""
    return [sys.executable, "-m", "qa_plugin", "mcp", *map(str, arguments)]


def over_stdio(words: Sequence[str], folder: Path) -> StdioServerParameters:
    """How a client starts a server of its own."""
    return StdioServerParameters(command=words[0], args=list(words[1:]), env=environment(), cwd=folder)


def with_client(server: Any, mode: str, work: Callable[[Client], Awaitable[Result]]) -> Result:
    """What work gives with a client that is connected to a server; afterwards nothing of it writes to the index."""

    async def run() -> Result:
        async with Client(server, mode=mode, read_timeout_seconds=60) as client:
            return await work(client)

    try:
        return asyncio.run(run())
    finally:
        for thread in threading.enumerate():
            if thread.name == "qa-plugin-opening":
                thread.join(60)


@contextlib.contextmanager
def http_server(
    folder: Path, *arguments: str | Path, variables: Mapping[str, str] | None = None
) -> Iterator[tuple[str, subprocess.Popen[str]]]:
    """A server over HTTP at a free port: its address and its process."""
    process = subprocess.Popen(
        command("--http", "--port", "0", *arguments),
        cwd=folder,
        env=environment(**(variables or {})),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    try:
        assert process.stderr is not None
        said = process.stderr.readline()
        found = re.search(r"http://\S+", said)
        assert found, said
        yield found[0], process
    finally:
        process.send_signal(signal.SIGINT)
        try:
            process.communicate(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
