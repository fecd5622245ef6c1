// Runs before the first paint, so that no page flashes in the other theme.
(() => {
  let theme = null;
  let density = null;
  try {
    theme = localStorage.getItem("tidegate.theme");
    density = localStorage.getItem("tidegate.density");
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }
  if (theme !== "dark" && theme !== "light") {
    theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  }
  document.documentElement.dataset.theme = theme;
  document.documentElement.dataset.density = density === "compact" ? "compact" : "comfortable";
})();
