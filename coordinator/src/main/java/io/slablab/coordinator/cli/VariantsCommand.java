package io.slablab.coordinator.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.slablab.allocator.pool.Variant;
import java.io.PrintWriter;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Describes the allocator designs that a suite can name. */
@Command(
    name = "variants",
    description = "List the allocator designs: locks left, memory kept, how each may fail.")
final class VariantsCommand implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() throws JsonProcessingException {
    PrintWriter out = spec.commandLine().getOut();
    if (json) {
      out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(facts()));
    } else {
      for (Variant variant : Variant.values()) {
        out.println(variant.id());
        out.println("  " + variant.description());
        out.println("  locks left:  " + variant.hotLocks());
        out.println("  idle memory: " + variant.idleBound());
        out.println("  may fail:    " + variant.failureModes());
      }
    }
    return ExitCode.OK;
  }

  private static List<Map<String, String>> facts() {
    return Arrays.stream(Variant.values()).map(VariantsCommand::facts).toList();
  }

  private static Map<String, String> facts(Variant variant) {
    Map<String, String> facts = new LinkedHashMap<>();
    facts.put("id", variant.id());
    facts.put("description", variant.description());
    facts.put("hotLocks", variant.hotLocks());
    facts.put("idleBound", variant.idleBound());
    facts.put("failureModes", variant.failureModes());
    return facts;
  }
}
