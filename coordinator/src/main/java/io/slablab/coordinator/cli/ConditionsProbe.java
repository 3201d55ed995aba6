package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.ConditionsCapture;
import io.slablab.coordinator.deploy.LocalConditions;
import io.slablab.coordinator.deploy.ssh.SshConnection;
import io.slablab.coordinator.deploy.ssh.SshLogins;
import io.slablab.coordinator.inventory.Host;
import io.slablab.coordinator.store.AtomicFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Asks hosts what they are like, before anything of a campaign is there: all at once, by their
 * shells alone, which leaves nothing on them.
 */
final class ConditionsProbe {
  private static final Path THIS_MACHINE = Path.of("/");

  private ConditionsProbe() {}

  /** The text of the conditions.json of the machine whose files lie below a root. */
  static String below(Path root) throws UserError, InterruptedException {
    return read(List.of(root)).getFirst();
  }

  /**
   * The texts of the hosts' conditions.json, in the same order.
   *
   * @throws UserError naming every host that cannot be asked, with exit code 5
   */
  static List<String> of(List<Host> hosts) throws UserError, InterruptedException {
    Path folder;
    try {
      folder = Files.createTempDirectory("slablab-conditions");
    } catch (IOException e) {
      throw failed("there is no place for temporary files: " + e.getMessage());
    }
    try {
      return read(roots(hosts, folder));
    } finally {
      try {
        AtomicFiles.deleteTree(folder);
      } catch (IOException _) {
        // a temporary folder stays
      }
    }
  }

  private static List<String> read(List<Path> roots) throws UserError, InterruptedException {
    try {
      return LocalConditions.read(AgentJvm.thisJava(), roots);
    } catch (IOException e) {
      throw failed("conditions cannot be read: " + e.getMessage());
    }
  }

  private static List<Path> roots(List<Host> hosts, Path folder)
      throws UserError, InterruptedException {
    List<Path> roots = new ArrayList<>();
    Map<String, Future<Path>> captures = new LinkedHashMap<>();
    List<String> problems = new ArrayList<>();
    try (SshLogins logins = SshLogins.open(Path.of(System.getProperty("user.home")), false);
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Host host : hosts) {
        Path root = folder.resolve(Integer.toString(captures.size()));
        captures.put(host.name(), threads.submit(() -> root(host, root, logins)));
      }
      for (Map.Entry<String, Future<Path>> capture : captures.entrySet()) {
        try {
          roots.add(capture.getValue().get());
        } catch (ExecutionException e) {
          problems.add("host " + capture.getKey() + ": " + why(e));
        }
      }
    }
    if (!problems.isEmpty()) {
      throw failed(String.join("\n", problems));
    }
    return roots;
  }

  private static String why(ExecutionException e) {
    Throwable cause = e.getCause();
    return String.valueOf(cause == null ? e.getMessage() : cause.getMessage());
  }

  private static Path root(Host host, Path root, SshLogins logins) throws IOException {
    if (host.connection() == Host.Connection.LOCAL) {
      return THIS_MACHINE;
    }
    try (SshConnection connection = logins.connect(host.ssh())) {
      ConditionsCapture.into(Files.createDirectory(root), connection);
      return root;
    }
  }

  private static UserError failed(String message) {
    return new UserError(ExitCode.INFRASTRUCTURE, message);
  }
}
