package io.llmcluster.app.cli;

import picocli.CommandLine.Option;

/** Which gateway a client command talks to. */
public final class GatewayOption {

  @Option(
      names = "--url",
      paramLabel = "URL",
      defaultValue = "http://127.0.0.1:3001",
      description = "The gateway (default: ${DEFAULT-VALUE}).")
  private String url = "";

  GatewayClient client() {
    return new GatewayClient(url.endsWith("/") ? url.substring(0, url.length() - 1) : url);
  }
}
