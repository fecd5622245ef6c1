import { ErrorBox, type StoredError } from "@/ui/ErrorBox";

interface NodeErrorProps {
  node: string;
  error: StoredError;
  attempts: number;
}

/** Why a node failed, after how many attempts. */
export function NodeError({ node, error, attempts }: NodeErrorProps) {
  return (
    <div className="p-2">
      <ErrorBox title={error.code ?? "It failed"} error={{ ...error, node }}>
        {attempts > 1 ? <p>After {attempts} attempts.</p> : null}
      </ErrorBox>
    </div>
  );
}
