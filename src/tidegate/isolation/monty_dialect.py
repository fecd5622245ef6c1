"""What Monty 1.4 knows of Python: the tables by which code is scanned.

A test holds each entry against the real engine, so that a new version shows what changed. What is
not named here is left to full CPython.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final


def _names(text: str) -> frozenset[str]:
    return frozenset(text.split())


MODULES: Final[Mapping[str, frozenset[str]]] = MappingProxyType(
    {
        "__future__": _names("annotations"),
        "asyncio": _names("gather run sleep"),
        "base64": _names(
            "a85decode a85encode b16decode b16encode b32decode b32encode b32hexdecode b32hexencode "
            "b64decode b64encode b85decode b85encode decodebytes encodebytes standard_b64decode "
            "standard_b64encode urlsafe_b64decode urlsafe_b64encode"
        ),
        "binascii": _names(
            "Error Incomplete a2b_base64 a2b_hex b2a_base64 b2a_hex crc32 hexlify unhexlify"
        ),
        "bisect": _names("bisect bisect_left bisect_right insort insort_left insort_right"),
        "collections": _names("Counter defaultdict deque namedtuple"),
        "copy": _names("copy deepcopy"),
        "csv": _names(
            "DictReader DictWriter Error QUOTE_ALL QUOTE_MINIMAL QUOTE_NONE QUOTE_NONNUMERIC "
            "excel excel_tab reader unix_dialect writer"
        ),
        "dataclasses": _names("FrozenInstanceError dataclass field is_dataclass"),
        "datetime": _names("date datetime time timedelta timezone"),
        "decimal": _names(
            "Context Decimal DecimalException DivisionByZero Inexact InvalidOperation Overflow "
            "ROUND_05UP ROUND_CEILING ROUND_DOWN ROUND_FLOOR ROUND_HALF_DOWN ROUND_HALF_EVEN "
            "ROUND_HALF_UP ROUND_UP Rounded Underflow getcontext localcontext setcontext"
        ),
        "functools": _names("cache lru_cache partial reduce"),
        "hashlib": _names(
            "blake2b blake2s md5 new pbkdf2_hmac sha1 sha224 sha256 sha384 sha3_224 sha3_256 "
            "sha3_384 sha3_512 sha512 shake_128 shake_256"
        ),
        "itertools": _names(
            "accumulate chain combinations combinations_with_replacement compress count cycle "
            "dropwhile filterfalse groupby islice pairwise permutations product repeat starmap "
            "takewhile tee zip_longest"
        ),
        "json": _names("JSONDecodeError dumps loads"),
        "math": _names(
            "acos acosh asin asinh atan atan2 atanh cbrt ceil comb copysign cos cosh degrees dist "
            "e erf erfc exp exp2 expm1 fabs factorial floor fmod frexp fsum gamma gcd hypot inf "
            "isclose isfinite isinf isnan isqrt lcm ldexp lgamma log log10 log1p log2 modf nan "
            "nextafter perm pi pow prod radians remainder sin sinh sqrt tan tanh tau trunc ulp"
        ),
        "random": _names(
            "Random betavariate choice choices expovariate gammavariate gauss getrandbits "
            "lognormvariate normalvariate paretovariate randbytes randint random randrange sample "
            "seed shuffle triangular uniform vonmisesvariate weibullvariate"
        ),
        "re": _names(
            "A ASCII DOTALL I IGNORECASE M MULTILINE Match Pattern S compile error escape findall "
            "finditer fullmatch match search split sub"
        ),
        "time": _names(
            "monotonic monotonic_ns perf_counter perf_counter_ns process_time sleep time time_ns"
        ),
        "tomllib": _names("TOMLDecodeError loads"),
        "typing": _names(
            "Annotated Any Callable ClassVar Dict Final FrozenSet Generic Iterable Iterator List "
            "Literal Mapping Never NoReturn Optional Protocol Self Sequence Set TYPE_CHECKING "
            "Tuple Type TypeVar Union"
        ),
        "unicodedata": _names("category combining is_normalized lookup name normalize"),
    }
)
"""Module -> the names that code may take from it."""

BUILTINS: Final = _names(
    "ArithmeticError AssertionError AttributeError BaseException Ellipsis Exception "
    "FileNotFoundError ImportError IndexError KeyError LookupError MemoryError NameError "
    "NotImplemented NotImplementedError OSError OverflowError PermissionError RecursionError "
    "RuntimeError StopIteration TimeoutError TypeError UnboundLocalError UnicodeDecodeError "
    "UnicodeEncodeError ValueError ZeroDivisionError __name__ abs all any bin bool bytes chr "
    "complex dict divmod enumerate filter float format frozenset getattr hasattr hash hex id int "
    "isinstance iter len list map max min next object oct ord pow print range repr reversed round "
    "set setattr slice sorted str sum tuple type zip"
)
"""Built-in names. ``eval``, ``exec``, ``open`` and the like are left out: what they do there and
in CPython differs."""

MISSING_METHODS: Final = _names(
    "format_map maketrans translate difference_update intersection_update "
    "symmetric_difference_update as_integer_ratio bit_count bit_length conjugate denominator "
    "from_bytes numerator to_bytes fromhex is_integer ctime fromisocalendar fromordinal "
    "fromtimestamp isocalendar timetuple toordinal utcfromtimestamp utcnow utctimetuple "
    "from_float groupindex scanner subn expand lastgroup lastindex"
)
"""Methods of common types that Monty's types have not."""

METHODS: Final = _names(
    "add append capitalize casefold center clear copy count decode difference discard encode "
    "endswith expandtabs extend find get index insert intersection isalnum isalpha isascii "
    "isdecimal isdigit isdisjoint isidentifier islower isnumeric isprintable isspace issubset "
    "issuperset istitle isupper items join keys ljust lower lstrip partition pop popitem remove "
    "removeprefix removesuffix replace reverse rfind rindex rjust rpartition rsplit rstrip "
    "setdefault sort split splitlines startswith strip swapcase title union update upper values "
    "zfill"
)
"""Methods that Monty has, and can only call: ``key=str.lower`` needs CPython."""

SPECIAL_METHODS: Final = _names(
    "__init__ __repr__ __str__ __eq__ __hash__ __iter__ __next__ __getitem__ __contains__ __call__ "
    "__enter__ __exit__ __neg__ __abs__ __int__ __float__ __index__ __round__ __add__ __radd__ "
    "__sub__ __mul__ __truediv__ __floordiv__ __mod__ __pow__ __and__ __or__ __matmul__"
)
"""Special methods of a class that Monty calls."""
