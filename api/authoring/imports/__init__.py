"""Files of other systems brought into a course: read, reviewed, written only when somebody confirms; and exports."""
