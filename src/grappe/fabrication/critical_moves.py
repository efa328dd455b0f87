"""The inner loop of the shop's tabu search, compiled: longest paths, and moves of one critical operation.

Operations are numbered through the jobs; ``before[i]``/``after[i]`` are its neighbours on its machine (-1:
none), ``previous[i]``/``following[i]`` those of its job. A head is the earliest start of an operation, a tail
the longest way from its end to the end of all. Moves as in Mastrolilli & Gambardella (2000), "Effective
neighbourhood functions for the flexible job shop problem", with heads and tails recomputed without the
moved operation.
"""

from typing import Any

import numpy as np
from numba import njit

_NONE = -1


@njit(cache=True)
def longest_paths(
    previous: Any,
    following: Any,
    machine: Any,
    duration: Any,
    before: Any,
    after: Any,
    travel: Any,
    order: Any,
    head: Any,
    tail: Any,
) -> Any:
    """Fill *order* (topological), *head* and *tail*; the makespan, or -1 when the graph has a cycle."""
    count = len(previous)
    waiting = np.zeros(count, np.int64)
    last = 0
    for i in range(count):
        waiting[i] = (previous[i] >= 0) + (before[i] >= 0)
        if waiting[i] == 0:
            order[last] = i
            last += 1
    at = 0
    while at < last:
        i = order[at]
        at += 1
        for other in (following[i], after[i]):
            if other >= 0:
                waiting[other] -= 1
                if waiting[other] == 0:
                    order[last] = other
                    last += 1
    if last < count:
        return _NONE
    return relax(previous, following, machine, duration, before, after, travel, order, head, tail)


@njit(cache=True)
def relax(
    previous: Any,
    following: Any,
    machine: Any,
    duration: Any,
    before: Any,
    after: Any,
    travel: Any,
    order: Any,
    head: Any,
    tail: Any,
) -> Any:
    """Fill *head* and *tail* along a topological *order*; the makespan."""
    count = len(order)
    longest = 0
    for at in range(count):
        i = order[at]
        start = 0
        p = previous[i]
        if p >= 0:
            start = head[p] + duration[p] + travel[machine[p], machine[i]]
        b = before[i]
        if b >= 0 and head[b] + duration[b] > start:
            start = head[b] + duration[b]
        head[i] = start
        longest = max(longest, start + duration[i])
    for at in range(count - 1, -1, -1):
        i = order[at]
        rest = 0
        f = following[i]
        if f >= 0:
            rest = travel[machine[i], machine[f]] + duration[f] + tail[f]
        a = after[i]
        if a >= 0 and duration[a] + tail[a] > rest:
            rest = duration[a] + tail[a]
        tail[i] = rest
    return longest


@njit(cache=True)
def take_out(i: Any, machine: Any, before: Any, after: Any, first: Any) -> Any:
    """Take operation *i* from its machine's sequence."""
    b, a = before[i], after[i]
    if b >= 0:
        after[b] = a
    else:
        first[machine[i]] = a
    if a >= 0:
        before[a] = b
    before[i] = _NONE
    after[i] = _NONE


@njit(cache=True)
def put_in(i: Any, target: Any, left: Any, machine: Any, before: Any, after: Any, first: Any) -> Any:
    """Put operation *i* on *target* right after *left* (-1: first)."""
    right = after[left] if left >= 0 else first[target]
    machine[i] = target
    before[i] = left
    after[i] = right
    if left >= 0:
        after[left] = i
    else:
        first[target] = i
    if right >= 0:
        before[right] = i


@njit(cache=True)
def critical_path(
    previous: Any,
    machine: Any,
    duration: Any,
    before: Any,
    travel: Any,
    head: Any,
    tail: Any,
    longest: Any,
    path: Any,
) -> Any:
    """Fill *path* with a critical path from its end, ties drawn; its length."""
    count = len(previous)
    seen = 0
    i = _NONE
    for j in range(count):
        if head[j] + duration[j] == longest and tail[j] == 0:
            seen += 1
            if np.random.randint(seen) == 0:
                i = j
    length = 0
    while i >= 0:
        path[length] = i
        length += 1
        p, b = previous[i], before[i]
        by_job = p >= 0 and head[p] + duration[p] + travel[machine[p], machine[i]] == head[i]
        by_machine = b >= 0 and head[b] + duration[b] == head[i]
        if by_job and by_machine:
            i = p if np.random.randint(2) else b
        elif by_job:
            i = p
        elif by_machine:
            i = b
        else:
            i = _NONE
    return length


@njit(cache=True)
def best_place(
    i: Any, target: Any, lasts: Any, s: Any, head: Any, tail: Any, forbid_left: Any, forbid_machine: Any
) -> Any:
    """The best feasible place of *i* (taken out) on *target*: (longest path through it, left neighbour).

    *s* is (previous, following, machine, duration, before, after, travel, first); a place equal to the
    forbidden one is passed over. (-1, -1) when there is none.
    """
    previous, following, machine, duration, after, travel, first = s
    p, f = previous[i], following[i]
    ready = head[p] + duration[p] + travel[machine[p], target] if p >= 0 else 0
    rest = travel[target, machine[f]] + duration[f] + tail[f] if f >= 0 else 0
    best, where, ties = _NONE, _NONE, 0
    left = _NONE
    right = first[target]
    while True:
        # No path leads from the right neighbour to the job's previous operation, nor from the job's next one
        # to the left neighbour.
        late = right < 0 or p < 0 or (right != p and head[right] + duration[right] > head[p])
        early = left < 0 or f < 0 or (left != f and head[f] + duration[f] > head[left])
        if not early:
            break
        if late and not (target == forbid_machine and left == forbid_left):
            begin = max(ready, head[left] + duration[left]) if left >= 0 else ready
            ending = max(rest, duration[right] + tail[right]) if right >= 0 else rest
            value = begin + lasts + ending
            if best < 0 or value < best:
                best, where, ties = value, left, 1
            elif value == best:
                ties += 1
                if np.random.randint(ties) == 0:
                    where = left
        if right < 0:
            break
        left = right
        right = after[right]
    return best, where


@njit(cache=True)
def seed_draws(seed: Any) -> Any:
    """Seed the draws of compiled code, which are not numpy's own."""
    np.random.seed(seed)


@njit(cache=True)
def choose_move(static: Any, state: Any, scratch: Any, until: Any, length: Any, now: Any, best: Any) -> Any:
    """The best move of an operation of the critical path that is not tabu, or would beat *best*; when all
    are tabu, one drawn: (operation, machine, left neighbour, options seen), the operation -1 for none."""
    machine, duration, before, after, first = state
    previous, following, travel, choice_at, choice_machine, choice_duration = static
    order, _, _, head, tail, path = scratch
    s = (previous, following, machine, duration, after, travel, first)
    value, ties, options = _NONE, 0, 0
    chosen = (_NONE, _NONE, _NONE)
    drawn = (_NONE, _NONE, _NONE)
    for at in range(length):
        i = path[at]
        home, b = machine[i], before[i]
        take_out(i, machine, before, after, first)
        relax(previous, following, machine, duration, before, after, travel, order, head, tail)
        for c in range(choice_at[i], choice_at[i + 1]):
            k = choice_machine[c]
            got, where = best_place(i, k, choice_duration[c], s, head, tail, b, home)
            if got < 0:
                continue
            options += 1
            if until[i, k] > now and got >= best:
                if np.random.randint(options) == 0 or drawn[0] < 0:
                    drawn = (i, k, where)
            elif value < 0 or got < value:
                value, chosen, ties = got, (i, k, where), 1
            elif got == value:
                ties += 1
                if np.random.randint(ties) == 0:
                    chosen = (i, k, where)
        put_in(i, home, b, machine, before, after, first)
    if chosen[0] < 0:
        chosen = drawn
    return chosen[0], chosen[1], chosen[2], options


@njit(cache=True)
def move(i: Any, target: Any, left: Any, static: Any, state: Any) -> Any:
    """Put operation *i* on *target* after *left*, with its duration there."""
    machine, duration, before, after, first = state
    choice_at, choice_machine, choice_duration = static[3:]
    take_out(i, machine, before, after, first)
    put_in(i, target, left, machine, before, after, first)
    for c in range(choice_at[i], choice_at[i + 1]):
        if choice_machine[c] == target:
            duration[i] = choice_duration[c]


@njit(cache=True)
def search(static: Any, state: Any, rounds: Any, patience: Any, bound: Any) -> Any:
    """Tabu search from *state*, changed in place; the best makespan, its state, and the rounds done.

    *static* is (previous, following, travel, choice_at, choice_machine, choice_duration), *state* is
    (machine, duration, before, after, first). Stops after *rounds*, after *patience* rounds without a better
    schedule, or at *bound*.
    """
    previous, following, travel = static[:3]
    machine, duration, before, after, first = state
    count = len(previous)
    numbers = np.zeros((6, count), np.int64)
    scratch = (numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5])
    order, head, tail, path = numbers[0], numbers[1], numbers[2], numbers[5]
    until = np.zeros((count, len(first)), np.int64)
    longest = longest_paths(previous, following, machine, duration, before, after, travel, order, head, tail)
    best, idle, now = longest, 0, 0
    kept = (machine.copy(), duration.copy(), before.copy(), after.copy(), first.copy())
    while now < rounds and idle < patience and best > bound:
        length = critical_path(previous, machine, duration, before, travel, head, tail, longest, path)
        i, target, left, options = choose_move(static, state, scratch, until, length, now, best)
        if i < 0:
            break
        tenure = length + options // max(length, 1)
        until[i, machine[i]] = now + tenure + np.random.randint(1 + length // 2)
        move(i, target, left, static, state)
        longest = longest_paths(
            previous, following, machine, duration, before, after, travel, order, head, tail
        )
        now += 1
        idle += 1
        if 0 <= longest < best:
            best, idle = longest, 0
            kept = (machine.copy(), duration.copy(), before.copy(), after.copy(), first.copy())
    return best, kept, now
