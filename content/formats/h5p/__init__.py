"""H5P packages (.h5p): questions, and the containers that hold them."""
