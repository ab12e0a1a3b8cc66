"""Mutation of the table's rules: `changes` says how, `rules` where, `trials` whether a test notices."""
