package io.slablab.coordinator.deploy;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.stream.Stream;

/**
 * The jars that an agent is made of, known by their content.
 *
 * @param jars the agent's own first; its manifest names the others, which lie beside it
 * @param hash SHA-256 over the names and digests of all, in hex
 */
public record AgentArchive(List<Jar> jars, String hash) {

  /**
   * @param name without a folder
   * @param sha256 of its content, in hex
   */
  public record Jar(String name, Path path, String sha256, long bytes) {}

  public AgentArchive {
    jars = List.copyOf(jars);
  }

  /**
   * The agent's jars of the program that runs.
   *
   * @throws IOException when they cannot be read, or the program does not run from jars
   */
  public static AgentArchive ofThisProgram() throws IOException {
    String classPath = System.getProperty("java.class.path");
    Path agent =
        Stream.of(classPath.split(File.pathSeparator))
            .map(Path::of)
            .filter(path -> path.getFileName().toString().matches("slablab-agent-.*\\.jar"))
            .findFirst()
            .orElseThrow(() ->
                new IOException(
                    "agents can be sent only by a program that runs from jars: start 'slablab'"));
    return of(agent);
  }

  /** The given jar and those that its manifest's class path names. */
  public static AgentArchive of(Path agent) throws IOException {
    List<Path> paths = new ArrayList<>(List.of(agent));
    try (JarFile jar = new JarFile(agent.toFile())) {
      Manifest manifest = jar.getManifest();
      String others =
          manifest == null
              ? null
              : manifest.getMainAttributes().getValue(Attributes.Name.CLASS_PATH);
      if (others != null) {
        for (String name : others.split(" ", -1)) {
          paths.add(agent.resolveSibling(name));
        }
      }
    }
    return ofJars(paths);
  }

  static AgentArchive ofJars(List<Path> paths) throws IOException {
    List<Jar> jars = new ArrayList<>();
    StringBuilder all = new StringBuilder();
    for (Path path : paths) {
      if (!Files.isRegularFile(path)) {
        throw new IOException(path + ": a jar of the agent is not there: build Slablab again");
      }
      Jar jar = new Jar(path.getFileName().toString(), path, sha256(path), Files.size(path));
      jars.add(jar);
      all.append(jar.sha256()).append("  ").append(jar.name()).append('\n');
    }
    return new AgentArchive(
        jars, hex(sha256().digest(all.toString().getBytes(StandardCharsets.UTF_8))));
  }

  /** All jars together. */
  public long bytes() {
    return jars.stream().mapToLong(Jar::bytes).sum();
  }

  /** Name of the jar to start. */
  String mainJar() {
    return jars.getFirst().name();
  }

  private static String sha256(Path file) throws IOException {
    MessageDigest digest = sha256();
    try (InputStream in = new DigestInputStream(Files.newInputStream(file), digest)) {
      in.transferTo(java.io.OutputStream.nullOutputStream());
    }
    return hex(digest.digest());
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
