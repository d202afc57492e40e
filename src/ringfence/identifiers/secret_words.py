"""The words beside which somebody says a PIN, a CVV, a one-time code or a password aloud, and the words that may stand
around these and give nothing away. Read by `said_secrets`."""

from ringfence.identifiers.folded import characters


def _words(text: str) -> frozenset[str]:
    """As `folded.characters` spells them."""
    return frozenset(characters(word).text for word in text.split())


PASSWORDS = _words("""
    password passwords pasword paswords passward passwd pass passphrase paasword pasvard paasvard pwd login netbanking
    पासवर्ड पासवर्ड्स पासवॉर्ड पासवर्ड् पैसवर्ड पास्वर्ड लॉगिन
    পাসওয়ার্ড પાસવર્ડ ಪಾಸ್‌ವರ್ಡ್ പാസ്‌വേഡ് ਪਾਸਵਰਡ கடவுச்சொல் பாஸ்வேர்ட் పాస్‌వర్డ్ پاسورڈ
""")
"""Behind these any word may be the secret."""

SECRETS = PASSWORDS | _words("""
    pin pins pinn pincode mpin tpin upin upipin atmpin cvv cvvs cvv2 cvc cvc2 cvn csc cid otp otps otipi code codes
    kod passcode passcodes onetime tac tan grid mpins secret digits digit lastfour last4 lastthree last3 threedigit
    threedigits 3digit 3digits 4digit 4digits fourdigit fourdigits sixdigit sixdigits 6digit 6digits expiry expires
    expire expired expiring expiration exp validtill validthru validthrough validupto validuntil validity aakhri
    akhri antim gupt khufiya vaidhta पिन पिनकोड एमपिन टीपिन सीवीवी सीवीसी सीवीवि सिवीवी ओटीपी ओटिपी ओटीपि ओ.टी.पी
    कोड पासकोड एक्सपायरी एक्सपाइरी एक्सपायर वैधता समाप्ति गुप्त ख़ुफ़िया खुफिया अंक अंकों आखिरी आख़िरी अंतिम डिजिट
    পিন ওটিপি কোড સીવીવી પિન ઓટીપી કોડ ಪಿನ್ ಒಟಿಪಿ ಕೋಡ್ പിൻ ഒടിപി കോഡ് ਪਿੰਨ ਪਿਨ ਓਟੀਪੀ ਕੋਡ பின் ஓடிபி கோடு పిన్ ఓటీపీ
    కోడ్ پن اوٹی پی کوڈ
""")
"""Also written apart: up to four words in a row are looked up as one (`c v v`, `pass word`, `valid till`)."""

LINKS = _words("""
    is was are were be been its it my mine our your his her the a an this that these number numbers no nos num said
    as like equals only just also both date month year full whole card atm debit credit upi bank mobile s all of hai
    hain tha thi h ho mera meri mere apna apni apne aapka ye yeh wo woh ka ki ke number nambar bhi to toh hi है हैं
    था थी थे हो मेरा मेरी मेरे अपना अपनी अपने आपका यह ये वो वह का की के नंबर नम्बर भी तो ही कार्ड एटीएम यूपीआई
""")
"""What may stand between such a word and the secret itself."""

PLAIN = (
    SECRETS
    | LINKS
    | _words("""
    i me we us you u he him she they them who whom whose which what when where why how somebody someone anybody
    anyone nobody everybody everyone everything something anything nothing man woman lady guy person people caller
    officer agent manager executive customer care service support team police cbi fraud fraudster scam scammer staff
    company office friend husband wife son daughter brother sister father mother family relative cousin neighbour
    neighbor uncle aunty yes yeah yep no not never nor neither dont didnt don't didn't doesn't wasn't haven't didn
    nt t and or but if so then because since while after before until till once again already still now today
    yesterday tomorrow morning evening night there here too very much more some any other another same every each
    told tell telling tells gave give given giving shared share sharing sent send sending said say says saying read
    reading typed type typing entered enter entering put putting asked ask asking asks wanted want wants need needed
    needs took take taken taking got get getting gets gone go goes going went came come coming called call calling
    calls phoned phone texted text message messages sms whatsapp email mail link links website site app application
    page form screen opened open clicked click downloaded download installed install registered verified verify
    verification confirmed confirm changed change reset set forgot forget forgotten lost stolen stole know knew
    known knows remember think guess believe must should could would can will may might shall do does did done has
    have had having am being to in on at by for from with without about over into onto out up down off back through
    hung heard listen listened wrote write written spoke speak spoken disclosed disclose leaked leak revealed reveal
    money amount payment transaction rupees rupee rs account details detail information info name pan aadhaar aadhar
    kyc refund block blocked unblock update updated activate activated complaint complained please sorry ok okay
    well actually really sir madam ma'am hello right wrong correct true false sure maybe perhaps also only kind sort
    type way time times minute minutes first second last next old new number written front behind side haan han
    haanji ji nahi nahin nai mat maine main mein mai mujhe mujhse mujhko hum humne humko usne unhone usko unko use
    unhe usse unse us un is in isko inko kisi kisne kisko koi kuch sab kaun kya kyon kyun kab kaise kahan jo jab tab
    bata bataya batayi bataye batao batana batate bataa bol bola boli bole bolna diya diye di de dena dedi dediya
    dia do dun doon dunga le liya li lena leke lekar kar kara karo karke karna kiya ki kiye gaya gayi gaye ho hua
    hui hue raha rahi rahe tha thi the thha hoga hogi se ko par pe per aur ya magar lekin phir fir baad pehle ab
    abhi aaj kal raat subah wala wale wali waala aadmi ladka ladki log bhai behen didi sahab saab bhaiya beta beti
    pati patni maanga manga mangi mange maang puchha pucha poocha pooch puchh bheja bheji bheje bhej bheja dala
    daala dali dale likha liye liya saath sath sirf bas thoda bahut sahi galat pata yaad bhool bhul chala chali aaya
    aayi aaye aata kahaa kaha kahi kahe sunaya suna sunke dikhaya dikha paise paisa rupaye khata phone call message
    link हां हाँ जी नहीं नही न ना मत मैंने मैने मैं में मुझे मुझसे हम हमने उसने उन्होंने उन्होने उसको उनको उसे
    उन्हें उससे उनसे उस उन इस इन किसी किसने किसको कोई कुछ सब कौन क्या क्यों कब कैसे कहां कहाँ जो जब तब बता बताया
    बताई बताए बताओ बताना बोल बोला बोली बोले बोलना दिया दिये दिए दी दे देना दो दूं दूँ ले लिया ली लेना लेकर कर करो
    करके करना किया किये किए की गया गयी गई गए हुआ हुई हुए रहा रही रहे होगा से को पर पे और या मगर लेकिन फिर बाद पहले
    अब अभी आज कल रात सुबह वाला वाले वाली आदमी लड़का लड़की लोग भाई बहन दीदी साहब बेटा बेटी पति पत्नी मांगा माँगा
    मांगी पूछा भेजा भेजी भेज डाला डाली लिखा लिए लिये साथ सिर्फ बस सही गलत पता याद भूल आया आई आए कहा कही सुनाया
    दिखाया पैसे पैसा रुपये रुपए खाता फोन फ़ोन कॉल मैसेज लिंक बैंक शेयर ओके सर मैडम
""")
)
"""Words that are no password. What is not among them and stands where one is said is taken for one."""

SUMS = _words("""
    paid pay payment spent charged debited deducted withdrawn withdrew worth costs cost credited refunded
    transferred kat kata kate kati katega kaate kharch nikal nikle nikale udaye uda gaye कट कटे कटा कटी खर्च निकले
    निकाले उड़ाए डेबिट
""")
"""A number right beside one of these is a sum, though it names no currency."""

PARTS = SUMS | _words("""
    and then but so because he she they took taken stole lost gone went sent send after later
    aur phir fir usne unhone le liya liye chale और फिर उसने उन्होंने ले लिया लिए चले
""")
"""Between the word and a sum with its currency they show that the sum is another matter."""

FILLERS = _words("""
    um umm uhm uh er and then dash hyphen slash space stroke for to too won ate tree
    aur phir fir और फिर डैश
""")
"""May stand between two digits that are read out; some are digits that the recogniser has misheard."""
