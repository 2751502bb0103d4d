"""Services: programs and models that answer requests, in revisions among which traffic is shared out."""
