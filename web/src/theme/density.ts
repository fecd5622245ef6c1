import { create } from "zustand";

/** How close lines stand together. */
export type Density = "comfortable" | "compact";

const KEY = "tidegate.density";

function stored(): Density {
  try {
    return localStorage.getItem(KEY) === "compact" ? "compact" : "comfortable";
  } catch {
    return "comfortable";
  }
}

interface DensityState {
  density: Density;
  choose: (density: Density) => void;
}

export const useDensity = create<DensityState>((set) => ({
  density: stored(),
  choose: (density) => {
    document.documentElement.dataset.density = density;
    try {
      localStorage.setItem(KEY, density);
    } catch {
      // Without storage the choice lasts as long as the page.
    }
    set({ density });
  },
}));
