"""Languages without data of their own are found in their own words, whatever their script."""

from __future__ import annotations

import pytest

from qa_plugin import QAPlugin, Settings
from qa_plugin.language import names
from qa_plugin.language.folding import fold_text
from qa_plugin.language.quantities import find_quantities
from qa_plugin.language.sentences import split_sentences
from qa_plugin.language.terms import find_terms, keys
from qa_plugin.records import Span

WIND_AND_FOOTBALL = {
    "de": (
        "Die Regierung in Berlin hat am Montag ein neues Gesetz beschlossen. Der Minister erklärte, dass die "
        "Windkraftanlagen an der Küste gebaut werden sollen. Die Opposition kritisierte die hohen Kosten.",
        "Der Fußballverein aus München hat am Samstag das Spiel gegen Dortmund gewonnen. Der Trainer lobte die junge "
        "Mannschaft und den Torwart. Die Zuschauer feierten noch lange im Stadion.",
        "Wo wird die Windkraftanlage gebaut?",
        "an der Küste",
    ),
    "tr": (
        "Hükümet pazartesi günü yeni bir yasa kabul etti. Bakan, rüzgâr türbinlerinin kıyıya kurulacağını açıkladı. "
        "Muhalefet projenin yüksek maliyetini eleştirdi ve daha fazla bilgi istedi.",
        "İstanbul takımı cumartesi günü maçı kazandı. Teknik direktör genç oyuncuları ve kaleciyi övdü. Seyirciler "
        "stadyumda uzun süre kutlama yaptı.",
        "Rüzgâr türbinleri nereye kurulacak?",
        "kıyıya",
    ),
    "ru": (
        "Правительство в понедельник приняло новый закон. Министр Сергей Шойгу заявил, что ветряные электростанции "
        "будут построены на побережье. Оппозиция раскритиковала высокую стоимость проекта.",
        "Футбольный клуб из Казани в субботу выиграл матч у московской команды. Тренер похвалил молодых игроков и "
        "вратаря. Зрители ещё долго праздновали на стадионе.",
        "Где построят ветряную электростанцию?",
        "на побережье",
    ),
    "el": (
        "Η κυβέρνηση ενέκρινε τη Δευτέρα νέο νόμο. Ο υπουργός Κυριάκος Μητσοτάκης δήλωσε ότι οι ανεμογεννήτριες θα "
        "κατασκευαστούν στην ακτή. Η αντιπολίτευση επέκρινε το υψηλό κόστος.",
        "Η ποδοσφαιρική ομάδα κέρδισε το Σάββατο τον αγώνα. Ο προπονητής επαίνεσε τους νεαρούς παίκτες και τον "
        "τερματοφύλακα. Οι θεατές γιόρτασαν στο στάδιο.",
        "Πού θα κατασκευαστούν οι ανεμογεννήτριες;",
        "στην ακτή",
    ),
    "he": (
        "הממשלה אישרה ביום שני חוק חדש לעידוד אנרגיה מתחדשת. השר אמר כי טורבינות הרוח ייבנו לאורך החוף. האופוזיציה "
        "מתחה ביקורת על העלות הגבוהה של הפרויקט.",
        "קבוצת הכדורגל ניצחה ביום שבת את המשחק. המאמן שיבח את השחקנים הצעירים ואת השוער. הקהל חגג באצטדיון עד מאוחר.",
        "היכן ייבנו הטורבינות?",
        "לאורך החוף",
    ),
    "hi": (
        "सरकार ने सोमवार को नया कानून पारित किया। मंत्री ने कहा कि पवन चक्कियाँ समुद्र तट पर बनाई जाएँगी। विपक्ष ने परियोजना की "
        "ऊँची लागत की आलोचना की है और जाँच की माँग की है।",
        "फुटबॉल टीम ने शनिवार को मैच जीता। कोच ने युवा खिलाड़ियों और गोलकीपर की प्रशंसा की। दर्शकों ने स्टेडियम में देर तक जश्न मनाया है।",
        "पवन चक्की कहाँ बनाई जाएगी?",
        "समुद्र तट पर",
    ),
    "zh": (
        "政府周一通过了一项支持可再生能源的新法律。部长表示，风力发电机将建在海岸上。反对党批评该项目成本过高。",
        "足球队周六赢得了比赛。教练称赞了年轻球员和守门员。观众在体育场庆祝到很晚。",
        "风力发电机建在哪里？",
        "建在海岸上",
    ),
    "ja": (
        "政府は月曜日、新しい法律を可決した。大臣は、風力発電機を海岸に建設すると述べた。野党は事業の高い費用を批判した。",
        "サッカーチームは土曜日に試合に勝った。監督は若い選手とゴールキーパーを称賛した。観客はスタジアムで遅くまで祝った。",
        "風力発電機はどこに建設されますか？",
        "海岸に建設",
    ),
    "th": (
        "รัฐบาลได้ผ่านกฎหมายใหม่เมื่อวันจันทร์ รัฐมนตรีกล่าวว่ากังหันลมจะสร้างขึ้นที่ชายฝั่ง ฝ่ายค้านวิจารณ์ต้นทุนที่สูงของโครงการ",
        "ทีมฟุตบอลชนะการแข่งขันเมื่อวันเสาร์ โค้ชชื่นชมผู้เล่นอายุน้อยและผู้รักษาประตู ผู้ชมฉลองกันในสนามจนดึก",
        "กังหันลมจะสร้างที่ไหน",
        "ที่ชายฝั่ง",
    ),
}
AS_ASKED = Settings(offline=True)


@pytest.fixture(scope="module")
def indexed(tmp_path_factory: pytest.TempPathFactory) -> QAPlugin:
    place = tmp_path_factory.mktemp("languages")
    (place / "articles").mkdir()
    for language, (wind, football, _, _) in WIND_AND_FOOTBALL.items():
        (place / "articles" / f"wind.{language}.txt").write_text(wind, encoding="utf-8")
        (place / "articles" / f"football.{language}.txt").write_text(football, encoding="utf-8")
    plugin = QAPlugin(place / "articles", store=place / "store", settings=AS_ASKED)
    plugin.index()
    return plugin


@pytest.mark.parametrize("language", WIND_AND_FOOTBALL)
def test_a_question_finds_its_sentence_in_its_own_language(indexed: QAPlugin, language: str) -> None:
    _, _, question, expected = WIND_AND_FOOTBALL[language]
    best = indexed.search(question)[0]
    assert (best.source, best.language) == (f"wind.{language}.txt", language)
    assert expected in best.text[best.best[0] - best.start : best.best[1] - best.start]


@pytest.mark.parametrize("language", ["de", "ru", "he", "zh", "ja"])
def test_the_sentence_is_the_answer(indexed: QAPlugin, language: str) -> None:
    _, _, question, expected = WIND_AND_FOOTBALL[language]
    answer = indexed.ask(question)
    assert answer.status == "answered"
    assert expected in answer.citations[0].quote


def test_what_is_not_there_is_not_found(indexed: QAPlugin) -> None:
    for question in ("Wer hat den Nobelpreis bekommen?", "谁获得了诺贝尔奖？", "Кто получил Нобелевскую премию?"):
        assert indexed.ask(question).status == "not_in_sources"


def test_a_name_in_latin_letters_finds_other_scripts(indexed: QAPlugin) -> None:
    assert indexed.search("Shoigu")[0].source == "wind.ru.txt"
    assert indexed.search("Mitsotakis")[0].source == "wind.el.txt"
    assert indexed.search("شويغو")[0].source == "wind.ru.txt"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Шойгу", "Shoigu"),
        ("Лавров", "Lavrov"),
        ("Зеленський", "Zelensky"),
        ("Хрущёв", "Khrushchev"),
        ("Μητσοτάκης", "Mitsotakis"),
        ("Παπανδρέου", "Papandreou"),
        ("גלנט", "Gallant"),
        ("הרצוג", "Herzog"),
    ],
)
def test_names_meet(one: str, other: str) -> None:
    assert set(names.skeletons(fold_text(one), "und")) & set(names.skeletons(fold_text(other), "en"))


@pytest.mark.parametrize(("one", "other"), [("Шойгу", "Lavrov"), ("Путин", "Macron"), ("Τσίπρας", "Mitsotakis")])
def test_other_names_do_not(one: str, other: str) -> None:
    assert not set(names.skeletons(fold_text(one), "und")) & set(names.skeletons(fold_text(other), "en"))


@pytest.mark.parametrize(
    ("text", "language"), [("५,००० लोग", "hi"), ("๕,๐๐๐ คน", "th"), ("5.000 Menschen", "de"), ("全部5000人", "zh")]
)
def test_numbers_are_read_in_any_digits(text: str, language: str) -> None:
    assert "v5000" in keys(text, language)


def test_digits_between_letters_count_where_no_blanks_are_written() -> None:
    assert [q.kind for q in find_quantities(fold_text("共有5000人死亡"), "zh")] == ["count"]
    assert [q.kind for q in find_quantities("the f5000x jet", "en")] == ["identifier"]


@pytest.mark.parametrize(
    "text",
    [
        "पहला वाक्य यह है।दूसरा वाक्य यह है।",
        "第一句话在这里。2024年开始。",
        "「終わりました。」次の文です。",
        "First one here! الجملة الثانية؟",
        "یہ پہلا جملہ ہے۔ یہ دوسرا جملہ ہے۔",
    ],
)
def test_full_stops_of_the_script_part_sentences(text: str) -> None:
    assert len(split_sentences(text, Span(0, len(text)))) == 2


def test_letter_groups_stand_where_no_stemmer_helps() -> None:
    assert [t.key for t in find_terms("海岸に", "ja")] == ["s海岸", "s岸に"]
    assert keys("海岸にある", "ja") == ["s海岸", "s岸に"]
    assert keys("りんご", "ja") == ["sりん", "sんご"]
    assert {"gאצט", "gטדי"} <= set(keys("באצטדיון", "he"))
    for language in ("en", "pt", "fr", "ar", "fa", "de", "ru"):
        assert not any(k[0] == "g" for k in keys("Unbekanntes Wort неизвестное слово کلمه", language))


def test_words_of_indic_scripts_are_whole() -> None:
    assert "sसरकार" in keys("सरकार", "hi")
