"""Groups of people, who are members of projects together."""
