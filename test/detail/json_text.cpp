// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/detail/json_text.hpp>  // self-contained

#include <boost/json.hpp>
#include <boost/test/unit_test.hpp>

#include <daypack/detail/utf8.hpp>

using daypack::detail::JsonText;

BOOST_AUTO_TEST_SUITE(detail_json_text)

BOOST_AUTO_TEST_CASE(commas_come_by_themselves) {
  JsonText json;
  json.open_object()
      .member("a", "x")
      .key("b")
      .open_array()
      .number(1)
      .number(2)
      .open_object()
      .close_object()
      .close_array();
  json.key("c").open_array().close_array().member("d", std::uint64_t{3}).close_object();
  BOOST_TEST(json.take() == R"({"a":"x","b":[1,2,{}],"c":[],"d":3})");
}

BOOST_AUTO_TEST_CASE(every_character_survives_another_parser) {
  for (int byte = 0; byte < 0x80; ++byte) {
    const std::string text{'a', static_cast<char>(byte), 'b'};
    BOOST_TEST(std::string(boost::json::parse(JsonText().text(text).take()).as_string()) == text);
  }
  const std::string wide = "ü 日本 \xf0\x9f\x90\x8d";
  BOOST_TEST(JsonText().text(wide).take() == '"' + wide + '"');
}

BOOST_AUTO_TEST_CASE(bytes_that_are_no_utf8_are_replaced) {
  for (const char* bad : {"\xff", "\xc0", "\x80", "\xc3"})
    BOOST_TEST(JsonText().text(std::string("a") + bad + "b").take() ==
               "\"a\xef\xbf\xbd"
               "b\"");
  BOOST_CHECK_NO_THROW(boost::json::parse(JsonText().text("\xed\xa0\x80\xf4\x90\x80\x80\xe0\x80\x80").take()));
}

BOOST_AUTO_TEST_CASE(utf8_is_judged_strictly) {
  using daypack::detail::is_utf8;
  static_assert(is_utf8("") && is_utf8("abc") && !is_utf8("\xff"));
  for (const char* good :
       {"\xc2\x80", "\xdf\xbf", "\xe0\xa0\x80", "\xed\x9f\xbf", "\xee\x80\x80", "\xf0\x90\x80\x80", "\xf4\x8f\xbf\xbf"})
    BOOST_TEST(is_utf8(good));
  for (const char* bad : {"\x80", "\xc1\xbf", "\xc2", "\xc2\x41", "\xe0\x9f\xbf", "\xe2\x82", "\xed\xa0\x80",
                          "\xf0\x8f\xbf\xbf", "\xf4\x90\x80\x80", "\xf5\x80\x80\x80"}) {
    BOOST_TEST(!is_utf8(bad));
  }
}

BOOST_AUTO_TEST_SUITE_END()
