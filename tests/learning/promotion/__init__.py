"""Tests of the gate that models pass before they go live."""
