"""A good schedule of a shop: earliest-completion greedy, then tabu search that starts again from the best."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from grappe.fabrication.critical_moves import longest_paths, move, search, seed_draws
from grappe.fabrication.shops import Placed, Shop

_ROUNDS = 40_000
_PATIENCE = 12_000
_STALE = 4


class ShopSearch:
    """Tabu search over one shop, continued by each call of :meth:`improve`; *value* is the best makespan."""

    def __init__(self, shop: Shop, seed: int) -> None:
        """Begin from the greedy schedule; *seed* decides every draw."""
        self.shop = shop
        self.numbers = [(job, op) for job, ops in enumerate(shop.jobs) for op in range(len(ops))]
        self.index = {number: at for at, number in enumerate(self.numbers)}
        self._draw = np.random.default_rng(seed)
        self._static = _static(shop)
        seed_draws(seed)
        self._best = self._current = self._state(greedy(shop))
        self.value = self._current_value = self._longest(self._best)
        self._stale = 0

    def improve(self, spent: Callable[[], bool], bound: int = 0) -> int:
        """Search until *spent* says so or a schedule of *bound* is found; the best makespan so far."""
        while not spent() and self.value > bound:
            state = _copy(self._current)
            self._shake(state)
            value, kept, _ = search(self._static, state, _ROUNDS, _PATIENCE, bound)
            self._stale += 1
            if value < self.value:
                self._best, self.value, self._stale = kept, int(value), 0
            # A slightly worse schedule is gone on from for a while: what lies around the best is searched.
            if value <= self._current_value * 1.01:
                self._current, self._current_value = kept, int(value)
            if self._stale >= _STALE:
                self._current, self._current_value, self._stale = self._best, self.value, 0
        return self.value

    def schedule(self) -> tuple[Placed, ...]:
        """The best schedule so far, every operation as early as its sequences allow."""
        machine, duration = self._best[0], self._best[1]
        head = self._paths(self._best)[1]
        return tuple(
            Placed(job, op, int(machine[i]), int(head[i]), int(head[i] + duration[i]))
            for i, (job, op) in enumerate(self.numbers)
        )

    def adopt(self, placed: tuple[Placed, ...]) -> None:
        """Go on from *placed*, the best schedule of all."""
        self._best = self._current = self._state(placed)
        self.value = self._current_value = self._longest(self._best)
        self._stale = 0

    def _shake(self, state: Any) -> None:
        """A few operations drawn are moved to the end of a drawn machine's queue that makes no cycle."""
        choice_at, choice_machine = self._static[3], self._static[4]
        for i in self._draw.integers(0, len(self.numbers), size=max(2, len(self.numbers) // 25)):
            before = _copy(state)
            target = choice_machine[self._draw.integers(choice_at[i], choice_at[i + 1])]
            left = self._last_before(state, int(i), int(target))
            move(int(i), target, left, self._static, state)
            if self._longest(state) < 0:
                for part, old in zip(state, before, strict=True):
                    part[:] = old

    def _last_before(self, state: Any, i: int, target: int) -> int:
        """The last operation on *target*, other than *i*, that starts before *i* does."""
        _, head = self._paths(state)
        left, at = -1, int(state[4][target])
        while at >= 0:
            if at != i and head[at] < head[i]:
                left = at
            at = int(state[3][at])
        return left

    def _paths(self, state: Any) -> tuple[int, Any]:
        count = len(self.numbers)
        order, head, tail = (np.zeros(count, np.int64) for _ in range(3))
        previous, following, travel = self._static[:3]
        longest = longest_paths(
            previous, following, state[0], state[1], state[2], state[3], travel, order, head, tail
        )
        return int(longest), head

    def _longest(self, state: Any) -> int:
        return self._paths(state)[0]

    def _state(self, placed: tuple[Placed, ...]) -> Any:
        count = len(self.numbers)
        machine, duration = np.zeros(count, np.int64), np.zeros(count, np.int64)
        before, after = np.full(count, -1, np.int64), np.full(count, -1, np.int64)
        first = np.full(self.shop.machines, -1, np.int64)
        last: dict[int, int] = {}
        for one in sorted(placed, key=lambda each: (each.start, each.end, each.job, each.op)):
            i = self.index[one.job, one.op]
            machine[i], duration[i] = one.machine, one.end - one.start
            if one.machine in last:
                before[i], after[last[one.machine]] = last[one.machine], i
            else:
                first[one.machine] = i
            last[one.machine] = i
        return machine, duration, before, after, first


def _copy(state: Any) -> Any:
    return tuple(part.copy() for part in state)


def _static(shop: Shop) -> Any:
    """What never changes in a search: neighbours in jobs, travel, and the choices of each operation."""
    sizes = [len(ops) for ops in shop.jobs]
    count = sum(sizes)
    previous, following = np.arange(-1, count - 1), np.arange(1, count + 1)
    begins = np.cumsum([0, *sizes])
    for begin, end in pairwise(begins):
        if begin < end:
            previous[begin], following[end - 1] = -1, -1
    machines = range(shop.machines)
    travel = np.array([[shop.travel(a, b) for b in machines] for a in machines], np.int64)
    choices = [op for ops in shop.jobs for op in ops]
    choice_at = np.cumsum([0, *(len(op) for op in choices)])
    flat = [pair for op in choices for pair in op.items()]
    choice_machine = np.array([machine for machine, _ in flat], np.int64)
    choice_duration = np.array([duration for _, duration in flat], np.int64)
    return previous, following, travel, choice_at, choice_machine, choice_duration


def greedy(shop: Shop) -> tuple[Placed, ...]:
    """A schedule by dispatch: among the jobs' next operations the one that can end first (the job with most
    work left when equal), on the machine where it ends first."""
    left = [sum(min(op.values()) for op in ops) for ops in shop.jobs]
    at = [0] * len(shop.jobs)
    ready: list[Placed | None] = [None] * len(shop.jobs)
    free = [0] * shop.machines
    placed: list[Placed] = []
    while len(placed) < sum(len(ops) for ops in shop.jobs):
        options = []
        for job, ops in enumerate(shop.jobs):
            if at[job] == len(ops):
                continue
            last = ready[job]
            for machine, duration in ops[at[job]].items():
                begin = max(free[machine], last.end + shop.travel(last.machine, machine) if last else 0)
                options.append((begin + duration, -left[job], job, machine, begin))
        end, _, job, machine, begin = min(options)
        one = Placed(job, at[job], machine, begin, end)
        placed.append(one)
        left[job] -= min(shop.jobs[job][at[job]].values())
        at[job] += 1
        ready[job], free[machine] = one, end
    return tuple(placed)
