"""What stays in memory as long as the process: tables of words, modules, an opened index."""

from __future__ import annotations

import gc


def keep_tables() -> None:
    """Let the garbage collector pass over all that is in memory now, once a question was answered.

    Some 200,000 objects stay for good once a question was answered; to walk over them, as the collector does after some
    tens of questions, takes a fifth of a second in which nothing else runs. What comes later is collected as ever. The
    collector is the whole process's, so this is for who runs the process, and nothing in the library calls it: the
    command line does before the second answer of a file of questions, and of a conversation.
    """
    gc.collect()
    gc.freeze()
