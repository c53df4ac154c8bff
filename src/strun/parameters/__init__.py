"""Parameters of steps: spec, values, precedence, validation, cfg and ASDF files."""
