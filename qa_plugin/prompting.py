"""Prompt templates: files with `$name` holes, found in one of a few folders, filled exactly or refused."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Template

from qa_plugin.errors import PromptError

ANSWER_SYSTEM = "answer.system.md"
ANSWER_USER = "answer.user.md"
REPAIR_USER = "repair.user.md"
RECHECK_USER = "recheck.user.md"
PLAN_SYSTEM = "plan.system.md"
PLAN_USER = "plan.user.md"


@dataclass(frozen=True, slots=True)
class PromptTemplate:
    """One message with holes; a `$` that belongs to the text is written `$$`."""

    name: str
    text: str

    def holes(self) -> frozenset[str]:
        """The names of the holes.

        Raises:
            PromptError: A `$` begins no valid hole.
        """
        template = Template(self.text)
        if not template.is_valid():
            raise PromptError(f"{self.name}: a '$' is followed by no name; write '$$' for a dollar sign.")
        return frozenset(template.get_identifiers())

    def fill(self, **values: str) -> str:
        """Put the values into the holes, each once, none left over; a `$` inside a value means nothing.

        Raises:
            PromptError: A hole has no value, or a value has no hole.
        """
        holes = self.holes()
        missing = sorted(holes - values.keys())
        unused = sorted(values.keys() - holes)
        if missing:
            raise PromptError(f"{self.name}: no value for {_holes(missing)}; it may have {_holes(sorted(values))}.")
        if unused:
            raise PromptError(f"{self.name}: {_holes(unused)} is not in the template; add it where it belongs.")
        return Template(self.text).substitute(values)


@dataclass(frozen=True, slots=True)
class Prompts:
    """The templates that answering needs, and the hash that travels with each answer."""

    answer_system: PromptTemplate
    answer_user: PromptTemplate
    repair_user: PromptTemplate
    recheck_user: PromptTemplate
    plan_system: PromptTemplate
    plan_user: PromptTemplate

    @property
    def prompt_hash(self) -> str:
        """Changes when any of the templates does."""
        return prompt_hash(getattr(self, name) for name in self.__slots__)


def load_prompts(*, override: Path | None = None) -> Prompts:
    """Read the templates; `override` is a folder whose files go before those that come with the package.

    Raises:
        PromptError: The folder or a file is missing or unreadable.
    """
    return Prompts(
        answer_system=load_template(ANSWER_SYSTEM, override=override),
        answer_user=load_template(ANSWER_USER, override=override),
        repair_user=load_template(REPAIR_USER, override=override),
        recheck_user=load_template(RECHECK_USER, override=override),
        plan_system=load_template(PLAN_SYSTEM, override=override),
        plan_user=load_template(PLAN_USER, override=override),
    )


def load_template(name: str, *, override: Path | None = None) -> PromptTemplate:
    """Read one template from the first folder that has it.

    Raises:
        PromptError: No folder has it, or it is not readable as UTF-8; the message names the folders.
    """
    if override is not None and not override.is_dir():
        raise PromptError(f"The prompts folder {override} does not exist; make it, or leave that setting out.")
    folders = prompt_folders(override=override)
    for folder in folders:
        path = folder / name
        if path.is_file():
            return PromptTemplate(name, _read(path))
    looked = ", ".join(str(folder) for folder in folders)
    raise PromptError(f"The prompt {name} was not found. Looked in: {looked}. Reinstall the package to restore it.")


def prompt_folders(*, override: Path | None = None) -> tuple[Path, ...]:
    """Where prompts are looked for: the override, the installed package, the folder beside it."""
    package = Path(__file__).resolve().parent
    own = (package / "prompts", package.parent / "prompts")
    return own if override is None else (override, *own)


def prompt_hash(templates: Iterable[PromptTemplate]) -> str:
    """Twelve hex digits of the SHA-256 of names and texts, whatever their order."""
    digest = hashlib.sha256()
    for name, text in sorted((template.name, template.text) for template in templates):
        digest.update(f"{name}\0{text}\0".encode())
    return digest.hexdigest()[:12]


def _read(path: Path) -> str:
    try:
        # Universal newlines: the hash is the same in a checkout with other line ends.
        return path.read_text(encoding="utf-8-sig").strip() + "\n"
    except UnicodeDecodeError as error:
        raise PromptError(f"The prompt {path} is not UTF-8 (byte {error.start}); save it as UTF-8.") from error
    except OSError as error:
        raise PromptError(f"The prompt {path} cannot be read: {error.strerror or error}.") from error


def _holes(names: Iterable[str]) -> str:
    return ", ".join(f"${name}" for name in names) or "none"
