"""Generators, coroutines and async generators, parked inside."""

import asyncio
import contextlib
import types

import account


def generator(hold):
    def numbers():
        yield 1
        yield hold()

    for _ in numbers():
        pass


def generator_sent(hold):
    def echo():
        got = yield
        while True:
            got = yield (got, hold())

    driver = echo()
    next(driver)
    driver.send(1)


def generator_thrown(hold):
    def catching():
        try:
            yield
        except ValueError:
            hold()

    driver = catching()
    next(driver)
    driver.throw(ValueError())


def generator_closed(hold):
    def closing():
        try:
            yield
        finally:
            hold()

    driver = closing()
    next(driver)
    driver.close()


def yield_from(hold):
    def outer():
        yield 0
        yield from middle()

    def middle():
        result = yield from inner()
        yield result

    def inner():
        yield 1
        yield hold()

    for _ in outer():
        pass


def from_c(hold):
    def numbers():
        yield 1
        yield hold()

    return list(zip(map(str, numbers()), range(5)))


def unpacked(hold):
    def numbers():
        yield 1
        yield hold()

    a, b = numbers()
    return a, b


def generator_in_generator(hold):
    def source():
        for n in range(3):
            yield n if n < 2 else hold()

    return [x for x in (y for y in (z for z in source()))]


def coroutine_by_send(hold):
    async def outer():
        return await middle()

    async def middle():
        return [await inner() for _ in range(1)]

    async def inner():
        return hold()

    outer().send(None)


class Awaitable:
    def __init__(self, hold):
        self.hold = hold

    def __await__(self):
        yield self.hold()


def coroutine_of_awaitable(hold):
    async def waits():
        await Awaitable(hold)

    waits().send(None)


def coroutine_of_generator(hold):
    @types.coroutine
    def old_style():
        yield hold()

    async def waits():
        await old_style()

    waits().send(None)


def asynchronous_generator(hold):
    async def numbers():
        yield 1
        yield hold()

    async def consume():
        async for _ in numbers():
            pass

    with contextlib.suppress(StopIteration):
        consume().send(None)


def asynchronous_comprehension(hold):
    async def numbers():
        for n in range(3):
            yield n

    async def consume():
        return [hold() async for _ in numbers()]

    consume().send(None)


def asynchronous_context(hold):
    class Context:
        async def __aenter__(self):
            return hold()

        async def __aexit__(self, *_):
            pass

    async def enters():
        async with Context():
            pass

    enters().send(None)


def asyncio_task(hold):
    async def leaf():
        await asyncio.sleep(0)
        return hold()

    async def branch():
        return await asyncio.gather(leaf(), asyncio.sleep(0))

    asyncio.run(branch())


def main(hold):
    async def soon():
        hold()

    async def waits():
        asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(soon()))
        await asyncio.sleep(3600)

    asyncio.run(waits())


account.run(
    [
        generator,
        generator_sent,
        generator_thrown,
        generator_closed,
        yield_from,
        from_c,
        unpacked,
        generator_in_generator,
        coroutine_by_send,
        coroutine_of_awaitable,
        coroutine_of_generator,
        asynchronous_generator,
        asynchronous_comprehension,
        asynchronous_context,
        asyncio_task,
    ],
    main,
)
