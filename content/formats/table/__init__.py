"""Tables: CSV and XLSX, one question a row."""
