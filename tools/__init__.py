"""What runs, measures and documents the course."""
