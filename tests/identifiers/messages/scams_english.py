"""Scams in English, most of them Indian."""

from . import written

SCAMS_ENGLISH = (
    written(
        "Dear SBI user, your YONO account will be blocked today. Update PAN at http://sbi-yono-kyc.top/update or call 8240961537.",
        "url http://sbi-yono-kyc.top/update", "phone +918240961537",
    ),
    written(
        "HDFC Bank: unusual login from Kolkata. If this was not you, call our security desk on +91 98310-44127 at once.",
        "phone +919831044127",
    ),
    written(
        "This is Inspector R. K. Meena, CBI. Case ID: CBI/CYB/2025/7714 is registered against your Aadhaar 6779 7904 9694. Stay on the line.",
        "reference CBI/CYB/2025/7714", "aadhaar 677979049694",
    ),
    written(
        "Your FedEx parcel AWB 771839204416 has 5 passports and 140 gm MDMA. Press 1 or contact Mumbai Customs at 022-6140 8833.",
        "reference 771839204416", "phone +912261408833",
    ),
    written(
        "Pay customs duty of Rs. 7,850/- to UPI customs.clear@okicici within 2 hours or the parcel is seized.",
        "amount INR 7850", "upi customs.clear@okicici",
    ),
    written(
        "Congratulations!! You won Rs.25 Lakh in KBC lucky draw. Lottery No. KBC-8891-B. WhatsApp Mr Rana Pratap: 70041 88219",
        "amount INR 2500000", "reference KBC-8891-B", "phone +917004188219",
    ),
    written(
        "KBC head office: deposit GST of 18,500 rupees in A/c no 33021877654, IFSC SBIN0001234, name Ajay Kumar.",
        "amount INR 18500", "bank_account 33021877654", "ifsc SBIN0001234",
    ),
    written(
        "Electricity power will be disconnected tonight at 9.30 pm. Consumer No. 1029384756. Call officer Devesh 9064417382 immediately.",
        "reference 1029384756", "phone +919064417382",
    ),
    written(
        "Dear customer your bill for last month was not updated. Install QuickSupport and pay Rs 10 only. Helpline 87770 21934",
        "remote_tool quicksupport", "amount INR 10", "phone +918777021934",
    ),
    written(
        "Part time job! Like YouTube videos and earn Rs 3000-5000 daily. Contact HR Anita on Telegram @anita_hr_global",
        "amount INR 3000", "amount INR 5000", "telegram @anita_hr_global",
    ),
    written(
        "Work from home data entry, salary 28k per month. Registration fee ₹1,499 to jobsindia.hr@ybl. Visit dataentry-jobs.online",
        "amount INR 28000", "amount INR 1499", "upi jobsindia.hr@ybl", "url dataentry-jobs.online",
    ),
    written(
        "You are selected for Amazon warehouse. Interview link https://wa.me/919733018842?text=job. No experience needed.",
        "whatsapp +919733018842",
    ),
    written(
        "Instant loan approved 2 lakh at 1% interest. Processing fee Rs.2,199. Send to 9733551208@paytm",
        "amount INR 200000", "amount INR 2199", "upi 9733551208@paytm",
    ),
    written(
        "Your loan EMI is overdue. Pay Rs 4650 now at bit.ly/3rEpayN else photos will be sent to contacts.",
        "amount INR 4650", "url bit.ly/3rEpayN",
    ),
    written(
        "Income Tax refund of INR 15,490 approved for PAN BKZPS4471L. Claim: https://incometax-refund.gov-in.xyz/claim?id=77",
        "amount INR 15490", "pan BKZPS4471L", "url https://incometax-refund.gov-in.xyz/claim?id=77",
    ),
    written(
        "Your refund request RF-220918 is ready. Download AnyDesk and share the 9 digit code with our executive on 1800 572 9034.",
        "reference RF-220918", "remote_tool anydesk", "phone +9118005729034",
    ),
    written(
        "Sir open any desk app, your address is 548 220 917, tell me when connected.",
        "remote_tool anydesk", "reference 548220917",
    ),
    written(
        "I am calling from Microsoft. Your licence is expired. Please download TeamViewer from teamviewer.com and give me ID 1 204 558 731",
        "remote_tool teamviewer", "url teamviewer.com", "reference 1204558731",
    ),
    written(
        "Insurance bonus of Rs. 1,84,500 on policy no. LIC-554102887 will lapse. Call Ms Kavita 8130044976, pay via kavita.bonus@okaxis",
        "amount INR 184500", "reference LIC-554102887", "phone +918130044976", "upi kavita.bonus@okaxis",
    ),
    written(
        "Share the OTP 660412 you just received to cancel the transaction of Rs 49,999.",
        "otp 660412", "amount INR 49999",
    ),
    written(
        "We have sent a code to your phone. Read it out, it is 6 digits. Do not tell anyone else.",
    ),
    written(
        "Your card 4500 1917 9933 5710 is suspended. Confirm CVV and expiry to reactivate.",
        "card 4500191799335710",
    ),
    written(
        "Credit card reward 9,850 points expire today! Redeem at www.hdfc-rewardz.in/redeem?card=hdfc",
        "url www.hdfc-rewardz.in/redeem?card=hdfc",
    ),
    written(
        "Army officer here. I will pay advance for your sofa. Scan QR and enter PIN, Rs 12,000 will come. My Paytm is 7086612340",
        "amount INR 12000", "phone +917086612340",
    ),
    written(
        "Send 1 rupee to sale.olx@axl for verification then I transfer Rs.12500 to you",
        "amount INR 1", "upi sale.olx@axl", "amount INR 12500",
    ),
    written(
        "Join our VIP stock group: https://chat.whatsapp.com/JkL9sX2bQw8ZrT5uVn1Ymc 300% profit guaranteed by Prof. Arun",
        "whatsapp chat.whatsapp.com/JkL9sX2bQw8ZrT5uVn1Ymc",
    ),
    written(
        "Invest 10000 and get 30000 in 7 days. Account: 50200061234418 IFSC HDFC0000456 (Nova Traders)",
        "amount INR 10000", "amount INR 30000", "bank_account 50200061234418", "ifsc HDFC0000456",
    ),
    written(
        "Send 0.15 BTC to 12dyzkHLaoy6sUr8fKDUuoAgsfTMyiiuiC to unlock your withdrawal of $48,200.",
        "amount BTC 0.15", "btc 12dyzkHLaoy6sUr8fKDUuoAgsfTMyiiuiC", "amount USD 48200",
    ),
    written(
        "Deposit USDT 500 ERC20 address 0x71C7656EC7ab88b098defB751B7401B5f6d8976F and mail txn to support@trade-nova.io",
        "amount USDT 500", "eth 0x71C7656EC7ab88b098defB751B7401B5f6d8976F", "email support@trade-nova.io",
    ),
    written(
        "I hacked your webcam. Transfer $1,450 in bitcoin to bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq within 48 hours.",
        "amount USD 1450", "btc bc1qar0srrr7xfkvy5l643lydnw9re59gtzzwf5mdq",
    ),
    written(
        "Hi dear, I am Dr. Mark in Syria. My box with $2.5 million is with the courier. Pay clearing £650 to agent, email mark.unmission@yahoo.com",
        "amount USD 2500000", "amount GBP 650", "email mark.unmission@yahoo.com",
    ),
    written("Hello, is this Priya? It's Chen Li from the yoga class. Oh sorry, wrong number! Nice to meet you anyway."),
    written(
        "Mum it's me, phone is broken. This is my new number +44 7700 900461, can you text me? I need £1,240 for rent",
        "phone +447700900461", "amount GBP 1240",
    ),
    written(
        "pls send to sort code 20-45-77 account 73920184 name J Harper, will pay u back tomorrow. 1240 pounds",
        "bank_account 73920184", "amount GBP 1240",
    ),
    written(
        "Evri: your parcel could not be delivered. Pay the £1.45 fee at evri-redelivery.uk-track.com/pay",
        "amount GBP 1.45", "url evri-redelivery.uk-track.com/pay",
    ),
    written(
        "USPS: package 9400111899562537624112 is on hold, confirm address usps.track-parcel.top/i",
        "url usps.track-parcel.top/i", "reference 9400111899562537624112",
    ),
    written(
        "IRS final notice. Case number IR-55821. You owe $3,812.40. Call (202) 555-0148 now to avoid arrest.",
        "reference IR-55821", "amount USD 3812.40", "phone +12025550148",
    ),
    written(
        "Your Amazon Prime renews for $149.99. To cancel call 1-888-555-0173 Order #112-7741820-5538214",
        "amount USD 149.99", "phone +18885550173", "reference 112-7741820-5538214",
    ),
    written(
        "E-ZPass: unpaid toll $6.99. Settle at https://e-zpass-ny.bill-due.cc to avoid $50 late fee",
        "amount USD 6.99", "url https://e-zpass-ny.bill-due.cc", "amount USD 50",
    ),
    written(
        "Alert from GTBank: BVN blocked. Send N5,000 to 0123456789 GTB to reactivate or call 0803 123 4567",
        "amount NGN 5000", "phone +2348031234567", "bank_account 0123456789",
    ),
    written(
        "MPESA: You have received Ksh 4,500 by mistake. Please send back to 0712 345 678",
        "amount KES 4500", "phone +254712345678",
    ),
    written(
        "Kindly remit EUR 2.300 hold on, that is €2,300, to IBAN DE44 5001 0517 5407 3249 31 today",
        "amount EUR 2300", "bank_account DE44500105175407324931",
    ),
    written(
        "Singpass suspended. Verify at singpass-gov.sg-login.com or WhatsApp +65 8123 4567",
        "url singpass-gov.sg-login.com", "phone +6581234567",
    ),
    written(
        "You have been added to trading group t.me/+Qx7LmP2sKd4zYTk1, first deposit 500 USDT",
        "telegram t.me/+Qx7LmP2sKd4zYTk1", "amount USDT 500",
    ),
    written(
        "hxxps://icici[.]netbanking-alert[.]com/login — verify within 24 hours sir",
        "url https://icici.netbanking-alert.com/login",
    ),
    written(
        "Update KYC on paytm-kyc dot in or your wallet balance ₹8,214.50 will be frozen",
        "url paytm-kyc.in", "amount INR 8214.50",
    ),
    written(
        "Mail documents to loan.approve(at)hdfc-finserv(dot)com, charges Rs 999",
        "email loan.approve@hdfc-finserv.com", "amount INR 999",
    ),
    written(
        "call me on nine eight three one double four zero two one seven for job details",
        "phone +919831440217",
    ),
    written("Contact: 9-8-3-1-0-4-4-1-2-7 (no WhatsApp)", "phone +919831044127"),
    written("My no is 98310 44I27, U can call anytime for the Ioan", "phone +919831044127"),
    written("Ｃａｌｌ ９８３１０４４１２７ for KYC", "phone +919831044127"),
    written("Pay to ramesh at okaxis, amount 2500 only", "upi ramesh@okaxis", "amount INR 2500"),
    written(
        "TRAI notice: all your mobile numbers will be disconnected in 2 hrs. Complaint no TRAI/2025/00917. Press 9 to talk to officer.",
        "reference TRAI/2025/00917",
    ),
    written(
        "Your son Rohit is arrested in a rape case. FIR No. 123/2025, PS Saket. Send Rs 50k to 9810277345 by GPay to settle.",
        "reference 123/2025", "amount INR 50000", "phone +919810277345",
    ),
    written(
        "RBI officer ID no. RBI-44821. Transfer the entire balance to the secure account 918020034567812, IFSC UTIB0000045 for audit.",
        "reference RBI-44821", "bank_account 918020034567812", "ifsc UTIB0000045",
    ),
    written(
        "Netflix: payment failed. Update card at netfIix-billing.com/account",
        "url netfiix-billing.com/account",
    ),
    written("PM Kisan 17th installment Rs 2000 pending. Download pmkisan.apk from https://pm-kisan.site/app", "amount INR 2000", "url https://pm-kisan.site/app"),
    written(
        "Fastag KYC expired. Call FASTAG care 033 4060 1122 or click tinyurl.com/fastagkyc9",
        "phone +913340601122", "url tinyurl.com/fastagkyc9",
    ),
    written(
        "Digital arrest order: warrant no. ED/PMLA/5521. Join Skype call and keep Rs 98,000 ready for verification in account 1234 5678 9012 34.",
        "reference ED/PMLA/5521", "amount INR 98000", "bank_account 12345678901234",
    ),
    written(
        "Airtel 5G sim upgrade: reply with code 20482 or share the OTP on call from 121-like number.",
        "otp 20482",
    ),
    written("Dear, use gift cards. Buy 3 Google Play cards of ₹5,000 each and send me the codes on @gift_exchange99 in telegram", "amount INR 5000", "telegram @gift_exchange99"),
    written("Visit our site at 103.44.12.9/sbi/login and enter user id", "url 103.44.12.9/sbi/login"),
    written("Matrimony match Neha: my gift box customs fee is $800 or 65000 rupees, agent number is +91-11-4153-2270", "amount USD 800", "amount INR 65000", "phone +911141532270"),
    written("Get RTO challan details at https://echallan-parivahan.online/pay. Challan No: DL4521900876. Fine Rs.500", "url https://echallan-parivahan.online/pay", "reference DL4521900876", "amount INR 500"),
    written("Your Jio number gets 5 crore prize from WhatsApp company, batch no JW/2288, send Rs.15,200 file charge", "amount INR 50000000", "reference JW/2288", "amount INR 15200"),
    written("Win iPhone 15 for Rs 1! flipkart-bigsale.shop/win Offer ends in 10 min", "amount INR 1", "url flipkart-bigsale.shop/win"),
    written("Dear taxpayer GSTIN 27AAXPK7692F1ZW is cancelled. Call Adv. Mehra on 099 8765 4321", "gstin 27AAXPK7692F1ZW", "phone +919987654321"),
    written("Give me remote access: install RustDesk, then Zoho Assist if it fails", "remote_tool rustdesk", "remote_tool zoho assist"),
    written("Apply for visa slot, embassy fee USD 185, reference VZ88-201-7A, mail: slots@us-embassy-india.com", "amount USD 185", "reference VZ88-201-7A", "email slots@us-embassy-india.com"),
    written("Subscribe and get Rs.150 per task. Receptionist: @Task_Desk_Riya (Telegram only)", "amount INR 150", "telegram @task_desk_riya"),
)  # fmt: skip
