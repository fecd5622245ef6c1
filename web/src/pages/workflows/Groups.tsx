import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { Folder, Hash, Layers } from "lucide-react";
import type { ReactNode } from "react";
import { groupsQuery, type ListSearch } from "./queries";

/** Folders and tags beside the list. */
export function Groups({ search }: { search: ListSearch }) {
  const { data } = useQuery(groupsQuery);
  if (!data) return null;
  const folders = data.folders.filter((each) => each.name);
  if (folders.length === 0 && data.tags.length === 0) return null;
  const { folder, tag, ...others } = search;
  return (
    <aside
      aria-label="Folders and tags"
      className="w-52 shrink-0 overflow-auto border-r border-line p-2"
    >
      <Entry search={others} isChosen={!folder && !tag} icon={<Layers size={14} aria-hidden />}>
        All workflows
      </Entry>
      {folders.length > 0 ? <h2 className="px-2 pt-3 pb-1 text-2xs text-muted">Folders</h2> : null}
      {folders.map((each) => (
        <Entry
          key={each.name}
          search={{ ...others, folder: each.name }}
          isChosen={folder === each.name}
          icon={<Folder size={14} aria-hidden />}
          count={each.workflows}
          depth={each.name.split("/").length - 1}
        >
          {each.name.split("/").at(-1)}
        </Entry>
      ))}
      {data.tags.length > 0 ? <h2 className="px-2 pt-3 pb-1 text-2xs text-muted">Tags</h2> : null}
      {data.tags.map((each) => (
        <Entry
          key={each.name}
          search={{ ...others, tag: each.name }}
          isChosen={tag === each.name}
          icon={<Hash size={14} aria-hidden />}
          count={each.workflows}
        >
          {each.name}
        </Entry>
      ))}
    </aside>
  );
}

function Entry(props: {
  search: ListSearch;
  isChosen: boolean;
  icon: ReactNode;
  count?: number;
  depth?: number;
  children: ReactNode;
}) {
  return (
    <Link
      to="/workflows"
      search={props.search}
      activeOptions={{ exact: true, includeSearch: true }}
      aria-current={props.isChosen ? "true" : undefined}
      style={{ paddingLeft: 8 + (props.depth ?? 0) * 14 }}
      className={`flex min-h-7 items-center gap-2 rounded-control pr-2 ${
        props.isChosen ? "bg-accent-soft font-semibold text-accent" : "hover:bg-hover"
      }`}
    >
      <span className="text-muted">{props.icon}</span>
      <span className="min-w-0 flex-1 truncate">{props.children}</span>
      {props.count === undefined ? null : (
        <span className="num text-xs text-muted">{props.count}</span>
      )}
    </Link>
  );
}
