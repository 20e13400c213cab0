"""Names, titles, companies and schools. All of them are made up, and put together by chance.

Nobody has a sex, an age or an origin here: a name is a name, and nothing else is drawn from it.
"""

from __future__ import annotations

import unicodedata

from ifnotyou.sample.dice import Dice, Odds


def _list(text: str, parted_by: str = ",") -> tuple[str, ...]:
    return tuple(item.strip() for item in text.split(parted_by))


# Given names, then family names, of one part of the world after another.
_NAMES = tuple(
    tuple(_list(names) for names in part.split("\n"))
    for part in """\
Ama, Kofi, Abena, Kwabena, Efua, Yaw, Adjoa, Kojo, Akosua, Fiifi
Boateng, Owusu-Ansah, Adomako, Sarpong, Nyarko, Tetteh, Quartey, Amoako, Bediako, Asiedu

Adaeze, Chidi, Ngozi, Emeka, Ifeoma, Tunde, Folake, Babajide, Yetunde, Obinna
Okonkwo, Adeyinka, Nwachukwu, Balogun, Eze, Ogunleye, Ibekwe, Afolabi, Uzor, Onwudiwe

Aiko, Haruto, Yui, Sota, Rin, Kenji, Misaki, Daichi, Nozomi, Takumi
Kurosaki, Hayashida, Mizutani, Onodera, Sakaguchi, Tachibana, Yamanouchi, Fujikawa, Ishiguro, Kitamura

Wei, Lijuan, Jun, Xiaoming, Meiling, Haoran, Yifan, Qing, Zihan, Ruoxi
Zhao, Ouyang, Fang, Lü, Cheng, Shao, Tang, Qiu, Xue, Peng

Min-jun, Seo-yeon, Ji-ho, Ha-eun, Do-yun, Soo-ah, Tae-hyun, Yu-jin, Eun-bi, Jae-won
Baek, Hwang, Seok, Ryu, Nam, Jeon, Moon, Heo, Yoo, Kang

Aarav, Ananya, Rohan, Kavya, Ishaan, Meera, Nikhil, Priyanka, Siddharth, Tanvi
Deshpande, Iyer, Banerjee, Chaudhary, Kulkarni, Menon, Saxena, Venkataraman, Bhattacharya, Rao

Zainab, Bilal, Mahnoor, Hamza, Sana, Faisal, Amina, Usman, Hira, Danish
Qureshi, Siddiqui, Chishti, Mirza, Baloch, Rehmani, Farooqi, Niazi, Lodhi, Hashmi

Layla, Omar, Yasmin, Karim, Salma, Tariq, Noor, Hisham, Rania, Ziad
al-Khatib, Haddad, ben Amar, el-Sharif, Mansouri, Khoury, al-Rashidi, Benjelloun, Nasrallah, Zayani

Parisa, Dariush, Shirin, Kaveh, Nasrin, Behrouz, Laleh, Siavash, Mina, Farhad
Ahmadpour, Tehranchi, Rostami, Javadi, Kermani, Sohrabi, Golshan, Nikbakht, Daneshvar, Parvizi

Elif, Mehmet, Zeynep, Emre, Ayşe, Burak, Gülşen, Çağrı, Selin, Tolga
Yıldırım, Karaca, Öztürk, Şimşek, Aydoğan, Çelik, Kılıç, Demirtaş, Güneş, Bozkurt

Lucía, Mateo, Ximena, Andrés, Inés, Joaquín, Valentina, Íñigo, Pilar, Tomás
de la Vega, Ibáñez Ruiz, Quintero, Muñoz, del Río, Zamora Peña, Etxeberria, Carrasco, Núñez, Bustamante

João, Beatriz, Tiago, Inês, Gonçalo, Mariana, Thiago, Letícia, Caetano, Conceição
da Silva Prado, Figueiredo, dos Santos, Magalhães, Nóbrega, Vasconcelos, Teixeira, de Moura, Araújo, Brandão

Chloé, Théo, Maëlys, Jean-Baptiste, Anaïs, Loïc, Aurélie, Rémi, Marie-Ève, Gaël
Lefèvre, d'Aubigny, Rousselot, Béranger, de Kerguen, Marchand, Delacroix-Petit, Gauthier, Noël, Thibault

Greta, Jonas, Frauke, Matthias, Käthe, Jürgen, Annika, Sören, Lieselotte, Götz
Müller-Brandt, von Arnsdorf, Schäfer, Weißgerber, Köhler, Hübner, Vogelsang, Strauß, Lindenberg, Überreuter

Sanne, Joost, Femke, Bram, Marijke, Thijs, Lotte, Pieter, Anouk, Ruben
van der Meer, de Graaf, van 't Hoff, Bakker, ten Brinke, Vermeulen, Hoekstra, van den Berg, Kuipers, Smit

Astrid, Lars, Ingrid, Søren, Freja, Bjørn, Åsa, Henrik, Sigrún, Øyvind
Lund-Andersen, Håkansson, Sørensen, Bergström, Nygård, Kjær, Ødegaard, Holmqvist, Jónsdóttir, Thorvaldsen

Aino, Väinö, Päivi, Juhani, Liisa, Eero, Tuuli, Mikko, Kaisa, Onni
Mäkinen, Hämäläinen, Korhonen, Niemelä, Saarinen, Lehtonen, Järvi, Pöllänen, Rautio, Virtala

Agnieszka, Łukasz, Katarzyna, Wojciech, Zofia, Grzegorz, Małgorzata, Paweł, Jadwiga, Błażej
Wiśniewska, Dąbrowski, Zielińska, Wójcik, Kamińska-Nowak, Szymański, Jabłońska, Król, Pawłowska, Ostrowski

Kateřina, Ondřej, Jana, Jiří, Zuzana, Matěj, Ľubica, Štěpán, Božena, Radek
Dvořáková, Procházka, Veselá, Šimek, Horváthová, Kučera, Čermák, Nováčková, Beneš, Řezníček

Oksana, Dmytro, Svitlana, Taras, Olena, Bohdan, Iryna, Andriy, Nadia, Ostap
Kovalchuk, Bondarenko, Shevchuk, Hrytsenko, Melnyk, Lysenko, Tkachenko, Marchenko, Pavlenko, Savchuk

Eszter, Gábor, Réka, Zoltán, Ildikó, Bálint, Zsófia, Ákos, Tünde, Szabolcs
Szűcs, Kővári, Halász, Bodnár, Pálfi, Vörös, Csonka, Gönczi, Nádasdy, Rónai

Ioana, Radu, Mădălina, Ștefan, Ruxandra, Vlad, Elena, Călin, Anca, Mihnea
Popa-Stan, Dumitrașcu, Ionescu, Munteanu, Țurcanu, Bălan, Crăciun, Moraru, Vasilescu, Neagu

Eleni, Nikos, Katerina, Yannis, Despina, Kostas, Ioanna, Spyros, Danai, Vangelis
Papadakis, Georgiou, Karamanlidis, Vlahos, Stathopoulos, Makris, Antoniadou, Kallergis, Zografou, Theofanous

Giulia, Matteo, Ilaria, Niccolò, Federica, Lorenzo, Bianca, Tommaso, Noemi, Raffaele
De Santis, Bellomo, D'Angelo, Montanari, Lo Presti, Ferrarese, Della Torre, Sartori, Guarnieri, Pellegrino

Niamh, Cian, Aoife, Ruairí, Siobhán, Eoin, Gráinne, Fergus, Saoirse, Lorcan
O'Shea, Mac Giolla, Ní Bhriain, Gallagher, McAteer, Ó Cuinn, Brannigan, Fitzmaurice, Kinsella, Delahunty

Megan, Callum, Freya, Rhys, Isla, Gethin, Morag, Ewan, Bronwen, Alasdair
Whitcombe, ap Hywel, Ashdown, MacLennan, Pemberton-Hale, Thwaite, Llewelyn, Braithwaite, Hargreave, Penrose

Jordan, Avery, Marcus, Tamika, Dakota, Riley, Monique, Darnell, Casey, Savannah
Whitfield, Begay, Tillman, St. Clair, Kowalczyk Reed, Yazzie, Harlan, Broussard, Delgado-Ross, Lockhart

Minh Anh, Thu Hà, Quốc Bảo, Linh, Đức, Thanh Tâm, Hoàng, Mai, Tuấn, Ngọc Lan
Nguyễn, Trần, Phạm, Đặng, Vũ, Bùi, Huỳnh, Lương, Đoàn, Trịnh

Malaya, Jomar, Ligaya, Rodel, Tala, Bayani, Dalisay, Efren, Luningning, Arvin
Dimaculangan, Batungbakal, Salonga-Cruz, Magsino, Panganiban, Catacutan, de Guzman, Macaraeg, Sumulong, Lacson

Leilani, Tane, Mele, Wiremu, Sina, Aroha, Ioane, Hinemoa, Sione, Kalea
Ngata-Price, Fonoti, Kahananui, Tuilagi, Parata, Faleolo, Waaka, Kealoha, Tamatea, Lealaiauloto

Selamawit, Dawit, Tigist, Yonas, Hirut, Bereket, Wanjiru, Otieno, Achieng, Kamau
Tesfaye, Gebremariam, Kiprotich, Mwangi, Wekesa, Abebe, Njoroge, Haile, Odhiambo, Muthoni

Thandiwe, Sipho, Nomvula, Pieter-Jan, Lerato, Bongani, Anke, Kagiso, Zanele, Tendai
Dlamini, Mokoena, van Rensburg, Nkosi, Khumalo, Moyo, Botha, Sithole, Mahlangu, Chikwanha

Noa, Eitan, Tamar, Yonatan, Shira, Avi, Hadas, Oren, Michal, Gil
Ben-David, Shapira, Peretz, Bar-On, Mizrahi, Avraham, Sela, Harel, Dayan, Rozen""".split("\n\n")
)
_SINGLE = _list(
    "Suryani, Wibowo, Ratnasari, Hartono, Anandhi, Murugan, Lakshmi, Tenzin, Sukarto, Thiri, Kyaw, Batbayar, Sarnai,"
    "Widodari, Purnomo, Kalaivani, Dorji, Pema, Setiawati, Oyunaa"
)
_ODDS_OF_FORM = Odds({"plain": 84, "crossed": 10, "middle": 3, "single": 1.5, "joined": 1.5})

_ASCII = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
        "’": "",
        "'": "",
    }
)


class Names:
    """Gives every human being a name of their own: a namesake would look like the same person twice."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice
        self._taken: set[str] = set()

    def new(self) -> str:
        """A name that nobody has yet."""
        name = self._draw(self._dice.among(_ODDS_OF_FORM))
        while name in self._taken:
            name = self._draw("joined")  # a million of these
        self._taken.add(name)
        return name

    def _draw(self, form: str) -> str:
        dice = self._dice
        given, family = dice.pick(_NAMES)
        if form == "crossed":
            family = dice.pick(_NAMES)[1]
        if form == "single":
            return dice.pick(_SINGLE)
        if form == "middle":
            return f"{dice.pick(given)} {dice.pick(given)} {dice.pick(family)}"
        if form == "joined":
            return f"{dice.pick(given)} {dice.pick(family)}-{dice.pick(dice.pick(_NAMES)[1])}"
        return f"{dice.pick(given)} {dice.pick(family)}"


def plain(text: str) -> str:
    """Lower-case ASCII letters and digits, anything else a hyphen: "Zoë d'Arc" is "zoe-darc"."""
    letters = unicodedata.normalize("NFKD", text.lower().translate(_ASCII))
    kept = "".join(c if c.isascii() and c.isalnum() else " " for c in letters if not unicodedata.combining(c))
    return "-".join(kept.split())


COMPANY = "Lanternworks"
COMPANY_DOMAIN = "lanternworks.example"
MAIL_DOMAINS = ("example.com", "example.org", "example.net", "post.example", "mail.example", "brief.example")
"""Reserved by RFC 2606: no mail can reach anybody there."""

_STEMS = _list(
    "Halvorsen Bay, Quillfern, Ostrava North, Tamarillo, Bluewhistle, Korvex, Nimbolo, Pelagra, "
    "Sundrop, Verrata, Oxbow,"
    "Zephyrine, Marlpit, Cobaltine, Fennmark, Larchway, Drifthaven, Ambergate, Inkstone, "
    "Juniperia, Kittiwake, Mosswell,"
    "Palisandro, Rookery, Saltmarsh, Tessellar, Umbrello, Wrenfield, Yarrowby, "
    "Caldera Nine, Dovetail North, Eiderdown"
)
_LINES = _list(
    "Robotics, Labs, Payments, Health, Energy, Logistics, Games, Systems, Foods, Mobility, Analytics, Bank"
)
_TOWNS = _list(
    "Amberley Vale, Norrhaven, Valmora, Eschenthal, Kirkloch, Sant Bertran, Tarnowice, Oyamazaki, Mbeyani, Rio Alvo"
)
_SCHOOLS = (
    "University of {}",
    "{} Polytechnic",
    "{} Institute of Technology",
    "{} School of Design",
    "{} Business School",
    "{} Evening College",
)
_COMPANIES = tuple(f"{stem} {line}" for stem in _STEMS for line in _LINES)


def company(dice: Dice) -> str:
    """An employer that does not exist."""
    return dice.pick(_COMPANIES)


def companies(dice: Dice, most: int) -> tuple[str, ...]:
    """None to `most` employers, each once."""
    return tuple(dict.fromkeys(company(dice) for _ in range(dice.whole(0, most))))


def schools(dice: Dice) -> tuple[str, ...]:
    """Mostly one school, sometimes none or two."""
    names = (dice.pick(_SCHOOLS).format(dice.pick(_TOWNS)) for _ in range(dice.pick((0, 1, 1, 1, 2))))
    return tuple(dict.fromkeys(names))


TIMEZONES = Odds(
    {
        "Europe/Berlin": 22,
        "Europe/London": 16,
        "America/New_York": 16,
        "America/Los_Angeles": 8,
        "Europe/Warsaw": 8,
        "Europe/Lisbon": 6,
        "America/Sao_Paulo": 5,
        "Asia/Kolkata": 8,
        "Africa/Lagos": 4,
        "Asia/Singapore": 4,
        "Australia/Sydney": 3,
    }
)
HOURS_FROM_UTC = {
    "Europe/Berlin": 1,
    "Europe/London": 0,
    "America/New_York": -5,
    "America/Los_Angeles": -8,
    "Europe/Warsaw": 1,
    "Europe/Lisbon": 0,
    "America/Sao_Paulo": -3,
    "Asia/Kolkata": 5,
    "Africa/Lagos": 1,
    "Asia/Singapore": 8,
    "Australia/Sydney": 10,
}
"""Whole hours, without summer time: near enough to have people at work by day."""

LADDERS: dict[str, tuple[str, ...]] = {
    "Engineering": (
        "Engineering Intern",
        "Junior Software Engineer",
        "Software Engineer",
        "Software Engineer II",
        "Senior Software Engineer",
        "Staff Engineer",
        "Senior Staff Engineer",
        "Principal Engineer",
    ),
    "Product": (
        "Product Intern",
        "Associate Product Manager",
        "Product Manager",
        "Product Manager II",
        "Senior Product Manager",
        "Lead Product Manager",
        "Group Product Manager",
        "Principal Product Manager",
    ),
    "Design": (
        "Design Intern",
        "Junior Designer",
        "Product Designer",
        "UX Researcher",
        "Senior Product Designer",
        "Staff Designer",
        "Senior Staff Designer",
        "Principal Designer",
    ),
    "Sales": (
        "Sales Intern",
        "Sales Development Representative",
        "Account Executive",
        "Account Executive II",
        "Senior Account Executive",
        "Key Account Lead",
        "Senior Key Account Lead",
        "Principal, Strategic Accounts",
    ),
    "Data": (
        "Data Intern",
        "Junior Data Analyst",
        "Data Analyst",
        "Data Scientist",
        "Senior Data Scientist",
        "Staff Data Scientist",
        "Senior Staff Data Scientist",
        "Principal Data Scientist",
    ),
    "People": (
        "People Intern",
        "People Coordinator",
        "People Partner",
        "People Partner II",
        "Senior People Partner",
        "Lead People Partner",
        "People Programs Lead",
        "Principal People Partner",
    ),
    "Finance": (
        "Finance Intern",
        "Junior Accountant",
        "Accountant",
        "Financial Analyst",
        "Senior Financial Analyst",
        "Controller",
        "Senior Controller",
        "Principal, Treasury",
    ),
}
"""Titles by department; the first is level 1."""

DEPARTMENTS = Odds(
    {"Engineering": 42, "Product": 12, "Design": 9, "Sales": 15, "Data": 11, "People": 6, "Finance": 5}
)

_CARD_VERDICTS = {
    1: ("Would not go ahead.", "Not convinced at all, sorry.", "Below the bar for this seat."),
    2: ("Leaning no.", "Gaps in depth for this level.", "Not quite there, in my view."),
    3: ("Mixed.", "Could see it either way.", "Some very good moments, some thin ones."),
    4: ("Solid yes.", "Would be happy to work together.", "Clear yes from me.", "Good signal throughout."),
    5: ("Strong yes!", "One of the best this year.", "Please let us not lose this one.", "Raises the bar."),
}
_CARD_OBSERVATIONS = _list(
    "asks good questions; structured, and calm under time pressure; a little quiet at the start; "
    "explains trade-offs well;"
    "very thorough on testing; knows the domain inside out; jumped to a solution a bit early; "
    "honest about what went wrong;"
    "great with the customer story; wanted more detail on numbers; thinks aloud, easy to follow; took hints well;"
    "strong written case; would need ramp-up on our stack; clear on priorities; energy was contagious;"
    "careful with data, careful with people; prefers small teams; has led two migrations; reads the room",
    ";",
)


def card_note(dice: Dice, overall: int) -> str:
    """What an interviewer types under a vote; sometimes nothing. Commas, quotes and line breaks occur."""
    if dice.chance(0.12):
        return ""
    seen = dice.some(_CARD_OBSERVATIONS, dice.whole(1, 3))
    verdict = dice.pick(_CARD_VERDICTS[overall])
    form = dice.whole(1, 10)
    if form == 1:
        return verdict + "\n" + "\n".join(f"- {text}" for text in seen)
    if form == 2:  # noqa: PLR2004 - one in ten
        return f'{verdict} Said "let me think about that for a minute", and then did: {seen[0]}.'
    return f"{verdict} {'; '.join(seen).capitalize()}."
