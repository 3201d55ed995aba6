package io.slablab.coordinator.deploy;

import io.slablab.agent.topology.TopologyException;
import io.slablab.coordinator.deploy.HostFacts.ClockOffset;
import io.slablab.coordinator.deploy.HostFacts.Jdk;
import io.slablab.coordinator.deploy.HostFacts.LivingAgent;
import io.slablab.coordinator.deploy.HostFacts.Privileges;
import io.slablab.coordinator.deploy.ssh.HostShell;
import io.slablab.coordinator.inventory.Host;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Asks a host what it is. Changes nothing there. */
public final class HostProbe {
  static final String USUAL_WORKDIR = "~/.slablab";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Map<String, String> words = new HashMap<>();
  private final List<LivingAgent> agents = new ArrayList<>();
  private final SysfsCapture sysfs = new SysfsCapture();
  private final InstantSource clock;
  private final Instant asked;
  private ClockOffset offset = new ClockOffset(0, Double.POSITIVE_INFINITY);

  private HostProbe(InstantSource clock) {
    this.clock = clock;
    this.asked = clock.instant();
  }

  /**
   * Runs one command on the host.
   *
   * @throws IOException when it cannot be asked or gives no sensible answer; one line
   */
  public static HostFacts probe(HostShell shell, Host host) throws IOException {
    HostProbe probe = new HostProbe(InstantSource.system());
    HostShell.Executed done =
        shell.exec(
            HostScript.PROBE.command(workdir(host), host.java().orElse("")), probe::line, PATIENCE);
    if (done.exitCode() != 0) {
      throw new IOException(
          "the host does not answer as it should: exit code %d %s"
              .formatted(done.exitCode(), lastLine(done.errors())));
    }
    return probe.facts();
  }

  static String workdir(Host host) {
    return host.workdir().orElse(USUAL_WORKDIR);
  }

  static String lastLine(String text) {
    return text.substring(text.lastIndexOf('\n') + 1);
  }

  private void line(String line) {
    int blank = line.indexOf(' ');
    if (blank < 0) {
      return;
    }
    String rest = line.substring(blank + 1).strip();
    switch (line.substring(0, blank)) {
      case "clock" -> offset = offset(rest);
      case "file" -> sysfs.line(rest);
      case "agent" -> agent(rest).ifPresent(agents::add);
      case String word -> words.putIfAbsent(word, rest);
    }
  }

  /** The host's time, nanoseconds since 1970; hosts whose date knows no fractions give seconds. */
  private ClockOffset offset(String text) {
    Instant told = clock.instant();
    String digits = text.replaceFirst("\\D.*", "");
    double unit = digits.length() > 12 ? 1e-9 : 1;
    if (digits.isEmpty() || digits.length() > 19) {
      return offset;
    }
    double half = Duration.between(asked, told).toNanos() / 2e9;
    double middle = asked.getEpochSecond() + asked.getNano() / 1e9 + half;
    return new ClockOffset(Long.parseLong(digits) * unit - middle, half + (unit == 1 ? 1 : 0));
  }

  private static Optional<LivingAgent> agent(String text) {
    String[] parts = text.split(" ", 2);
    return parts.length == 2 && parts[0].matches("\\d{1,10}")
        ? Optional.of(new LivingAgent(Long.parseLong(parts[0]), parts[1]))
        : Optional.empty();
  }

  private HostFacts facts() throws IOException {
    try {
      return new HostFacts(
          word("work"),
          word("user"),
          privileges(),
          word("boot"),
          word("kernel"),
          word("arch"),
          Optional.of(word("address").split(" "))
              .filter(parts -> parts.length == 4)
              .map(parts -> parts[2]),
          Optional.ofNullable(words.get("java")).map(home -> new Jdk(home, word("version"))),
          word("missing").isEmpty() ? List.of() : List.of(word("missing").split(" ")),
          freeBytes(),
          !words.containsKey("readonly"),
          offset,
          agents,
          sysfs.topology());
    } catch (TopologyException e) {
      throw new IOException("its topology cannot be read: " + e.what(), e);
    }
  }

  private String word(String name) {
    return words.getOrDefault(name, "");
  }

  private Privileges privileges() {
    return word("uid").equals("0")
        ? Privileges.ROOT
        : words.containsKey("sudo") ? Privileges.SUDO : Privileges.USER;
  }

  private OptionalLong freeBytes() {
    return word("free").matches("\\d{1,15}")
        ? OptionalLong.of(Long.parseLong(word("free")) << 10)
        : OptionalLong.empty();
  }
}
