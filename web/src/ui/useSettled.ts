import { useCallback, useEffect, useRef } from "react";

const SETTLED_MS = 300;

/**
 * Calls `act` with the last value once no other has come for a moment. The address is changed so:
 * browsers refuse hundreds of changes of it in a row.
 */
export function useSettled<T>(act: (value: T) => void): (value: T) => void {
  const latest = useRef(act);
  latest.current = act;
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  return useCallback((value: T) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => latest.current(value), SETTLED_MS);
  }, []);
}
