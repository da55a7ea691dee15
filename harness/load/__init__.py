"""How much is asked when: a text, a trace and a seed in, intended times out. Pure: nothing waits and nothing is sent.

`plan` is a level over time (users, or arrivals per second), `grammar` and `shapes` read one from a text, `picture`
draws it. `arrivals` makes the intended times of a plan, `trace` reads them from a recording and `replay` scales it.
`demand` is all of that for one run; `need` says how many users it would have taken. `prompt` fits a prompt to a number
of tokens.
"""
