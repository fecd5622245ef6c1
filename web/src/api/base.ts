/** What the server wrote into the page. */
function said(name: string): string {
  return document.querySelector<HTMLMetaElement>(`meta[name="tidegate-${name}"]`)?.content ?? "";
}

/** The path below which the server is mounted: "" or such as "/tidegate". */
export const BASE: string = (() => {
  const base = said("base");
  return base.startsWith("/") ? base.replace(/\/+$/, "") : "";
})();

/** Where others reach the server: its public address, or else where this page was found. */
export const ADDRESS: string = (() => {
  const url = said("url");
  return url.startsWith("http") ? url : location.origin + BASE;
})();
