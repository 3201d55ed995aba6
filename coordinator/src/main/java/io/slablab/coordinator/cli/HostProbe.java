package io.slablab.coordinator.cli;

import io.slablab.coordinator.deploy.AgentJvm;
import io.slablab.coordinator.deploy.LocalConditions;
import io.slablab.coordinator.inventory.Host;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Asks hosts what they are like, before anything of a campaign is there. */
final class HostProbe {
  private HostProbe() {}

  /**
   * The text of a host's conditions.json.
   *
   * @param host null for this machine, whatever an inventory calls it
   * @param root {@code /}, or where a recorded machine lies on this one
   */
  static String conditions(@Nullable Host host, Path root) throws UserError, InterruptedException {
    Path java =
        host == null
            ? AgentJvm.thisJava()
            : host.java().map(home -> Path.of(home, "bin", "java")).orElseGet(AgentJvm::thisJava);
    try {
      return LocalConditions.read(java, root);
    } catch (IOException e) {
      String name = host == null ? "this machine" : "host " + host.name();
      throw new UserError(
          ExitCode.INFRASTRUCTURE, name + ": its conditions cannot be read: " + e.getMessage());
    }
  }
}
