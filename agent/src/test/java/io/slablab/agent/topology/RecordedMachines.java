package io.slablab.agent.topology;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;

/** The recorded machines among the test resources, unpacked into a directory of the test. */
public final class RecordedMachines {
  public static final List<String> NAMES =
      List.of(
          "qemu-2s4c",
          "qemu-2s2c2t",
          "qemu-2s2n-smt",
          "qemu-2s4c-cxl",
          "qemu-2s4c-offline",
          "rebuilt-2x-epyc-9654-nps4-smt");

  private static final int BLOCK_BYTES = 512;

  private RecordedMachines() {}

  /** Unpacks a machine below {@code parent} and gives its root. */
  public static Path unpack(String name, Path parent) {
    Path root = parent.resolve(name);
    try (InputStream archive =
            RecordedMachines.class.getResourceAsStream("/topology/" + name + ".tar.gz");
        DataInputStream tar = new DataInputStream(new GZIPInputStream(archive))) {
      Files.createDirectories(root);
      byte[] header = new byte[BLOCK_BYTES];
      for (tar.readFully(header); header[0] != 0; tar.readFully(header)) {
        unpackEntry(tar, header, root);
      }
      return root;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public static Topology read(String name, Path parent) {
    return SysfsTopology.read(unpack(name, parent));
  }

  private static void unpackEntry(DataInputStream tar, byte[] header, Path root)
      throws IOException {
    int size = Integer.parseInt(text(header, 124, 12).strip(), 8);
    byte[] content = new byte[(size + BLOCK_BYTES - 1) / BLOCK_BYTES * BLOCK_BYTES];
    tar.readFully(content);
    Path path = root.resolve(text(header, 0, 100)).normalize();
    switch (header[156]) {
      case '5' -> Files.createDirectories(path);
      case '2' -> {
        Files.createDirectories(path.getParent());
        Files.createSymbolicLink(path, Path.of(text(header, 157, 100)));
      }
      case '0', 0 -> {
        Files.createDirectories(path.getParent());
        Files.write(path, java.util.Arrays.copyOf(content, size));
      }
      default -> throw new IOException("entry type " + (char) header[156] + " of " + path);
    }
  }

  private static String text(byte[] header, int offset, int length) {
    int end = offset;
    while (end < offset + length && header[end] != 0) {
      end++;
    }
    return new String(header, offset, end - offset, StandardCharsets.UTF_8);
  }
}
