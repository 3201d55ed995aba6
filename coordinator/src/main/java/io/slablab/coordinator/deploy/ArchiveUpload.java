package io.slablab.coordinator.deploy;

import io.slablab.coordinator.deploy.AgentArchive.Jar;
import io.slablab.coordinator.deploy.ssh.HostShell.Executed;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Brings an archive to a host: the jars that the host lacks as one tar, then a check of all. An
 * archive that is there is checked and not sent.
 */
final class ArchiveUpload {
  private static final Duration CHECK = Duration.ofSeconds(60);
  private static final Duration SEND = Duration.ofMinutes(10);

  /**
   * An archive that is on the host, whole.
   *
   * @param folder absolute
   * @param bytesSent 0 when the host had all of it
   */
  record Brought(String folder, long bytesSent) {}

  private final SshConnection host;
  private final AgentArchive archive;
  private final String workdir;

  private ArchiveUpload(SshConnection host, AgentArchive archive, String workdir) {
    this.host = host;
    this.archive = archive;
    this.workdir = workdir;
  }

  /**
   * @param workdir absolute
   * @throws IOException when it could not be brought whole; one line
   */
  static Brought bring(SshConnection host, AgentArchive archive, String workdir)
      throws IOException {
    return new ArchiveUpload(host, archive, workdir).bring();
  }

  private Brought bring() throws IOException {
    String folder = workdir + "/archives/" + archive.hash();
    List<String> answer = run("check", "-");
    if (answer.contains("complete")) {
      return new Brought(folder, 0);
    }
    Set<String> missing = new TreeSet<>();
    answer.stream()
        .filter(line -> line.startsWith("missing "))
        .forEach(line -> missing.add(line.substring("missing ".length())));
    String tar = HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextLong(), 12) + ".tar";
    long sent = missing.isEmpty() ? 0 : send(tar, missing);
    List<String> result = run("unpack", tar);
    if (!result.contains("complete")) {
      throw new IOException("the agent did not arrive whole: " + String.join(", ", result));
    }
    return new Brought(folder, sent);
  }

  private long send(String tar, Set<String> digests) throws IOException {
    return host.upload(
        workdir + "/incoming/" + tar,
        0600,
        out -> {
          Ustar files = new Ustar(out);
          for (String digest : digests) {
            for (Jar jar : archive.jars()) {
              if (jar.sha256().equals(digest)) {
                files.add(digest, jar.path());
                break;
              }
            }
          }
          files.end();
        },
        SEND);
  }

  private List<String> run(String task, String tar) throws IOException {
    List<String> arguments = new ArrayList<>(List.of(task, workdir, archive.hash(), tar));
    archive.jars().forEach(jar -> arguments.add(jar.name() + ":" + jar.sha256()));
    Executed done = host.exec(HostScript.ARCHIVE.command(arguments), CHECK);
    if (done.exitCode() != 0) {
      String damaged = String.join(", ", done.lines());
      throw new IOException(
          "the agent cannot be kept in %s: %s"
              .formatted(workdir, damaged.isEmpty() ? HostProbe.lastLine(done.errors()) : damaged));
    }
    return done.lines();
  }
}
