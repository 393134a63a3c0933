"""What runs, refreshes, compares, measures and documents the course."""
