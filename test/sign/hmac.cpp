// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/hmac.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <openssl/hmac.h>  // the declarations of daypack and of OpenSSL meet in this file on purpose

#include <string>

using namespace daypack;

BOOST_AUTO_TEST_SUITE(sign_hmac)

// RFC 4231, test cases 1, 2 and 6: a short key, a shorter one, one that is longer than a block.
BOOST_AUTO_TEST_CASE(known_values) {
  BOOST_TEST(hmac_sha256(as_bytes(std::string(20, '\x0b')), as_bytes("Hi There")).hex() ==
             "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  BOOST_TEST(hmac_sha256(as_bytes("Jefe"), as_bytes("what do ya want for nothing?")).hex() ==
             "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  BOOST_TEST(hmac_sha256(as_bytes(std::string(131, '\xaa')),
                         as_bytes("Test Using Larger Than Block-Size Key - Hash Key First"))
                 .hex() == "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
}

// The empty key is a key: OpenSSL takes a null pointer for "the one of before".
BOOST_AUTO_TEST_CASE(nothing_is_a_key_and_a_text) {
  BOOST_TEST(hmac_sha256({}, {}).hex() == "b613679a0814d9ec772f95d778c35fc5ff1697c493715653c6c712144292c5ad");
}

BOOST_AUTO_TEST_CASE(a_digest_is_the_next_key) {
  const Sha256 first = hmac_sha256(as_bytes("key"), as_bytes("text"));
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), first.bytes, 32, reinterpret_cast<const unsigned char*>("next"), 4, digest, &size);
  const Sha256 second = hmac_sha256(as_bytes(first), as_bytes("next"));
  BOOST_TEST(size == 32U);
  BOOST_TEST(std::equal(second.bytes, second.bytes + 32, digest));
}

BOOST_AUTO_TEST_SUITE_END()
