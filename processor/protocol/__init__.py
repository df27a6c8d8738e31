"""The reply protocol as a pure machine: every message is answered once, whatever crashes.

reply.py    one reply and its life: which status follows which
entry.py    what is written down about one message of the topic
events.py   what can happen, and the effects that follow
policy.py   durations, and what follows from a refusal of Meta's
machine.py  step(entry, event, now, policy) -> (entry, effects), in one table

Nothing here reads a clock, waits or sends.  processor/runner.py carries the effects out; tests/unit/protocols searches
every order of events on this code.
"""
