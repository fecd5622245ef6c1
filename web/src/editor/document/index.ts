/** What the rest of the editor uses of the document. */
export * from "./clipboard";
export * from "./convert";
export * from "./drawing";
export * from "./edges";
export { equal } from "./equal";
export { referencesIn, renameReferences } from "./expressions";
export * from "./ids";
export * from "./nodes";
export * from "./reorder";
export { saved, saver, useSaver } from "./saver";
export * from "./store";
export * from "./types";
export * from "./whole";
