"""Shared by all tests: this folder's helper modules can be imported, and Hypothesis measures no time (no timed asserts)."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("dlnproof", deadline=None, print_blob=True)
settings.load_profile("dlnproof")
