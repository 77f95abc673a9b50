"""HTML and XHTML to the inline markup of `content.text`, and back."""
