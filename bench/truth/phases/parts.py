"""The parts of a phase, read from files of templates, and its source made of them.

A file of templates holds Python that is never imported. A line `#: NAME [KEY[=VALUE] ...]` begins one. In it, NAME stands for the
function that the template defines, NEXT for the one that it has to bring to be called, _N for what makes other names unlike
any other phase's, HISTORY for the place of a history, RANDOM for a number, LOCALS for assignments to some locals.
Keys: since=3.12 and before=3.12 name versions, needs=MODULE what must be importable, once=WORD that a chain has one part with that word,
main that it runs in the main thread of the main interpreter, leaves that what follows does not, last that nothing follows,
alone=0 that it is no connector for itself, rare that it is chosen less often, over=NAMES functions that may stand above for a moment,
waits that it leaves the processor.
"""
import importlib.util, os, re, sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Part:
    def __init__(self, name, keys, text):
        self.name, self.keys, self.text = name, keys, text

    @property
    def weight(self):
        return 0.3 if "rare" in self.keys else 1


def version(text):
    return tuple(int(part) for part in text.split("."))


def fits(keys):
    """Whether this interpreter can have the part."""
    if "since" in keys and sys.version_info < version(keys["since"]): return False
    if "before" in keys and sys.version_info >= version(keys["before"]): return False
    return all(importlib.util.find_spec(module) for module in keys.get("needs", "").split("+") if module)


def parts_of(name):
    """By its name, each part of a file or folder that this interpreter can have."""
    path, parts = os.path.join(HERE, name), {}
    files = sorted(os.listdir(path)) if os.path.isdir(path) else [""]
    for file in files:
        if file and not file.endswith(".py"): continue
        with open(os.path.join(path, file) if file else path) as templates:
            for heading, text in re.findall(r"^#: (.*)\n((?:(?!#: ).*\n)*)", templates.read(), re.M):
                title, *words = heading.split()
                keys = dict(word.split("=", 1) if "=" in word else (word, "") for word in words)
                if title in parts: raise ValueError(f"two parts are called {title}")
                if fits(keys): parts[title] = Part(title, keys, text.rstrip("\n") + "\n")
    return parts


def choice(rng, parts, chosen):
    """A function that chooses among the parts that have been named and that this interpreter can have."""
    names = sorted(set(parts).intersection(chosen.split(",")) if chosen else parts)
    if not names: raise ValueError(f"this interpreter has none of {chosen}")
    weights = [parts[name].weight for name in names]
    return lambda: parts[rng.choices(names, weights)[0]]


def is_possible(chain, part):
    keys = part.keys
    once = {word for other in chain for word in other.keys.get("once", "").split("+") if word}
    if once & set(keys.get("once", "").split("+")): return False
    if "main" in keys and any("leaves" in other.keys for other in chain): return False
    return not any("last" in other.keys for other in chain)


def chain_of(rng, phase, parts, options):
    """A phase's source, and all that it is made of."""
    connectors, histories, ends = parts
    hows = options["how"].split("/") if "how" in options else []
    if phase < len(hows): return source_of(rng, phase, *named(hows[phase].split(","), connectors, histories, ends))
    next_connector = choice(rng, connectors, options.get("connectors"))
    next_history = choice(rng, histories, options.get("histories"))
    next_end = choice(rng, ends, options.get("ends"))
    chain = []
    if options.get("all") == "each": chain.append(connectors[sorted(connectors)[phase]])
    else:
        for _ in range(rng.randint(1, int(options.get("depth", 5)))):
            part = next_connector()
            if is_possible(chain, part): chain.append(part)
    if not chain: chain.append(connectors["call"])
    return source_of(rng, phase, [(part, next_history() if has_history(part) else None) for part in chain], next_end())


def has_history(part):
    return re.search(r"^ *HISTORY$", part.text, re.M) is not None


def named(words, connectors, histories, ends):
    """What `how` of a stay names; parts that this interpreter can't have are left out."""
    *words, end = words
    chain, history = [], None
    for word in words:
        part = connectors.get(word)
        if part and (history or not has_history(part)): chain.append((part, history))
        history = None if part and (history or not has_history(part)) else histories.get(word)
    return chain or [(connectors["call"], histories["nothing"])], ends[end]


def fill(rng, text, phase, index):
    text = re.sub(r"\bLOCALS\b", lambda _: " = ".join(f"a{i}" for i in range(rng.randint(1, 400))) + " = 0", text)
    text = re.sub(r"\bRANDOM\b", lambda _: str(rng.randint(1, 200)), text)
    text = text.replace("NAME", f"f_{phase}_{index}").replace("NEXT", f"f_{phase}_{index + 1}").replace("PHASE", str(phase))
    return re.sub(r"_N\b", f"_{phase}_{index}", text)


def source_of(rng, phase, chain, end):
    """The source of connectors, each with its history, and of an end; and their names."""
    source, how = "", []
    for index, (part, history) in enumerate(chain):
        text = part.text
        if history:
            how.append(history.name)
            text = with_history(text, history, f"f_{phase}_{index}")
        how.append(part.name)
        source += fill(rng, text, phase, index)
    how.append(end.name)
    return source + fill_end(rng, phase, len(chain), end, source.count("\n"), how), how


def with_history(text, history, function):
    place = re.search(r"^( *)HISTORY\n", text, re.M)
    mark = f"mark((now(), get_ident(), '{function}', %s))\n"
    body = mark % "False" + history.text + mark % "True"
    lines = "".join(f"{place[1]}    {line}" for line in body.splitlines(True))
    return f"{text[:place.start()]}{place[1]}if get_ident() not in warm:\n{lines}{text[place.end():]}"


def indented(text):
    return "".join(f"    {line}" for line in text.splitlines(True))


def fill_end(rng, phase, index, end, line, how):
    """The source of an end that begins behind so many lines."""
    stay, _, defined = end.text.partition("---\n")
    defined = fill(rng, defined, phase, index)
    before, _, stay = fill(rng, stay, phase, index).rpartition("STAY\n")
    head = f"{defined}def f_{phase}_{index}(*_, **__):\n    if get_ident() in warm: return 0\n{indented(before)}    begin = now()\n"
    first = line + head.count("\n") + 1
    lines = [first, first + stay.count("\n") - 1]
    # "audit": hooks stay for good once there is one, and some ends raise events.
    over = ["audit"] + [name.replace("_N", f"_{phase}_{index}") for name in end.keys.get("over", "").split("+") if name]
    stayed = f"{phase}, 'f_{phase}_{index}', begin, now(), {how!r}, {lines!r}, {over!r}, {'waits' in end.keys!r}"
    return f"{head}{indented(stay)}    note({stayed})\n    return 0\n"
