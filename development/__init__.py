"""The whole system on one machine, on Google's own emulators: `make run`. Never part of a container."""
