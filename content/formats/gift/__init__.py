"""GIFT, the text format of Moodle's: https://docs.moodle.org/en/GIFT_format."""
