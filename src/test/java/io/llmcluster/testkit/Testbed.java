package io.llmcluster.testkit;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/**
 * The real programs that {@code scripts/testbed} has found or installed. A test that needs one
 * which is not there is skipped, and says so.
 */
public final class Testbed {

  private Testbed() {}

  /** The program {@code ollama}. */
  public static Path ollama() {
    return named("LLM_CLUSTER_TEST_OLLAMA");
  }

  /** The file of SmolLM2-135M-Instruct. */
  public static Path model() {
    return named("LLM_CLUSTER_TEST_MODEL");
  }

  /** The folder with the official clients and their tests. */
  public static Path clients() {
    return named("LLM_CLUSTER_TEST_CLIENTS");
  }

  private static Path named(String variable) {
    String value = System.getenv(variable);
    Assumptions.assumeTrue(
        value != null && !value.isBlank(),
        variable + " is not set (scripts/test sets it where it can be had)");
    return Path.of(String.valueOf(value));
  }
}
