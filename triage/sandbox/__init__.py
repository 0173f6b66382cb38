"""A function of rows in child processes, under the kernel's limits of processor time and memory."""
