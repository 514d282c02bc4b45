// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.
// Zips the files below the current folder with libzip. usage: libzip LEVEL ZIP
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <zip.h>

static zip_t* archive;
static zip_uint32_t level;

static int add(const char* path, const struct stat* facts, int flag) {
  (void)flag;
  if (!S_ISREG(facts->st_mode)) return 0;
  zip_source_t* source = zip_source_file(archive, path, 0, -1);
  const zip_int64_t index = zip_file_add(archive, path + 2, source, ZIP_FL_ENC_UTF_8);  // without "./"
  return index < 0 || zip_set_file_compression(archive, (zip_uint64_t)index, ZIP_CM_DEFLATE, level) != 0;
}

int main(int count, char** arguments) {
  (void)count;
  level = (zip_uint32_t)atoi(arguments[1]);
  archive = zip_open(arguments[2], ZIP_CREATE | ZIP_TRUNCATE, NULL);
  if (!archive || ftw(".", add, 64) != 0 || zip_close(archive) != 0) {
    fprintf(stderr, "libzip: %s\n", archive ? zip_strerror(archive) : "cannot make the zip");
    return 1;
  }
  return 0;
}
