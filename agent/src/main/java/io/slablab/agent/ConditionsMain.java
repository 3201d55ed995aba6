package io.slablab.agent;

import io.slablab.agent.conditions.HostConditions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Prints conditions, one line of JSON for each machine, and ends. Joins nothing and writes no file,
 * so that it can be run before anything else is.
 */
public final class ConditionsMain {
  private ConditionsMain() {}

  /**
   * @param args roots of machines; {@code /} is this one
   */
  public static void main(String[] args) {
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String root : args) {
      out.println(HostConditions.capture(Path.of(root)).toJson());
    }
  }
}
