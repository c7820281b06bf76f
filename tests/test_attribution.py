"""Who states what: names in brackets are those that are to be found, in the order of the sentence."""

from __future__ import annotations

import re

import pytest

from qa_plugin.language.attribution import find_attributions, speaker_before
from qa_plugin.language.folding import fold

CASES = {
    "en": """
At least 12 people died, according to [the fire service].
According to [the fire service], at least 12 people died.
Forty were hurt, according to figures published on Monday by [the ministry of health].
Forty were hurt, according to [a provisional toll] released on Monday.
[The operator] said in a statement that 12 people died.
[The city engineer], Petra Solvang, said corrosion of the cables caused the collapse.
[A former mechanic], Luis Prado, said the airline knew about the engine.
The fire began in Hallin, Norway, said [the police].
[The police], however, spoke of threats against the singer.
[The referee] swears the opposite.
[The mayor] said 12 people died.
[The Health Ministry] said on Tuesday that 30 people had died.
"We counted 30 bodies," said [the mayor of Kerman].
"We counted 30 bodies," [Jane Smith] told reporters in Lisbon.
[A spokesman for the Defence Ministry] said the number had doubled.
Some 400 houses burned down, [police] said.
[Police and firefighters] said three people were missing.
The toll stands at 58, [officials] said on Friday.
[The United Nations] estimates that 40,000 people fled.
[The army] put the number of dead at 30.
[John Carter], the head of the rescue team, said nobody was left behind.
[The union] claims that 60,000 marched.
[Rebels] alleged 200 soldiers had been killed.
[The ministry] denied that 30 people had died.
[Moscow] has not confirmed the deployment.
[Neither side] has confirmed the figure.
[Seoul] rejected the claim on Monday.
The ship carried 231 people, as claimed by [the opposition].
The fire was caused by a leak, according to [a senior official who asked not to be named].
[A senior official], speaking on condition of anonymity, said 14 were held.
The figure was announced by [the central bank] on Monday.
According to [officials in Tehran], the dam is full.
The dam is full, according to [police sources].
The dam is full, according to [the mayor], quoted by [AFP].
Meanwhile, [the governor] added that schools would stay closed.
On Monday [the governor] warned of more rain.
But [the agency] reported 12 deaths.
He said 30 people died.
"It was dark," she added.
Twelve people died in the fire.
Ten people were reported missing after the storm.
The book is said to be worth 3 million dollars.
The company was told to pay 4 million dollars.
No comment was made on the 30 deaths.
""",
    "pt": """
Segundo [a Defesa Civil], 12 pessoas morreram.
Morreram 12 pessoas, segundo um balanço divulgado na terça-feira pela [Defesa Civil].
Morreram 12 pessoas, disse [o ministro da Saúde].
De acordo com [o Ministério da Educação], 31,4% faltaram.
Faltaram 31,4%, de acordo com [o ministério].
[O ministro da Saúde] disse que 12 pessoas morreram.
[A polícia] informou nesta quarta-feira que prendeu 14 suspeitos.
[O governo do Estado] anunciou 300 vagas.
"Contamos 30 corpos", afirmou [o prefeito de São Tibério].
"Contamos 30 corpos", disse [Maria Lopes] aos jornalistas.
O porta-voz do ministério, Hélder Xavarim, apresentou outra conta, disse [a agência Lusa].
[A FSD] contou 60 mil pessoas.
[Fonte policial] estimou 22 mil.
[O sindicato] alega que 85% aderiram.
[A oposição] sustenta que foram 50 mortos.
[O ministério] negou que houvesse 30 mortos.
[Moscovo] não confirmou o envio de tropas.
[A empresa] desmentiu a notícia na segunda-feira.
[O Kremlin] rejeitou a acusação.
O navio levava 231 pessoas, segundo [um funcionário que pediu anonimato].
[Um funcionário que pediu anonimato] disse que havia 14 detidos.
O número foi divulgado pela [polícia militar] ontem.
Segundo informou [a Guarda Costeira], havia 14 tripulantes.
Conforme [o comandante dos bombeiros], o fogo começou às 2h.
Como afirmou [o diretor da escola], as aulas voltam amanhã.
A barragem está cheia, segundo [fontes da polícia].
A barragem está cheia, segundo [o prefeito], citado pela [Lusa].
Na segunda-feira, [a ministra] adiantou que haverá 200 camas.
[Stavrakis] responde que tinham entrado por doação.
[A transportadora Transmar Insular] fala em 187 passageiros.
[O general Evandro Kaltschmidt] declarou que ninguém voltará ao quartel.
Mas [o gabinete] informou 12 mortes.
Ele disse que 30 pessoas morreram.
Acrescentou que a estrada continua fechada.
Doze pessoas morreram no incêndio.
O segundo dia de greve parou 412 escolas.
O valor foi dito em voz alta.
A ponte caiu e 14 casas ficaram sem luz.
""",
    "fr": """
Selon [la préfecture], douze personnes sont mortes.
Douze personnes sont mortes, selon un bilan communiqué mardi soir par [la Protection civile].
Seuls 64 % étaient vaccinés, selon [une enquête de l'ONG Soins Sans Rivages] publiée mardi.
Douze personnes sont mortes, selon [la préfecture].
D'après [le ministère de la Santé], le bilan est de 58 morts.
Le bilan est de 58 morts, d'après [les pompiers].
[Le ministère de la Santé] a indiqué que 58 personnes étaient mortes.
[La police] a annoncé mardi 14 arrestations.
« Nous avons compté 30 corps », a déclaré [le maire de Lyon].
« Nous avons compté 30 corps », a affirmé [Jeanne Morel].
« Rien ne sera plus comme avant », explique [la directrice du musée].
Le feu a pris vers 2 h 40, a précisé [la protection civile].
Le bilan est de 14 morts, de source [policière].
[Le syndicat] a prétendu que 60 000 personnes avaient défilé.
[L'opposition] soutient que 50 personnes ont péri.
[La compagnie] accuse le port d'avoir menti.
[Le ministère] a démenti la mort de 30 personnes.
[Moscou] n'a pas confirmé l'envoi de soldats.
[Le gouvernement] nie toute fuite.
[Le club] a rejeté l'accusation.
Le navire transportait 231 personnes, selon [un responsable qui a requis l'anonymat].
[Un responsable qui a requis l'anonymat] a indiqué que 14 hommes étaient détenus.
Le chiffre a été annoncé par [la banque centrale] lundi.
Selon [le général Evandro Kaltschmidt], personne ne rentrera.
Le barrage est plein, selon [des sources policières].
Le barrage est plein, selon [le maire], cité par [l'AFP].
Lundi, [la ministre] a ajouté que 200 lits seraient ouverts.
[La responsable de la protection civile], Jenia Tokartchouk, a recensé 18 700 sinistrés, selon [la presse].
Comme l'a indiqué [le directeur], l'école rouvre demain.
[L'association des banques] estime que 42 500 foyers sont endettés.
[Le porte-parole du ministère] a rappelé que 412 écoles étaient fermées.
Mais [l'agence] a rapporté 12 décès.
Il a dit que 30 personnes étaient mortes.
« C'est fini », a-t-il ajouté.
Douze personnes sont mortes dans l'incendie.
La cérémonie a été annoncée.
Le pont s'est effondré et 14 maisons sont sans courant.
Ce vaccin est plus cher que prévu.
""",
    "ar": """
مات 12 شخصا، بحسب [وزارة الصحة].
بحسب [وزارة الصحة]، مات 12 شخصا.
وفقا ل[وزارة الدفاع]، قتل 30 جنديا.
قتل 30 جنديا وفقا لل[شرطة].
نقلا عن [وكالة فرانس برس]، قتل 30 جنديا.
أكد [المتحدث] أن 12 شخصا ماتوا.
قال [المتحدث باسم وزارة الدفاع العقيد أحمد العسيري] إن 30 جنديا قتلوا.
وتقول [مديرة المتحف هيليودورا ستافراكيس] إن اللصوص استولوا على 31 قطعة.
أعلنت [وزارة الداخلية] أن عدد الأوراق بلغ 95.
وأعلن [الجيش اللبناني] أن جنديين أصيبا.
أفادت [السلطات المحلية] بأن 14 شخصا قتلوا.
ذكرت [صحيفة الغد] أن الجسر انهار.
"لقد أحصينا 30 جثة"، قال [رئيس البلدية].
وأفادت [وزارة الداخلية] في بيان بأن عدد الأوراق بلغ ٩٥ ورقة.
زعمت [المعارضة] أن 50 شخصا قتلوا.
وادعى [الناطق باسم الشركة] أن السفينة كانت تقل 187 راكبا.
نفت [الوزارة] أن يكون 30 شخصا قد قتلوا.
ونفى [عضو المجلس البلدي] أن يكون الجهاز مطفأ.
لم تؤكد [موسكو] إرسال القوات.
لم يؤكد [الجيش] أن الطائرة سقطت.
ارتفعت الحصيلة إلى 14 قتيلا، وفق ما أفادت به [السلطات المحلية].
بلغ العدد 300، كما أعلنت [الشركة].
قال [مسؤول في الشرطة] إن 14 شخصا اعتقلوا.
وقالت [مصادر في الشرطة] إن 14 شخصا اعتقلوا.
قال [مسؤول طلب عدم الكشف عن اسمه] إن 14 شخصا اعتقلوا.
وصرح [وزير الخارجية] بأن الاتفاق قريب.
[الوزارة] أعلنت أن 30 شخصا قتلوا.
وأوضح [مدير العمليات]، راشد الزعابيني، أن القيمة 170 مليون يورو.
وأضافت [منسقة الدفاع المدني] أن خمسة آلاف شخص في المدارس.
قدرت [الأمم المتحدة] أن 40 ألفا فروا.
وأضاف أن الطريق مغلق.
مات 12 شخصا في الحريق.
انهار الجسر وبقيت 14 أسرة بلا كهرباء.
وصلت السفينة إلى الميناء فجر الثلاثاء.
فاز الفريق بهدفين مقابل هدف.
""",
    "fa": """
به گفته [شهردار]، ۱۲ نفر کشته شدند.
به گفته [سازمان هواشناسی]، بارش‌ها ادامه دارد.
۱۲ نفر کشته شدند، به گفته [پلیس].
به نقل از [خبرگزاری فرانسه]، ۳۰ سرباز کشته شدند.
به گزارش [ایسنا] به نقل از [خبرگزاری فرانسه]، ۱۲ نفر کشته شدند.
بنا بر اعلام [وزارت بهداشت]، ۵۸ نفر جان باختند.
بر اساس گزارش [صلیب سرخ]، ۵۸ نفر جان باختند.
[وزیر بهداشت] گفت که ۵۸ نفر جان باختند.
[سخنگوی وزارت دفاع] اعلام کرد ۳۰ سرباز کشته شدند.
[سخنگوی وزارت دفاع] در تهران اعلام کرد که ۳۰ سرباز کشته شدند.
[شهردار کرمان] افزود که مدارس بسته است.
[پلیس] از کشته شدن ۱۲ نفر خبر داد.
[ژنیا توکارچوک]، رئیس سازمان دفاع مدنی، اعلام کرد ۱۸ هزار نفر آواره شده‌اند.
«ما ۳۰ جسد شمردیم»، [شهردار] گفت.
[آنسلمو کوادروس]، سخنگوی شرکت، می‌گوید تنها ۱۸۷ بلیت فروخته شده است.
[زولمیرا فونتورا]، فرمانده گارد ساحلی، می گوید ۲۳۱ نفر سوار شده بودند.
[مخالفان] ادعا کردند که ۵۰ نفر کشته شدند.
[شورشیان] مدعی شدند ۲۰۰ سرباز کشته شدند.
به ادعای [مخالفان]، ۵۰ نفر کشته شدند.
ادعای [غرب] درباره اعزام نیرو
[وزارتخانه] مرگ ۳۰ نفر را تکذیب کرد.
[مسکو] اعزام نیرو را تایید نکرده است.
[باشگاه] این اتهام را رد کرد.
[مقام‌های محلی] گفتند ۱۴ نفر بازداشت شدند.
به گفته [منابع پلیس]، ۱۴ نفر بازداشت شدند.
[یک مقام ارشد که نخواست نامش فاش شود] گفت ۱۴ نفر بازداشت شدند.
[بانک مرکزی] روز سه‌شنبه اعلام کرد نرخ ۴٫۷۵ درصد است.
اما [فرماندار] تاکید کرد که سد پر است.
[ژاله فرزادنیا] در آیین امضا گفت: «این قرارداد تهاتر است.»
[سازمان ملل متحد] برآورد کرد ۴۰ هزار نفر گریخته‌اند.
وی افزود که جاده بسته است.
او گفت ۳۰ نفر کشته شدند.
۱۲ نفر در آتش‌سوزی کشته شدند.
پل فرو ریخت و ۱۴ خانه بی‌برق ماند.
کشتی سحرگاه سه‌شنبه به بندر رسید.
این تیم با دو گل پیروز شد.
""",
}
ALL = [(language, line) for language, lines in CASES.items() for line in lines.strip().splitlines()]


def names(language: str, sentence: str) -> list[str]:
    folded = fold(sentence)
    return [sentence[slice(*folded.span(a.start, a.end))] for a in find_attributions(folded, language)]


@pytest.mark.parametrize(("language", "marked"), ALL)
def test_who_states_it(language: str, marked: str) -> None:
    expected = re.findall(r"\[(.*?)\]", marked)
    assert names(language, re.sub(r"[\[\]]", "", marked)) == expected


@pytest.mark.parametrize(
    ("language", "sentence", "speakers"),
    [
        (
            "en",
            "The ministry said 30 died, while the opposition spoke of 50.",
            {"30": "The ministry", "50": "the opposition"},
        ),
        ("en", "The ministry said 30 died, but the union said 50 did.", {"30": "The ministry", "50": "the union"}),
        ("en", "30 died, according to police, and 50 according to the union.", {"30": "police", "50": "the union"}),
        ("en", "According to police 30 died; the union said 50.", {"30": "police", "50": "the union"}),
        ("en", "The ministry said 30 died, while 14 bodies were found.", {"30": "The ministry", "14": None}),
        ("en", "30 died, the ministry said.", {"30": "the ministry"}),
        ("pt", "A FSD contou 60 mil pessoas; fonte policial estimou 22 mil.", {"60": "A FSD", "22": "fonte policial"}),
        ("pt", "O ministério disse 30, enquanto a oposição falou em 50.", {"30": "O ministério", "50": "a oposição"}),
        ("pt", "Foram 30 segundo a polícia e 50 segundo o sindicato.", {"30": "a polícia", "50": "o sindicato"}),
        ("fr", "Il y a 30 morts selon la police et 50 selon le syndicat.", {"30": "la police", "50": "le syndicat"}),
        (
            "fr",
            "Selon la police, 30 sont morts, tandis que le syndicat parle de 50.",
            {"30": "la police", "50": "le syndicat"},
        ),
        ("ar", "قالت الوزارة إن 30 قتلوا، بينما قالت المعارضة إن 50 قتلوا.", {"30": "الوزارة", "50": "المعارضة"}),
        ("ar", "قتل 30 بحسب الشرطة و50 بحسب النقابة.", {"30": "الشرطة", "50": "النقابة"}),
        ("fa", "به گفته پلیس 30 نفر و به گفته اتحادیه 50 نفر کشته شدند.", {"30": "پلیس", "50": "اتحادیه"}),
        ("fa", "وزیر گفت 30 نفر کشته شدند، در حالی که مخالفان گفتند 50 نفر.", {"30": "وزیر", "50": "مخالفان"}),
    ],
)
def test_each_number_has_its_speaker(language: str, sentence: str, speakers: dict[str, str | None]) -> None:
    folded = fold(sentence)
    found = find_attributions(folded, language)
    for number, expected in speakers.items():
        at = folded.text.index(number)
        governing = [sentence[slice(*folded.span(a.start, a.end))] for a in found if a.governs(at)]
        assert governing == ([expected] if expected else [])


@pytest.mark.parametrize(
    ("language", "sentence", "claim", "denies"),
    [
        ("en", "The union claims 60,000 marched.", True, False),
        ("en", "The ministry denied that 30 died.", False, True),
        ("en", "Seoul neither confirmed nor denied the report.", False, True),
        ("en", "The ministry said 30 died.", False, False),
        ("pt", "O sindicato alega que 85% aderiram.", True, False),
        ("pt", "Moscovo não confirmou o envio.", False, True),
        ("fr", "Le syndicat prétend que 60 000 ont défilé.", True, False),
        ("fr", "Le ministère a démenti la nouvelle.", False, True),
        ("ar", "زعمت المعارضة أن 50 قتلوا.", True, False),
        ("ar", "نفت الوزارة مقتل 30 شخصا.", False, True),
        ("fa", "مخالفان ادعا کردند 50 نفر کشته شدند.", True, False),
        ("fa", "وزارتخانه این خبر را تکذیب کرد.", False, True),
    ],
)
def test_claims_and_denials(language: str, sentence: str, claim: bool, denies: bool) -> None:  # noqa: FBT001
    found = find_attributions(fold(sentence), language)
    assert [(a.claim, a.denies) for a in found] == [(claim, denies)]


@pytest.mark.parametrize(
    ("language", "sentences", "speaker"),
    [
        ("en", ["The mayor said 30 died.", "He added that 12 were missing."], "The mayor"),
        ("en", ["The mayor said 30 died.", "It rained all night.", '"We are tired," he said.'], "The mayor"),
        ("en", ["The mayor said 30 died.", "The union said he lied."], None),
        ("en", ["It rained all night.", "He added that 12 were missing."], None),
        ("en", ["The mayor said 30 died.", "Twelve were missing."], None),
        ("pt", ["O prefeito disse que morreram 30.", "Acrescentou que faltam 12."], "O prefeito"),
        ("pt", ["Segundo a Lusa, morreram 30.", "A mesma fonte acrescentou que faltam 12."], "a Lusa"),
        ("fr", ["Le maire a dit que 30 sont morts.", "« Il en manque 12 », a-t-il ajouté."], "Le maire"),
        ("fr", ["Selon la préfecture, 30 sont morts.", "Elle a précisé que 12 manquent."], "la préfecture"),
        ("ar", ["قال رئيس البلدية إن 30 ماتوا.", "وأضاف أن 12 مفقودون."], "رئيس البلدية"),
        ("ar", ["أعلنت وزارة الصحة أن 30 ماتوا.", "وأوضح المصدر نفسه أن 12 مفقودون."], "وزارة الصحة"),
        ("fa", ["شهردار گفت ۳۰ نفر مردند.", "وی افزود ۱۲ نفر گم شده‌اند."], "شهردار"),
        ("fa", ["شهردار گفت ۳۰ نفر مردند.", "به گفته او ۱۲ نفر گم شده‌اند."], "شهردار"),
    ],
)
def test_who_goes_on_speaking(language: str, sentences: list[str], speaker: str | None) -> None:
    folded = [fold(sentence) for sentence in sentences]
    found = speaker_before(folded, len(folded) - 1, language)
    if speaker is None:
        assert found is None
    else:
        assert found is not None
        at, attribution = found
        assert sentences[at][slice(*folded[at].span(attribution.start, attribution.end))] == speaker


@pytest.mark.parametrize(
    ("language", "sentence", "noun"),
    [
        ("pt", "Segundo a Defesa Civil, 12 morreram.", "Defesa Civil"),
        ("fr", "Selon l'armée, 12 sont morts.", "armée"),
        ("fa", "به گفته شهردار، ۱۲ نفر مردند.", "شهردار"),
    ],
)
def test_the_noun_of_a_name_leaves_its_article_out(language: str, sentence: str, noun: str) -> None:
    folded = fold(sentence)
    (found,) = find_attributions(folded, language)
    assert sentence[slice(*folded.span(found.noun, found.end))] == noun


def test_a_name_is_never_longer_than_a_reader_wants() -> None:
    sentence = "According to " + "the very important committee of the national union of " * 4 + "bakers, 30 died."
    assert all(a.end - a.start <= 60 for a in find_attributions(fold(sentence), "en"))


def test_a_language_without_a_table_names_nobody() -> None:
    assert find_attributions(fold("Laut Polizei starben 30 Menschen."), "xx") == []


def test_what_is_elided_before_a_verb_ends_no_name() -> None:
    folded = fold("La direction du port n'a compté que 650 grévistes.")
    found = find_attributions(folded, "fr")
    assert [folded.text[one.start : one.end] for one in found] == ["la direction du port"]
