"""SHELL: the database. The only room that knows sqlmodel.

`database` opens it and gives transactions, `tables` says what it holds, the other modules are the
questions and steps of one subject each: `messages`, `items`, `projects`, `drafts`, `cursors`,
`views` (the JSON of the contract). Every function works inside the transaction of its caller.
"""
