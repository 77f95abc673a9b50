"""Experience points, levels and streaks: pure rules with versions, and the routes that show them."""
