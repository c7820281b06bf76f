"""What became of some people does not answer what became of others."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.folders import ask_folder

NILE = "فيضان النيل\n\nالقاهرة، 5 مارس 2026\n\nأدى فيضان النيل إلى إجلاء ٩٠٠ شخص في الوادي.\n"
MINE = "Accident à la mine de Corvel\n\n4 mars 2026\n\nL'effondrement a fait 37 blessés à la mine de Corvel.\n"
ESCAPE = "Fuga em Lurdes\n\n4 de março de 2026\n\nA polícia deteve 52 pessoas depois da revolta na prisão de Lurdes.\n"


@pytest.mark.parametrize(
    ("text", "question", "value"),
    [
        (NILE, "How many people died in the Nile flood?", None),
        (NILE, "Combien de personnes ont été blessées dans la crue du Nil ?", None),
        (NILE, "How many people were evacuated in the Nile flood?", "900"),
        (NILE, "در سیل نیل چند نفر جابه‌جا و تخلیه شدند؟", "۹۰۰"),
        (MINE, "How many people were killed at the Corvel mine?", None),
        (MINE, "كم عدد الجرحى في منجم كورفيل؟", "٣٧"),
        (ESCAPE, "How many people were injured in the revolt at Lurdes prison?", None),
        (ESCAPE, "How many people were arrested after the revolt at Lurdes prison?", "52"),
    ],
)
def test_a_fate_is_not_told_by_another(tmp_path: Path, text: str, question: str, value: str | None) -> None:
    answer = ask_folder(tmp_path, question, {"a.txt": text})
    if value is None:
        assert answer.status == "not_in_sources", answer.text
    else:
        assert answer.text.startswith(value)
