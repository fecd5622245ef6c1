import { useEffect } from "react";
import { create } from "zustand";

/** Where one is: the pages above, and this one. */
export interface Crumb {
  label: string;
  to?: string;
}

export const useCrumbStore = create<{ crumbs: readonly Crumb[] }>(() => ({ crumbs: [] }));

/** Say where one is, in the top bar and as the title of the browser's tab. */
export function useCrumbs(...crumbs: readonly Crumb[]): void {
  const text = JSON.stringify(crumbs);
  useEffect(() => {
    const read = JSON.parse(text) as Crumb[];
    useCrumbStore.setState({ crumbs: read });
    const names = read.map((crumb) => crumb.label).reverse();
    document.title = [...names, "Tidegate"].join(" · ");
  }, [text]);
}
