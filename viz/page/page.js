// What is known at each step, and how the page shows it.
const store = document.currentScript.previousElementSibling;
const { prefix, nodes, edges, steps, modules, colours } = JSON.parse(store.textContent);
const page = document.getElementById(prefix + "page");
const one = (selector) => page.querySelector(selector);
const last = steps.length - 1;
const svg = one(".picture svg");
const rows = [...page.querySelectorAll("tbody tr")];
const boxes = nodes.map((_, i) => svg && document.getElementById(prefix + "n" + i));
const lines = edges.map((edge) => svg && document.getElementById(`${prefix}e${edge.to}_${edge.operand}`));
const slider = document.getElementById(prefix + "slider");
const search = document.getElementById(prefix + "search");
const numeric = document.getElementById(prefix + "numeric");
const PHASES = { start: "Start", forward: "Forward", seed: "Backward", backward: "Backward", end: "End" };
let at = 0, pinned = null, timer = null;
const closed = new Set();

// ---- when what is known ----

const dataAt = nodes.map((node) => (node.kind === "leaf" || node.kind === "constant" ? 0 : last));
const sums = nodes.map(() => []); // of each node: the steps at which its gradient changes
const partAt = edges.map(() => Infinity);
steps.forEach((step, k) => {
  if (step.phase === "forward") dataAt[step.node] = k;
  if (step.phase === "seed" || step.phase === "backward") sums[step.node].push(k);
  if (step.edge !== undefined) partAt[step.edge] = k;
});
nodes.forEach((node, i) => { if (node.grad && !sums[i].length) sums[i].push(last); });

/** The gradient of a node at the present step: undefined before its first part; `done` where it is complete. */
const gradient = (i) => {
  const k = sums[i].filter((each) => each <= at).at(-1);
  if (k === undefined || !nodes[i].grad && !steps[k].total) return undefined;
  return steps[k].total ? { ...steps[k].total, done: false } : { ...nodes[i].grad, done: steps[k].done !== false };
};

// ---- the picture ----

const figures = boxes.map((box) => box && readBox(box, colours));
const camera = svg && moving(svg, one(".picture"));
if (svg) {
  svg.setAttribute("role", "group");
  svg.setAttribute("aria-label", `Graph of ${nodes.length} nodes`);
}
const follow = (i) => { if (boxes[i] && !isClosed(i)) camera.follow(boxes[i]); };

/** The gradient in the picture as far as it is summed up; it is squeezed, not moved, where it is too long. */
const show = (i, sum) => {
  const place = figures[i];
  if (!place || !nodes[i].grad || nodes[i].grad.shape) return;
  const text = sum ? place.was.replace(/\S+$/, sum.figure) : "";
  if (place.text.textContent === text) return;
  place.text.removeAttribute("textLength");
  place.text.textContent = place.was;
  const room = place.text.getComputedTextLength();
  place.text.textContent = text;
  if (place.text.getComputedTextLength() > room + 4) {
    place.text.setAttribute("textLength", room + 4);
    place.text.setAttribute("lengthAdjust", "spacingAndGlyphs");
  }
};

const halo = (i, kind) => {
  if (!boxes[i]) return;
  const { x, y, width, height } = boxes[i].getBBox();
  const gap = { now: 3, match: 1 }[kind] ?? 6;
  node("rect", { class: "halo " + kind, x: x - gap, y: y - gap, width: width + 2 * gap, height: height + 2 * gap,
    rx: 4 }, boxes[i].parentNode);
};
const differs = (i) => {
  const { x, y } = boxes[i].getBBox();
  node("text", { class: "halo differs", x, y: y - 3 }, boxes[i].parentNode, "≠ numeric");
};
const unhalo = (kind) => page.querySelectorAll(".halo." + kind).forEach((each) => each.remove());

/** Scroll the list, and nothing around it, until a row of it is seen. */
const keepInSight = (row) => {
  const frame = one("aside").getBoundingClientRect(), place = row.getBoundingClientRect();
  if (place.top < frame.top || place.bottom > frame.bottom) one("aside").scrollTop += place.top - frame.top - frame.height / 2;
};

// ---- one step ----

const tip = (i) => {
  const { name, code, data, held, marks } = nodes[i], sum = gradient(i);
  const parts = [name === code ? name : `${name}: ${code}`];
  if (dataAt[i] <= at && data) parts.push(`data ${data.full}`);
  if (sum) parts.push(`gradient ${sum.done ? "" : "so far "}${sum.full}`);
  if (sum && sum.done && held) parts.push(`.grad holds ${held}`);
  if (sum && sum.done && numeric.checked && nodes[i].numeric) parts.push(`numeric ${nodes[i].numeric.full}`);
  return [...parts, ...marks].join("\n");
};
const edgeTip = (edge, e) => {
  const from = nodes[edge.from].name, to = nodes[edge.to].name;
  if (partAt[e] > at) return `${from} → ${to}, operand ${edge.operand}`;
  const slope = edge.local ? `∂${to}/∂${from} = ${edge.local.full}\n` : "";
  return `${slope}to the gradient of ${from}: ${edge.part.full}`;
};

const before = [], drawn = []; // what each node and each edge was shown as
const render = () => {
  const step = steps[at], active = step.phase === "start" || step.phase === "end" ? null : step.node;
  const into = step.phase === "forward" ? (edge) => edge.to === active : (_, e) => e === step.edge;
  ["now", "differs"].forEach(unhalo);
  nodes.forEach((_, i) => {
    const sum = gradient(i), now = i === active, told = tip(i);
    const states = { pending: dataAt[i] > at, nograd: !sum, partial: Boolean(sum) && !sum.done, now };
    if (boxes[i] && numeric.checked && sum && sum.done && nodes[i].numeric && !nodes[i].numeric.agrees) differs(i);
    const key = [told, now, i === step.node, numeric.checked].join();
    if (key === before[i]) return; // of many nodes a step changes a few
    before[i] = key;
    for (const each of [boxes[i], rows[i]]) {
      if (each) for (const [name, on] of Object.entries(states)) each.classList.toggle(name, on);
    }
    rows[i].querySelector("td.gradient").textContent = sum ? (sum.done ? "" : "so far ") + sum.short : "";
    rows[i].title = told;
    if (!boxes[i]) return;
    show(i, sum);
    tipOf(boxes[i]).textContent = told;
    boxes[i].setAttribute("aria-label", told.replaceAll("\n", ", "));
    boxes[i].setAttribute("tabindex", i === step.node ? "0" : "-1");
  });
  edges.forEach((edge, e) => {
    if (!lines[e]) return;
    const isInto = Boolean(into(edge, e)), key = [isInto, e === step.edge, partAt[e] > at, step.phase === "end"].join();
    if (key === drawn[e]) return;
    drawn[e] = key;
    lines[e].classList.toggle("active", isInto);
    lines[e].classList.toggle("back", e === step.edge);
    lines[e].classList.toggle("nograd", Boolean(edge.part) && partAt[e] > at);
    tipOf(lines[e]).textContent = edgeTip(edge, e);
  });
  if (active !== null) halo(active, "now");
  if (step.phase !== "start") follow(step.node); // at the end the root, of which the words tell
  if (!svg) keepInSight(rows[step.node]);
  tell(step);
  details();
};

const verdict = (check) => (check.agrees ? `✓ agrees, to ${check.gap}` :
  `✗ differs by ${check.gap}: a wrong rule, a cut gradient, or a kink at this point`);

const tell = (step) => {
  page.dataset.phase = step.phase === "seed" ? "backward" : step.phase;
  one(".where").textContent = PHASES[step.phase];
  one(".count").textContent = `step ${at} of ${last}`;
  one(".formula").textContent = step.formula;
  const check = step.phase === "backward" && step.done && numeric.checked && nodes[step.node].numeric;
  const checked = step.phase === "end" && numeric.checked ? nodes.filter((each) => each.numeric) : [];
  const agreeing = checked.filter((each) => each.numeric.agrees).length;
  const words = check ? `${step.words} Numeric check: ${check.short} ${verdict(check)}.`
    : checked.length ? `${step.words} Numeric check: ${agreeing} of ${checked.length} gradients agree.` : step.words;
  one(".words").textContent = words;
  slider.value = at;
  slider.setAttribute("aria-valuetext", `${at} of ${last}: ${PHASES[step.phase]}, ${step.formula}`);
  if (timer !== null && Number(speed.value) < 2000) return; // faster than a voice
  const formula = step.formula.replaceAll("∂", "d ").replaceAll("·", "times").replaceAll("+=", "gets");
  one(".spoken").textContent = `Step ${at} of ${last}, ${PHASES[step.phase]}. ${formula}. ${words}`;
};

// ---- the panel of one node ----

const heat = (parent, quantity) => {
  if (!quantity || !quantity.cells) return;
  const most = Math.max(...quantity.cells.flat().map(Number).filter(Number.isFinite).map(Math.abs), 0);
  const table = node("table", { class: "heat" }, parent);
  node("caption", {}, table, quantity.whole ? "its elements" : "means of blocks of its elements");
  for (const row of quantity.cells) {
    const line = node("tr", {}, table);
    for (const cell of row) {
      const made = node("td", { class: Number(cell) < 0 ? "minus" : "plus" }, line, cell);
      const share = most ? Math.abs(Number(cell)) / most : 0;
      if (!Number.isFinite(Number(cell))) made.className = "odd";
      made.style.setProperty("--share", `${Math.round(60 * (share || 0))}%`);
    }
  }
};
const entry = (list, word, quantity, kind) => {
  node("dt", {}, list, word);
  const isBrief = quantity.shape && pinned === null; // of an array, what fits; all of it where it is pinned
  const text = isBrief ? `${quantity.shape}: ${quantity.short}` : quantity.full ?? quantity;
  const value = node("dd", { class: kind ?? "", title: quantity.full ?? "" }, list, text);
  heat(value, quantity);
};

const details = () => {
  const step = steps[at], i = pinned ?? step.node, { name, code, kind, data, held, marks } = nodes[i], sum = gradient(i);
  const panel = one("section.node"), check = nodes[i].numeric;
  panel.replaceChildren();
  node("h2", {}, panel, pinned === null ? name : `${name}, pinned`);
  const list = node("dl", {}, panel);
  if (code !== kind || name === code) entry(list, "is", code); else entry(list, "is", `a ${kind}`);
  if (nodes[i].module) entry(list, "in", nodes[i].module);
  if (data) entry(list, "data", dataAt[i] <= at ? data : "not computed yet", "data");
  if (sum) entry(list, sum.done ? "gradient" : "gradient so far", sum, "gradient");
  else if (nodes[i].grad) entry(list, "gradient", "not computed yet", "gradient");
  if (numeric.checked && check && sum && sum.done) {
    entry(list, "numeric", check);
    entry(list, "check", verdict(check));
  }
  if (held && sum && sum.done) entry(list, ".grad holds", held);
  for (const mark of marks) entry(list, "note", mark);
  if (pinned === null && step.edge !== undefined) {
    const edge = edges[step.edge];
    if (edge.local) entry(list, `∂${nodes[edge.to].name}/∂${name}`, edge.local);
    if (edge.part.cells) entry(list, "this path", edge.part);
  }
  if (pinned !== null) {
    const [before, after] = [reach(i, "to", "from").size, reach(i, "from", "to").size];
    entry(list, "graph", `nodes that lead to it (⇢, dashed): ${before}; that depend on it (⇠, dotted): ${after}`);
    node("button", { type: "button", "data-do": "unpin" }, panel, "Let go (Esc)");
  }
};
