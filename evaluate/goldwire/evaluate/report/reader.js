"use strict";
// From an error to its article: the text twice, with the gold's marks and with the predicted ones.
// All of it is set as text; nothing from an article or a label is ever read as markup.
(() => {
  const reader = document.getElementById("reader");
  if (!reader) return;
  const part = (name) => document.getElementById(`reader-${name}`);
  const [title, what, chooser, text] = ["title", "error", "layer", "text"].map(part);
  const labels = Array.from(document.querySelectorAll("#labels > li"), (item) => item.textContent);
  const sides = ["gold", "predicted"];
  const apart = new Set(["entities", "hoppers", "incidents"]); // each of their fragments is an item
  let row = null; // the error that is shown

  document.getElementById("articles").hidden = true; // its texts are shown here instead

  const linkOf = (error) => error.querySelector('a[href^="#article-"]');
  const open = () => Array.from(document.querySelectorAll("#list > li"))
    .filter((error) => !error.hidden && linkOf(error));

  // "3 0 4;5 9 12 15 20": a mark is the number of its label, then its spans in code points.
  const marksOf = (numbers) => (numbers ? numbers.split(";") : []).map((mark) => {
    const [label, ...ends] = mark.split(" ");
    const spans = ends.flatMap((end, at) => (at % 2 ? [] : [[Number(end), Number(ends[at + 1])]]));
    const place = [...spans].sort((a, b) => a[0] - b[0] || a[1] - b[1]).flat().join(" ");
    return { label: labels[label], place, key: mark, spans };
  });

  // Start and end of every line that is not blank.
  const linesOf = (letters) => {
    const found = [];
    for (let start = 0, end; start < letters.length; start = end + 1) {
      end = letters.indexOf("\n", start);
      if (end < 0) end = letters.length;
      if (letters.slice(start, end).join("").trim()) found.push([start, end]);
    }
    return found;
  };

  // The fragments within one line, outer ones first.
  const within = (marks, start, end) => marks
    .flatMap((mark) => mark.spans.map(([from, to]) => (
      { mark, from: Math.max(from, start), to: Math.min(to, end) }
    )))
    .filter(({ from, to }) => from < to)
    .sort((a, b) => a.from - b.from || b.to - a.to);

  // Fill a node with text and marks; a mark that crosses the end of another one is cut there.
  const fill = (node, letters, start, end, fragments) => {
    let at = start;
    const left = [...fragments];
    while (left.length) {
      const outer = left.shift();
      node.append(letters.slice(at, outer.from).join(""));
      const inner = [];
      for (const other of left.splice(0)) {
        if (other.from >= outer.to) left.push(other);
        else if (other.to <= outer.to) inner.push(other);
        else {
          inner.push({ ...other, to: outer.to });
          left.push({ ...other, from: outer.to });
        }
      }
      left.sort((a, b) => a.from - b.from || b.to - a.to);
      const shown = document.createElement("mark");
      shown.className = outer.mark.state;
      fill(shown, letters, outer.from, outer.to, inner);
      if (outer.to === outer.mark.end) {
        const label = document.createElement("small");
        const letters = Array.from(outer.mark.label);
        label.textContent = letters.length > 24 ? `${letters.slice(0, 23).join("")}…` : outer.mark.label;
        label.title = outer.mark.label;
        shown.append(label);
      }
      node.append(shown);
      at = outer.to;
    }
    node.append(letters.slice(at, end).join(""));
  };

  const pair = (className, left, right) => {
    const node = document.createElement("div");
    node.className = className;
    node.append(left, right);
    return node;
  };

  const draw = () => {
    const link = linkOf(row);
    const article = document.getElementById(link.hash.slice(1));
    const data = article.querySelector(`i[data-layer="${chooser.value}"]`)?.dataset ?? {};
    const whole = sides.map((side) => marksOf(data[side]));
    // Each item of a chain is the same or is not, whatever else the chain holds.
    const marks = whole.map((those) => (!apart.has(chooser.value) ? those : those.flatMap((mark) => (
      mark.spans.map((span) => ({ ...mark, key: `${mark.label} ${span.join(" ")}`, spans: [span] }))
    ))));
    const keys = marks.map((those) => new Set(those.map((mark) => mark.key)));
    marks.forEach((those, side) => {
      for (const mark of those) {
        const here = chooser.value === row.dataset.layer && mark.place === link.dataset[sides[side]];
        mark.state = [keys[1 - side].has(mark.key) ? "same" : "", here ? "here" : ""].join(" ").trim();
      }
    });
    const names = ["Gold", "Predicted"].map((name, side) => {
      const node = document.createElement("div");
      node.textContent = `${name}: ${whole[side].length.toLocaleString("en")}`;
      return node;
    });
    text.replaceChildren(pair("sides names", ...names));
    const letters = Array.from(article.querySelector("pre").textContent);
    const lines = linesOf(letters).map(([start, end]) => (
      { start, end, fragments: marks.map((those) => within(those, start, end)) }
    ));
    // A label stands at the last span, if it is drawn, or else where the last fragment ends.
    for (const { mark, to } of lines.flatMap((line) => line.fragments.flat())) {
      const last = mark.spans[mark.spans.length - 1][1];
      mark.end = mark.end === last || to === last ? last : Math.max(mark.end ?? 0, to);
    }
    for (const { start, end, fragments } of lines) {
      const halves = fragments.map((those, side) => {
        const node = document.createElement("p");
        node.dir = "auto";
        node.dataset.side = ["Gold", "Predicted"][side];
        fill(node, letters, start, end, those);
        return node;
      });
      text.append(pair(fragments.some((those) => those.length) ? "sides" : "sides bare", ...halves));
    }
    text.scrollTop = 0;
    text.querySelector(".here")?.scrollIntoView({ block: "center" });
  };

  // "Gold: PER “Ann Lee”"; where that is, the marks show.
  const said = (side) => {
    const [label, quote] = [side.querySelector("b"), side.querySelector(".quote")];
    const words = [label?.textContent ?? "nothing", quote && `“${quote.textContent}”`];
    return `${side.querySelector("dt").textContent}: ${words.filter(Boolean).join(" ")}`;
  };

  const show = (error) => {
    row = error;
    const article = document.getElementById(linkOf(row).hash.slice(1));
    title.textContent = article.querySelector("summary").textContent;
    const sayings = Array.from(row.querySelectorAll(".side"), said);
    what.textContent = [row.querySelector(".what b").textContent, ...sayings].join(" · ");
    const layers = Array.from(article.querySelectorAll("i"), (each) => each.dataset.layer);
    chooser.replaceChildren(...layers.map((name) => new Option(name)));
    chooser.value = row.dataset.layer;
    const errors = open();
    const at = errors.indexOf(row);
    part("previous").disabled = at <= 0;
    part("next").disabled = at === errors.length - 1;
    draw();
  };

  const step = (by) => {
    const errors = open();
    const next = errors[errors.indexOf(row) + by];
    if (next) show(next);
    if (document.activeElement === document.body) title.focus(); // the button is disabled now
  };

  chooser.addEventListener("change", draw);
  part("previous").addEventListener("click", () => step(-1));
  part("next").addEventListener("click", () => step(1));
  part("close").addEventListener("click", () => reader.close());
  reader.addEventListener("click", (event) => { if (event.target === reader) reader.close(); });
  reader.addEventListener("close", () => linkOf(row).focus()); // where the reader has come to

  document.getElementById("list").addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#article-"]');
    if (!link) return;
    event.preventDefault();
    reader.showModal();
    show(link.closest("li"));
    title.focus();
  });
})();
