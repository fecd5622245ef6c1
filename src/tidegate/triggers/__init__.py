"""What starts executions by itself: schedules."""
