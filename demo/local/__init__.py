"""A local AWS for the demo and the end-to-end tests: ministack, with the gaps closed that alarms need."""
