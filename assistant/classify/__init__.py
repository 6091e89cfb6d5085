"""PURE: newly written text and its thread -> Verdict.

The only room that knows spaCy and scikit-learn; `shelf` is its one hand on the disk. `labels` and
`verdict` are light and may be imported by anyone above.
"""
