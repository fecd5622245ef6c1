import { keyCaps } from "@/app/shortcuts/keys";

/** Keys to press, such as "Ctrl+K". */
export function Keys({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-0.5">
      {keyCaps(keys).map((cap) => (
        <kbd
          key={cap}
          className="min-w-5 rounded-[4px] border border-line bg-bg px-1 py-px text-center text-2xs text-muted"
        >
          {cap}
        </kbd>
      ))}
    </span>
  );
}
