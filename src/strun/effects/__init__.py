"""What a step did, in numbers."""
