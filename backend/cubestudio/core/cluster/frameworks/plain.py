"""Members that need no framework: each is told its rank and how many there are, and finds its share of the
work by that."""

from cubestudio.core.cluster.frameworks.contract import Framework, Roles, Told, count, workers


def told(roles: Roles) -> list[Told]:
    return [Told() for _ in range(count(roles))]


FRAMEWORK = Framework(name="plain", title="no framework", roles=workers, told=told)
