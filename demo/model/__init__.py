"""A small deterministic model that speaks Converse: it asks for real tool calls and reads the answers.

It stands in for Bedrock in the local demo and in the end-to-end tests. It reasons by rules about error
messages, metrics, configuration and recent changes; it knows nothing of the demo's scenarios.
"""
