"""How long the members of a gang may take to start, for the pod that keeps it.

Waiting for room has no end: a queue that holds the gang back, a scheduler that starts all pods at once or
none, a member without a node. What keeps a member that has a node from starting (an image that cannot be
pulled), and an operator that makes no pods, is given up after the site's limit.
"""

USUAL = ("ContainerCreating", "PodInitializing")
"""What a container waits for that is about to start."""


def waits(status):
    """What the containers of a pod wait for, by its status."""
    for kind in ("initContainerStatuses", "containerStatuses"):
        statuses = status.get(kind)
        for each in statuses if isinstance(statuses, list) else ():
            state = each.get("state") if isinstance(each, dict) else None
            waiting = state.get("waiting") if isinstance(state, dict) else None
            if isinstance(waiting, dict) and waiting.get("reason") and waiting["reason"] not in USUAL:
                return ("%s: %s" % (waiting["reason"], str(waiting.get("message") or "")[:300])).rstrip(": ")
    return "its node is fetching the image and mounting what it needs"


class Startup:
    """`limit` in seconds, None: none. `grouped`: a scheduler may hold all pods of the gang back before they
    exist."""

    def __init__(self, limit, grouped):
        self.limit, self.grouped = limit, grouped
        self.since = {}
        """When something was first seen not to start: a member by its pod's name, or the whole gang as ""."""

    def late(self, held, members, now):
        """Why the gang is given up, or None. `held`: whether a queue holds it back; `members`: what is known
        of its pods; `now` in seconds."""
        if held or self.limit is None:
            self.since = {}
            return None
        stuck = {
            each.name: each
            for each in members
            if each.placed and not each.began and not each.leaves and each.phase == "Pending"
        }
        if not members and not self.grouped:
            stuck[""] = None
        self.since = {name: self.since.get(name, now) for name in stuck}
        for name, since in sorted(self.since.items(), key=lambda each: each[1]):
            if now - since > self.limit:
                member = stuck[name]
                if member is None:
                    return "its operator has made no pods"
                return "member %d (%s): %s" % (member.rank, member.role, member.waits)
        return None


def duration(seconds):
    return "%g min" % (seconds / 60) if seconds >= 60 else "%g s" % seconds
