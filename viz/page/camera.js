// Pan and zoom: nothing but the picture's viewBox changes.
const moving = (svg, stage) => {
  const base = svg.viewBox.baseVal;
  const whole = { x: base.x, y: base.y, width: base.width, height: base.height };
  const fingers = new Map();
  let view = { ...whole }, dragged = false;

  const look = () => svg.setAttribute("viewBox", `${view.x} ${view.y} ${view.width} ${view.height}`);
  const point = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  const spread = () => {
    const [a, b] = [...fingers.values()];
    return b ? Math.hypot(a.x - b.x, a.y - b.y) : 0;
  };

  /** Show `by` times as much, around a point of the picture. */
  const zoom = (by, x = view.x + view.width / 2, y = view.y + view.height / 2) => {
    const share = Math.min(Math.max(by, 40 / view.width), 3 * Math.max(whole.width, 500) / view.width);
    view = { x: x - (x - view.x) * share, y: y - (y - view.y) * share,
      width: view.width * share, height: view.height * share };
    look();
  };
  /** The whole picture, at most twice its size; a part at the size `smallest`, if the whole were far smaller than that. */
  const fit = (smallest = 0) => {
    const { width, height } = stage.getBoundingClientRect();
    if (!width) return;
    const all = Math.min(width / whole.width, height / whole.height, 2), scale = all > 0.75 * smallest ? all : smallest;
    view = { x: whole.x + (whole.width - width / scale) / 2, y: whole.y + (whole.height - height / scale) / 2,
      width: width / scale, height: height / scale };
    if (scale > all && view.x > whole.x) view.x = whole.x;
    look();
  };
  /** Move the picture if an element of it is out of sight. */
  const follow = (element) => {
    const box = element.getBoundingClientRect(), frame = stage.getBoundingClientRect();
    const across = box.left >= frame.left && box.right <= frame.right;
    if (!frame.width || across && box.top >= frame.top && box.bottom <= frame.bottom) return;
    const scale = svg.getScreenCTM().a;
    view.x += (box.left + box.right - frame.left - frame.right) / 2 / scale;
    view.y += (box.top + box.bottom - frame.top - frame.bottom) / 2 / scale;
    look();
  };

  const move = (event) => {
    const from = fingers.get(event.pointerId), before = spread();
    if (!from || !event.buttons) return;
    const dx = event.clientX - from.x, dy = event.clientY - from.y;
    if (!dragged && Math.hypot(dx, dy) < 4) return; // a click of an unsteady hand
    if (!dragged) stage.setPointerCapture(event.pointerId);
    dragged = true;
    const { x, y } = point(event);
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    if (before && spread()) {
      zoom(before / spread(), x, y);
      return;
    }
    const scale = svg.getScreenCTM().a;
    view.x -= dx / scale;
    view.y -= dy / scale;
    look();
  };
  stage.addEventListener("wheel", (event) => {
    const { x, y } = point(event);
    zoom(event.deltaY > 0 ? 1.12 : 1 / 1.12, x, y);
    event.preventDefault();
  }, { passive: false });
  stage.addEventListener("pointerdown", (event) => {
    fingers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    dragged = false;
  });
  stage.addEventListener("pointermove", move);
  for (const end of ["pointerup", "pointercancel"]) {
    stage.addEventListener(end, (event) => fingers.delete(event.pointerId));
  }
  return { zoom, fit, follow, dragged: () => dragged };
};
