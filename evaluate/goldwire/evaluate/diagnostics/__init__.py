"""What kind of items a system gets wrong: scores by bucket, every error, the worst documents."""
