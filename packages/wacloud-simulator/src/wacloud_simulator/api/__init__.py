"""The HTTP API by which the page and test suites drive the simulator. docs/simulator.md lists it; a test compares."""
