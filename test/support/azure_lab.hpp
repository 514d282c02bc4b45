// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/credentials/azure.hpp>

#include <string>
#include <utility>

#include "support/user_lab.hpp"

namespace daypack::support {

// Stands for every secret: no message may hold it. It is base64 too, as keys of accounts are.
inline const std::string azure_secret = "c2VjcmV0T2ZBenVyZUZvckV4YW1wbGVLRVkx";
inline const std::string management = "https://management.azure.com";
inline const std::string authority_url = "https://login.microsoftonline.com/tenant-1/oauth2/v2.0/token";
inline const std::string machine_url =
    "http://169.254.169.254/metadata/identity/oauth2/"
    "token?api-version=2018-02-01&resource=https%3A%2F%2Fmanagement.azure.com";
inline const std::string app_url =
    "http://localhost:8081/msi/token?api-version=2019-08-01&resource=https%3A%2F%2Fmanagement.azure.com";

// A user of Azure, on no machine of Azure.
struct AzureLab : UserLab {
  AzureLab() { http->answer(machine_url, {{.fault = testing::HttpFault::refuse}}); }

  void principal() {
    variables["AZURE_TENANT_ID"] = "tenant-1";
    variables["AZURE_CLIENT_ID"] = "client-1";
    variables["AZURE_CLIENT_SECRET"] = azure_secret;
  }
  void workload() {
    principal();
    variables.erase("AZURE_CLIENT_SECRET");
    file("federated", azure_secret + "\n");
    variables["AZURE_FEDERATED_TOKEN_FILE"] = home / "federated";
  }
  void app() {
    variables["IDENTITY_ENDPOINT"] = "http://localhost:8081/msi/token";
    variables["IDENTITY_HEADER"] = azure_secret;
  }

  azure::Session session(azure::Access access = {}) const {
    return azure::Session(context(), std::move(access), environment());
  }
  azure::Token found(azure::Access access = {}) const { return session(std::move(access)).token(management); }
  azure::StorageAccess storage(azure::Access access = {}) const { return session(std::move(access)).storage(); }
};

inline std::string token_answer(const std::string& token, int seconds = 3599) {
  return R"({"token_type":"Bearer","expires_in":)" + std::to_string(seconds) + R"(,"access_token":")" + token + "\"}";
}

// As identities of machines and apps answer: numbers as text, and the end as seconds since 1970.
inline std::string identity_answer(const std::string& token, const std::string& expires = "1795180000") {
  return R"({"access_token":")" + token + R"(","expires_on":")" + expires +
         R"(","resource":"https://management.azure.com","token_type":"Bearer"})";
}

inline std::string authority_refusal(const std::string& code, const std::string& words) {
  return R"({"error":")" + code + R"(","error_description":")" + words +
         R"(\r\nTrace ID: 1\r\nCorrelation ID: 2","error_codes":[1]})";
}

}  // namespace daypack::support
