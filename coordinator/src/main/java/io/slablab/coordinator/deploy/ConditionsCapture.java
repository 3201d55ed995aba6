package io.slablab.coordinator.deploy;

import io.slablab.coordinator.deploy.ssh.HostShell;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The files that say what a host is like, sent line by line and laid out here as they lie there.
 * Only names of a closed grammar are taken, so that nothing a host says can name a file of ours.
 */
public final class ConditionsCapture {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Pattern LINE =
      Pattern.compile(
          "("
              + "proc/(?:cpuinfo|meminfo|cmdline|loadavg|stat|uptime)"
              + "|proc/pressure/(?:cpu|memory)"
              + "|proc/sys/(?:kernel|vm)/[a-z_]{1,40}"
              + "|proc/sys/kernel/random/boot_id"
              + "|proc/irq/default_smp_affinity"
              + "|proc/self/(?:status|limits|cgroup)"
              + "|proc/[0-9]{1,8}/comm"
              + "|etc/(?:os-release|machine-id|tuned/active_profile)"
              + "|sys/class/dmi/id/[a-z_]{1,40}"
              + "|sys/kernel/(?:mm/transparent_hugepage/(?:enabled|defrag)|security/lsm)"
              + "|sys/devices/system/clocksource/clocksource0/[a-z_]{1,40}"
              + "|sys/devices/system/(?:cpu|node)(?:/[a-z0-9_]{1,60}){1,4}"
              + "|sys/fs/cgroup/(?:cpu\\.max|cgroup\\.controllers)"
              + "):(.*)");

  private static final int MOST_FILES = 1 << 17;
  private static final int MOST_LINES = 1 << 16;
  private static final int MOST_LINE_CHARACTERS = 1 << 16;

  private final Map<String, List<String>> files = new TreeMap<>();

  private ConditionsCapture() {}

  /**
   * Asks a host and lays its files out.
   *
   * @param root an empty folder
   * @throws IOException when the host cannot be asked; one line
   */
  public static void into(Path root, HostShell shell) throws IOException {
    ConditionsCapture capture = new ConditionsCapture();
    HostShell.Executed done = shell.exec(HostScript.CONDITIONS.command(), capture::line, PATIENCE);
    if (done.exitCode() != 0 || capture.files.isEmpty()) {
      throw new IOException(
          "it does not tell its conditions: exit code %d %s"
              .formatted(done.exitCode(), done.errors().lines().findFirst().orElse("")));
    }
    capture.layOut(root);
  }

  private void line(String text) {
    Matcher line = LINE.matcher(text);
    if (text.length() > MOST_LINE_CHARACTERS || !line.matches()) {
      return;
    }
    if (files.size() < MOST_FILES || files.containsKey(line.group(1))) {
      List<String> lines = files.computeIfAbsent(line.group(1), _ -> new ArrayList<>());
      if (lines.size() < MOST_LINES) {
        lines.add(line.group(2));
      }
    }
  }

  private void layOut(Path root) throws IOException {
    for (Map.Entry<String, List<String>> file : files.entrySet()) {
      Path path = root.resolve(file.getKey());
      Files.createDirectories(path.resolveSibling(""));
      Files.write(path, file.getValue());
    }
  }
}
