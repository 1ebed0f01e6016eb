"""A program that is compiled and never run: its functions are those of the stacks that compile.py puts together."""


def start(argument):
    return plain(argument, 1)


def plain(first, second):
    return inner(
        first,
        second + 1,
    )


def inner(x, y):
    return leaf(x) + leaf(y)


def leaf(value):
    if value > 3:
        return value.bit_length()
    return [value for _ in range(3)]


class Größe:
    def messen(self):
        return self.名前()

    def 名前(self):
        return (lambda value: 测量(value))(1)


def 测量(number):
    return sum(gen(number))


def gen(number):
    for i in range(number):
        yield deep(i)


def deep(number):
    return deep(number - 1) if number else leaf(number)


async def main():
    return await 𐌰waiting()


async def 𐌰waiting():
    return leaf(2)
