"""What a message is taken for, and what kinds of scams there are."""

from enum import StrEnum


class Label(StrEnum):
    LEGIT = "legit"
    PROMO = "promo"
    """Advertising of a known sender."""
    SCAM = "scam"


class ScamType(StrEnum):
    BANK_IMPERSONATION = "bank_impersonation"
    UPI_FRAUD = "upi_fraud"
    PHISHING_LINK = "phishing_link"
    KYC = "kyc"
    OTP_THEFT = "otp_theft"
    JOB = "job"
    LOTTERY = "lottery"
    ELECTRICITY_BILL = "electricity_bill"
    GOVERNMENT_SCHEME = "government_scheme"
    CRYPTO_INVESTMENT = "crypto_investment"
    CUSTOMS_PARCEL = "customs_parcel"
    DELIVERY = "delivery"
    TECH_SUPPORT = "tech_support"
    LOAN = "loan"
    INCOME_TAX = "income_tax"
    REFUND = "refund"
    INSURANCE = "insurance"
    ROMANCE = "romance"
    INVESTMENT = "investment"
    DIGITAL_ARREST = "digital_arrest"
    FAMILY_EMERGENCY = "family_emergency"
    """Also "hey mum"."""
    WRONG_NUMBER_OPENING = "wrong_number_opening"
    ROBOCALL_SALES = "robocall_sales"
    OTHER = "other"

    @classmethod
    def read(cls, text: str) -> "ScamType":
        """Of today's spelling or that of older systems. Raises ValueError."""
        return cls(_OLDER.get(text, text))


_OLDER = {
    "lottery_scam": "lottery",
    "job_scam": "job",
    "banking_scam": "bank_impersonation",
    "investment_scam": "investment",
    "loan_scam": "loan",
    "government_scam": "government_scheme",
    "delivery_scam": "delivery",
    "tech_support_scam": "tech_support",
    "romance_scam": "romance",
    "crypto_scam": "crypto_investment",
}
