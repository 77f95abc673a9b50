"""The try-out page: what a person sees first. Plain files, served as they are."""
