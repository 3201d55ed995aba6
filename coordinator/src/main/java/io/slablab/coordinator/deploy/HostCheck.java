package io.slablab.coordinator.deploy;

import io.slablab.agent.topology.CpuList;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import java.io.IOException;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Looks at hosts, all at the same time, each on a virtual thread. Changes nothing on them. */
public final class HostCheck {
  /** The archive, an ended trial and a running one. */
  private static final long LEAST_FREE_BYTES = 300L << 20;

  /** A clock further off is told: histograms merge by windows of time. */
  private static final double MOST_OFFSET_SECONDS = 0.5;

  private HostCheck() {}

  /** How bad a finding is. */
  public enum Level {
    /** The host cannot be used. */
    ERROR,
    WARNING
  }

  /**
   * @param text one to three lines, without the host's name
   */
  public record Finding(Level level, String text) {}

  /**
   * What was found.
   *
   * @param facts absent when the host could not be asked
   * @param here this machine's address as the host sees it; absent for local hosts and behind jumps
   * @param findings worst first
   */
  public record Checked(
      Host host, Optional<HostFacts> facts, Optional<InetAddress> here, List<Finding> findings) {
    public Checked {
      findings = findings.stream().sorted((a, b) -> a.level().compareTo(b.level())).toList();
    }

    /** Whether trials can run there. */
    public boolean usable() {
      return findings.stream().noneMatch(finding -> finding.level() == Level.ERROR);
    }
  }

  /**
   * Every host's result, in the order given. Takes about as long as the slowest host.
   *
   * @throws InterruptedException when this thread is
   */
  public static List<Checked> check(List<Host> hosts, SshLogins logins)
      throws InterruptedException {
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Checked>> running = new ArrayList<>();
      for (Host host : hosts) {
        running.add(threads.submit(() -> check(host, logins)));
      }
      List<Checked> all = new ArrayList<>();
      for (Future<Checked> one : running) {
        all.add(one.get());
      }
      return all;
    } catch (ExecutionException e) {
      throw new IllegalStateException("a host's check failed: " + e.getCause(), e.getCause());
    }
  }

  private static Checked check(Host host, SshLogins logins) {
    try {
      if (host.connection() == Host.Connection.LOCAL) {
        return judged(host, HostProbe.probe(new LocalShell(), host), Optional.empty());
      }
      try (SshConnection connection = logins.connect(host.ssh())) {
        return judged(host, HostProbe.probe(connection, host), connection.localAddress());
      }
    } catch (IOException e) {
      Finding failed = new Finding(Level.ERROR, String.valueOf(e.getMessage()));
      return new Checked(host, Optional.empty(), Optional.empty(), List.of(failed));
    }
  }

  private static Checked judged(Host host, HostFacts facts, Optional<InetAddress> here) {
    List<Finding> findings = new ArrayList<>();
    if (facts.jdk().isEmpty()) {
      findings.add(new Finding(Level.ERROR, withoutJdk(host)));
    }
    if (!facts.missingTools().isEmpty() && host.connection() == Host.Connection.SSH) {
      findings.add(
          new Finding(
              Level.ERROR, "has no " + String.join(", ", facts.missingTools()) + ": install it"));
    }
    if (!facts.writable()) {
      findings.add(
          new Finding(
              Level.ERROR,
              "%s cannot write in %s: set slablab.workdir"
                  .formatted(facts.user(), facts.workdir())));
    }
    facts
        .freeBytes()
        .ifPresent(free -> {
          if (free < LEAST_FREE_BYTES) {
            findings.add(
                new Finding(
                    Level.ERROR,
                    "%d MiB are free for %s, and %d are needed"
                        .formatted(free >> 20, facts.workdir(), LEAST_FREE_BYTES >> 20)));
          }
        });
    reserved(host, facts).ifPresent(findings::add);
    if (facts.clock().exceeds(MOST_OFFSET_SECONDS)) {
      findings.add(new Finding(Level.WARNING, "its clock is " + offset(facts.clock())));
    }
    facts
        .agents()
        .forEach(agent ->
            findings.add(
                new Finding(
                    Level.WARNING,
                    "agent %d of campaign %s lives there".formatted(agent.pid(), agent.name()))));
    return new Checked(host, Optional.of(facts), here, findings);
  }

  /** One line, for every place that needs a JDK. */
  static String withoutJdk(Host host) {
    return host.java()
        .map(home -> home + " is no JDK 25: mend slablab.java")
        .orElse("no JDK 25 found on the PATH, in /usr/lib/jvm or /opt: set slablab.java");
  }

  private static Optional<Finding> reserved(Host host, HostFacts facts) {
    CpuList online = CpuList.empty();
    for (var socket : facts.topology().sockets()) {
      online = online.or(socket.cpus());
    }
    CpuList absent = CpuList.parse(host.reserveCpus()).minus(online);
    return absent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Finding(
                Level.ERROR,
                "slablab.reserve_cpus names CPUs that are not online: %s of %s"
                    .formatted(absent, online)));
  }

  /** As {@code 3600.0 s ahead}. */
  static String offset(HostFacts.ClockOffset clock) {
    return String.format(
        Locale.ROOT,
        "%.1f s %s",
        Math.abs(clock.seconds()),
        clock.seconds() > 0 ? "ahead" : "behind");
  }
}
