import { Link } from "@tanstack/react-router";

export function NotFoundPage() {
  return (
    <main className="h-full">
      <NothingHere />
    </main>
  );
}

/** The same inside of a page. */
export function NothingHere() {
  return (
    <div className="grid h-full place-items-center p-8">
      <div className="max-w-md text-center">
        <h1 className="text-lg">There is no such page</h1>
        <p className="mt-2 text-muted">
          The address may be mistyped, or what it showed was deleted.
        </p>
        <Link to="/workflows" className="mt-4 inline-block text-accent underline">
          Go to the workflows
        </Link>
      </div>
    </div>
  );
}
