"""Moodle XML, the format of Moodle's question banks: https://docs.moodle.org/en/Moodle_XML_format."""
