"""The judge: policies by families of learners, calendars and sizes of course, against tuned rules and the truth."""
