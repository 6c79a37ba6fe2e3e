package io.llmcluster.testkit;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Runs one of the Node.js test files of {@code src/test/clients} against a gateway. */
public final class OfficialClient {

  private OfficialClient() {}

  /**
   * @param file for example {@code ollama.test.mjs}
   * @return what Node's test runner printed
   * @throws AssertionError with that, if a test of the file failed
   */
  public static String run(String file, Gateway gateway, String model)
      throws IOException, InterruptedException {
    return run(file, gateway, model, "ollama");
  }

  /**
   * As {@link #run(String, Gateway, String)}.
   *
   * @param backend what the nodes are: {@code ollama} or {@code openai}
   */
  public static String run(String file, Gateway gateway, String model, String backend)
      throws IOException, InterruptedException {
    Path folder = Testbed.clients();
    ProcessBuilder builder =
        new ProcessBuilder("node", "--test", "--test-reporter=tap", file)
            .directory(folder.toFile())
            .redirectErrorStream(true);
    builder.environment().put("BASE_URL", gateway.url());
    builder.environment().put("MODEL", model);
    builder.environment().put("BACKEND", backend);
    Process node = builder.start();
    node.getOutputStream().close();
    String output = new String(node.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (node.waitFor() != 0) {
      throw new AssertionError(output);
    }
    return output;
  }
}
