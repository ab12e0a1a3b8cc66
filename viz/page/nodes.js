// Single nodes: pinned, found by their names, hidden in a closed module.

const reach = (start, near, far) => {
  const found = new Set(), queue = [start];
  for (const i of queue) {
    for (const edge of edges) {
      if (edge[near] === i && !found.has(edge[far]) && edge[far] !== start) {
        found.add(edge[far]);
        queue.push(edge[far]);
      }
    }
  }
  return found;
};
const pin = (i) => {
  pinned = i === pinned ? null : i;
  ["pin", "before", "after"].forEach(unhalo);
  const before = pinned === null ? new Set() : reach(i, "to", "from");
  const after = pinned === null ? new Set() : reach(i, "from", "to");
  nodes.forEach((_, k) => {
    const apart = pinned !== null && k !== pinned && !before.has(k) && !after.has(k);
    for (const each of [boxes[k], rows[k]]) if (each) each.classList.toggle("apart", apart);
    rows[k].classList.toggle("before", before.has(k));
    rows[k].classList.toggle("after", after.has(k));
    rows[k].querySelector(".pin").setAttribute("aria-pressed", k === pinned);
  });
  edges.forEach((edge, e) => {
    const inside = (set) => (set.has(edge.from) || edge.from === pinned) && (set.has(edge.to) || edge.to === pinned);
    if (lines[e]) lines[e].classList.toggle("apart", pinned !== null && !inside(before) && !inside(after));
  });
  if (pinned !== null) {
    halo(pinned, "pin");
    before.forEach((k) => halo(k, "before"));
    after.forEach((k) => halo(k, "after"));
    follow(pinned);
  }
  details();
};

const find = () => {
  const wanted = search.value.trim().toLowerCase();
  unhalo("match");
  const hits = nodes.map((each, i) => i)
    .filter((i) => !wanted || `${nodes[i].name} ${nodes[i].code}`.toLowerCase().includes(wanted));
  rows.forEach((row) => { row.hidden = true; });
  for (const i of hits) {
    rows[i].hidden = false;
    if (wanted) halo(i, "match");
  }
  one(".hits").textContent = wanted ? `${hits.length} of ${nodes.length} nodes` : "";
  return wanted ? hits[0] : undefined;
};

const within = (name, k) => {
  const [outer, kind] = modules[k];
  if (!name) return false;
  return name === outer || name.startsWith(outer + ".") || k === 0 && outer === kind; // a model without a name
};
const isClosed = (i) => [...closed].some((k) => within(nodes[i].module, k));
const fold = (k, open) => {
  closed[open ? "delete" : "add"](k);
  nodes.forEach((_, i) => [boxes[i], rows[i]].forEach((each) => each && each.classList.toggle("closed", isClosed(i))));
  edges.forEach((edge, e) => {
    if (lines[e]) lines[e].classList.toggle("closed", isClosed(edge.from) && isClosed(edge.to));
  });
  unhalo("lid");
  modules.forEach(([name], m) => {
    const cluster = svg && document.getElementById(prefix + "m" + m);
    const covered = [...closed].some((other) => other !== m && within(name, other));
    if (!cluster) return;
    cluster.classList.toggle("closed", covered);
    if (!closed.has(m) || covered) return;
    const { x, y, width, height } = cluster.getBBox();
    const count = nodes.filter((each) => within(each.module, m)).length;
    node("text", { class: "halo lid", "data-module": m, x: x + width / 2, y: y + height / 2, "text-anchor": "middle" },
      cluster.parentNode, `${name}: ${count} nodes, closed`);
  });
};
/** Whether a step happens inside of a closed module: it is passed over. */
const isInside = (k) => isClosed(steps[k].node) && (steps[k].edge === undefined || isClosed(edges[steps[k].edge].to));
