"""PURE: raw bytes -> Message; what the sender wrote this time; is it automatic, is it authentic.

Opens nothing, logs nothing, knows no clock. One message's way: `parse.parse`, `newtext.read`,
`language.detect`, `automatic.reason`, `authentic.check`, `threads`.
"""
