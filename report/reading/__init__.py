"""Reading prose: the dates and durations that a text tells, whom and what it names, what it says came first."""
