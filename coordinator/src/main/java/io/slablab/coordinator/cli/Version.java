package io.slablab.coordinator.cli;

import io.slablab.agent.protocol.ToolVersion;
import picocli.CommandLine.IVersionProvider;

/** The version the build wrote into this jar. */
final class Version implements IVersionProvider {

  static String text() {
    return ToolVersion.text();
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "slablab " + text(),
      "Java " + System.getProperty("java.version") + " (" + System.getProperty("java.vendor") + ")"
    };
  }
}
