"""The words near a number that say what it is, in the languages that messages to Indian phones are written in.

English, Hindi and Hinglish are covered widely; of Bengali, Gujarati, Kannada, Malayalam, Marathi, Punjabi, Tamil, Telugu
and Urdu the words for calling, account, code and money.
"""

from enum import Enum, auto


class Cue(Enum):
    """What a word says of the number beside it."""

    PHONE = auto()
    CALL = auto()
    """As PHONE, and strong enough to make a short code a number to dial."""
    ACCOUNT = auto()
    CARD = auto()
    AADHAAR = auto()
    OTP = auto()
    CODE = auto()
    """An OTP, unless the word before says which code."""
    REFERENCE = auto()
    TOOL = auto()
    """A remote-access program, whose sessions have numbers."""
    PAN = auto()
    IFSC = auto()
    UPI = auto()
    TELEGRAM = auto()
    ROUTING = auto()
    PAY = auto()
    """Money is asked for or moved; a sum may follow without its currency."""
    NOTHING = auto()
    """A number that names nobody: a flat, a date, a quantity."""
    LABEL = auto()
    """Any number may follow: id, no."""
    GLUE = auto()
    """Says nothing, and stands between a word and its number."""


_SAID: dict[Cue, str] = {
    Cue.PHONE: """
        phone mobile mob cell cellphone telephone tel ph landline contact whatsapp whatsap watsapp wapp wa sms text txt msg
        message reach imo viber signal fon mo gpay googlepay phonepe paytm
        संपर्क सम्पर्क फोन फ़ोन मोबाइल व्हाट्सएप व्हाट्सऐप वॉट्सऐप sampark संदेश
        ফোন মোবাইল যোগাযোগ હોટલાઇન ફોન સંપર્ક મોબાઇલ ಫೋನ್ ಮೊಬೈಲ್ ಸಂಪರ್ಕಿಸಿ ഫോൺ മൊബൈൽ ബന്ധപ്പെടുക ਫੋਨ ਮੋਬਾਈਲ ਸੰਪਰਕ
        போன் மொபைல் தொடர்பு தொடர்புக்கு கைபேசி తెలుగు ఫోన్ మొబైల్ సంప్రదించండి فون موبائل رابطہ piga namba simu
        சிம் വാട്സ്ആപ്പ് வாட்ஸ்அப் వాట్సాప్ হোয়াটসঅ্যাপ telefon anrufen
    """,
    Cue.CALL: """
        call calls calling called callback dial ring hotline helpline helplines helpdesk toll tollfree care customercare
        missed कॉल काॅल कॉलकरें डायल हेल्पलाइन टोल हॉटलाइन कॉलबैक kol कल्ल
        কল হেল্পলাইন કૉલ કોલ હેલ્પલાઇન ಕರೆ ಸಹಾಯವಾಣಿ ಕಾಲ್ വിളിക്കുക വിളിക്കൂ കോൾ ഹെൽപ്പ്‌ലൈൻ ਕਾਲ ਹੈਲਪਲਾਈਨ அழைக்கவும் அழைக்க கால்
        కాల్ హెల్ప్‌లైన్ کال ہیلپ
    """,
    Cue.ACCOUNT: """
        account accounts acct acc a/c ac acnt acount a/c.no accno acno acctno khata khate khaata beneficiary savings iban
        खाता खाते खाताधारक अकाउंट एकाउंट একাউন্ট অ্যাকাউন্ট হিসাব ખાતું ખાતા એકાઉન્ટ ಖಾತೆ അക്കൗണ്ട് അക്കൗണ്ടിൽ ਖਾਤਾ ਖਾਤੇ
        கணக்கு கணக்கில் அக்கவுண்ட் ఖాతా అకౌంట్ اکاؤنٹ nuban opay palmpay kuda moniepoint
    """,
    Cue.CARD: "card cards debitcard creditcard visa mastercard rupay amex कार्ड કાર્ડ কার্ড கார்டு కార్డు കാർഡ് ಕಾರ್ಡ್ ਕਾਰਡ",
    Cue.AADHAAR: "aadhaar aadhar adhaar adhar aadhaarno uidai uid आधार આધાર আধার ஆதார் ఆధార్ ಆಧಾರ್ ആധാർ ਆਧਾਰ آدھار",
    Cue.OTP: """
        otp otps passcode password onetime verification authentication authorization authorisation tac 2fa pwd
        ओटीपी ओ.टी.पी पासवर्ड पासकोड ওটিপি ઓટીપી ஓடிபி ఓటీపీ ಒಟಿಪಿ ഒടിപി ਓਟੀਪੀ
    """,
    Cue.CODE: "code kod कोड কোড કોડ கோடு కోడ్ ಕೋಡ್ കോഡ് ਕੋਡ msimbo codigo código",
    Cue.REFERENCE: """
        reference ref refno refid txn txnid trans transaction utr rrn order orders booking bookings pnr policy policies claim
        case cases caseid txid trxid trx tid trnx transactionid orderid ticketid trackingid loan loans post speedpost pod complaint complaints ticket docket request srn sr service fir consumer customer crn cust ca bp kno employee
        emp empid staff badge officerid tracking track trk awb awbno consignment parcel package shipment waybill
        invoice inv bill receipt rcpt application appl app_no registration regn reg membership member folio licence license
        warrant summons notice challan challans memo file dossier trn imps neft rtgs upiref mandate umrn
        connection meter prn enrolment enrollment candidate job certificate winning winner lucky lottery lot serial draw batch
        loanid application-id acknowledgement acknowledgment ack appointment ppo uan nach dp client confirmation incident
        investigation crime diary cr itr demand refund hearing docket crno gr ngr batchno cin vpr kyc permit penalty pcn
        केस शिकायत संदर्भ ऑर्डर आर्डर पॉलिसी उपभोक्ता टिकट रेफरेंस एफआईआर ट्रैकिंग ग्राहक बुकिंग कंज्यूमर चालान लॉटरी आवेदन
        কেস অর্ডার রেফারেন্স કેસ ઓર્ડર વழக்கு ஆர்டர் పాలసీ కేసు ఆర్డర్ ಆರ್ಡರ್ ಪ್ರಕರಣ ഓർഡർ കേസ് ਕੇਸ ਆਰਡਰ mtcn session
        passport agent idcard dl voterid लोन पार्सल एप्लिकेशन एप्लीकेशन ਪਾਰਸਲ পার্সেল પાર્સલ பார்சல் పార్సెల్ ಪಾರ್ಸೆಲ್ പാഴ്സൽ
    """,
    Cue.TOOL: """
        anydesk teamviewer quicksupport rustdesk ultraviewer airdroid zohoassist screenconnect ammyy supremo
        एनीडेस्क टीमव्यूअर क्विकसपोर्ट
    """,
    Cue.PAN: "pan pancard पैन",
    Cue.IFSC: "ifsc ifs rtgs/neft आईएफएससी",
    Cue.UPI: "upi vpa bhim upiid यूपीआई यूपीआइ gpay phonepe paytm googlepay ফোনপে bharatpe",
    Cue.TELEGRAM: "telegram tg telegrm telgram tele टेलीग्राम টেলিগ্রাম ટેલિગ્રામ டெலிகிராம் టెలిగ్రామ్ ടെലഗ്രാം ಟೆಲಿಗ್ರಾಂ ਟੈਲੀਗ੍ਰਾਮ",
    Cue.ROUTING: "sort sortcode routing aba swift bic micr",
    Cue.PAY: """
        pay paying paid payment send sending sent transfer transferred transfers deposit deposited remit fee fees charge charges fine
        penalty amount amt cost costs price sum balance bal invest invested investment earn earned earning win won reward
        get withdraw cashback bonus prize salary income profit profits refund loan emi due dues overdue outstanding worth lend borrow
        bhejo bheje bhej bhejdo bhejna bheje bhejen jama paisa paise paisé kamao kamaye kamaen jeeta jeete rakam rashi
        payable debited credited withdrawn received recharge
        भेजें भेजो भेज भेजिए जमा भुगतान पैसे पैसा कमाएं कमाओ जीते राशि शुल्क रकम फीस जुर्माना
    """,
    Cue.NOTHING: """
        ending ends ended end endng xx xxx last pincode pin zip postal flat room plot sector block floor
        house road street gate platform page chapter section sec act clause rule row seat coach berth train flight bus
        version v ver model class grade level roll age aged year years yr yrs month months day days hour hours hrs hr minutes
        minute mins min sec secs seconds week weeks km kms meter metres metre kg kgs gm gms gb mb kb units unit kwh pcs
        gb/day marks score rank students people members users dated date dt time from-date since until till between
        std isd branchcode stdcode sim speed temperature top best over under around approx nearly almost about
        rate percent interest tv channel step option press question chapter edition volume season episode size cin-no
        vehicle car bike cab gaadi barcode zipcode postcode shortcode hsn sac mcc followers subscribers branch area country qr promo discount coupon voucher referral store stock source
    """,
    Cue.LABEL: """
        id ids no nos num number numbers nr nmbr nbr num. code-no number- #
        नंबर नम्बर संख्या क्रमांक आईडी नं न नंबर: নম্বর নাম্বার નંબર નંબર. எண் ఎண் నంబర్ నెంబర్ సంఖ్య ಸಂಖ್ಯೆ ನಂಬರ್ നമ്പർ ਨੰਬਰ نمبر namber
        nambar numbar
    """,
    Cue.GLUE: """
        is are was the a an my your our ur his her their this that me us at on to in of for via by with as it its
        and or be here given below following new now please pls plz kindly immediately directly also only just
        any time anytime urgent urgently 24x7 24/7 within regarding re dear sir madam india indian bank
        hai hain he h ka ki ke ko par pe per se mein me mai mere mera meri apna apne apni aapka aapke aapki aap tumhara ye yeh is us
        है हैं का की के को पर पे से में मेरे मेरा मेरी अपना अपने अपनी आपका आपके आपकी यह ये इस उस तथा और
        ഈ എന്ന இந்த ఈ ಈ আমার আপনার এই માટે આ உங்கள் என் మీ నా ನಿಮ್ಮ ನನ್ನ നിങ്ങളുടെ ਤੁਹਾਡਾ ਮੇਰਾ
        free office direct line full details detail name holder support team use using enter quote quoting secret security
    """,
}

CUES: dict[str, Cue] = {}
for _cue, _words in _SAID.items():
    for _word in _words.split():
        CUES.setdefault(_word, _cue)

WEAK = frozenset(
    "customer customers service services request requests agent booking bookings job client loan loans लोन post passport dl trans"
    " membership member candidate draw demand crime lucky batch session connection consumer application file kyc permit".split()
)
"""Words of REFERENCE that mean one only with a `no` or `id` behind them: agents have telephones, too."""

NEW_ITEM = frozenset("and or aur ya और या तथा एवं".split())
"""What comes behind is about something else."""

POSSESSIVE_VICTIM = frozenset(
    "your ur yours aapka aapke aapki tumhara tumhare tera tere apna apne apni registered आपका आपके आपकी अपना अपने अपनी "
    "আপনার તમારા તમારું ನಿಮ್ಮ നിങ്ങളുടെ ਤੁਹਾਡਾ ਤੁਹਾਡੇ உங்கள் మీ آپ آپکا ihr deine".split()
)
"""Whose it is: the one who reads."""

NEVER = frozenset("never don't dont mat beware avoid मत बचें सावधान".split())
"""The sender warns of what follows."""
