"""Programs that measure accuracy, the draw and speed; none of this is in the wheel."""
