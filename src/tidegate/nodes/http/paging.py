"""One page after another, each passed on and remembered before the next is asked for."""

import hashlib
from typing import TYPE_CHECKING, Any

from tidegate import codec
from tidegate.nodes.http.fetching import Fetched, fetch
from tidegate.nodes.http.next_page import as_change, first_change, next_change
from tidegate.nodes.http.output import as_object, make_items
from tidegate.nodes.http.sending import build_request
from tidegate.sdk import Context, Item, JsonObject, NodeFailed
from tidegate.sdk.values import type_name

if TYPE_CHECKING:
    from tidegate.nodes.http.params import HttpParams


class Pages:
    """The pages for one input item; ``state`` is JSON, from which a later attempt goes on.

    It holds the next page's number, the difference of its request (None at the end), the count of
    items so far, and digests of the last page and of the requests made.
    """

    def __init__(self, ctx: Context, params: "HttpParams", item: Item) -> None:
        self._ctx, self._params, self._item = ctx, params, item
        self._asked: set[str] = set()
        start: JsonObject = {"page": 0, "items": 0, "next": first_change(params), "digest": ""}
        self.state: JsonObject = ctx.resume or start

    async def run(self) -> None:
        """Ask for every page that is left.

        Raises:
            HttpError, SecurityError: as one request does.
            NodeFailed: a page does not hold what the parameters say.
        """
        while self.state["next"] is not None:
            await self._page()

    async def _page(self) -> None:
        ctx, params, state = self._ctx, self._params, self.state
        request = build_request(ctx, params, self._item, as_change(state["next"]))
        fetched = await fetch(ctx, params, request, self._item)
        before = ctx.budget.alloc
        elements = self._elements(fetched)
        digest = _digest(fetched.content.data)
        if digest == state["digest"] and elements:
            self._stop("the server gave the same page again")
            await ctx.emit([], self.state)
            ctx.budget.release(fetched.content.charged)
            return
        number, seen = state["page"], state["items"]
        following = next_change(
            params, self._item, fetched, number=number, count=len(elements), seen=seen
        )
        made = self._items(fetched, elements)[: params.max_items - seen]
        self.state = {
            "page": number + 1,
            "items": seen + len(elements),
            "next": self._allowed(following, number + 1, seen + len(elements)),
            "digest": digest,
        }
        await ctx.emit(made, self.state)
        # What was passed on is held by nobody here any more.
        ctx.budget.release(fetched.content.charged + max(before - ctx.budget.alloc, 0))

    def _allowed(self, following: JsonObject | None, pages: int, items: int) -> JsonObject | None:
        """The next page, if the limits let it be asked for and it was not asked for before."""
        params = self._params
        if following is None:
            return None
        if pages >= params.max_pages:
            self._warn(f"there are more pages than max_pages, which is {pages}")
            return None
        if items >= params.max_items:
            self._warn(f"there are more items than max_items ({params.max_items})")
            return None
        asked = _digest(following)
        if asked in self._asked:
            self._warn("the next page is one that was asked for before")
            return None
        self._asked.add(asked)
        return following

    def _stop(self, why: str) -> None:
        self._warn(why)
        self.state = {**self.state, "next": None}

    def _warn(self, why: str) -> None:
        message = f"pagination ends: {why}"
        self._ctx.log.warning(message, pages=self.state["page"] + 1)

    def _elements(self, fetched: Fetched) -> list[Any]:
        """The items of a page, which are counted in every output."""
        params = self._params
        value: Any = params.page_items(self._item, response=fetched.view())
        if value is None:
            value = fetched.content.data if params.page_items.is_constant else []
        if type(value) is list:
            return value
        if type(value) is dict and params.page_items.is_constant:
            return self._only_list(value)
        raise NodeFailed(
            f"page_items gave {type_name(value)}; it must give the list of a page's items, for "
            "example {{ response.data.results }}"
        )

    def _only_list(self, data: JsonObject) -> list[Any]:
        """Without ``page_items``: the one list of the page's object, or the object itself."""
        lists = [value for value in data.values() if type(value) is list]
        return lists[0] if len(lists) == 1 else [data]

    def _items(self, fetched: Fetched, elements: list[Any]) -> list[Item]:
        if self._params.output != "body":
            return make_items(self._ctx, self._params, self._item, fetched)
        return [self._item.derive(as_object(element)) for element in elements]


def _digest(value: Any) -> str:
    return hashlib.blake2b(codec.canonical(value), digest_size=12).hexdigest()
