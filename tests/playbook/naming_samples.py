"""Replies as people write them, by hand, in five languages: who is named, and where they work.

The first 66 (FIRST_LOOK) were written before anybody saw what the rules make of them.
"""

# ruff: noqa: E501 - whole messages, as people and their mail programs write them

from __future__ import annotations

Sample = tuple[str, tuple[tuple[str, str], ...]]
"""A text, and the (name, employer) that a person reads in it."""

FIRST_LOOK: tuple[Sample, ...] = (
    # English
    (
        "You should talk to Ida Wells at Brightloom, she is the best data engineer I know.",
        (("Ida Wells", "Brightloom"),),
    ),
    (
        "Hi Maya,\n\nthanks for the kind note! Honestly, Jan van der Berg comes to mind. He rebuilt our pipelines from scratch.",
        (("Jan van der Berg", ""),),
    ),
    ("try sarah okafor, she left stripe last year", (("Sarah Okafor", ""),)),
    (
        "Maybe Priya Raman (Datadog) or Tom Becker (ex-Spotify).",
        (("Priya Raman", "Datadog"), ("Tom Becker", "Spotify")),
    ),
    ("https://www.linkedin.com/in/ana-lopez-4b21a3/", (("Ana Lopez", ""),)),
    ("Ida Wells, Acme", (("Ida Wells", "Acme"),)),
    ("ask marek, he is at allegro", (("Marek", "allegro"),)),
    ("Not sure, sorry. Nobody comes to mind right now.", ()),
    (
        "Happy to help! Two people: Dr. Maria de la Cruz-Gonzalez from Heliotrope Labs, and my old teammate Wei Zhang.",
        (("Maria de la Cruz-Gonzalez", "Heliotrope Labs"), ("Wei Zhang", "")),
    ),
    (
        "I worked with Siobhán O'Brien at Intercom. She taught me everything about event sourcing.",
        (("Siobhán O'Brien", "Intercom"),),
    ),
    (
        "Have you talked to Kwame? Kwame Mensah, he runs the platform team at Paystack.",
        (("Kwame Mensah", "Paystack"),),
    ),
    (
        "The strongest person I ever worked with on Kafka was Lena Fischer. We built the ingestion at Zalando in 2019.",
        (("Lena Fischer", "Zalando"),),
    ),
    (
        "My friend Yuki Tanaka is looking at data roles. Her mail is yuki.tanaka@example.org, she said that is fine.",
        (("Yuki Tanaka", ""),),
    ),
    ("Sure - Nikos @ Skroutz.", (("Nikos", "Skroutz"),)),
    ("Let me think about it over the weekend and get back to you in July.", ()),
    ("J. R. Hartley of Fly Fishing Ltd would be great.", (("J. R. Hartley", "Fly Fishing Ltd"),)),
    ("王小明 at ByteDance is brilliant, say hi from me", (("王小明", "ByteDance"),)),
    (
        "1. Aisha Bello - Flutterwave\n2. Carlos Mendes - Nubank\n3. Greta Lind - Klarna",
        (("Aisha Bello", "Flutterwave"), ("Carlos Mendes", "Nubank"), ("Greta Lind", "Klarna")),
    ),
    ("I loved the team, but Berlin is too far for us. Good luck with the Data Engineer search!", ()),
    ("I'd go for Mark Young, who leads Machine Learning at Monzo.", (("Mark Young", "Monzo"),)),
    (
        "Thanks Maya, that means a lot. Give Will Grace a call, he knows Snowflake inside out.",
        (("Will Grace", ""),),
    ),
    ("Perhaps github.com/torvik? His name is Odd Torvik I think.", (("Odd Torvik", ""),)),
    ("reach out to fatima zahra el idrissi, she was my mentor", (("Fatima Zahra el Idrissi", ""),)),
    ("I would not recommend Bob Smith, but Alice Jones is great.", (("Alice Jones", ""),)),
    ("Easy: Rosa. She sat next to me for three years and knows every corner of Airflow.", (("Rosa", ""),)),
    (
        "Ping my colleague Thabo Nkosi (he is on LinkedIn: linkedin.com/in/thabonkosi).",
        (("Thabo Nkosi", ""),),
    ),
    # German
    (
        "Hallo Maya,\n\ndanke für deine Nachricht. Sprich mal mit Anna Schmidt von Zalando, sie ist großartig.",
        (("Anna Schmidt", "Zalando"),),
    ),
    (
        "Meine frühere Kollegin Katrin Müller-Lüdenscheidt arbeitet jetzt bei der Commerzbank und kennt sich mit Daten aus.",
        (("Katrin Müller-Lüdenscheidt", "Commerzbank"),),
    ),
    ("Spontan fällt mir niemand ein, tut mir leid.", ()),
    ("Frag doch Jörg Weiß (Siemens).", (("Jörg Weiß", "Siemens"),)),
    (
        "Ich denke an Karl-Heinz von der Tann. Er hat unsere Plattform gebaut.",
        (("Karl-Heinz von der Tann", ""),),
    ),
    ("frag mal lukas bei sipgate", (("Lukas", "sipgate"),)),
    ("Herr Dr. Öztürk aus der Entwicklung bei Bosch wäre mein Vorschlag.", (("Öztürk", "Bosch"),)),
    ("Die beste Entwicklerin, mit der ich je gearbeitet habe, ist Zeynep Kaya.", (("Zeynep Kaya", ""),)),
    (
        "Vielleicht Ben oder Miriam Roth? Beide waren bei Trivago im Team Search.",
        (("Ben", ""), ("Miriam Roth", "Trivago")),
    ),
    ("Das Angebot war toll, aber der Umzug nach München passt gerade nicht zu unserer Familie.", ()),
    ("Wende dich an Stefan Huber, Leiter Datenplattform bei der SBB in Bern.", (("Stefan Huber", "SBB"),)),
    # French
    (
        "Bonjour Maya,\n\nparlez à Élodie Lefèvre chez Doctolib, elle est brillante.",
        (("Élodie Lefèvre", "Doctolib"),),
    ),
    (
        "Je pense à Jean-Baptiste de La Salle, un ancien collègue de Criteo.",
        (("Jean-Baptiste de La Salle", "Criteo"),),
    ),
    ("Désolé, personne ne me vient à l'esprit.", ()),
    (
        "Contactez Amine Benali (OVHcloud) ou Chloé Dupont.",
        (("Amine Benali", "OVHcloud"), ("Chloé Dupont", "")),
    ),
    (
        "La meilleure personne avec qui j'ai travaillé s'appelle Inès Moreau. Elle dirige la data chez BlaBlaCar.",
        (("Inès Moreau", "BlaBlaCar"),),
    ),
    ("demande à camille chez qonto", (("Camille", "qonto"),)),
    (
        "Mon amie Aïssatou Diallo cherche justement dans ce domaine : linkedin.com/in/aissatou-diallo",
        (("Aïssatou Diallo", ""),),
    ),
    ("Merci pour votre message. Le poste à Lyon est super mais je reste à Paris.", ()),
    ("François Dubois, de chez Alan, serait parfait.", (("François Dubois", "Alan"),)),
    # Spanish
    ("Hola Maya:\n\nhabla con María José García en Glovo, es buenísima.", (("María José García", "Glovo"),)),
    ("Yo hablaría con Íñigo Errejón Sáenz de BBVA.", (("Íñigo Errejón Sáenz", "BBVA"),)),
    ("No se me ocurre nadie ahora mismo, lo siento.", ()),
    (
        "Pregunta a Lucía Fernández (Cabify) y a Pablo Ruiz (Wallapop).",
        (("Lucía Fernández", "Cabify"), ("Pablo Ruiz", "Wallapop")),
    ),
    ("Mi antigua jefa, Carmen Ortega y Soto, sabe muchísimo de datos.", (("Carmen Ortega y Soto", ""),)),
    ("habla con jordi pujades, estaba en typeform", (("Jordi Pujades", "typeform"),)),
    (
        "Te recomiendo a Xochitl Ramírez. Trabajamos juntas en Rappi durante tres años.",
        (("Xochitl Ramírez", "Rappi"),),
    ),
    ("Gracias por todo. El puesto en Madrid era estupendo, pero me quedo en Sevilla.", ()),
    ("Diego de la Vega, lo conocí en Mercado Libre.", (("Diego de la Vega", "Mercado Libre"),)),
    # Portuguese
    ("Olá Maya,\n\nfala com a Joana Sousa na Farfetch, é excelente.", (("Joana Sousa", "Farfetch"),)),
    ("Recomendo o João Pedro da Silva, que trabalha no Nubank.", (("João Pedro da Silva", "Nubank"),)),
    ("Ninguém me vem à cabeça, desculpa.", ()),
    (
        "Talvez a Beatriz Gonçalves (OutSystems) ou o Rui Costa.",
        (("Beatriz Gonçalves", "OutSystems"), ("Rui Costa", "")),
    ),
    (
        "A melhor pessoa com quem trabalhei foi a Thaís Oliveira. Ela lidera dados na iFood.",
        (("Thaís Oliveira", "iFood"),),
    ),
    ("fala com o tiago na feedzai", (("Tiago", "feedzai"),)),
    ("Obrigado pela mensagem. O Porto é lindo, mas ficamos em Lisboa.", ()),
    (
        "Conheço o Sérgio Conceição do tempo da Talkdesk, vale a pena falar com ele.",
        (("Sérgio Conceição", "Talkdesk"),),
    ),
    # Other scripts, and mixed
    ("Я бы поговорил с Анной — Anna Kuznetsova, she is at Yandex.", (("Anna Kuznetsova", "Yandex"),)),
    ("سارة حداد would be my pick, we studied together", (("سارة حداد", ""),)),
    ("Θα έλεγα Νίκος Παπαδόπουλος, at Skroutz.", (("Νίκος Παπαδόπουλος", "Skroutz"),)),
)

SECOND_LOOK: tuple[Sample, ...] = (
    # Written after the rules were mended for the first ones, and before anybody saw what they make of these.
    (
        "Off the top of my head: Dana Whitfield. Incredible at data modelling, ex Airbnb.",
        (("Dana Whitfield", "Airbnb"),),
    ),
    (
        "Honestly the best I've seen is my ex-manager Oluwaseun Adeyemi, now at Moniepoint.",
        (("Oluwaseun Adeyemi", "Moniepoint"),),
    ),
    ("Could be worth talking to Tomasz from my previous job at Allegro.", (("Tomasz", "Allegro"),)),
    ("I can't think of anyone, but I'll keep my eyes open. Say hello to Jon!", ()),
    ("Mei-Ling Chen (she/her), Staff Data Engineer at Canva", (("Mei-Ling Chen", "Canva"),)),
    ("There's a guy called Anders Holm at Unity who would be perfect.", (("Anders Holm", "Unity"),)),
    ("What about Grace Park? We overlapped at Coupang.", (("Grace Park", "Coupang"),)),
    (
        "My wife says I should name Peter Novak :) He runs Spark at Booking.com",
        (("Peter Novak", "Booking.com"),),
    ),
    ("I've moved on to another role, all the best to the team. Best, Noor", ()),
    ("contact ravi shankar iyer at flipkart", (("Ravi Shankar Iyer", "flipkart"),)),
    (
        "Two names: Elif Demir, Getir; Hans-Peter Vogel, N26.",
        (("Elif Demir", "Getir"), ("Hans-Peter Vogel", "N26")),
    ),
    (
        "Versucht es mal bei Tobias Klein, der hat bei Delivery Hero das Data Team aufgebaut.",
        (("Tobias Klein", "Delivery Hero"),),
    ),
    (
        "Mir fällt da sofort Friederike Baumann ein. Sie war meine Mentorin bei Celonis.",
        (("Friederike Baumann", "Celonis"),),
    ),
    (
        "Liebe Maya, danke der Nachfrage! Leider kenne ich gerade keinen, der wechseln will. Viele Grüße, Noor",
        (),
    ),
    ("Schreib am besten Frau Yılmaz von Personio.", (("Yılmaz", "Personio"),)),
    (
        "Je te conseille Mathilde Rousseau, data engineer chez Back Market.",
        (("Mathilde Rousseau", "Back Market"),),
    ),
    (
        "Essayez peut-être Yannick N'Diaye (ex-Deezer), on a bossé ensemble deux ans.",
        (("Yannick N'Diaye", "Deezer"),),
    ),
    ("Je n'ai pas de nom en tête, mais merci d'avoir pensé à moi !", ()),
    ("Quizás Sofía Herrera, que lleva datos en Kavak.", (("Sofía Herrera", "Kavak"),)),
    ("Mi compañero de la universidad, Andrés Molina, ahora está en Stripe.", (("Andrés Molina", "Stripe"),)),
    ("Sugiro falarem com a Mariana Duarte, da Loft. Trabalhamos juntas.", (("Mariana Duarte", "Loft"),)),
    ("Tentem o Henrique Matos Ferreira (ex-colega na Uber).", (("Henrique Matos Ferreira", "Uber"),)),
    ("Por agora não me lembro de ninguém. Um abraço, Noor", ()),
    ("Try 田中太郎 — he wrote the Kafka connector we used.", (("田中太郎", ""),)),
)

STILL_WRONG = frozenset(
    {"Off the top of my head: Dana Whitfield. Incredible at data modelling, ex Airbnb."}  # the employer
)
"""What the rules do not get right: a person mends it on the page."""
