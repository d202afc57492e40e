"""Words for the numbers up to ninety-nine, in English, Hindi and Hinglish, with the digits that each would be written
with: a PIN is read out as `char teen do ek`, `forty three twenty one` or `तैंतालीस इक्कीस`."""

from ringfence.identifiers.folded import characters
from ringfence.identifiers.spoken import DIGIT_WORDS

_TWO_DIGITS = """
    ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty thirty forty fourty fifty
    sixty seventy eighty ninety das gyarah gyara barah bara terah tera chaudah chauda pandrah pandra solah sola
    satrah satra atharah athara unnees unnis bees bis ikkees ikkis bais baais teis teyis chaubees chaubis pachees
    pachis chhabbees chabbis sattais satais atthais athais untees untis tees tis ikattis iktis battis tentis taintis
    chauntis paintis chhattis chattis saintis sentis adtis artis untalis chalees chalis iktalis byalis bayalis
    tetalis taintalis chavalis chauvalis paintalis chhiyalis chiyalis saintalis adtalis artalis unchas pachaas
    pachas ikyavan ikkyavan bavan tirpan tirepan chauvan chavvan pachpan chhappan chappan sattavan atthavan unsath
    saath ikasath iksath basath tirsath tiresath chausath painsath chhiyasath chiyasath sadsath sarsath adsath
    arsath unhattar sattar ikhattar bahattar tihattar chauhattar pachhattar pachattar chhihattar chihattar satattar
    athattar unasi assi ikyasi bayasi tirasi chaurasi pachasi chhiyasi chiyasi satasi athasi navasi nabbe ikyanve
    bayanve banve tiranve tiranbe chauranve pachanve pichanve chhiyanve chiyanve sattanve atthanve ninyanve दस
    ग्यारह बारह तेरह चौदह पंद्रह पन्द्रह सोलह सत्रह अठारह उन्नीस बीस इक्कीस बाईस बाइस तेईस तेइस चौबीस पच्चीस छब्बीस
    सत्ताईस सत्ताइस अट्ठाईस अठाईस अट्ठाइस उनतीस उन्तीस तीस इकतीस इकत्तीस बत्तीस तैंतीस तेंतीस चौंतीस पैंतीस छत्तीस
    सैंतीस अड़तीस उनतालीस उन्तालीस चालीस इकतालीस बयालीस तैंतालीस तेंतालीस चौवालीस चवालीस पैंतालीस छियालीस सैंतालीस
    अड़तालीस उनचास पचास इक्यावन बावन तिरपन तिरेपन चौवन पचपन छप्पन सत्तावन अट्ठावन अठावन उनसठ साठ इकसठ बासठ तिरसठ
    तिरेसठ चौंसठ चौसठ पैंसठ छियासठ सड़सठ अड़सठ उनहत्तर सत्तर इकहत्तर बहत्तर तिहत्तर चौहत्तर पचहत्तर छिहत्तर सतहत्तर
    अठहत्तर उन्यासी उनासी अस्सी इक्यासी बयासी तिरासी चौरासी पचासी छियासी सत्तासी सतासी अट्ठासी अठासी नवासी नब्बे
    इक्यानवे इक्यानबे बानवे बानबे तिरानवे तिरानबे चौरानवे चौरानबे पचानवे पंचानवे पचानबे छियानवे छियानबे सत्तानवे
    सत्तानबे अट्ठानवे अट्ठानबे अठानवे निन्यानवे निन्यानबे टेन इलेवन ट्वेल्व थर्टीन फोर्टीन फिफ्टीन सिक्सटीन सेवनटीन
    एटीन नाइनटीन ट्वेंटी थर्टी फोर्टी फिफ्टी सिक्सटी सेवेंटी एटी नाइंटी
"""
_ONE_DIGIT = """
    double triple dabal tripal डबल ट्रिपल ट्रिपल
    thri tri fayiv faiv sevan eit nain ziro jero fore
    थ्रि टु फ़ाइव फाईव सेवेन एइट नाईन नाइन ओ शुन्य
"""
"""Double and triple count as the digit more that they are at least; and spellings that `spoken` leaves out, since it
has to know a number for certain."""

_MULTIPLIERS = """
    hundred thousand million sau hazar hazaar hajar lakh lakhs lac lacs crore crores karod
    सौ हजार हज़ार हज़ार लाख करोड़ करोड़ करोड
"""

NUMBER_WORDS: dict[str, int] = {
    **{characters(word).text: 1 for word in (*DIGIT_WORDS, *_ONE_DIGIT.split())},
    **{characters(word).text: 2 for word in _TWO_DIGITS.split()},
}
"""Word, as `folded.characters` spells it, to the count of its digits."""
MULTIPLIERS = frozenset(characters(word).text for word in _MULTIPLIERS.split())
"""Words that make what stands before them a sum."""
OTHER_SENSES = frozenset("no oh o do one sat tin che ath an saath tera bara das bis tis do टू दो ओ".split())
"""Number words that are as often something else: `no one`, `I do`, `mere saath`, `bata do`."""
NOT_ALONE = frozenset("no oh o".split())
"""`No no no` is no number."""
