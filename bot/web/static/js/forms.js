// A form that the bot asks for, inside its line.

import { h } from "./dom.js";

let made = 0;

/** Draw a form. `submit(values)` is called with what the person filled in. */
export function formSheet(form, submit) {
  const names = form.fields.map((field) => ({ field, id: `f${made += 1}` }));
  const sheet = h("form.sheet", { noValidate: false, onsubmit: (event) => {
    event.preventDefault();
    submit(valuesOf(sheet, form.fields));
  } },
  h("h2", { tabIndex: -1 }, form.title),
  form.intro ? h("p.soft", {}, form.intro) : null,
  names.map(({ field, id }) => row(field, id)),
  h("button.button.primary", { type: "submit" }, form.submit || "Send"));
  return sheet;
}

function valuesOf(sheet, fields) {
  const data = new FormData(sheet);
  return Object.fromEntries(fields.map(({ name, kind }) => [name, kind === "check" ? (data.has(name) ? "yes" : "") : data.get(name) ?? ""]));
}

function row(field, id) {
  const describedBy = [field.help && `${id}-help`, field.error && `${id}-error`].filter(Boolean).join(" ") || null;
  const common = { id, name: field.name, required: field.required, "aria-describedby": describedBy, "aria-invalid": field.error ? "true" : null };
  const hint = field.help ? h("span.hint", { id: `${id}-help` }, field.help) : null;
  const error = field.error ? h("span.error", { id: `${id}-error` }, field.error) : null;
  const must = field.required ? null : h("span.must", {}, " (you can leave this empty)");
  if (field.kind === "check") return h("div.field", {}, check(field, common), hint, error);
  if (field.kind === "choice" && field.options.length <= 6) return radios(field, common, [field.label, must], hint, error);
  return h("div.field", {}, h("label", { htmlFor: id }, field.label, must), hint, control(field, common), error);
}

function control(field, common) {
  if (field.kind === "long") return h("textarea.input", { ...common, maxLength: field.max ?? 4000, rows: 4, value: field.value ?? "" });
  if (field.kind === "choice") {
    return h("select.input", common, h("option", { value: "" }, "Please choose"),
      field.options.map(({ value, label }) => h("option", { value, selected: value === field.value }, label)));
  }
  const text = field.kind === "text" || field.kind === "url";
  return h("input.input", { ...common, type: field.kind, value: field.value ?? "", maxLength: text && field.max ? field.max : null,
    inputMode: field.kind === "number" ? "numeric" : null });
}

function check(field, common) {
  return h("label.choice", {}, h("input", { ...common, type: "checkbox", value: "yes", checked: field.value === "yes" || field.value === "true" }),
    h("span", {}, field.label));
}

function radios(field, common, legend, hint, error) {
  const { id, required, ...shared } = common;
  return h("fieldset.field", { "aria-describedby": common["aria-describedby"] }, h("legend", {}, legend), hint,
    field.options.map(({ value, label }) => h("label.choice", {},
      h("input", { name: shared.name, required, type: "radio", value, checked: value === field.value }), h("span", {}, label))), error);
}
