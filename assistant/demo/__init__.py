"""The demonstration: two sample projects with their mail, and one pass over it."""
