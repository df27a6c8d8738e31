"""The private container: the push subscription calls it; it decides what to answer and answers through the Graph API.

Read it in the order in which a message passes:

main.py                 puts the service together
routes.py               its HTTP: push_auth.py checks the caller, push.py opens Pub/Sub's envelope
runner.py               takes one message through the protocol, under a lease that heartbeat.py renews
protocol/machine.py     says what follows from what: the reply protocol, pure
deciding.py             asks the bot, on the conversation of conversations.py
outbox.py               what is written down about a message
sending.py              sends through the Graph API
publishing.py           publishes the bot's events
statuses_and_echoes.py  takes what is never answered
delivery_result.py      names what became of a push
"""
