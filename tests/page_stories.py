"""Stories to be set into pages: what a reader should find there, whatever the mark-up around it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Picture:
    """A picture of a story."""

    file: str
    caption: str
    credit: str


@dataclass(frozen=True)
class Story:
    """A story as its newsroom wrote it; times in ISO 8601, with the offset that the page gives."""

    language: str
    headline: str
    authors: tuple[str, ...]
    paragraphs: tuple[str, ...]
    pictures: tuple[Picture, ...]
    published: str
    modified: str
    summary: str
    related: tuple[str, ...]
    subhead: int
    """The number of the paragraph that is a heading within the text."""


FERRY = Story(
    "en",
    "Island ferry halted after cracks are found in its hull",
    ("Mara Lindqvist", "Tom Achebe"),
    (
        "The only car ferry to Skarn Island was taken out of service on Tuesday after inspectors "
        "found cracks near its waterline, the port authority said.",
        "About 1,400 people live on the island, and some 60 of them cross every working day. A "
        "smaller boat without room for cars will run four times a day until further notice.",
        "“Nobody was in danger at any time,” said Ingrid Vale, who heads the authority. “But we do "
        "not sail with a hull that we cannot vouch for.”",
        "What is known of the damage",
        "The cracks, up to 40 centimeters long, were seen by a diver who had gone down to look at a "
        "fouled propeller. The shipyard that built the vessel in 1998 has sent two engineers.",
        "Opposition councillors said they had warned of the ferry’s age in March. The mayor’s "
        "office declined to comment.",
        "A freight company offered the use of its landing craft, which can carry 12 cars. Whether "
        "it may take passengers is for the maritime office to decide, and its answer is expected "
        "by Friday.",
        "The school on the island will teach by video for the rest of the week.",
    ),
    (
        Picture(
            "ferry-quay.jpg",
            "The ferry Skarn lies at the quay in Norhavn on Tuesday.",
            "Jonas Pell/Coastal Press",
        ),
        Picture(
            "diver.jpg",
            "A diver prepares to inspect the hull of the ferry.",
            "Port of Norhavn via Coastal Press",
        ),
    ),
    "2024-10-22T14:05:31-04:00",
    "2024-10-24T09:11:52-04:00",
    "Inspectors found cracks near the waterline of the only car ferry to Skarn Island.",
    ("Bridge to the mainland is put off again", "Why old ships stay in service so long"),
    3,
)

DAM = Story(
    "en",
    "Engineers lower reservoir as dam inspection goes on",
    ("Priya Raman",),
    (
        "MILLFORD, Ore. (Coastal Press) — Engineers began to lower the water behind the Millford "
        "Dam on Thursday, a day after instruments showed that one of its piers had moved by four "
        "millimeters.",
        "The level is to fall by three meters within ten days. Farmers downstream were told to "
        "move pumps and animals away from the river.",
        "“This is what caution looks like,” state engineer Paul Otieno told reporters. He said that "
        "the movement was within the limits for which the dam had been built.",
        "What residents should do",
        "No evacuation has been ordered. The county asks residents of the valley to sign up for "
        "its alerts, to keep a bag ready, and to stay off the river path.",
        "The dam, finished in 1931, holds 46 million cubic meters of water and supplies three "
        "towns. It was last inspected in 2019.",
        "An environmental group said the sudden flow would wash away the gravel in which salmon "
        "spawn; the state replied that the release was slow enough.",
    ),
    (
        Picture(
            "dam-gate.jpg",
            "Water runs from a gate of the Millford Dam on Thursday morning.",
            "AP Photo/Lena Ortiz",
        ),
    ),
    "2024-10-24T06:30:00-07:00",
    "2024-10-24T11:47:09-07:00",
    "The level is to fall by three meters after a pier was seen to move.",
    ("Old dams of the West, and what they hold", "Salmon are back in the upper river"),
    3,
)

BRIDGE = Story(
    "de",
    "Stadt sperrt Hafenbrücke nach Funden an den Lagern",
    ("Jana Wiegand", "Ole Petersen"),
    (
        "Die Hafenbrücke ist seit Donnerstagfrüh für Fahrzeuge über 3,5 Tonnen gesperrt. Bei einer "
        "Routineprüfung hatten Fachleute Risse an zwei Lagern entdeckt, teilte die Stadt mit.",
        "Nach Angaben der Verwaltung fahren täglich rund 9.000 Lastwagen über das Bauwerk. Sie "
        "müssen nun einen Umweg von 14 Kilometern nehmen.",
        "„Für Autos und Busse besteht keine Gefahr“, sagte Baudezernentin Karin Fromm. Die "
        "Sperrung gelte mindestens bis Mitte November.",
        "Kritik der Wirtschaft",
        "Die Hafenbetriebe sprachen von einem „Schlag ins Kontor“. Sie rechnen mit Mehrkosten von "
        "200.000 Euro in der Woche und fordern eine Behelfsbrücke.",
        "Die Brücke wurde 1972 eröffnet und zuletzt 2016 saniert. Ein Neubau ist geplant, "
        "frühestens aber 2031 fertig.",
    ),
    (
        Picture(
            "hafenbruecke.jpg",
            "Blick auf die Hafenbrücke am Donnerstagmorgen.",
            "dpa/Nils Brandt",
        ),
    ),
    "2024-10-24T07:42:10+02:00",
    "2024-10-24T12:45:00+02:00",
    "Risse an zwei Lagern: Lastwagen müssen einen Umweg von 14 Kilometern nehmen.",
    ("Warum so viele Brücken marode sind", "Neubau der Schleuse verzögert sich"),
    3,
)

LAKE = Story(
    "fr",
    "Le lac de Vernay interdit à la baignade après une pollution",
    ("Claire Montel",),
    (
        "La préfecture a interdit, jeudi 24 octobre, la baignade et la pêche dans le lac de Vernay, "
        "où des milliers de poissons morts ont été découverts dans la nuit.",
        "Selon les premiers relevés, le taux d’oxygène est tombé à moins de 2 milligrammes par "
        "litre. L’origine de la pollution n’est pas connue.",
        "« Nous n’excluons aucune piste », a déclaré le procureur, Hugo Charrier, qui a ouvert une "
        "enquête pour pollution des eaux.",
        "Une usine mise en cause",
        "Des riverains accusent une laiterie installée en amont. L’entreprise « dément "
        "formellement » tout rejet et dit tenir ses registres à la disposition des enquêteurs.",
        "Le lac, long de 6 kilomètres, alimente en eau 18 000 habitants. L’eau du robinet reste "
        "potable, assure l’agence régionale de santé.",
    ),
    (
        Picture(
            "lac-vernay.jpg",
            "Des agents ramassent des poissons morts au bord du lac de Vernay, le 24 octobre 2024.",
            "LUC BERTIN / AFP",
        ),
    ),
    "2024-10-24T09:20:00+02:00",
    "2024-10-24T17:38:21+02:00",
    "Des milliers de poissons morts ont été découverts dans la nuit.",
    ("Ces lacs qui manquent d’oxygène", "La laiterie de Vernay, premier employeur du canton"),
    3,
)

FIRE = Story(
    "es",
    "El incendio de la sierra obliga a desalojar a 300 vecinos",
    ("Lucía Herrero",),
    (
        "Un incendio declarado en la madrugada del jueves en la sierra de Almora ha obligado a "
        "desalojar a unos 300 vecinos de cuatro aldeas, según el servicio de emergencias.",
        "Las llamas han arrasado unas 850 hectáreas de pinar. Trabajan en la extinción 14 medios "
        "aéreos y 220 efectivos.",
        "“El viento es nuestro mayor problema”, explicó el jefe del operativo, Ramón Quiles, que no "
        "espera controlar el fuego antes del fin de semana.",
        "Carreteras cortadas",
        "La carretera comarcal permanece cortada en dos puntos. La Guardia Civil investiga si el "
        "fuego fue provocado.",
        "El alcalde pidió paciencia a los vecinos, que pasan la noche en el polideportivo de "
        "Almora.",
    ),
    (
        Picture(
            "incendio.jpg",
            "Un helicóptero descarga agua sobre la sierra de Almora, este jueves.",
            "Javier Soto (EFE)",
        ),
    ),
    "2024-10-24T08:12:00+02:00",
    "2024-10-24T17:38:00+02:00",
    "Las llamas han arrasado unas 850 hectáreas de pinar en cuatro aldeas.",
    ("Un verano con menos incendios, pero más grandes", "Así se apaga un fuego de copas"),
    3,
)

DIKE = Story(
    "nl",
    "Dijk bij Oosterwaard verzakt, weg afgesloten",
    ("Sanne de Wit",),
    (
        "Een deel van de dijk bij Oosterwaard is in de nacht van woensdag op donderdag verzakt. De "
        "weg erover is afgesloten en twee boerderijen zijn ontruimd.",
        "Het gaat om een stuk van zo’n 40 meter, zegt het waterschap. Er is geen water door de dijk "
        "gekomen.",
        "“We hebben het op tijd gezien”, zegt dijkgraaf Henk Mulder. “Met zandzakken houden we het "
        "voorlopig stevig.”",
        "Oorzaak onbekend",
        "Onderzoekers kijken of gravende bevers de oorzaak zijn. Volgens het waterschap is het te "
        "vroeg voor conclusies.",
        "Bewoners kunnen naar verwachting zaterdag naar huis.",
    ),
    (Picture("dijk.jpg", "Medewerkers van het waterschap leggen zandzakken.", "ANP"),),
    "2024-10-24T06:55:00+02:00",
    "2024-10-24T13:04:30+02:00",
    "Twee boerderijen zijn ontruimd nadat een stuk dijk verzakte.",
    ("Bevers graven steeds vaker in dijken", "Zo werkt een dijkwacht"),
    3,
)

TRAIN = Story(
    "sv",
    "Tågtrafiken norrut står stilla efter ras",
    ("Elin Berg",),
    (
        "All tågtrafik mellan Strömvik och Norrberg är inställd efter ett ras natten till torsdag. "
        "Ingen människa skadades, uppger Trafikverket.",
        "Omkring 50 meter av banvallen har spolats bort. Ersättningsbussar går varannan timme.",
        "– Vi räknar med att det tar minst tio dagar, säger presstalesperson Karl Nyman.",
        "Godset drabbas hårdast",
        "Gruvbolaget förlorar enligt egen uppgift åtta miljoner kronor om dagen. Regeringen följer "
        "läget.",
        "Förra året inträffade ett liknande ras på samma sträcka.",
    ),
    (Picture("ras.jpg", "Rälsen hänger fritt efter raset.", "Foto: Mats Alm/TT"),),
    "2024-10-24T05:48:00+02:00",
    "2024-10-24T14:37:00+02:00",
    "Omkring 50 meter av banvallen har spolats bort.",
    ("Så byggs en banvall", "Fler ras väntas i höst"),
    3,
)

STORIES = (FERRY, DAM, BRIDGE, LAKE, FIRE, DIKE, TRAIN)
