"""Articles: which files are read, as which characters, and what of them is the article."""

from __future__ import annotations

import hashlib
import os
import time
from pathlib import Path

import pytest

from qa_plugin.articles import files as files_module
from qa_plugin.articles.boilerplate import body_spans, dropped_lines
from qa_plugin.articles.decoding import UnreadableFile, decode
from qa_plugin.articles.files import read_bytes, scan
from qa_plugin.articles.reader import article_from_text, read_article
from qa_plugin.errors import ArticlesError
from qa_plugin.plugin import QAPlugin
from qa_plugin.presentation import render

POSIX = pytest.mark.skipif(os.name != "posix", reason="needs links and pipes")

PT = (
    "O cais novo da cidade de Vila Sarda não vai abrir antes do fim do ano, disse a capitania na terça-feira. "
    "A empresa que devia entregar as 400 toneladas de aço faliu e ainda não há quem a substitua."
)
FR = (
    "Le nouveau quai de la ville n'ouvrira pas avant la fin de l'année, a annoncé mardi la capitainerie. "
    "L'entreprise qui devait livrer l'acier a fait faillite et n'a pas encore été remplacée."
)
EN = (
    "The new pier of the town will not open before the end of the year, the harbour master said on Tuesday. "
    "The company that was to deliver the 400 tonnes of steel has gone out of business."
)
AR = (
    "لن يفتتح الرصيف الجديد في المدينة قبل نهاية العام، كما قالت سلطة الميناء يوم الثلاثاء. وأضافت أن الشركة التي "
    "كان من المقرر أن تورد الفولاذ قد أفلست ولم يتم العثور على من يحل محلها حتى الآن."
)
FA = (
    "اسکله جدید شهر تا پایان سال باز نخواهد شد و مدیر بندر روز سه‌شنبه این خبر را اعلام کرد. شرکتی که قرار بود "
    "چهارصد تن فولاد را تحویل دهد ورشکست شده است و هنوز جایگزینی برای آن پیدا نشده است."
)


def body(text: str) -> list[str]:
    return [text[span.start : span.end] for span in body_spans(text)]


# ---------------------------------------------------------------- scan


def test_scan_lists_text_and_counts_the_rest(tmp_path: Path) -> None:
    for name in ("b.txt", "a.MD", "deep/er/c.txt", "x.pdf", "y.pdf", "z.docx", "plain"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    found = scan(tmp_path)
    assert [file.source for file in found.files] == ["a.MD", "b.txt", "deep/er/c.txt"]
    assert dict(found.other_formats) == {".pdf": 2, ".docx": 1, "(no suffix)": 1}
    assert found.other_formats[0] == (".pdf", 2)
    assert found.total_bytes == 12
    assert found.files[0].size == 4
    assert found.failed == ()


def test_scan_skips_hidden_stores_and_environments(tmp_path: Path) -> None:
    for name in (
        ".hidden.txt",
        ".git/a.txt",
        ".venv/lib/site-packages/p/top.txt",
        "venv/a.txt",
        "env/a.txt",
        "node_modules/m/readme.md",
        "__pycache__/a.txt",
        "vectorstore/notes.txt",
        "kept/a.txt",
    ):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("text")
    (tmp_path / "env/pyvenv.cfg").write_text("")
    (tmp_path / "vectorstore/catalogue.sqlite3").write_text("")
    assert [file.source for file in scan(tmp_path).files] == ["kept/a.txt"]


@POSIX
def test_scan_follows_no_links_and_lists_no_pipes(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    root = tmp_path / "root"
    for folder in (outside, root):
        folder.mkdir()
    (outside / "secret.txt").write_text("secret")
    (root / "a.txt").write_text("text")
    (root / "link.txt").symlink_to(outside / "secret.txt")
    (root / "folder").symlink_to(outside)
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.txt")
    assert [file.source for file in scan(root).files] == ["a.txt"]
    (tmp_path / "way").symlink_to(root)
    assert [file.source for file in scan(tmp_path / "way").files] == ["a.txt"]


@POSIX
def test_scan_reports_names_that_are_not_unicode(tmp_path: Path) -> None:
    name = os.fsencode(tmp_path) + b"/caf\xe9.txt"
    try:
        Path(os.fsdecode(name)).write_text("text")
    except OSError:
        pytest.skip("this file system takes only Unicode names")
    assert scan(tmp_path).files == ()
    assert scan(tmp_path).failed[0][1] == "its name is not valid Unicode: rename it"


def test_scan_of_a_single_file(tmp_path: Path) -> None:
    file = tmp_path / "one.txt"
    file.write_text("text")
    assert [(f.source, f.path) for f in scan(file).files] == [("one.txt", file.resolve())]
    other = tmp_path / "one.pdf"
    other.write_text("text")
    assert scan(other).files == ()
    assert scan(other).other_formats == ((".pdf", 1),)


def test_scan_of_nothing(tmp_path: Path) -> None:
    assert scan(tmp_path).files == ()
    with pytest.raises(ArticlesError, match=r"there is no folder or file .*nowhere"):
        scan(tmp_path / "nowhere")


# ---------------------------------------------------------------- bytes


@POSIX
def test_only_regular_files_are_read(tmp_path: Path) -> None:
    file, link, pipe = tmp_path / "a.txt", tmp_path / "link.txt", tmp_path / "pipe.txt"
    file.write_bytes(b"text")
    link.symlink_to(file)
    os.mkfifo(pipe)
    assert read_bytes(file).data == b"text"
    assert read_bytes(file).modified_ns == file.stat().st_mtime_ns
    with pytest.raises(UnreadableFile, match="links are not followed"):
        read_bytes(link)
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_bytes(pipe)
    with pytest.raises(UnreadableFile, match="not a regular file"):
        read_bytes(tmp_path)
    with pytest.raises(UnreadableFile, match="cannot be read: No such file"):
        read_bytes(tmp_path / "gone.txt")


def test_large_files_are_refused_before_reading(tmp_path: Path) -> None:
    file = tmp_path / "large.txt"
    with file.open("wb") as handle:
        handle.truncate(files_module.MAX_FILE_BYTES + 1)
    started = time.perf_counter()
    with pytest.raises(UnreadableFile, match=r"too large for an article \(50 MB, the limit is 50 MB\)"):
        read_bytes(file)
    assert time.perf_counter() - started < 0.2


# ---------------------------------------------------------------- decoding


@pytest.mark.parametrize(
    ("text", "encoding", "named"),
    [
        (PT, "utf-8", "utf-8"),
        (FA, "utf-8", "utf-8"),
        ("\ufeff" + PT, "utf-8", "utf-8"),
        ("\ufeff" + AR, "utf-16-le", "utf-16-le"),
        ("\ufeff" + AR, "utf-16-be", "utf-16-be"),
        ("\ufeff" + AR, "utf-32-le", "utf-32-le"),
        (PT, "utf-16-le", "utf-16-le"),
        (AR, "utf-16-be", "utf-16-be"),
        (FA, "utf-16-le", "utf-16-le"),
        (PT, "cp1252", "cp1252"),
        (FR, "cp1252", "cp1252"),
        (PT, "mac-roman", "mac-roman"),
        (FR.replace("acier", "œuvre de cœur"), "iso8859-15", "iso8859-15"),
        (AR, "cp1256", "cp1256"),
        (AR.replace("،", ","), "iso8859-6", "iso8859-6"),
        (FA.replace("ی", "ي").replace("\u200c", " "), "cp1256", "cp1256"),
    ],
)
def test_encodings(text: str, encoding: str, named: str) -> None:
    for piece in (text, text.replace(". ", ".\r\n")):
        assert decode(piece.encode(encoding)) == (piece, named)


def test_short_texts_in_legacy_encodings() -> None:
    assert decode(PT[:100].encode("cp1252"))[0] == PT[:100]
    assert decode(AR[:100].encode("cp1256"))[0] == AR[:100]


def test_cyrillic_is_read_as_cyrillic() -> None:
    text = (
        "Портовые власти заявили во вторник, что новый причал не откроется до конца года, "
        "потому что компания обанкротилась. "
    )
    assert decode((text * 3).encode("cp1251"))[0] == text * 3


def test_nothing_is_text_too() -> None:
    assert decode(b"") == ("", "utf-8")


@pytest.mark.parametrize("encoding", ["utf-8", "cp1252"])
def test_a_stray_nul_stays_in_the_text(encoding: str) -> None:
    text = PT[:60] + "\0" + PT[60:]
    assert decode(text.encode(encoding)) == (text, encoding)
    assert decode(b"The ferry to Gull Island\x00 resumed on Tuesday.")[0].count("\0") == 1


@pytest.mark.parametrize(("control", "length", "is_text"), [
    (b"\0", 39, False), (b"\0", 40, True), (b"\0\0", 60, False), (b"\0\x01", 60, False),
    (b"\x01", 40, False), (b"\x01", 99, False), (b"\x01", 100, True), (b"\0\x01", 200, True),
])  # fmt: skip
def test_one_nul_is_a_slip_and_others_count_by_their_share(control: bytes, length: int, *, is_text: bool) -> None:
    data = control + b"a" * (length - len(control))
    if is_text:
        assert decode(data) == (data.decode(), "utf-8")
    else:
        with pytest.raises(UnreadableFile, match="it is binary"):
            decode(data)


def test_an_article_with_a_stray_nul_is_quoted_to_the_character(tmp_path: Path) -> None:
    data = b"Bank fined\n\nThe regulator\x00 fined Northmere Bank \x0045 million euros on Wednesday.\n"
    (tmp_path / "articles").mkdir()
    (tmp_path / "articles" / "bank.txt").write_bytes(data + b"Shares in the bank fell by seven percent. " * 3)
    with QAPlugin(tmp_path / "articles", store=tmp_path / "store") as plugin:
        assert plugin.index().failed == ()
        answer = plugin.ask("How much was Northmere Bank fined?")
        text = plugin.source_text("bank.txt")
        told = plugin.call_tool("ask", {"question": answer.question})
    [citation] = answer.citations
    assert "45" in answer.text
    assert "\0" not in answer.text
    assert data.decode().startswith(text[: citation.end])
    assert citation.quote == text[citation.start : citation.end]
    assert citation.quote.count("\0") == 2
    assert "\0" not in told["citations"][0]["quote"] + render(answer, width=80)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7fELF\x02\x01\x01" + bytes(100), "it is a program"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "it is an image"),
        (b"%PDF-1.7\nabc", "it is a PDF document"),
        (b"{\\rtf1 abc}", "it is an RTF document"),
        (b"abc\x00def", "holds NUL bytes"),
        (b"\x00" * 4 + b"A few words stand in a file of a program. " * 5, "holds NUL bytes"),
        (("港务局周二表示新码头在年底之前不会开放\n" * 9).encode("utf-16-le")[:-1], "holds NUL bytes"),
        (("\0" + FA).encode("utf-16-be"), "holds NUL bytes"),
        (bytes(range(1, 256)) * 20, "holds control characters"),
        (FA.encode()[:-2], "UTF-8, but damaged in 1 place"),
        (FA[:100].encode() + b"\xff" + FA[100:].encode(), "damaged in 1 place"),
        (b"\xff\xfea", "begins as UTF-16-LE"),
        (b"\xef\xbb\xbfabc\xff", "begins as UTF-8"),
        (bytes(range(0xA1, 0x100)) * 4, "could not be told with certainty"),
        ("港务局周二表示新码头在年底之前不会开放".encode("gb18030") * 5, "could not be told with certainty"),
    ],
)
def test_what_is_no_text_is_refused_with_a_reason(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableFile, match=reason) as caught:
        decode(data)
    assert caught.value.reason == str(caught.value)


# ---------------------------------------------------------------- body


@pytest.mark.parametrize(
    "line",
    [
        "Share this article",
        "Share on Facebook Twitter WhatsApp",
        "Leave a Reply",
        "Your email address will not be published. Required fields are marked *",
        "5 Comments",
        "Follow us on Google News",
        "Sign up for our daily newsletter",
        "Home > World > Asia",
        "News | Sport | Weather | Business",
        "Read more: Town counts the cost of a late pier",
        "Photo: Jane Doe/Getty Images",
        "All rights reserved.",
        "ADVERTISEMENT",
        "The post New pier late appeared first on Harbour Post.",
        "Source link",
        "Tags: steel, pier, harbour",
        "#steel #pier",
        "https://example.org/a/b",
        "13 July 2025, 10:30",
        "By Jane Doe",
        "***",
        "DEIXE UMA RESPOSTA",
        "Por favor digite seu comentário!",
        "Compartilhe no WhatsApp",
        "Siga-nos no Instagram",
        "Leia também: O aço que não chega",
        "Publicado em 13/07/2025 às 10h30",
        "Continua após a publicidade",
        "Este site usa cookies para melhorar a sua experiência.",
        "Todos os direitos reservados",
        "CompartilharImprimirCopiar link",
        "Laisser un commentaire",
        "Votre adresse e-mail ne sera pas publiée. Les champs obligatoires sont indiqués avec *",
        "Partager sur Facebook",
        "À lire aussi : Le port attend son acier",
        "Publié le 13 juillet 2025 à 10h30",
        "Temps de lecture : 2 min",
        "Crédit photo : Jean Dupont",
        "اترك تعليقاً",
        "شارك الخبر",
        "اقرأ أيضا: الميناء ينتظر الفولاذ",
        "تابعونا على فيسبوك",
        "جميع الحقوق محفوظة",
        "نشكركم على قراءة خبر الرصيف الجديد من موقعنا",
        "هذا الخبر منقول آليا من مصدره",
        "الكلمات المفتاحية: ميناء، فولاذ",
        "دیدگاه خود را بنویسید",
        "نشانی ایمیل شما منتشر نخواهد شد",
        "انتهای پیام",
        "انتهای پیام/",
        "کد خبر: ۱۲۳۴۵",
        "لینک کوتاه : example.ir/x1",
        "بیشتر بخوانید: بندر در انتظار فولاد",
        "چاپ خبر",
        "ﭼﺎپ ﺧﺒﺮ",
        "تاریخ انتشار: ۲۲ تیر ۱۴۰۴ - ۱۰:۳۰",
    ],
)
def test_site_lines_are_dropped(line: str) -> None:
    text = f"{EN}\n\n{line}\n\n{EN} Again.\n\n{line}\n"
    assert body(text) == [EN, EN + " Again."]


@pytest.mark.parametrize(
    "line",
    [
        "She asked them to share this article with the families of all who had worked on the pier.",
        "The minister shared the news on Facebook and Twitter before the cabinet had met.",
        "Comments by the harbour master, who is to leave in May, were not well received.",
        "Print money or raise taxes?",
        "Leave the port, the captain said.",
        "Ele pediu que compartilhassem a notícia no WhatsApp com todas as famílias da cidade.",
        "Deixe uma resposta a quem perdeu o emprego, pediu o sindicato ao ministro.",
        "Publicado em 2019, o estudo já dizia que o cais era estreito demais para os navios.",
        "Suivez-nous, a crié le capitaine aux passagers qui attendaient sur le quai.",
        "La source de l'incendie reste inconnue, selon les pompiers.",
        "وشارك الوزير في الاجتماع الذي عقد على هامش افتتاح الميناء.",
        "قال المصدر إن الخبر غير صحيح وإن الرصيف لن يفتتح.",
        "او از مردم خواست دیدگاه خود را بنویسند و برای شهرداری بفرستند.",
        "تاریخ این بندر به بیش از ۲۰۰ سال پیش باز می‌گردد.",
        '"Yes."',
        "Why? Nobody knows.",
        "Steel: 400 tonnes",
        "Le « miracle » du port - Analyse",
        "On 13 July 2025 the pier was closed.",
    ],
)
def test_sentences_of_the_story_are_kept(line: str) -> None:
    assert body(f"{EN}\n{line}\n{EN} Again.") == [EN, line, EN + " Again."]


def test_menus_at_both_ends_are_dropped_and_the_headline_stays() -> None:
    menu = "Home\nTown\nLetters\nTides"
    text = f"Harbour Herald\n{menu}\nNew pier will open a year late\n\n{EN}\n\n{EN} Again.\n\n{menu}\n"
    assert body(text) == ["New pier will open a year late", EN, EN + " Again."]
    assert "Letters" in dropped_lines(text)


def test_after_a_list_heading_only_prose_counts() -> None:
    related = "LEIA TAMBÉM\nO aço que não chega\nUm verão sem barcos"
    text = f"{PT}\n{related}\n{PT} Fim da história.\nDEIXE UM COMENTÁRIO\nNome *\nmuito bom\n"
    assert body(text) == [PT, PT + " Fim da história."]


def test_offsets_are_those_of_the_text() -> None:
    text = f"\ufeff \u200f{AR}\r\n\r\n\u200bشارك الخبر\r\n  {AR} نهاية.\u200f \r\n"
    assert body(text) == [AR, AR + " نهاية."]


def test_lines_of_a_fixed_width_are_one_paragraph() -> None:
    words = EN.split()
    lines, line = [], ""
    for word in words:
        if len(line) + len(word) > 60:
            lines.append(line)
            line = word
        else:
            line = f"{line} {word}".strip()
    wrapped = "\n".join([*lines, line])
    assert body(f"New pier late\n\n{wrapped}\n\n{EN}") == ["New pier late", wrapped, EN]
    assert len(body("\n".join([EN, EN, EN]))) == 3


def test_markdown() -> None:
    fields = "---\ntitle: 'The late pier'\ndate: 2025-07-13\nsource: Lusa\n---\n\n"
    text = f"{fields}# New pier will be late\n\n{EN}\n\n## Why\n\n{EN}\n"
    article = article_from_text("a.md", text)
    assert (article.title, article.published, article.credits) == ("The late pier", "2025-07-13", ("Lusa",))
    assert body(text) == ["New pier will be late", EN, "Why", EN]
    assert article_from_text("a.md", text.partition("---\n\n")[2]).title == "New pier will be late"


# ---------------------------------------------------------------- metadata


@pytest.mark.parametrize(
    ("top", "title"),
    [
        ("New pier will open a year late", "New pier will open a year late"),
        ("Will the pier open?", "Will the pier open?"),
        ("Home | News | Sport\nNew pier will open a year late", "New pier will open a year late"),
        (
            "THE HARBOUR HERALD\n13 July 2025\nNew pier will open a year late\nBy Jane Doe",
            "New pier will open a year late",
        ),
        ("Economy\nNew pier will open a year late", "New pier will open a year late"),
        ("The pier is late.", None),
        ("", None),
        ("Share this article", None),
    ],
)
def test_titles(top: str, title: str | None) -> None:
    assert article_from_text("a.txt", f"{top}\n\n{EN}\n\n{EN}").title == title


@pytest.mark.parametrize(
    ("text", "day"),
    [
        (f"A late pier\nPublished: 13 July 2025\n{EN}", "2025-07-13"),
        (f"A late pier\nPublished 13 July 2025 | Updated 14 July 2025\n{EN}", "2025-07-13"),
        (f"A late pier\nUpdated: 14 July 2025\n{EN}", "2025-07-14"),
        (f"A late pier\nUpdated: 14 July 2025\n{EN}\nPublished: 13 July 2025", "2025-07-13"),
        (f"A late pier\nSunday, July 13, 2025 10:30 GMT\n{EN}", "2025-07-13"),
        (f"A late pier\n13/07/2025 - 10h30 | 3 min read\n{EN}", "2025-07-13"),
        (f"Um cais\nPor Ana Silva | Publicado em 13/07/2025 às 10h30\n{PT}", "2025-07-13"),
        (f"Um cais\nLisboa, 13 de julho de 2025\n{PT}", "2025-07-13"),
        (f"Un quai\nPublié le dimanche 13 juillet 2025 à 10h30\n{FR}", "2025-07-13"),
        (f"PARIS, 13 juillet 2025 (AFP) – {FR}", "2025-07-13"),
        (f"رصيف\nتاريخ النشر: الأحد 13 تموز/يوليو 2025\n{AR}", "2025-07-13"),
        (f"باريس 13 يوليو 2025 (أ ف ب) - {AR}", "2025-07-13"),
        (f"اسکله\nتاریخ انتشار: یکشنبه ۲۲ تیر ۱۴۰۴ - ۱۰:۳۰\n{FA}", "2025-07-13"),
        (f"اسکله\nکد خبر: ۸۸۱۲۳     یکشنبه ۲۲ تیر ۱۴۰۴     ساعت ۱۰:۳۰\n{FA}", "2025-07-13"),
        (f"A late pier\n{EN}\nOn 13 July 2025 the old pier was closed, and nobody has come since then.", None),
        (f"PARIS, July 13 (AFP) – {EN}", None),
        (f"A late pier\nPublished in July 2025\n{EN}", None),
        (EN, None),
    ],
)
def test_day_of_publication(text: str, day: str | None) -> None:
    assert article_from_text("a.txt", text).published == day


@pytest.mark.parametrize(
    ("text", "credits"),
    [
        (f"LISBON, July 13 (Reuters) - {EN}", ("Reuters",)),
        (f"MOSCOW, July 13. /TASS/. {EN}", ("TASS",)),
        (f"الرياض - رويترز - {AR}", ("Reuters",)),
        (f"باريس (أ ف ب) - {AR}", ("AFP",)),
        (f"{PT} Reuters", ("Reuters",)),
        (f"{FR} (AFP)", ("AFP",)),
        (f"{FR} (AFP)\n{FR}", ("AFP",)),
        (f"{PT}\n\nCom informações da Lusa", ("Lusa",)),
        (f"{PT}\n\n*Com informações da Agência Lusa e Reuters", ("Lusa", "Reuters")),
        (f"{FR}\n\nAvec AFP", ("AFP",)),
        (f"Un quai en retard\nLe Figaro avec AFP\n{FR}", ("Le Figaro", "AFP")),
        (f"Un quai en retard\n13/07/2025 — par Jean Dupont (avec MAP)\n{FR}", ("MAP",)),
        (f"A late pier\nBy Reuters staff\n{EN}", ("Reuters",)),
        (f"A late pier\nBy Jane Doe, Associated Press\n{EN}", ("AP",)),
        (f"{EN}\nSource: The Harbour Herald", ("The Harbour Herald",)),
        (f"{AR}\nالمصدر: وكالات", ("agencies",)),
        (f"{AR}\nالمصدر: رويترز + الجزيرة", ("Reuters", "Al Jazeera")),
        (f"{AR}\nنقلا عن رويترز", ("Reuters",)),
        (f"به گزارش خبرگزاری مهر به نقل از تاس، {FA}", ("Mehr", "TASS")),
        (f"به گزارش گروه بین‌الملل خبرگزاری فارس، {FA}", ("Fars",)),
        (f"ﺑﻪ ﮔﺰارش ﺧﺒﺮﮔﺰاری ﺑﻨﺪر ﻧﯿﻮز\n\n{FA}", ("خبرگزاری بندر نیوز",)),
        (f"{FA}\nمنبع: ایسنا", ("ISNA",)),
        (f"مرسى 24- متابعات الأخبار. نترككم مع خبر الرصيف\n{AR}", ("مرسى 24",)),
        (f"{EN}\nThe post A late pier appeared first on Harbour Herald.", ("Harbour Herald",)),
        (f"{EN} The harbour master told Reuters. It is late.", ()),
        (f"O cais está atrasado, disse a agência estatal (KCNA).\n{PT}", ()),
        (f"{PT}\nO cais está atrasado, disse a KCNA.", ()),
        (f"{FA}\n{FA}\n{FA}\nبه گزارش خبرگزاری رسمی کره شمالی (KCNA)، {FA}", ()),
        (f"{EN}\nPhoto: Reuters/Jane Doe", ()),
        (f"{EN}\nSource link", ()),
        (f"{EN}\nA map and a spa (spa) were drawn.", ()),
    ],
)
def test_credits(text: str, credits: tuple[str, ...]) -> None:  # noqa: A002 - the field's own word
    assert article_from_text("a.txt", text).credits == credits


def test_credit_lines_are_no_part_of_the_story() -> None:
    text = f"Um cais em atraso no rio\n{PT}\n{PT} Fim.\nCom informações da Lusa\n"
    assert body(text) == ["Um cais em atraso no rio", PT, PT + " Fim."]


# ---------------------------------------------------------------- reading


def test_read_article(tmp_path: Path) -> None:
    file = tmp_path / "news" / "pier.txt"
    file.parent.mkdir()
    data = f"Um cais em atraso no rio\r\n\r\n{PT}\r\n\r\nCompartilhe\r\n".encode("cp1252")
    file.write_bytes(data)
    article, state = read_article(file, tmp_path)
    assert (article.source, article.encoding, article.language) == ("news/pier.txt", "cp1252", "pt")
    assert article.title == "Um cais em atraso no rio"
    assert article.text.encode("cp1252") == data
    assert [article.text[span.start : span.end] for span in article.body][1] == PT
    assert state.source == "news/pier.txt"
    assert state.content_hash == hashlib.sha256(data).hexdigest()
    assert (state.size, state.modified_ns) == (len(data), file.stat().st_mtime_ns)
    assert read_article(file, file)[0].source == "pier.txt"


def test_read_article_outside_its_root(tmp_path: Path) -> None:
    file = tmp_path / "a.txt"
    file.write_text(EN)
    with pytest.raises(UnreadableFile, match="does not lie under"):
        read_article(file, tmp_path / "other")


@pytest.mark.parametrize(("text", "language"), [(EN, "en"), (PT, "pt"), (FR, "fr"), (AR, "ar"), (FA, "fa")])
def test_language_of_an_article_is_that_of_its_body(text: str, language: str) -> None:
    noise = (
        "Share this article\nLeave a Reply\nYour email address will not be published. Required fields are marked *\n"
        * 4
    )
    assert article_from_text("a.txt", f"{text}\n{noise}").language == language


@pytest.mark.parametrize("text", ["", "\n \n", "\ufeff", ".", "***", "---\n", "# \n", "Share this article"])
def test_articles_with_nothing_in_them(text: str) -> None:
    article = article_from_text("a.txt", text)
    assert (article.title, article.published, article.credits) == (None, None, ())
    assert all(text[span.start : span.end].strip() for span in article.body)


def test_odd_texts_are_read_quickly() -> None:
    started = time.perf_counter()
    for text in ("a" * 300_000, "- " * 200_000, '"(' * 100_000, "12/" * 100_000, "\n" * 300_000, "13 may " * 50_000):
        article_from_text("a.txt", text)
    assert time.perf_counter() - started < 5
