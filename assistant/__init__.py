"""The client correspondence assistant: reads client mail, files what it asks, leaves reply drafts."""

__version__ = "0.1.0"
