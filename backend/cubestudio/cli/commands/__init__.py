"""The commands of `cubestudio`, by subject. Each module is light: what runs on the platform's own machine is
imported by the command that needs it."""
