/** What is said of one node, beside the picture. */
import type { Location } from "vscode-languageclient/node";
import type { Subject } from "../messages";
import type { Arrow, Part } from "../picture";
import { html } from "./elements";

export interface Actions {
  open(location: Location): void;
  lookAt(name: string): void;
  choose(name: string): void;
}

export function details(
  part: Part,
  index: number,
  subject: Subject,
  actions: Actions,
): HTMLElement[] {
  const node = part.nodes[index];
  if (node === undefined) {
    return [];
  }
  const isModule = subject === "modules";
  const focus = html("button", "plain", "Neighbours only");
  focus.title = "Show this alone with its neighbours (F)";
  focus.addEventListener("click", () => actions.lookAt(node.name));
  const buttons = html("div", "buttons", focus);
  const { location } = node;
  if (location !== null) {
    const open = html("button", "plain", isModule ? "Open module" : "Open declaration");
    open.title = "Enter";
    open.addEventListener("click", () => actions.open(location));
    buttons.prepend(open);
  }
  const out = part.arrows.filter((arrow) => arrow.from === index);
  const back = part.arrows.filter((arrow) => arrow.to === index);
  const of = (arrows: readonly Arrow[], kind: Arrow["kind"]): readonly Arrow[] =>
    arrows.filter((arrow) => arrow.kind === kind);
  const list = (title: string, arrows: readonly Arrow[], end: "from" | "to"): HTMLElement[] =>
    arrows.length === 0 ? [] : [section(title, arrows, end, part, actions)];
  return [
    html("h2", "", node.name),
    ...(node.unreached ? [html("p", "note", "No root imports this module.")] : []),
    buttons,
    ...list("Imports", of(out, "import"), "to"),
    ...list("Imported by", of(back, "import"), "from"),
    ...list(isModule ? "Reads options of" : "Needs", of(out, "read"), "to"),
    ...list(isModule ? "Its options are read by" : "Needed by", of(back, "read"), "from"),
  ];
}

function section(
  title: string,
  arrows: readonly Arrow[],
  end: "from" | "to",
  part: Part,
  actions: Actions,
): HTMLElement {
  const items = arrows.map((arrow) => {
    const name = part.nodes[arrow[end]]?.name ?? "";
    const line = html("button", `line${arrow.inCycle ? " in-cycle" : ""}`, name);
    line.title = "Open the place";
    if (arrow.count > 1) {
      line.append(html("span", "count", `${arrow.count}×`));
    }
    const { location } = arrow;
    line.addEventListener("click", () => {
      actions.choose(name);
      if (location !== null) {
        actions.open(location);
      }
    });
    return html("li", "", line);
  });
  const heading = html("h3", "", title, html("span", "count", String(arrows.length)));
  return html("section", "", heading, html("ul", "", ...items));
}
