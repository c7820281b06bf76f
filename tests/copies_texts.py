"""Reports on invented events for the tests of copies: the same in five languages, edited, and told by others."""

from __future__ import annotations

BRIDGE = {
    "en": (
        "Bridge collapse kills 17 in Dorvala",
        "A road bridge over the Selma river in Dorvala collapsed on Tuesday morning, killing 17 people and injuring "
        "43, the regional prefect said. Six vehicles, among them a school bus, fell into the water from a height of 25 "
        "metres.",
        "Divers had recovered 12 bodies by the evening, prefect Marko Lindqvist told reporters. The bridge, built in "
        "1968, was last inspected in 2021 and carried 9,000 vehicles a day.",
        "The transport ministry promised 4 million euros for repairs and opened an inquiry. Residents had complained "
        "for years about cracks in the pillars, said Elena Dravic, who owns a shop nearby.",
    ),
    "fr": (
        "Dix-sept morts dans l'effondrement d'un pont à Dorvala",
        "Un pont routier sur la rivière Selma, à Dorvala, s'est effondré mardi matin, tuant 17 personnes et en "
        "blessant 43, a indiqué le préfet de la région. Six véhicules, dont un car scolaire, sont tombés à l'eau d'une "
        "hauteur de 25 mètres.",
        "Les plongeurs avaient repêché 12 corps dans la soirée, a déclaré à la presse le préfet Marko Lindqvist. Le "
        "pont, construit en 1968, avait été inspecté pour la dernière fois en 2021 et voyait passer 9 000 véhicules "
        "par jour.",
        "Le ministère des Transports a promis 4 millions d'euros pour les réparations et ouvert une enquête. Les "
        "habitants se plaignaient depuis des années de fissures dans les piliers, raconte Elena Dravic, qui tient une "
        "boutique tout près.",
    ),
    "pt": (
        "Queda de ponte mata 17 em Dorvala",
        "Uma ponte rodoviária sobre o rio Selma, em Dorvala, ruiu na manhã de terça-feira, matando 17 pessoas e "
        "ferindo 43, disse o prefeito da região. Seis veículos, entre eles um autocarro escolar, caíram à água de uma "
        "altura de 25 metros.",
        "Os mergulhadores tinham recuperado 12 corpos até à noite, disse aos jornalistas o prefeito Marko Lindqvist. A "
        "ponte, construída em 1968, foi inspecionada pela última vez em 2021 e por ela passavam 9.000 veículos por "
        "dia.",
        "O Ministério dos Transportes prometeu 4 milhões de euros para as reparações e abriu um inquérito. Os "
        "moradores queixavam-se há anos de fendas nos pilares, contou Elena Dravic, dona de uma loja nas redondezas.",
    ),
    "ar": (
        "17 قتيلاً في انهيار جسر في دورفالا",
        "انهار جسر على نهر سلمى في دورفالا صباح الثلاثاء، ما أسفر عن مقتل 17 شخصاً وإصابة 43 آخرين، بحسب ما قال محافظ "
        "المنطقة. وسقطت ست مركبات، بينها حافلة مدرسية، في الماء من ارتفاع 25 متراً.",
        "وقال المحافظ ماركو ليندكفيست للصحفيين إن الغواصين انتشلوا 12 جثة حتى المساء. وكان الجسر، الذي بني عام 1968، "
        "قد خضع لآخر تفتيش عام 2021، وتعبره 9000 مركبة يومياً.",
        "ووعدت وزارة النقل بتخصيص 4 ملايين يورو للإصلاحات وفتحت تحقيقاً. وقالت إيلينا درافيتش، صاحبة متجر قريب، إن "
        "السكان يشتكون منذ سنوات من تشققات في الأعمدة.",
    ),
    "fa": (
        "۱۷ کشته در فروریختن پل در دوروالا",
        "یک پل جاده‌ای بر رودخانه سلما در دوروالا صبح سه‌شنبه فرو ریخت و به گفته استاندار منطقه ۱۷ نفر کشته و ۴۳ نفر "
        "زخمی شدند. شش خودرو، از جمله یک اتوبوس مدرسه، از ارتفاع ۲۵ متری به آب افتادند.",
        "مارکو لیندکویست، استاندار، به خبرنگاران گفت غواصان تا شامگاه ۱۲ جسد را بیرون کشیدند. این پل که در سال ۱۹۶۸ "
        "ساخته شده بود، آخرین بار در سال ۲۰۲۱ بازرسی شد و روزانه ۹۰۰۰ خودرو از آن می‌گذشت.",
        "وزارت حمل و نقل ۴ میلیون یورو برای تعمیر وعده داد و تحقیقات را آغاز کرد. النا دراویچ که مغازه‌ای در آن نزدیکی "
        "دارد، گفت ساکنان سال‌ها از ترک‌های ستون‌ها شکایت داشتند.",
    ),
}
"""One report in five languages: the headline and its paragraphs."""

EDITED = {
    "en": (
        "Seventeen dead as road bridge gives way",
        "A road bridge across the Selma river in Dorvala collapsed on Tuesday morning, killing 17 people and wounding "
        "43, the regional prefect said. Six vehicles, including a school bus, plunged into the water from a height of "
        "25 metres.",
        "Divers had recovered 12 bodies by evening, prefect Marko Lindkvist told reporters. Built in 1968, the bridge "
        "was last inspected in 2021 and carried 9000 vehicles daily.",
        "The transport ministry pledged four million euros for repairs and opened an inquiry.",
    ),
    "fr": (
        "Drame à Dorvala : un pont s'écroule",
        "Un pont routier enjambant la rivière Selma, à Dorvala, s'est écroulé mardi matin, tuant 17 personnes et en "
        "blessant 43, a annoncé le préfet de région. Six véhicules, dont un car scolaire, sont tombés à l'eau d'une "
        "hauteur de 25 mètres.",
        "Les plongeurs avaient repêché douze corps dans la soirée, a déclaré à la presse le préfet Marko Lindkvist. "
        "Construit en 1968, le pont avait été inspecté pour la dernière fois en 2021 et voyait passer 9.000 véhicules "
        "par jour.",
        "Les habitants se plaignaient depuis des années de fissures dans les piliers, raconte Elena Dravić, qui tient "
        "une boutique toute proche.",
    ),
    "pt": (
        "Tragédia em Dorvala: ponte ruiu",
        "Uma ponte rodoviária sobre o rio Selma, em Dorvala, desabou na manhã de terça-feira, matando 17 pessoas e "
        "ferindo 43, informou o prefeito da região. Seis veículos, entre eles um ônibus escolar, caíram na água de uma "
        "altura de 25 metros.",
        "Mergulhadores tinham recuperado 12 corpos até a noite, disse a jornalistas o prefeito Marko Lindqvist. A "
        "ponte, construída em 1968, foi inspecionada pela última vez em 2021 e por ela passavam 9 mil veículos por "
        "dia.",
        "O Ministério dos Transportes prometeu 4 milhões de euros para os reparos e abriu um inquérito.",
    ),
    "ar": (
        "كارثة في دورفالا",
        "انهار جسر على نهر سلمى في دورفالا صباح الثلاثاء، ما أدى إلى مقتل ١٧ شخصاً وجرح ٤٣ آخرين، بحسب ما أعلن محافظ "
        "المنطقة. وسقطت ست مركبات، بينها حافلة مدرسية، في الماء من ارتفاع ٢٥ متراً.",
        "وقال المحافظ ماركو ليندكويست للصحافيين إن الغواصين انتشلوا ١٢ جثة حتى المساء. وكان الجسر الذي بني عام ١٩٦٨ "
        "قد خضع لآخر تفتيش عام ٢٠٢١، وتعبره ٩٠٠٠ مركبة يومياً.",
        "ووعدت وزارة النقل بتخصيص ٤ ملايين يورو للإصلاحات وفتحت تحقيقاً.",
    ),
    "fa": (
        "پل دوروالا فرو ریخت",
        "یک پل جاده ای روی رودخانه سلما در دوروالا صبح سه شنبه فروریخت و به گفته استاندار منطقه 17 نفر کشته و 43 نفر "
        "مجروح شدند. شش خودرو، از جمله یک اتوبوس مدرسه، از ارتفاع 25 متری به آب افتادند.",
        "مارکو لیندکوئیست، استاندار، به خبرنگاران گفت غواصان تا شب 12 جسد را بیرون کشیدند. این پل که سال 1968 ساخته "
        "شده بود، آخرین بار در سال 2021 بازرسی شد و روزانه 9000 خودرو از آن می گذشت.",
        "النا دراویچ که مغازه ای در آن نزدیکی دارد گفت ساکنان سالها از ترک های ستون ها شکایت داشتند.",
    ),
}
"""The same, gone over by editors: another headline, dropped sentences, other words, digits and spellings."""

OTHERS = {
    "en": (
        "'The road was simply gone', says driver who stopped in time",
        "Petra Halloran braked 3 metres from the edge. In front of her the bridge into Dorvala had vanished, and with "
        "it the school bus that her own son takes on Wednesdays.",
        "At the Saint Anne hospital surgeons worked through the night on 43 injured; 9 of them are children. The dead "
        "number 17, according to the prefect, Marko Lindqvist, but firefighters are still looking for 2 missing men.",
        "Some 300 rescuers were at the Selma on Wednesday with 4 cranes. The union of bridge engineers says that of "
        "the country's 1,200 bridges from the 1960s one in five is in poor repair. Dorvala's was built in 1968.",
    ),
    "fr": (
        "Pont de Dorvala : ce que l'on sait de l'enquête",
        "Le procureur Igor Maslenko a placé en garde à vue deux cadres de la société Pontec, chargée de l'entretien du "
        "pont de Dorvala. Leur rapport de 2021 jugeait l'ouvrage « apte au service » pour 15 ans.",
        "Or, un ingénieur avait alerté dès 2019 le ministère des Transports, selon des courriels que nous avons "
        "consultés. La chute de l'ouvrage de 1968 dans la Selma a fait 17 morts et 43 blessés, dont 9 enfants.",
        "À Dorvala, 2 000 personnes ont défilé mercredi en silence. Le gouvernement a décrété trois jours de deuil.",
    ),
    "pt": (
        "Dorvala chora as vítimas da ponte",
        "Na escola primária de Dorvala, as aulas foram suspensas até segunda-feira. Quatro alunos seguiam no autocarro "
        "que caiu ao rio Selma; o motorista, Josip Barac, de 58 anos, salvou outros onze.",
        "O balanço oficial é de 17 mortos e 43 feridos, dos quais 9 em estado grave. O primeiro-ministro visitou o "
        "local e prometeu rever 200 pontes até ao fim do ano.",
        "A oposição pede a demissão do ministro. «Em 2021 disseram-nos que estava tudo bem», afirma a deputada Nives "
        "Kolar.",
    ),
    "ar": (
        "أهالي دورفالا يطالبون بالمحاسبة",
        "تجمع نحو 2000 شخص أمام مبنى البلدية في دورفالا للمطالبة بمحاسبة المسؤولين عن انهيار الجسر الذي أودى بحياة 17 "
        "شخصاً. ورفع المتظاهرون صور الضحايا.",
        "وفي مستشفى القديسة آنا يعالج الأطباء 43 مصاباً، تسعة منهم أطفال، كما قال مدير المستشفى داميان روسو. وما زال "
        "رجلان في عداد المفقودين.",
        "واعتقلت الشرطة مديرين في شركة بونتيك التي تولت صيانة الجسر المشيد عام 1968، ومنعتهما المحكمة من "
        "السفر 90 يوماً.",
    ),
    "fa": (
        "راننده‌ای که یازده کودک را نجات داد",
        "یوسیپ باراتس ۵۸ ساله هنوز باور نمی‌کند. راننده اتوبوس مدرسه‌ای که از پل دوروالا به رودخانه سلما افتاد، یازده "
        "کودک را از پنجره بیرون کشید.",
        "شمار کشته‌ها ۱۷ نفر و زخمی‌ها ۴۳ نفر است و نه کودک در بخش مراقبت‌های ویژه بستری‌اند. دو نفر هنوز ناپدیدند.",
        "اتحادیه مهندسان می‌گوید از ۱۲۰۰ پل دهه شصت میلادی یک‌پنجم فرسوده است. پل دوروالا هم در سال ۱۹۶۸ ساخته شده بود.",
    ),
}
"""What other reporters made of the same event."""

STRIKE = {
    "en": (
        "Nurses end ten-day strike in Castelmar",
        "Nurses in Castelmar returned to work on Friday after a strike of ten days that had closed 14 clinics. Under "
        "the agreement their pay rises by 6.5 percent from January, health minister Tomas Arvela said.",
        "The union had asked for 9 percent. Its president, Ines Cardona, called the result bitter but fair. Of 8,200 "
        "members 61 percent voted for it.",
        "The government puts the cost at 38 million a year. About 2,700 operations were postponed during the strike.",
    ),
    "pt": (
        "Enfermeiros terminam greve de dez dias em Castelmar",
        "Os enfermeiros de Castelmar regressaram ao trabalho na sexta-feira depois de uma greve de dez dias que tinha "
        "fechado 14 clínicas. Pelo acordo, os salários sobem 6,5 por cento a partir de janeiro, disse o ministro da "
        "Saúde, Tomas Arvela.",
        "O sindicato tinha pedido 9 por cento. A sua presidente, Ines Cardona, chamou ao resultado amargo mas justo. "
        "Dos 8.200 membros, 61 por cento votaram a favor.",
        "O governo calcula o custo em 38 milhões por ano. Cerca de 2.700 operações foram adiadas durante a greve.",
    ),
    "fa": (
        "پایان اعتصاب ده‌روزه پرستاران در کاستلمار",
        "پرستاران کاستلمار روز جمعه پس از ده روز اعتصاب که ۱۴ درمانگاه را بسته بود، به کار بازگشتند. توماس آرولا، وزیر "
        "بهداشت، گفت بر پایه این توافق دستمزد آنها از ژانویه ۶٫۵ درصد افزایش می‌یابد.",
        "اتحادیه ۹ درصد خواسته بود. اینس کاردونا، رئیس آن، نتیجه را تلخ اما عادلانه خواند. از ۸۲۰۰ عضو، ۶۱ درصد به آن "
        "رأی دادند.",
        "دولت هزینه آن را سالانه ۳۸ میلیون برآورد می‌کند. حدود ۲۷۰۰ عمل جراحی در زمان اعتصاب به تعویق افتاد.",
    ),
}
"""A second report, in three languages."""

STRIKE_OTHERS = {
    "fr": (
        "Castelmar : les infirmières reprennent le travail, sans joie",
        "« On a perdu dix jours de salaire pour presque rien », soupire Lucia Ferro devant la clinique du port. Son "
        "service a rouvert vendredi avec trois soignantes sur sept.",
        "L'accord accorde 6,5 % au lieu des 9 % demandés par le syndicat d'Ines Cardona ; 39 % des votants l'ont "
        "rejeté. Les 14 cliniques fermées rouvriront d'ici lundi.",
        "L'opposition reproche au ministre Tomas Arvela d'avoir laissé reporter 2 700 opérations.",
    ),
    "ar": (
        "ممرضات كاستلمار يعدن إلى العمل",
        "عادت الحركة إلى أروقة مستشفى الميناء في كاستلمار بعد عشرة أيام من الإضراب. وتقول الممرضة لوسيا فيرو إن قسمها "
        "استقبل 120 مريضاً في الساعات الأولى.",
        "وينص الاتفاق على زيادة 6.5 في المئة، بينما طالبت النقابة بتسعة في المئة. وانتقدت إينيس كاردونا الوزير توماس "
        "أرفيلا لأنه انتظر أسبوعاً قبل التفاوض.",
        "ويقول خبراء إن تأجيل 2700 عملية سيكلف المستشفيات الخاصة 11 مليوناً.",
    ),
}


def page(report: tuple[str, ...], *, before: str = "", after: str = "") -> str:
    """A report as a file: the headline, then its paragraphs."""
    return "\n\n".join(part for part in (report[0], before, *report[1:], after) if part) + "\n"
