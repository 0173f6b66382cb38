"""The packages that sentence embeddings are made from, fetched where they are missing; a run never does this."""

from __future__ import annotations

import importlib
import os
from importlib.util import find_spec

from triage.environment.faults import SetupFault
from triage.environment.place import find_place
from triage.environment.setup.prepare import prepare
from triage.errors import ConfigError, TransientError, TriageError
from triage.labelling.embeddings.minilm import PACKAGE

_NEEDED = (PACKAGE, "safetensors", "onnx", "ml_dtypes")
_FAULTS: dict[int, type[TriageError]] = {ConfigError.exit_code: ConfigError, 75: TransientError}


def install_embeddings() -> None:
    """Installs the extra `embeddings` by its lock. Raises ConfigError, TransientError or TriageError when it cannot."""
    if all(find_spec(name) for name in _NEEDED):
        return
    try:
        place = find_place(os.environ)
        prepare(place, os.environ, (place.embeddings_lock,))
    except SetupFault as fault:
        raise _FAULTS.get(fault.exit_code, TriageError)(str(fault)) from None
    importlib.invalidate_caches()
