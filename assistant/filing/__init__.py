"""PURE: Verdict + project + contact -> what happens to the record.

One message's way: `route.route` (which project), `matters.gather` (one matter per item),
`plan.plan` (open a new item, or join the one that the thread already has), with `authority.of`
for approvals.
"""
