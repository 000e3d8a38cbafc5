"""Floor 4: what is taught. No dates, no rooms, no places: those are timetable's."""
