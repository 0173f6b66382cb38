"""The dialect: statements, their parameters, functions, and the tables that they may name."""
