"""Who places calls, speaks and listens for us: Twilio, and what speaks its webhooks and its TwiML."""
