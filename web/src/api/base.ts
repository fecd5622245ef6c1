/** The path below which the server is mounted: "" or such as "/tidegate". The server writes it. */
export const BASE: string = (() => {
  const said = document.querySelector<HTMLMetaElement>('meta[name="tidegate-base"]')?.content ?? "";
  return said.startsWith("/") ? said.replace(/\/+$/, "") : "";
})();
