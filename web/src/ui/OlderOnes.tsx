import { Button } from "./Button";

/** Below a list that goes on: reads the next page of it. */
export function OlderOnes(props: { isLoading: boolean; onMore: () => void }) {
  return (
    <div className="p-3 text-center">
      <Button isDisabled={props.isLoading} onPress={props.onMore}>
        {props.isLoading ? "Reading…" : "Show older ones"}
      </Button>
    </div>
  );
}
