from __future__ import annotations

import re
from pathlib import Path

import pytest

from qa_plugin.errors import PromptError
from qa_plugin.prompting import PromptTemplate, load_prompts, load_template, prompt_folders, prompt_hash

PROMPTS = Path(__file__).parent.parent / "prompts"
HOLES = {
    "answer.system.md": set(),
    "answer.user.md": {"marker", "passages", "question", "language"},
    "repair.user.md": {"problem", "language"},
    "recheck.user.md": {"failures", "language"},
    "plan.system.md": set(),
    "plan.user.md": {"earlier", "languages", "question"},
    "judge.system.md": set(),
    "judge.user.md": {"marker", "question", "gold", "answer"},
    "mcp.instructions.md": set(),
    "mcp.ask_news.md": {"question"},
    "mcp.compare_sources.md": {"topic"},
    "mcp.fact_check.md": {"statement"},
}
ANSWERING = [name for name in HOLES if not name.startswith(("judge.", "mcp."))]
"""Those that the hash of an answer covers."""


def test_every_file_in_the_folder_is_a_known_prompt_with_its_known_holes() -> None:
    found = {path.name: set(load_template(path.name).holes()) for path in PROMPTS.glob("*.*.md")}
    assert found == HOLES
    assert {path.name for path in PROMPTS.iterdir()} == {*HOLES, "README.md"}


def test_the_readme_of_the_prompts_names_every_file_and_hole() -> None:
    rows = re.findall(r"^\| `([\w.]+)` \|(.*)\|$", (PROMPTS / "README.md").read_text("utf-8"), re.MULTILINE)
    assert {name: set(re.findall(r"`\$(\w+)`", row)) for name, row in rows} == HOLES


def test_fill_puts_values_in_as_they_are() -> None:
    template = PromptTemplate("x.md", "Cost: $$5. $question / $language")
    assert template.fill(question="$language {0} %s $$", language="French") == "Cost: $5. $language {0} %s $$ / French"


@pytest.mark.parametrize(
    ("text", "values", "message"),
    [
        ("$question $date", {"question": "q"}, r"x\.md: no value for \$date; it may have \$question"),
        ("nothing", {"question": "q"}, r"x\.md: \$question is not in the template"),
        ("5 $ for $question", {"question": "q"}, r"x\.md: a '\$' is followed by no name; write '\$\$'"),
    ],
)
def test_fill_refuses_what_does_not_fit(text: str, values: dict[str, str], message: str) -> None:
    with pytest.raises(PromptError, match=message):
        PromptTemplate("x.md", text).fill(**values)


def test_a_missing_prompt_names_the_folders_looked_in(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"absent\.md was not found") as refusal:
        load_template("absent.md", override=tmp_path)
    for folder in prompt_folders(override=tmp_path):
        assert str(folder) in str(refusal.value)
    assert prompt_folders(override=tmp_path)[0] == tmp_path


def test_files_of_the_override_come_first_and_the_others_from_the_package(tmp_path: Path) -> None:
    (tmp_path / "repair.user.md").write_bytes("\ufeffEncore : $problem ($language)\r\n".encode())
    prompts = load_prompts(override=tmp_path)
    assert prompts.repair_user.text == "Encore : $problem ($language)\n"
    assert prompts.answer_system == load_prompts().answer_system


def test_an_override_that_is_no_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PromptError, match=r"folder .*gone does not exist"):
        load_prompts(override=tmp_path / "gone")


def test_a_prompt_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "answer.user.md").write_bytes(b"r\xe9ponse")
    with pytest.raises(PromptError, match=r"answer\.user\.md is not UTF-8 \(byte 1\)"):
        load_prompts(override=tmp_path)


def test_the_hash_is_short_stable_and_changes_with_any_file(tmp_path: Path) -> None:
    usual = load_prompts().prompt_hash
    assert re.fullmatch(r"[0-9a-f]{12}", usual)
    assert load_prompts().prompt_hash == usual
    hashes = {usual}
    for name in HOLES:
        folder = tmp_path / name
        folder.mkdir()
        (folder / name).write_text((PROMPTS / name).read_text("utf-8") + "One word more.", "utf-8")
        hashes.add(load_prompts(override=folder).prompt_hash)
    assert len(hashes) == 1 + len(ANSWERING)


def test_the_hash_does_not_depend_on_order_or_line_ends(tmp_path: Path) -> None:
    one, two = PromptTemplate("a", "1"), PromptTemplate("b", "2")
    assert prompt_hash([one, two]) == prompt_hash([two, one]) != prompt_hash([one])
    for name in HOLES:
        content = (PROMPTS / name).read_bytes().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
        (tmp_path / name).write_bytes(content)
    assert load_prompts(override=tmp_path).prompt_hash == load_prompts().prompt_hash
