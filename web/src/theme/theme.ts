import { create } from "zustand";

export type Theme = "dark" | "light";
export type ThemeChoice = Theme | "system";

const KEY = "tidegate.theme";

function stored(): ThemeChoice {
  try {
    const value = localStorage.getItem(KEY);
    return value === "dark" || value === "light" ? value : "system";
  } catch {
    return "system";
  }
}

const light = matchMedia("(prefers-color-scheme: light)");

function system(): Theme {
  return light.matches ? "light" : "dark";
}

interface ThemeState {
  choice: ThemeChoice;
  theme: Theme;
  choose: (choice: ThemeChoice) => void;
  toggle: () => void;
}

export const useTheme = create<ThemeState>((set, get) => ({
  choice: stored(),
  theme: stored() === "system" ? system() : (stored() as Theme),
  choose: (choice) => {
    const theme = choice === "system" ? system() : choice;
    document.documentElement.dataset.theme = theme;
    try {
      if (choice === "system") localStorage.removeItem(KEY);
      else localStorage.setItem(KEY, choice);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    set({ choice, theme });
  },
  toggle: () => get().choose(get().theme === "dark" ? "light" : "dark"),
}));

// Who follows the system goes from day to night with it, also while the page is open.
light.addEventListener("change", () => {
  const { choice, choose } = useTheme.getState();
  if (choice === "system") choose("system");
});
