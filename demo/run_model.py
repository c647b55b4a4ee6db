"""Serve the demo's model on a port of loopback: `python demo/run_model.py <port> [<parent process id>]`."""

import sys

from local import parent
from model.server import ModelServer

if __name__ == "__main__":
    server = ModelServer(int(sys.argv[1]))
    parent.follow(int(sys.argv[2]) if len(sys.argv) > 2 else 0)
    server.serve_forever()
