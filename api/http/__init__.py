"""HTTP beyond plain JSON: formats, codings, conditions, keys, cursors, versions, live views. Knows no feature room."""
