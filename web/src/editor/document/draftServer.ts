import { api, askWithTag, type Schemas } from "@/api/client";
import { readDocument, writeDocument } from "./convert";
import type { JsonObject, WorkflowDocument } from "./types";

export type Details = Schemas["WorkflowDetails"];

/** A draft as the server has it, with the ETag that a change of it must name. */
export interface ServerDraft {
  readonly details: Details;
  readonly etag: string;
}

/** Where drafts are stored. Both throw ApiProblem; status 412 is: somebody changed it. */
export interface DraftServer {
  read(workflowId: string): Promise<ServerDraft>;
  write(workflowId: string, etag: string, document: WorkflowDocument): Promise<ServerDraft>;
}

export const documentOf = ({ document, folder, tags, pinned_data }: Details) =>
  readDocument(document, { folder, tags, pinned: pinned_data as Record<string, JsonObject[]> });

export const draftServer: DraftServer = {
  read: async (workflowId) => {
    const { data, etag } = await askWithTag(
      api.GET("/api/v1/workflows/{workflow_id}", { params: { path: { workflow_id: workflowId } } }),
    );
    return { details: data, etag };
  },
  write: async (workflowId, revision, document) => {
    const { data, etag } = await askWithTag(
      api.PATCH("/api/v1/workflows/{workflow_id}", {
        params: { path: { workflow_id: workflowId }, header: { "If-Match": revision } },
        body: {
          document: writeDocument(document),
          folder: document.folder,
          tags: [...document.tags],
          pinned_data: document.pinned,
        },
      }),
    );
    return { details: data, etag };
  },
};
