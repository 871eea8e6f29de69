"""The process around the engine of a preview: one thread, within limits, ended by whoever started it."""

import faulthandler
import gc
import os
import resource
import select
import signal

from report.compose.pages import keep_compiled
from report.preview.engine import Engine
from report.preview.messages import Edit, Request, WebWanted, read_message, write_message
from report.sandbox import Limits


def main() -> None:
    """Answer requests from the standard input until there is no more of it."""
    # What a library prints is no answer.
    answers = os.dup(1)
    os.dup2(2, 1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if not os.environ.get("JIANBAO_DEBUG"):
        faulthandler.disable()
    limit = Limits().memory_bytes
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    keep_compiled()
    # Garbage is collected while nobody waits.
    gc.disable()
    with os.fdopen(answers, "wb", buffering=0) as stream:
        engine = Engine(lambda reply: write_message(stream, reply), answers)
        try:
            _serve(engine)
        finally:
            engine.close()


def _serve(engine: Engine) -> None:
    source = os.fdopen(0, "rb", buffering=0)
    is_clean = True
    while True:
        ready = select.select([source, *engine.children], [], [], None if is_clean else 0)[0]
        if source in ready:
            requests: list[Request] = []
            while not requests or select.select([source], [], [], 0)[0]:
                message = read_message(source)
                if not isinstance(message, Edit | WebWanted):
                    return
                requests.append(message)
            for request in _newest(requests):
                engine.answer(request)
            is_clean = False
        elif ready:
            engine.take()
            is_clean = False
        else:
            gc.collect()
            is_clean = True


def _newest(requests: list[Request]) -> list[Request]:
    """Return the requests without edits that a later one has overtaken."""
    edits = [request.number for request in requests if isinstance(request, Edit) and not request.is_trial]
    return [request for request in requests if request.number not in edits[:-1]]


if __name__ == "__main__":
    main()
