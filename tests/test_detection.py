"""Languages are told apart in articles and in questions of a few words."""

from __future__ import annotations

import time

import pytest

from qa_plugin.language.detection import best_guess, detect, letters_of

ENGLISH = (
    "The harbour authority said on Tuesday that the new pier would not open before the end of the year, "
    "because the company that was to deliver the steel has gone out of business."
)
PORTUGUESE = (
    "A autoridade portuária disse na terça-feira que o novo cais não vai abrir antes do fim do ano, "
    "porque a empresa que devia entregar o aço faliu e ainda não há quem a substitua."
)
FRENCH = (
    "Les autorités du port ont annoncé mardi que le nouveau quai n'ouvrira pas avant la fin de l'année, "
    "parce que l'entreprise qui devait livrer l'acier a fait faillite et n'a pas été remplacée."
)
ARABIC = (
    "قالت سلطة الميناء يوم الثلاثاء إن الرصيف الجديد لن يفتتح قبل نهاية العام، لأن الشركة التي كان من المقرر "
    "أن تورد الفولاذ قد أفلست ولم يتم العثور على من يحل محلها حتى الآن."
)
PERSIAN = (
    "مقام‌های بندر روز سه‌شنبه گفتند که اسکله جدید تا پایان سال باز نخواهد شد، زیرا شرکتی که قرار بود فولاد را "
    "تحویل دهد ورشکست شده است و هنوز جایگزینی برای آن پیدا نشده است."
)


@pytest.mark.parametrize(
    ("text", "language"),
    [(ENGLISH, "en"), (PORTUGUESE, "pt"), (FRENCH, "fr"), (ARABIC, "ar"), (PERSIAN, "fa")],
    ids=["en", "pt", "fr", "ar", "fa"],
)
def test_articles(text: str, language: str) -> None:
    assert detect(text) == language
    assert detect("\n\n".join([text] * 40)) == language
    assert detect(text.upper()) == language


@pytest.mark.parametrize(
    ("question", "language"),
    [
        ("Onde Kim encontrou Lavrov?", "pt"),
        ("Quantos soldados morreram?", "pt"),
        ("Quem disse isso?", "pt"),
        ("O que aconteceu em Lisboa?", "pt"),
        ("Quando?", "pt"),
        ("Nao ha mortos?", "pt"),
        ("Combien ?", "fr"),
        ("Qui a gagné le match ?", "fr"),
        ("Où se trouve le navire ?", "fr"),
        ("Pourquoi l'usine a-t-elle fermé ?", "fr"),
        ("Quel est le bilan ?", "fr"),
        ("How many troops were deployed?", "en"),
        ("Who won?", "en"),
        ("Where?", "en"),
        ("كم جنديا أرسلت؟", "ar"),
        ("متى؟", "ar"),
        ("من التقى الوزير؟", "ar"),
        ("أين غرقت السفينة؟", "ar"),
        ("ماذا قال الرئيس؟", "ar"),
        ("چند نفر کشته شدند؟", "fa"),
        ("کجا؟", "fa"),
        ("چه کسی برنده شد؟", "fa"),
        ("تعداد کشته‌ها", "fa"),
        ("كشتي كجا غرق شد؟", "fa"),  # typed on an Arabic keyboard
        ("¿Cuántos soldados murieron?", "es"),
        ("Wie viele Soldaten sind gestorben?", "de"),
        ("Rüzgâr türbinleri nereye kurulacak?", "tr"),
        ("Где и когда это было?", "ru"),
        ("Де і коли це було?", "uk"),
        ("Πού θα γίνει;", "el"),
        ("כמה חיילים נהרגו?", "he"),
        ("風力発電機はどこに建設されますか？", "ja"),
        ("风力发电机建在哪里？", "zh"),
        ("กังหันลมจะสร้างที่ไหน", "th"),
        ("Kim Jong Un", "und"),
        ("12345", "und"),
        ("", "und"),
    ],
)
def test_questions(question: str, language: str) -> None:
    assert detect(question) == language


RIVALS = {
    "es": "La autoridad portuaria dijo el martes que el nuevo muelle no abrirá antes de fin de año, porque la "
    "empresa que debía entregar el acero ha quebrado y todavía no hay quien la sustituya en el puerto.",
    "it": "L'autorità portuale ha detto martedì che il nuovo molo non aprirà prima della fine dell'anno, perché "
    "la società che doveva consegnare l'acciaio è fallita e non è stata ancora sostituita da nessuno.",
    "de": "Die Hafenbehörde sagte am Dienstag, dass der neue Kai nicht vor dem Ende des Jahres öffnen wird, weil "
    "die Firma, die den Stahl liefern sollte, pleite ist und noch niemand an ihre Stelle getreten ist.",
    "nl": "De havenautoriteit zei dinsdag dat de nieuwe kade niet voor het einde van het jaar open zal gaan, omdat "
    "het bedrijf dat het staal zou leveren failliet is en er nog geen vervanger is gevonden.",
    "tr": "Liman idaresi salı günü yaptığı açıklamada, çeliği teslim edecek olan şirket iflas ettiği için yeni "
    "rıhtımın yıl sonundan önce açılmayacağını ve henüz yerine bir şirket bulunamadığını söyledi.",
    "id": "Otoritas pelabuhan mengatakan pada hari Selasa bahwa dermaga baru tidak akan dibuka sebelum akhir tahun "
    "karena perusahaan yang seharusnya mengirim baja itu bangkrut dan belum ada yang menggantikannya.",
    "ro": "Autoritatea portuară a spus marți că noul chei nu va fi deschis înainte de sfârșitul anului, pentru că "
    "firma care trebuia să livreze oțelul a dat faliment și încă nu a fost înlocuită de nimeni.",
    "gl": "A autoridade portuaria dixo o martes que o novo peirao non vai abrir antes do fin de ano, porque a "
    "empresa que tiña que entregar o aceiro creou e aínda non hai quen a substitúa no porto.",
    "ur": "بندرگاہ کے حکام نے منگل کے روز کہا کہ نئی گودی سال کے آخر سے پہلے نہیں کھلے گی کیونکہ جس کمپنی کو فولاد "
    "فراہم کرنا تھا وہ دیوالیہ ہو گئی ہے اور ابھی تک اس کی جگہ کوئی نہیں آیا ہے۔",
    "ckb": "دەسەڵاتی بەندەر ڕۆژی سێشەممە ڕایگەیاند کە لەنگەرگە نوێیەکە پێش کۆتایی ساڵ ناکرێتەوە، چونکە ئەو "
    "کۆمپانیایەی کە دەبوو پۆڵاکە بگەیەنێت مایەپووچ بووە و هێشتا کەس جێگەی نەگرتووەتەوە.",
    "ps": "د بندر چارواکو د سه‌شنبې په ورځ وویل چې نوی ډکه به د کال تر پایه پورې پرانیستل نه شي، ځکه چې هغه شرکت "
    "چې باید فولاد یې رسولي وای دیوالیه شوی دی او تر اوسه یې ځای ناستی نه دی موندل شوی.",
    "ru": "Портовые власти заявили во вторник, что новый причал не откроется до конца года, потому что компания, "
    "которая должна была поставить сталь, обанкротилась, и замены ей пока нет.",
    "zh": "港务局周二表示，由于原定交付钢材的公司已经破产，而且目前还没有找到替代者，新码头在年底之前不会开放。" * 2,
}


@pytest.mark.parametrize("rival", RIVALS)
def test_other_languages_are_told_by_name(rival: str) -> None:
    assert best_guess(RIVALS[rival]) == rival
    assert detect(RIVALS[rival]) == (rival if len(rival) == 2 else "und")


def test_mixed_text_goes_by_its_prose() -> None:
    menu = "\n".join(["Home", "World", "Sign in", "Subscribe to our newsletter", "Share", "Contact us"] * 4)
    assert detect(f"{menu}\n{ARABIC}\n{ARABIC} (North Korean Army Brigade, Reuters)\n{menu}") == "ar"
    assert detect(f"{PERSIAN}\nKim Jong Un, Choe Son Hui, Sergei Lavrov\n{PERSIAN}") == "fa"


def test_presentation_forms_are_letters() -> None:
    assert detect("ﺑﻪ ﮔﺰارش ﺧﺒﺮﮔﺰاری رﺳﻤﯽ") == "fa"


def test_a_long_text_is_sampled() -> None:
    text = "\n".join([FRENCH] * 20_000)
    started = time.perf_counter()
    assert detect(text) == "fr"
    assert time.perf_counter() - started < 0.5


def test_letters_of_a_language() -> None:
    assert "ã" in letters_of("pt")
    assert "ã" not in letters_of("fr")
    assert letters_of("no such language") == frozenset()
