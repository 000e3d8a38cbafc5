"""All writes of this room. One verb, one function, one transaction."""
