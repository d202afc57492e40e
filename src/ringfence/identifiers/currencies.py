"""How currencies and multiples are written."""

CURRENCY_OF = {
    spelling: code
    for code, spellings in {
        "INR": "₹ rs inr re rupee rupees rupaye rupay rupya rupaya rupiya rupaiya rupye rps रु रू रुपये रुपए रुपया रुपयों रुपयो रूपये रूपए "
        "টাকা রুপি ટકા રૂપિયા રૂ ரூ ரூபாய் రూ రూపాయలు రూపాయల ರೂ ರೂಪಾಯಿ രൂപ ਰੁਪਏ ਰੁਪਏ روپے روپئے rupees/- रुपै",
        "USD": "$ us$ usd dollar dollars bucks $usd",
        "GBP": "£ gbp pound pounds quid",
        "EUR": "€ eur euro euros",
        "NGN": "₦ ngn naira",
        "KES": "ksh kshs kes",
        "SGD": "s$ sgd sg$",
        "PHP": "₱ php pesos",
        "BRL": "r$ brl",
        "AED": "aed dirham dirhams dhs",
        "AUD": "a$ aud au$",
        "CAD": "c$ cad ca$",
        "NZD": "nz$ nzd",
        "HKD": "hk$ hkd",
        "PKR": "pkr",
        "BDT": "৳ bdt taka",
        "LKR": "lkr",
        "NPR": "npr",
        "MYR": "rm myr ringgit",
        "ZAR": "zar rand",
        "GHS": "₵ ghs gh₵ cedis",
        "UGX": "ugx",
        "TZS": "tzs tsh tshs",
        "RWF": "rwf",
        "XOF": "fcfa xof cfa",
        "SAR": "sar riyal riyals",
        "QAR": "qar",
        "KWD": "kwd",
        "OMR": "omr",
        "BHD": "bhd",
        "JPY": "jpy yen",
        "CNY": "cny rmb yuan",
        "CHF": "chf",
        "ETB": "etb birr",
        "AMD": "amd",
        "EGP": "egp",
        "JOD": "jod",
        "RUB": "₽ rub",
        "KRW": "krw",
        "MXN": "mxn",
        "ZMW": "zmw",
        "THB": "thb baht ฿",
        "IDR": "idr rp",
        "VND": "vnd",
        "BTC": "btc bitcoin bitcoins ₿",
        "ETH": "eth ether ethereum",
        "USDT": "usdt tether",
        "USDC": "usdc",
        "BNB": "bnb",
        "SOL": "sol",
        "XRP": "xrp",
        "TRX": "trx",
        "LTC": "ltc",
        "DOGE": "doge",
    }.items()
    for spelling in spellings.split()
}
CRYPTO = frozenset("BTC ETH USDT USDC BNB SOL XRP TRX LTC DOGE".split())
TIMES = {
    "k": 1_000, "thousand": 1_000, "thousands": 1_000, "hazar": 1_000, "hazaar": 1_000, "hajar": 1_000, "हजार": 1_000, "हज़ार": 1_000,
    "hundred": 100, "sau": 100, "सौ": 100, "হাজার": 1_000, "હજાર": 1_000, "ஆயிரம்": 1_000, "వేల": 1_000,
    "lakh": 100_000, "lakhs": 100_000, "lac": 100_000, "lacs": 100_000, "लाख": 100_000, "lkh": 100_000, "লাখ": 100_000, "লক্ষ": 100_000,
    "લાખ": 100_000, "லட்சம்": 100_000, "లక్షలు": 100_000, "లక్షల": 100_000, "ಲಕ್ಷ": 100_000, "ലക്ഷം": 100_000, "ਲੱਖ": 100_000, "l": 100_000,
    "crore": 10_000_000, "crores": 10_000_000, "cr": 10_000_000, "करोड़": 10_000_000, "करोड": 10_000_000, "karod": 10_000_000,
    "কোটি": 10_000_000, "કરોડ": 10_000_000, "கோடி": 10_000_000, "కోట్లు": 10_000_000, "ಕೋಟಿ": 10_000_000, "കോടി": 10_000_000,
    "m": 1_000_000, "mn": 1_000_000, "million": 1_000_000, "millions": 1_000_000, "mio": 1_000_000,
    "b": 1_000_000_000, "bn": 1_000_000_000, "billion": 1_000_000_000,
}  # fmt: skip
INDIAN_TIMES = frozenset(
    word
    for word, times in TIMES.items()
    if (times in (100_000, 10_000_000) and len(word) > 1)
    or (times == 1_000 and word not in ("k", "thousand", "thousands"))
)
LETTER_TIMES = frozenset({"l", "m", "b"})
"""Letters that multiply only behind a currency."""
