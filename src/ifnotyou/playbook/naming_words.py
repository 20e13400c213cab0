"""The words by which `naming.py` tells names of people from everything else that begins with a capital.

English, German, French, Spanish, Portuguese, all in lower case and without accents where both are common. First names
only help where a word could be anything; a name that is not among them is found by its capitals and its place.
"""

from __future__ import annotations

PARTICLES = frozenset(
    """
van von der den ter ten te de del della di da do dos das du la le las los el al bin ibn ben abu af av zu zum
zur 't st
""".split()
)
"""What stands between the parts of a name in lower case."""

HONORIFICS = frozenset(
    """
dr mr mrs ms mx miss prof professor sir dame herr herrn frau fräulein monsieur madame mme mlle m señor señora
sr sra srta don doña senhor senhora dona dott
""".split()
)

# --- words that are no part of a name, whatever their capitals

_ENGLISH = """
a able about absolutely actually after again ago all almost along already also although always am among an and
another any anybody anyone anything are around as ask asking at away awesome back be because been before being
best better between big both brilliant but by call came can certainly chat check come congrats congratulations
consider contact could currently dear definitely did do does doing done down drop due during each either else
email encourage enough especially even ever every everybody everyone everything excellent exceptional ex
fantastic far few find fine first follow for former formerly forward fortunately friend friends from fully fwd
generally get give given glad go going gone good got great had half happy has have having he hello help her
here hers hey hi hire him his honestly hope how however i id idea if ill im immediately in incredibly indeed
instead interesting into is it its ive just keep kind kindly knew know known last late lately later least let
like likely little long look lot love made mail make many may maybe me meet met might mind mine more most
mostly much must my myself name named need neither never new next nice no nobody none nor not nothing now
obviously of off often ok okay old on once one only or other others otherwise our ours out outstanding over
own people perhaps person phenomenal personally ping please possibly pretty previously probably put quite
rather re reach really recently recommend regards right run runs said same saw say see seems she should simply
since sincerely so some somebody someone something sometimes soon sorry speak still strong stuff such suggest
super superb sure take talented talk tell terrific than thank thanks that the their them then there these they
thing think this those though through time to today together told tomorrow too top totally towards try trying
two under unfortunately unless until up upon us use used usually very via want warm was way we well went were
what when where whether which while who whom whose why will wish with within without wonderful work worked
working works would write wrote yeah year years yep yes yesterday yet you your yours yourself three four five
alternatively additionally apparently ditto easy easily hands honest hmm happily hopefully lovely oh off-hand
offhand plus ps quick truly two-three unsure wow welcome amazing ambitious anyway background brain bright
capable careful clear clever colleague colleagues company cool coworker coworkers curious day days deep
different entire expert experience fast field final fit following founder founders founded free fresh full fun
genuinely genius group guess guy guys gem handle hard hear held human ideal individual intro introduce
introduction job join joined junior kid lady lead leader leading leads led left level life link list looking
mentor message mid moment moved names number offer office part partner perfect personal place point position
possible pressure problem project projects proud quality question quickest reason references reply report
reports role rock rocks school seat senior sharp side site skill skills small smart solid sort space spoke
spot staff start started startup story team teams teammate tech thoughtful thought topic tough university
unbelievably vp wait watch week weeks whole woman man women men word words world worth built builds build owns
writes engineer engineers engineering developer developers development designer designers design manager
managers management director head chief officer analyst scientist architect consultant researcher recruiter
recruiting product products data platform backend frontend fullstack full-stack software hardware machine
learning ai ml devops sre security infra infrastructure mobile web cloud analytics marketing sales finance
operations ops support success customer growth brand content legal hr talent assurance qa research science
business intelligence technical technology principal associate intern vice president ceo cto cfo coo cpo cio
ciso vpe owner scrum master agile coach program cheers hugs sent iphone android outlook
""".split()

_GERMAN = """
mentor mentorin mentoren vorgesetzte vorgesetzter vorgesetzten teamlead bekannten schwester bruder nachbar nachbarin
ab aber abend alle allem allen aller alles als also alt alte alten am an andere anderen anders anfang angebot
anruf arbeit arbeiten arbeitet arbeitete auch auf aus außerdem bei beide beim beispiel bekannte bekannter
besonders beste besten bester bis bitte bin bist bleibt chef chefin da dabei dafür damals damit danach dank
danke dann daran darüber das dass dein deine deinem deinen dem den denke denn der des deshalb dich die dies
diese diesem diesen dieser dieses dir doch dort du durch ehemalige ehemaligen ehemaliger eigentlich ein eine
einem einen einer eines einfach einmal empfehle empfehlen empfehlung entweder entwickler entwicklerin
entwicklung er erfahrung erst es etwas euch euer eure fall falls firma frag frage fragt freund freunde
freundin freundinnen früher frühere früheren früherer für ganz gar geben gehabt genau gerade gern gerne
geschrieben gespräch gibt großartig gruß grüße grüßen gut gute guten guter hab habe haben halb hallo hat hatte
hatten herr herzliche herzlichen heute hi hier hoffe ich ihm ihn ihnen ihr ihre ihrem ihren ihrer im immer in
ingenieur ingenieurin ins ist ja jahr jahre jahren jede jeder jemand jemanden jetzt kann kein keine keinen
kenne kennt klar klasse kollege kollegen kollegin kolleginnen komme kommt kontakt kontaktiere können könnte
könnten könntest kurz lange leider leiter leiterin leitet leute lieb liebe lieber links los mail mal man mehr
mein meine meinem meinen meiner meist melde mensch menschen mich mir mit mitarbeiter mitarbeiterin moin montag
morgen muss müsste nach nachricht name namen nicht nichts nie niemand noch nun nur ob oder ohne paar person
projekt recht rede rolle rufe sag sage schade schau schon schreib schreiben sehe sehr sei seid sein seine
seinem seinen seiner seit selbst sich sicher sie sind so sollte solltest sollten sondern sonst sowie später
sprecht sprich spricht spontan stelle stellen stark super team teamleiterin teamleiter tag telefon thema toll
tolle tolles trifft trotzdem tut über überhaupt um und uns unser unsere unter unternehmen vermutlich versuch
viel viele vielen vielleicht vom von vor vorher vorschlag vorstellen wahrscheinlich wann war waren warum was
weg weiter welche wen wenig wenn wer werde werden wie wieder will wir wird wirklich wissen wo woche wohl
wollte worden wunderbar wurde würde würden zeit ziemlich zu zuerst zum zur zusammen zusammengearbeitet zwar
zwei zwischen zukunft ahnung idee ansprechpartner ansprechpartnerin architektin architekt leitung abteilung
bereich branche erfolg glück gedanke gefühl grund hilfe ideen gehalt mutter vater frau mann studium uni
universität profil link adresse nummer einfall meinung ex exkollege exkollegin ex-kollege ex-kollegin
ex-kollegen mitgründer mitgründerin gründer gründerin daten produkt plattform betrieb analyse forschung
wissenschaftlerin wissenschaftler freundliche freundlichen
""".split()

_FRENCH = """
à afin ai ainsi alors ami amie ancien ancienne anciennement après as assez au aucun aucune aussi autre autres
aux avait avant avec avez avoir ayant beaucoup bien bientôt bon bonjour bonne bonsoir brillant brillante bref
ça car ce cela celui celle certainement ces cet cette ceux chaque cher chère chers chez collègue collègues
comme comment connais connaissez connaît contactez contacter contacte contre cordialement côté d dans de déjà
demain demandez demande depuis des désolé désolée deux devriez devrais dis dit dites donc dont du elle elles
en encore ensuite entre entreprise équipe es essayez est et étais était êtes être eu excellente excellent eux
exemple fais fait faire formidable franchement généralement grand grande il ils ingénieur ingénieure j jamais
je jeune l la là le lequel les leur leurs lui ma madame mais malheureusement merci mes message mieux moi moins
mon monsieur n ne ni nom non nos notre nous offre on or ou où oui par parce parlez parle parler parmi pas
pense penser personne personnellement peut peut-être peux plus plusieurs plutôt pour pourquoi pourriez
pourrais poste pouvez première premier pris propose proposer près puis qu quand que quel quelle quelqu'un qui
quoi recommande recommander rencontré responsable rien rôle s sa salut sans se ses seulement si sincèrement
sinon son sont souvent suggère suis super sur surtout ta te tel tes toi ton toujours tous tout toute très trop
tu un une utile va vers veux voici voilà voir vos votre vous voyez vraiment vu y cadre cheffe chef directrice
directeur développeuse développeur développement données produit étude école université travaillé travaille
travaillait ensemble carrément clairement évidemment
""".split()

_SPANISH = """
a además ahí ahora al algo alguien algún alguna amiga amigo antes antigua antiguo aquí así aunque aún bastante
bien buen buena bueno buenas buenos cada cargo casi cierto claro colega colegas como cómo compañera compañero
con conmigo conozco conoce contacta contactar contactad contacte contacten contigo contra creo cual cuando
cuál cuándo cuanto de deberías deberíais debes decir del desde después día días dos durante e el él ella ellas
ellos empresa en encantada encantado entonces entre equipo era eres es esa ese eso esta está estaba están
estar este esto estos estoy estupenda estupendo ex excelente excompañera excompañero extraordinaria fue fuera
genial gracias gran grande ha haber había habla hablad hablar hablen hable hace hacia han hasta hay he hemos
hizo hola hoy igual incluso ingeniera ingeniero intenta jefa jefe jamás juntos juntas la las le les lo los
luego mal más me mejor menos mensaje mi mí mientras mis mismo misma momento mucha muchas mucho muchos muy nada
nadie ni ningún ninguna no nombre nos nosotros nuestra nuestro nueva nuevo nunca o oferta os otra otro para
parece pero persona personalmente pienso poco podría podríais porque posible pregunta preguntad preguntar
preguntale pregúntale primera primero probablemente prueba puede puedes puesto pues que qué querida querido
quien quién quizá quizás recomiendo recomendaría rol saludo saludos sé se sea según ser seguro si sí siempre
sido sin sino sobre sois solo sólo somos son soy su sugiero sus también tampoco tan tanto te tengo tiene toda
todo todos trabaja trabajaba trabajamos trabajé trabajó trabajar tras tu tú tus un una uno unos usted ustedes
va vale vamos varias veces vez vosotros ya yo directora director desarrolladora desarrollador datos producto
universidad escuela estimada estimado buenísima buenísimo sinceramente honestamente
""".split()

_PORTUGUESE = """
a acho agora aí ainda além algo alguém algum alguma amiga amigo ante antes antiga antigo ao aos apenas após
aquela aquele aqui as assim até bem boa bom cada cargo cá certamente colega colegas com comigo como conheço
conhece contacta contactem contate contatem contigo conversa conversar conversem creio da dá de dela dele
deles demais depois desde deve devem deveria deveriam dia dias disse do dois duas e é ela elas ele eles em
empresa então engenheira engenheiro entre equipa equipe era és essa esse esta está estava este estou eu
excelente excelentes ex ex-colega excolega experimente fala falar fale falem fez fica foi fora fosse ótima
ótimo obrigada obrigado oi olá ou outra outro oferta para parece pela pelo pena pensar penso pergunta
perguntar perguntem pergunte pessoa pessoalmente pode podem podia poderia podiam por porque posso pouca pouco
pra prezada prezado primeiro principalmente provavelmente qual quando quanto que quem quer querida querido
quero recomendo recomendaria saudações se seja sem sempre sendo ser será seria seu sua sugiro são só sobre sou
também tão te tem tenho tenta tentem ter teve tive toda todo todos trabalha trabalhava trabalhamos trabalhei
trabalhou trabalhar três tu tudo um uma vaga vai vamos vez vezes vocês você vos nós nem nessa nesse nesta
neste nome nos nosso nossa não nunca na no nas mas mais mal me melhor mensagem mesmo meu minha muito muita
muitos juntos juntas já isso isto incrível havia há grande gostaria gosto diretora diretor desenvolvedora
desenvolvedor programadora dados produto universidade escola caro cara bons bom-dia abraço abraços talvez
""".split()

_TIMES = """
january february march april may june july august september october november december jan feb mar apr jun jul
aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday mon tue wed thu fri sat sun
spring summer autumn fall winter christmas easter januar februar märz mai juni juli oktober dezember montag
dienstag mittwoch donnerstag freitag samstag sonntag ostern weihnachten frühling sommer herbst janvier février
mars avril juin juillet août septembre octobre novembre décembre lundi mardi mercredi jeudi vendredi samedi
dimanche noël pâques enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre
lunes martes miércoles jueves viernes sábado domingo navidad janeiro fevereiro março maio junho julho setembro
outubro novembro dezembro segunda terça quarta quinta sexta natal
""".split()

_PLACES = """
amsterdam athens austin bangalore bengaluru barcelona basel beijing berlin bern bologna bordeaux boston
brasília bristol brussels bruxelles bucharest budapest cairo calgary cambridge chicago cologne copenhagen
dallas delhi denver dresden dubai dublin düsseldorf edinburgh eindhoven frankfurt geneva genève genf glasgow
hamburg hannover helsinki hyderabad istanbul köln kyiv lagos lausanne leeds leipzig lille lima lisboa lisbon
lissabon ljubljana london londres los angeles lyon madrid málaga manchester marseille melbourne méxico miami
milan milano montréal montreal moscow mumbai münchen munich nairobi nantes naples nürnberg oslo oxford paris
porto portland prag prague pune rio rom roma rome rotterdam salvador san francisco santiago são paulo seattle
seoul sevilla shanghai singapore sofia stockholm strasbourg stuttgart sydney tallinn tel aviv tokyo toronto
toulouse turin utrecht valencia vancouver vienna vilnius warsaw washington wien zurich zürich york africa
america américa asia asien australia austria belgium brasil brazil britain bulgaria canada china croatia
czechia denmark deutschland england españa spain spanien estonia europa europe finland france frankreich
germany greece hungary india indien ireland italia italien italy japan latam mexico netherlands norway
österreich poland polen portugal romania scotland schweiz serbia slovenia suisse sweden switzerland turkey uk
ukraine usa us eu wales emea apac dach nigeria kenya argentina chile colombia english german french spanish
portuguese italian dutch englisch deutsch französisch spanisch european american british
""".split()

_PRODUCTS = """
airflow android angular ansible aws azure bash bigquery c clojure cobol css databricks datadog dbt discord
django docker docs dynamodb elastic elasticsearch elixir erlang excel facebook figma flink flutter gcp git
github gitlab gmail go golang google grafana graphql hadoop haskell html instagram ios java javascript jenkins
jira julia kafka keras kotlin kubernetes k8s linkedin linux looker lua mac macos matlab meetup mongodb mysql
node nodejs notion numpy openai oracle pandas perl php postgres postgresql powerpoint prometheus python
pytorch rails react redis redshift ruby rust salesforce scala signal slack snowflake solidity spark sql sqlite
stack overflow swift tableau teams tensorflow terraform tiktok twitter typescript ubuntu unix vue whatsapp
windows xing youtube zoom x pycon europycon kubecon fosdem devoxx pydata chatgpt llm llms etl api apis saas
b2b sap erp crm phd mba msc bsc cv covid i'm
""".split()

STOP = frozenset([*_ENGLISH, *_GERMAN, *_FRENCH, *_SPANISH, *_PORTUGUESE, *_TIMES, *_PLACES, *_PRODUCTS])
"""Words that are no part of a name."""

ALSO_NAMES = frozenset(
    """
will mark grace hope rose april june may august art bill jack rob sue pat drew chase grant guy sky melody
paris florence sofia sophia valencia victoria charlotte austin dallas denver sydney india chad jordan israel
georgia carolina frank roman julia ruby rust jan lima angeles santiago salvador rio mar sol marina luz paz
mercedes dolores lourdes love young long little king prince stark klein lange kurz gross sommer winter herbst
lieb fuchs wolf gut rich good best small wood woods rocks rock strong sharp bright fast stone day church bell
price reason cole case page lane dean lee park kim don dona dale glen scala ella elle la do le das león leon
franco real mars abril julio junio domingo marzo agosto augusto bruno lyon york london boston berlin hamburg
milan roma summer autumn dawn faith joy angel angela marin costa mann frau chef mai
""".split()
)
"""Words of STOP that are names too: part of a name where the word beside them surely is one."""

PLACE_WORDS = frozenset(_PLACES)

COMPANY_WORDS = frozenset(
    """
inc llc ltd gmbh ag sa sas srl bv plc corp corporation kg oy ab se company group gruppe holding labs lab
robotics systems system technologies technology technologie solutions services software bank banco banque
university universität université universidad universidade college institute institut instituto ventures
capital partners studios studio games media networks energy health pharma motors airlines airways consulting
analytics foundation stiftung council hospital airport cloud ai tech hq street square avenue road straße
strasse platz rue calle rua plaza club conference summit days open source
""".split()
)
"""A run of capitals with one of these is a company or a place."""

PERSON_CUES: tuple[str, ...] = (
    "talk to",
    "talk with",
    "speak to",
    "speak with",
    "chat with",
    "reach out to",
    "get in touch with",
    "ask",
    "try",
    "ping",
    "contact",
    "meet",
    "call",
    "message",
    "email",
    "mail",
    "write to",
    "write",
    "about",
    "think of",
    "thought of",
    "thinking of",
    "suggest",
    "recommend",
    "named",
    "called",
    "name is",
    "with",
    "is",
    "be",
    "hire",
    "consider",
    "say",
    "to",
    "introduce you to",
    "reach",
    "maybe",
    "sprich mit",
    "sprecht mit",
    "sprechen sie mit",
    "rede mit",
    "redet mit",
    "frag",
    "fragt",
    "frage",
    "fragen sie",
    "kontaktiere",
    "melde dich bei",
    "schreib",
    "schreibt",
    "mit",
    "heißt",
    "namens",
    "an",
    "wäre",
    "ist",
    "wende dich an",
    "wendet euch an",
    "empfehle",
    "vielleicht",
    "parlez à",
    "parle à",
    "parlez avec",
    "parler à",
    "parler avec",
    "contactez",
    "contacte",
    "contacter",
    "demandez à",
    "demande à",
    "voyez",
    "pense à",
    "penser à",
    "appelle",
    "nommé",
    "nommée",
    "recommande",
    "avec",
    "à",
    "est",
    "serait",
    "essayez",
    "peut-être",
    "habla con",
    "hablad con",
    "hablen con",
    "hable con",
    "hablar con",
    "pregunta a",
    "preguntad a",
    "pregúntale a",
    "preguntar a",
    "contacta a",
    "contacta con",
    "contactad con",
    "con",
    "llama",
    "recomiendo",
    "recomiendo a",
    "prueba con",
    "sería",
    "es",
    "a",
    "quizás",
    "quizá",
    "sugiero a",
    "fala com",
    "falem com",
    "falar com",
    "fale com",
    "conversa com",
    "conversem com",
    "pergunta à",
    "perguntem ao",
    "perguntem à",
    "contactem",
    "contatem",
    "recomendo",
    "recomendo o",
    "recomendo a",
    "com",
    "com a",
    "com o",
    "com o",
    "chama",
    "seria",
    "é",
    "é a",
    "é o",
    "talvez",
    "sugiro",
)
"""What stands before somebody to talk to."""

LOWER_CUES: tuple[str, ...] = (
    "talk to",
    "talk with",
    "speak to",
    "speak with",
    "chat with",
    "reach out to",
    "get in touch with",
    "ask",
    "try",
    "ping",
    "contact",
    "meet",
    "email",
    "think of",
    "suggest",
    "recommend",
    "how about",
    "what about",
    "named",
    "called",
    "name is",
    "sprich mit",
    "sprecht mit",
    "rede mit",
    "redet mit",
    "frag",
    "fragt",
    "frag mal",
    "kontaktiere",
    "namens",
    "empfehle",
    "parlez à",
    "parle à",
    "parlez avec",
    "contactez",
    "contacte",
    "demande à",
    "demandez à",
    "recommande",
    "habla con",
    "hablad con",
    "hablen con",
    "pregunta a",
    "preguntad a",
    "contacta con",
    "contacta a",
    "recomiendo a",
    "fala com",
    "falem com",
    "fale com",
    "pergunta a",
    "contactem",
    "recomendo",
)
"""After these a name may stand in lower case."""

DENIALS: tuple[str, ...] = (
    "not recommend",
    "n't recommend",
    "not hire",
    "n't hire",
    "not contact",
    "n't contact",
    "but not",
    "stay away from",
    "avoid",
    "except",
    "not talk to",
    "n't talk to",
    "not ask",
    "n't ask",
    "not suggest",
    "n't suggest",
    "rather not name",
    "instead of",
    "not",
    "nicht",
    "außer",
    "bloß nicht",
    "pas",
    "sauf",
    "évitez",
    "excepto",
    "eviten",
    "exceto",
    "hello to",
    "hi to",
    "regards to",
    "greetings to",
    "grüße an",
    "gruß an",
    "saludos a",
    "abraço a",
)
"""Right before a name: they are not the one to talk to, and why is not ours to keep."""

PRONOUNS = frozenset(
    """
she he they her his their sie er ihre ihr seine sein elle il ella él ela ele este esta su sua seu they're
she's he's we wir nous trabajamos trabalhamos worked i both beide ambos ambas les
""".split()
)
"""A sentence that begins so goes on about whoever was named before."""

AND = ("and", "und", "et", "y", "e", "or", "oder", "ou", "o", "&", "+", "as well as", "sowie", "plus")

GREETING = (
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening)|hiya|yo|thanks|thank you|many thanks|"
    r"hallo|lieber?|guten (?:tag|morgen|abend)|moin|servus|danke|vielen dank|sehr geehrter?|"
    r"bonjour|salut|coucou|bonsoir|cher|chère|merci|"
    r"hola|buenas|buenos días|querid[oa]|estimad[oa]|(?:muchas )?gracias|"
    r"olá|oi|bom dia|boa tarde|boa noite|car[oa]|prezad[oa]|(?:muito )?obrigad[oa])"
)

FIRST_NAMES = frozenset(
    """
aaron abby abdul abdullah abigail ada adam adele adrian adriana agnes agnieszka ahmad ahmed aicha aida aiko
aisha akira alain alan alana alba albert alberto alejandra alejandro aleksandra alessandra alessandro alex
alexander alexandra alexandre alexis alfonso alfred ali alice alicia alina alison allison alma alvaro amanda
amara amelia amélie amina amir amit amy ana anaïs anastasia anders andre andrea andreas andrés andrew andrey
andy angela ángel angélica anika anil anita anja anke ann anna annabel anne annette annika anthony antoine
anton antonia antonio anya arjun arne arnaud arthur arturo arun asha ashley astrid aurélie aurélien ayesha
aylin azra barbara bastian beate beatrice beatriz ben benedikt benjamin benoît bernard bernardo bernd bertrand
beth betty bianca björn blanca bob boris brad brandon brenda brian brigitte bruno bryan caio camila camille
carina carl carla carlos carmen carol carolin carolina caroline carsten catarina catherine cathy cécile
cecilia celia céline chandra charles charlie charlotte chen chiara chloé chris christa christian christiane
christina christine christoph christophe christopher cindy claire clara claude claudia claudio clémence colin
connor cornelia cristian cristina cyril daisy damien dan dana daniel daniela daniele danielle danny daria dave
david deborah deepa deepak denis denise dennis derek diana diane diego dieter dimitri dirk dmitri dominic
dominik dominique donald donna dora doris dorothea duarte dustin dylan eddie edgar eduard eduardo edward
ekaterina elaine elena eleonora eli elias elif elina elisa elisabeth elise eliza elizabeth elke ella ellen
elliot elodie elsa emil emilia emilie emily emma emmanuel emre enrico enrique eric erica erik erika ernesto
esra esteban esther ethan eugene eva evan eve evelyn fabian fabien fabio fabrice fatima fatma federica
federico felipe felix ferdinand fernanda fernando filip filipa filipe finn fiona flora florian fran frances
francesca francesco francis francisca francisco franck françois françoise frank franz fred frederic frédéric
frederik fredrik frieda fritz gabriel gabriela gabriele gaël gareth gary gaurav george georg georges gerald
gerard gerd gina giorgio giovanni gisela giulia gloria gonçalo gonzalo gordon grace graham greg gregor gregory
greta guido guilherme guillaume guillermo gunnar günter gustavo hana hanna hannah hannes hans harald hari
harry hasan hassan heather hector heidi heike heiko heinz helen helena hélène helga helge helmut hendrik henri
henrik henrique henry herbert hiroshi holger hugo ian ibrahim ida ignacio igor ikram ilona ilse imran ines
inês ingo ingrid inga irene iris irina isa isabel isabella isabelle ismael ivan ivana jack jackie jacob
jacqueline jacques jaime jakob jakub james jamie jan jana jane janet janina jannik jasmin jasmine jason javier
jay jean jeanne jeff jeffrey jelena jenna jennifer jenny jens jeremy jérôme jerry jesper jess jesse jessica
jesús jill jim jimmy jing jo joan joana joanna joão joaquim joaquín jochen joe joel johan johanna johannes
john johnny jolanda jon jonas jonathan jordi jörg jorge josé josef joseph josefina joshua joy juan juana
judith jules julia julian juliana julie julien juliette jürgen justin justine kai kamal kamil karen karim
karin karina karl karla karsten kasper katarina katarzyna kate katharina katherine kathrin kathy katia katja
katrin kay keiko keith kelly ken kenji kenneth kerstin kevin khalid kim kirsten klaus konrad kristen kristian
kristin kristina kumar kurt kyle laila lara lars laura laure laurence laurent lauren lea leah leandro leila
lena leo leon leonardo leonie leonor léa leticia lewis lidia lili liliana lily lin lina linda lisa liz liza
lorena lorenz lorenzo lorraine lotte lou louis louisa louise luana luc luca lucas lucia luciana lucie lucy
ludovic ludwig luis luís luisa luiz luiza lukas luke luna lydia lynn maja malik malte manfred manon manuel
manuela mara marc marcel marcela marcelo marco marcos marcus margaret margarida margot maria mariana marianne
marie marija marina mario marion marisa marius mark markus marlene marta martha martin martina mary maryam
mateo mateus mathias mathieu mathilde matilda matt matteo matthew matthias matthieu maura maurice mauro max
maxim maxime maya megan mehdi mehmet mei mel melanie melissa mercedes mia michael michaela michał michel
michelle miguel mihai mika mike mikhail mila milan milena mina ming mira miriam mirko mitch mohamed mohammad
mohammed moira mona monica monika monique moritz moses muhammad murat mustafa nadia nadine nadja nancy naomi
natalia natalie natasha nathalie nathan neha neil nelson nia nicholas nick nico nicola nicolas nicole niklas
nikola nikolai nils nina nisha noah noel noémie nora noor nour nuno nuria oleg olga olaf ole oliver olivia
olivier omar oscar oskar otto pablo paige pamela paola paolo pascal patricia patricio patrick patrizia paul
paula paulina pauline paulo pavel pedro peggy penelope per percy peter petra phil philip philipp philippe pia
pierre pilar pim piotr prakash pranav priya quentin rachel radu rafael rafaela ragnar rahul rainer raj rajesh
ralf ralph ramon rana raphael raquel raúl ravi ray rebecca regina reinhard renata renate renato rené ricardo
richard rick rita rob robert roberta roberto robin rodrigo roger roland rolf romain roman romy ron ronja rosa
rosalie rosario rose ross roxane rubén rui rupert ruth ryan sabina sabine sabrina sakura salma salomé sam
samantha samir samira samuel sandeep sandra sandrine sanjay santiago sara sarah sascha saskia scott sean
sebastian sébastien selma serena sergei sergio seth shannon sharon sheila shirin sigrid silke silvia simon
simona simone sina siobhan sofia sofie solène sonia sonja sophia sophie stacy stanislav stefan stefanie
stefano steffen stella stephan stephane stéphane stephanie stephen steve steven stuart sue sunita susan susana
susanne suzanne sven svenja svetlana sylvia sylvie tamara tania tanja tara tarek tariq tatiana taylor ted
teresa teresia terry thaís theo theresa thérèse thiago thibault thierry thomas thorsten tiago tilman tim timo
timothy tina tobias todd tom tomas tomás tommy toni tony torsten tracy tristan ulrich ulrike ulf uma ursula
ute uwe valentin valentina valeria valérie vanessa vera verena veronica veronika vicente victor victoria
viktor vijay vikram vincent viola violeta virginia vivian vivien vladimir volker walter wanda wei wendy wenzel
werner wiebke wilhelm william willy wolfgang xavier ximena yan yann yannick yara yasmin yolanda yuki yuri
yusuf yves yvonne zara zoe zoé zoltan
""".split()
)
