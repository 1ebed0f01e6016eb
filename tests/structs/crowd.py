"""A program that is compiled and never run as Python: what crowd.c does, call by call. Each line calls one function, and no
function of one colour calls one of another: a stack of two colours never was."""


def crowd():
    red()
    green()
    blue()


def red():
    red_gen()
    red_one()
    red_two()


def red_one():
    red_two()
    shared()
    red_leaf()


def red_two():
    red_leaf()
    red_leaf()


def red_gen():
    red_leaf()
    yield red_two()


def red_leaf():
    shared()


def green():
    green_one()
    green_gen()
    green_two()


def green_one():
    green_leaf()
    green_two()
    shared()


def green_two():
    green_leaf()
    shared()


def green_gen():
    green_two()
    yield green_leaf()


def green_leaf():
    shared()


def blue():
    blue_two()
    blue_one()
    blue_gen()


def blue_one():
    blue_two()
    blue_leaf()
    shared()


def blue_two():
    shared()
    blue_leaf()


def blue_gen():
    blue_leaf()
    yield blue_two()


def blue_leaf():
    shared()


def shared():
    pass
