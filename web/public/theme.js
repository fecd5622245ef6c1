// Runs before the first paint, so that no page flashes in the other theme.
(() => {
  let theme = null;
  try {
    theme = localStorage.getItem("tidegate.theme");
  } catch {
    // Storage may be forbidden; the system's choice stands.
  }
  if (theme !== "dark" && theme !== "light") {
    theme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
  }
  document.documentElement.dataset.theme = theme;
})();
