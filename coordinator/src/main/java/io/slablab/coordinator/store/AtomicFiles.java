package io.slablab.coordinator.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/** Files and folders that are either whole under their name or not there. */
public final class AtomicFiles {

  private AtomicFiles() {}

  /**
   * Writes a text file: temporary name, force, rename, force the folder. A full disk leaves nothing
   * under the temporary name, and the error names the file.
   */
  public static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling("." + file.getFileName() + ".tmp");
    try {
      writeForced(temporary, text);
      Files.move(
          temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (FileSystemException e) {
      Files.deleteIfExists(temporary);
      throw e;
    } catch (IOException e) {
      Files.deleteIfExists(temporary);
      throw new IOException(file + ": " + e.getMessage(), e);
    }
    force(parent(file));
  }

  private static void writeForced(Path temporary, String text) throws IOException {
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  /** Forces every file of a finished folder, then gives the folder its final name. */
  public static void publish(Path temporary, Path target) throws IOException {
    List<Path> files;
    try (Stream<Path> walk = Files.walk(temporary)) {
      files = walk.toList();
    }
    for (Path file : files) {
      force(file);
    }
    Files.createDirectories(parent(target));
    Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
    force(parent(target));
  }

  /** Deletes a folder and all in it; absent is fine. */
  public static void deleteTree(Path folder) throws IOException {
    if (!Files.exists(folder)) {
      return;
    }
    List<Path> inside;
    try (Stream<Path> walk = Files.walk(folder)) {
      inside = walk.toList().reversed();
    }
    for (Path path : inside) {
      Files.deleteIfExists(path);
    }
  }

  private static Path parent(Path file) {
    Path parent = file.toAbsolutePath().getParent();
    if (parent == null) {
      throw new IllegalArgumentException("a file system root has no parent: " + file);
    }
    return parent;
  }

  private static void force(Path path) throws IOException {
    try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }
}
