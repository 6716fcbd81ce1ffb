"""Personal data in a text: numbers and addresses with checks, and names of persons."""
