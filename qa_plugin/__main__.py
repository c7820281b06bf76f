"""`python -m qa_plugin` is `qa-plugin`."""

from __future__ import annotations

import sys

from qa_plugin.cli import main

if __name__ == "__main__":
    sys.exit(main())
