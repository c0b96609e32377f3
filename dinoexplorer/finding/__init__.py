"""Finding things by what a person types: actions and files by name, the guide by its words."""
