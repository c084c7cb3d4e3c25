// Small groups of words that say what stands beside them. Facts of the languages, kept by hand.
import * as bit from "./bits.ts";

export const GROUPS: readonly (readonly [bit: number, words: string])[] = [
  [
    bit.FUNCTION_WORD,
    `the a an and or but if of to in on at by for with from as is are was were be been being am do
    does did have has had having will would can could may might must shall should not no nor this
    that these those it its he she they we you i me him her them us my your his our their mine yours
    what which who whom whose when where why how all any both each few more most other some such
    only own same so than too very just about into over after before between under again then once
    here there because while until up down out off don doesn didn isn aren wasn weren won wouldn
    couldn shouldn hasn haven hadn ll ve re also yet still even ever never always please let get got
    go going come make made see say said says one two three first last new hello hi dear thanks
    thank yes ok okay regards sincerely yours best kind`,
  ],
  [
    bit.TITLE,
    `mr mrs ms miss mx dr prof professor sir madam madame mister mssrs messrs rev reverend fr hon
    judge justice capt captain lt lieutenant col colonel maj sgt sergeant cpl gen adm admiral cmdr
    herr frau monsieur mme mlle señor señora señorita sr sra srta dott dottor dottoressa sig signor
    signora ing lic don doña dona senhor senhora drs mevr dhr pan pani hr fru lord lady dame baron
    count countess prince princess imam rabbi sheikh shri smt kumari nurse doctor president senator
    congressman congresswoman mayor governor chancellor minister bishop pope cardinal king queen
    emperor auntie aunt uncle coach detective officer inspector`,
  ],
  [
    bit.COMPANY,
    `inc incorporated corp corporation llc llp ltd limited plc gmbh ag kg ohg ug sa sas sarl srl spa
    bv nv ab oy oyj aps asa pty pte kk sdn bhd lda ltda eirl cv zrt kft ooo zao oao pvt sro doo sp
    zoo co`,
  ],
  [
    bit.INSTITUTION,
    `bank university college institute institut school academy hospital clinic foundation
    association society council ministry department agency authority bureau commission committee
    group holding holdings partners associates technologies technology systems solutions software
    services industries enterprises ventures capital insurance airlines airways motors energy
    pharmaceuticals pharma laboratories labs media networks network consulting logistics
    international company companies brothers sons trust fund church museum library federation union
    club league stiftung verein universität hochschule krankenhaus klinik fondation fundación
    universidad université università hôpital banco banque banca securities financial analytics
    bioscience biosciences resources research communications electronics entertainment records
    studios press publishing markets properties investments management collective cooperative
    corporation chamber congress parliament senate cooperation works foods`,
  ],
  [
    bit.STREET,
    `street st avenue ave road rd boulevard blvd lane ln drive dr court ct place pl square sq
    terrace ter trail trl parkway pkwy circle cir highway hwy way alley aly crescent cres close
    grove row mews quay walk plaza loop pike turnpike expressway freeway crossing path ridge heights
    causeway bypass esplanade promenade straße strasse str gasse platz allee weg damm ufer gade vej
    alle vejen gate gata gatan gaten vägen veien vägan katu kuja tie polku väylä puistotie laan
    straat plein gracht dreef kade utca út tér körút ulica ul aleja plac ulice náměstí třída cesta
    trg caddesi sokak mahallesi chome marg nagar chowk hill green gardens park view common rise vale
    field fields junction union station mission extension ext spur landing hollow glen meadow knoll
    viaduct skyway harbor port cove point pass fort isle island manor stravenue throughway tunnel
    motorway garden summit rapids orchard forge flat ferry falls divide creek bluff bend branch u
    rkp krt nám`,
  ],
  [
    bit.STREET_LEAD,
    `rue avenue boulevard impasse allée chemin quai via viale piazza corso vicolo largo strada calle
    avenida av avda plaza paseo camino carrera ronda rua travessa praça estrada rodovia ulica ul
    aleja jalan jl soi calea bulevardul șoseaua c/ route place cours contrada`,
  ],
  [
    bit.UNIT,
    `suite ste apt apartment unit floor fl room rm building bldg box lot trailer psc apo fpo dpo
    piso puerta planta appartement appt étage wohnung stock dept interno scala lgh bus`,
  ],
  [
    bit.PARTICLE,
    `van von der den de del della di da do dos das la le las los el al bin ibn binti ben bat ten ter
    te zu zum zur af av y e du des san mac mc o d l st vom op dal degli dello abu`,
  ],
  [
    bit.MONTH,
    `january february march april may june july august september october november december jan feb
    mar apr jun jul aug sep sept oct nov dec januar februar märz mai juni juli oktober dezember
    janvier février mars avril juin juillet août septembre octobre novembre décembre enero febrero
    marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre gennaio febbraio
    aprile maggio giugno luglio settembre ottobre dicembre`,
  ],
  [
    bit.WEEKDAY,
    `monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag
    freitag samstag sonntag lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes
    miércoles jueves viernes sábado domingo`,
  ],
  [
    bit.PERSON_VERB,
    `says said lives lived works worked writes wrote thinks thought believes believed told tells
    asks asked replied replies shouted shouts laughed smiled married died born joined resigned
    retired moved flew visited called calls emailed phoned texted went wants wanted needs likes
    loves hates knows knew met speaks spoke talks talked agreed disagreed explained explains
    announced added argued claimed complained signed hired fired suffers suffered lives's is's who
    recommends recommended stated noted admitted testified diagnosed presented reports requested`,
  ],
  [
    bit.BEFORE_PLACE,
    `in from near to at around outside visit visiting visited leaving towards via across inside
    toward through throughout originally`,
  ],
  [
    bit.BEFORE_PERSON,
    `called named dear hi hello hey name meet met married by with for tell ask told asked contact
    author artist singer producer director attn attention regards sincerely cheers thanks signed
    patient client customer employee cc bcc`,
  ],
  [
    bit.ROLE,
    `mother father mom dad mum mama papa son daughter kid kids child wife husband spouse partner
    brother sister aunt uncle cousin nephew niece grandmother grandfather grandma grandpa friend
    boyfriend girlfriend fiancé fiancée boss colleague coworker neighbour neighbor patient client
    customer employee applicant tenant landlord teacher student nurse lawyer attorney accountant
    witness suspect victim defendant plaintiff resident member user beneficiary guardian caregiver
    singer songwriter actor actress author writer artist guitarist drummer bassist frontman producer
    director composer pianist rapper bandmate designer ceo cto cfo coo founder chairman owner`,
  ],
  [
    bit.ADDRESS,
    `address addresses located location situated lives lived live residing resides reside moved
    headquarters headquartered offices office adresse anschrift dirección indirizzo endereço adres
    adress domicilio wohnhaft mailing shipping billing delivery deliver ship corner`,
  ],
  [
    bit.BEFORE_ORGANISATION,
    `for at with company employer firm vendor supplier acquired acquires bought joined founded
    invested of by from startup subsidiary brand label publisher client organization organisation`,
  ],
  [
    bit.HEALTH,
    `patient patients diagnosis diagnosed diagnoses symptom symptoms prescription prescribed
    medication medications dosage mg surgery surgical biopsy pathology mrn hicn icd oncology
    cardiology radiology chemotherapy cancer diabetes diabetic hypertension insulin asthma
    psychiatric
    hiv pregnant pregnancy miscarriage tumor tumour carcinoma metastasis metformin ibuprofen
    antibiotics antidepressant dialysis stroke epilepsy schizophrenia bipolar depression hepatitis
    allergic allergies headaches mri ct ecg ekg bmi haemoglobin hemoglobin patientin diagnose befund
    medikament blutdruck patiente ordonnance paciente diagnóstico receta`,
  ],
  [
    bit.REGION,
    `alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii
    idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts michigan
    minnesota mississippi missouri montana nebraska nevada ohio oklahoma oregon pennsylvania
    tennessee texas utah vermont virginia washington wisconsin wyoming ontario quebec alberta
    manitoba saskatchewan bavaria catalonia scotland wales england`,
  ],
  [
    bit.COUNTRY,
    `usa uk uae ussr america england scotland wales britain holland europe africa asia korea russia
    vietnam iran syria bolivia venezuela tanzania czechia turkey macedonia taiwan palestine kosovo`,
  ],
  [
    bit.NATIONALITY,
    `american british english scottish welsh irish french german italian spanish portuguese dutch
    belgian swiss austrian danish swedish norwegian finnish icelandic polish czech slovak hungarian
    romanian bulgarian serbian croatian slovenian bosnian albanian greek turkish russian ukrainian
    belarusian lithuanian latvian estonian georgian armenian azerbaijani kazakh uzbek chinese
    japanese korean vietnamese thai indonesian malaysian filipino indian pakistani bangladeshi
    nepali
    afghan iranian iraqi syrian lebanese israeli palestinian jordanian saudi saudis emirati egyptian
    moroccan algerian tunisian libyan sudanese ethiopian kenyan ugandan nigerian ghanaian senegalese
    canadian mexican guatemalan cuban jamaican haitian colombian venezuelan ecuadorian peruvian
    bolivian chilean argentine argentinian brazilian uruguayan paraguayan australian greenlander
    african european asian arab arabs jewish muslim christian catholic protestant hindu buddhist
    sikh shia sunni shiis kurdish tibetan maltese cypriot luxembourgish bruneian surinamese scots
    somali rwandan zambian zimbabwean namibian yemeni qatari kuwaiti omani bahraini mongolian lao
    burmese cambodian malay fijian samoan tongan maori hispanic latino latina`,
  ],
  [
    bit.TECHNICAL,
    `api http https json xml html css sql url uri id ids pdf csv ok faq ceo cto vat kpi sla gdpr
    hipaa iso utf ascii cpu gpu ram usb wifi vpn dns tcp udp ip ssh ssl tls jwt oauth saml sso rest
    graphql grpc yaml toml markdown github gitlab git linux unix windows macos android ios docker
    kubernetes postgres postgresql mysql sqlite redis mongodb kafka node nodejs npm javascript
    typescript python java golang rust php ruby kotlin swift react vue angular webpack vite excel
    word outlook slack zoom jira confluence notion figma salesforce sap aws azure gcp chatgpt openai
    llm rag cli gui sdk ide crm erp hr todo readme changelog config regex async boolean string
    integer null undefined unicode iban bic swift ssn atm pin cvv pan vin dob usd eur gbp chf jpy
    ceos ctos cfos
    tv pc dvd cd vip diy asap fyi eta rsvp base64 sha md5 hmac aes rsa terraform ansible nginx
    apache`,
  ],
];
