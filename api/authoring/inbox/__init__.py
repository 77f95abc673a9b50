"""What learners say of items: that their answer should count, that something is wrong; and what comes of it."""
