/** How many wait, at the corner of an icon whose name says it in words. */
export function CountBadge({ text }: { text: string }) {
  return (
    <span
      aria-hidden
      className="num absolute -top-0.5 -right-1 min-w-4 rounded-full bg-danger px-1 text-center text-[10px] leading-4 font-semibold text-bg"
    >
      {text}
    </span>
  );
}
