// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// What libdeflate alone needs for the files below a folder, already in memory, one buffer per file, largest first;
// nothing is kept. usage: deflate LEVEL THREADS PATH; prints {"seconds", "bytes"}: of the deflating alone.
#include <libdeflate.h>

#include <ftw.h>
#include <sys/stat.h>
#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

namespace {

std::vector<std::string> files;

int keep(const char* path, const struct stat* facts, int) {
  if (S_ISREG(facts->st_mode)) {
    std::ifstream file(path, std::ios::binary);
    std::string& bytes = files.emplace_back(static_cast<std::size_t>(facts->st_size), '\0');
    file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  }
  return 0;
}

}  // namespace

int main(int, char** arguments) {
  const int level = std::atoi(arguments[1]), threads = std::atoi(arguments[2]);
  if (::ftw(arguments[3], keep, 64) != 0) return 1;
  std::sort(files.begin(), files.end(), [](const auto& a, const auto& b) { return a.size() > b.size(); });
  const std::size_t largest = files.empty() ? 0 : files.front().size();
  std::vector<std::string> outputs(static_cast<std::size_t>(threads), std::string(largest, '\0'));

  std::atomic<std::size_t> next{0}, total{0};
  const auto work = [&](std::string& output) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(level);
    for (std::size_t i = next++; i < files.size(); i = next++) {
      const std::size_t size =
          libdeflate_deflate_compress(compressor, files[i].data(), files[i].size(), output.data(), files[i].size());
      total += size == 0 ? files[i].size() : size;
    }
    libdeflate_free_compressor(compressor);
  };
  const auto start = std::chrono::steady_clock::now();
  std::vector<std::thread> pool;
  for (std::string& output : outputs) pool.emplace_back([&] { work(output); });
  for (std::thread& thread : pool) thread.join();
  const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - start;
  std::printf("{\"seconds\": %.6f, \"bytes\": %zu}\n", seconds.count(), total.load());
}
