"""Models as parts: what a trained model says of itself, how it moves between stages, how it is packed, when it speaks."""
