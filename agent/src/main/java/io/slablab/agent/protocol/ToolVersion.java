package io.slablab.agent.protocol;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version the build wrote into this jar. */
public final class ToolVersion {

  private ToolVersion() {}

  public static String text() {
    try (InputStream in = ToolVersion.class.getResourceAsStream("version.properties")) {
      if (in == null) {
        return "unknown";
      }
      Properties properties = new Properties();
      properties.load(in);
      return properties.getProperty("version", "unknown");
    } catch (IOException _) {
      return "unknown";
    }
  }
}
