import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate, useSearch } from "@tanstack/react-router";
import { clsx } from "clsx";
import { useRef } from "react";
import { nodeTypesQuery } from "@/api/queries";
import { useCrumbs } from "@/app/crumbs";
import { ENTRY, useListKeys } from "@/app/shortcuts/useListKeys";
import { useShortcut } from "@/app/shortcuts/useShortcut";
import { iconOf } from "@/editor/canvas/icons";
import { categoryLabel, searchTypes } from "@/editor/canvas/search";
import { EmptyState } from "@/ui/EmptyState";
import { ErrorNotice } from "@/ui/Notice";
import { Skeleton } from "@/ui/Skeleton";
import { TypedSearch } from "@/ui/TypedSearch";
import { TypeDocs } from "./TypeDocs";

/** Every node type that workflows here can use, with its docs. */
export function NodesPage() {
  const { q = "", type } = useSearch({ from: "/shell/nodes" });
  const navigate = useNavigate({ from: "/nodes" });
  const list = useQuery(nodeTypesQuery);
  const field = useRef<HTMLInputElement>(null);
  useCrumbs({ label: "Nodes" });
  useShortcut("list.search", () => field.current?.focus());
  const place = useRef<HTMLElement>(null);
  useListKeys(place);
  const shown = searchTypes(list.data ?? [], q);
  const categories = [...new Set(shown.map(({ category }) => category))];
  const chosen = type ?? shown[0]?.name;
  return (
    <main className="flex min-h-0 flex-1">
      <div className="flex w-80 shrink-0 flex-col border-r border-line">
        <header className="flex flex-col gap-2 px-4 pt-5 pb-3">
          <h1 className="text-lg">Nodes</h1>
          <TypedSearch
            label="Search in the node types"
            inputRef={field}
            value={q}
            onChange={(text) => void navigate({ search: text ? { q: text } : {}, replace: true })}
          />
        </header>
        {list.isError ? (
          <ErrorNotice title="The node types can't be listed" error={list.error} />
        ) : null}
        {list.isPending ? <Skeleton lines={10} /> : null}
        {list.data && shown.length === 0 ? (
          <EmptyState title="No node type fits">
            Labels, names and summaries are searched. Packages can add more node types.
          </EmptyState>
        ) : null}
        <nav ref={place} aria-label="Node types" className="min-h-0 flex-1 overflow-auto px-2 pb-4">
          {categories.map((category) => (
            <section key={category} aria-label={categoryLabel(category)}>
              <h2 className="px-2 pt-3 pb-1 text-2xs text-muted">{categoryLabel(category)}</h2>
              <ul>
                {shown
                  .filter((each) => each.category === category)
                  .map((each) => {
                    const Icon = iconOf(each.icon);
                    return (
                      <li key={each.name}>
                        <Link
                          {...{ [ENTRY]: each.name }}
                          to="/nodes"
                          search={(before) => ({ ...before, type: each.name })}
                          replace
                          aria-current={each.name === chosen ? "page" : undefined}
                          className={clsx(
                            "flex items-start gap-2 rounded-control px-2 py-1.5",
                            each.name === chosen ? "bg-accent-soft" : "hover:bg-hover",
                          )}
                        >
                          <Icon size={15} aria-hidden className="mt-0.5 shrink-0 text-muted" />
                          <span className="min-w-0">
                            <span className="block font-semibold">{each.label}</span>
                            <span className="block truncate text-xs text-muted">
                              {each.summary}
                            </span>
                          </span>
                        </Link>
                      </li>
                    );
                  })}
              </ul>
            </section>
          ))}
        </nav>
      </div>
      {chosen ? <TypeDocs key={chosen} name={chosen} /> : null}
    </main>
  );
}
