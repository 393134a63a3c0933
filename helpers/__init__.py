"""Helpers of the course: data, figures that speak, and bookkeeping.

The notebooks show Keras itself; these modules take away plotting and
bookkeeping only. Importing the package does nothing else.
"""
