// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string_view>

namespace daypack::detail {

// The second half: what is seen and how it is moved in. A canvas has every rectangle; buttons, a few dozen at most,
// stand over those of the level that is open, so that keyboards and screen readers find what mice do. Names become text
// nodes only.
inline constexpr std::string_view page_script = R"js(
(() => {
  const by = id => document.getElementById(id);
  const report = JSON.parse(by("data").textContent);
  const root = treeOf(report);
  const map = by("map"), canvas = by("canvas"), cells = by("cells"), tip = by("tip"), search = by("search");
  let at = root, measure = "size", asked = "", painted = [], colours = {};

  const make = (tag, text, properties = {}) => Object.assign(document.createElement(tag), { textContent: text, ...properties });
  const kindWords = { native: "native library", bytecode: "bytecode", source: "source code", metadata: "metadata", document: "text or document", data: "data" };
  const share = node => `${(100 * node[measure] / (root[measure] || 1)).toFixed(1)} %`;
  const measureWords = () => measure === "size" ? "unpacked" : "in the zip";
  const words = node => `${node.name}, ${sizeWords(node[measure])} ${measureWords()}, ${share(node)}` +
    (node.folder ? `, ${counted(node.files, "file")}` : `, ${kindWords[node.kind]}`) + (asked && !node.hits ? ", not found" : "");

  function readColours() {
    const style = getComputedStyle(document.documentElement);
    for (const name of ["native", "bytecode", "source", "metadata", "document", "data", "cell-ink", "frame", "gap", "ink", "quiet"])
      colours[name] = style.getPropertyValue("--" + name).trim();
  }

  function label(brush, text, x, y, width, ink) {
    if (width < 26) return;
    let shown = text;
    if (brush.measureText(shown).width > width) {
      let low = 0, high = text.length;
      while (low < high) {
        const middle = (low + high + 1) >> 1;
        if (brush.measureText(text.slice(0, middle) + "\u2026").width <= width) low = middle; else high = middle - 1;
      }
      if (low < 2) return;
      shown = text.slice(0, low) + "\u2026";
    }
    brush.fillStyle = ink;
    brush.fillText(shown, x, y);
  }

  function paint(brush, cut, depth) {
    const { node, x, y, width, height } = cut, gap = depth < 2 ? 1 : 0.5;
    if (width < 1.2 || height < 1.2) return;
    painted.push(cut);
    brush.globalAlpha = asked && !node.hits ? 0.16 : 1;
    const header = width > 44 && height > 34 ? 19 : 0;
    const opens = node.folder && width * height > 150 && width > 8 && height > 8;
    brush.fillStyle = opens ? colours.frame : colours[node.kind];
    brush.fillRect(x + gap, y + gap, width - 2 * gap, height - 2 * gap);
    const ink = opens ? colours.ink : colours["cell-ink"];
    if (header) label(brush, node.name, x + 6, y + 14, width - 12, ink);
    if (header && !opens && height > 50) label(brush, sizeWords(node[measure]), x + 6, y + 30, width - 12, ink);
    if (!opens) return;
    if (header) {
      const used = brush.measureText(node.name).width, size = sizeWords(node[measure]), long = brush.measureText(size).width;
      if (used + long + 24 < width) label(brush, size, x + width - long - 6, y + 14, long + 30, colours.quiet);
    }
    const inset = header ? 3 : 2, top = header || inset;
    const inner = { x: x + inset, y: y + top, width: width - 2 * inset, height: height - top - inset };
    if (inner.width < 3 || inner.height < 3) return;
    const children = [...node.children].filter(child => child[measure] > 0).sort((a, b) => b[measure] - a[measure]);
    for (const part of squarified(children, measure, inner)) paint(brush, part, depth + 1);
  }

  function draw(focused) {
    const width = map.clientWidth, height = map.clientHeight, ratio = window.devicePixelRatio || 1;
    canvas.width = width * ratio;
    canvas.height = height * ratio;
    const brush = canvas.getContext("2d");
    brush.setTransform(ratio, 0, 0, ratio, 0, 0);
    brush.clearRect(0, 0, width, height);
    brush.font = "12px system-ui, -apple-system, 'Segoe UI', 'DejaVu Sans', sans-serif";
    painted = [];
    cells.textContent = "";
    for (const cut of squarified(shownChildren(at, measure, width * height), measure, { x: 0, y: 0, width, height })) {
      paint(brush, cut, 0);
      const cell = make("button", "", { type: "button", className: cut.node.folder ? "cell" : "cell file", tabIndex: -1 });
      cell.setAttribute("aria-label", words(cut.node));
      Object.assign(cell.style, { left: cut.x + "px", top: cut.y + "px", width: cut.width + "px", height: cut.height + "px" });
      cell.node = cut.node;
      cells.append(cell);
    }
    const chosen = [...cells.children].find(cell => focused && (cell.node === focused || cell.node.children?.includes(focused))) || cells.firstChild;
    if (chosen) chosen.tabIndex = 0;
    if (focused && chosen) chosen.focus({ preventScroll: true });
  }

  function drawCrumbs() {
    const way = [];
    for (let node = at; node; node = node.parent) way.unshift(node);
    by("crumbs").replaceChildren(...way.map(node => {
      const button = make("button", node.name, { type: "button", onclick: () => open(node, false) });
      if (node === at) button.setAttribute("aria-current", "location");
      const item = document.createElement("li");
      item.append(button);
      return item;
    }));
  }

  function tell(node) {
    const extra = node.folder ? "" : ` - ${node.path}`;
    by("status").textContent = words(node) + extra;
  }

  // Opens a folder; of a file what is known of it is told. The focus goes where the reader was, or to the largest part.
  function open(node, focus, came) {
    if (!node.folder) return tell(node);
    at = node;
    map.classList.remove("moved");
    void map.offsetWidth;
    map.classList.add("moved");
    tip.hidden = true;
    draw(focus ? came || shownChildren(at, measure, map.clientWidth * map.clientHeight)[0] : null);
    drawCrumbs();
    tell(node);
  }

  function move(from, key) {
    const a = from.getBoundingClientRect(), sign = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    const level = key === "ArrowLeft" || key === "ArrowRight";
    const middle = box => [box.left + box.width / 2, box.top + box.height / 2];
    const [ax, ay] = middle(a);
    let best = null, least = Infinity;
    for (const cell of cells.children) {
      if (cell === from) continue;
      const b = cell.getBoundingClientRect(), [bx, by_] = middle(b);
      const ahead = sign * (level ? bx - ax : by_ - ay);
      const beyond = level ? (sign > 0 ? b.left - a.right : a.left - b.right) : (sign > 0 ? b.top - a.bottom : a.top - b.bottom);
      if (ahead <= 0 || beyond < -1) continue;
      const aside = level ? Math.max(0, b.top - ay, ay - b.bottom) : Math.max(0, b.left - ax, ax - b.right);
      const far = beyond + 3 * aside + ahead / 1000;
      if (far < least) { least = far; best = cell; }
    }
    return best;
  }

  function walk(to) {
    if (!to) return;
    for (const cell of cells.children) cell.tabIndex = cell === to ? 0 : -1;
    to.focus({ preventScroll: true });
    tell(to.node);
  }

  cells.addEventListener("click", event => { if (event.target.node) open(event.target.node, true); });
  map.addEventListener("keydown", event => {
    const cell = event.target;
    if (!cell.node) return;
    if (event.key.startsWith("Arrow")) walk(move(cell, event.key));
    else if (event.key === "Home") walk(cells.firstChild);
    else if (event.key === "End") walk(cells.lastChild);
    else if (event.key === "Escape" || event.key === "Backspace") { if (at.parent) open(at.parent, true, at); }
    else return;
    event.preventDefault();
  });
  map.addEventListener("pointermove", event => {
    const box = map.getBoundingClientRect(), x = event.clientX - box.left, y = event.clientY - box.top;
    let found = null;
    for (const cut of painted) if (x >= cut.x && x < cut.x + cut.width && y >= cut.y && y < cut.y + cut.height) found = cut.node;
    tip.hidden = !found;
    if (!found) return;
    const both = `${sizeWords(found.size)} unpacked, ${sizeWords(found.compressed)} in the zip`;
    tip.replaceChildren(make("b", found.path || found.name), make("span", `${both}, ${found.folder ? counted(found.files, "file") : kindWords[found.kind]}`));
    tip.style.left = Math.max(0, Math.min(x + 14, box.width - tip.offsetWidth - 4)) + "px";
    tip.style.top = (y + 18 + tip.offsetHeight > box.height ? Math.max(0, y - tip.offsetHeight - 8) : y + 18) + "px";
  });
  map.addEventListener("pointerleave", () => { tip.hidden = true; });

  // Search: what is not found fades, distributions without it leave the table, the largest that are found are listed.
  function mark(node) {
    if (node.folder) node.hits = node.children.reduce((sum, child) => sum + mark(child), 0);
    else node.hits = !asked || node.path.toLowerCase().includes(asked) || node.part.name.toLowerCase().includes(asked) ? 1 : 0;
    return node.hits;
  }

  function listFound() {
    const box = by("found");
    box.hidden = !asked;
    box.replaceChildren();
    if (!asked) return;
    const found = filesBelow(root).filter(node => node.hits).sort((a, b) => b[measure] - a[measure]);
    const sum = found.reduce((total, node) => total + node[measure], 0);
    by("status").textContent = found.length ? `${counted(found.length, "file")} found, ${sizeWords(sum)} ${measureWords()}` : "nothing found";
    const table = make("table", ""), head = make("tr", ""), body = make("tbody", "");
    for (const [text, number] of [["Path", false], ["Kind", false], ["Unpacked", true], ["Zipped", true]])
      head.append(make("th", text, { scope: "col", className: number ? "number" : "" }));
    for (const node of found.slice(0, 100)) {
      const row = make("tr", ""), name = make("th", "", { scope: "row" });
      name.append(make("button", node.path, { type: "button", title: "show in the treemap", onclick: () => open(node.parent, true, node) }));
      row.append(name, make("td", kindWords[node.kind]), make("td", sizeWords(node.size), { className: "number" }), make("td", sizeWords(node.compressed), { className: "number" }));
      body.append(row);
    }
    const top = make("thead", "");
    top.append(head);
    table.append(make("caption", "Files found, the largest first"), top, body);
    const scroll = make("div", "", { className: "scroll" });
    scroll.append(table);
    if (found.length) box.append(scroll);
    if (found.length > 100) box.append(make("p", `and ${grouped(found.length - 100)} smaller ones`, { className: "quiet" }));
  }

  const rows = [...document.querySelectorAll("#parts tbody tr")];
  search.addEventListener("input", () => {
    asked = search.value.trim().toLowerCase();
    mark(root);
    rows.forEach((row, index) => { row.hidden = asked !== "" && !root.children[index].hits; });
    draw(null);
    listFound();
    if (!asked) tell(at);
  });
  search.addEventListener("keydown", event => {
    if (event.key === "Escape" && search.value) { search.value = ""; search.dispatchEvent(new Event("input")); }
  });
  for (const radio of document.querySelectorAll("[name=measure]"))
    radio.addEventListener("change", () => { measure = radio.value; draw(null); listFound(); if (!asked) tell(at); });

  // Tables: distributions open in the map, columns sort.
  rows.forEach((row, index) => {
    const name = row.cells[0], button = make("button", name.textContent, { type: "button", title: "show in the treemap" });
    button.addEventListener("click", () => { open(root.children[index], true); by("explore").scrollIntoView({ block: "nearest" }); });
    name.replaceChildren(button);
  });
  function sortable(table) {
    [...table.tHead.rows[0].cells].forEach((head, column) => {
      if (!head.textContent) return;
      const button = make("button", head.textContent, { type: "button" });
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") !== "descending";
        for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        const key = row => row.cells[column].dataset.value === undefined ? row.cells[column].textContent : Number(row.cells[column].dataset.value);
        const sorted = [...table.tBodies[0].rows].sort((a, b) => { const x = key(a), y = key(b); return x < y ? -1 : x > y ? 1 : 0; });
        table.tBodies[0].append(...(down ? sorted.reverse() : sorted));
      });
      head.replaceChildren(button);
    });
  }
  for (const table of document.querySelectorAll("#parts table, #savings table, #imports table")) sortable(table);

  readColours();
  by("explore").hidden = false;
  open(root, false);
  new ResizeObserver(() => draw(null)).observe(map);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => { readColours(); draw(null); });
})();
)js";

}  // namespace daypack::detail
