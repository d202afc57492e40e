"""Names that scammers borrow, with the domains that are truly theirs.

A line is `Name | names as they stand in hosts | true domains`. A name of up to four letters counts only where it stands by
itself (`sbi-kyc.xyz`), a longer one inside of a label, too (`myhdfcbanklogin.top`).
"""

from dataclasses import dataclass

_TABLE = """
State Bank of India | sbi onlinesbi yono yonosbi sbicard sbiyono statebank | sbi.co.in onlinesbi.com onlinesbi.sbi sbi sbicard.com sbiyono.sbi sbilife.co.in sbimf.com bank.sbi sbigeneral.in yonosbi.com sbicards.com sbi.bank.in
HDFC Bank | hdfc hdfcbank | hdfcbank.com hdfc.com hdfclife.com hdfcergo.com hdfcsec.com hdfcfund.com hdfcbank.net hdfc.bank.in hdfcsales.com hdfcbk.io
ICICI Bank | icici icicibank imobile | icicibank.com icicidirect.com iciciprulife.com icicilombard.com icici.bank.in icicipruamc.com
Axis Bank | axisbank | axisbank.com axisbank.co.in axis.bank.in axismf.com axisdirect.in
Kotak Mahindra Bank | kotak kotakbank | kotak.com kotak.bank.in kotak811.com kotaksecurities.com kotaklife.com
Punjab National Bank | pnb pnbindia | pnbindia.in netpnb.com pnb.bank.in pnbmetlife.com
Bank of Baroda | bankofbaroda bobworld barodabank | bankofbaroda.in bankofbaroda.com bobibanking.com bankofbaroda.bank.in bobworld.in
Canara Bank | canarabank canara | canarabank.com canarabank.in canara.bank.in
Union Bank of India | unionbank | unionbankofindia.co.in unionbankonline.co.in unionbankofindia.bank.in
UnionBank of the Philippines | unionbankph | unionbankph.com
Bank of India | bankofindia | bankofindia.co.in bankofindia.bank.in
Indian Bank | indianbank | indianbank.in indianbank.net.in indianbank.bank.in
IndusInd Bank | indusind | indusind.com indusind.bank.in
IDFC First Bank | idfc idfcfirst idfcfirstbank | idfcfirstbank.com idfcfirst.bank.in
IDBI Bank | idbi idbibank | idbibank.in idbibank.com idbi.bank.in
Yes Bank | yesbank | yesbank.in yes.bank.in
RBL Bank | rblbank | rblbank.com rbl.bank.in
Federal Bank | federalbank | federalbank.co.in federal.bank.in
AU Small Finance Bank | aubank | aubank.in au.bank.in
Reserve Bank of India | rbi reservebank | rbi.org.in rbi.gov.in rbiretaildirect.org.in
NPCI | npci bhimupi | npci.org.in bhimupi.org.in upichalega.com
Paytm | paytm | paytm.com paytmbank.com paytmmall.com paytm.in paytmmoney.com paytm.me
PhonePe | phonepe phonepay | phonepe.com phon.pe
Google | google gmail googlepay gpay | google.com google.co.in gmail.com goo.gl g.co youtube.com google.co.uk googleapis.com withgoogle.com pay.google.com googlemail.com
Mobikwik | mobikwik | mobikwik.com
BharatPe | bharatpe | bharatpe.com bharatpe.in
Razorpay | razorpay | razorpay.com rzp.io
CRED | credclub | cred.club
Bajaj Finserv | bajajfinserv bajajfinance bajaj | bajajfinserv.in bajajfinservlending.in bajajfinservmarkets.in bajajfinservhealth.in bajajallianz.com bajajauto.com
Tata | tatacapital tatacliq tataneu | tatacapital.com tatacliq.com tataneu.com tatamotors.com tata.com
LIC | lic licindia licpolicy | licindia.in licindia.com licmf.com lichousing.com licpremium.in
PolicyBazaar | policybazaar | policybazaar.com
Zerodha | zerodha | zerodha.com
Groww | groww | groww.in
Upstox | upstox | upstox.com
Angel One | angelone angelbroking | angelone.in angelbroking.com
Amazon | amazon | amazon.com amazon.in amazon.co.uk amazon.de amazon.sg amazonaws.com amzn.to amzn.in a.co amazonpay.in amazon.jobs media-amazon.com aboutamazon.com amazon.co amazon.ca amazon.com.au primevideo.com amazonlogistics.com
Flipkart | flipkart | flipkart.com fkrt.it fkrt.co flipkart.in flipkartcareers.com
Myntra | myntra | myntra.com
Meesho | meesho | meesho.com
Snapdeal | snapdeal | snapdeal.com
Ajio | ajio | ajio.com
Nykaa | nykaa | nykaa.com
BigBasket | bigbasket | bigbasket.com
Jio | jio jiomart reliancejio | jio.com jiomart.com jiofinance.com relianceretail.com ril.com jiocinema.com jio.in
Airtel | airtel | airtel.in airtel.com airtelbank.com airtelpaymentsbank.com i.airtel.in airtel.tv airtelworld.com
Vi | vodafone myvi | myvi.in vodafone.com vodafone.in vodafoneidea.com vodafone.co.uk vodafone.de
BSNL | bsnl | bsnl.co.in bsnl.in
India Post | indiapost indianpost postoffice | indiapost.gov.in ippbonline.com ippbonline.in indiapostgdsonline.gov.in
Blue Dart | bluedart | bluedart.com
DTDC | dtdc | dtdc.com dtdc.in
Delhivery | delhivery | delhivery.com
Ekart | ekart ekartlogistics | ekartlogistics.com
Ecom Express | ecomexpress | ecomexpress.in
FedEx | fedex | fedex.com
DHL | dhl | dhl.com dhl.de dhl.co.in dhl.co.uk
UPS | ups | ups.com
USPS | usps | usps.com usps.gov
Royal Mail | royalmail | royalmail.com parcelforce.com
Evri | evri myhermes hermesparcel | evri.com myhermes.co.uk hermesworld.com
DPD | dpd | dpd.co.uk dpd.com dpd.de
SingPost | singpost | singpost.com
Income Tax Department | incometax incometaxindia efiling itdept | incometax.gov.in incometaxindia.gov.in incometaxindiaefiling.gov.in
UIDAI | uidai aadhaar aadhar | uidai.gov.in
EPFO | epfo epfindia uan | epfindia.gov.in epfindia.com
GST | gst gstn | gst.gov.in
Parivahan | parivahan echallan mparivahan | parivahan.gov.in
IRCTC | irctc | irctc.co.in irctc.com irctctourism.com
PM Kisan | pmkisan | pmkisan.gov.in
DigiLocker | digilocker | digilocker.gov.in digilocker.meripehchaan.gov.in
CBI | cbi cybercrime | cbi.gov.in cybercrime.gov.in
Passport Seva | passportindia passportseva | passportindia.gov.in
FASTag | fastag nhai ihmcl | nhai.gov.in ihmcl.co.in nhai.org
TRAI | trai | trai.gov.in
MSEDCL | msedcl mahadiscom mahavitaran | mahadiscom.in
BSES | bses bsesdelhi | bsesdelhi.com
Tata Power | tatapower | tatapower.com tatapower-ddl.com
IRS | irs | irs.gov
Social Security | socialsecurity ssa | ssa.gov
E-ZPass | ezpass ezdrive sunpass fastrak | e-zpassny.com ezpassmd.com sunpass.com ezdrivema.com bayareafastrak.org ezpassnj.com thetollroads.com
HMRC | hmrc | gov.uk service.gov.uk hmrc.gov.uk
NHS | nhs | nhs.uk nhs.net
DVLA | dvla | gov.uk
Singpass | singpass | singpass.gov.sg
Netflix | netflix | netflix.com
Hotstar | hotstar jiohotstar | hotstar.com
Spotify | spotify | spotify.com
Apple | apple icloud appleid itunes | apple.com icloud.com itunes.com apple.co
Microsoft | microsoft office365 outlook windowsdefender | microsoft.com microsoftonline.com office.com live.com outlook.com windows.com office365.com
Facebook | facebook metaverified | facebook.com fb.com fb.me meta.com
Instagram | instagram | instagram.com
WhatsApp | whatsapp | whatsapp.com whatsapp.net wa.me
Telegram | telegram | telegram.org telegram.me t.me
LinkedIn | linkedin | linkedin.com lnkd.in
Adobe | adobe | adobe.com
Norton | nortonlifelock geeksquad | norton.com nortonlifelock.com geeksquad.com
McAfee | mcafee | mcafee.com
PayPal | paypal | paypal.com paypal.me paypal.co.uk
eBay | ebay | ebay.com ebay.co.uk ebay.in ebay.de
Walmart | walmart | walmart.com
Bank of America | bankofamerica bofa | bankofamerica.com bofa.com
Chase | chase chasebank | chase.com jpmorganchase.com
Wells Fargo | wellsfargo | wellsfargo.com
Citibank | citibank citi | citi.com citibank.com citibank.co.in citi.bank.in citi.co.in citi.asia
American Express | americanexpress amex | americanexpress.com amex.co americanexpress.in aexp.com
Capital One | capitalone | capitalone.com
Venmo | venmo | venmo.com
Cash App | cashapp | cash.app cashapp.com
Zelle | zelle | zellepay.com
HSBC | hsbc | hsbc.com hsbc.co.in hsbc.co.uk hsbc.bank.in
Barclays | barclays barclaycard | barclays.co.uk barclays.com barclaycard.co.uk barclays.in
Lloyds Bank | lloyds lloydsbank | lloydsbank.com lloydsbank.co.uk lloydsbankinggroup.com
NatWest | natwest | natwest.com
Santander | santander | santander.co.uk santander.com santander.de
Monzo | monzo | monzo.com monzo.me
Revolut | revolut | revolut.com revolut.me
Standard Chartered | standardchartered | sc.com standardchartered.com
DBS Bank | dbs posb dbsbank | dbs.com dbs.com.sg posb.com.sg dbs.bank.in
OCBC | ocbc | ocbc.com
UOB | uob | uob.com.sg uobgroup.com
GTBank | gtbank guarantytrust | gtbank.com gtbank.com.ng
Access Bank | accessbank | accessbankplc.com
Zenith Bank | zenithbank | zenithbank.com
M-Pesa | mpesa safaricom | safaricom.co.ke safaricom.com
Equity Bank | equitybank | equitybank.co.ke equitybankgroup.com
Deutsche Bank | deutschebank | deutsche-bank.de db.com
Sparkasse | sparkasse | sparkasse.de
Postbank | postbank | postbank.de
Binance | binance | binance.com binance.us bnbchain.org
Coinbase | coinbase | coinbase.com
CoinDCX | coindcx | coindcx.com
WazirX | wazirx | wazirx.com
MetaMask | metamask | metamask.io
Trust Wallet | trustwallet | trustwallet.com
Blockchain.com | blockchainwallet | blockchain.com
Naukri | naukri | naukri.com
Shein | shein | shein.com
Booking.com | bookingcom | booking.com
MakeMyTrip | makemytrip | makemytrip.com
Swiggy | swiggy | swiggy.com
Zomato | zomato | zomato.com
Ola | olacabs | olacabs.com olaelectric.com
Uber | uber | uber.com ubereats.com
"""


@dataclass(frozen=True, slots=True)
class Brand:
    name: str
    tokens: tuple[str, ...]
    domains: tuple[str, ...]


def _read(line: str) -> Brand:
    name, tokens, domains = (part.strip() for part in line.split("|"))
    return Brand(name, tuple(tokens.split()), tuple(domains.split()))


BRANDS = tuple(_read(line) for line in _TABLE.strip().splitlines())
TRUE_DOMAINS = frozenset(domain for brand in BRANDS for domain in brand.domains)
OFFICIAL_SUFFIXES = (
    "gov.in",
    "nic.in",
    "gov.uk",
    "gov.sg",
    "gov.ng",
    "go.ke",
    "gov",
    "mil",
    "bank.in",
    "fin.in",
    "sbi",
    "bank",
)
"""Suffixes that only who is vetted gets."""
