package io.slablab.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A lab of hosts on this machine, each with an address, an sshd, processes, a home and a {@code
 * /tmp} of its own. The script {@code src/e2e/sh/lab-hosts.sh} does the work and says what a host
 * is.
 *
 * <p>Threads: one.
 */
final class LabHosts implements AutoCloseable {
  private static final Path SCRIPT =
      Path.of("src", "e2e", "sh", "lab-hosts.sh").toAbsolutePath().normalize();

  /** The longest command: a lab of many hosts comes up. */
  private static final int PATIENCE_SECONDS = 60;

  private final Path folder;
  private final List<Host> hosts;

  private LabHosts(Path folder, List<Host> hosts) {
    this.folder = folder;
    this.hosts = List.copyOf(hosts);
  }

  /**
   * @param name as {@code h1}
   * @param address where its sshd listens, port 22
   */
  record Host(String name, String address) {}

  /** A process inside a host, by its pid on this machine. */
  record Inhabitant(long pid, String commandLine) {}

  private record Output(int exitCode, String text) {}

  /**
   * Brings hosts {@code h1} to {@code hCOUNT} up. Where namespaces are not permitted, says so and
   * aborts the test; on a build that says {@code slablab.lab=required} it fails instead.
   *
   * @param folder absent so far; the lab lives in it
   * @param options of the script, as {@code --home-size h1=64m}
   */
  static LabHosts up(Path folder, int count, String... options)
      throws IOException, InterruptedException {
    checkPermitted();
    List<String> arguments =
        new ArrayList<>(List.of("up", folder.toString(), Integer.toString(count)));
    arguments.addAll(List.of(options));
    List<Host> hosts =
        script(arguments)
            .lines()
            .map(line -> line.split(" "))
            .map(words -> new Host(words[0], words[1]))
            .toList();
    return new LabHosts(folder, hosts);
  }

  private static void checkPermitted() throws IOException, InterruptedException {
    Output answer = start(List.of("permitted"));
    if (answer.exitCode() == 0) {
      return;
    }
    String why = "the lab of network namespaces cannot be built: " + answer.text().strip();
    if ("required".equals(System.getProperty("slablab.lab"))) {
      throw new AssertionError(why);
    }
    System.err.println("SKIPPED: " + why);
    abort(why);
  }

  List<Host> hosts() {
    return hosts;
  }

  /** The key that logs in on every host. */
  Path key() {
    return folder.resolve("id");
  }

  /** Has a line for every host. */
  Path knownHosts() {
    return folder.resolve("known_hosts");
  }

  /**
   * An inventory of all hosts, in group {@code lab}.
   *
   * @param ours the variable {@code slablab} of every host in YAML's flow style, as {@code
   *     {reserve_cpus: "0"}}
   */
  String inventory(String ours) {
    String entries =
        hosts.stream()
            .map(host -> "        %s: {ansible_host: %s}\n".formatted(host.name(), host.address()))
            .collect(Collectors.joining());
    return """
    all:
      children:
        lab:
          vars:
            ansible_user: %s
            ansible_ssh_private_key_file: %s
            ansible_ssh_common_args: -o UserKnownHostsFile=%s
            slablab: %s
          hosts:
    %s\
    """
        .formatted(System.getProperty("user.name"), key(), knownHosts(), ours, entries);
  }

  /** Pulls the cable: both ends see the link go. */
  void cut(String host) throws IOException, InterruptedException {
    command("cut", host);
  }

  /** Plugs the cable in again. */
  void join(String host) throws IOException, InterruptedException {
    command("join", host);
  }

  /** The switch drops all frames of the host: nobody is told. */
  void mute(String host) throws IOException, InterruptedException {
    command("mute", host);
  }

  void unmute(String host) throws IOException, InterruptedException {
    command("unmute", host);
  }

  /** Stops every process of the host. */
  void freeze(String host) throws IOException, InterruptedException {
    command("freeze", host);
  }

  void thaw(String host) throws IOException, InterruptedException {
    command("thaw", host);
  }

  /** From now on its SSH server is all of the host that can be reached, and it reaches nobody. */
  void nat(String host) throws IOException, InterruptedException {
    command("nat", host);
  }

  /** A host with {@code --home-size} has no free byte on its disk any more. */
  void fill(String host) throws IOException, InterruptedException {
    command("fill", host);
  }

  void drain(String host) throws IOException, InterruptedException {
    command("drain", host);
  }

  /** The host's home as this machine sees it. */
  Path home(String host) {
    return folder.resolve(host).resolve("home");
  }

  /** Kills every process of the host at once, as a power cut does; its files stay. */
  void crash(String host) throws IOException, InterruptedException {
    command("crash", host);
  }

  /** Starts a crashed host again; its boot id is a new one. */
  void boot(String host) throws IOException, InterruptedException {
    command("boot", host);
  }

  /**
   * As the host was when the lab came up: with its link, up, not frozen, with room on its disk, and
   * with no process or file of a campaign. Archives of agents stay.
   */
  void restore(String host) throws IOException, InterruptedException {
    command("restore", host);
  }

  /** Runs a command inside the host and gives what it printed. */
  String exec(String host, String... command) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("exec", folder.toString(), host));
    arguments.addAll(List.of(command));
    return script(arguments);
  }

  /** Every process of the host but its sshd. */
  List<Inhabitant> processes(String host) throws IOException, InterruptedException {
    return script(List.of("pids", folder.toString(), host))
        .lines()
        .map(line -> line.split(" ", 2))
        .map(words -> new Inhabitant(Long.parseLong(words[0]), words.length > 1 ? words[1] : ""))
        .filter(process -> !process.commandLine().startsWith("sshd:"))
        .toList();
  }

  /** A process of the host, but no shell, whose command line holds the text. */
  Optional<Inhabitant> process(String host, String commandPart)
      throws IOException, InterruptedException {
    return processes(host).stream()
        .filter(process -> !process.commandLine().startsWith("sh -c "))
        .filter(process -> process.commandLine().contains(commandPart))
        .findFirst();
  }

  /** A process of the host that ended meanwhile is fine. */
  static void kill9(Inhabitant process) {
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
  }

  private void command(String verb, String host) throws IOException, InterruptedException {
    script(List.of(verb, folder.toString(), host));
  }

  @Override
  public void close() throws IOException, InterruptedException {
    script(List.of("down", folder.toString()));
  }

  private static String script(List<String> arguments) throws IOException, InterruptedException {
    Output output = start(arguments);
    if (output.exitCode() != 0) {
      throw new IOException("lab-hosts.sh " + String.join(" ", arguments) + ": " + output.text());
    }
    return output.text();
  }

  private static Output start(List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("bash", SCRIPT.toString()));
    command.addAll(arguments);
    Path output = Files.createTempFile("lab-hosts", ".txt"); // a pipe would wait for the sshds
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(output.toFile())
              .start();
      process.getOutputStream().close();
      if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(
            "lab-hosts.sh " + String.join(" ", arguments) + ": no end within a minute");
      }
      return new Output(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
