package io.slablab.agent;

import io.slablab.agent.conditions.HostConditions;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Prints this host's conditions as one line of JSON and ends. Joins nothing and writes no file, so
 * that it can be run on a host before anything else is.
 */
public final class ConditionsMain {
  private ConditionsMain() {}

  /**
   * @param args none for this host, or the root of a recorded one
   */
  public static void main(String[] args) {
    Path root = Path.of(args.length == 0 ? "/" : args[0]);
    PrintStream out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    out.println(HostConditions.capture(root).toJson());
  }
}
