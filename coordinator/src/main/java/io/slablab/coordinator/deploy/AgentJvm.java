package io.slablab.coordinator.deploy;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line of an agent's JVM. */
public final class AgentJvm {
  private static final String MAIN = "io.slablab.agent.AgentMain";

  private AgentJvm() {}

  /**
   * On this machine.
   *
   * @param java the JVM to use; trials run on the same one
   * @param arguments of the agent
   */
  public static List<String> command(Path java, List<String> jvmFlags, List<String> arguments) {
    return command(java.toString(), jvmFlags, System.getProperty("java.class.path"), arguments);
  }

  /** With the paths of another machine. */
  static List<String> command(
      String java, List<String> jvmFlags, String classPath, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(java);
    // The agent is small and mostly idle; the compilers' threads would only disturb trials.
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx192m"));
    command.addAll(List.of("-XX:-UsePerfData", "-Xshare:auto"));
    command.add("--enable-native-access=ALL-UNNAMED");
    command.add("--sun-misc-unsafe-memory-access=allow");
    command.addAll(jvmFlags);
    command.addAll(List.of("-cp", classPath, MAIN));
    command.addAll(arguments);
    return command;
  }

  /** The java of the running JVM. */
  public static Path thisJava() {
    return Path.of(System.getProperty("java.home"), "bin", "java");
  }
}
