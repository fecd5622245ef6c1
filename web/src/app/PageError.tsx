import { textOf } from "@/api/problem";

/** A page that broke: says so, and offers the one thing that helps. */
export function PageError({ error }: { error: unknown }) {
  return (
    <main className="grid h-full place-items-center p-8">
      <div className="max-w-lg" role="alert">
        <h1 className="text-lg">This page could not be shown</h1>
        <pre className="mt-3 overflow-auto rounded-card border border-line bg-surface p-3 text-xs whitespace-pre-wrap">
          {textOf(error)}
        </pre>
        <button
          type="button"
          className="mt-4 rounded-control border border-line bg-raised px-3 py-1.5 hover:bg-hover"
          onClick={() => location.reload()}
        >
          Load it again
        </button>
      </div>
    </main>
  );
}
