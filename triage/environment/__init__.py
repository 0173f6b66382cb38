"""Sets up what a job needs (Python packages, jars) and starts it; imports the standard library only.

It runs before any package is there, so nothing else of triage may be imported here.
"""

from __future__ import annotations
