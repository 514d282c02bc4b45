// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/detail/base64.hpp>
#include <daypack/impl/report/lines.ipp>
#include <daypack/impl/report/page_map.ipp>
#include <daypack/impl/report/page_script.ipp>
#include <daypack/impl/report/page_style.ipp>
#include <daypack/impl/report/page_tables.ipp>
#include <daypack/report/html.hpp>
#include <daypack/sign/sha256.hpp>

namespace daypack {

namespace detail {

// The source that a content security policy names a script or style by (CSP level 3, 2.3.1).
inline std::string csp_source(std::string_view text) {
  return "'sha256-" + base64_of(sha256_of(as_bytes(text))) + '\'';
}

// JSON in which nothing can end a script: these characters stand in strings alone.
inline std::string json_for_script(const std::string& json) {
  std::string text;
  text.reserve(json.size());
  for (const char c : json) {
    if (c == '<' || c == '>' || c == '&')
      text += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : "\\u0026";
    else
      text += c;
  }
  return text;
}

inline std::string page_head(const Report& report, std::string_view script) {
  return "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
         "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action "
         "'none'; script-src " +
         csp_source(script) + "; style-src " + csp_source(page_style) +
         "\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
         "<meta name=\"color-scheme\" content=\"light dark\">\n<title>" +
         html_escaped(report.name) + " - package report</title>\n<style>" + std::string(page_style) +
         "</style>\n</head>\n";
}

// What the script fills; without it none of this is seen.
inline std::string page_map_frame(const Report& report) {
  std::string legend;
  for (const KindSum& sum : kind_sums(report)) {
    legend += "<li><span class=\"swatch " + std::string(to_string(sum.kind)) + "\"></span>" +
              std::string(kind_title(sum.kind)) + " <span class=\"quiet\">" + size_words(sum.size) + "</span></li>";
  }
  return R"(<section id="explore" aria-labelledby="explore-title" hidden>
<h2 id="explore-title">Where the bytes are</h2>
<div class="tools"><label class="search">Search files <input id="search" type="search" autocomplete="off" spellcheck="false" placeholder="name or path"></label>
<fieldset class="switch"><legend>Sizes</legend><label><input type="radio" name="measure" value="size" checked>unpacked</label><label><input type="radio" name="measure" value="compressed">in the zip</label></fieldset></div>
<nav aria-label="Where you are in the package"><ol id="crumbs"></ol></nav>
<div id="map" role="group" aria-label="Treemap. Arrow keys move, Enter opens, Escape goes back."><canvas id="canvas" aria-hidden="true"></canvas><div id="cells"></div><div id="tip" aria-hidden="true" hidden></div></div>
<p id="status" role="status"></p>
<ul class="legend" aria-label="Colours">)" +
         legend + "</ul>\n<div id=\"found\" hidden></div>\n</section>\n";
}

}  // namespace detail

DAYPACK_DECL std::string html_of(const Report& report) {
  const std::string script = std::string(detail::page_map) + std::string(detail::page_script);
  std::string page = detail::page_head(report, script) + "<body>\n<main>\n" + detail::page_summary(report);
  page += detail::page_map_frame(report) + detail::page_parts(report) + "<div class=\"columns\">\n";
  page += detail::page_savings(report) + detail::page_kinds(report) + "</div>\n" + detail::page_imports(report);
  page += detail::page_findings(report) + detail::page_against(report) + detail::page_files(report) + "</main>\n";
  page += "<script type=\"application/json\" id=\"data\">" + detail::json_for_script(report.json()) + "</script>\n";
  return page + "<script>" + script + "</script>\n</body>\n</html>\n";
}

}  // namespace daypack
