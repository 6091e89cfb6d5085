"""What is due -> Draft: text, HTML and RFC 5322 bytes. The only room that knows jinja2."""
