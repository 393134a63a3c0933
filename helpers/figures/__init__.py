"""The course's figures, one module a subject; notebooks import them from `helpers.plotting`.

Each figure is three functions: one measures, one draws, one finds the words.
"""
