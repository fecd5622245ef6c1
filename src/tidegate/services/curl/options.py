"""The options of cURL: which take a value, and what becomes of each.

Names and letters are those of curl's manual page (version 8).
"""

from typing import Final, Literal, NamedTuple

Fate = Literal["used", "ignored", "unsupported"]


class Option(NamedTuple):
    """``takes_value``: the next word belongs to it. ``why`` is said where it is unsupported."""

    name: str
    takes_value: bool
    fate: Fate
    why: str = ""


_USED: Final = (
    *("request X=", "url =", "data d=", "data-ascii =", "data-raw =", "data-binary ="),
    *("data-urlencode =", "json =", "form F=", "form-string =", "user u=", "oauth2-bearer ="),
    *("globoff g",),
    *("get G", "head I", "header H=", "cookie b=", "user-agent A=", "referer e=", "location L"),
    *("compressed", "insecure k", "max-time m=", "connect-timeout =", "max-redirs =", "retry ="),
    *("retry-delay =", "retry-all-errors", "upload-file T=", "output o=", "remote-name O"),
    *("url-query =", "proto-default =", "basic", "digest", "cacert =", "location-trusted"),
)
# What only changes how curl shows or sends things that a node shows and sends in its own way.
_IGNORED: Final = (
    *("silent s", "show-error S", "verbose v", "include i", "show-headers", "no-progress-meter"),
    *("progress-bar #", "no-buffer N", "fail f", "fail-with-body", "fail-early", "write-out w="),
    *("remote-header-name J", "remote-name-all", "create-dirs", "output-dir ="),
    *("http1.1", "http2", "http2-prior-knowledge", "http3", "tlsv1", "tlsv1.2", "tlsv1.3"),
    *("no-keepalive", "keepalive-time =", "tcp-nodelay", "tcp-fastopen", "disable q", "stderr ="),
    *("trace =", "trace-ascii =", "trace-time", "dump-header D=", "styled-output", "no-alpn"),
    *("path-as-is", "parallel Z", "no-sessionid", "ssl", "ssl-reqd", "retry-connrefused"),
    *("raw", "expect100-timeout =", "happy-eyeballs-timeout-ms =", "remote-time R", "no-npn"),
    *("progress-meter", "no-styled-output", "clobber", "no-clobber", "xattr", "tr-encoding"),
)
_PROXY: Final = "which proxy is used is the operator's to say"
_AUTH: Final = "this way of signing in is not known to Tidegate"
_CERTIFICATE: Final = "a client certificate belongs into a credential of type mtls"
_COOKIES: Final = "a node keeps no cookies between requests"
_ADDRESS: Final = "where a name leads is for the gate to find out"
_SPEED: Final = "the speed of a transfer can't be bounded"
_PROTOCOL: Final = "only HTTP is sent"
_UNSUPPORTED: Final = {
    "proxy x=": _PROXY,
    "proxy-user U=": _PROXY,
    "proxy-header =": _PROXY,
    "proxy-insecure": _PROXY,
    "proxytunnel p": _PROXY,
    "preproxy =": _PROXY,
    "noproxy =": _PROXY,
    "socks5 =": _PROXY,
    "socks5-hostname =": _PROXY,
    "socks4 =": _PROXY,
    "socks4a =": _PROXY,
    "ntlm": _AUTH,
    "negotiate": _AUTH,
    "anyauth": _AUTH,
    "aws-sigv4 =": _AUTH,
    "netrc n": _AUTH,
    "netrc-file =": _AUTH,
    "netrc-optional": _AUTH,
    "delegation =": _AUTH,
    "cert E=": _CERTIFICATE,
    "cert-type =": _CERTIFICATE,
    "key =": _CERTIFICATE,
    "key-type =": _CERTIFICATE,
    "pass =": _CERTIFICATE,
    "capath =": "give the authorities' certificates as custom authorities",
    "pinnedpubkey =": "a pinned key is not checked",
    "ciphers =": "TLS is 1.2 or newer with the system's ciphers",
    "tls13-ciphers =": "TLS is 1.2 or newer with the system's ciphers",
    "tls-max =": "TLS is 1.2 or newer",
    "cookie-jar c=": _COOKIES,
    "junk-session-cookies j": _COOKIES,
    "resolve =": _ADDRESS,
    "connect-to =": _ADDRESS,
    "interface =": _ADDRESS,
    "local-port =": _ADDRESS,
    "dns-servers =": _ADDRESS,
    "doh-url =": _ADDRESS,
    "ipv4 4": _ADDRESS,
    "ipv6 6": _ADDRESS,
    "unix-socket =": _ADDRESS,
    "abstract-unix-socket =": _ADDRESS,
    "limit-rate =": _SPEED,
    "speed-limit Y=": _SPEED,
    "speed-time y=": _SPEED,
    "max-filesize =": "set max_size instead",
    "rate =": "set the node's rate instead",
    "retry-max-time =": "set the retry policy of the node instead",
    "range r=": "send the header Range instead",
    "continue-at C=": "a transfer begins anew",
    "time-cond z=": "send the header If-Modified-Since instead",
    "etag-save =": "ETags are not kept in files",
    "etag-compare =": "ETags are not kept in files",
    "config K=": "a file of options is not read",
    "next :": "one node sends one request; only the first was taken",
    "variable =": "variables of curl's own are not known",
    "expand-url =": "variables of curl's own are not known",
    "expand-data =": "variables of curl's own are not known",
    "form-escape": "names in forms are escaped as browsers do",
    "post301": "a redirect by 301 turns POST into GET",
    "post302": "a redirect by 302 turns POST into GET",
    "post303": "a redirect by 303 turns POST into GET",
    "http1.0 0": "HTTP/1.1 is sent",
    "http0.9": "HTTP/1.1 is sent",
    "request-target =": "the target is the URL's",
    "haproxy-protocol": _PROTOCOL,
    "mail-from =": _PROTOCOL,
    "mail-rcpt =": _PROTOCOL,
    "ftp-pasv": _PROTOCOL,
    "quote Q=": _PROTOCOL,
    "list-only l": _PROTOCOL,
    "append a": _PROTOCOL,
    "use-ascii B": _PROTOCOL,
    "proto =": "only http and https are ever requested",
    "proto-redir =": "only http and https are ever requested",
    "manual M": "it asks curl about itself",
    "help h": "it asks curl about itself",
    "version V": "it asks curl about itself",
}


def _table() -> tuple[dict[str, Option], dict[str, Option]]:
    by_name: dict[str, Option] = {}
    by_letter: dict[str, Option] = {}
    rows: list[tuple[str, Fate, str]] = [(text, "used", "") for text in _USED]
    rows += [(text, "ignored", "") for text in _IGNORED]
    rows += [(text, "unsupported", why) for text, why in _UNSUPPORTED.items()]
    for text, fate, why in rows:
        name, _, short = text.partition(" ")
        option = Option(name, short.endswith("="), fate, why)
        by_name[name] = option
        if letter := short.removesuffix("="):
            by_letter[letter] = option
    return by_name, by_letter


BY_NAME, BY_LETTER = _table()
"""Every option by its long name, and by its letter."""
