"""Plain code: nested calls, methods, closures, decorators, lambdas, comprehensions, classes, exec, eval, recursion."""

import functools

import account


def nested_calls(hold):
    def first(value):
        return second(value + 1)

    def second(value, *rest, **named):
        return third(value, named=value)

    def third(value, named):
        return hold()

    return first(1)


class Base:
    @classmethod
    def of_class(cls, hold):
        return cls().of_instance(hold)

    def of_instance(self, hold):
        return self.of_nobody(hold)

    @staticmethod
    def of_nobody(hold):
        return hold()


class Derived(Base):
    def of_instance(self, hold):
        return super().of_instance(hold)

    class Inner:
        def method(self, hold):
            return Derived.of_class(hold)


def methods(hold):
    return Derived.Inner().method(hold)


def closures(hold):
    def outer():
        def middle():
            def inner():
                return hold()

            return inner()

        return middle()

    return outer()


def decorate(function):
    @functools.wraps(function)
    def wrapper(*args, **kwargs):
        return function(*args, **kwargs)

    return wrapper


@decorate
@decorate
def decorators(hold):
    return hold()


lambdas = lambda hold: (lambda a: (lambda b, c=a: hold())(a + 1))(1)  # noqa: E731
lambdas.__name__ = "lambdas"


def list_comprehension(hold):
    return [hold() if x == 2 else x for x in range(5)]


def dict_comprehension(hold):
    return {x: hold() if x == 2 else x for x in range(5)}


def set_comprehension(hold):
    return {hold() if x == 2 else x for x in range(5)}


def nested_comprehension(hold):
    return [[(lambda: [hold() for _ in range(y)])() if y else y for y in range(x)] for x in range(5)]


def generator_expression(hold):
    return sum(hold() if x == 2 else x for x in range(5))


def class_body(hold):
    class Outer:
        value = 1

        class Inner:
            value = hold()

    return Outer


def executed(hold):
    source = "\n\ndef made(hold):\n    return (\n        hold()\n    )\n\n\nresult = made(hold)\n"
    exec(compile(source, "/no/such/folder/made up.py", "exec"), {"hold": hold})


def evaluated(hold):
    return eval("[hold() for _ in 'x']", {"hold": hold})


def evaluated_with_a_name(hold):
    return eval(compile("(lambda: 1 +\n hold())()", "<made up>", "eval"), {"hold": hold})


def several_lines(hold):
    return dict(
        first=1,
        second=[
            2,
            (
                lambda: hold(
                    *[],
                    **{},
                )
            )(),
        ],
    )


def after_long_line(hold):
    return ("                                                                                                                                                      ", hold())[1]  # fmt: skip


def no_trace(hold):
    try:
        try:
            raise ValueError("first")
        except ValueError as error:
            raise KeyError("second") from error
    except KeyError:
        return hold()
    finally:
        pass


def in_finally(hold):
    try:
        return 1
    finally:
        hold()


def recursion(hold, depth=50):
    if depth == 0:
        return hold()
    return recursion(hold, depth - 1)


def mutual(hold, depth=30):
    def ping(n):
        return pong(n - 1) if n else hold()

    def pong(n):
        return ping(n - 1) if n else hold()

    return ping(depth)


def main(hold):
    return hold()


account.run(
    [
        nested_calls,
        methods,
        closures,
        decorators,
        lambdas,
        list_comprehension,
        dict_comprehension,
        set_comprehension,
        nested_comprehension,
        generator_expression,
        class_body,
        executed,
        evaluated,
        evaluated_with_a_name,
        several_lines,
        after_long_line,
        no_trace,
        in_finally,
        recursion,
        mutual,
    ],
    main,
)
