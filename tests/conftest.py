"""What every test stands on: an empty working folder, an environment without keys, no event loop of another test."""

from __future__ import annotations

import asyncio
import os
import signal
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from qa_plugin.models import dialects, windows

REPOSITORY = Path(__file__).resolve().parent.parent
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as for what a shell runs in the background, and its children
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    """Half a character that a test logged does not go from one process to another."""
    report.sections = [(name, text.encode("utf-8", "backslashreplace").decode()) for name, text in report.sections]


@pytest.fixture(autouse=True)
def _clean_surroundings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "work"
    folder.mkdir()
    monkeypatch.chdir(folder)
    for name in ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_ORG_ID"):
        monkeypatch.delenv(name, raising=False)
    for name in [name for name in os.environ if name.startswith("QA_PLUGIN_")]:
        monkeypatch.delenv(name)


@pytest.fixture(autouse=True)
def _no_loop_stays() -> Iterator[None]:
    """Calls of frameworks that wait for their own coroutines may leave an event loop to the thread, never closed."""
    asyncio.set_event_loop(None)
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        try:
            loop = asyncio.get_event_loop()
        except RuntimeError:
            return
    if not loop.is_running():  # a browser's keeps running from test to test
        asyncio.set_event_loop(None)
        loop.close()


@pytest.fixture(autouse=True)
def _nothing_known_of_servers(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is found out about a server is kept by its address, and another test's server may get the same port."""
    for module in (dialects, windows):
        monkeypatch.setattr(module, "_known", {})


@pytest.fixture
def repository() -> Path:
    """The checkout that the tests belong to."""
    return REPOSITORY


@pytest.fixture
def shared() -> Path:
    """A folder of real articles that stands beside the checkout on some machines."""
    folder = REPOSITORY.parent / "shared"
    if not (folder / "articles").is_dir():
        pytest.skip("the folder of real articles is not beside this checkout")
    return folder
