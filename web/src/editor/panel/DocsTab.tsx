import { setParams, workflow } from "@/editor/document";
import type { JsonObject } from "./form/schema";
import { NodeDocs } from "./NodeDocs";
import type { NodeTypeDetails } from "./queries";

interface DocsTabProps {
  id: string;
  type: NodeTypeDetails;
  isReadOnly: boolean;
}

/** What a node type does, and its examples, each of which can be put into the node. */
export function DocsTab({ id, type, isReadOnly }: DocsTabProps) {
  return (
    <NodeDocs
      type={type}
      onInsert={
        isReadOnly
          ? undefined
          : (example) =>
              workflow().change(
                `Insert the example “${example.title}”`,
                setParams(id, example.params as JsonObject),
              )
      }
    />
  );
}
