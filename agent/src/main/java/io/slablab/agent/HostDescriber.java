package io.slablab.agent;

import io.slablab.agent.conditions.HostConditions;
import io.slablab.agent.protocol.HostDescribed;
import io.slablab.agent.topology.SysfsTopology;
import io.slablab.agent.topology.TopologyJson;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Supplier;

/**
 * Describes this host, read anew each time.
 *
 * @param host inventory name
 * @param incarnation which start of the agent this is
 */
record HostDescriber(String host, int incarnation) implements Supplier<HostDescribed> {

  @Override
  public HostDescribed get() {
    return new HostDescribed(
        host,
        incarnation,
        ProcessHandle.current().pid(),
        Runtime.version().toString(),
        bootId(),
        TopologyJson.write(SysfsTopology.read(Path.of("/"))),
        HostConditions.capture(Path.of("/")).toJson(),
        "",
        "");
  }

  private static String bootId() {
    try {
      return Files.readString(Path.of("/proc/sys/kernel/random/boot_id")).strip();
    } catch (IOException _) {
      return "";
    }
  }
}
