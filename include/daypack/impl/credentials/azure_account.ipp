// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include <daypack/impl/credentials/azure_lookup.ipp>

#include <map>

// Accounts of Azure Storage and what opens them (https://learn.microsoft.com/en-us/azure/storage/common/
// storage-configure-connection-string; the variables are those of az storage; read on 2026-11-20). Only
// impl/credentials/azure.ipp includes this file.
namespace daypack::detail::azure_session {

// What every emulator has: Microsoft has published it for that.
inline constexpr std::string_view emulator_account = "devstoreaccount1";
inline constexpr std::string_view emulator_key =
    "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

// By lower-case names. No message tells any of it.
using Settings = std::map<std::string, std::string>;

inline Settings connection_settings(const std::string& text) {
  Settings settings;
  for (const std::string& part : split_at(text, ';')) {
    if (trimmed(part).empty()) continue;
    const auto [name, value] = split_once(part, '=');
    if (name.size() == part.size()) {
      throw Error(Errc::usage, "a connection string of Azure Storage is not understood",
                  "part " + std::to_string(settings.size() + 1) + " (expected NAME=VALUE)",
                  "copy it whole: DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...");
    }
    settings[ascii_lowered(trimmed(name))] = std::string(trimmed(value));
  }
  return settings;
}

inline std::string setting_in(const Settings& settings, const char* name) {
  const auto found = settings.find(name);
  return found == settings.end() ? "" : found->second;
}

inline std::string without_question_mark(std::string sas) {
  if (sas.starts_with('?')) sas.erase(0, 1);
  return sas;
}

// service: "blob", "queue".
inline std::string public_url(const Lookup& at, const std::string& account, const Settings& settings,
                              const std::string& service) {
  std::string scheme = setting_in(settings, "defaultendpointsprotocol");
  std::string suffix = setting_in(settings, "endpointsuffix");
  if (scheme.empty()) scheme = "https";
  if (suffix.empty()) suffix = at.cloud->storage_suffix;
  return scheme + "://" + account + '.' + service + '.' + suffix;
}

inline azure::StorageAccess emulator_of(const Settings& settings) {
  std::string proxy = setting_in(settings, "developmentstorageproxyuri");
  if (proxy.empty()) proxy = "http://127.0.0.1";
  const std::string account(emulator_account);
  return {.account = account,
          .blob_url = without_last_slashes(proxy) + ":10000/" + account,
          .queue_url = without_last_slashes(proxy) + ":10001/" + account,
          .key = {account, std::string(emulator_key)}};
}

// The account may have no name there: a SAS is enough for a URL.
inline azure::StorageAccess connected(const Lookup& at, const std::string& text, std::string source) {
  const Settings settings = connection_settings(text);
  azure::StorageAccess found;
  if (ascii_lowered(setting_in(settings, "usedevelopmentstorage")) == "true") {
    found = emulator_of(settings);
  } else {
    found.account = setting_in(settings, "accountname");
    found.blob_url = setting_in(settings, "blobendpoint");
    found.queue_url = setting_in(settings, "queueendpoint");
    found.key = {found.account, setting_in(settings, "accountkey")};
    found.sas = found.has_key() ? "" : without_question_mark(setting_in(settings, "sharedaccesssignature"));
    if (found.account.empty() && (found.blob_url.empty() || found.has_key())) {
      throw Error(Errc::usage, "a connection string of Azure Storage names no account",
                  source + " (expected AccountName)",
                  "copy it whole: DefaultEndpointsProtocol=https;AccountName=...;AccountKey=...");
    }
    if (found.blob_url.empty()) found.blob_url = public_url(at, found.account, settings, "blob");
    if (found.queue_url.empty()) found.queue_url = public_url(at, found.account, settings, "queue");
  }
  found.source = std::move(source);
  return found;
}

// The variables belong to the account that they name, or, where they name none, to whichever is meant.
inline azure::StorageAccess by_variables(const Lookup& at, const std::string& account) {
  azure::StorageAccess found{.account = account,
                             .blob_url = public_url(at, account, {}, "blob"),
                             .queue_url = public_url(at, account, {}, "queue"),
                             .source = "a token"};
  const std::string theirs = at.environment("AZURE_STORAGE_ACCOUNT");
  if (!theirs.empty() && theirs != account) return found;
  found.key = {account, at.environment("AZURE_STORAGE_KEY")};
  if (found.has_key()) {
    found.source = "AZURE_STORAGE_KEY";
  } else if (found.sas = without_question_mark(at.environment("AZURE_STORAGE_SAS_TOKEN")); !found.sas.empty()) {
    found.source = "AZURE_STORAGE_SAS_TOKEN";
  }
  return found;
}

inline azure::StorageAccess found_storage(const Lookup& at) {
  const azure::Access& access = at.access;
  if (!access.connection_string.empty()) {
    azure::StorageAccess found = connected(at, access.connection_string, "the connection string");
    if (!access.storage_account.empty() && !found.account.empty() && access.storage_account != found.account)
      throw Error(Errc::conflict, "the connection string is of another storage account",
                  found.account + " (expected " + access.storage_account + ')', "give one of both");
    return found;
  }
  if (const std::string text = at.environment("AZURE_STORAGE_CONNECTION_STRING"); !text.empty()) {
    azure::StorageAccess found = connected(at, text, "AZURE_STORAGE_CONNECTION_STRING");
    if (access.storage_account.empty() || access.storage_account == found.account) return found;
  }
  const std::string account = at.said(access.storage_account, "AZURE_STORAGE_ACCOUNT");
  if (account.empty()) {
    throw Error(Errc::usage, "no account of Azure Storage is named",
                "looked at AZURE_STORAGE_CONNECTION_STRING and AZURE_STORAGE_ACCOUNT",
                "set one of them, or name the account");
  }
  return by_variables(at, account);
}

}  // namespace daypack::detail::azure_session
