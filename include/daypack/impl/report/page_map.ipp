// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string_view>

namespace daypack::detail {

// The first half of the page's script: the tree of files, and how rectangles are cut (squarified treemaps: Bruls,
// Huizing, van Wijk, 2000). It knows nothing of the document.
inline constexpr std::string_view page_map = R"js(
"use strict";
const grouped = count => String(count).replace(/\B(?=(\d{3})+$)/g, ",");
const counted = (count, word) => `${grouped(count)} ${word}${count === 1 ? "" : "s"}`;
const sizeWords = bytes => bytes < 1000 ? `${Math.round(bytes)} B` : bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

class Node {
  constructor(name, parent) {
    this.name = name;
    this.parent = parent;
    this.children = null;
    this.size = this.compressed = this.files = 0;
    this.hits = 1;  // files that the search has found; without a search all are
    this.kind = "data";
    this.path = "";
  }
  get folder() { return this.children !== null; }
}

// Distributions, below them folders and files. A folder that holds one folder alone is one with it.
function treeOf(report) {
  const root = new Node(report.name, null);
  root.children = [];
  for (const part of report.distributions) {
    const top = new Node(part.name ? `${part.name} ${part.version}`.trim() : "your own files", root);
    top.children = [];
    root.children.push(top);
    const folders = new Map([["", top]]);
    const folderAt = path => {
      let found = folders.get(path);
      if (!found) {
        const slash = path.lastIndexOf("/");
        const above = folderAt(path.slice(0, Math.max(slash, 0)));
        found = new Node(path.slice(slash + 1), above);
        found.children = [];
        above.children.push(found);
        folders.set(path, found);
      }
      return found;
    };
    for (const file of part.files) {
      const slash = file.path.lastIndexOf("/");
      const above = folderAt(file.path.slice(0, Math.max(slash, 0)));
      const node = new Node(file.path.slice(slash + 1), above);
      Object.assign(node, { path: file.path, kind: file.kind, size: file.size, compressed: file.compressed, files: 1, part: top });
      above.children.push(node);
    }
  }
  return settled(root);
}

function settled(node) {
  if (!node.folder) return node;
  while (node.parent && node.children.length === 1 && node.children[0].folder) {
    const only = node.children[0];
    if (node.parent.parent) node.name += "/" + only.name;
    node.children = only.children;
    for (const child of node.children) child.parent = node;
  }
  const kinds = {};
  for (const child of node.children) {
    settled(child);
    node.size += child.size;
    node.compressed += child.compressed;
    node.files += child.files;
    kinds[child.kind] = (kinds[child.kind] || 0) + child.size;
  }
  for (const kind in kinds) if (!(kinds[kind] <= kinds[node.kind])) node.kind = kind;
  return node;
}

function filesBelow(node, found = []) {
  if (!node.folder) found.push(node);
  else for (const child of node.children) filesBelow(child, found);
  return found;
}

// Cuts a rectangle among nodes that are sorted, the largest first: rows along the shorter side, as square as they get.
function squarified(nodes, measure, box) {
  const cut = [];
  let { x, y, width, height } = box;
  let left = nodes.reduce((sum, node) => sum + node[measure], 0);
  for (let begin = 0; begin < nodes.length && left > 0;) {
    const side = Math.min(width, height), scale = width * height / left;
    let end = begin, row = 0, worst = Infinity;
    while (end < nodes.length) {
      const more = row + nodes[end][measure], thick = more * scale / side;
      const ratio = area => Math.max(area / (thick * thick), thick * thick / area);
      const next = Math.max(ratio(nodes[begin][measure] * scale), ratio(nodes[end][measure] * scale || 1e-9));
      if (next > worst) break;
      worst = next;
      row = more;
      ++end;
    }
    const thick = row * scale / side || 0;
    let along = 0;
    for (; begin < end; ++begin) {
      const length = row ? side * nodes[begin][measure] / row : 0;
      cut.push({ node: nodes[begin], ...(width >= height ? { x, y: y + along, width: thick, height: length }
                                                         : { x: x + along, y, width: length, height: thick }) });
      along += length;
    }
    if (width >= height) { x += thick; width -= thick; } else { y += thick; height -= thick; }
    left -= row;
  }
  return cut;
}

// The children in order; those too small to be met with a finger are one node.
function shownChildren(node, measure, area) {
  const all = node.children.filter(child => child[measure] > 0).sort((a, b) => b[measure] - a[measure] || (a.name < b.name ? -1 : 1));
  const least = node[measure] * Math.min(260 / area, 0.5);
  let keep = all.findIndex((child, index) => index >= 80 || child[measure] < least);
  if (keep < 0 || all.length - keep < 2) return all;
  const rest = new Node(`${grouped(all.length - keep)} others`, node);
  rest.children = all.slice(keep);
  for (const child of rest.children) {
    for (const sum of ["size", "compressed", "files"]) rest[sum] += child[sum];
  }
  rest.hits = rest.children.reduce((sum, child) => sum + child.hits, 0);
  rest.kind = rest.children[0].kind;
  return [...all.slice(0, keep), rest];
}
)js";

}  // namespace daypack::detail
