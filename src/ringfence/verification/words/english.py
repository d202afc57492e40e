"""English."""

from ringfence.verification.words.spoken import Question, Words

_YES_NO = ("yes", "no", "yeah", "nope")
_SAY_YES_NO = "Say yes or press 1. Say no or press 2."
_PRESS_YES_NO = "Press 1 for yes. Press 2 for no."

ENGLISH = Words(
    voice="en-IN",
    unrecorded="This call is not recorded.",
    start=Question(
        ("Hello. This is an automated call from {bank}.",),
        "Am I speaking with {name}?",
        _SAY_YES_NO,
        _PRESS_YES_NO,
        ("yes", "no", "speaking", "wrong number", "yeah", "nope"),
    ),
    consent=Question(
        (),
        "For your safety and ours we would like to record this call. May we?",
        _SAY_YES_NO,
        _PRESS_YES_NO,
        _YES_NO,
    ),
    authorised=Question(
        (
            "Thank you. We call about a payment.",
            "Your reference is {reference}. You can hang up at any time, call the number on the back of your card, "
            "and quote it.",
            "We will never ask for your PIN, your one-time password or your CVV.",
        ),
        "Did you make a payment of {amount} at {merchant} on {day} with your card ending in {last_four}?",
        _SAY_YES_NO,
        _PRESS_YES_NO,
        _YES_NO,
    ),
    shared=Question(
        ("Thank you. We will treat this payment as fraud.",),
        "Have you told anybody your card details, or a one-time password?",
        _SAY_YES_NO,
        _PRESS_YES_NO,
        _YES_NO,
    ),
    others=Question(
        (),
        "Are there other payments that you did not make?",
        _SAY_YES_NO,
        _PRESS_YES_NO,
        _YES_NO,
    ),
    blocked="Your bank will block this card, so that nobody can pay with it.",
    kind_of_card=Question(
        (),
        "Would you like a physical card in its place, or a virtual one?",
        "Say physical or press 1. Say virtual or press 2.",
        "Press 1 for a physical card. Press 2 for a virtual one.",
        ("physical", "virtual"),
    ),
    physical="A new card will be sent to the address that your bank has.",
    virtual_meanwhile="Until it arrives you can use a virtual card, which you will find in your bank's app.",
    confirmed="Your case is confirmed. Your reference is {reference}. Thank you, and goodbye.",
    virtual="You will find a virtual card in your bank's app. Your case is confirmed. Your reference is {reference}. "
    "Thank you, and goodbye.",
    resolved="Thank you. We have noted that this payment is yours. If that is not so, call the number on the back of "
    "your card. Goodbye.",
    fraud="We treat this payment as fraud, and your bank will block the card. For more, call the number on the back of "
    "your card and quote {reference}. Goodbye.",
    coached="Thank you. If anybody is telling you what to say, do not listen to them. Please hang up, and call the "
    "number on the back of your card from another phone. Goodbye.",
    wrong_person="We are sorry to have troubled you. There is nothing that you have to do. Goodbye.",
    unverified="We could not settle this by phone. Please call the number on the back of your card and quote "
    "{reference}. Goodbye.",
    voicemail="This is a message from {bank} for {name}. Please call the number on the back of your card and quote the "
    "reference {reference}. We will never ask for a PIN or a password. Thank you.",
    missed="{bank} tried to call {name}. Please call the number on the back of your card and quote reference "
    "{reference}. We never ask for a PIN or a password, and never send a link.",
    transfer="Please hold the line. We put you through to a colleague.",
    nobody_free="We are sorry, none of our colleagues is free at the moment.",
    not_understood="Sorry, that was not clear.",
    keys_only="Please answer with the keys of your phone.",
    months=tuple(
        "January February March April May June July August September October November December".split()
    ),
    currencies={
        "INR": (("rupee", "rupees"), ("paisa", "paise")),
        "USD": (("dollar", "dollars"), ("cent", "cents")),
        "GBP": (("pound", "pounds"), ("penny", "pence")),
        "EUR": (("euro", "euros"), ("cent", "cents")),
        "SGD": (("Singapore dollar", "Singapore dollars"), ("cent", "cents")),
        "AUD": (("Australian dollar", "Australian dollars"), ("cent", "cents")),
        "AED": (("dirham", "dirhams"), ("fils", "fils")),
        "NGN": (("naira", "naira"), ("kobo", "kobo")),
        "KES": (("shilling", "shillings"), ("cent", "cents")),
    },
    joint=" and ",
)
