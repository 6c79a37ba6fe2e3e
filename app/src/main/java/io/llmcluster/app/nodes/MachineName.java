package io.llmcluster.app.nodes;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** What a node is called when its operator did not name it. */
final class MachineName {

  private MachineName() {}

  /** This machine's name, in characters that a node's name may have. */
  static String get() {
    String variable = System.getenv("HOSTNAME");
    if (variable != null && !variable.isBlank()) {
      return clean(variable);
    }
    try {
      return clean(InetAddress.getLocalHost().getHostName());
    } catch (UnknownHostException nameless) {
      return "local";
    }
  }

  /** A name for something of this machine: several in a cluster may have the like. */
  static String with(String what) {
    return clean(what + "-" + get());
  }

  static String clean(String name) {
    String clean = name.replaceAll("[^A-Za-z0-9._-]", "-");
    return clean.substring(0, Math.min(64, clean.length()));
  }
}
