"""The program in the pod of a gang whose members have pods of their own: it makes the framework's resource,
follows it to its end, says which member failed first and why, and hands on what the leader left.

It lies beside the launcher and runs as the only account that may make such resources; no program of a person
runs here. What to make is in `gang.gz`, with @{NAME} where a variable of this pod belongs. Asked to stop, it
deletes the resource, and its operator ends the members.
"""

import gzip
import json
import os
import re
import signal
import sys
import threading
import time
import urllib.parse

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

import launcher  # ty: ignore[import-not-found]
from apiserver import Api, Refused  # ty: ignore[import-not-found]
from launcher import Ended, Skipped, say  # ty: ignore[import-not-found]
from startup import Startup, duration, waits  # ty: ignore[import-not-found]

EACH = float(os.environ.get("CUBE_GANG_EACH", "2"))
"""Seconds between two looks."""
LATE = 90
"""Seconds after the time limit of a step at which the members, who keep it themselves, are ended."""
LINES = 15
OURS = ("[cubestudio] ", "unable to retrieve container logs for ")
"""How lines begin that no program of a person wrote: ours, and a node's that has no log."""
MARK = re.compile(r"@\{([A-Z0-9_]+)\}")


def filled(value):
    """A manifest with this pod's variables in place."""
    if isinstance(value, str):
        return MARK.sub(lambda found: os.environ.get(found.group(1), ""), value)
    if isinstance(value, list):
        return [filled(each) for each in value]
    return {key: filled(each) for key, each in value.items()} if isinstance(value, dict) else value


def at(body, path):
    """What is at a dotted path; None where there is nothing."""
    for part in path.split("."):
        body = body.get(part) if isinstance(body, dict) else None
    return body


def dicts(value):
    """The objects of a list, whatever else is in it."""
    return [each for each in value if isinstance(each, dict)] if isinstance(value, list) else []


def ended(body, ends):
    """(whether a resource has ended well, or None; its words) by its status."""
    status = body.get("status")
    found = at(status, ends["path"])
    words = next((str(told) for told in (at(status, path) for path in ends["words"]) if told), "")
    if ends["path"] != "conditions":
        state = found if isinstance(found, str) else ""
        return (True if state in ends["success"] else False if state in ends["failure"] else None), words
    true = {each.get("type"): each for each in dicts(found) if each.get("status") == "True"}
    for well, names in ((False, ends["failure"]), (True, ends["success"])):
        for name in names:
            if name in true:
                return well, str(true[name].get("message") or true[name].get("reason") or "")
    return None, words


def brief(words):
    """A sentence of what may be pages: some operators hand on a whole log."""
    lines = [line.strip() for line in words.splitlines() if line.strip()] or [""]
    return lines[0][:1000] + ("; its last line: " + lines[-1][:300] if lines[1:] else "")


def held(body):
    """Whether a queue holds a resource back."""
    return bool(at(body, "spec.suspend") or at(body, "spec.runPolicy.suspend"))


class Member:
    """What is known of the end of one member's container."""

    def __init__(self, body):
        labels = (body.get("metadata") or {}).get("labels") or {}
        self.name = str((body.get("metadata") or {}).get("name"))
        self.role = labels.get("cubestudio/role", "member")
        self.container = labels.get("cubestudio/container", "main")
        index = next((labels[each] for each in INDEXES if str(labels.get(each, "")).isdigit()), "0")
        self.rank = int(index) + int(labels.get("cubestudio/offset") or 0)
        status = body.get("status") or {}
        mine = [each for each in dicts(status.get("containerStatuses")) if each.get("name") == self.container]
        state = (mine[0].get("state") if mine else None) or {}
        last = (mine[0].get("lastState") if mine else None) or {}
        self.again = not state.get("terminated") and bool(last.get("terminated"))
        self.ended = state.get("terminated") or last.get("terminated") or {}
        self.began = bool(state.get("running") or self.ended)
        self.leaves = bool((body.get("metadata") or {}).get("deletionTimestamp"))
        self.serves = "cubestudio/serves" in labels
        self.phase = status.get("phase")
        self.ip = status.get("podIP")
        self.placed = bool((body.get("spec") or {}).get("nodeName"))
        self.waits = waits(status)
        self.why = str(status.get("message") or status.get("reason") or "")

    @property
    def failed(self):
        """Whether it failed by itself: not because it was asked to stop or ended with the others."""
        code = self.ended.get("exitCode")
        if self.phase == "Failed" and not self.ended:
            return not self.leaves
        ended = self.leaves and (self.serves or code in (137, 143))
        return bool(code) and self.said().get("reason") != "Cancelled" and not ended

    def said(self):
        try:
            told = json.loads(self.ended.get("message") or "{}")
        except (ValueError, RecursionError):
            told = {}
        return told if isinstance(told, dict) else {}

    def words(self):
        code = self.ended.get("exitCode")
        if self.ended.get("reason") == "OOMKilled":
            return "OOMKilled", "it used more memory than its limit"
        told = self.said()
        if told.get("reason"):
            return str(told["reason"])[:50], str(told.get("message") or "it ended with exit code %s" % code)[
                :1000
            ]
        return (
            "Error",
            "it ended with exit code %s" % code
            if code is not None
            else self.why or "it ended before it began",
        )


INDEXES = (
    "training.kubeflow.org/replica-index",
    "batch.kubernetes.io/job-completion-index",
    "volcano.sh/task-index",
    "FC_TASK_INDEX",
)


class Keeper:
    def __init__(self, spec, gang):
        self.spec, self.gang, self.api = spec, gang, Api()
        self.asked = threading.Event()
        self.made = filled(gang["manifest"])
        meta = self.made["metadata"]
        self.space, self.name, self.kind = os.environ["K8S_POD_NAMESPACE"], meta["name"], self.made["kind"]
        self.path = self.place(self.made["apiVersion"], gang["plural"])
        self.first = None
        """(the member that failed first, the last lines of its log)."""
        self.since = None
        self.told, self.most = None, 0
        self.introduced = not gang.get("introduce")
        self.startup = Startup(gang.get("start"), gang.get("grouped"))
        signal.signal(signal.SIGTERM, lambda *_: self.asked.set())

    def place(self, version, plural):
        return "/%s/%s/namespaces/%s/%s" % ("apis" if "/" in version else "api", version, self.space, plural)

    def owner(self):
        """That of this pod: when the workflow goes, so does the gang."""
        mine = self.api.get("/api/v1/namespaces/%s/pods/%s" % (self.space, os.environ["K8S_POD_NAME"]))
        return [
            dict(each, controller=False, blockOwnerDeletion=False)
            for each in mine["metadata"].get("ownerReferences") or ()
        ]

    def create(self):
        """The resource; one that an earlier life of this pod made is taken up, and one of a former run waited
        out."""
        owners = self.made["metadata"]["ownerReferences"] = self.owner()
        uids = {each.get("uid") for each in owners}
        until = time.monotonic() + 180
        while not self.asked.is_set():
            try:
                body = json.loads(self.api.call("POST", self.path, self.made))
                say("made %s %s" % (self.kind, self.name))
                return self.admitted(body)
            except Refused as error:
                if error.code != 409:
                    raise Ended("GangRefused", "the cluster refused its %s: %s" % (self.kind, error))
            try:
                there = self.api.get(self.path + "/" + self.name)
                theirs = {each.get("uid") for each in there["metadata"].get("ownerReferences") or ()}
                if uids & theirs and not there["metadata"].get("deletionTimestamp"):
                    say("found %s %s, which was made before" % (self.kind, self.name))
                    return there
            except Refused as error:
                if error.code != 404:
                    raise Ended("GangRefused", "the cluster refused its %s: %s" % (self.kind, error))
            if time.monotonic() > until:
                raise Ended(
                    "GangRefused",
                    "a %s named %s of another run is there and does not go" % (self.kind, self.name),
                )
            self.asked.wait(1)
        raise Ended("Cancelled", "it was asked to stop", 143)

    def admitted(self, body):
        """Whether the queue that it is for has taken it; else it would run beside the queue."""
        queue = self.made["metadata"]["labels"].get("kueue.x-k8s.io/queue-name")
        if queue and not held(body):
            self.end()
            raise Ended(
                "NoQueue",
                (
                    "Kueue does not take resources of kind %s on this cluster, so that it would have run "
                    "past queue %s; its operator adds the kind to Kueue's integrations"
                )
                % (self.kind, queue),
            )
        return body

    def group(self, body):
        """The pods' group, which the gang scheduler waits for to be whole."""
        group = self.gang.get("group")
        if not group:
            return
        made = filled(group["manifest"])
        made["metadata"]["ownerReferences"] = [
            {
                "apiVersion": self.made["apiVersion"],
                "kind": self.kind,
                "name": self.name,
                "uid": body["metadata"]["uid"],
            }
        ]
        try:
            self.api.call("POST", self.place(made["apiVersion"], group["plural"]), made)
        except Refused as error:
            if error.code != 409:  # its operator was started for gangs and has made it
                self.end()
                raise Ended("GangRefused", "the gang scheduler's group cannot be made: %s" % error)

    def end(self):
        try:
            self.api.call("DELETE", self.path + "/" + self.name, {"propagationPolicy": "Background"})
        except Refused as error:
            if error.code != 404:
                say("%s %s could not be ended: %s" % (self.kind, self.name, error))

    def members(self):
        labels = self.made["metadata"]["labels"]
        wanted = {"cubestudio/workload": labels["cubestudio/workload"], "cubestudio/step": self.spec["step"]}
        wanted["cubestudio/attempt"] = str(self.spec["attempt"] - 1)
        if self.spec["index"] is not None:
            wanted["cubestudio/item"] = "i%de" % self.spec["index"]
        query = ",".join("%s=%s" % each for each in sorted(wanted.items())) + ",cubestudio/role!=keeper"
        found = self.api.get("/api/v1/namespaces/%s/pods" % self.space, labelSelector=query)
        return sorted((Member(each) for each in dicts(found.get("items"))), key=lambda member: member.rank)

    def lines(self, member):
        """The last lines of a member's log, without ours; its container may be in its next life by now."""
        where = "/api/v1/namespaces/%s/pods/%s/log?" % (self.space, urllib.parse.quote(member.name))
        for previous in (member.again, not member.again):
            query = {
                "container": member.container,
                "tailLines": LINES + 5,
                "previous": "true" if previous else "false",
            }
            try:
                text = self.api.call("GET", where + urllib.parse.urlencode(query), patient=False)
            except (Refused, OSError):
                continue
            found = [line for line in text.splitlines() if line.strip() and not line.startswith(OURS)]
            if found:
                return found[-LINES:]
        return []

    def look(self, members):
        """Remember who failed first, while its pod is there; say what has changed."""
        failed = [member for member in members if member.failed]
        if failed and self.first is None:
            first = min(failed, key=lambda member: (member.ended.get("finishedAt") or "", member.rank))
            self.first = (first, self.lines(first))
        began = sum(member.began for member in members)
        told = "%d of %d members have begun" % (began, self.gang["members"])
        if began < self.most:  # an operator ends what only served the leader
            told = self.told
        self.most = max(self.most, began)
        if members and told != self.told:
            self.told = told
            say(told)
        if began >= self.gang["members"] and self.since is None:
            self.since = time.monotonic()
        if not self.introduced and len([member for member in members if member.ip]) >= self.gang["members"]:
            self.introduce(members)

    def introduce(self, members):
        """Tell the members of each other, where their operator does not."""
        path = os.path.join(launcher.RUN, "members.json")
        with open(path, "w") as file:
            json.dump([[member.role, member.rank, member.ip] for member in members], file)
        size = str(os.path.getsize(path))
        launcher.ask(
            "PUT",
            launcher.mailbox(self.spec, "members"),
            path,
            {"content-type": "application/json", "content-length": size},
        ).close()
        self.introduced = True

    def follow(self):
        """Until the resource has ended; raises Ended when that is not well."""
        timeout = self.spec["timeout"]
        while not self.asked.wait(EACH):
            try:
                body = self.api.get(self.path + "/" + self.name)
            except Refused as error:
                if error.code == 404:
                    raise self.blame("Deleted", "its %s was deleted from the cluster" % self.kind)
                raise Ended("GangRefused", "its %s cannot be followed: %s" % (self.kind, error))
            well, words = ended(body, self.gang["ends"])
            members = self.members()
            self.look(members)
            if well:
                return
            if well is False:
                say("%s %s failed: %s" % (self.kind, self.name, brief(words) or "it does not say why"))
                raise self.blame("Error", words or "its %s failed and does not say why" % self.kind)
            if self.gang["strict"] and self.first:
                self.end()
                raise self.blame("Error", "")
            late = self.startup.late(held(body), members, time.monotonic())
            if late:
                self.end()
                raise Ended(
                    "StartTimeout", "it did not start within %s: %s" % (duration(self.startup.limit), late)
                )
            if timeout and self.since is not None and time.monotonic() > self.since + timeout + LATE:
                self.end()
                raise Ended("Timeout", "it ran longer than %g s" % timeout, 124)
        self.end()
        raise Ended("Cancelled", "it was asked to stop", 143)

    def blame(self, reason, words):
        """Why it failed: the first member that did, with its rank, its exit code and its last lines."""
        members = self.members()
        if self.first is None:
            self.look(members)
        code = self.gang["ends"]["code"] and re.search(self.gang["ends"]["code"], words)
        leader = next((member for member in members if not member.rank), None)
        if self.first is None and code and leader:
            number, limit, told = int(code.group(1)), self.spec["timeout"], {}
            if number == 124 and limit:  # its launcher's, whose words no container hands on
                told = {"reason": "Timeout", "message": "it ran longer than %g s" % limit}
            leader.ended = {"exitCode": number, "message": json.dumps(told)}
            self.first = (leader, self.lines(leader))
        if self.first is None:
            return Ended(reason, brief(words))
        member, lines = self.first
        why, said = member.words()
        text = "member %d (%s): %s" % (member.rank, member.role, said)
        if lines:
            text += (
                "; its last line: "
                + next((line for line in reversed(lines) if any(map(str.isalnum, line))), lines[-1])[:300]
            )
            say("member %d (%s) ended first; its last lines:" % (member.rank, member.role))
            for line in lines:
                print(line, file=sys.stderr)
        return Ended(why, text, member.ended.get("exitCode") or 1)

    def collect(self):
        """What the leader left with the platform."""
        with launcher.ask("GET", launcher.mailbox(self.spec)) as answer:
            try:
                result = json.loads(answer.read().decode())
            except (ValueError, RecursionError):
                result = None
        if not isinstance(result, dict) or not isinstance(result.get("values", {}), dict):
            raise Ended(
                "OutputRefused",
                "what its leader left makes no sense: something else than the launcher wrote it",
            )
        return result


def decided(spec):
    """Whether it is to run at all; raises Skipped or Ended when it is not."""
    upstream = launcher.Upstream(spec)
    launcher.item_of(spec, upstream)
    launcher.decide(spec["when"], upstream)


def main():
    spec = launcher.read_spec()
    with open(os.path.join(os.path.dirname(launcher.SPEC), "gang.gz"), "rb") as file:
        gang = json.loads(gzip.decompress(file.read()).decode())
    code, result = 0, {}
    try:
        decided(spec)
        keeper = Keeper(spec, gang)
        keeper.group(keeper.create())
        keeper.follow()
        result = keeper.collect()
    except Skipped as error:
        result = {"skipped": error.reason, "message": error.message}
        say(error.message)
        launcher.tell(result)
    except Refused as error:
        code = 1
        launcher.tell({"reason": "GangRefused", "message": "the cluster refused its gang: %s" % error})
        say(str(error))
    except Ended as error:
        code = error.code
        launcher.tell({"reason": error.reason, "message": error.message})
        say(error.message)
    if spec["index"] is not None:
        result["item"] = spec["index"]
    try:
        if not code:
            launcher.leave(result, spec)
    except Ended as error:
        say(error.message)
        code = error.code
    sys.stdout.flush()
    sys.exit(code)


if __name__ == "__main__":
    main()
