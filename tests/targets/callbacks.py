"""Python called back from C: keys, descriptors, special methods, destructors, a trace function, a signal handler."""

import ctypes
import functools
import gc
import json
import re
import signal
import sys
import weakref

import account

_signal = getattr(signal, "SIGUSR1", signal.SIGINT)
_c_library = ctypes.CDLL("msvcrt" if sys.platform == "win32" else None)

def sort_key(hold):
    return sorted([3, 1, 2], key=lambda x: hold() if x == 1 else x)


def mapped(hold):
    return list(map(lambda x: hold(), filter(lambda x: True, [1, 2])))


def reduced(hold):
    return functools.reduce(lambda a, b: hold(), [1, 2, 3])


def substituted(hold):
    def replace(match):
        return hold()

    return re.sub("b", replace, "abc")


def cached(hold):
    @functools.lru_cache(maxsize=None)
    def compute(value):
        return hold() if value == 0 else compute(value - 1)

    return compute(5)


def partial(hold):
    return functools.partial(lambda a, b: hold(), 1)(2)


def sort_of_sort(hold):
    def inner(x):
        return sorted([x, x], key=lambda y: hold() if y == 2 else y)

    return max([1, 2, 3], key=inner)


class Everything:
    def __init__(self, hold, where):
        self.hold = hold
        self.where = where
        if where == "init":
            hold()

    def __getattr__(self, name):
        return self.hold()

    @property
    def computed(self):
        return self.hold()

    def __call__(self, value):
        return self.hold()

    def __add__(self, other):
        return self.hold()

    def __getitem__(self, key):
        return self.hold()

    def __len__(self):
        return self.hold()

    def __iter__(self):
        return self

    def __next__(self):
        return self.hold()

    def __hash__(self):
        return self.hold()

    def __lt__(self, other):
        return self.hold()

    def __contains__(self, item):
        return self.hold()

    def __str__(self):
        return self.hold()

    def __enter__(self):
        if self.where == "enter":
            self.hold()
        return self

    def __exit__(self, *_):
        self.hold()


def constructed(hold):
    return Everything(hold, "init")


def missing_attribute(hold):
    return Everything(hold, "").missing


def property_read(hold):
    return Everything(hold, "").computed


def instance_called(hold):
    return Everything(hold, "")(1)


def added(hold):
    return Everything(hold, "") + 1


def indexed(hold):
    return Everything(hold, "")[0]


def measured(hold):
    return len(Everything(hold, ""))


def iterated(hold):
    for _ in Everything(hold, ""):
        pass


def hashed(hold):
    return {Everything(hold, ""): 1}


def compared(hold):
    return Everything(hold, "") < 1


def searched(hold):
    return 1 in Everything(hold, "")


def formatted(hold):
    return f"{1}{Everything(hold, '')}{2}"


def entered(hold):
    with Everything(hold, "enter"):
        pass


def left(hold):
    with Everything(hold, ""):
        pass


class Descriptor:
    def __set_name__(self, owner, name):
        if name == "named":
            owner.hold()

    def __get__(self, instance, owner):
        return instance.hold()


def descriptor(hold):
    class Owner:
        value = Descriptor()

        def __init__(self):
            self.hold = hold

    return Owner().value


def set_name(hold):
    def make():
        class Owner:
            named = Descriptor()

            hold = staticmethod(lambda: parking())

        return Owner

    parking = hold
    return make()


def metaclass(hold):
    class Meta(type):
        def __new__(mcs, *args):
            return super().__new__(mcs, *args)

        def __init__(cls, *args):
            hold()

    class Made(metaclass=Meta):
        pass

    return Made


def destroyed(hold):
    class Dying:
        def __del__(self):
            hold()

    dying = Dying()
    del dying


def collected(hold):
    class Dying:
        def __del__(self):
            hold()

    def cycle():
        one = Dying()
        one.self = one

    cycle()
    gc.collect()


def weakly_referenced(hold):
    class Target:
        pass

    target = Target()
    reference = weakref.ref(target, lambda _: hold())
    target = None
    return reference


def serialised(hold):
    return json.dumps({"a": object()}, default=lambda _: hold())


def through_ctypes(hold):
    compare = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)(lambda a, b: hold())
    numbers = (ctypes.c_int * 2)(2, 1)
    _c_library.qsort(numbers, ctypes.c_size_t(2), ctypes.c_size_t(ctypes.sizeof(ctypes.c_int)), compare)


def traced(hold):
    def observed():
        return 1

    def trace(frame, event, argument):
        if frame.f_code is observed.__code__:
            hold()

    sys.settrace(trace)
    observed()


def profiled(hold):
    def profile(frame, event, argument):
        if event == "c_call":
            hold()

    sys.setprofile(profile)
    len("")


def main(hold):
    def on_signal(number, frame):
        hold()

    signal.signal(_signal, on_signal)
    signal.raise_signal(_signal)
    while True:
        pass


# `collected` comes first: a collection in one thread must not run the destructors of another's shape.
account.run(
    [
        collected,
        sort_key,
        mapped,
        reduced,
        substituted,
        cached,
        partial,
        sort_of_sort,
        constructed,
        missing_attribute,
        property_read,
        instance_called,
        added,
        indexed,
        measured,
        iterated,
        hashed,
        compared,
        searched,
        formatted,
        entered,
        left,
        descriptor,
        set_name,
        metaclass,
        destroyed,
        weakly_referenced,
        serialised,
        through_ctypes,
        traced,
        profiled,
    ],
    main,
)
