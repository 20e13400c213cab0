"""The words of the privacy notice in each of its languages (playbook/notice.py puts them together)."""

from __future__ import annotations

WORDS: dict[str, dict[str, str]] = {
    "en": {
        "title": "Our privacy notice, version {version}",
        "responsible": "Who is responsible",
        "contact": "For all questions about your data: {contact}",
        "host": "Your contact here: {name}, {address}",
        "representative": "Representative: {name}",
        "officer": "Data protection officer: {name}",
        "no_officer": "The law asks for no data protection officer here, so there is none.",
        "purpose": "What your data are for",
        "purpose_is": "To get in touch with you in person about working with us, and to talk about it "
        "if you like. For nothing else.",
        "purpose_role": "We thought of this role first: {role}.",
        "basis": "On which legal basis",
        "basis_is": "Our legitimate interest (Article 6(1)(f) of the General Data Protection "
        "Regulation; in the United Kingdom, of the UK GDPR).",
        "interest": "That interest is to find colleagues through people who know the work, and to speak "
        "with you personally. We have weighed it against yours, and tell you how on request.",
        "consent": "Only where you say yes to it do we keep your name for later; you can take that back "
        "at any time.",
        "data": "Which data we hold",
        "data_name": "your name",
        "data_profile": "the address of a public profile of yours",
        "data_address": "your mail address",
        "data_works_at": "where you work, as far as we were told",
        "data_why": "what was said about you and your work, in a sentence or two",
        "data_country": "your country or your language",
        "data_dates": "when your name came to us, and for which role",
        "data_talk": "our messages to you, and what you and your host agree on",
        "source": "Where we have them from",
        "not_public": "We took none of it from a publicly accessible source, and looked for nothing more.",
        "profile_given": "The address of your public profile was given to us as well.",
        "corrected": "What you tell us or correct yourself comes from you.",
        "recipients": "Who receives them",
        "colleagues": "Colleagues at {company} who take part in hiring.",
        "nobody_else": "Nobody else.",
        "to_hosting": "the company that runs our servers",
        "to_mail": "the company that carries our mail",
        "to_ats": "the provider of the program in which we keep applications, once you and we are in touch",
        "to_calendar": "the provider of our calendar and video calls, if we talk",
        "to_group": "companies of our own group that take part in hiring",
        "transfers": "Transfers to other countries",
        "no_transfers_eea": "There are none: your data stay within the European Economic Area.",
        "no_transfers": "There are none: your data stay in the country of {company}.",
        "transfers_to": "Your data are also transferred to: {places}.",
        "safeguards": "They are protected there by:",
        "safe_adequacy": "a decision that the law there protects data well enough (adequacy decision)",
        "safe_dpf": "the recipient’s certification under the EU-US Data Privacy Framework",
        "safe_clauses": "standard data protection clauses (in the United Kingdom, the transfer "
        "agreement or addendum)",
        "safe_rules": "binding corporate rules",
        "copy": "Ask us for a copy, or for where to read them.",
        "storage": "How long we keep them",
        "kept_unanswered": "If you do not answer: {days} days after our message.",
        "kept_closed": "Once we have parted: {months} months.",
        "kept_longer": "Longer only if you said yes, and at most {months} months from when we were last "
        "in touch.",
        "kept_applied": "If you apply, as long as the law asks for applications: {months} months.",
        "kept_applied_usual": "If you apply: {months} months from then on.",
        "kept_mark": "If you ask to be forgotten, all of it goes at once. What stays is a fingerprint "
        "that cannot be turned back into your name, so that nobody writes to you again.",
        "rights": "Your rights",
        "rights_are": "You may ask us for all that we hold about you (access), have it corrected, "
        "erased or its use restricted, and have what you gave us yourself in a form that machines can "
        "read (portability). It is free, and you have an answer within one month.",
        "objection": "Your right to object",
        "objection_is": "You may object to all of this at any time, without giving a reason. One word "
        "to us is enough, and the link “forget me” does it at once: we stop, erase what we hold, and "
        "nobody writes to you again.",
        "complaint": "Your right to complain",
        "complaint_is": "You may complain to a data protection authority, above all where you live, "
        "where you work, or where you think that the law was broken.",
        "complaint_to": "Ours is: {authority}.",
        "complaint_uk": "In the United Kingdom, please complain to us first: {contact}. We confirm that "
        "we have it within 30 days and answer without undue delay. If you are not content with it, "
        "turn to the Information Commissioner’s Office (ico.org.uk).",
        "automated": "No automated decisions",
        "automated_is": "No decision about you is made by a machine, and nobody is scored, ranked or "
        "profiled. People read, and people answer.",
    },
    "de": {
        "title": "Unsere Datenschutzhinweise, Fassung {version}",
        "responsible": "Wer verantwortlich ist",
        "contact": "Für alle Fragen zu Ihren Daten: {contact}",
        "host": "Ihre Ansprechperson hier: {name}, {address}",
        "representative": "Vertretung: {name}",
        "officer": "Datenschutzbeauftragte oder Datenschutzbeauftragter: {name}",
        "no_officer": "Eine Datenschutzbeauftragte oder ein Datenschutzbeauftragter ist hier gesetzlich "
        "nicht vorgeschrieben und deshalb nicht benannt.",
        "purpose": "Wozu Ihre Daten dienen",
        "purpose_is": "Um persönlich mit Ihnen darüber in Kontakt zu kommen, ob Sie mit uns arbeiten "
        "möchten, und darüber zu sprechen, wenn Sie mögen. Zu nichts anderem.",
        "purpose_role": "Gedacht haben wir zuerst an diese Stelle: {role}.",
        "basis": "Auf welcher Rechtsgrundlage",
        "basis_is": "Unser berechtigtes Interesse (Artikel 6 Absatz 1 Buchstabe f der "
        "Datenschutz-Grundverordnung; im Vereinigten Königreich der UK GDPR).",
        "interest": "Dieses Interesse ist, Kolleginnen und Kollegen über Menschen zu finden, die die "
        "Arbeit kennen, und persönlich mit Ihnen zu sprechen. Wir haben es gegen Ihre Interessen "
        "abgewogen und sagen Ihnen auf Wunsch, wie.",
        "consent": "Nur wenn Sie dem zustimmen, bewahren wir Ihren Namen für später auf; Sie können das "
        "jederzeit widerrufen.",
        "data": "Welche Daten wir haben",
        "data_name": "Ihren Namen",
        "data_profile": "die Adresse eines öffentlichen Profils von Ihnen",
        "data_address": "Ihre Mailadresse",
        "data_works_at": "wo Sie arbeiten, soweit man es uns gesagt hat",
        "data_why": "was über Sie und Ihre Arbeit gesagt wurde, in ein oder zwei Sätzen",
        "data_country": "Ihr Land oder Ihre Sprache",
        "data_dates": "wann Ihr Name zu uns kam und für welche Stelle",
        "data_talk": "unsere Nachrichten an Sie und was Sie mit Ihrer Ansprechperson vereinbaren",
        "source": "Woher wir sie haben",
        "not_public": "Nichts davon haben wir aus öffentlich zugänglichen Quellen, und nach mehr haben "
        "wir nicht gesucht.",
        "profile_given": "Auch die Adresse Ihres öffentlichen Profils wurde uns genannt.",
        "corrected": "Was Sie uns sagen oder selbst berichtigen, stammt von Ihnen.",
        "recipients": "Wer sie bekommt",
        "colleagues": "Menschen bei {company}, die mit der Einstellung zu tun haben.",
        "nobody_else": "Sonst niemand.",
        "to_hosting": "das Unternehmen, das unsere Server betreibt",
        "to_mail": "das Unternehmen, das unsere E-Mails befördert",
        "to_ats": "der Anbieter des Programms, in dem wir Bewerbungen führen, sobald wir miteinander in "
        "Kontakt sind",
        "to_calendar": "der Anbieter unseres Kalenders und unserer Videogespräche, falls wir "
        "miteinander sprechen",
        "to_group": "Unternehmen unserer eigenen Gruppe, die mit der Einstellung zu tun haben",
        "transfers": "Übermittlung in andere Länder",
        "no_transfers_eea": "Es gibt keine: Ihre Daten bleiben im Europäischen Wirtschaftsraum.",
        "no_transfers": "Es gibt keine: Ihre Daten bleiben in dem Land, in dem {company} sitzt.",
        "transfers_to": "Ihre Daten werden auch übermittelt an: {places}.",
        "safeguards": "Dort schützt sie:",
        "safe_adequacy": "ein Beschluss, dass das Recht dort Daten gut genug schützt "
        "(Angemessenheitsbeschluss)",
        "safe_dpf": "die Zertifizierung des Empfängers nach dem Datenschutzrahmen EU-USA (Data Privacy "
        "Framework)",
        "safe_clauses": "Standarddatenschutzklauseln (im Vereinigten Königreich das "
        "Übermittlungsabkommen oder der Zusatz)",
        "safe_rules": "verbindliche interne Datenschutzvorschriften",
        "copy": "Fragen Sie uns nach einer Kopie, oder wo sie zu lesen sind.",
        "storage": "Wie lange wir sie aufbewahren",
        "kept_unanswered": "Wenn Sie nicht antworten: {days} Tage nach unserer Nachricht.",
        "kept_closed": "Wenn wir uns verabschiedet haben: {months} Monate.",
        "kept_longer": "Länger nur, wenn Sie zugestimmt haben, und höchstens {months} Monate ab unserem "
        "letzten Kontakt.",
        "kept_applied": "Wenn Sie sich bewerben, so lange das Gesetz es für Bewerbungen verlangt: "
        "{months} Monate.",
        "kept_applied_usual": "Wenn Sie sich bewerben: {months} Monate von da an.",
        "kept_mark": "Wenn Sie vergessen werden möchten, ist alles sofort gelöscht. Es bleibt ein "
        "Fingerabdruck, der sich nicht in Ihren Namen zurückverwandeln lässt, damit Ihnen niemand "
        "wieder schreibt.",
        "rights": "Ihre Rechte",
        "rights_are": "Sie können von uns alles erfahren, was wir über Sie haben (Auskunft), es "
        "berichtigen, löschen oder seine Verarbeitung einschränken lassen und das, was Sie uns selbst "
        "gegeben haben, in maschinenlesbarer Form bekommen (Übertragbarkeit). Das kostet nichts, und "
        "Sie haben innerhalb eines Monats eine Antwort.",
        "objection": "Ihr Recht auf Widerspruch",
        "objection_is": "Sie können all dem jederzeit widersprechen, ohne einen Grund zu nennen. Ein "
        "Wort an uns genügt, und der Link „Vergessen Sie mich“ tut es sofort: Wir hören auf, löschen, "
        "was wir haben, und niemand schreibt Ihnen wieder.",
        "complaint": "Ihr Recht auf Beschwerde",
        "complaint_is": "Sie können sich bei einer Datenschutzaufsichtsbehörde beschweren, vor allem "
        "dort, wo Sie wohnen, wo Sie arbeiten oder wo Ihrer Meinung nach das Recht verletzt wurde.",
        "complaint_to": "Unsere ist: {authority}.",
        "complaint_uk": "Im Vereinigten Königreich beschweren Sie sich bitte zuerst bei uns: {contact}. "
        "Wir bestätigen innerhalb von 30 Tagen, dass wir Ihre Beschwerde haben, und antworten ohne "
        "unangemessene Verzögerung. Sind Sie damit nicht zufrieden, wenden Sie sich an das Information "
        "Commissioner’s Office (ico.org.uk).",
        "automated": "Keine automatischen Entscheidungen",
        "automated_is": "Über Sie entscheidet keine Maschine; niemand wird bewertet oder gereiht, und "
        "es gibt kein Profiling. Menschen lesen, und Menschen antworten.",
    },
    "fr": {
        "title": "Notre notice d’information sur vos données, version {version}",
        "responsible": "Qui est responsable",
        "contact": "Pour toute question sur vos données\u00a0: {contact}",
        "host": "Votre interlocuteur ici\u00a0: {name}, {address}",
        "representative": "Représentant\u00a0: {name}",
        "officer": "Délégué à la protection des données\u00a0: {name}",
        "no_officer": "La loi n’exige pas ici de délégué à la protection des données\u00a0; il n’y en a "
        "donc pas.",
        "purpose": "À quoi servent vos données",
        "purpose_is": "À prendre contact avec vous personnellement au sujet d’un travail chez nous, et "
        "à en parler si vous le souhaitez. À rien d’autre.",
        "purpose_role": "Nous avons d’abord pensé à ce poste\u00a0: {role}.",
        "basis": "Sur quelle base juridique",
        "basis_is": "Notre intérêt légitime (article 6, paragraphe 1, point f) du règlement général sur "
        "la protection des données\u00a0; au Royaume-Uni, du UK GDPR).",
        "interest": "Cet intérêt est de trouver des collègues grâce à des personnes qui connaissent le "
        "travail, et de parler avec vous personnellement. Nous l’avons mis en balance avec les vôtres "
        "et vous disons comment sur demande.",
        "consent": "Nous ne gardons votre nom pour plus tard que si vous y consentez\u00a0; vous pouvez "
        "retirer ce consentement à tout moment.",
        "data": "Quelles données nous détenons",
        "data_name": "votre nom",
        "data_profile": "l’adresse d’un de vos profils publics",
        "data_address": "votre adresse électronique",
        "data_works_at": "où vous travaillez, d’après ce qui nous a été dit",
        "data_why": "ce qui a été dit de vous et de votre travail, en une ou deux phrases",
        "data_country": "votre pays ou votre langue",
        "data_dates": "quand votre nom nous est parvenu, et pour quel poste",
        "data_talk": "nos messages à vous et ce dont vous convenez avec votre interlocuteur",
        "source": "D’où elles viennent",
        "not_public": "Rien de cela ne vient de sources accessibles au public, et nous n’avons rien "
        "cherché de plus.",
        "profile_given": "L’adresse de votre profil public nous a été donnée elle aussi.",
        "corrected": "Ce que vous nous dites ou corrigez vous-même vient de vous.",
        "recipients": "Qui les reçoit",
        "colleagues": "Les personnes de {company} qui participent au recrutement.",
        "nobody_else": "Personne d’autre.",
        "to_hosting": "l’entreprise qui exploite nos serveurs",
        "to_mail": "l’entreprise qui achemine notre courrier électronique",
        "to_ats": "le fournisseur du programme où nous tenons les candidatures, une fois que nous "
        "sommes en contact",
        "to_calendar": "le fournisseur de notre agenda et de nos appels vidéo, si nous nous parlons",
        "to_group": "les sociétés de notre groupe qui participent au recrutement",
        "transfers": "Transferts vers d’autres pays",
        "no_transfers_eea": "Il n’y en a pas\u00a0: vos données restent dans l’Espace économique européen.",
        "no_transfers": "Il n’y en a pas\u00a0: vos données restent dans le pays où {company} est établie.",
        "transfers_to": "Vos données sont aussi transférées vers\u00a0: {places}.",
        "safeguards": "Elles y sont protégées par\u00a0:",
        "safe_adequacy": "une décision constatant que le droit y protège assez les données (décision "
        "d’adéquation)",
        "safe_dpf": "la certification du destinataire selon le cadre de protection des données entre "
        "l’UE et les États-Unis (Data Privacy Framework)",
        "safe_clauses": "des clauses types de protection des données (au Royaume-Uni, l’accord de "
        "transfert ou l’addendum)",
        "safe_rules": "des règles d’entreprise contraignantes",
        "copy": "Demandez-nous une copie, ou l’endroit où les lire.",
        "storage": "Combien de temps nous les gardons",
        "kept_unanswered": "Si vous ne répondez pas\u00a0: {days} jours après notre message.",
        "kept_closed": "Une fois que nous nous sommes quittés\u00a0: {months} mois.",
        "kept_longer": "Plus longtemps seulement si vous y avez consenti, et au plus {months} mois "
        "après notre dernier contact.",
        "kept_applied": "Si vous postulez, aussi longtemps que la loi l’exige pour les "
        "candidatures\u00a0: {months} mois.",
        "kept_applied_usual": "Si vous postulez\u00a0: {months} mois à partir de là.",
        "kept_mark": "Si vous demandez l’oubli, tout est effacé aussitôt. Il reste une empreinte dont "
        "on ne peut pas tirer votre nom, afin que personne ne vous écrive plus.",
        "rights": "Vos droits",
        "rights_are": "Vous pouvez nous demander tout ce que nous détenons à votre sujet (accès), le "
        "faire rectifier, effacer ou en faire limiter l’usage, et recevoir ce que vous nous avez donné "
        "vous-même sous une forme lisible par machine (portabilité). C’est gratuit, et vous avez une "
        "réponse dans un délai d’un mois.",
        "objection": "Votre droit d’opposition",
        "objection_is": "Vous pouvez vous opposer à tout cela à tout moment, sans donner de motif. Un "
        "mot de votre part suffit, et le lien «\u00a0oubliez-moi\u00a0» le fait aussitôt\u00a0: nous "
        "arrêtons, effaçons ce que nous détenons, et personne ne vous écrit plus.",
        "complaint": "Votre droit de réclamation",
        "complaint_is": "Vous pouvez introduire une réclamation auprès d’une autorité de protection des "
        "données, notamment là où vous habitez, où vous travaillez ou là où, selon vous, le droit a "
        "été violé.",
        "complaint_to": "La nôtre est\u00a0: {authority}.",
        "complaint_uk": "Au Royaume-Uni, adressez d’abord votre réclamation à nous\u00a0: {contact}. "
        "Nous en accusons réception dans les 30 jours et répondons sans retard injustifié. Si la "
        "réponse ne vous satisfait pas, tournez-vous vers l’Information Commissioner’s Office "
        "(ico.org.uk).",
        "automated": "Pas de décision automatisée",
        "automated_is": "Aucune décision vous concernant n’est prise par une machine, et personne n’est "
        "noté, classé ni profilé. Des personnes lisent, et des personnes répondent.",
    },
    "es": {
        "title": "Nuestra información sobre protección de datos, versión {version}",
        "responsible": "Quién es responsable",
        "contact": "Para cualquier pregunta sobre sus datos: {contact}",
        "host": "Su persona de contacto aquí: {name}, {address}",
        "representative": "Representante: {name}",
        "officer": "Delegado de protección de datos: {name}",
        "no_officer": "La ley no exige aquí un delegado de protección de datos, así que no lo hay.",
        "purpose": "Para qué sirven sus datos",
        "purpose_is": "Para ponernos en contacto con usted personalmente acerca de trabajar con "
        "nosotros, y hablar de ello si lo desea. Para nada más.",
        "purpose_role": "Pensamos primero en este puesto: {role}.",
        "basis": "Con qué base jurídica",
        "basis_is": "Nuestro interés legítimo (artículo 6, apartado 1, letra f), del Reglamento General "
        "de Protección de Datos; en el Reino Unido, del UK GDPR).",
        "interest": "Ese interés es encontrar colegas a través de personas que conocen el trabajo y "
        "hablar con usted personalmente. Lo hemos ponderado frente a los suyos y le decimos cómo si lo "
        "pide.",
        "consent": "Solo si usted da su consentimiento guardamos su nombre para más adelante; puede "
        "retirarlo en cualquier momento.",
        "data": "Qué datos tenemos",
        "data_name": "su nombre",
        "data_profile": "la dirección de un perfil público suyo",
        "data_address": "su dirección de correo",
        "data_works_at": "dónde trabaja, según lo que nos dijeron",
        "data_why": "lo que se dijo de usted y de su trabajo, en una o dos frases",
        "data_country": "su país o su idioma",
        "data_dates": "cuándo nos llegó su nombre y para qué puesto",
        "data_talk": "nuestros mensajes a usted y lo que acuerda con su persona de contacto",
        "source": "De dónde los tenemos",
        "not_public": "Nada de ello procede de fuentes accesibles al público, y no buscamos nada más.",
        "profile_given": "La dirección de su perfil público también nos la dieron.",
        "corrected": "Lo que usted nos dice o corrige viene de usted.",
        "recipients": "Quién los recibe",
        "colleagues": "Las personas de {company} que participan en la contratación.",
        "nobody_else": "Nadie más.",
        "to_hosting": "la empresa que opera nuestros servidores",
        "to_mail": "la empresa que transporta nuestro correo",
        "to_ats": "el proveedor del programa en el que llevamos las candidaturas, una vez que estamos "
        "en contacto",
        "to_calendar": "el proveedor de nuestro calendario y de nuestras videollamadas, si hablamos",
        "to_group": "empresas de nuestro propio grupo que participan en la contratación",
        "transfers": "Transferencias a otros países",
        "no_transfers_eea": "No las hay: sus datos permanecen en el Espacio Económico Europeo.",
        "no_transfers": "No las hay: sus datos permanecen en el país de {company}.",
        "transfers_to": "Sus datos se transfieren también a: {places}.",
        "safeguards": "Allí los protege:",
        "safe_adequacy": "una decisión de que la ley de allí protege los datos lo suficiente (decisión "
        "de adecuación)",
        "safe_dpf": "la certificación del destinatario en el Marco de Privacidad de Datos UE-EE. UU. "
        "(Data Privacy Framework)",
        "safe_clauses": "cláusulas tipo de protección de datos (en el Reino Unido, el acuerdo de "
        "transferencia o la adenda)",
        "safe_rules": "normas corporativas vinculantes",
        "copy": "Pídanos una copia, o dónde se pueden leer.",
        "storage": "Cuánto tiempo los guardamos",
        "kept_unanswered": "Si no responde: {days} días después de nuestro mensaje.",
        "kept_closed": "Una vez que nos hemos despedido: {months} meses.",
        "kept_longer": "Más tiempo solo si usted dijo que sí, y como máximo {months} meses desde "
        "nuestro último contacto.",
        "kept_applied": "Si presenta su candidatura, el tiempo que la ley exige para las candidaturas: "
        "{months} meses.",
        "kept_applied_usual": "Si presenta su candidatura: {months} meses desde entonces.",
        "kept_mark": "Si pide que le olvidemos, todo se borra en el acto. Queda una huella que no puede "
        "volver a convertirse en su nombre, para que nadie vuelva a escribirle.",
        "rights": "Sus derechos",
        "rights_are": "Puede pedirnos todo lo que tenemos sobre usted (acceso), hacer que se "
        "rectifique, se suprima o se limite su uso, y recibir en un formato que lean las máquinas lo "
        "que usted nos dio (portabilidad). Es gratis, y tiene una respuesta en el plazo de un mes.",
        "objection": "Su derecho de oposición",
        "objection_is": "Puede oponerse a todo ello en cualquier momento, sin dar ningún motivo. Basta "
        "una palabra, y el enlace «olvídenme» lo hace en el acto: paramos, borramos lo que tenemos y "
        "nadie vuelve a escribirle.",
        "complaint": "Su derecho a reclamar",
        "complaint_is": "Puede reclamar ante una autoridad de protección de datos, sobre todo donde "
        "vive, donde trabaja o donde crea que se infringió la ley.",
        "complaint_to": "La nuestra es: {authority}.",
        "complaint_uk": "En el Reino Unido, reclame primero ante nosotros: {contact}. Confirmamos en un "
        "plazo de 30 días que la tenemos y respondemos sin dilación indebida. Si la respuesta no le "
        "satisface, diríjase a la Information Commissioner’s Office (ico.org.uk).",
        "automated": "Sin decisiones automatizadas",
        "automated_is": "Ninguna máquina decide sobre usted, y a nadie se le puntúa, clasifica ni "
        "perfila. Leen personas, y responden personas.",
    },
    "pt": {
        "title": "A nossa informação sobre proteção de dados, versão {version}",
        "responsible": "Quem é responsável",
        "contact": "Para todas as perguntas sobre os seus dados: {contact}",
        "host": "A sua pessoa de contacto aqui: {name}, {address}",
        "representative": "Representante: {name}",
        "officer": "Encarregado da proteção de dados: {name}",
        "no_officer": "A lei não exige aqui um encarregado da proteção de dados, por isso não existe.",
        "purpose": "Para que servem os seus dados",
        "purpose_is": "Para entrarmos em contacto consigo, pessoalmente, sobre trabalhar connosco, e "
        "falarmos disso se quiser. Para mais nada.",
        "purpose_role": "Pensámos primeiro nesta função: {role}.",
        "basis": "Com que fundamento jurídico",
        "basis_is": "O nosso interesse legítimo (artigo 6.º, n.º 1, alínea f), do Regulamento Geral "
        "sobre a Proteção de Dados; no Reino Unido, do UK GDPR).",
        "interest": "Esse interesse é encontrar colegas através de pessoas que conhecem o trabalho e "
        "falar consigo pessoalmente. Ponderámo-lo com os seus interesses e dizemos-lhe como, se pedir.",
        "consent": "Só guardamos o seu nome para mais tarde se der o seu consentimento; pode retirá-lo "
        "a qualquer momento.",
        "data": "Que dados temos",
        "data_name": "o seu nome",
        "data_profile": "o endereço de um perfil público seu",
        "data_address": "o seu endereço de correio eletrónico",
        "data_works_at": "onde trabalha, segundo nos disseram",
        "data_why": "o que foi dito de si e do seu trabalho, numa ou duas frases",
        "data_country": "o seu país ou a sua língua",
        "data_dates": "quando o seu nome nos chegou e para que função",
        "data_talk": "as nossas mensagens para si e o que combina com a sua pessoa de contacto",
        "source": "De onde os temos",
        "not_public": "Nada disto vem de fontes acessíveis ao público, e não procurámos mais nada.",
        "profile_given": "O endereço do seu perfil público também nos foi dado.",
        "corrected": "O que nos diz ou corrige vem de si.",
        "recipients": "Quem os recebe",
        "colleagues": "As pessoas da {company} que participam no recrutamento.",
        "nobody_else": "Mais ninguém.",
        "to_hosting": "a empresa que opera os nossos servidores",
        "to_mail": "a empresa que transporta o nosso correio eletrónico",
        "to_ats": "o fornecedor do programa em que mantemos as candidaturas, depois de estarmos em contacto",
        "to_calendar": "o fornecedor do nosso calendário e das nossas videochamadas, se falarmos",
        "to_group": "empresas do nosso próprio grupo que participam no recrutamento",
        "transfers": "Transferências para outros países",
        "no_transfers_eea": "Não há: os seus dados ficam no Espaço Económico Europeu.",
        "no_transfers": "Não há: os seus dados ficam no país da {company}.",
        "transfers_to": "Os seus dados são também transferidos para: {places}.",
        "safeguards": "Aí protege-os:",
        "safe_adequacy": "uma decisão de que a lei de lá protege os dados o bastante (decisão de adequação)",
        "safe_dpf": "a certificação do destinatário no Quadro de Privacidade de Dados UE-EUA (Data "
        "Privacy Framework)",
        "safe_clauses": "cláusulas-tipo de proteção de dados (no Reino Unido, o acordo de transferência "
        "ou a adenda)",
        "safe_rules": "regras vinculativas aplicáveis às empresas",
        "copy": "Peça-nos uma cópia, ou onde podem ser lidas.",
        "storage": "Durante quanto tempo os guardamos",
        "kept_unanswered": "Se não responder: {days} dias depois da nossa mensagem.",
        "kept_closed": "Depois de nos despedirmos: {months} meses.",
        "kept_longer": "Mais tempo só se disser que sim, e no máximo {months} meses desde o nosso "
        "último contacto.",
        "kept_applied": "Se se candidatar, o tempo que a lei exige para candidaturas: {months} meses.",
        "kept_applied_usual": "Se se candidatar: {months} meses a partir daí.",
        "kept_mark": "Se pedir que nos esqueçamos de si, tudo é apagado de imediato. Fica uma impressão "
        "digital que não pode voltar a ser o seu nome, para que ninguém lhe volte a escrever.",
        "rights": "Os seus direitos",
        "rights_are": "Pode pedir-nos tudo o que temos sobre si (acesso), fazer com que seja corrigido, "
        "apagado ou que o seu uso seja limitado, e receber o que nos deu num formato que as máquinas "
        "leiam (portabilidade). É gratuito, e tem uma resposta no prazo de um mês.",
        "objection": "O seu direito de oposição",
        "objection_is": "Pode opor-se a tudo isto a qualquer momento, sem indicar motivo. Basta uma "
        "palavra, e a ligação “esqueçam-me” fá-lo de imediato: paramos, apagamos o que temos e ninguém "
        "lhe volta a escrever.",
        "complaint": "O seu direito de reclamar",
        "complaint_is": "Pode reclamar junto de uma autoridade de proteção de dados, sobretudo onde "
        "vive, onde trabalha ou onde entenda que a lei foi violada.",
        "complaint_to": "A nossa é: {authority}.",
        "complaint_uk": "No Reino Unido, reclame primeiro junto de nós: {contact}. Confirmamos no prazo "
        "de 30 dias que a recebemos e respondemos sem demora injustificada. Se a resposta não for "
        "satisfatória, dirija-se ao Information Commissioner’s Office (ico.org.uk).",
        "automated": "Sem decisões automatizadas",
        "automated_is": "Nenhuma máquina decide sobre si, e ninguém é pontuado, classificado nem "
        "perfilado. Leem pessoas, e respondem pessoas.",
    },
}
"""By language, then by what is said. Names in braces are filled from the record and the company's settings."""
