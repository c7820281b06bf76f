"""Embedders on this machine, with models that are made here: real files, real libraries, no connection."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

from qa_plugin import doctor
from qa_plugin.errors import ModelRefused, ModelUnreadable, SettingsError
from qa_plugin.models import local_folder
from qa_plugin.models.local_folder import find_model
from qa_plugin.models.local_models import LocalEmbedder
from qa_plugin.plugin import QAPlugin
from qa_plugin.settings import Settings
from tests import tiny_models

KINDS = ("onnx", "static")


def _folder(tmp_path: Path, kind: str = "onnx", name: str = "model") -> Path:
    if kind == "onnx":
        return tiny_models.write_onnx(tmp_path / name)
    pytest.importorskip("model2vec", reason="model2vec is not installed; it comes with the extra `local`")
    return tiny_models.write_static(tmp_path / name)


@pytest.fixture(params=KINDS)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return _folder(tmp_path, request.param)


def test_words_of_one_meaning_have_one_direction(folder: Path) -> None:
    embedder = LocalEmbedder(f"local:{folder}")
    rows = embedder.embed_documents(["boats", "barcos قوارب", "school", "boats flood", "بلا", ""])
    assert rows.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-6)
    assert rows[0] @ rows[1] == pytest.approx(1.0)
    assert rows[0] @ rows[2] == pytest.approx(0.0, abs=1e-3)
    assert rows[0] @ rows[3] == pytest.approx(0.7071, abs=1e-3)
    assert (embedder.dimension, embedder.destination, embedder.costs) == (tiny_models.DIMENSION, "this machine", False)


def test_many_texts_of_many_lengths_come_back_in_their_order(folder: Path) -> None:
    words = ["boats", "flood", "school"]
    texts = [" ".join([words[n % 3]] * (1 + n % 7)) for n in range(100)]
    embedder = LocalEmbedder(f"local:{folder}")
    rows = embedder.embed_documents(texts)
    assert [int(row.argmax()) for row in rows] == [n % 3 for n in range(100)]
    np.testing.assert_allclose(rows[17], embedder.embed_query(texts[17]), atol=1e-6)
    assert embedder.embed_documents([]).shape == (0, tiny_models.DIMENSION)


def test_long_texts_are_cut_where_the_model_ends(tmp_path: Path) -> None:
    embedder = LocalEmbedder(f"local:{_folder(tmp_path)}")
    long = "boats " * 64 + "flood " * 500
    np.testing.assert_allclose(embedder.embed_query(long), embedder.embed_query("boats"), atol=1e-6)


@pytest.mark.parametrize(("pooling", "axis"), [("cls", 0), ("lasttoken", 1)])
def test_the_pooling_that_the_folder_names_is_used(tmp_path: Path, pooling: str, axis: int) -> None:
    folder = tiny_models.write_onnx(tmp_path / "model")
    (folder / "1_Pooling" / "config.json").write_text(json.dumps({"pooling_mode": pooling}))
    rows = LocalEmbedder(f"local:{folder}").embed_documents(["boats school flood", "boats flood"])
    assert [int(row.argmax()) for row in rows] == [axis, axis]
    assert rows.max() == pytest.approx(1.0)


def test_models_of_the_e5_family_get_their_words_before_question_and_passage(tmp_path: Path) -> None:
    embedder = LocalEmbedder(f"local:{_folder(tmp_path, name='multilingual-e5-tiny')}")
    query, (passage,) = embedder.embed_query("boats"), embedder.embed_documents(["boats"])
    assert query[3] > 0.5
    assert query[4] == 0
    assert passage[4] > 0.5
    assert passage[3] == 0


def test_the_folder_says_which_words_go_before(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    assert find_model(str(folder)).query_prefix == ""
    before = find_model(str(folder)).fingerprint
    prompts = {"prompts": {"query": "flood ", "document": ""}}
    (folder / "config_sentence_transformers.json").write_text(json.dumps(prompts))
    embedder = LocalEmbedder(f"local:{folder}")
    assert embedder.embed_query("boats")[1] == pytest.approx(0.7071, abs=1e-3)
    assert embedder.embed_documents(["boats"])[0][1] == 0
    assert embedder.fingerprint != before


@pytest.mark.parametrize(
    ("name", "query", "passage"),
    [
        ("multilingual-e5-small", "query: ", "passage: "),
        ("multilingual-e5-large-instruct", "Instruct: ", ""),
        ("snowflake-arctic-embed-m-v2.0", "query: ", ""),
        ("some3e5thing", "", ""),
        ("bge-m3", "", ""),
    ],
)
def test_what_is_known_of_families(tmp_path: Path, name: str, query: str, passage: str) -> None:
    found = find_model(str(_folder(tmp_path, name=name)))
    assert found.query_prefix.startswith(query)
    assert bool(found.query_prefix) == bool(query)
    assert found.passage_prefix == passage


# ---------------------------------------------------------------- which model, and whether it is the same


def test_the_fingerprint_is_that_of_the_files_and_not_of_the_place(folder: Path, tmp_path: Path) -> None:
    before = find_model(str(folder)).fingerprint
    copy = shutil.copytree(folder, tmp_path / "moved")
    assert find_model(str(copy)).fingerprint == before
    weights = find_model(str(copy)).weights
    content = bytearray(weights.read_bytes())
    content[len(content) // 2] ^= 1
    weights.write_bytes(content)
    assert find_model(str(copy)).fingerprint != before


def test_large_weights_of_one_size_are_told_apart(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    weights = folder / "onnx" / "model.onnx"
    found = set()
    for value in (b"a", b"b"):
        weights.write_bytes(b"x" * 3_000_000 + value * 200_000 + b"x" * 3_000_000)
        found.add(find_model(str(folder)).fingerprint)
    assert len(found) == 2


def test_a_name_that_is_not_here_says_what_would_be_fetched_and_how(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    with pytest.raises(SettingsError, match=r"about 0\.49 GB, licence MIT.*hf download .*--include \"onnx/model") as no:
        LocalEmbedder("local:intfloat/multilingual-e5-small")
    assert "nothing is downloaded unasked" in str(no.value)
    assert not (tmp_path / "cache").exists()
    with pytest.raises(SettingsError, match=r"huggingface\.co/nobody/nothing \(look there for its size\)"):
        LocalEmbedder("local:nobody/nothing")


def test_a_downloaded_model_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    commit = "a" * 40
    cached = tmp_path / "cache" / "models--intfloat--multilingual-e5-small"
    tiny_models.write_onnx(cached / "snapshots" / commit)
    (cached / "refs").mkdir()
    (cached / "refs" / "main").write_text(commit)
    monkeypatch.setattr("huggingface_hub._snapshot_download.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    embedder = LocalEmbedder("local:intfloat/multilingual-e5-small")
    assert embedder.name == "local:intfloat/multilingual-e5-small"
    assert embedder.embed_query("boats")[3] > 0.5


@pytest.mark.parametrize("name", ["./gone", "~/no such folder", "/nowhere/at/all", "a/b/c"])
def test_a_folder_that_is_not_there_is_no_name_to_look_up(name: str) -> None:
    with pytest.raises(SettingsError, match=r"There is no folder .* with a model; give the folder as local:PATH"):
        LocalEmbedder(f"local:{name}")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tokenizer.json").write_text("{}")
    with pytest.raises(SettingsError, match=r"holds no model that can be used: neither onnx/model\.onnx nor"):
        LocalEmbedder(f"local:{tmp_path}")


def test_a_missing_package_is_named_with_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _folder(tmp_path)
    (folder / "config.json").write_text('{"model_type": "model2vec"}')
    (folder / "model.safetensors").write_bytes(b"")
    monkeypatch.setattr(local_folder, "find_spec", lambda _: None)
    with pytest.raises(SettingsError, match=r"install model2vec: pip install 'qa-plugin\[local\]'"):
        LocalEmbedder(f"local:{folder}")


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "modules.json").write_text("[{")
    with pytest.raises(SettingsError, match=r"modules\.json cannot be read .*; get the model again"):
        LocalEmbedder(f"local:{folder}")


# ---------------------------------------------------------------- what may be wrong with a model


def test_weights_that_are_none_are_refused_at_the_first_text(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "onnx" / "model.onnx").write_bytes(b"version https://git-lfs.github.com/spec/v1\n")
    embedder = LocalEmbedder(f"local:{folder}")
    with pytest.raises(ModelRefused, match=r"model cannot be loaded .*Get it again, or name another"):
        embedder.embed_query("boats")


def test_a_model_with_more_behind_its_pooling_is_refused(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    (folder / "modules.json").write_text('[{"type": "sentence_transformers.models.Dense"}]')
    with pytest.raises(ModelRefused, match=r"it ends in Dense, which model\.onnx does not hold"):
        LocalEmbedder(f"local:{folder}").embed_query("boats")


def test_a_model_of_another_trade_is_refused(tmp_path: Path) -> None:
    folder = tiny_models.write_onnx(tmp_path / "model", third_input="pixel_values")
    with pytest.raises(ModelRefused, match=r"cannot be run .*wants an input 'pixel_values'"):
        LocalEmbedder(f"local:{folder}").embed_query("boats")


def test_numbers_that_are_none_are_refused(tmp_path: Path) -> None:
    rows = tiny_models.table()
    rows[tiny_models.VOCABULARY["boats"], 0] = np.nan
    folder = tiny_models.write_onnx(tmp_path / "model", rows=rows)
    with pytest.raises(ModelUnreadable, match="numbers that are not finite"):
        LocalEmbedder(f"local:{folder}").embed_query("boats")


# ---------------------------------------------------------------- in the plugin


@pytest.fixture
def articles(tmp_path: Path) -> Path:
    made = tmp_path / "articles"
    made.mkdir()
    (made / "pt.txt").write_text("Os barcos voltaram ao porto.\n", encoding="utf-8")
    (made / "fr.txt").write_text("Une inondation a fermé la route.\n", encoding="utf-8")
    return made


def test_an_index_is_made_and_searched_with_it_offline(folder: Path, articles: Path, tmp_path: Path) -> None:
    settings = Settings(embedder=f"local:{folder}", offline=True)
    assert settings.host is None
    with QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin:
        assert len(plugin.index().added) == 2
        assert plugin.search("قایق")[0].source == "pt.txt"
        assert plugin.search("flood")[0].source == "fr.txt"
        assert plugin.destination() == "All stays on this machine."
    with QAPlugin(store=tmp_path / "store", settings=Settings(offline=True)) as plugin:  # it remembers its own
        assert plugin.search("flood")[0].source == "fr.txt"
        assert plugin.embedder.name == f"local:{folder}"


def test_a_changed_model_makes_the_index_anew(articles: Path, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    settings = Settings(embedder=f"local:{folder}")
    with QAPlugin(articles, store=tmp_path / "store", settings=settings) as plugin:
        plugin.index()
    shutil.rmtree(folder)
    tiny_models.write_onnx(folder, rows=np.hstack([tiny_models.table(), tiny_models.table()]))
    with QAPlugin(store=tmp_path / "store", settings=settings) as plugin:
        assert plugin.search("flood")[0].source == "fr.txt"
        assert any("brought up to date from its own texts" in notice for notice in plugin.notices)
        assert plugin.embedder.dimension == 2 * tiny_models.DIMENSION


def test_an_index_of_the_built_in_embedder_is_made_anew_for_a_local_one(articles: Path, tmp_path: Path) -> None:
    with QAPlugin(articles, store=tmp_path / "store", settings=Settings()) as plugin:
        plugin.index()
    settings = Settings(embedder=f"local:{_folder(tmp_path)}")
    with QAPlugin(store=tmp_path / "store", settings=settings) as plugin:
        assert plugin.search("سیل")[0].source == "fr.txt"


def test_an_index_whose_model_is_gone_says_so(articles: Path, tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    with QAPlugin(articles, store=tmp_path / "store", settings=Settings(embedder=f"local:{folder}")) as plugin:
        plugin.index()
    shutil.rmtree(folder)
    with (
        QAPlugin(store=tmp_path / "store", settings=Settings()) as plugin,
        pytest.raises(SettingsError, match=r"index was made with the embedder local:.*no folder.*another index"),
    ):
        plugin.search("flood")


def test_the_doctor_says_where_it_is_or_how_to_get_it(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def embedder_check(name: str) -> doctor.Check:
        checks = doctor.examine(Settings(store=tmp_path / "store", embedder=name, offline=True))
        assert "nothing: all stays on this machine" in [check.detail for check in checks]
        return next(check for check in checks if check.name == "embedder")

    good = embedder_check(f"local:{folder}")
    assert (good.state, str(folder) in good.detail) == ("ok", True)
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_CACHE", str(tmp_path / "cache"))
    bad = embedder_check("local:intfloat/multilingual-e5-small")
    assert bad.state == "fail"
    assert "hf download" in bad.mend


def test_a_prefix_without_a_name_is_refused() -> None:
    with pytest.raises(SettingsError, match="QA_PLUGIN_EMBEDDER is 'local:' and names no model"):
        Settings(embedder="local:")
