// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#include <boost/test/unit_test.hpp>
#include <daypack/credentials/azure.hpp>

#include "support/azure_lab.hpp"
#include "support/error_of.hpp"

using namespace daypack;
using daypack::support::azure_secret;
using daypack::support::AzureLab;

// How accounts of Azure Storage are opened.
BOOST_AUTO_TEST_SUITE(credentials_azure_storage)

namespace {

const std::string with_key =
    "DefaultEndpointsProtocol=https;AccountName=acc;AccountKey=" + azure_secret + "==;EndpointSuffix=core.windows.net";

}  // namespace

BOOST_AUTO_TEST_CASE(connection_strings) {
  AzureLab lab;
  const azure::StorageAccess key = lab.storage({.connection_string = with_key});
  BOOST_TEST(key.account == "acc");
  BOOST_TEST((key.key == azure::SharedKey{"acc", azure_secret + "=="}));
  BOOST_TEST(key.blob_url == "https://acc.blob.core.windows.net");
  BOOST_TEST(key.source == "the connection string");
  const azure::StorageAccess sas = lab.storage(
      {.connection_string = " blobendpoint = https://cdn.example.org/ ; SharedAccessSignature=?sv=1&sig=a%3D;"});
  BOOST_TEST(sas.blob_url == "https://cdn.example.org");
  BOOST_TEST(sas.sas == "sv=1&sig=a%3D");
  BOOST_TEST((!sas.has_key() && !sas.needs_token()));
  BOOST_TEST(lab.storage({.connection_string = "AccountName=a;DefaultEndpointsProtocol=https;EndpointSuffix=x.org"})
                 .blob_url == "https://a.blob.x.org");
  const azure::StorageAccess emulator = lab.storage({.connection_string = "UseDevelopmentStorage=true"});
  BOOST_TEST(emulator.blob_url == "http://127.0.0.1:10000/devstoreaccount1");
  BOOST_TEST(emulator.has_key());
}

BOOST_AUTO_TEST_CASE(variables) {
  AzureLab lab;
  lab.variables["AZURE_STORAGE_ACCOUNT"] = "acc";
  BOOST_TEST(lab.storage().needs_token());
  lab.variables["AZURE_STORAGE_SAS_TOKEN"] = "?sv=1&sig=b";
  BOOST_TEST(lab.storage().sas == "sv=1&sig=b");
  lab.variables["AZURE_STORAGE_KEY"] = azure_secret;
  BOOST_TEST(lab.storage().key.key == azure_secret);
  BOOST_TEST(lab.storage().sas.empty());
  // They are not those of another account.
  BOOST_TEST(lab.storage({.storage_account = "other"}).needs_token());
  lab.variables["AZURE_STORAGE_CONNECTION_STRING"] = "AccountName=third;AccountKey=" + azure_secret;
  BOOST_TEST(lab.storage().account == "third");
  BOOST_TEST(lab.storage({.storage_account = "acc"}).source == "AZURE_STORAGE_KEY");
  BOOST_TEST(lab.storage({.blob_url = "http://127.0.0.1:10000/third/"}).blob_url == "http://127.0.0.1:10000/third");
}

BOOST_AUTO_TEST_CASE(refusals) {
  AzureLab lab;
  BOOST_TEST(error_of([&] { lab.storage(); }).message() == "no account of Azure Storage is named");
  BOOST_TEST((error_of([&] { lab.storage({.storage_account = "other", .connection_string = with_key}); }).code() ==
              Errc::conflict));
  // Nobody on the way may read a token, or a SAS.
  BOOST_TEST((error_of([&] { lab.storage({.storage_account = "a", .blob_url = "http://a.example.org"}); }).code() ==
              Errc::usage));
  for (const std::string& text :
       {azure_secret, "AccountName=a;" + azure_secret, "AccountKey=" + azure_secret,
        "SharedAccessSignature=" + azure_secret, "AccountName=a;BlobEndpoint=ftp://a;AccountKey=" + azure_secret,
        "AccountName=a;BlobEndpoint=http://a.example.org;SharedAccessSignature=" + azure_secret}) {
    const Error error = error_of([&] { lab.storage({.connection_string = text}); });
    BOOST_TEST((error.code() == Errc::usage));
    BOOST_TEST(std::string(error.what()).find(azure_secret.substr(0, 12)) == std::string::npos, error.what());
  }
}

BOOST_AUTO_TEST_SUITE_END()
