// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <string_view>

namespace daypack::detail {

// Colours of kinds bear text in both schemes (WCAG 2.2, 1.4.3: contrast of at least 4.5).
inline constexpr std::string_view page_style = R"css(
:root {
  color-scheme: light dark;
  --page: #f7f7f5; --panel: #ffffff; --ink: #1b1f24; --quiet: #5a6370; --line: #dfe1e4; --accent: #0b62c4; --track: #e8eaed;
  --fits: #2b8a57; --near: #985800; --over: #c92a2a; --cell-ink: #14181d; --frame: #e9ebee; --gap: #ffffff;
  --native: #86b6ea; --bytecode: #86d0b2; --source: #f2cf6d; --metadata: #c5ccd6; --document: #d5b5ec; --data: #f4a98d;
}
@media (prefers-color-scheme: dark) {
  :root {
    --page: #121518; --panel: #1a1e23; --ink: #e8eaed; --quiet: #9aa4b1; --line: #2e343b; --accent: #79b8ff; --track: #2b3138;
    --fits: #4fc487; --near: #eda640; --over: #ff7b72; --cell-ink: #f5f7fa; --frame: #272d34; --gap: #121518;
    --native: #2d639c; --bytecode: #1f6f54; --source: #7b5b0e; --metadata: #4c5665; --document: #6c4790; --data: #97482c;
  }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, -apple-system, "Segoe UI", "DejaVu Sans", sans-serif; font-variant-numeric: tabular-nums }
main { max-width: 1180px; margin: 0 auto; padding: 28px 24px 64px }
h1 { font-size: 26px; line-height: 1.2; margin: 0; letter-spacing: -.01em; overflow-wrap: anywhere }
h2 { font-size: 17px; margin: 40px 0 12px; letter-spacing: -.005em }
p { margin: 6px 0 }
a { color: inherit; text-decoration-color: var(--quiet); text-underline-offset: 3px }
code, .path, #found button { font-family: ui-monospace, "SFMono-Regular", "DejaVu Sans Mono", monospace; font-size: 13px }
.target, .quiet, .digest, #status { color: var(--quiet) }
.digest { font-size: 13px; overflow-wrap: anywhere }
.path { unicode-bidi: isolate; overflow-wrap: anywhere }
.meters { display: grid; grid-template-columns: repeat(auto-fit, minmax(250px, 1fr)); gap: 12px; margin: 18px 0 8px }
.meter { background: var(--panel); border: 1px solid var(--line); border-radius: 10px; padding: 12px 16px 14px }
.meter dt { color: var(--quiet); font-size: 13px }
.meter dd { margin: 0; font-weight: 600; font-size: 19px }
.meter .quiet { display: block; font-weight: 400; font-size: 13px }
.bar { display: block; width: 100%; height: 8px; border-radius: 4px; fill: var(--accent) }
.meter .bar { margin-top: 9px }
.bar .track { fill: var(--track) }
.bar.fits { fill: var(--fits) } .bar.near { fill: var(--near) } .bar.over { fill: var(--over) }
.scroll { overflow-x: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 10px }
table { border-collapse: collapse; width: 100% }
caption { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
th, td { padding: 5px 14px; text-align: left; font-weight: 400; border-top: 1px solid var(--line) }
thead th { color: var(--quiet); font-size: 13px; border-top: 0; padding-top: 9px; padding-bottom: 9px; white-space: nowrap }
.number { text-align: right; white-space: nowrap }
.share { width: 24%; min-width: 70px }
.columns { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(100%, 420px), 1fr)); column-gap: 24px }
.columns section { min-width: 0 }
details { margin: 6px 0 }
summary { cursor: pointer; padding: 4px 6px; border-radius: 6px }
summary:hover { background: var(--track) }
.swatch { display: inline-block; width: 11px; height: 11px; border-radius: 3px; margin-right: 7px }
.swatch.native { background: var(--native) } .swatch.bytecode { background: var(--bytecode) } .swatch.source { background: var(--source) }
.swatch.metadata { background: var(--metadata) } .swatch.document { background: var(--document) } .swatch.data { background: var(--data) }
.findings { list-style: none; padding: 0; margin: 0 }
.findings li { background: var(--panel); border: 1px solid var(--line); border-left: 4px solid var(--quiet); border-radius: 8px; padding: 8px 14px; margin: 8px 0; overflow-wrap: anywhere }
.findings .error { border-left-color: var(--over) } .findings .error strong { color: var(--over) }
.findings .warning { border-left-color: var(--near) } .findings .warning strong { color: var(--near) }
button, input { font: inherit; color: inherit }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 1px }
.tools { display: flex; flex-wrap: wrap; gap: 12px 20px; align-items: center; justify-content: space-between }
.search { display: flex; gap: 10px; align-items: center; flex: 1 1 300px; color: var(--quiet); font-size: 13px; white-space: nowrap }
.search input { flex: 1; max-width: 380px; padding: 7px 12px; border: 1px solid var(--line); border-radius: 8px; background: var(--panel); color: var(--ink); font-size: 15px }
.switch { display: flex; border: 1px solid var(--line); border-radius: 8px; padding: 2px; margin: 0; background: var(--track) }
.switch legend { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
.switch label { position: relative; padding: 4px 12px; border-radius: 6px; cursor: pointer; font-size: 14px }
.switch input { position: absolute; inset: 0; margin: 0; opacity: 0; cursor: pointer }
.switch label:has(:checked) { background: var(--panel); font-weight: 600; box-shadow: 0 1px 2px rgb(0 0 0 / .18) }
.switch label:has(:focus-visible) { outline: 3px solid var(--accent) }
#crumbs { list-style: none; display: flex; flex-wrap: wrap; gap: 2px; padding: 0; margin: 12px 0 6px; min-height: 30px }
#crumbs li + li::before { content: "/"; color: var(--quiet); padding: 0 4px }
#crumbs button, thead button, tbody th button, #found button { background: none; border: 0; padding: 2px 4px; margin: 0 -4px; border-radius: 5px; cursor: pointer; text-align: left; overflow-wrap: anywhere }
#crumbs button { color: var(--accent); margin: 0 }
#crumbs button[aria-current] { color: inherit; font-weight: 600 }
thead button { color: inherit; font-size: inherit }
tbody th button:hover, #found button:hover, #crumbs button:hover, thead button:hover { text-decoration: underline }
[aria-sort="descending"] button::after { content: " \2193"; content: " \2193" / "" }
[aria-sort="ascending"] button::after { content: " \2191"; content: " \2191" / "" }
#map { position: relative; height: clamp(340px, 62vh, 620px); border-radius: 10px; overflow: hidden; background: var(--gap); user-select: none }
#canvas { position: absolute; inset: 0; width: 100%; height: 100% }
.cell { position: absolute; padding: 0; border: 0; background: none; cursor: pointer; border-radius: 3px }
.cell:hover { box-shadow: inset 0 0 0 2px var(--ink) }
.cell:focus-visible { outline: 3px solid var(--accent); outline-offset: -3px; box-shadow: inset 0 0 0 5px var(--panel); z-index: 1 }
.cell.file { cursor: default }
#tip { position: absolute; z-index: 2; max-width: min(420px, 80%); padding: 7px 11px; border-radius: 8px; background: var(--ink); color: var(--page); font-size: 13px; line-height: 1.4; pointer-events: none; overflow-wrap: anywhere; box-shadow: 0 4px 14px rgb(0 0 0 / .3) }
#tip b { display: block }
#status { min-height: 23px; margin: 8px 0 }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: 4px 18px; padding: 0; margin: 0; font-size: 13px }
#found { margin-top: 14px }
[hidden] { display: none !important }
@media (prefers-reduced-motion: no-preference) {
  #map.moved canvas { animation: arrive .18s ease-out }
  @keyframes arrive { from { opacity: .25; transform: scale(.985) } }
}
@media (max-width: 600px) { main { padding: 18px 12px 40px } th, td { padding: 5px 8px } .share { display: none } }
@media print { #explore, details:not([open]) { display: none } }
)css";

}  // namespace daypack::detail
