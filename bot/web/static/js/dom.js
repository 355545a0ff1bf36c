// Small helpers to build the page. Text always goes in as text, never as markup.

const DRAWINGS = {
  lock: ["M6 11h12v9.500H6z", "M8.5 11V8a3.5 3.5 0 0 1 7 0v3"],
  room: ["M4 5.500h16v11.500H11l-4.5 3.500v-3.500H4z"],
  staff: ["M12 3.500l7.5 3v5.500c0 4.3-3 7.2-7.5 8.700c-4.5-1.5-7.5-4.4-7.5-8.700V6.500z", "M12 8.500v6.500M8.8 11.750h6.4"],
  dots: ["M5 12h.1M12 12h.1M19 12h.1"],
  pin: ["M12 16v5M7.5 4h9l-1.5 6l3 3.500v2H6v-2L9 10z"],
  file: ["M6.5 3.500h7.500l4 4v13h-11.500z", "M13.5 3.500v4.500h4.5"],
};

export const byId = (id) => document.getElementById(id);

/** Build an element: `h("p.soft", {id: "x", onclick: f}, "text", child)`. */
export function h(kind, props = {}, ...children) {
  const [tag, ...classes] = kind.split(".");
  const node = document.createElement(tag);
  if (classes.length) node.className = classes.join(" ");
  for (const [name, value] of Object.entries(props)) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (name in node && !name.startsWith("aria") && name !== "list") node[name] = value;
    else node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

const SVG = "http://www.w3.org/2000/svg";

function svg(className, box) {
  const node = document.createElementNS(SVG, "svg");
  node.setAttribute("viewBox", box);
  node.setAttribute("class", className);
  node.setAttribute("aria-hidden", "true");
  return node;
}

/** A line drawing by its name. */
export function icon(name) {
  const node = svg("icon", "0 0 24 24");
  const look = { fill: "none", stroke: "currentColor", "stroke-width": name === "dots" ? 3.2 : 2, "stroke-linecap": "round", "stroke-linejoin": "round" };
  for (const [key, value] of Object.entries(look)) node.setAttribute(key, value);
  for (const d of DRAWINGS[name]) node.append(document.createElementNS(SVG, "path")), node.lastChild.setAttribute("d", d);
  return node;
}

/** The round table: the bot's face. */
export function tableMark() {
  const node = svg("mark", "0 0 48 48");
  const seats = [[24, 24, 10], [24, 7, 4], [39, 15.5, 4], [39, 32.5, 4], [24, 41, 4], [9, 32.5, 4], [9, 15.5, 4]];
  for (const [cx, cy, r] of seats) {
    const circle = document.createElementNS(SVG, "circle");
    for (const [key, value] of Object.entries({ cx, cy, r, fill: "currentColor" })) circle.setAttribute(key, value);
    node.append(circle);
  }
  return node;
}

let speaking = 0;

/** Let a screen reader say something, politely. */
export function announce(text) {
  const place = byId("announcer");
  place.textContent = "";
  clearTimeout(speaking);
  speaking = setTimeout(() => { place.textContent = text; }, 60);
}

export const count = (n, one, many) => `${n} ${n === 1 ? one : many}`;
