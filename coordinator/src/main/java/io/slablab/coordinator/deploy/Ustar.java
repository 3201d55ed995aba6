package io.slablab.coordinator.deploy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/**
 * Writes a tar of plain files in POSIX ustar format: per file a header of 512 bytes, then the
 * content, filled up to a multiple of 512; at the end two blocks of zeros. Owner, group and time
 * are 0. Threads: one.
 */
final class Ustar {
  private static final int BLOCK = 512;
  private static final int MOST_NAME = 100;
  private static final long MOST_BYTES = 1L << 33;

  private final OutputStream out;

  Ustar(OutputStream out) {
    this.out = out;
  }

  /**
   * @param name ASCII, at most 100 characters
   */
  void add(String name, Path file) throws IOException {
    long bytes = Files.size(file);
    if (name.length() > MOST_NAME || bytes >= MOST_BYTES) {
      throw new IllegalArgumentException(
          "name and size fit a ustar header: name=" + name + " bytes=" + bytes);
    }
    out.write(header(name, bytes));
    long copied = Files.copy(file, out);
    if (copied != bytes) {
      throw new IOException(file + " changed while it was sent");
    }
    out.write(new byte[(int) (-bytes & (BLOCK - 1))]);
  }

  void end() throws IOException {
    out.write(new byte[2 * BLOCK]);
  }

  private static byte[] header(String name, long bytes) {
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, "0000600\0");
    put(header, 108, "0000000\0");
    put(header, 116, "0000000\0");
    put(header, 124, "%011o\0".formatted(bytes));
    put(header, 136, "%011o\0".formatted(0));
    Arrays.fill(header, 148, 156, (byte) ' '); // the checksum counts itself as blanks
    header[156] = '0';
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte b : header) {
      sum += b & 0xff;
    }
    put(header, 148, "%06o\0 ".formatted(sum));
    return header;
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] ascii = text.getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(ascii, 0, header, offset, ascii.length);
  }
}
