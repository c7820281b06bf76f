from __future__ import annotations

import subprocess
import sys

import qa_plugin


def test_every_public_name_is_there_and_listed() -> None:
    assert all(getattr(qa_plugin, name) is not None for name in qa_plugin.__all__)
    assert len(set(qa_plugin.__all__)) == len(qa_plugin.__all__)
    assert set(dir(qa_plugin)) == set(qa_plugin.__all__)
    assert set(qa_plugin._ROOM_OF) == set(qa_plugin.__all__)


def test_an_unknown_name_is_an_attribute_error() -> None:
    assert not hasattr(qa_plugin, "Nonsense")


def test_importing_loads_nothing_large() -> None:
    code = "import sys, qa_plugin; print([m for m in sys.modules if m.startswith(('qa_plugin.', 'numpy', 'chromadb'))])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"
