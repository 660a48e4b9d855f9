"""Random alert streams for amdiff.py (`--extra` with this file): routes, receivers, intervals and inhibition drawn from
a seed, then alerts that fire, change, resolve and expire, silences that come and go, and reloads in the middle.

Everything happens at whole seconds, groups flush at halves (after a reload at quarters), so that nothing races. Left
out is what differs by rule (docs/differences.md): several sources of inhibition with equal labels; and what the
reference leaves to chance: the order of groups that agree in labels and receiver.
"""

import copy
import random

from am_builders import ALWAYS, NEVER
from amkit import hook, plain, registry

SCENARIOS, scenario = registry()
SECONDS = 16
NAMES, SEVERITIES, ZONES, INSTANCES = "ABC", ["page", "warn", "info"], "12", "xy"
MATCHERS = [['sev="page"'], ['sev=~"page|warn"'], ['zone="1"'], ['zone!="1"'], ['alertname=~"A|B"'],
            ['sev="warn"', 'zone="2"'], ['zone=""']]
GROUPINGS = [["alertname"], ["zone"], ["..."], [], ["alertname", "zone"], ["sev"]]
SILENCED = ["alertname=A", "alertname=~A|B", "sev=page", "zone!=1", "instance=x"]
# One source for every set of equal labels.
RULES = [[], [{"source_matchers": ['alertname="C"', 'sev="page"'], "target_matchers": ['sev=~"warn|info"'],
               "equal": ["zone", "instance"]}]]


def route(draw, depth=0):
    made = {"matchers": draw.choice(MATCHERS), "receiver": draw.choice("abc")}
    if draw.random() < 0.5:
        made["continue"] = True
    if draw.random() < 0.5:
        made["group_by"] = draw.choice(GROUPINGS)
    if draw.random() < 0.3:
        made["repeat_interval"] = draw.choice(["2500ms", "3500ms"])
    for key in ("mute_time_intervals", "active_time_intervals"):
        if draw.random() < 0.25:
            made[key] = [draw.choice(["always", "never"])]
    if depth < 2 and draw.random() < 0.5:
        made["routes"] = [route(draw, depth + 1) for _ in range(draw.randint(1, 2))]
    return made


def top(draw):
    return {"group_by": draw.choice(GROUPINGS), "group_wait": "1500ms", "group_interval": draw.choice(["1s", "2s"]),
            "repeat_interval": draw.choice(["2500ms", "1h", "4500ms"]),
            "routes": [route(draw) for _ in range(draw.randint(1, 3))]}


def receivers(draw):
    return {"m": hook("m"), "a": hook("a", send_resolved=draw.random() < 0.7),
            "b": hook("b", max_alerts=draw.choice([0, 2])), "c": hook("c", send_resolved=False)}


def configuration(draw):
    return plain(top(draw), receivers(draw), inhibit_rules=draw.choice(RULES), time_intervals=[
        {"name": "always", "time_intervals": ALWAYS}, {"name": "never", "time_intervals": NEVER}])


class Stream:
    """What one scenario has going on."""

    def __init__(self, side, seed):
        self.side, self.draw = side, random.Random(seed)
        self.firing, self.silences = {}, []

    def step(self, now):
        chance = self.draw.random()
        if chance < 0.45 or not self.firing:
            self.fire(now)
        elif chance < 0.7:
            key = self.draw.choice(sorted(self.firing))
            self.side.resolve(key[0], starts=self.firing.pop(key), ann={"n": "9"}, **dict(key[1]))
        elif chance < 0.85:
            starts = {"starts": now + 2} if self.draw.random() < 0.2 else {}
            self.silences.append(self.side.silence(self.draw.choice(SILENCED), ends=now + self.draw.randint(3, 7),
                                                   **starts))
        elif self.silences and chance < 0.93:
            self.side.expire(self.draw.choice(self.silences))
        else:
            key = self.draw.choice(sorted(self.firing))
            self.side.fire(key[0], starts=self.firing[key], ann={"n": "changed"}, **dict(key[1]))

    def fire(self, now):
        labels = {"sev": self.draw.choice(SEVERITIES), "instance": self.draw.choice(INSTANCES)}
        if self.draw.random() < 0.85:
            labels["zone"] = self.draw.choice(ZONES)
        name = self.draw.choice(NAMES)
        key = (name, tuple(sorted(labels.items())))
        ends = {"ends": now + self.draw.randint(2, 6)} if self.draw.random() < 0.3 else {}
        if key in self.firing:
            return
        self.side.fire(name, ann={"n": str(self.draw.randint(1, 3))}, **ends, **labels)
        if not ends:
            self.firing[key] = now


def stream(name, seed, reloaded=None, **options):
    def run(s):
        going = Stream(s, seed)
        for now in range(SECONDS):
            s.at(now)
            for _ in range(going.draw.choice([0, 1, 1, 2])):
                going.step(now)
            if reloaded and now == 6:
                s.at(now + 0.25)
                s.reload(reloaded)
            if now % 4 == 3:
                s.at(now + 0.75)
                s.alerts()
                s.silences()
        s.at(SECONDS + 2.8)

    run.__name__ = name
    scenario("random", **options)(run)


for number in range(24):
    dice = random.Random(number)
    stream(f"random_stream_{number}", number, route=top(dice), receivers=receivers(dice),
           inhibit_rules=dice.choice(RULES), time_intervals={"always": ALWAYS, "never": NEVER})
for number in range(8):
    dice = random.Random(1000 + number)
    first = configuration(dice)
    stream(f"random_stream_with_reload_{number}", 1000 + number, dedicated=True, config=first,
           reloaded=copy.deepcopy(first) if number % 2 else configuration(dice))
