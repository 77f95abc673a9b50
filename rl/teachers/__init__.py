"""Teachers that are not the policy: rules, tuned as rivals, and references that see the hidden state."""
