// A line may be drawn again while somebody is in it: what was typed stays, and so does the keyboard's place.

/** Draw a changed item anew. Half-filled form fields of the same form keep what was typed. */
export function redrawn(held, item) {
  const node = item.draw();
  if (!held) return node;
  held.focus = held.node.contains(document.activeElement) ? document.activeElement : null;
  const before = held.node.querySelector("form.sheet");
  const after = node.querySelector("form.sheet");
  if (before && after && item.line?.form && sameForm(before, after)) copyValues(before, after);
  return node;
}

const names = (form) => [...form.elements].map(({ name }) => name).join();
const sameForm = (one, other) => names(one) === names(other);

function copyValues(from, to) {
  [...from.elements].forEach((field, index) => {
    if (field.type === "checkbox" || field.type === "radio") to.elements[index].checked = field.checked;
    else if (field.tagName !== "BUTTON") to.elements[index].value = field.value;
  });
}

/** Keep the keyboard where it was when a line is drawn again under it. */
export function restore(held, node) {
  if (!held.focus) return;
  const was = held.focus;
  const find = was.name ? `[name="${CSS.escape(was.name)}"]` : was.dataset.press !== undefined ? `[data-press="${CSS.escape(was.dataset.press)}"]` : "button, a, input";
  const target = node.querySelector(find) ?? node.querySelector(".bubble");
  if (!target) return;
  if (!target.matches("button, a, input, textarea, select")) target.tabIndex = -1;
  target.focus({ preventScroll: true });
}
