"""Arrays that are spread over devices: time, memory, and what travels between the devices."""
