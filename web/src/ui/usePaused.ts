import { useEffect, useState } from "react";

const PAUSE_MS = 150;

/** A text as it was when somebody stopped typing for a moment. */
export function usePaused(text: string): string {
  const [paused, setPaused] = useState("");
  useEffect(() => {
    const timer = setTimeout(() => setPaused(text), PAUSE_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return paused;
}
