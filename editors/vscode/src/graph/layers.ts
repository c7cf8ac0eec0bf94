/** Which column each node of a directed graph belongs in. */

/**
 * The length of the longest way that leads to each node, loops counted as one node: whoever leads to another
 * stands before it, and those that lead to each other stand together.
 */
export function layers(count: number, edges: readonly (readonly [number, number])[]): number[] {
  const targets: number[][] = Array.from({ length: count }, () => []);
  for (const [from, to] of edges) {
    targets[from]?.push(to);
  }
  const { component, order } = components(targets);
  const layer = new Array<number>(order.length).fill(0);
  // Components come out last first: each before those that lead to it.
  for (const members of [...order].reverse()) {
    for (const node of members) {
      const own = component[node] ?? 0;
      for (const target of targets[node] ?? []) {
        const other = component[target] ?? 0;
        if (other !== own) {
          layer[other] = Math.max(layer[other] ?? 0, (layer[own] ?? 0) + 1);
        }
      }
    }
  }
  return component.map((own) => layer[own] ?? 0);
}

/** Tarjan's strongly connected components, without recursion: graphs may be deep. */
function components(targets: readonly (readonly number[])[]): {
  component: number[];
  order: number[][];
} {
  const index = new Array<number>(targets.length).fill(-1);
  const low = new Array<number>(targets.length).fill(0);
  const component = new Array<number>(targets.length).fill(-1);
  const order: number[][] = [];
  const open: number[] = [];
  let next = 0;
  for (let start = 0; start < targets.length; start += 1) {
    if (index[start] !== -1) {
      continue;
    }
    const way: { node: number; edge: number }[] = [{ node: start, edge: 0 }];
    while (way.length > 0) {
      const step = way[way.length - 1];
      if (step === undefined) {
        break;
      }
      const { node } = step;
      if (step.edge === 0) {
        index[node] = next;
        low[node] = next;
        next += 1;
        open.push(node);
      }
      const target = targets[node]?.[step.edge];
      if (target !== undefined) {
        step.edge += 1;
        if (index[target] === -1) {
          way.push({ node: target, edge: 0 });
        } else if (component[target] === -1) {
          low[node] = Math.min(low[node] ?? 0, index[target] ?? 0);
        }
        continue;
      }
      way.pop();
      const above = way[way.length - 1];
      if (above !== undefined) {
        low[above.node] = Math.min(low[above.node] ?? 0, low[node] ?? 0);
      }
      if (low[node] === index[node]) {
        const members: number[] = [];
        for (let member = open.pop(); member !== undefined; member = open.pop()) {
          component[member] = order.length;
          members.push(member);
          if (member === node) {
            break;
          }
        }
        order.push(members);
      }
    }
  }
  return { component, order };
}
