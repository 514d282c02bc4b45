// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
#pragma once

#include "source_file.hpp"
#include "support/temporary_folder.hpp"

#include <signal.h>
#include <unistd.h>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/filesystem.hpp>
#include <boost/process.hpp>
#include <cstdlib>
#include <fstream>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

// test/support/http_server.py, as long as this lives.
class MisbehavingServer {
 public:
  explicit MisbehavingServer(std::vector<std::string> arguments = {})
      : secure_(!arguments.empty() && arguments.front() == "--tls") {
    arguments.insert(arguments.begin(), source_file("test/support/http_server.py"));
    boost::process::ipstream out;
    process_ = boost::process::child(boost::process::search_path("python3"), boost::process::args(arguments),
                                     boost::process::std_out > out, boost::process::std_in < in_);
    std::string line;
    if (!std::getline(out, line) || !line.starts_with("port="))
      throw std::runtime_error("the test server does not start");
    port_ = line.substr(5);
  }
  // Not by closing its input: a server started later has inherited a copy of that pipe.
  ~MisbehavingServer() {
    std::error_code ignored;
    process_.terminate(ignored);
  }
  MisbehavingServer(const MisbehavingServer&) = delete;
  MisbehavingServer& operator=(const MisbehavingServer&) = delete;

  const std::string& port() const { return port_; }
  std::string url(const std::string& path, const std::string& host = "127.0.0.1") const {
    return (secure_ ? "https://" : "http://") + host + ':' + port_ + path;
  }

 private:
  bool secure_;
  boost::process::opstream in_;
  boost::process::child process_;
  std::string port_;
};

// A port of 127.0.0.1 where nobody listens.
inline std::string free_port() {
  boost::asio::io_context io;
  boost::asio::ip::tcp::acceptor acceptor(io, {boost::asio::ip::make_address("127.0.0.1"), 0});
  return std::to_string(acceptor.local_endpoint().port());
}

inline void run_or_throw(const std::string& command) {
  if (boost::process::system("/bin/sh", "-c", command, boost::process::std_out > boost::process::null,
                             boost::process::std_err > boost::process::null) != 0) {
    throw std::runtime_error("failed: " + command);
  }
}

// A certificate authority of its own, and certificates that it has signed.
class TestAuthority {
 public:
  TestAuthority() {
    run_or_throw("openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj '/CN=daypack test authority' -keyout " +
                 key_file() + " -out " + certificate());
  }
  std::string certificate() const { return folder_ / "ca.pem"; }

  // For names such as "IP:127.0.0.1,DNS:localhost", for so long (words of `openssl x509`). The paths of certificate and
  // key.
  std::pair<std::string, std::string> issue(const std::string& name, const std::string& alternative_names,
                                            const std::string& validity = "-days 2") const {
    const std::string key = folder_ / (name + ".key"), request = folder_ / (name + ".csr"),
                      certificate_file = folder_ / (name + ".pem");
    std::ofstream(folder_ / (name + ".ext")) << "subjectAltName=" << alternative_names << '\n';
    run_or_throw("openssl req -newkey rsa:2048 -nodes -subj /CN=" + name + " -keyout " + key + " -out " + request);
    run_or_throw("openssl x509 -req " + validity + " -in " + request + " -CA " + certificate() + " -CAkey " +
                 key_file() + " -CAcreateserial -extfile " + (folder_ / (name + ".ext")) + " -out " + certificate_file);
    return {certificate_file, key};
  }

 private:
  std::string key_file() const { return folder_ / "ca.key"; }
  TemporaryFolder folder_;
};

// nginx over a folder of files; `more` are further lines of its server block.
class Nginx {
 public:
  static bool installed() {
    return !boost::process::search_path("nginx").empty() || boost::filesystem::exists("/usr/sbin/nginx");
  }

  Nginx(const std::string& root, const std::string& listen_words = "", const std::string& more = "")
      : port_(free_port()) {
    const std::string data = folder_.path().string();
    std::ofstream(folder_ / "nginx.conf")
        << "daemon off; worker_processes 1; pid " << data << "/pid; error_log stderr warn;\n"
        << (::getuid() == 0 ? "user root;\n" : "") << "events { worker_connections 512; }\n"
        << "http { access_log " << data << "/access.log; client_body_temp_path " << data << "/b; proxy_temp_path "
        << data << "/p; fastcgi_temp_path " << data << "/f; uwsgi_temp_path " << data << "/u; scgi_temp_path " << data
        << "/s;\n"
        << "server { listen 127.0.0.1:" << port_ << ' ' << listen_words << "; root " << root
        << "; client_max_body_size 0;\n"
        << "dav_methods PUT DELETE;\n"
        << more << "\n} }\n";
    process_ = boost::process::child(boost::filesystem::exists("/usr/sbin/nginx") ? "/usr/sbin/nginx" : "nginx", "-e",
                                     "stderr", "-p", data, "-c", folder_ / "nginx.conf",
                                     boost::process::std_err > (folder_ / "errors"));
    for (int i = 0; i < 200; ++i) {
      boost::asio::io_context io;
      boost::asio::ip::tcp::socket socket(io);
      boost::system::error_code error;
      const auto port = static_cast<unsigned short>(std::stoul(port_));
      if (!socket.connect({boost::asio::ip::make_address("127.0.0.1"), port}, error)) return;
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    throw std::runtime_error("nginx does not start, see " + (folder_ / "errors"));
  }
  ~Nginx() {
    if (process_.id() > 0) ::kill(process_.id(), SIGTERM);  // terminate() would orphan its worker
    std::error_code ignored;
    process_.wait(ignored);
  }
  Nginx(const Nginx&) = delete;
  Nginx& operator=(const Nginx&) = delete;

  const std::string& port() const { return port_; }

 private:
  TemporaryFolder folder_;
  std::string port_;
  boost::process::child process_;
};
