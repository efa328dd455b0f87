"""Solves one instance with PyJobShop, for ``flow_shops.py``; runs in PyJobShop's own environment.

    python flow_peer.py INSTANCE SECONDS

Prints its status and its makespan, or - when PyJobShop cannot express the instance (travel between machines).
"""

import re
import sys
from pathlib import Path

from pyjobshop import Model


def shop(text):
    """A flexible job shop."""
    model = Model()
    rows = [[int(word) for word in line.split()] for line in text.splitlines()[1:] if line.strip()]
    machines = {}
    for row in rows:
        numbers = iter(row)
        job, before = model.add_job(), None
        for _ in range(next(numbers)):
            task = model.add_task(job=job)
            for _ in range(next(numbers)):
                number, duration = next(numbers), next(numbers)
                if number not in machines:
                    machines[number] = model.add_machine()
                model.add_mode(task, machines[number], duration)
            if before is not None:
                model.add_end_before_start(before, task)
            before = task
    return model


def project(text):
    """A multi-mode project."""
    model = Model()
    lines = [line.strip() for line in text.splitlines()]
    at = [
        next(i for i, line in enumerate(lines) if re.match(name, line))
        for name in ("PRECEDENCE", "REQUESTS", "RESOURCE *AVAIL")
    ]

    def numbers(begin, end):
        rows = (line for line in lines[begin + 1 : end] if re.fullmatch(r"\d[\d\s]*", line))
        return [[int(word) for word in row.split()] for row in rows]

    kinds = re.findall("[RN]", next(line for line in lines[at[2] + 1 :] if line))
    resources = [
        model.add_renewable(capacity) if kind == "R" else model.add_consumable(capacity)
        for kind, capacity in zip(kinds, numbers(at[2], len(lines))[0], strict=True)
    ]
    precedence = numbers(at[0], at[1])
    tasks = {row[0]: model.add_task() for row in precedence}
    for row in precedence:
        for after in row[3:]:
            model.add_end_before_start(tasks[row[0]], tasks[after])
    activity = 0
    for row in numbers(at[1], at[2]):
        if len(row) == 3 + len(resources):
            activity, row = row[0], row[1:]  # noqa: PLW2901
        model.add_mode(tasks[activity], resources, row[1], demands=row[2:])
    return model


def main():
    """Solve with one worker, so that its seconds are processor seconds."""
    path, seconds = Path(sys.argv[1]), float(sys.argv[2])
    if path.suffix == ".json":
        print("-")
        return
    text = path.read_text("utf-8", errors="replace")
    model = project(text) if path.suffix == ".mm" else shop(text)
    result = model.solve(time_limit=seconds, num_workers=1, display=False)
    print(result.status.name, round(result.objective) if result.best.tasks else "-")


if __name__ == "__main__":
    main()
