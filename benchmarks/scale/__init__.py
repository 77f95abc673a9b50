"""What the service carries on MongoDB and Redis with several workers, and whether what it holds makes it slower."""
