"""One file a step; a step stays as it was once it is released."""
