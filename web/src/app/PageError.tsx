import { ErrorNotice } from "@/ui/Notice";

/** A page that broke: says so, and offers the one thing that helps. */
export function PageError({ error }: { error: unknown }) {
  return (
    <main className="grid h-full place-items-center p-8">
      <div className="max-w-lg">
        <h1 className="pb-3 text-lg">This page could not be shown</h1>
        <ErrorNotice title="What went wrong" error={error} />
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
