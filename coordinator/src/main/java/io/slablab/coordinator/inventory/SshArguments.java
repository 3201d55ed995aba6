package io.slablab.coordinator.inventory;

import io.slablab.coordinator.inventory.SshAccess.Endpoint;
import io.slablab.suites.yaml.DidYouMean;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Arguments of ssh as they stand in {@code ansible_ssh_common_args}: those that we honour, those
 * that change nothing for us, and for every other one why not.
 */
final class SshArguments {
  private static final List<String> KNOWN =
      List.of("ProxyJump", "UserKnownHostsFile", "IdentityFile", "ConnectTimeout");

  /** They tune a client that is not ours, or ask for what we do anyway. */
  private static final Set<String> WITHOUT_EFFECT =
      Set.of(
          "addressfamily",
          "batchmode",
          "compression",
          "connectionattempts",
          "controlmaster",
          "controlpath",
          "controlpersist",
          "globalknownhostsfile",
          "identitiesonly",
          "loglevel",
          "passwordauthentication",
          "preferredauthentications",
          "pubkeyauthentication",
          "serveralivecountmax",
          "serveraliveinterval",
          "tcpkeepalive");

  private List<Endpoint> jumps = List.of();
  private @Nullable String identityFile;
  private @Nullable String knownHostsFile;
  private @Nullable Duration connectTimeout;

  private SshArguments() {}

  /**
   * @throws IllegalArgumentException with the first argument that cannot be honoured
   */
  static SshArguments parse(String text) {
    SshArguments arguments = new SshArguments();
    Iterator<String> words = words(text).iterator();
    while (words.hasNext()) {
      arguments.take(words.next(), words);
    }
    return arguments;
  }

  List<Endpoint> jumps() {
    return jumps;
  }

  Optional<String> identityFile() {
    return Optional.ofNullable(identityFile);
  }

  Optional<String> knownHostsFile() {
    return Optional.ofNullable(knownHostsFile);
  }

  Optional<Duration> connectTimeout() {
    return Optional.ofNullable(connectTimeout);
  }

  private void take(String word, Iterator<String> rest) {
    String flag = word.length() > 2 && word.startsWith("-") ? word.substring(0, 2) : word;
    switch (flag) {
      case "-o" -> option(value(word, rest));
      case "-J" -> jumps = SshWords.jumps(value(word, rest));
      case "-i" -> identityFile = value(word, rest);
      case "-4", "-6", "-C", "-T", "-q", "-a" -> {}
      case "-A" -> throw forwarded();
      default ->
          throw new IllegalArgumentException("ssh's argument '" + word + "' is not supported");
    }
  }

  private static String value(String word, Iterator<String> rest) {
    if (word.length() > 2) {
      return word.substring(2);
    }
    if (!rest.hasNext()) {
      throw new IllegalArgumentException("ssh's argument '" + word + "' needs a value");
    }
    return rest.next();
  }

  private void option(String text) {
    String[] parts = text.split("\\s*=\\s*|\\s+", 2);
    if (parts.length < 2) {
      throw new IllegalArgumentException("ssh's option '" + text + "' has no value");
    }
    String value = parts[1];
    switch (parts[0].toLowerCase(Locale.ROOT)) {
      case "proxyjump" -> jumps = SshWords.jumps(value);
      case "identityfile" -> identityFile = value;
      case "userknownhostsfile" -> knownHostsFile = knownHosts(value);
      case "connecttimeout" -> connectTimeout = Duration.ofSeconds(seconds(value));
      case "forwardagent" -> refuseUnless(value.equalsIgnoreCase("no"), forwarded());
      case "stricthostkeychecking" ->
          refuseUnless(
              value.equalsIgnoreCase("yes"),
              new IllegalArgumentException(
                  "StrictHostKeyChecking="
                      + value
                      + " is not honoured: keys of hosts are always checked; new ones are taken"
                      + " with --accept-new"));
      case String name when WITHOUT_EFFECT.contains(name) -> {}
      default ->
          throw new IllegalArgumentException(
              "ssh's option '"
                  + parts[0]
                  + "' is not supported; "
                  + DidYouMean.hint(parts[0], KNOWN));
    }
  }

  private static String knownHosts(String value) {
    if (value.equals("/dev/null") || value.equals("none")) {
      throw new IllegalArgumentException(
          "UserKnownHostsFile=" + value + " is not honoured: keys of hosts are always checked");
    }
    return value;
  }

  private static int seconds(String value) {
    if (!value.matches("[1-9]\\d{0,3}")) {
      throw new IllegalArgumentException("ConnectTimeout=" + value + " is not 1 to 9999 seconds");
    }
    return Integer.parseInt(value);
  }

  private static void refuseUnless(boolean fine, IllegalArgumentException refusal) {
    if (!fine) {
      throw refusal;
    }
  }

  private static IllegalArgumentException forwarded() {
    return new IllegalArgumentException("forwarding of the SSH agent is always off");
  }

  /** Words parted by blanks; single and double quotes keep blanks. */
  private static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean inWord = false;
    char quote = 0;
    for (char c : text.toCharArray()) {
      if (quote == 0 && Character.isWhitespace(c)) {
        if (inWord) {
          words.add(word.toString());
          word.setLength(0);
        }
        inWord = false;
      } else if (quote == 0 && (c == '\'' || c == '"')) {
        quote = c;
        inWord = true;
      } else if (c == quote) {
        quote = 0;
      } else {
        word.append(c);
        inWord = true;
      }
    }
    if (quote != 0) {
      throw new IllegalArgumentException("a quote is not closed");
    }
    if (inWord) {
      words.add(word.toString());
    }
    return words;
  }
}
