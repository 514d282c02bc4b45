// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <daypack/sign/sha256.hpp>  // self-contained

#include <boost/test/unit_test.hpp>

#include <openssl/evp.h>  // the declarations of daypack and of OpenSSL meet in this file on purpose

using namespace daypack;

BOOST_AUTO_TEST_SUITE(sign_sha256)

// FIPS 180-4 examples, and the digest of nothing.
BOOST_AUTO_TEST_CASE(known_digests) {
  BOOST_TEST(sha256_of({}).hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  BOOST_TEST(sha256_of(as_bytes("abc")).hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  BOOST_TEST(sha256_of(as_bytes("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq")).hex() ==
             "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  BOOST_TEST(sha256_of(as_bytes(std::string(1'000'000, 'a'))).hex() ==
             "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

BOOST_AUTO_TEST_CASE(pieces_give_the_digest_of_the_whole) {
  const std::string text(100'000, 'x');
  Sha256Hasher hasher;
  for (std::size_t at = 0; at < text.size(); at += 777) hasher.update(as_bytes(std::string_view(text).substr(at, 777)));
  BOOST_TEST(hasher.finish().hex() == sha256_of(as_bytes(text)).hex());
  BOOST_TEST(hasher.finish().hex() == sha256_of({}).hex());  // it has begun anew
  hasher.update(as_bytes("abc"));
  Sha256Hasher moved = std::move(hasher);
  BOOST_TEST(moved.finish().hex() == sha256_of(as_bytes("abc")).hex());
}

BOOST_AUTO_TEST_CASE(openssl_agrees) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  BOOST_TEST(EVP_Digest("daypack", 7, digest, &size, EVP_sha256(), nullptr) == 1);
  const Sha256 ours = sha256_of(as_bytes("daypack"));
  BOOST_TEST(std::equal(ours.bytes, ours.bytes + 32, digest));
}

BOOST_AUTO_TEST_SUITE_END()
