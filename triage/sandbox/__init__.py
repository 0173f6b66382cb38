"""A function of rows in child processes, under the kernel's limits of processor time and memory.

Three kinds of process take part, all of one user and one machine:

- the caller, a Spark Python worker, which holds a `Sandbox` (pool.py) and talks to the others through client.py;
- its host (host.py), which loads the function once, models above all, and forks children;
- a child (child.py), which runs the function under limits (limits.py). When a child ends, the next one is a fork away.

protocol.py holds the messages between them. Where workers run on the driver's machine, their hosts are forked from one
preloaded process (preload.py) instead of loading each for itself. Everybody dies with the process that asked for it.
"""
