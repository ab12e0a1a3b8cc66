// Going from step to step: buttons, keys, slider, speed.

const speed = document.getElementById(prefix + "speed");
const go = (k) => { at = Math.min(Math.max(k, 0), last); render(); };
const walk = (by) => {
  let k = at + by;
  while (k > 0 && k < last && isInside(k)) k += by;
  go(k);
};
const pause = () => {
  clearTimeout(timer);
  timer = null;
  playing(false);
};
const playing = (on) => {
  const button = one('[data-do="play"]');
  button.textContent = on ? "‖ Pause" : "▶\uFE0E Play";
  button.setAttribute("aria-label", on ? "Pause" : "Play");
};
const tick = () => {
  if (at === last) return pause();
  walk(1);
  timer = setTimeout(tick, Number(speed.value));
};
const play = () => {
  if (timer !== null) { pause(); tell(steps[at]); return; }
  if (at === last) go(0);
  playing(true);
  timer = setTimeout(tick, 0);
};

const dark = () => {
  const said = document.documentElement.getAttribute("data-jp-theme-light");
  return said === null ? matchMedia("(prefers-color-scheme: dark)").matches : said === "false";
};
const theme = (toggle) => {
  if (toggle) document.documentElement.setAttribute("data-jp-theme-light", String(dark()));
  one('[data-do="theme"] span').textContent = dark() ? "light" : "dark";
};

const does = {
  first: () => { pause(); go(0); }, last: () => { pause(); go(last); },
  back: () => { pause(); walk(-1); }, next: () => { pause(); walk(1); },
  play, theme: () => theme(true), unpin: () => pinned !== null && pin(pinned),
  in: () => camera?.zoom(1 / 1.3), out: () => camera?.zoom(1.3), fit: () => camera?.fit(),
};
const KEYS = { ArrowRight: "next", ArrowLeft: "back", Home: "first", End: "last", " ": "play", Escape: "unpin",
  "+": "in", "=": "in", "-": "out", 0: "fit" };
document.addEventListener("keydown", (event) => {
  const on = event.target, box = on.closest && on.closest("g.node");
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (box && (event.key === "Enter" || event.key === " ")) { pin(boxes.indexOf(box)); event.preventDefault(); return; }
  if (on === search) {
    if (event.key === "Escape") { search.value = ""; find(); }
    const hit = event.key === "Enter" ? find() : undefined;
    if (hit !== undefined && hit !== pinned) pin(hit);
    return;
  }
  if (on.matches("select") || event.key === " " && on.matches("button, summary, [type=checkbox]")) return;
  if (on === slider && event.key.match(/^(Arrow|Home|End)/)) return; // it moves by itself
  const what = KEYS[event.key];
  if (what) { does[what](); event.preventDefault(); }
});
/** The number of the module whose name in the picture this is. */
const moduleOf = (name) => name.dataset.module ?? name.parentNode.id.slice(prefix.length + 1);
page.addEventListener("click", (event) => {
  const button = event.target.closest("button"), box = event.target.closest("g.node");
  const name = event.target.closest("g.cluster > text, .lid");
  if (button && button.dataset.do) does[button.dataset.do]();
  else if (button && button.dataset.node) pin(Number(button.dataset.node));
  else if (name && !camera.dragged()) page.querySelector(`input[data-module="${moduleOf(name)}"]`).click();
  else if (box && !camera.dragged()) pin(boxes.indexOf(box));
});
page.addEventListener("change", (event) => {
  if (event.target.matches("input[data-module]")) fold(Number(event.target.dataset.module), event.target.checked);
});
slider.addEventListener("input", () => { pause(); go(Number(slider.value)); });
search.addEventListener("input", find);
numeric.addEventListener("change", () => { page.classList.toggle("checking", numeric.checked); render(); });
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => theme(false));

slider.max = last;
one(".modules").hidden = !modules.length;
theme(false);
camera?.fit(0.8); // letters of 10 pixels: of a large graph a part is shown, and followed
render();
