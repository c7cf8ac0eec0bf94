/** What the graph's page and the extension say to each other. */
import type { Location } from "vscode-languageclient/node";
import type { Picture } from "./picture";

export type Subject = "modules" | "options";

export type ToPage = {
  readonly type: "picture";
  readonly subject: Subject;
  readonly picture: Picture;
  /** The node to begin with, by its name. */
  readonly focus?: string;
};

export type ToExtension =
  | { readonly type: "ready" }
  | { readonly type: "subject"; readonly subject: Subject }
  | { readonly type: "open"; readonly location: Location; readonly beside: boolean };
