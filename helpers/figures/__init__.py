"""Figures of the course, one module a subject, each with a description in words.

A figure is three functions: the one that notebooks call checks and measures,
one draws the numbers on axes, one puts the same numbers into words (see
`helpers.figures.description`). It returns the axes or the figure, and shows
nothing by itself. What cannot be drawn it refuses with a ValueError, before a
figure is made: one line that says what was found and what is expected.

Numbers in words follow one rule: what is counted in the data is an integer,
what is measured on a model has a decimal point. Two processors that round
differently then still give the same integers.
"""
