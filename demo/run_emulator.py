"""Entry point of the local AWS: this file's folder, and nothing else of the project, is on its path."""

from local.emulator import main

if __name__ == "__main__":
    main()
