"""In which language a message is written: by its script, and where several share one, by its commonest words.

Told as BCP 47 has it; `hi-Latn` is Hindi in Latin letters. Mixed text, as most of it is in India, counts as the
language that its small words are of.
"""

import re
from collections import Counter
from collections.abc import Iterable

_SCRIPTS = (
    ("\u0980-\u09ff", "bn"),
    ("\u0a00-\u0a7f", "pa"),
    ("\u0a80-\u0aff", "gu"),
    ("\u0b00-\u0b7f", "or"),
    ("\u0b80-\u0bff", "ta"),
    ("\u0c00-\u0c7f", "te"),
    ("\u0c80-\u0cff", "kn"),
    ("\u0d00-\u0d7f", "ml"),
    ("\u0600-\u06ff", "ur"),
    ("\u0900-\u097f", "hi"),
)
_OF_SCRIPT = [(re.compile(f"[{letters}]"), language) for letters, language in _SCRIPTS]
_LEAST = 4
"""Letters of a script from which on a text is in its language."""
_WORDS = {
    "mr": "आहे आहेत आणि तुमचे तुमच्या तुमचा तुमची करा झाले झाली नाही मी आम्ही साठी होईल केले मध्ये पण आता तर "
    "काय ते ती हा ही हे आपले आपला आपल्या उद्या पासून नका घ्या द्या झाला येईल मला तुला तू आज बघ करून "
    "सांगा येतो येते कृपया आला आली असेल असून वर परत पाठवा वाजता तुम्ही बोलतोय ला सांगू पर्यंत मधून आणि "
    "पाठवले नाहीतर देतो शाखेत तारखेला रात्री झाले नको तुमचं खात्यात हप्ता फोनवर उद्या ठेवा देऊ टाका पाठवतो चुकून",
    "hi": "है हैं और आपका आपके आपकी करें हो नहीं में से को का की के हम मैं यह कर रहा रहे गया गई",
    "en": "the to is your you for of and in on have this be are we i will with not please it that from at our "
    "has my",
    "hi-Latn": "hai hain ka ki ke ko se mein me aap aapka aapke aapki kar karo kare nahi nhi h kya ho raha rha "
    "rahe gaya gayi mera mere apna apne bhi par pe abhi karna liye wala bhai sir ji haan aur ye yeh wo "
    "koi kuch",
    "mr-Latn": "aahe ahe aani ani tumche tumcha tumchi tumhi kara zala zali nahi mi aamhi sathi madhe kela ata ka "
    "bara tula mala tuzya tujha mhanun karun sanga yeto nako ghya dya baghto hoil hota hoti ahat aaplya "
    "tumchya majha tar pan sangu sanga lagech naka vajta ghari varun madhun theva ravivari jail kapla "
    "tumchyavar grahak kay cha chi che chya udya aaj lavkar paise milale ala aala",
    "bn-Latn": "ache achhe ami apnar tomar hobe hoyeche korun korte na ki ta ekhon theke jonno er ar kore bolchi "
    "taka apnar hobe bolun aj ami amar tomake nei jabe kore ekhuni debo tarikh koro kauke korle "
    "korben rat hoyeche hoye bolo keu theke geche gechhe jabo korechi porlo eta",
    "ta-Latn": "unga ungal irukku illa pannunga panni naan neenga la ku oru enna vanakkam seiyavum vaanga rendu "
    "illana ah anna pa da amma naan unaku enaku irundhu varum seiya solunga kudu sollunga "
    "panam innaiku vendam kadaisi thethi iruku vandhuduchu vandhuchu solladheenga panna edhuvum "
    "anupunga kattunga vaikkavum andha enakum pesurom",
    "te-Latn": "mee meeru undi ledu cheyandi chesi nenu lo ki ku oka emi ayindi kavali andi garu ippude leda "
    "avutundi cheyyandi pampandi nuvvu naku neeku nunchi kosam inka ee aa ani chey vachindi randi unna "
    "ra cheppandi kuda vachindi eeroju ventane cheppoddu dabbulu vastundi meeda cheppu ledu kotha lopu tho "
    "cheyali cheyoddu bakayi aapadaniki naake ki veldama",
    "sw": "na ya wa kwa ni yako wewe umepokea tuma pesa hii kutoka leo tafadhali namba yangu salio hapa sasa "
    "kama bado mpesa",
}
_OF_WORD: dict[str, list[str]] = {}
for _language, _known in _WORDS.items():
    for _word in dict.fromkeys(_known.split()):
        _OF_WORD.setdefault(_word, []).append(_language)
_DEVANAGARI = ("mr", "hi")


def language_of(text: str, words: Iterable[str]) -> str:
    """`words` are those of `text` in lower case. English, where nothing speaks for another."""
    script = next((language for letters, language in _OF_SCRIPT if len(letters.findall(text)) >= _LEAST), "")
    if script and script != "hi":
        return script
    counted: Counter[str] = Counter()
    for word in words:
        for language in _OF_WORD.get(word, ()):
            if (language in _DEVANAGARI) == bool(script):
                counted[language] += 1
    return (
        max(counted, key=lambda language: (counted[language], language == "en"))
        if counted
        else script or "en"
    )
