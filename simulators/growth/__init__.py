"""Growth: ability in logits that rises with practice."""
