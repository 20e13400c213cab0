"""The words by which reasons are known: labels of the systems, phrases in notes.

Plain lists that a recruiter can read, and extend in a policy file. A comma
parts two phrases, and a line may end after a bar; how a phrase is written stands in phrases.py, how the lists
work together in reasons.py.
"""


def _phrases(*blocks: str) -> tuple[str, ...]:
    """The phrases of the blocks, in their order, each once."""
    phrases = (" ".join(phrase.split()).replace("| ", "|") for block in blocks for phrase in block.split(","))
    return tuple(dict.fromkeys(phrase for phrase in phrases if phrase))


# Labels. Capitals, spaces and signs do not matter. Ashby, Teamtailor and Recruitee publish no list of what they
# ship; what their customers type there is read like notes.
LABELS: dict[str, tuple[str, ...]] = {
    "personal": _phrases(
        "personal reasons",  # SmartRecruiters
        "personal, personal reason, personal circumstances, family, family reasons, health, health reasons",
    ),
    "location": _phrases(
        "commute",  # SmartRecruiters
        "doesn't match job location",  # Workable
        "location, relocation, location/commute, location/commute/remote, unwilling to relocate",
        "not willing to relocate, visa, visa or work permit",
    ),
    "timing": _phrases(
        "timing",  # Lever
        "doesn't meet timeframe for job",  # Workable
        "bad timing, start date, start date or availability, availability, notice period",
    ),
    "other_offer": _phrases(
        "took another job",  # SmartRecruiters
        "accepted another job, accepted another offer, accepted another role, accepted another position",
        "accepted other offer, accepted a different offer, accepted competing offer, accepted offer elsewhere",
        "took another offer, took another role, took other offer, took a different job, other offer",
        "another offer, competing offer, another opportunity, other opportunity, competitor",
    ),
    "founding": _phrases(
        "founding, founding a company, starting a company, starting own company, own company, started own business",
    ),
    "counter_offer": _phrases(
        "counter-offer, counter offer accepted, accepted counter offer, took counter offer, countered",
    ),
    "compensation": _phrases(
        "comp",  # Lever
        "compensation",  # SmartRecruiters
        "salary expectations too high",  # Workable
        "pay, pay too low, salary, salary too low, base salary, compensation too low, compensation and benefits",
        "total compensation, tc, equity, benefits, package, money",
    ),
    "role": _phrases(
        "better for another role",  # Lever
        "area of speciality doesn't match job",  # Workable
        "role, role or level, role or level not right, role fit, job fit, level, title, level or title, scope",
        "seniority",
    ),
    "working_style": _phrases(
        "working style, working hours, work arrangement, work-life balance, flexibility, remote, remote work",
        "remote policy, office policy, hybrid, return to office, rto",
    ),
    "critique": _phrases(
        "culture fit",  # Lever
        "cultural fit, lack of recruiter follow-up, confusing job description",  # SmartRecruiters
        "not a cultural fit",  # Greenhouse
        "critique, culture, company culture, team culture, team or culture, bad culture fit, not a culture fit",
        "team, team fit, manager, hiring manager, leadership, management, values, ethics, trust, reputation",
        "company reputation, stability, company stability, diversity, process, process too slow, slow process",
        "too slow, interview process, hiring process, bad experience, candidate experience",
        "poor candidate experience, interview experience, communication, lack of communication, lack of feedback",
    ),
    "unknown": _phrases(
        "wasn't interested, other, none specified",  # Greenhouse
        "withdrew, offer declined, future hire, no response, no response - old",  # Lever
        "position filled, position closed, hired, under-qualified",  # Lever
        "rejected offer, not interested, could not be contacted, withdrew / declined interview",  # Workable
        "did not attend interview, doesn't have required qualifications",  # Workable
        "doesn't have required experience, job no longer receiving applications",  # Workable
        "other candidates are more suitable, unsuccessful interview, unsuccessful assessment",  # Workable
        "not interested in the first place",  # SmartRecruiters
        "duplicate, lacking skill(s)/qualification(s), preferred another candidate, spam",  # Greenhouse
        "lacks skills/qualifications, too inexperienced",  # seen in Ashby
        "unknown, none, no reason, no reason given, not given, not stated, not specified, unspecified",
        "not disclosed, undisclosed, declined to say, n/a, na, tbc, tbd, misc, other reason, see notes",
        "declined, declined offer, declined our offer, offer rejected, rejected, rejected by candidate",
        "candidate declined, candidate declined offer, candidate rejected offer, turned down offer",
        "offer turned down, candidate withdrew, candidate withdrew application, withdrew application",
        "withdrawn, dropped out, candidate dropped out, no longer interested, lost interest, they rejected us",
        "changed mind",
    ),
}

# Labels that point to a category without saying it; what they say alone stays below one half.
VAGUE_LABELS: dict[str, tuple[str, ...]] = {
    # Greenhouse. Most often the pay; but as well the title, the place, or how the offer was made.
    "compensation": _phrases("didn't like offer, did not like offer, didn't like the offer, offer terms"),
    # SmartRecruiters. Whoever stays was kept by something; seldom is it written by what.
    "counter_offer": _phrases(
        "will stay in current company, stays with current employer, staying with current employer, stayed"
    ),
    # Greenhouse. Not free to start; or no longer free, because of another job.
    "timing": _phrases("wasn't available, not available, no longer available"),
}


# Phrases that say why.
PHRASES: dict[str, tuple[str, ...]] = {
    "personal": _phrases(
        """
        personal, private reason*|matter*|life, family, families, life event*, life change*, life stage,
        life got, domestic, home life, things at home, at home, homesick, home situation,
        """,
        # those at home
        """
        wife*, husband*, spouse*, partner, partner's, fiance*, fianc\u00e9*, girlfriend*, boyfriend*,
        mother*, father*, mum, mum's, mom, mom's, dad, dad's, parent*, in laws, grandm*, grandp*, grandf*,
        grandc*, grandd*, grands*, brother*, sister*, sibling*, uncle*, aunt, kid, kids, kid's, child*, son,
        son's, sons, daughter*, baby, babies, newborn, toddler*, twins, twin, nursery, her|his|their folks,
        school age, little one*, carer*, caregiver*, caring for, care for|of, look* after, stay at home, pet,
        dog,
        """,
        # what happens in life
        """
        health*, medical*, surgery, hospital*, clinic, cancer, chemo*, diagnos*, illness*, ill, unwell,
        poorly, sick, sickness, disab*, pregnan*, is|are|she's|wife|partner|girlfriend|wife's expecting,
        maternity, paternity, parental, adoption, adopting, fertility, ivf, miscarriage, died, dying, death,
        passed away, bereav*, funeral*, grie*, lost his|her|their _, mourning, divorc*, separated,
        separation, break up, breakup, custody, married, marriage, marrying, wedding, got engaged, honeymoon,
        mental health, burnt out, burned out, burn out, burnout, rehab, therapy, sabbatical, gap year,
        career break, break from work, a break, some time out, time off, year off, year out, months off,
        retir*, phd, doctorate, masters, master's, mba, degree,
        going? go|goes|going|went back to study|school|uni|university|college,
        back to school|uni|university|college|study, studying, studies, study, university, law school,
        med school, grad school, military service, reserves, volunteer*, peace corps, backpack*,
        round the world, not working for a while, stop working,
        """,
    ),
    "location": _phrases(
        """
        commut*, relocat*, relo, location*, geograph*, distance, too far, far away, far from, how far, miles,
        km, travel time, long drive, drive each way, each way, door to door, train, trains, driving,
        long trip, closer to, nearer, near to, near home|family|his|her|their,
        close to home|family|his|her|their, nearby, local, move|moves|moved|moving to|back|away|abroad|house|
        home|cities|city|country|out|across|overseas|up|down|in, live|lives|living near|close|by,
        leave|leaving the|his|her|their city|area|country|region|home|hometown,
        willing|want|wants to leave _, visa|permit process|application|office, a move, the move, no move,
        can't|couldn't leave town, to move, not moving, won't move, can't move, doesn't want to move,
        uproot*, settled, going|went|go|goes back to|home, return* to _, back home, emigrat*, resettl*,
        leave the city|area|country|coast, leaving the city|area|country|coast, countryside, suburb*, abroad,
        overseas, other side of, time zone*, timezone*, based in, lives in, living in, live in,
        wants to be in, be in, stay|stays|staying|remain|remains in _, would have to leave _,
        expensive to live, has to be in, house in, new house,
        bought a|their|his|her house|flat|home|place|apartment, mortgage, housing, cost of living, roots,
        """,
        """
        visa*, work permit*, permit, sponsor*, right to work, immigration, green card, h1b, h 1b, residency,
        citizenship, work authori*,
        """,
    ),
    "timing": _phrases(
        """
        timing, bad time, not the|a right|good|best time|moment, right|wrong time|moment, right now,
        need|needs|needed someone|somebody now|sooner|earlier|immediately|asap|today, for now, too soon,
        too early, start date*, notice period, notice,
        can't|couldn't|cannot|unable start|join before|until|till|yet,
        start before|until|till|later|earlier|sooner|date|in, begin before|until|till|in,
        available|availability, not ready to|yet, isn't ready, wasn't ready, not yet ready,
        ready to leave|move|change, later this|in, next year|spring|summer|autumn|fall|winter|quarter|month,
        this year|spring|summer|autumn|fall|winter|quarter,
        finish|finishing|complete|completing|deliver|wrap|ship the|his|her|their|a, see|seeing ... through,
        mid project, in the middle of, launch in, until after, again in january|february|march|april|may|
        june|july|august|september|october|november|december|spring|summer|autumn|fall|the|q1|q2|q3|q4|a,
        wait until|till, wait* for the|his|her|their|a bonus|vest*|visa|permit|baby|project|deal,
        until the|his|her|their bonus|vest*|project, in a few|couple|six|three|two months|weeks, six months,
        few months, not this year, committed until, contract ends|runs|until, non compete, noncompete,
        garden leave, too recent*, only just joined|started|moved, just started, only been at|in|there,
        only joined, needs|needed|wanted|wants more time, not looking|ready, can't leave, couldn't leave,
        tied in|until, postpone*, defer*, bad moment, too busy,
        """,
    ),
    "other_offer": _phrases(
        """
        accept*|took|take|takes|taking|taken|sign*|chose|choos*|pick*|opted|opting ... offer|offers|job|jobs|
        gig|opportunity|opp|position|internship|fellowship|appointment|post,
        got|received|landed|secured|has|had|have an|a|two|three|several? offer|offers|job,
        exploding offer from|elsewhere|with|at, took|take|takes|taking|taken|accept*|start*|chose ... role,
        """,
        """
        another|other|competing|different|alternative|second|rival|counterpart|parallel|outside|external|
        faang offer|offers|job|jobs|role|roles|opportunity|opportunities|opp|opps|position|company|co|
        companies|firm|option*|place|employer|startup|start|process|processes|gig|team,
        offer|offers from|elsewhere,
        job|role|position|something|place|opportunity|gig|spot at|from|with|elsewhere, something else,
        someone else, somewhere else, elsewhere, competitor*, competing, rival*,
        dream company|job|role|employer, went|going|gone|goes|go|sticking for|with _, went|gone|off to _,
        chose|picked|choosing|picking _, joined, joining, joins, join another|a, signed with, signed,
        had already accepted|signed|committed, already accepted|signed|committed, beat us, pipped,
        lost him|her|them|this|out|the to, multiple offers, several offers, two offers, three offers,
        four offers, faang, maang, poached, headhunted, accepted at|with|by|from, go|goes|going|
        went back to his|her|their|a old|former|previous|first|last company|employer|team|job|startup|firm|
        boss, new role|gig|position, first choice, top choice, number one choice, return offer,
        prior commitment, old|former|previous|ex boss|manager|colleague*|team|teammate*|coworker*|cofounder|
        employer|company|mentor, worked with before, used to work, chose them, picked them, off the market,
        hired by, academia, professor*, tenure*, faculty, postdoc, civil service, government job,
        """,
    ),
    "founding": _phrases(
        """
        own company|co|business|startup|start|firm|venture|thing|agency|consultancy|studio|practice|shop|
        product|gig|app|restaurant|bakery|cafe|brand|project|saas|idea|boss|product, of his|her|their own,
        out on his|her|their own, on his|her|their own account, founding, found|founds a|his|her|their,
        founded, founder of, to found, co found*, cofound*, start*|build*|launch*|set*|run*|grow*|
        open* ... company|business|startup|firm|venture|agency|consultancy|consulting|studio|practice|bakery|
        restaurant|cafe|bar|shop|farm|brewery|nonprofit|co|charity|ngo|app|product|platform|marketplace|fund,
        start* up with, new venture, own venture, going|go|went solo, solo founder, freelanc*, self employ*,
        going|go|goes it alone, on his|her|their own, independent consult*|contractor, contracting,
        consult* independently, entrepreneur*, indie, bootstrap*, yc, y combinator, accelerator, incubator,
        techstars, antler, entrepreneur first, term sheet, seed round|funding|money|investment, pre seed,
        angel round|investor*|money, raise*|raising|raised ... round|seed|money|funding|capital,
        vc funding|money|backing, side project|hustle, stealth, spin* out, spinout, buying a business,
        family business, taking over the family,
        """,
    ),
    "counter_offer": _phrases(
        """
        counter, counters, counter offer*, counteroffer*, counter'd, countered, countering, counteroffered,
        they|they've|have matched, matched it|us|our,
        matched the|his|her|their offer|salary|package|number|pay, matching our|the offer|it, employer|
        company|boss|manager|firm|team ... matched|countered|promoted|retained|retention|kept|bumped|fought|
        convinced|persuaded|begged|topped|doubled, where he|she is|are now|today|already|currently,
        where they are now|today|already|currently, current employer|company|boss|manager|firm|team|
        job ... raise|raised|promotion|increase|bump|upped|fought|stay*|improved|bonus, stay* with|at|on,
        stay* ... current|present|existing, decid* to stay, decid* on staying,
        opted|chose|chosen|choosing to stay, stay|stays|stayed|staying put, remain* with|at|there|where,
        sticking with|where, staying, retention, retain*, got promoted, got a promotion, was promoted,
        been promoted, promoted, promotion,
        gave|given|giving|offered|offering|got ... raise|rise|promotion|increase|bump,
        convince*|persuade*|talked ... stay*|remain*, keep|kept|keeping him|her|them, begged ... stay,
        fought to keep, not leaving, won't leave, isn't leaving,
        current job|role|company|employer|place after all,
        """,
    ),
    "compensation": _phrases(
        """
        comp, comps, compens*, salary, salaries, pay, pays, paid, payed, paying, payment, paycheck, tc,
        total comp, base, base pay, ote, equity, stock, stocks, stock options, share options, shares, rsu,
        rsus, bonus*, money, monetary, cash, package, packages, benefits, pension, 401k, health insurance,
        insurance, sign on, asked|asking|wanted|wants for? _ more, finance said, signing bonus,
        joining bonus, paycut, pay cut, financial*, finances, afford*, budget, remunerat*, wage*, earn*,
        dollars, euros, pounds, grand, euro, usd, eur, gbp,
        higher|bigger|better|richer|larger|stronger offer|package|number*|figure*|base|terms, more money,
        offer ... low|lower|short, too low, came in low|lower|under|below|short,
        below market|expect*|ask|asking|range|what he|she, below|under his|her|their expectation*,
        below his|her|their, under market|his|her|their, lower than, less than he|she|they,
        number*|figure* wasn't|weren't|didn't|too|was|were, the number*,
        couldn't|can't|cannot|could|unable match|meet|stretch|beat|reach|compete|come,
        couldn't|can't|unable go to|up|higher|near|close, short of, gap in|on|of, increments, vesting, vest,
        vested, unvested, cliff, holiday allowance, vacation days, day rate, rate, hourly, expensive, cost,
        costs, tax, taxes, loan, student debt, offer too, outbid, our offer was|came lower|low|short,
        """,
    ),
    "role": _phrases(
        """
        level, levels, leveling, levelling, level's, title, titles, downlevel*, down level*,
        too junior|senior, junior, senior*, seniority, more senior|junior, overqualif*, over qualified,
        step back|backward|backwards|down|sideways|up, sideways|lateral move, lateral, scope, ic,
        individual contributor, mgmt, people manage*, people lead*, people leader*,
        management role|track|position|responsib*, manage|managing|lead|leading people|a|others|teams,
        wants|wanted|prefers|preferred to manage|lead|code|build,
        rather do|be|stay|work|write management|manager|ic|coding|code|hands|technical|research|in|as|on,
        prefers|preferred|wants|wanted|rather the _ team|group|role, hands on, more technical,
        less technical, more strategic, more hands, technical track, responsibilit*,
        staff role|level|title|engineer, principal, director role|level|title|position, vp role|level|title,
        head of _, team lead*, tech lead, lead role|title|position, leadership role|position|responsib*,
        manager role|title|position|track, chief of staff, cto role, tech stack, stack, frontend, front end,
        backend, back end, full stack, fullstack, data role|work|science|engineering, ml, machine learning,
        deep learning, ai, research, platform role|work|engineering, infra, infrastructure, mobile, ios,
        android, product role|work|management|manager, design work|role, security role|work, devops, sre,
        robotics, embedded, rust, golang, java, python,
        career change|switch|path|direction|move|goals|plan*|step, change of career|direction, specialis*,
        specializ*, generalist, the role itself, role|job|position ... fit|match|level|junior|senior|narrow|
        broad|scope|described|wasn't|isn't|not|bigger|wider|focus*|different,
        kind|type of role|work|job|position,
        different role|field|domain|industry|direction|career|function|discipline|area, role fit, domain,
        sector, industry, other industry, too much|little|more|less|mostly|only line|people? management|mgmt|
        maintenance|admin|support|coding|meetings, too narrow, too broad, narrow,
        wanted|wants|want|looking ... role|position|scope|level|title|domain|startup|stage, bigger|wider|
        broader|larger|smaller|narrower role|scope|remit|team|company|organisation|organization|stage|budget,
        remit, early stage, earlier stage, later stage, late stage, smaller company, larger company,
        big company, big tech, career pivot, pivot* careers, faster growth|career|promotion,
        growth opportunity, career growth, room to grow, sales role, customer facing, client facing, quota,
        individual work, coding, code all day, keep coding, more coding,
        """,
    ),
    "working_style": _phrases(
        """
        remote*, fully remote, hybrid, in office, in the office, at the office,
        office days|presence|attendance|time|first|mandate|policy|requirement|based|work|culture|life,
        days in|a|per office|week, days on site, an office, to the office, in person, onsite days|policy|
        requirement*|only|work|working|mandate|full|every|five|four|three|two|5|4|3|2|role|job, fully onsite,
        full time onsite, be onsite, on site, rto, return to office, back to the|an|any office,
        go|goes|going back to the|an|any office, wfh, wfa, work|works|working from home|anywhere|abroad,
        home office, home working, part time, parttime, four|4|three|3|five|5|six|6 day week, days a week,
        day a week, reduced hours, fewer hours, shorter week, work life, w l, w l balance, wlb,
        work life balance, better|more balance, flexib*, hours, on call, oncall, pager, shift*, nights,
        night shift, weekend work|shifts|duty, weekends,
        a slower|faster|calmer|steadier|gentler|different pace, slower|faster|calmer pace, pace, fast paced,
        slow paced, startup pace|life|hours, async*, nomad*, distributed, travel requirement*,
        too much travel, less travel, travel, overtime, long hours, way|ways of working, working style,
        work style, working arrangement, open plan, job share, school hours, something slower|calmer|quieter,
        pair programming, too many meetings, standups, unlimited holiday,
        """,
    ),
    "critique": _phrases(
        # how people behaved
        """
        rude*, arrogan*, dismissive*, dismiss*, condescen*, patroni*, abras*, aggressi*, hostil*, toxic*,
        bully*, bullied, harass*, sexis*, sexual*, racis*, misogyn*, ageis*, ageism, homophob*, transphob*,
        ableis*, discriminat*, bias*, prejudic*, stereotyp*, microaggress*, inappropriat*, offensive,
        offended, offence, offense, insult*, belittl*, demean*, disrespect*, disregard*, humiliat*, mocked,
        mocking, mockery, laughed, smirk*, sneer*, yell*, shout*, snapped, interrupt*, talked over|down|at,
        spoke over|down, talking over|down, cut him|her|them off, grill*, grilled, interrogat*, intimidat*,
        creepy, creep, icy, cold, aloof, curt, brusque, blunt, harsh*, defensive, evasive, evaded, cagey,
        shifty, smug, cocky, ego, egos, egotis*, egoti*, full of himself|herself|themselves, full of itself,
        jerk*, asshole*, arsehole*, a hole, dick, nasty, unkind, unfriendly, unprofession*, unwelcom*,
        impersonal, robotic, uncaring, careless*, disinterest*, bored, distracted, on his|her|their phone,
        looking at his|her|their phone, camera off, cameras off, checking email*|slack, unprepared,
        ill prepared, not prepared, hadn't|hasn't|not|never read, cv in front, pushy, tactless, insensitiv*,
        snide, sarcas*, snarky, sharp elbow*, impatient, grumpy, moody, temper*, angry, furious, anger,
        screaming, berat*, lectured, bulldoz*, steamroll*, ambush*, gaslight*, gaslit, talked down,
        looked down, high handed, heavy handed, entitled, elitis*, snob*, self important, big headed,
        name dropp*, stressed out, treated ... like, put on the spot, can't|couldn't believe,
        never seen|met|had|been|felt|experienced|heard such|so|anything|a|more, between us, stay* away,
        steer clear, keep|kept away from, different|better|nicer boss|manager|mgr, clash*, personality,
        it's us, contempt*, disdain*, indifferen*, hostility, scorn*, deris*, cynic*, scepti*, skepti*,
        apath*, boredom, had words, rather work for|with|at|somewhere, wanted|want him|her|them|me more,
        made a|some|several comment*|remark*|joke*, comment* about, remark* about, remarks, joke* about,
        asked ... pregnan*|married|religion|age|accent|nationality,
        asked about family|kids|children|pregnan*|marri*|husband|partner,
        asked him|her|them about|whether|if ... kids|children|family|plans|partner|husband, accent,
        was|were|got asked about|whether|if ... kids|children|family|partner|husband|wife|baby,
        personal questions, interrogated,
        """,
        # being left alone, and being made to wait
        """
        ghosted, ghosting, radio silence, silence, went silent|quiet|dark, gone silent|quiet|dark,
        go dark|quiet|silent, unresponsive*, no|without|zero|little|any|lack response|reply|replies|feedback|
        update*|follow|followup|answer*|communication|contact|word|news,
        never|didn't|not|nobody|no heard|hear|called|replied|answered|responded|rang|wrote|followed|got,
        nobody, no one, kept waiting, had to wait|chase|ask,
        wait|waits|waited|waiting ... answer|reply|feedback|response|decision|us,
        left ... hanging|waiting|wondering|limbo, in limbo, limbo, forgot*, strung along, stringing, chase,
        chased, chasing, slow, slowly, slowness, sluggish,
        took ages|forever|weeks|months|long|longer|too|two|three|four|five|six|seven|eight|nine,
        taking too|so|ages|forever, ages, dragg*, drag, drags, drawn out, dragged, length*, endless,
        never ending, too many rounds|interviews|interviewers|hoops|steps|stages|calls|people|questions|
        hurdles|conversations|tests|emails, was|were|been promised, we|i promised, promises, broken promise*,
        hoops, hurdles, yet another interview|round|call, _ rounds, rounds, reschedul*, no show, didn't show,
        showed up, turned up, late to|for|again, ten|10|15|20|30 minutes late, bureaucra*, red tape,
        we were late|slow, too late, moved faster|quicker|quickly|fast, moves faster|fast|quickly|quicker,
        faster process, faster than, quicker, much faster, were faster, was faster, came back faster,
        faster to, before we|our, dithered, dither*, faff*, left it, lost momentum, momentum, gone cold,
        went cold, cooled,
        """,
        # disorder
        """
        mess, messy, messed, messing, chao*, disorg*, unorgani*, disjoint*, disconnect*, all over the place,
        shambl*, shambol*, farc*, circus, joke, unstructur*, confus*, unclear, vague, vaguely, inconsisten*,
        contradict*, mixed messages|signals|message|feelings|reviews|experience|bag, conflicting, goalpost*,
        goal posts, changed ... mind|scope|terms|title|role|offer|plan|story|twice|again, kept changing,
        shifting, mix up, mixed up, mixup,
        wrong name|role|person|salary|number|figure*|contract|link|title|email, error*, mistake*, typo*,
        sloppy, half baked, amateur*, repetitive, repeated, same questions, incompet*, clueless,
        dysfunction*, broken, misalign*, not aligned, weren't aligned, not on the same page, siloed, silos,
        cliqu*, politic*, infighting, feud*, blame*, blaming, finger pointing, firefight*, fire drill*,
        technical debt, tech debt, outdated, dated, old fashioned, old school, stagnant, behind the times,
        backward*, stuck in,
        """,
        # truth, trust and fairness
        """
        misl*, misle*, misrepresent*, mis sold, missold, mis selling, not|wasn't|isn't|weren't|didn't what|
        how|as|quite ... hoped|expected|pictured|imagined|envisaged|anticipated, oversold,
        not what we|our|he|she|they|was, oversell*, undersold, undersell*, overstat*, understat*,
        changed|moved|shifted|switched ... times|twice, over sold, overpromis*, over promis*, dishonest*,
        lie, lied, lies, lying, liar*, deceiv*, decept*, deceit*, untru*, not true, wasn't true, false, fake,
        shady, sketchy, fishy, dodgy, bait, trick*, manipulat*, pressured, pressuring, pressuris*,
        pressuriz*, high pressure, hard sell, strong arm*, ultimat*, exploding, rescind*, reneg*,
        went back on, going back on, backtrack*, back track*, walked back, walk back, back pedal*,
        backpedal*, broken promise*, than discussed, than agreed, than promised, than advertised,
        than described,
        than we|was|what ... said|discussed|told|agreed|promised|advertised|quoted|indicated|talked,
        than ... told|promised|discussed|agreed|advertised|quoted|indicated,
        not what|as ... told|promised|described|discussed|advertised|agreed|pitched|sold|expected|said,
        wasn't|isn't|didn't ... what|as told|promised|described|discussed|advertised|agreed|pitched|sold|
        signed, different from|to|than what, differed from, didn't match what|the|how,
        doesn't match what|the|how, lowball*, low ball*, low balled, undervalu*, under valued, devalu*,
        unfair*, not fair, wasn't fair, nickel*, stingy, haggl*, insulted, distrust*, mistrust*,
        lost|lose|losing|loses|loss trust|faith|confidence|respect|interest|enthusiasm|appetite,
        loss of trust|faith|confidence, trust issue*, untrustworth*, credib*, red flag*, redflag*, flags,
        flag, yellow flag*, warning sign*, warning*, warned, alarm*, off putting, offput*,
        put him|her|them|me off, put off by, put off, turned off, turn off, turnoff, rubbed, wrong way,
        bad|sour|bitter|odd|nasty taste, soured, sour, wary, leery, suspicio*, suspect*, hidden, hiding, hid,
        secret*, opaque, not transparent, smoke and mirrors, cover up, swept under, gloss*,
        too good to be true, non committal, noncommittal, dodged, dodging, sidestep*, skirted,
        wouldn't answer|say|share|tell|give|budge|put|commit|explain, couldn't answer|explain|tell,
        can't|couldn't get a straight, nobody could, no one could, no straight answer*, caveat*, small print,
        fine print, strings attached, clawback*, exploit*,
        """,
        # what the company is and does
        """
        weird*, odd, oddly, strange*, awkward*, icky, ick, meh, cringe*, vibe, vibes, bro culture, bros,
        boys club, old boys, lads, laddish, frat, macho, cult, cultish, cult like, kool aid, culture fit,
        cultural fit, culture wasn't|isn't|not|didn't|doesn't,
        not|wasn't|isn't a|the|his|her|their cultur*|culture fit|match, churn, turnover, attrition, layoff*,
        lay offs, laid off, job cuts, redundanc*, restructur*, reorg*, people leaving|left|quit|quitting,
        exodus, revolving door, lawsuit*, sued, litigation, scandal*, fraud*, investigation, tribunal,
        unethical, ethic*, moral*, immoral, conscience, surveil*, weapon*, military, gambling, betting,
        casino*, tobacco, dark pattern*, spyware, facial recognition, policing, harmful, harm, harms, evil,
        complicit, greenwash*, glassdoor, on blind, blind posts, teamblind, reviews, review of us,
        reputation*, heard things|stories|rumours|rumors|about|from|bad|that, rumour*, rumor*, bad press,
        press, headlines, in the news, news about, article*, backchannel*, back channel*, nepotis*,
        favouritis*, favoritis*, micromanag*, micro manag*, overwork*, over work*, sweatshop, hustle culture,
        hustle, grind, grinding, crunch, 996, burn out culture, unsustainable, unrealistic, unreasonable,
        no diversity, diversity, lack of women, inclusi*, only woman|female|one|black, all male|white|men,
        homogen*, tokenis*, token, white guys|men, runway, burn rate,
        financial stability|health|position|difficult*|trouble, instab*, unstable, unstab*, shaky,
        sinking ship, sinking, going under, insolven*, bankrupt*, no|zero|without|any|lack direction|vision|
        strategy|plan|clarity|purpose|leadership|structure|process|interest|respect|empathy|warmth|
        connection|chemistry|trust, direction of the company, directionless,
        lack of vision|direction|strategy|clarity|purpose, visionless, unproven, hype, overhyped, vaporware,
        pivot*, founder drama, cofounder split,
        """,
        # what stands between the lines
        """
        officially, official reason, off the record, between the lines real reason*, actual reason*,
        true reason, hinted, hint, implied, alluded, reading into, wouldn't say, didn't want to say,
        won't say, more to it, something else going, everything to do, too polite, diplomatic*, polite about,
        other reasons, blindsided, caught off guard, dodged, bullet, ran a mile, run a mile, debacle,
        episode, incident, saga, jumped ship,
        """,
        # a verdict
        """
        bad|poor|negative|terrible|awful|horrible|unpleasant|painful|mixed|disappointing|weird|odd|
        frustrating|worst|worse experience*|interview*|process|impression*|feeling*|vibe*|review*|reviews|
        communication|culture|management|manager|recruiter|leadership|treatment|fit|signal*|things|look|
        faith|rapport|chemistry|call|onboarding|attitude, terribl*, awful*, horribl*, horrif*, horrend*,
        appall*, atroci*, dreadful*, shocking*, shocked, disgust*, dismay*, painful*, unpleasant*,
        unimpress*, underwhelm*, dissatisf*, let down, letdown, deterr*, repel*, alienat*, unsettl*,
        disturb*, jarr*, can't work with, couldn't work with, wouldn't work with, won't work with,
        didn't want to work with|for, doesn't want to work with|for|on,
        not|never want|wants to work with|for, doesn't|didn't|don't believe,
        not his|her|their kind of people|place|crowd, not our best, our fault, our mistake,
        said|declined|no|joined anyway|regardless|either, not have joined|accepted|taken|come,
        not|wouldn't|never want ... here, tick* a|the box*, was|were told,
        we|i screwed|messed|blew|dropped|lost|fumbled|botched, botch*, blew it, screwed up, screw up,
        dropped the ball, own goal, mishandl*, mistreat*, badly,
        poorly handled|run|managed|organised|organized|planned|done|prepared, could have done better,
        could have been better, could've been better, apolog*, sorry for how, sorry about how, made to feel,
        an afterthought, afterthought, second class, like a number, box ticking, tick box, cog, red herring,
        second rate, not taken seriously, wasn't taken, taken for granted, went over his|her|their head,
        behind his|her|their back, without asking|telling|permission|consent|warning|notice, not asked,
        reference check*, background check*, didn't|did|don't|doesn't|never|not|hardly|barely|wasn't|
        weren't ... feel|felt heard|welcome|valued|respected|wanted|safe|comfortable|listened|included|seen|
        understood|supported, not|wasn't|weren't|never|isn't|hardly heard|listened|valued|respected|wanted|
        welcome|welcomed|included|understood|taken, didn't|never|not|doesn't listen|respect|value|care,
        afraid of him|her|them|us, unsafe, walk* on eggshells, eggshell*, fear of, fear culture,
        culture of fear, blame culture, yes men, egos,
        """,
    ),
    # Nothing is said by these, and nothing is meant by the words in them.
    "unknown": _phrases(
        """
        money|comp|salary|pay|offer|package|timing|location|place|role|job|level|title|commute is|was|were|
        are fine|ok|okay|good|great|perfect, money|comp|salary|pay|offer|package|timing|location|place|role|
        job|level|title|commute|it wasn't|isn't|not the? issue|problem|reason|point|question,
        his|her|their own|whole|entire? team|company|ceo|people|colleagues|teammates|project,
        off to|for|on|work|the, day off, days off, time off, told by his|her|the|a doctor*, slow down,
        hm|manager|team|recruiter|panel informed|knows|aware,
        informed|told|updated|thanked the hm|team|panel|manager|hiring|recruiter, in touch, on ice,
        out of the, so sorry, a shame, a pity, what a, pity, we|i can't|cannot|couldn't|don't|won't offer|do|
        have|provide|support|match|give|work|meet|make|accommodate|move|go|sponsor, we|i can|could|do|
        will not offer|do|have|provide|support|match|give|work|meet|make|accommodate|move|go|sponsor,
        we have|had no|nothing, before it is|was|gets|it's too late, leave|leaving the|his|her|their team,
        in the way, in the way of, keep|keeping warm for? next|the|a? year|quarter|month|time|round|role,
        one this quarter|month|year|week, stay|stays in the loop, health care|tech, maybe another time,
        another time, some other time, next time, on time, in time, this time, at a time, the whole time,
        of the time, full time, move|moves|moved|moving into|on|forward|teams|careers,
        not possible|feasible|doable|allowed|an, picked|picks|pick|picking up, deal breaker*, dealbreaker*,
        it's not us, it isn't us, it wasn't us, not us, nothing we|you|anyone could|did|said,
        not anything we, join|joined|joins|joining us|our|the, role|job|position|offer with|at|from us|our,
        pressure from family|wife|husband|partner|parents, no reason given|stated|provided,
        didn't|did not|wouldn't give a|any reason, reason* unknown|unclear|not,
        no further details|detail|info|comment, no details, no comment, no idea why, no explanation given,
        not disclosed, declin*|turned|turning|reject*|refus*|withdr*|pass* ... offer|down|role|us, declined,
        rejected, withdrew, said no, says no, saying no, say no, a no, it's a no, not interested,
        wasn't interested, isn't interested, no longer interested, decided against,
        decided not to join|accept|proceed|move|go|come|take, changed|change his|her|their|of mind,
        change of heart, politely declined|turned|passed, hired,
        """,
        """
        stay|keep|keeping|staying|be in touch|contact, keep the|that door open, door open|is, doors open,
        again in the future, down the line, down the road, future role*|opening*|opportunities, try again,
        reach out, check in again, circle back, talent pool, recontact, ask again, happy to talk|chat,
        would consider us, consider us again, apply again, would be open to, come back to us,
        wish|wished|wishes us|everyone|everybody|the all|well|best|luck|every|team, no hard feelings,
        no hurt feelings, on good terms, left on good, ghosted us, spoke|talked|spoken|talking|call|called|
        email*|chat*|told|informed|wrote|messaged|rang with|to|by|the|me hiring|recruiter|recruiting|manager|
        hm|us|phone|email, let us|me know, told us, tells us, emailed us, called us, phoned us, wrote to us,
        informed us, thanked us, thank us,
        after|before|during|since the|his|her final|last|first|second|onsite|interview|panel|loop|call,
        after|before|during onsite|interview*|interviewing, final round|stage|interview|onsite,
        at offer stage, offer stage, offer call, on the phone, over the phone,
        hard|tough|difficult|close|agonising|agonizing|painful decision|choice|call|one|thing|chat,
        hard|tough|difficult|painful to decide|choose|say|turn|decline|leave,
        hardest|toughest decision|choice|call, a hard|tough|difficult no, gutted, heartbroken, torn, agonis*,
        agoniz*, reluctantly, with regret, regretfully, regrets that, sorry to, sad to, sad about, sad that,
        upset to say|turn|decline|have, disappointed to say|turn|decline|have|not, sadly, unfortunately,
        regrettably, alas, feels bad|terrible|awful|guilty about,
        felt bad|terrible|awful|guilty about|saying|declining|for,
        apolog* for declin*|turn*|not|the|letting|late, apologised, apologized, apologetic,
        sorry for the|any|wasting, no worries, no problem, no wonder, kind|kinds of, no drama, not a problem,
        no issue, no rush, long story short, slow season, nothing but, no doubt, can't wait, bad luck,
        so far, as far as, far as, long term, long time, last minute, at the last|end, too bad, in the end,
        won't be joining, isn't joining, not joining, can't join, cannot join, not be joining, won't join,
        couldn't join, unable to join, unable to accept, can't accept, couldn't accept, won't accept,
        not able to, not going to, in a hurry, off|on the table|cards|market,
        is|are|was|were off the table|cards, verbally accept*|agreed|committed|said, verbal acceptance|yes,
        hard to beat|resist|refuse|compete|match|ignore, couldn't|can't refuse|resist|ignore|beat,
        too good to refuse|pass|turn|miss, not only, not just, not to mention, if not for, whether or not,
        or not, not long ago, not far, more or less, at least, last week|month|year|night|day, cold feet,
        sick leave|pay, sick days, cold weather|winter*|climate, press release, slow cooker, sister company,
        in family law, exit interview, interview* elsewhere|at|other, interviewing, other interviews,
        cold email,
        """,
    ),
}

# Words that only point somewhere. A harmless one makes less than half a reason. One of critique may be about
# anything: it is excused by a harmless reason beside it ("worried about the commute"), and by nothing else.
HINTS: dict[str, tuple[str, ...]] = {
    "personal": _phrases(
        """
        home, life, school, schools, settle, age, situation at, circumstances, loved ones, friends,
        """
    ),
    "location": _phrases(
        """
        area, country, countries, city, cities, town, region, coast, a house, rent, drive, place, london,
        berlin, moving, far, closer, near, house, travel, weather, climate,
        """
    ),
    "timing": _phrases(
        """
        time, soon, later, ready, early, start, deadline, months, expire*, expiring, expired, wait, not now,
        """
    ),
    "other_offer": _phrases(
        """
        new job, fellowship, google, amazon, meta, apple, microsoft, netflix, stripe, openai, anthropic,
        datadog, nvidia,
        """
    ),
    "founding": _phrases("founder, startup idea, idea, venture, business, self, product of"),
    "counter_offer": _phrases(
        """
        stay where, staying where, stay, to stay, stays, stayed, current employer, current company,
        current job, current role, raise,
        """
    ),
    "compensation": _phrases("low, lower, higher, numbers, options, more elsewhere"),
    "role": _phrases(
        """
        role, fit on paper, learn, learning, growth, lead, technical, career, position, challenge, skills,
        """
    ),
    "working_style": _phrases(
        """
        office, offices, structure, autonomy, balance, independence, freedom, onsite, schedule, holiday,
        vacation,
        """
    ),
    "critique": _phrases(
        """
        too many, too long, so long, assured, boring, doesn't add up, didn't add up, not add up,
        felt|seemed|was|is|bit|little|slightly|feels|seems|came off, waiting, waited, delay*, cancel*,
        changing, switch*, conflict*, tension*, verbal*, push*, pressure, avoid*, refused to, scared, scary,
        upset*, frustrat*, annoy*, irritat*, fed up, sick of, tired of|by, hate, hates, hated, dislik*,
        resent*, complain*, critici*, gripe*, spin, cheap, drama, debt, hyped, concern*, worr*, doubt*,
        hesita*, unsure, not sure, not certain, not convinced, unconvinced, uncertain*, nervous*, reserv*,
        reservation*, uneas*, uncomfort*, discomfort*, anxious, afraid, fear*, disappoint*, unhappy, unhapp*,
        issue*, problem*, trouble*, complaint*, negative*, bad, worse, worst, poor, poorly, wrong, wrongly,
        lack, lacks, lacked, lacking, missing, regret*, difficult*, hard, tough, tricky, risk*, stress*,
        don't like, doesn't like, didn't like, did not like, does not like, not like,
        not for him|her|them|me, wasn't for, isn't for, not right, wasn't right,
        not the right fit|place|company|environment, between the lines, underlying, diplomacy, reluctant to,
        cagey about, like adults, like people, like a person, security of, job security, not worth,
        not impressed, grow* tired, enough of, intense*, intensity, tense, stiff, rushed, rush, hurried,
        hurry, forced, disagree*, argument*, argue*, debate*, friction, situation with, thing with,
        misunderstanding*, miscommunicat*, mismatch, disconnect, unanswered, unresolved, flat, dull, tepid,
        half hearted, muted,
        """,
    ),
}

# Words that may be the beginning of a critique, whether with a "not" or without: "felt", "expected", "apart from".
# Like a hint of critique they are excused only by a harmless reason beside them.
DOUBTFUL: tuple[str, ...] = _phrases(
    """
    than expected, than ... thought|expected|hoped, fired, sacked, breach*, hack*, leaked, leaks,
    preferred the other|their, could|can not imagine|picture|see himself|herself|themselves|working,
    sense that|of, expected a|another|something|more|better|different,
    someone|somebody in|on|from|at the|our, someone|somebody he|she met|interviewed|spoke, women, minorit*,
    defence, defense, crypto, oil, fossil, privacy, last straw, final straw, nail in the coffin,
    tipping point, can't|couldn't see himself|herself|themselves, couldn't picture|imagine, should have,
    should've, references, felt, feel, feels, feeling*, seemed, seems, sounded, fit, suit, impression*,
    handled, handling, treated, treatment, treat, treats, the way, the manner, how we|our|the|it,
    nice enough, on paper, at first, initially, first impression*, cited, citing, allegedly, supposedly,
    so called, claims, claimed, i think|suspect|sense|reckon|guess it, among other, among others,
    amongst other, other things, a few things, several reasons, certain things, some things, some of the,
    most of the, parts of, one of the, one person, one interviewer, one of our, one of us, everyone except,
    everyone but, apart from, aside from, with the exception, bar one, except, excluding, other than,
    would have liked, would've liked, would have preferred, would've preferred,
    would have been nice|good|better, expected more, hoped for, wished, wish we|the, expectation*,
    could do better, room for improvement, needs work, feedback for us, food for thought, learning* for us,
    lesson*, compared, comparison, unlike us, than us, than ours, than here, than we, more than us,
    better|worse than, better team|culture|manager*|people|leadership|process|environment|treatment|vibe|
    chemistry|connection|rapport|experience, more wanted, more welcome, more aligned, more professional,
    more human, more serious*, more organised|organized, more honest, more open, more excited, more exciting,
    more confidence, more comfortable, connected better|more, click* better|more, warmer, clearer, kinder,
    friendlier, smoother, nicer, healthier, stronger culture|team|connection, gut, instinct*, intuition,
    second thoughts, thinking twice, think twice, reconsider*, rethink, get out fast|quick|early, escape*,
    better off, surpris*, question*, interesting choice, different views, lukewarm, cool, quiet, tone,
    manner, attitude, behaviou*, behavior*, conduct, demeanou*, demeanor*, comment*, remark*, standard*,
    quality, belief*, mission drift,
    """,
)

# What is said well of us: it answers for our people and our process where both stand together.
PRAISE: tuple[str, ...] = _phrases(
    """
    love, loved, loves, loving, lovely, enjoy*, liked, likes, great, good, nice, nicest, best, excellent*,
    amazing*, awesome, fantastic, wonderful*, brilliant*, superb, terrific, stellar, fab, fabulous, impress*,
    positive*, pleasant, pleasure, kind, kindness, warm, warmly, warmth, friendly, thoughtful, respectful*,
    welcoming, helpful, generous, gracious, thank*, thx, grateful, gratitude, appreciat*, admir*, highly,
    praise*, praised, fan, fan of, big fan, delight*, excit*, enthus*, keen, thrilled, happy, glad, perfect*,
    flawless*, faultless, seamless*, outstanding, exceptional*, incredible, top notch, first class,
    world class, highlight*, 10 10, went well, going well, really well, very well, well run, well organised,
    well organized, great experience, good impression*, great impression*, smooth*, super smooth, fair,
    fairly treated, strong team, strongest, smart, smartest, sharp, fun, rate us, rated us, recommend*,
    respect for, respects us, admires, chemistry was, clicked, clicked with, got on well|great, got along,
    hit it off, felt at home, a joy, impressive, can't|couldn't|cannot fault,
    couldn't have been|asked smoother|nicer|kinder|better|warmer|happier|friendlier|clearer|easier|more|for,
    couldn't speak|say, hats off, kudos, credit to, nothing but good|praise|great|nice|positive, good things,
    nice things, kind words, good words, good terms, cool people|team|product|company,
    would have loved|liked to join|come|work|accept|say|take|be,
    would've loved|liked to join|come|work|accept|say|take|be,
    would love|like|likes to join|come|work|stay|keep|talk, otherwise would have|she'd|he'd,
    would have joined|accepted|said, would've joined|accepted|said, felt|feel|feels|was|were very|really|so|
    super|always|most welcome|welcomed|respected|heard|valued|supported|wanted,
    felt|feels welcome|welcomed|respected|heard|valued|supported|wanted|comfortable,
    treated|treat|treats|handled ... well|fairly|kindly|respect, was|were|been|being|very|so|really|super|
    well|extremely|always|and transparent|organised|organized|professional|honest|responsive|clear|open|
    patient|communicated|prepared, quick|fast|swift and|process|replies|responses|turnaround,
    process|interviews|communication was|were fast|quick|swift|clear, good|great|excellent|
    clear communication|feedback|questions|chemistry|rapport|connection|vibe|vibes|feeling|culture|quality|
    standard, positive feeling|vibe*|impression*|experience|feedback|about,
    good|great|positive|happy with experience, values our, believes in, trusts us, rooting for us,
    second to none,
    """,
)

# What people praise in others when they missed it here ("went where people listen"), and miss when it is negated:
# a hint of critique either way, unless the same thought praises us.
VIRTUES: tuple[str, ...] = _phrases(
    """
    trust, listen, listens, listened, heard, respects, respected, values, valued, value him|her|them, honest,
    honesty, transparen*, communicat*, organised, organized, clarity, feedback, follow up, professionalism,
    connection, chemistry, rapport, aligned, alignment, stability, stable, safe, safety, ownership,
    accountab*, integrity, principle*, human being,
    """,
)

# What clears us: everything after these words, up to the end of the clause, is not the reason.
CLEARING: tuple[str, ...] = _phrases(
    """
    nothing|nowt|not|wasn't|isn't|little|none|anything to do with, nothing|not|isn't|wasn't ... against,
    nothing wrong with, not|wasn't|isn't about, not|wasn't|isn't because of?, not|wasn't|isn't due to,
    not|isn't|wasn't|no ... reflection, not|isn't|wasn't down to, no fault of,
    wasn't|isn't|not the team|people|company|process|product|culture|interviews|manager|us,
    wasn't|isn't|not anyone|anybody, unrelated to, not related to, regardless of, independent of,
    had no bearing, no ill will, no bad blood,
    """,
)

# The candidate's own employer, and others who are not us: what is said of them is not said of us.
OTHERS: tuple[str, ...] = _phrases(
    """
    current|present|existing|old|former|previous|last|other|another|new|his|her|their employer*|employers,
    current|present|existing|old|former|previous|last|ex|new|other|another boss|manager|mgr|company|
    companies|team|firm|job|role|place|leadership|management|colleagues|office|workplace|organisation|
    organization|startup|contract|people|ceo|cto|process|processes|lead|director|company's|manager's|team's|
    boss's|recruiter|offer, where he|she|they works|work|is|are, landlord*, ex wife|husband|partner,
    recruitment agency, agency recruiter, their|his|her kids|school|landlord|bank|doctor*,
    home office process, house|flat|mortgage process,
    """,
)

# Us: the people and things on our side that a critique may be about. Named without an explanation, we doubt.
US: tuple[str, ...] = _phrases(
    """
    our|the head of, the|new|future|prospective|potential|our boss, would be boss|manager,
    report|reports|reporting|reported to, team, teams, team's, people, folks, everyone, everybody, manager,
    managers, manager's, mgr, hm, lead's, leadership, leaders, leader, exec*, founder, founders, founder's,
    ceo, ceo's, cto, cto's, coo, cfo, cpo, cmo, vp, svp, head of, director, directors, president, board,
    investors, recruiter*, recruiting, recruitment, talent team, sourcer, coordinator, hr, people team,
    interview, interviews, interviewer*, interviewed, the onsite, onsite interview*|loop, our onsite, panel,
    panels, loop, process, processes, culture, the|our|this|your company, management, mission, product,
    engineers, engineering, colleagues, coworkers, peers, teammates, codebase, assessment, take home,
    assignment, homework, case study, whiteboard*, coding test|challenge|exercise|round, test, tests,
    exercise, presentation, debrief, communication, recruiting team, hiring team|committee|manager|process,
    org, organisation, organization, environment, atmosphere, workplace, strategy, vision, roadmap,
    business model, investor, customers, bar raiser, skip level, offer process, negotiat*, paperwork,
    onboarding, handbook, our contract,
    """,
)

OUR_WORDS: tuple[str, ...] = _phrases(
    "we, us, our, ours, we're, we'd, we've, we'll, ourselves, here, i, my, me, you, your"
)
"""We ourselves: less telling than a noun, because recruiters say "we" of everything."""

NEGATORS: tuple[str, ...] = _phrases(
    """
    no, not, never, nothing, none, nobody, nor, neither, without, zero, hardly, barely, scarcely, isn't,
    isnt, wasn't, wasnt, weren't, werent, aren't, arent, didn't, didnt, doesn't, doesnt, don't, dont, won't,
    wont, wouldn't, wouldnt, couldn't, couldnt, can't, cant, cannot, hasn't, hasnt, haven't, havent, hadn't,
    hadnt, shouldn't, ain't,
    """,
)

# Words that may stand between a negation and the critique it denies: "no real complaints", "wasn't in any way rude".
# Across others it denies nothing: "never met such rude people", "didn't like the slow process".
BETWEEN: tuple[str, ...] = _phrases(
    """
    a, an, the, any, anything, anybody, anyone, all, at, in, way, really, very, that, so, as, be, been,
    being, is, was, were, by, about, with, of, to, for, find, found, feel, felt, think, thought, consider*,
    have, had, has, having, see, saw, seen, say, said, mention, mentioned, experience, experienced,
    encounter, encountered, major, big, real, single, particular, particularly, significant, serious,
    further, other, special, slightest, bit, least, sign, hint, trace, or, and, nor, ever, even, actually,
    due, because, them, him, her, it, us, our, we, he, she, they, longer, negative, bad, raise, raised,
    express*, voice*, hear, heard, problem*, issue*, concern*, complaint*,
    """,
)

# Words in front of praise that turn it round: "would have liked more feedback", "a kinder team".
WISHES: tuple[str, ...] = _phrases(
    """
    lack, lacks, lacked, lacking, little, less, more, wish, wished, wishes, hoped, hoping, expected, should,
    should've, better, too, needed, wanted, supposedly, otherwise, mostly, partly, initially, half, almost,
    nearly, seemingly, allegedly,
    """,
)

# Words after which a name stands that no list can know: "with Priya", "moving to Springfield".
BEFORE_NAMES: tuple[str, ...] = _phrases(
    """
    with, w, at, from, by, for, near, in, via, of, join, joins, joined, joining, chose, chooses, choosing,
    picked, picks, picking, called, meet, met, meeting, go to, goes to, going to, went to, gone to, move to,
    moves to, moved to, moving to, relocate to, relocated to, relocating to, off to, back to, over to,
    return to, returning to, closer to, nearer to, close to, next to, him to, her to, them to, it to, out to,
    commute to, travel to, said to, spoke to, talked to,
    """,
)

# Verbs before which a name stands: "Priya wrote".
SAYING: tuple[str, ...] = _phrases(
    "wrote, writes, called, calls, said, says, rang, emailed, mailed, texted, phoned, messaged, told, tells",
    "informed, confirmed",
)

# Words with which a new thought begins.
STARTERS: tuple[str, ...] = _phrases(
    """
    and, because, cause, cos, cuz, bc, since, as, so, which, who, whose, where, that, while, whereas, when,
    after, plus, then, also, until, hence, thus, therefore, due, given, if, unless, despite, instead,
    """,
)

# What turns a sentence: praise before these words does not reach past them.
CONTRASTS: tuple[str, ...] = _phrases(
    "but, however, although, though, yet, except, despite, just, only, whereas, while, still"
)

# Words by which something said of others is said of us as well: "kinder than his current boss".
COMPARISONS: tuple[str, ...] = _phrases(
    "than, compare*, comparison*, unlike, remind*, like, similar*, same, better, worse, also, too, again, equally",
)

# Words that say nothing by themselves. What no list knows is unexplained, and makes the whole record less certain.
ORDINARY: tuple[str, ...] = _phrases(
    # the small ones
    """
    a, an, the, this, these, those, he, she, they, it, his, her, him, them, their, theirs, hers, its, it's,
    itself, himself, herself, themselves, he's, she's, they're, they've, he'd, she'd, they'd, he'll, she'll,
    they'll, i'm, i've, i'd, i'll, one, ones, s, t, d, ll, ve, re, m, am, is, are, was, were, be, been,
    being, has, have, had, having, do, does, did, doing, done, will, would, can, could, may, might, must,
    shall, should, to, of, in, on, at, by, for, from, into, onto, about, around, over, under, between,
    through, during, before, above, below, up, down, out, off, within, across, along, against, towards,
    toward, near, next, per, via, than, both, either, each, every, all, any, some, many, much, few, several,
    most, more, less, lot, lots, bit, own, same, such, other, another, others, else, very, really, too,
    quite, pretty, rather, even, ever, already, still, yet, again, now, today, tomorrow, yesterday, once,
    twice, always, often, sometimes, usually, there, there's, that's, what, what's, how, why, whom, like,
    only, just, etc, eg, ie, vs, pls, fyi, btw, imo, ok, okay, yes, yeah, yep, hi, ps, nb, x, well, actually,
    basically, simply, mainly, mostly, purely, partly, largely, especially, particularly, definitely,
    certainly, probably, perhaps, maybe, possibly, likely, clearly, ultimately, eventually, finally,
    currently, recently, immediately, directly, exactly, together, apart, away, back, here's, w, b, c, first,
    second, third, last, two, three, four, five, six, seven, eight, nine, ten, twenty, thirty, forty, fifty,
    hundred, thousand, half, double, quarter, percent, number, k, approx, roughly, almost, nearly, whole,
    full, part, main, key,
    """,
    # what people do in such notes
    """
    say, says, said, saying, tell, tells, told, ask, asks, asked, asking, mention, mentions, mentioned,
    explain*, confirm*, state*, share, shared, shares, note, noted, notes, reply, replied, respond,
    responded, email, emailed, mail, call, calls, called, phone, phoned, rang, text, texted, message,
    messaged, spoke, speak, speaking, talk, talked, talking, chat, chatted, discuss, discussed, discussing,
    discussion, wrote, write, sent, send, sending, got, get, gets, getting, give, gives, gave, given, giving,
    go, goes, going, went, gone, come, comes, coming, came, make, makes, made, making, take, takes, took,
    taken, taking, put, let, lets, keep, keeps, kept, want, wants, wanted, wanting, need, needs, needed,
    needing, prefer, prefers, preferred, like, know, knows, knew, known, think, thinks, thought, thinking,
    find, finds, found, see, sees, saw, seen, look, looks, looked, looking, seek*, try, tries, tried, trying,
    use, used, work, works, worked, working, start, starts, started, starting, stop*, leave, leaves, leaving,
    left, end, ended, ending, begin*, continue*, plan, plans, planned, planning, decide, decides, decided,
    deciding, decision, choose, chooses, chose, chosen, choice, choosing, pick, picked, accept*, decline*,
    declin*, turn, turned, turning, withdraw*, withdrew, reject*, refus*, pass, passed, passing, consider*,
    weigh*, hold, holding, happen*, change, changed, changes, become, became, becoming, mean, means, meant,
    show, shows, show*, bring, brings, brought, set, run, runs, running, spend*, spent, follow*, win, won,
    wins, add, added, adds, help*, open, opened, opening, close, closed, join, joined, joins, joining, offer,
    offers, offered, offering, propos*, sign, signed, signs, signing, meet, meets, met, meeting, interview*,
    hire, hired, hiring, wait, submit*, received, receive, receives, return*, expect, expects, live, lives,
    lived, understand*, understood, agree, agrees, agreed, committed, commit, commits, commitment*, land,
    landed, lands, promote*, base, based, bought, buy, buying, build, builds, building, built, grow, grows,
    growing, lead, leads, leading, led, learn*, study, teach*, handle, manage, manages, managing, remain*,
    stay, stays, stayed, staying, involve*, require*, requir*, allow*, support*, supports, focus*, explore*,
    exploring, pursue*, pursuing, realis*, realiz*, finish*, complet*, push, pull, pulls, pulled, fall,
    falls, fell, bigger, big, biggest, small, smaller, large, larger, new, newer, old, young, older, younger,
    long, longer, short, shorter, high, higher, highest, low, lower, lowest, better, good, best, much, same,
    similar, different, able, unable, sure, right, only, true, clear, simple, plain, single, current,
    present, existing, previous, former, future, final, initial, local, public, private, major, senior,
    junior, real, free, available, possible, important, strong, stronger, early, earlier, late, later, soon,
    ago, willing, unwilling,
    """,
    # what such notes are about
    """
    candidate*, applicant, person, somebody's, someone's, guy, woman, man, friend, friends, friend's, couple,
    group, job, jobs, role, roles, position*, opportunit*, career*, company, companies, firm, employer*,
    business*, startup*, corporate, industr*, offer's, letter, contract*, term, terms, condition*, reason,
    reasons, factor*, point, thing, things, something, anything, everything, stuff, case, fact, way, ways,
    side, kind, sort, type, matter*, idea, option, options, question, answer, part, deal, bit, area, place,
    places, home, house, flat, road, world, life, hand, eye, heart, head, mind, name, word, words, news,
    detail*, info, information, day, days, week, weeks, month, months, year, years, hour, minute*, moment,
    time, times, date, january, february, march, april, june, july, august, september, october, november,
    december, jan, feb, mar, apr, jun, jul, aug, sep, sept, oct, nov, dec, monday, tuesday, wednesday,
    thursday, friday, saturday, sunday, morning, afternoon, evening, night, spring, summer, autumn, winter,
    christmas, easter, year's, month's, week's, today's, q1, q2, q3, q4, eoy, eom, h1, h2, ft, pt, uk, us,
    usa, eu, nyc, sf, la, dc, bay, london, berlin, paris, dublin, york, leeds, boston, seattle, austin,
    toronto, amsterdam, munich, zurich, madrid, lisbon, europe, america, asia, canada, germany, france,
    india, australia, england, scotland, ireland, spain, portugal, japan, singapore, google, amazon, meta,
    apple, microsoft, netflix, stripe, datadog, openai, shopify, spotify, nvidia, uber, airbnb, palantir,
    cloudflare, work, job's, desk, project, projects, programme, program, product, products, code, software,
    engineer, developer, designer, scientist, analyst, manager, tech, data, system*, skill*, experience,
    background, space, field, scale, stage, size, growth, progress, path, step, steps, goal*, interest*,
    challenge*, market, rate, level, amount, sum, increase*, difference, gap, range, line, top, bottom,
    middle, rest, total, overall, otherwise, instead, regardless, however, unfortunately, sadly, apparently,
    obviously, naturally, understandably, fully,
    """,
    # in a hurry
    """
    yr, yrs, explanation, responding, responds, enough, would've, could've, must've, mondays, tuesdays,
    wednesdays, thursdays, fridays, saturdays, sundays, bound, ship, trek, mat, foreseeable, payroll, lease,
    audit, tenure, sheet, architecture, contractually, mth, mths, mo, wk, wks, hr, hrs, min, mins, boss,
    bosses, improved, improve, migration, sense, sec, tmrw, ystd, mon, tue, tues, wed, thu, thur, thurs, fri,
    sat, sun, prob, def, bc, abt, rn, asap, cv, jd, co, ex, lol, smth, smthg, smt, sth, ppl, mgmt, eng, dev,
    ops, pm, acct, appt, mtg, int, org, gov, somebody, someone, sorry, sad, mate, mates, deal, moves, past,
    bag, bags, weekend, shipping, please, pity, shame, warm, informed, confidence, seat, seats, again,
    everyone's, nothing, games, foods, bio, core, spans, scope, finance, pair, fixed, entity, bit, staff,
    taste, pictured, analytics, payments, labs, systems, holdings, group, partners, solutions,
    """,
    # places, firms, countries, professions, and the words of an ordinary life
    """
    able, absolute*, absolutely, academic, academy, accenture, accommodate*, according, account*, accountant,
    achiev*, acquir*, acres, across, act, acted, action*, active*, activit*, actual, adapt*, addition,
    additional, additionally, address*, adhd, adjust*, adobe, adult*, advanc*, advice, advis*, affect*,
    africa*, afternoon*, afterwards, agency, agenda, ahead, air, airport, alert*, alibaba, alive, allergy,
    allotment, allowance, alone, alongside, alternat*, alzheimer's, american, among, angeles, anniversary,
    announc*, annual, answered, antwerp, anybody, anymore, anyone, anyway, anywhere, apartment, app, appear*,
    applicat*, apply, appoint*, approach*, appropriate*, approv*, apps, april's, architect, argentina,
    arizona, army, arrang*, arriv*, art, artist, arts, ashram, aside, aspect*, assess, assign*, assist*,
    associat*, assum*, asthma, athens, atlanta, atlassian, attach*, attempt*, attend*, attract*, auckland,
    audience, august's, australian, austria, author, authorit*, autism, autistic, automatic*, autumn, aviv,
    await*, aware*, back, bain, bakery, balance, band, bangalore, bank, barcelona, barista, barn, basel,
    basis, basketball, batteries, battery, bay, bcg, beach, bear, beautiful, bed, beer, bees, behalf, behind,
    beijing, belfast, belgium, believ*, belong*, benefit, beside, besides, beyond, bicycle, bike, birmingham,
    birth*, blog, bloomberg, bmw, board, boat, body, bolt, bond, book, booking, books, border, born, bosch,
    both, boy, boys, branch, brazil, brazilian, breakfast, breath, brewery, brex, bridge, brighton, brisbane,
    bristol, british, broad, broader, brooklyn, brussels, budget*, building, bureau, bus, buses, busy,
    button, bytedance, cabin, cafe, calculat*, calendar*, calgary, california, cambridge, camino, camp,
    canadian, canva, cap, capable, capacity, capital, captain, car, car's, cardiff, carolina, carpentry,
    cars, case, cat, catch, cats, caught, celebrat*, center, central, centre, ceramics, certif*, chair,
    chance, chapter, charity, charlotte, chase's, check, checked, checking, cheese, chef, chemistry's,
    chennai, chess, chicago, chief, chile, china, chinese, chip, chips, chocolate, choir, church, circle,
    citadel, citizen*, city's, civil, class*, cleveland, client, clients, climb*, clinic*, clock, cloud,
    club, coach*, code, coffee, cohere, collaborat*, collect*, college, cologne, colombia, colorado, combin*,
    commission*, committee, common, communit*, community, compare, compet*, completely, computer, computer*,
    concentrat*, concept, concert*, conference, confluent, connect, connecticut, construct*, consultant,
    consultants, consum*, contact, content, context, contribut*, convenien*, convers*, copenhagen, copy,
    core, cork, corner, costco, cottage, council, count*, course*, court, cousin, cousin*, cousins, craft,
    creat*, creche, credit, crew, cricket, cross, cruz, crèche, cultural, cup, curren*, custom, cycle*,
    daily, dallas, danish, databricks, daycare, deepmind, degree, delhi, deliver*, deliveroo, deloitte,
    dementia, denmark, dental, dentist, denver, depart*, department, depend*, deposit, describ*, design*,
    despite, detroit, develop*, devtools, diabetes, diego, dinner, direct*, discord, discover*, disney,
    dissertation, district, dive, diving, doctor, doctor*, document*, dog, dogs, domestic, door, doordash,
    draft*, dream*, drinks, driver, dropbox, dubai, due, duration, dutch, duties, duty, e, earliest, easier,
    easily, east, eastern, easy, eat, ebay, economics, economy, edge, edinburgh, educat*, effect*, effort*,
    egypt, elastic, elder*, elect*, electric, elementary, emirates, employ*, encourag*, endeavour*, energy,
    engag*, engineering's, english, english's, enrol*, enter*, entire*, entirely, epic, equal*, equipment,
    especially, establish*, estonia, etsy, european, evenings, event*, eventual*, everyday, everywhere,
    exact, exam, example, exams, exchange, exciting, exhibit*, exist*, exit, expand*, expedia, expense*,
    experiment*, expert*, extend*, extension, external, extra, ey, eyes, facebook, facilit*, fall, fallen,
    familiar, famous, farm, farmer, fast, favour*, feature*, fee, fees, feet, fellow*, fellowship, ferry,
    festival, field, figma, figure, film, films, finalis*, finaliz*, finance, finger, finland, finnish,
    firefighter, fireman, flag's, flight*, floor, florida, fly, flying, folk, food, foot, football, foreign,
    form, formal*, forth, forward, found, foundation, francisco, frankfurt, free, freely, french, frequent*,
    fresh, front, fulfil*, function*, fund, funds, furniture, further, gallery, galway, game's, gaming,
    garden, gardens, gather*, gcse, general, generally, geneva, georgia, german, gift, girl, girls, github,
    gitlab, glasgow, global, globe, godfather, gold, goldman, golf, government, governor, gp, grade, gran,
    granny, grant, grant*, greece, green, ground, group, groups, growth, guest, guide, guys, hair, hall,
    hamburg, hampshire, hands, happen, happily, hardware, hashicorp, headed, hear, hearing, heart, height,
    held, hello, helsinki, hence, heritage, hey, highly, highway, hint's, hip, historic*, history, hobbies,
    hobby, hole, holiday*, holland, honey, hong, honor, honour, hop, hope, hopefully, hopes, hoping, horse,
    horse*, hospice, hotel, hotel*, houston, huawei, huge, hundred*, hungary, husband's, hyderabad, ibm,
    identify*, ikea, illinois, image*, imagin*, immediate, impact, import*, improve, inc, include*,
    including, indian, indiana, individual, indonesia, indoor, influenc*, inform, initial*, inner, instacart,
    install*, instance, instant*, institut*, institute, institution*, intel, intend*, intent*, interim,
    internal*, internship*, introduc*, invest*, invit*, irish, island*, israel, israeli, istanbul, italian,
    italy, japanese, jersey, jose, jpmorgan, june's, kansas, keen, kentucky, kenya, key, kindergarten,
    kitchen, kite, klarna, knee, knitting, knowledge, kong, korea, korean, kpmg, kyoto, lab, labour, labs,
    lady, lake, land, language, language*, larger, lately, latest, launch*, law, lawyer*, lay, lecturer,
    lectureship, leg, legacy, legal, lesson's, library, licen*, lifestyle, lifetime, light, like, linkedin,
    liquid*, list, listed, literature, liverpool, living, local*, locked, logic, logistics, look, love, luck,
    luckily, lucky, lunch, lunch*, lyft, lyon, machine*, magazine*, maine, major*, malaysia, manchester,
    manhattan, manufacturing, marathon, mark, market*, marketing, marketplace, marseille, maryland,
    massachusetts, master, match, material*, math, mathematics, maths, max, maxed, maximum, mckinsey,
    meanwhile, measure*, media, medical, medicine, melbourne, member*, membership, mental, mentor*, merge*,
    merger, metro, mexican, mexico, miami, michigan, mid, midwife, migraine, milan, mile, mine, minimum,
    ministry, minneapolis, minnesota, minute, mission's, missouri, mistral, mix, mock, mode, model*, modern,
    monastery, mongodb, monk, monthly, montreal, monzo, moral's, moreover, motorway, mount*, mountain*,
    movie*, ms, multiple, mumbai, museum, museum*, music, music's, n26, nan, nana, nashville, national,
    native, natural*, nature, navy, nearly, necessary, needs, neighbo*, nephew, nephew*, netherlands,
    network*, nevada, newborn's, newsletter, newspaper, nhs, niece, niece*, nigeria, nike, nine, nintendo,
    nonprofit, normal, normal*, normally, north, northern, norway, norwegian, notif*, notion, novel, novel*,
    nuclear, nurse, nurse*, object*, obtain*, occasion*, occup*, occur*, ocean, officer, official, often,
    ohio, online, onto, operat*, operation, operations, opinion*, optician, oracle, orchestra, order*,
    oregon, organic, origin*, orlando, osaka, oslo, otherwise, ottawa, outcome*, outdoors, outside, overall,
    overlap*, overnight, owner*, oxford, page, paint*, pair, palliative, paper, papers, parking, parkinson's,
    parliament, parliament*, partial*, particip*, partnership*, party, patent*, patient*, paypal, peace, pen,
    pennsylvania, period*, permanent, personal*, perspective, perth, pharmacy, phase*, philadelphia,
    philippines, philosophy, phoenix, phone*, photo*, photography, physical*, physics, physio, physiotherapy,
    piano, piece*, pilgrimage, pilot, pinterest, pipeline, pitch*, pittsburgh, plaid, plane, plant*,
    platform, platform*, plenty, plus, podcast, poetry, point*, poland, policeman, polish, pool, popul*,
    popular*, portfolio, portion, portland, porto, portuguese, possess*, possib*, potential*, pottery,
    practic*, prague, precise*, prepar*, preschool, preserv*, prestig*, previously, price*, priest, primar*,
    primary, prime, print*, prior, priorit*, prize, procedure*, proceed*, produc*, profession, profile*,
    profit, propert*, proposal*, proposition, prospect*, protect*, psychology, publication*, publish*, pune,
    puppy, purchas*, pure, purpose*, pwc, qualif*, quantum, quarter*, queens, quickly, quota*, radio, raise*,
    raleigh, ramp, ran, ranch, ranger, rapid*, reach*, read, reader*, reading, rebuild*, recall*, recent,
    recognis*, recogniz*, record*, recover*, recovery, red, reddit, reduc*, refer*, refresh*, regard*,
    regarding, region*, regist*, regular*, relat*, releas*, relig*, relocat*, rely, remaining, remember*,
    remov*, renew*, renovat*, repair*, repay*, replac*, report*, represent*, request*, rescue*, research*,
    reserve*, resid*, resign*, resigned, resigning, resigns, resolv*, resourc*, respective*, restart*,
    restaurant, restaurant*, result*, resume*, retail*, retreat, reveal*, revenue, review, revolut, rice,
    rid, rise, rising, river, roaster, roastery, roblox, robot, robots, rock, rocket*, romania, rome, roof,
    rotterdam, round, route, rugby, sabbath, sachs, sailing, sale, sales, salesforce, salt, samsung, san,
    santa, sap, sat, satellite*, saving*, scenario*, scene, scholarship, scholarship*, scien*, science,
    score*, scottish, screen*, script, sea, search*, season, season*, secondary, section*, sector*, secure*,
    security, select*, self, semester, semester*, senate, seoul, separate, separate*, series, serve*,
    server*, servic*, service, session*, setting, settl*, shanghai, shape*, sheffield, shelf, shine, shop,
    shore, shortly, siemens, sight, signal, signific*, silicon, silver, similar*, singer, sister's, sit,
    situat*, sixth, skiing, skip, sky, slack's, sleep*, slight*, smart, snap, snowflake, social, societ*,
    software's, solar, sold, sole, solid, solo, solution*, solve*, somewhere, son's, sony, sooner, sound*,
    source*, south, southern, space, spacex, spanish, special, special*, species, specific, specifically,
    speech, spell, spoke*, sport, sports, spot, spouse*, square, stamp, star, station, station*, statist*,
    status, steel, stepdaughter, stepfather, stepmother, stepp*, stepson, still, stockholm, stone, store,
    stored, stores, strategic, stream*, street, street*, strength*, stretch*, stroke, structure*, studies,
    studio, study, stuttgart, style, subject*, subsequent*, succe*, suggest*, summar*, summer's, sun, super,
    supplies, supply, surf, surfac*, surfing, surgeon, surgery, surviv*, sweden, swedish, switzerland,
    sydney, symptom*, table, taipei, taiwan, talent*, target, target*, taught, tea, teacher*, telephone,
    television, tempor*, temporary, tencent, tennessee, tennis, term, territor*, tesla, texas, text,
    thailand, thank, theat*, theater, theatre, theme*, theology, theor*, therefore, thesis, thin, third,
    thread, throughout, ticket*, tie, tied, ties, tiktok, till, tiny, toddler, tokyo, tooling, topic*, touch,
    touched, tour, toward, town's, track, trade, trades, tradition*, traffic, train, trains, tram, transfer*,
    transit*, transport*, tries, truck, truck*, truly, trust's, try, tube, tuition, turkey, tutor*, twelve,
    twitch, twitter, typed, typically, ukraine, uncle's, underst*, unfold*, union, unity, univers*,
    university, unless, unlock*, up, upcoming, updat*, upgrad*, upon, upper, urban, usual, usual*, utah,
    utrecht, vacation*, valid*, valley, valve, vancouver, variet*, various, vegas, vehic*, vehicle*, venture,
    vermont, version*, vet, via, video*, vienna, vietnam, view, views, villag*, village, vineyard, virginia,
    virtual*, visa, visit*, visiting, viva, voice*, volunt*, vote, wales, walmart, ward, warrant*, warsaw,
    washington, watch*, water, wave, wayfair, web, weddin*, weekday*, weekly, weight*, wellness, went, west,
    western, whatever, whenev*, wherea*, wherever, whether, whichever, whilst, wider, wife's, wind, window*,
    wine, winery, winner*, winter's, winter*, wisconsin, wise, wish, woodwork, workload, workshop*, world*,
    worldwide, worn, worth, writer, writer*, writing, yearly, yesterday*, yoga, young*, youth, zalando,
    zealand, zoom,
    """,
)
