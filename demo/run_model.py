"""Serve the demo's model, or a real one, on a port of loopback, as Bedrock's runtime does.

python demo/run_model.py PORT [--parent PROCESS_ID] [--model BEDROCK_ID|openai:URL#MODEL] [--window TOKENS]
"""

import argparse

from local import parent
from model.server import ModelServer


def main() -> None:
    """Serve until told to stop, or until the parent ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("port", type=int)
    parser.add_argument("--parent", type=int, default=0)
    parser.add_argument("--model", default="")
    parser.add_argument("--window", type=int, default=32_000)
    options = parser.parse_args()
    server = _real(options) if options.model else ModelServer(options.port)
    parent.follow(options.parent)
    server.serve_forever()


def _real(options: argparse.Namespace) -> ModelServer:
    from model import real_model  # needs `scripts` on the path, and boto3's time to load

    return ModelServer(options.port, real_model.answers_of(options.model, options.window))


if __name__ == "__main__":
    main()
