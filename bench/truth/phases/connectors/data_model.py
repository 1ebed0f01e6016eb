# Methods that the interpreter calls for operators, conversions, attributes and classes. See ../parts.py.
#: property
class P_N:
    @property
    def p(self): NEXT()
def NAME():
    HISTORY
    P_N().p
#: properties
# Specialised: a frame is pushed for it without a call.
class P_N:
    @property
    def p(self): return NEXT() if self.stay else 0
def NAME():
    p = P_N()
    p.stay = False
    HISTORY
    for i in range(40):
        p.stay = i == 39
        p.p
#: getattr
class G_N:
    def __getattr__(self, name): NEXT()
def NAME():
    HISTORY
    G_N().x
#: getattribute
class G_N:
    def __getattribute__(self, name): NEXT()
def NAME():
    HISTORY
    G_N().x
#: getattributes
class G_N:
    def __getattribute__(self, name): return NEXT() if name == "stay" else 0
def read_N(g): return g.x
def NAME():
    g = G_N()
    for i in range(40): read_N(g)
    HISTORY
    g.stay
#: setattr
class G_N:
    def __setattr__(self, name, value): NEXT()
def NAME():
    HISTORY
    G_N().x = 1
#: delattr
class G_N:
    def __delattr__(self, name): NEXT()
def NAME():
    HISTORY
    del G_N().x
#: descriptor
class D_N:
    def __get__(self, instance, owner): NEXT()
    def __set__(self, instance, value): self.__get__(1, 2)
class H_N:
    d = D_N()
def NAME():
    HISTORY
    H_N().d = 1
#: getter
class D_N:
    def __get__(self, instance, owner): return NEXT()
class H_N:
    d = D_N()
def NAME():
    HISTORY
    H_N.d
#: operator
class O_N:
    def __add__(self, other): NEXT()
def NAME():
    HISTORY
    O_N() + 1
#: reflected
class O_N:
    def __rmul__(self, other): NEXT()
def NAME():
    HISTORY
    3 * O_N()
#: inplace
class O_N:
    def __iadd__(self, other): NEXT()
def NAME():
    o = O_N()
    HISTORY
    o += 1
#: compare
class L_N:
    def __lt__(self, other):
        NEXT()
        return False
def NAME():
    HISTORY
    sorted([L_N(), L_N()])
#: eq
class Q_N:
    def __hash__(self): return 1
    def __eq__(self, other): return (NEXT(), True)[1]
def NAME():
    HISTORY
    [Q_N()].index(Q_N())
#: hash
class H_N:
    def __hash__(self):
        NEXT()
        return 1
def NAME():
    HISTORY
    {H_N()}
#: bool
class B_N:
    def __bool__(self):
        NEXT()
        return True
def NAME():
    HISTORY
    if B_N(): pass
#: len
class B_N:
    def __len__(self):
        NEXT()
        return 1
def NAME():
    HISTORY
    not B_N()
#: contains
class B_N:
    def __contains__(self, x):
        NEXT()
        return True
def NAME():
    HISTORY
    1 in B_N()
#: index
class B_N:
    def __index__(self):
        NEXT()
        return 0
def NAME():
    HISTORY
    [1, 2][B_N()]
#: int
class B_N:
    def __int__(self):
        NEXT()
        return 0
def NAME():
    HISTORY
    int(B_N())
#: format
class F_N:
    def __format__(self, spec):
        NEXT()
        return ""
def NAME():
    HISTORY
    f"{F_N():x}"
#: str
class S_N:
    def __str__(self):
        NEXT()
        return "s"
def NAME():
    HISTORY
    "%s" % S_N()
#: repr
class S_N:
    def __repr__(self):
        NEXT()
        return "s"
def NAME():
    HISTORY
    repr([[S_N()]])
#: getitem
class K_N:
    def __getitem__(self, k): return NEXT()
def NAME():
    HISTORY
    K_N()[1]
#: getitems
class K_N:
    def __getitem__(self, k): return NEXT() if k == 39 else 0
def NAME():
    k = K_N()
    HISTORY
    for i in range(40): k[i]
#: setitem
class K_N:
    def __setitem__(self, k, v): return NEXT()
def NAME():
    HISTORY
    K_N()[1] = 2
#: missing
class K_N(dict):
    def __missing__(self, k): return NEXT()
def NAME():
    HISTORY
    K_N()[1]
#: defaultdict
def NAME():
    d = collections.defaultdict(NEXT)
    HISTORY
    d[1]
#: iterator
class T_N:
    def __iter__(self): return self
    def __next__(self):
        NEXT()
        raise StopIteration
def NAME():
    HISTORY
    for x in T_N(): pass
#: iter
class T_N:
    def __iter__(self):
        NEXT()
        return iter(())
def NAME():
    HISTORY
    (*T_N(), )
#: sequence
class T_N:
    def __getitem__(self, k):
        NEXT()
        raise IndexError
def NAME():
    HISTORY
    list(T_N())
#: enumclass
def NAME():
    HISTORY
    class E_N(enum.Enum):
        A = 1
        @classmethod
        def _missing_(cls, value): return (NEXT(), cls.A)[1]
    E_N(5)
#: metaclass
class M_N(type):
    def __call__(cls): NEXT()
class K_N(metaclass=M_N): pass
def NAME():
    HISTORY
    K_N()
#: metanew
class M_N(type):
    def __new__(meta, name, bases, names):
        if bases: NEXT()
        return super().__new__(meta, name, bases, names)
class K_N(metaclass=M_N): pass
def NAME():
    HISTORY
    class L_N(K_N): pass
#: prepare
class M_N(type):
    @classmethod
    def __prepare__(meta, name, bases):
        if bases: NEXT()
        return {}
class K_N(metaclass=M_N): pass
def NAME():
    HISTORY
    class L_N(K_N): pass
#: initsubclass
class K_N:
    def __init_subclass__(cls): NEXT()
def NAME():
    HISTORY
    class L_N(K_N): pass
#: setname
class Q_N:
    def __set_name__(self, owner, name): NEXT()
def NAME():
    HISTORY
    class L_N:
        q = Q_N()
#: instancecheck
class M_N(type):
    def __instancecheck__(cls, x): return (NEXT(), True)[1]
class K_N(metaclass=M_N): pass
def NAME():
    HISTORY
    isinstance(1, K_N)
#: mro
class M_N(type):
    def mro(cls):
        NEXT()
        return super().mro()
def NAME():
    HISTORY
    M_N("K", (), {})
#: match since=3.10
class A_N:
    def __eq__(self, other): return (NEXT(), True)[1]
class C_N: x = A_N()
def NAME():
    HISTORY
    exec("match 1:\n    case C_N.x: pass", globals())
#: copy
class Y_N:
    def __deepcopy__(self, memo): NEXT()
def NAME():
    HISTORY
    copy.deepcopy([Y_N()])
#: reduce_ex
class Y_N:
    def __reduce_ex__(self, p):
        NEXT()
        return "x"
def NAME():
    HISTORY
    try: pickle.dumps([Y_N()])
    except Exception: pass
#: sizeof
class Y_N:
    def __sizeof__(self):
        NEXT()
        return 1
def NAME():
    HISTORY
    sys.getsizeof(Y_N())
#: dir
class Y_N:
    def __dir__(self):
        NEXT()
        return []
def NAME():
    HISTORY
    dir(Y_N())
