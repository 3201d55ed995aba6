package io.slablab.coordinator.deploy;

import io.slablab.coordinator.deploy.ssh.HostShell.Executed;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import io.slablab.coordinator.deploy.ssh.SshConnection.Running;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent on a host. A script there holds the listener's end of it; when the connection goes, the
 * agent lives on, and this side looks for it again until it is found, ended or given up.
 *
 * <pre>
 *   starting --agent PID--> watched --connection lost--> sought --found--> watched
 *       |                      |                           |
 *       +------ failed --------+------- exit CODE ---------+--> ended
 * </pre>
 *
 * Threads: any; {@link #start} and the search run on virtual threads.
 */
final class SshAgent implements AgentHandle {
  private static final Logger LOG = LoggerFactory.getLogger(SshAgent.class);
  private static final Duration STEP = Duration.ofSeconds(20);
  private static final Duration SEARCH_PAUSE = Duration.ofSeconds(2);
  private static final Duration STOP_SLACK = Duration.ofSeconds(5);
  private static final int TAIL_LINES = 5;
  private static final String LOOPBACK = "127.0.0.1";

  private final SshAgentStarter starter;
  private final String seedAddress;
  private final int incarnation;
  private final long startedNs = System.nanoTime();
  private final CompletableFuture<Void> started = new CompletableFuture<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private final Deque<String> tail = new ArrayDeque<>();

  // Guarded by this.
  private @Nullable Tunnel tunnel;
  private @Nullable SshConnection connection;
  private long pid;
  private boolean stopped;

  // Written by the thread of the connection, before the command's end completes.
  private volatile @Nullable Integer exitCode;
  private volatile @Nullable String busy;

  SshAgent(SshAgentStarter starter, String seedAddress, int incarnation) {
    this.starter = starter;
    this.seedAddress = seedAddress;
    this.incarnation = incarnation;
  }

  /** Brings the agent to the host and starts it; returns when it runs or has failed. */
  void start() {
    try {
      SshConnection host = starter.logins().connect(starter.host().ssh());
      keep(host);
      HostFacts facts = HostProbe.probe(host, starter.host());
      starter.note(facts.clock());
      List<String> command = command(host, facts);
      Running running = host.start(HostScript.LAUNCH.command(command), this::line, STEP);
      running.exit().whenComplete((_, _) -> ended());
    } catch (IOException e) {
      fail(e);
    }
  }

  private List<String> command(SshConnection host, HostFacts facts) throws IOException {
    if (!facts.missingTools().isEmpty()) {
      throw new IOException("has no " + String.join(", ", facts.missingTools()));
    }
    String java =
        facts.jdk().orElseThrow(() -> new IOException(HostCheck.withoutJdk(starter.host()))).home();
    ArchiveUpload.Brought archive = ArchiveUpload.bring(host, starter.archive(), facts.workdir());
    LOG.info(
        "{}: {} of {} bytes of the agent sent",
        starter.host().name(),
        archive.bytesSent(),
        starter.archive().bytes());
    Host named = starter.host();
    String home = facts.workdir() + "/campaigns/" + starter.campaign() + "/" + named.name();
    sendIdentity(host, home);
    String address = facts.address().orElse(LOOPBACK);
    String bind = address;
    String advertise = named.advertiseAddress().orElse(address);
    if (starter.tunnel()) {
      Tunnel through = Tunnel.to(seedAddress);
      through.open(host, place(), STEP);
      keep(through);
      bind = LOOPBACK + ":" + through.agentPort();
      advertise = bind;
    }
    List<String> command = new ArrayList<>(place());
    command.addAll(
        AgentJvm.command(
            java + "/bin/java",
            List.of(
                "-Dslablab.log=" + home + "/agent.log",
                "-Djava.io.tmpdir=" + home + "/tmp",
                // Classes as the last agent's end left them: half the time of a start.
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + archive.folder() + "/agent.jsa",
                "-Xlog:cds=off",
                "-Xlog:cds+dynamic=off"),
            archive.folder() + "/" + starter.archive().mainJar(),
            List.of(
                "--join=" + seedAddress,
                "--campaign=" + starter.campaign(),
                "--host=" + named.name(),
                "--incarnation=" + incarnation,
                "--workdir=" + home,
                "--identity=" + home + "/identity",
                "--bind=" + bind,
                "--advertise=" + advertise,
                "--detached")));
    return command;
  }

  /** The files that let the agent connect; none of them is part of a command or a log. */
  private void sendIdentity(SshConnection host, String home) throws IOException {
    Executed made = host.exec(HostScript.HOME.command(place()), STEP);
    if (made.exitCode() != 0) {
      throw new IOException(
          "cannot make %s: %s".formatted(home, HostProbe.lastLine(made.errors())));
    }
    try (Stream<Path> files = Files.list(starter.identity())) {
      for (Path file : files.toList()) {
        host.upload(
            home + "/identity/" + file.getFileName(), 0600, out -> Files.copy(file, out), STEP);
      }
    }
  }

  /** The first arguments of every script that is about this agent. */
  private List<String> place() {
    return List.of(HostProbe.workdir(starter.host()), starter.campaign(), starter.host().name());
  }

  private synchronized void keep(SshConnection host) throws IOException {
    if (stopped) {
      host.close();
      throw new IOException("stopped before it started");
    }
    if (connection != null) {
      connection.close(); // lost; frees what it forwarded
    }
    connection = host;
  }

  private synchronized void keep(Tunnel through) {
    tunnel = through;
  }

  private synchronized @Nullable Tunnel tunnel() {
    return tunnel;
  }

  /** What the scripts say; see their heads. */
  private void line(String line) {
    int blank = line.indexOf(' ');
    String rest = blank < 0 ? "" : line.substring(blank + 1);
    switch (blank < 0 ? line : line.substring(0, blank)) {
      case "agent" -> number(rest).ifPresent(this::pid);
      case "busy" -> busy = rest;
      case "log" -> log(rest);
      case "exit" -> number(rest).ifPresent(code -> exitCode = (int) (long) code);
      default -> {}
    }
  }

  private static Optional<Long> number(String text) {
    return text.matches("\\d{1,10}") ? Optional.of(Long.parseLong(text)) : Optional.empty();
  }

  private void pid(long told) {
    note(told);
    started.complete(null);
  }

  private synchronized void note(long told) {
    if (pid == 0) {
      LOG.info(
          "{}: agent {} started after {} ms",
          starter.host().name(),
          told,
          Duration.ofNanos(System.nanoTime() - startedNs).toMillis());
    }
    pid = told;
  }

  private void log(String text) {
    synchronized (tail) {
      tail.addLast(text);
      if (tail.size() > TAIL_LINES) {
        tail.removeFirst();
      }
    }
  }

  /** The script that watched the agent is gone: with it, or with the connection. */
  private void ended() {
    Integer code = exitCode;
    String other = busy;
    if (code != null) {
      exit.complete(code);
      disconnect();
    } else if (other != null) {
      fail(
          new IOException(
              "in use: agent %s lives there and has its coordinator; wait for its end"
                  .formatted(other.replaceFirst(" ", " of campaign "))));
    } else if (pid() == 0) {
      fail(new IOException("the agent was not started: " + logTail()));
    } else {
      Thread.ofVirtual().name("search " + starter.host().name()).start(this::search);
    }
  }

  private void search() {
    while (!isStopped() && !exit.isDone()) {
      try {
        TimeUnit.NANOSECONDS.sleep(SEARCH_PAUSE.toNanos());
        SshConnection host = starter.logins().connect(starter.host().ssh());
        keep(host);
        Tunnel through = tunnel();
        if (through != null) {
          through.open(host, place(), STEP);
        }
        Running running = host.start(HostScript.WATCH.command(place()), this::line, STEP);
        running.exit().whenComplete((_, _) -> ended());
        return;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException _) {
        // not there yet, or not any more: the campaign's own deadlines bound the search
      }
    }
  }

  private void fail(IOException e) {
    exit.completeExceptionally(new IOException(starter.host().name() + ": " + e.getMessage(), e));
    disconnect();
  }

  /** Not while the agent is being stopped, which needs the connection to its end. */
  private synchronized void disconnect() {
    if (connection != null && !stopped) {
      connection.close();
    }
  }

  private synchronized void close() {
    if (connection != null) {
      connection.close();
    }
  }

  private synchronized boolean isStopped() {
    return stopped;
  }

  @Override
  public synchronized long pid() {
    return pid;
  }

  @Override
  public CompletionStage<Void> onStart() {
    return started;
  }

  @Override
  public CompletionStage<Integer> onExit() {
    return exit;
  }

  @Override
  public String logTail() {
    synchronized (tail) {
      return String.join("\n", tail);
    }
  }

  @Override
  public void stop(Duration patience) {
    synchronized (this) {
      stopped = true;
    }
    Thread stopping = Thread.startVirtualThread(() -> stopThere(patience));
    try {
      stopping.join(patience.plus(STOP_SLACK));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    close();
    exit.complete(128 + 15);
  }

  /** On a host that cannot be reached the agent stays; it stops by itself without a coordinator. */
  private void stopThere(Duration patience) {
    SshConnection host;
    synchronized (this) {
      host = connection;
    }
    try {
      if (host == null || !host.isOpen()) {
        host = starter.logins().connect(starter.host().ssh());
      }
      List<String> arguments = new ArrayList<>(place());
      arguments.add(Long.toString(patience.toMillis() / 100));
      Executed done = host.exec(HostScript.STOP.command(arguments), patience.plus(STEP));
      List<String> log =
          done.lines().stream()
              .filter(line -> line.startsWith("log "))
              .map(line -> line.substring("log ".length()))
              .toList();
      Files.createDirectories(starter.log().getParent());
      AtomicFiles.write(starter.log(), String.join("\n", log) + "\n");
      host.close();
    } catch (IOException _) {
      // nothing more can be done for it from here
    }
  }
}
