import { type ComponentType, lazy, Suspense, useState } from "react";
import { persistently } from "./persistently";

/** A component whose code comes after the first paint. */
type OnDemand<P> = ComponentType<P> & {
  /** Load it now, so that it is there at once when it is needed; away from the server nothing. */
  preload: () => void;
};

/**
 * A component that is loaded when it is first shown, or before by `preload`. What was loaded is
 * shown in the same moment: keys that are typed right after it was asked for are not lost.
 */
export function onDemand<P extends object>(load: () => Promise<ComponentType<P>>): OnDemand<P> {
  let loaded: ComponentType<P> | null = null;
  const loading = async () => {
    const found = await persistently(load)();
    loaded = found;
    return { default: found };
  };
  // biome-ignore lint/correctness/noComponentHookFactories: made once for each part, never while drawing
  function Shown(props: P) {
    // The same until it is taken away, also when its code arrives meanwhile.
    const [Found] = useState(() => loaded ?? (lazy(loading) as unknown as ComponentType<P>));
    return (
      <Suspense>
        <Found {...props} />
      </Suspense>
    );
  }
  return Object.assign(Shown, { preload: () => void loading().catch(() => null) });
}
