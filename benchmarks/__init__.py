"""Programs that measure speed, memory, accuracy and the draw; none of this is in the wheel."""
