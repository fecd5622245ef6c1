import { MenuItem } from "@/ui/Menu";

/** How an execution is run again: how much of it, and with which version. */
export interface Retry {
  mode: "retry" | "again";
  version: "same" | "draft";
}

export const AGAIN: Retry = { mode: "again", version: "same" };
export const AGAIN_WITH_DRAFT: Retry = { mode: "again", version: "draft" };

interface RetryItemsProps {
  /** Whether something did not succeed, from which it can go on. */
  canGoOn: boolean;
  onRetry: (how: Retry) => void;
}

/** The ways to run an execution again, in a menu. */
export function RetryItems({ canGoOn, onRetry }: RetryItemsProps) {
  return (
    <>
      <MenuItem isDisabled={!canGoOn} onAction={() => onRetry({ mode: "retry", version: "same" })}>
        From what failed
      </MenuItem>
      <MenuItem isDisabled={!canGoOn} onAction={() => onRetry({ mode: "retry", version: "draft" })}>
        From what failed, with the draft as it is now
      </MenuItem>
      <MenuItem onAction={() => onRetry(AGAIN)}>From the start</MenuItem>
      <MenuItem onAction={() => onRetry(AGAIN_WITH_DRAFT)}>
        From the start, with the draft as it is now
      </MenuItem>
    </>
  );
}
