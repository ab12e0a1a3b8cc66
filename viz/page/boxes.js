// What a box of Graphviz's is made of: which of its parts show data, which the gradient.

/** A new element, of HTML or SVG as its parent is, with a text that is never read as markup. */
const node = (name, attributes, parent, text) => {
  const made = document.createElementNS(parent.namespaceURI, name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  if (text !== undefined) made.textContent = text;
  parent.append(made);
  return made;
};

/** The element that holds the tooltip of a part of the picture. */
const tipOf = (box) => {
  const found = box.querySelector(":scope > title");
  if (found) return found;
  const made = node("title", {}, box);
  box.prepend(made);
  return made;
};

/** Give the parts of a box the classes data, gradient and tint; return the one text of a gradient that is a number. */
const readBox = (box, colours) => {
  let telling = "";
  box.setAttribute("role", "button");
  for (const part of box.querySelectorAll("text, polygon, path")) {
    const fill = part.getAttribute("fill");
    const isText = part.tagName === "text", isFigure = /^\s*[-+.\dainfe]+\s*$/.test(part.textContent);
    if (isText && colours.gradient.includes(fill)) telling = "gradient";
    else if (isText && colours.ink.includes(fill) && part.getAttribute("font-weight") !== "bold") telling = "data";
    else if (isText && !isFigure) continue;
    else if (colours.sizes.includes(fill)) { part.classList.add("tint"); continue; }
    else if (fill === "none" && !colours.ink.includes(part.getAttribute("stroke"))) continue; // no frame of a cell
    else if (!isText && colours.boxes.includes(fill)) continue;
    if (telling) part.classList.add(telling);
  }
  const shown = box.querySelectorAll("text.gradient");
  return shown.length === 1 ? { text: shown[0], was: shown[0].textContent } : null;
};
