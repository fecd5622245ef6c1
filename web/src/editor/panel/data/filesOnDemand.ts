import { onDemand } from "@/ui/onDemand";

/** The files of an item, which few have. */
export const FileList = onDemand(() => import("./FileList").then((module) => module.FileList));
