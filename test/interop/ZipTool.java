// Part of daypack. Distributed under the Boost Software License 1.0, see LICENSE.

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;

/**
 * java.util.zip for the tests of this folder.
 *
 * <pre>
 * extract ARCHIVE FOLDER       by ZipFile, which reads the directory
 * stream ARCHIVE FOLDER        by ZipInputStream, which reads the local headers alone
 * create FOLDER ARCHIVE        a stream: data descriptors
 * store FOLDER ARCHIVE         the same, not deflated: sizes stand in the local headers
 * check ARCHIVE [NAME ...]     reads all members or these; prints how many the archive has, and their bytes
 * </pre>
 */
public class ZipTool {
  public static void main(String[] arguments) throws IOException {
    String command = arguments[0];
    switch (command) {
      case "extract" -> extract(Path.of(arguments[1]), Path.of(arguments[2]));
      case "stream" -> stream(Path.of(arguments[1]), Path.of(arguments[2]));
      case "create" -> create(Path.of(arguments[1]), Path.of(arguments[2]), ZipEntry.DEFLATED);
      case "store" -> create(Path.of(arguments[1]), Path.of(arguments[2]), ZipEntry.STORED);
      case "check" -> check(Path.of(arguments[1]), new HashSet<>(List.of(arguments).subList(2, arguments.length)));
      default -> throw new IllegalArgumentException(command);
    }
  }

  static void extract(Path archive, Path folder) throws IOException {
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : zip.stream().collect(Collectors.toList())) {
        try (InputStream content = zip.getInputStream(entry)) {
          write(entry, content, folder);
        }
      }
    }
  }

  static void stream(Path archive, Path folder) throws IOException {
    try (ZipInputStream zip = new ZipInputStream(new BufferedInputStream(Files.newInputStream(archive)))) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) write(entry, zip, folder);
    }
  }

  static void write(ZipEntry entry, InputStream content, Path folder) throws IOException {
    Path path = folder.resolve(entry.getName());
    Files.createDirectories(entry.isDirectory() ? path : path.getParent());
    if (entry.isDirectory()) return;
    Files.copy(content, path);
    compareCrc(entry, crcOf(Files.newInputStream(path)));
  }

  /** ZipFile itself checks no CRC. */
  static void compareCrc(ZipEntry entry, long crc) throws IOException {
    if (entry.getCrc() != crc) throw new IOException("CRC differs: " + entry.getName());
  }

  static long crcOf(InputStream content) throws IOException {
    CRC32 crc = new CRC32();
    byte[] block = new byte[1 << 16];
    try (content) {
      for (int size = content.read(block); size >= 0; size = content.read(block)) crc.update(block, 0, size);
    }
    return crc.getValue();
  }

  static void create(Path folder, Path archive, int method) throws IOException {
    try (OutputStream file = Files.newOutputStream(archive);
        ZipOutputStream zip = new ZipOutputStream(file);
        Stream<Path> found = Files.walk(folder)) {
      for (Path path : found.sorted().collect(Collectors.toList())) {
        if (path.equals(folder)) continue;
        boolean isFolder = Files.isDirectory(path);
        ZipEntry entry = new ZipEntry(folder.relativize(path) + (isFolder ? "/" : ""));
        if (method == ZipEntry.STORED) {
          entry.setMethod(ZipEntry.STORED);
          entry.setSize(isFolder ? 0 : Files.size(path));
          entry.setCrc(isFolder ? 0 : crcOf(Files.newInputStream(path)));
        }
        zip.putNextEntry(entry);
        if (!isFolder) Files.copy(path, zip);
        zip.closeEntry();
      }
    }
  }

  static void check(Path archive, Set<String> names) throws IOException {
    boolean all = names.isEmpty();
    long total = 0;
    try (ZipFile zip = new ZipFile(archive.toFile())) {
      for (ZipEntry entry : zip.stream().collect(Collectors.toList())) {
        total += entry.getSize();
        if (names.remove(entry.getName()) || all) compareCrc(entry, crcOf(zip.getInputStream(entry)));
      }
      if (!names.isEmpty()) throw new IOException("not found: " + names);
      System.out.println(zip.size() + " " + total);
    }
  }
}
