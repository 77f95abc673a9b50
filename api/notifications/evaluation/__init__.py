"""What choosing the time and the words is worth, measured offline on simulated returns, whose best choice is known."""
