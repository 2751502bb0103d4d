"""The ledger in the graph: who did what, when and from where, for administrators."""
