"""The kind of answer that the noun behind the asking word tells: which senator, what fine, by how much."""

from __future__ import annotations

import pytest

from qa_plugin.data import load_toml
from qa_plugin.language.answer_types import answer_type
from qa_plugin.language.folding import bare, fold_text
from qa_plugin.language.questions import read_question
from qa_plugin.language.terms import keys

BY_NOUN = [
    # persons and bodies
    ("en", "Which senator voted against the bill?", "who", "person"),
    ("en", "What judge dismissed the case?", "who", "person"),
    ("en", "Which police officer found the child?", "who", "person"),
    ("en", "Which two midfielders signed for Dorne United?", "who", "person"),
    ("en", "Which airline cancelled its flights to Valmar?", "who", "body"),
    ("en", "Which insurance company refused to pay?", "who", "body"),
    ("pt", "Que senador votou contra a lei?", "who", "person"),
    ("pt", "Qual advogada defendeu o réu?", "who", "person"),
    ("pt", "Qual seguradora recusou o pagamento?", "who", "body"),
    ("pt", "Que partido venceu a eleição em Valmar?", "who", "body"),
    ("fr", "Quel sénateur a voté contre la loi ?", "who", "person"),
    ("fr", "Quelle chanteuse a ouvert le festival ?", "who", "person"),
    ("fr", "Quelle fédération a suspendu le joueur ?", "who", "body"),
    ("fr", "Quel assureur a refusé de payer ?", "who", "body"),
    ("ar", "أي سيناتور صوت ضد القانون؟", "who", "person"),
    ("ar", "أي محام دافع عن المتهم؟", "who", "person"),
    ("ar", "أي وزيرة أعلنت القرار؟", "who", "person"),
    ("ar", "أي حزب فاز في الانتخابات؟", "who", "body"),
    ("ar", "أي مصرف رفض القرض؟", "who", "body"),
    ("fa", "کدام سناتور به این لایحه رای منفی داد؟", "who", "person"),
    ("fa", "کدام وکیل از متهم دفاع کرد؟", "who", "person"),
    ("fa", "کدام نویسنده جایزه را برد؟", "who", "person"),
    ("fa", "کدام شرکت قرارداد را امضا کرد؟", "who", "body"),
    ("fa", "کدام باشگاه این بازیکن را خرید؟", "who", "body"),
    # places
    ("en", "Which valley was flooded?", "where", "place"),
    ("en", "What is the name of the stadium that was closed?", "where", "place"),
    ("en", "Which railway station was evacuated?", "where", "place"),
    ("pt", "Que vale ficou inundado?", "where", "place"),
    ("pt", "Em que bairro ocorreu o incêndio?", "where", "place"),
    ("fr", "Quelle vallée a été inondée ?", "where", "place"),
    ("fr", "Dans quel quartier l'incendie a-t-il éclaté ?", "where", "place"),
    ("ar", "أي ميناء أغلق أمس؟", "where", "place"),
    ("ar", "في أي حي اندلع الحريق؟", "where", "place"),
    ("fa", "کدام دره زیر آب رفت؟", "where", "place"),
    ("fa", "در کدام محله آتش‌سوزی رخ داد؟", "where", "place"),
    # sums, shares, dates, other amounts: nothing is named
    ("en", "What fine did the court impose on the bank?", "money", None),
    ("en", "What bail did the judge set?", "money", None),
    ("en", "What subsidy did the farmers get?", "money", None),
    ("en", "What turnout did the election have?", "percent", None),
    ("en", "What deadline did the union set?", "date", None),
    ("en", "What temperature was measured in Valmar?", "amount", None),
    ("pt", "Que fiança fixou o juiz?", "money", None),
    ("pt", "Que multa recebeu o banco?", "money", None),
    ("pt", "Que percentagem dos eleitores votou?", "percent", None),
    ("pt", "Que temperatura foi medida em Valmar?", "amount", None),
    ("fr", "Quelle caution le juge a-t-il fixée ?", "money", None),
    ("fr", "Quelle prime les ouvriers ont-ils reçue ?", "money", None),
    ("fr", "Quelle saison a été la plus sèche ?", "date", None),
    ("fr", "Quelle vitesse le train a-t-il atteinte ?", "amount", None),
    ("ar", "ما الغرامة التي فرضتها المحكمة على البنك؟", "money", None),
    ("ar", "كم الغرامة التي فرضت على البنك؟", "money", None),
    ("ar", "كم بلغت الكفالة؟", "money", None),
    ("ar", "ما نسبة المشاركة في الانتخابات؟", "percent", None),
    ("ar", "في أي موسم فاز الفريق؟", "date", None),
    ("fa", "دادگاه چه جریمه‌ای برای بانک تعیین کرد؟", "money", None),
    ("fa", "چه مبلغی به کارگران پرداخت شد؟", "money", None),
    ("fa", "چه وثیقه‌ای برای متهم تعیین شد؟", "money", None),
    ("fa", "در چه فصلی سیل آمد؟", "date", None),
]


@pytest.mark.parametrize(("language", "text", "kind", "noun"), BY_NOUN, ids=[row[1] for row in BY_NOUN])
def test_the_noun_tells_the_kind_of_answer(language: str, text: str, kind: str, noun: str | None) -> None:
    question = read_question(text, language)
    assert (question.kind, question.noun) == (kind, noun)


BY_HOW_MUCH = [
    ("en", "By how much did prices rise in May?", "amount"),
    ("en", "How much were the nurses' salaries?", "money"),
    ("en", "How much was the bank fined?", "money"),
    ("en", "How much did the reservoir hold in percent?", "percent"),
    ("en", "How much water is left in the dam?", "amount"),
    ("en", "How much rent do the tenants owe?", "money"),
    ("pt", "Em quanto subiram os preços em maio?", "amount"),
    ("pt", "Quanto era o salário das enfermeiras?", "money"),
    ("pt", "Quanto por cento das escolas fechou?", "percent"),
    ("pt", "Quanto subiu o desemprego?", "amount"),
    ("fr", "De combien les prix ont-ils augmenté en mai ?", "amount"),
    ("fr", "À combien s'élève la caution ?", "money"),
    ("fr", "Combien pour cent des écoles ont fermé ?", "percent"),
    ("fr", "De combien le chômage a-t-il baissé ?", "amount"),
    ("ar", "بكم ارتفعت الأسعار في مايو؟", "amount"),
    ("ar", "بكم بالمئة تراجعت البطالة؟", "percent"),
    ("fa", "قیمت نان چقدر افزایش یافت؟", "amount"),
    ("fa", "حقوق پرستاران چقدر است؟", "money"),
    ("fa", "بیکاری چقدر کاهش یافت؟", "amount"),
]


@pytest.mark.parametrize(("language", "text", "kind"), BY_HOW_MUCH, ids=[row[1] for row in BY_HOW_MUCH])
def test_what_is_asked_of_tells_how_much_of_what(language: str, text: str, kind: str) -> None:
    assert read_question(text, language).kind == kind


@pytest.mark.xfail(strict=True, reason="a unit behind a joined preposition (بالدولار) is not read as one")
def test_a_currency_with_its_preposition_tells_that_money_is_asked_for() -> None:
    assert read_question("بكم بيعت اللوحة بالدولار؟", "ar").kind == "money"


UNTOLD = [
    ("en", "What happened to the old bridge?", "what"),
    ("en", "What did the storm damage?", "what"),
    ("pt", "O que aconteceu à ponte velha?", "what"),
    ("fr", "Que s'est-il passé sur le vieux pont ?", "what"),
    ("ar", "ماذا حدث للجسر القديم؟", "what"),
    ("fa", "چه اتفاقی برای پل قدیمی افتاد؟", "what"),
    ("pt", "O que destruiu pontes em Valmar?", "what"),
    ("fr", "Comment des voleurs sont-ils entrés ?", "what"),
    ("en", "Price of bread in Valmar", "money"),
    ("en", "Was the price of bread raised?", "yesno"),
    ("pt", "O preço do pão subiu?", "yesno"),
    ("fr", "Le prix du pain a augmenté ?", "yesno"),
    ("fa", "قیمت نان بالا رفت؟", "yesno"),
]


@pytest.mark.parametrize(("language", "text", "kind"), UNTOLD, ids=[row[1] for row in UNTOLD])
def test_a_noun_that_asks_for_no_sort_of_answer_tells_none(language: str, text: str, kind: str) -> None:
    assert read_question(text, language).kind == kind


@pytest.mark.parametrize(
    ("language", "word", "sort"),
    [
        ("en", "scientists", "person"),
        ("en", "parliament", "body"),
        ("en", "harbours", "place"),
        ("en", "wages", "money"),
        ("en", "portion", "percent"),
        ("en", "decade", "date"),
        ("en", "magnitude", "count"),
        ("en", "umbrella", None),
        ("pt", "vereador", "person"),
        ("pt", "Indenização", "money"),
        ("fr", "écrivaine", "person"),
        ("fr", "loyers", "money"),
        ("ar", "المحقق", "person"),
        ("ar", "تعويض", "money"),
        ("fa", "پژوهشگران", "person"),
        ("fa", "وثیقه‌ای", "money"),
        ("fa", "شهرها", "place"),
        ("fa", "چتر", None),
    ],
)
def test_the_sort_of_a_noun(language: str, word: str, sort: str | None) -> None:
    assert answer_type(keys(word, language), word) == sort


def test_the_patterns_of_questions_are_written_in_the_letters_of_folded_text() -> None:
    table = load_toml("questions.toml")
    texts = [p for name, row in table.items() if name != "order" for patterns in row.values() for p in patterns]
    letters = {c for text in texts for c in text if c.isalpha() and not c.isascii()}
    assert letters
    assert sorted(c for c in letters if bare(fold_text(c)) != c) == []
