"use strict";
// The page is whole without this: it adds filters over the list of errors, a copy button,
// and a word where a table is wider than the page.
(() => {
  const form = document.getElementById("filters");
  const copy = document.getElementById("copy");
  const signature = document.getElementById("signature");

  copy.hidden = false;
  copy.addEventListener("click", async () => {
    getSelection().selectAllChildren(signature);
    try {
      await navigator.clipboard.writeText(signature.textContent);
      copy.textContent = "Copied";
    } catch {
      copy.textContent = "Selected";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 2000);
  });

  const scrolls = () => {
    for (const each of document.querySelectorAll(".scroll")) {
      each.toggleAttribute("data-scrolls", each.scrollWidth > each.clientWidth);
    }
  };
  scrolls();
  addEventListener("resize", scrolls);
  document.addEventListener("toggle", scrolls, true); // what folds out had no width before

  if (!form) return;
  const rows = Array.from(document.querySelectorAll("#list > li"));
  const texts = new Map();
  const fields = ["layer", "error", "gold", "predicted", "document"];
  const shown = document.getElementById("shown");
  const none = document.getElementById("none");

  const textOf = (row) => {
    if (!texts.has(row)) texts.set(row, row.textContent.toLowerCase());
    return texts.get(row);
  };

  const apply = () => {
    const wanted = fields
      .map((name) => [name, form.elements[name].value])
      .filter(([, value]) => value !== "");
    const text = form.elements.text.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      row.hidden = !wanted.every(([name, value]) => row.dataset[name] === value)
        || (text !== "" && !textOf(row).includes(text));
      if (!row.hidden) count += 1;
    }
    shown.textContent = `${count.toLocaleString("en")} shown`;
    none.hidden = count > 0;
  };

  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => setTimeout(apply));

  // A number in a table leads to the errors it counts.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[data-layer]");
    if (!link) return;
    form.reset();
    for (const name of fields) form.elements[name].value = link.dataset[name] ?? "";
    apply();
    document.getElementById("errors").focus({ preventScroll: true });
  });
  apply(); // a reloaded page keeps what was chosen
})();
